"""Packs checked from their archive alone: what was packed holds, and whatever was changed is told."""

from __future__ import annotations

import hashlib
import json
import random
import stat
import struct
import tempfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from marketplace.spillovers.packs import container
from marketplace.spillovers.packs.container import MANIFEST, packed
from marketplace.spillovers.packs.contents import contents
from marketplace.spillovers.packs.verifying import Verdict, verify
from tests.spillovers.packs.examples import pack, works

FILES = contents(pack(works(3), [(3, 1), (5, 0), (9, 1)]))
ARCHIVE = packed(FILES)


def checked(archive: bytes) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "pack.zip"
        place.write_bytes(archive)
        return verify(place)


def codes(verdict: Verdict) -> set[str]:
    return {each.code for each in verdict.findings}


def zipped(files: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda _: None) -> bytes:
    """An archive as anybody's tool makes it, without looking at the names."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            change(member)
            archive.writestr(member, content)
    return target.getvalue()


def whole() -> dict[str, bytes]:
    return {**FILES, MANIFEST: container.manifest(FILES)}


def test_what_was_packed_holds() -> None:
    verdict = checked(ARCHIVE)
    assert (verdict.findings, verdict.figures, verdict.holds) == ([], 2, True)
    assert checked(zipped(whole())).holds, "packed again by another tool it is the same pack"


def test_a_whole_pack_is_not_the_one_that_was_made_without_its_digest(tmp_path: Path) -> None:
    place = tmp_path / "pack.zip"
    place.write_bytes(ARCHIVE)
    made = hashlib.sha256(ARCHIVE).hexdigest()
    assert verify(place, made).holds and verify(place, f" {made.upper()} ").holds
    place.write_bytes(packed(contents(pack(works(2)))))
    assert verify(place).holds, "whole in itself"
    assert codes(verify(place, made)) == {"archive_digest"}


def test_the_same_rows_give_the_same_bytes() -> None:
    again = contents(pack(works(3), [(3, 1), (5, 0), (9, 1)]))
    assert packed(again) == ARCHIVE
    assert packed(dict(reversed(again.items()))) == ARCHIVE


WORK = some.fixed_dictionaries(
    {
        "type": some.sampled_from(["publication", "dataset", "patent", "spinoff"]),
        "id": some.none() | some.sampled_from(["10.1234/A", "https://doi.org/10.1234/a", "10.5555/b", "X-1"]),
        "priorities": some.none()
        | some.lists(some.sampled_from(["P1", "P2", "P3"]), min_size=1, max_size=3, unique=True),
    }
)


@settings(max_examples=30)
@given(
    some.lists(WORK, max_size=6),
    some.lists(some.tuples(some.integers(0, 60), some.integers(0, 1)), max_size=6),
    some.randoms(use_true_random=False),
)
def test_any_small_population_holds_and_one_changed_digit_does_not(
    rows: list[dict[str, Any]], months: list[tuple[int, int]], chance: random.Random
) -> None:
    files = contents(pack([{"row": f"o{n}", **row} for n, row in enumerate(rows, start=1)], months))
    assert checked(packed(files)).findings == []
    known = {**files, MANIFEST: container.manifest(files)}
    name = chance.choice(sorted(known))
    digits = [at for at, byte in enumerate(known[name]) if chr(byte).isdigit() and byte < 128]
    if digits:
        at = chance.choice(digits)
        changed = bytearray(known[name])
        changed[at] = ord(str((int(chr(changed[at])) + chance.randint(1, 9)) % 10))
        assert not checked(zipped({**known, name: bytes(changed)})).holds, name


@pytest.mark.parametrize("name", sorted(whole()))
def test_no_file_can_be_changed_added_or_lost(name: str) -> None:
    files = whole()
    assert not checked(zipped({**files, name: files[name] + b" "})).holds
    assert not checked(zipped({each: content for each, content in files.items() if each != name})).holds
    assert "file_added" in codes(checked(zipped({**files, "rows/more.csv": b"a\r\n"})))


DIGITS = sorted(
    name for name in FILES if name not in ("README.txt", "rows/organisations.csv", "rows/organisations.json")
)


@pytest.mark.parametrize("name", DIGITS)
def test_a_manifest_made_anew_hides_nothing(name: str) -> None:
    """Whoever changes a file and writes a manifest that fits is found by the rows."""
    changed = bytearray(FILES[name])
    at = max(at for at, byte in enumerate(changed) if chr(byte).isdigit() and byte < 128)
    changed[at] = ord(str((int(chr(changed[at])) + 1) % 10))
    found = codes(checked(packed({**FILES, name: bytes(changed)})))
    assert found
    assert "file_altered" not in found


def test_a_figure_that_was_made_larger_is_named() -> None:
    figures = json.loads(FILES["figures.json"])
    figures[0]["value"]["distinct_publications"] = 30
    written = json.dumps(figures).encode()
    verdict = checked(packed({**FILES, "figures.json": written}))
    finding = next(each for each in verdict.findings if each.code == "figure_differs")
    assert (finding.details["metric"], finding.details["member"]) == ("out.distinct", "value")


def test_rows_behind_a_figure_must_be_confirmed() -> None:
    changed = pack(works(3), [(3, 1)])
    rows = [{**row, "level": 1} for row in changed.tables["outcomes"]]
    lowered = contents(
        type(changed)(about=changed.about, bases=changed.bases, tables={**changed.tables, "outcomes": rows}, readme=b"")
    )
    assert codes(checked(packed(lowered))) == {"row_not_counted"}


def raw(member: str) -> bytes:
    """An archive of one file whose name a library would not write."""
    archive = zipped({"a" * len(member): b"x"})
    return archive.replace(b"a" * len(member), member.encode())


HOSTILE = {
    "empty": b"",
    "no zip": b"PK not at all",
    "an end alone": struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0),
    "an end that promises": struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 500, 0, 0),
    "too many": struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 2**31, 0, 0),
    "above": raw("../../up.txt"),
    "absolute": raw("/etc/passwd"),
    "drive": raw("c:\\windows\\x"),
    "backslash": raw("rows\\x.csv"),
    "folder": zipped({"rows/": b""}),
    "control": raw("a\nb.csv"),
    "deep": raw("a/b/c/d/e.csv"),
    "cut": ARCHIVE[: len(ARCHIVE) // 2],
    "cut end": ARCHIVE[:-3],
    "comment": ARCHIVE[:-2] + struct.pack("<H", 3) + b"abc",
    "bits": bytes(byte ^ 0x5A if at % 97 == 5 else byte for at, byte in enumerate(ARCHIVE)),
    "link": zipped({"rows/x.csv": b"/etc/passwd"}, lambda m: setattr(m, "external_attr", (stat.S_IFLNK | 0o777) << 16)),
    "manifest alone": zipped({MANIFEST: b"{}"}),
    "manifest no object": zipped({MANIFEST: b"[1]"}),
    "manifest deep": zipped({MANIFEST: b"[" * 100_000}),
    "manifest no text": zipped({MANIFEST: b"\xff\xfe\x00"}),
    "manifest number": zipped({MANIFEST: b"9" * 100_000}),
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_hostile_archive_is_told_and_never_fails(kind: str) -> None:
    assert not checked(HOSTILE[kind]).holds


def test_a_file_that_stands_twice_is_refused() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("pack.json", b"{}")
        archive.writestr("pack.json", b"{}")
    assert codes(checked(target.getvalue())) == {"file_twice"}


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "LARGEST_CONTENT", 1_000_000)
    assert codes(checked(zipped({"rows/x.csv": b"0" * 1_000_001}))) == {"archive_too_large"}
    monkeypatch.setattr(container, "MOST_FILES", 3)
    assert codes(checked(zipped({f"rows/{n}.csv": b"" for n in range(4)}))) == {"archive_too_many"}
    monkeypatch.setattr(container, "LARGEST_ARCHIVE", 10)
    assert codes(checked(ARCHIVE)) == {"archive_too_large"}


def test_a_file_that_lies_about_its_size_is_refused() -> None:
    archive = zipped({"rows/x.csv": b"0" * 5000})
    at = archive.index(b"PK\x01\x02")
    shrunk = archive[: at + 24] + struct.pack("<L", 10) + archive[at + 28 :]
    assert codes(checked(shrunk)) == {"archive_broken"}


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=9), inner, max_size=3),
)


@settings(max_examples=60)
@given(some.sampled_from(sorted(whole())), JSON, some.randoms(use_true_random=False))
def test_whatever_stands_in_a_file_is_a_finding(name: str, value: Any, chance: random.Random) -> None:
    """Members of JSON and cells of tables replaced by anything: a finding, never a failure."""
    files = whole()
    if name.endswith((".json", ".jsonld")):
        told = json.loads(files[name])
        place: Any = told
        for _ in range(chance.randint(0, 3)):
            keys = (
                list(place) if isinstance(place, dict) else list(range(len(place))) if isinstance(place, list) else []
            )
            if not keys:
                break
            key = chance.choice(keys)
            if chance.random() < 0.4 or not isinstance(place[key], dict | list):
                place[key] = value
                break
            place = place[key]
        files[name] = json.dumps(told).encode()
    else:
        cut = chance.randint(0, len(files[name]))
        files[name] = files[name][:cut] + json.dumps(value).encode() + files[name][cut:]
    rest = {each: content for each, content in files.items() if each != MANIFEST}
    assert checked(zipped(files)).findings is not None
    assert checked(packed(rest)).findings is not None


def test_rows_that_were_raised_on_a_document_stand_behind_a_figure_too() -> None:
    changed = pack(works(3), [(3, 1)])
    rows = [{**row, "status": "submitted", "level": 3} for row in changed.tables["outcomes"]]
    tables = {**changed.tables, "outcomes": rows}
    raised = contents(type(changed)(about=changed.about, bases=changed.bases, tables=tables, readme=changed.readme))
    assert codes(checked(packed(raised))) == set()
