"""`benchbridge listings`: files come in as drafts, public listings go out, and every failure says why."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import SYSTEM
from marketplace.catalogue.models import Facility, ListingImport, Unit
from marketplace.cli.listings import command
from marketplace.database import Database
from tests.cast import make_cast
from tests.factories.listings import make_listing

Run = Callable[..., Result]
HEAD = "Type,Name,Related Facility ID,ID,Site Location,Contact Email\n"


@pytest.fixture
def slug(committed: Database, now: datetime) -> str:
    return committed.transact(lambda session: make_cast(session, now=now).firm.slug)


@pytest.fixture
def run(committed: Database, tmp_path: Path, slug: str) -> Run:
    address = committed.engine.url.render_as_string(hide_password=False)
    environment = {"DATABASE_URL": address, "BENCHBRIDGE_INSTANCE": str(tmp_path / "instance")}

    def invoke(verb: str, *arguments: str) -> Result:
        whose = ("--organisation", slug) if verb == "import" else ()
        return CliRunner().invoke(command, [verb, *arguments, *whose], env=environment)

    return invoke


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "sheet.csv"
    file.write_bytes(text.encode(encoding))
    return file


def test_a_file_comes_in_once(run: Run, tmp_path: Path, committed: Database) -> None:
    file = written(tmp_path, HEAD + "facility,Room,,F1,Shenzhen,a@b.org\nequipment,Etcher,F1,E1,,\n")
    dry = json.loads(run("import", str(file), "--dry-run", "--json").stdout)
    assert (dry["read"], dry["created"], dry["rejected"]) == (2, 2, [])
    with committed.reading() as session:
        assert session.scalar(select(func.count()).select_from(Facility)) == 0
    first = run("import", str(file), "--json")
    assert first.exit_code == 0
    assert json.loads(first.stdout) == {
        "read": 2, "created": 2, "updated": 0, "unchanged": 0, "kept": 0, "rejected": [],
    }  # fmt: skip
    assert json.loads(run("import", str(file), "--json").stdout)["unchanged"] == 2
    with committed.reading() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 1
        assert {row.rows_done for row in session.scalars(select(ListingImport))} == {2}


def test_rejected_rows_stand_in_a_file_beside_it(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, HEAD + "facility,Room,,F1,,\nequipment,=Bad,F9,E1,,\nthing,X,,E2,,\n")
    result = run("import", str(file), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["rejected"] == [
        {"row": 3, "field": "part_of", "reason": "related_facility_unknown"},
        {"row": 4, "field": "type", "reason": "type_unknown"},
    ]
    rows = list(csv.reader(io.StringIO((tmp_path / "sheet.csv.rejected.csv").read_text("utf-8-sig"))))
    assert rows[0][:4] == ["Row", "Field", "Reason", "Type"]
    assert rows[1][3:5] == ["equipment", "'=Bad"]


def test_encodings_other_than_utf8_are_named(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, HEAD + "facility,洁净室,,F1,,\n", "gbk")
    refused = run("import", str(file))
    assert refused.exit_code == 1
    assert run("import", str(file), "--encoding", "gbk").exit_code == 0


def test_what_is_not_built_yet_says_so(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, HEAD + "facility,Room,,F1,,\n")
    for result in (run("import", str(file), "--format", "nrii"), run("export", "--format", "nrii", "--output", "x")):
        assert result.exit_code == 1
        assert "not available yet" in result.output


@pytest.mark.parametrize("extra", [("--zone", "ZON-NOWHERE"), ("--encoding", "klingon")])
def test_bad_options_are_refused(run: Run, tmp_path: Path, extra: tuple[str, ...]) -> None:
    file = written(tmp_path, HEAD + "facility,Room,,F1,,\n")
    result = run("import", str(file), *extra)
    assert result.exit_code == 1
    assert not isinstance(result.exception, KeyError)


@pytest.mark.parametrize(
    ("format", "name"),
    [
        ("uniquip", "a.csv"),
        ("uniquip", "a.xlsx"),
        ("uniquip-2025", "a.csv"),
        ("pidinst", "a.xml"),
        ("pidinst", "a.json"),
        ("schema-org", "a.jsonld"),
    ],
)
def test_public_listings_go_out(
    run: Run, tmp_path: Path, committed: Database, now: datetime, slug: str, format: str, name: str
) -> None:
    def listed(session: Session) -> None:
        firm = session.scalars(select(Organisation.id).where(Organisation.slug == slug)).one()
        make_listing(session, firm, by=SYSTEM, now=now)

    committed.transact(listed)
    output = tmp_path / name
    result = run("export", "--format", format, "--output", str(output), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["listings"] == 1
    assert b"Etcher" in output.read_bytes() or name.endswith("xlsx")
    if format != "schema-org":
        back = run("import", str(output), "--format", format, "--dry-run", "--json")
        rejected = [row["field"] for row in json.loads(back.stdout)["rejected"]]
        # The sheet of 2025 demands a description, a maker and a discipline, which this listing does not have.
        assert rejected == (["description", "description"] if format == "uniquip-2025" else [])


@pytest.mark.shared_data
def test_the_nanofab_file_comes_in_whole(run: Run, tmp_path: Path, shared_data: Path) -> None:
    file = tmp_path / "nanofab.csv"
    file.write_bytes((shared_data / "listings" / "nanofab-uniquip.csv").read_bytes())
    assert json.loads(run("import", str(file), "--json").stdout)["created"] == 138
    assert json.loads(run("import", str(file), "--json").stdout)["unchanged"] == 138
