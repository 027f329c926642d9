"""`benchbridge evidence verify` and `benchbridge metrics return`: what they print, and how they end."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner, Result
from openpyxl import load_workbook

from marketplace.cli import group
from marketplace.database import Database
from marketplace.spillovers.packs.container import packed
from marketplace.spillovers.packs.contents import contents
from marketplace.spillovers.packs.verifying import Verdict
from marketplace.wording.packs import FINDINGS
from tests.cast import make_organisation
from tests.spillovers.packs.examples import pack, works


def run(*arguments: str, url: str = "postgresql://nowhere") -> Result:
    return CliRunner().invoke(group, arguments, env={"DATABASE_URL": url})


def written(place: Path, **changed: bytes) -> Path:
    files = {**contents(pack(works(2), [(3, 1)])), **{name.replace("__", "."): each for name, each in changed.items()}}
    place.write_bytes(packed(files))
    return place


def test_a_whole_pack_is_told_without_a_database(tmp_path: Path) -> None:
    place = str(written(tmp_path / "a.zip"))
    result = run("evidence", "verify", place)
    assert (result.exit_code, result.stdout.strip()) == (0, "2 figures and 21 files agree.")
    told = json.loads(run("evidence", "verify", place, "--json").stdout)
    assert (told["holds"], told["figures"], told["findings"]) == (True, 2, [])


def test_what_differs_is_told_in_words_and_the_command_fails(tmp_path: Path) -> None:
    figures = contents(pack(works(2), [(3, 1)]))["figures.json"].replace(b'"raw_rows": 2', b'"raw_rows": 7')
    place = str(written(tmp_path / "a.zip", figures__json=figures))
    result = run("evidence", "verify", place)
    assert result.exit_code == 1
    assert "figures.json: out.distinct: value is stated as" in result.stderr
    told = json.loads(run("evidence", "verify", place, "--json").stdout)
    assert {each["code"] for each in told["findings"]} == {"figure_differs"}


def test_a_file_that_is_not_there_or_no_archive_is_told_in_words(tmp_path: Path) -> None:
    missing = run("evidence", "verify", str(tmp_path / "none.zip"))
    (tmp_path / "text.zip").write_text("no archive", encoding="utf-8")
    broken = run("evidence", "verify", str(tmp_path / "text.zip"))
    for result in (missing, broken):
        assert result.exit_code == 1
        assert result.stderr.strip() and "Traceback" not in result.output


def test_every_finding_has_a_sentence() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parents[2] / "marketplace/spillovers/packs").glob("*.py")
    )
    assert all(f'"{code}"' in source for code in FINDINGS)
    assert Verdict(0, 0, []).holds


def test_a_return_is_written_and_tells_what_it_cannot_fill(committed: Database, now: datetime, tmp_path: Path) -> None:
    slug = committed.transact(lambda session: make_organisation(session, "Harbour Firm", now=now).slug)
    url = committed.engine.url.render_as_string(hide_password=False)
    place = tmp_path / "return.xlsx"
    asked = ("metrics", "return", "--organisation", slug, "--year", "2025", "--output")
    result = run(*asked, str(place), "--profile", "nrii", "--json", url=url)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["tables"] == {"nrii_6": 0, "nrii_hours": 0, "nrii_7": 1}
    assert {"item": "comment", "reason": "not_recorded", "count": None} in told["gaps"]
    assert load_workbook(place).sheetnames[-1].startswith("What can’t be filled")
    assert run(*asked, str(tmp_path / "a.pdf"), "--profile", "ugc", url=url).exit_code != 0
    assert run(*asked[:3], "no-such", *asked[4:], str(place), "--profile", "ugc", url=url).exit_code != 0
