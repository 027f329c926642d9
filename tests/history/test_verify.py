"""Verifying history: each way of tampering is done by raw SQL, and found under its own name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.database import Database, new_id
from marketplace.history.actions import Event, copy_seals, erase_texts, record, record_many, seal
from marketplace.history.actions.sealing import TransactionsRestarted
from marketplace.history.copies import SealCopies
from marketplace.history.models import HistorySeal, HistoryText
from marketplace.history.queries import Seen, entries, latest, verify
from marketplace.history.queries.verifying import CANNOT_SEE
from marketplace.history.rules import Subject
from marketplace.wording.chains import FINDINGS, LIMITS
from tests.conftest import INFO, NOW
from tests.database import Server
from tests.sealing import sealed as sealed_up
from tests.sealing import wait_for_others

ADA, BO = new_id(), new_id()
ONE, TWO = Subject("booking", UUID(int=1)), Subject("facility", UUID(int=2))


@pytest.fixture(scope="module")
def sealed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Path]]:
    """Two subjects with three entries each, sealed twice, the last entry of each unsealed; and the copies' folder."""
    folder = tmp_path_factory.mktemp("seals")
    with server.copy() as url:
        database = Database(url, pool_size=2, info=INFO)
        for step in range(3):
            events = [
                Event(subject=s, verb=f"{s.kind}.changed", details={"n": step, "x": 0.5}, text={"why": f"因為 {step}"})
                for s in (ONE, TWO)
            ]
            with database.unit_of_work() as session:
                record_many(session, events, now=NOW, by=ADA)
            if step < 2:
                sealed_up(database, NOW)
                database.transact(lambda session: copy_seals(session, SealCopies("", folder)))
        yield database, folder
        database.dispose()


@pytest.fixture
def written(sealed: tuple[Database, Path]) -> Iterator[Session]:
    """A session on them; whatever a test does to the rows is rolled back."""
    with Session(sealed[0].engine, info=INFO) as session:
        yield session


@pytest.fixture
def folder(sealed: tuple[Database, Path], tmp_path: Path) -> Path:
    """A copy of the copies, for spoiling."""
    return Path(shutil.copytree(sealed[1], tmp_path / "copied"))


@pytest.fixture
def copies(folder: Path) -> SealCopies:
    return SealCopies("", folder)


def codes(session: Session, copies: SealCopies | None = None) -> dict[str, int]:
    return dict(verify(session, copies).found)


def test_what_was_written_is_whole(written: Session, copies: SealCopies) -> None:
    report = verify(written, copies)
    assert report.whole, report.findings
    assert (report.subjects, report.entries, report.seals, report.copies, report.unsealed) == (2, 6, 2, 2, 2)


B1 = "subject_kind = 'booking' AND number = 1"
B2 = "subject_kind = 'booking' AND number = 2"
TAMPERING: list[tuple[str, dict[str, int]]] = [
    (f"UPDATE history_entries SET details = '{{\"n\": 9}}' WHERE {B2}", {"entry_changed": 1}),
    (f"UPDATE history_entries SET actor_id = NULL WHERE {B2}", {"entry_changed": 1}),
    (f"UPDATE history_entries SET at = at + interval '1 microsecond' WHERE {B2}", {"entry_changed": 1}),
    (f"UPDATE history_entries SET verb = 'booking.approved' WHERE {B1}", {"entry_changed": 1}),
    (
        "UPDATE history_entries SET mark = sha256('') WHERE subject_kind = 'booking' AND number = 3",
        {"entry_changed": 2},
    ),
    (
        f"DELETE FROM history_texts WHERE entry_id IN (SELECT id FROM history_entries WHERE {B2});"
        f"DELETE FROM history_entries WHERE {B2}",
        {"entry_lost": 1, "sealed_entries_lost": 1},
    ),
    (
        "DELETE FROM history_texts WHERE entry_id IN (SELECT id FROM history_entries WHERE number = 3);"
        "DELETE FROM history_entries WHERE number = 3",
        {"tail_cut": 2},
    ),
    (
        "DELETE FROM history_texts; DELETE FROM history_entries",
        {"tail_cut": 2, "sealed_entries_lost": 2},
    ),
    (
        "DELETE FROM history_texts WHERE entry_id IN (SELECT id FROM history_entries WHERE subject_kind = 'booking');"
        "DELETE FROM history_entries WHERE subject_kind = 'booking';"
        "DELETE FROM history_subjects WHERE kind = 'booking'",
        {"sealed_entries_lost": 2},
    ),
    ("DELETE FROM history_subjects WHERE kind = 'booking'", {"head_lost": 1}),
    ("UPDATE history_subjects SET entries = 2 WHERE kind = 'booking'", {"head_changed": 1, "entry_inserted": 1}),
    (
        "INSERT INTO history_entries (id, subject_kind, subject_id, number, at, verb, details, mark)"
        f" VALUES ('{new_id()}', 'booking', '{ONE.id}', 4, now(), 'booking.paid', '{{}}', '\\x00')",
        {"entry_inserted": 1},
    ),
    (
        "INSERT INTO history_entries (id, subject_kind, subject_id, number, at, verb, details, mark, written_in)"
        f" SELECT '{new_id()}', 'booking', '{new_id()}', 1, now(), 'booking.paid', '{{}}', '\\x00', min(written_in)"
        " FROM history_entries",
        {"entry_changed": 1, "head_lost": 1, "sealed_entries_inserted": 1},
    ),
    (
        f"UPDATE history_entries SET number = number + 10 WHERE {B2};"
        f"UPDATE history_entries SET number = 2 WHERE subject_kind = 'booking' AND number = 3;"
        f"UPDATE history_entries SET number = 3 WHERE subject_kind = 'booking' AND number = 12",
        {"entry_changed": 3},
    ),
    ('UPDATE history_texts SET text = \'{"why": "otherwise"}\'', {"text_changed": 6}),
    (
        "DELETE FROM history_texts WHERE entry_id IN (SELECT id FROM history_entries WHERE number = 1)",
        {"text_lost": 2},
    ),
    (
        f"UPDATE history_entries SET mark = decode(repeat('11', 32), 'hex') WHERE {B1}",
        {"entry_changed": 2, "sealed_entries_changed": 1},
    ),
    ("UPDATE history_seals SET entries = 1 WHERE number = 1", {"seal_changed": 1, "copy_differs": 1}),
    ("UPDATE history_seals SET signature = '\\x00' WHERE number = 1", {"seal_changed": 2, "copy_differs": 1}),
    ("DELETE FROM history_seals WHERE number = 2", {"seal_lost": 1}),
    ("DELETE FROM history_seals WHERE number = 1", {"seal_lost": 2}),
    ("DELETE FROM history_seals", {"seal_lost": 2}),
]


@pytest.mark.parametrize(("sql", "found"), TAMPERING, ids=[sql[:70] for sql, _ in TAMPERING])
def test_tampering_is_found(written: Session, copies: SealCopies, sql: str, found: dict[str, int]) -> None:
    for part in sql.split(";"):
        written.execute(text(part))
    assert codes(written, copies) == found


def test_a_copy_that_disagrees_is_found(written: Session, copies: SealCopies, folder: Path) -> None:
    place = folder / "seals" / "00000" / "seal-000000001.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), "entries": 7}))
    assert codes(written, copies) == {"copy_differs": 1}
    place.write_text("{")
    assert codes(written, copies) == {"copy_unreadable": 1}
    place.unlink()
    assert codes(written, copies) == {"copy_lost": 1}


def test_another_key_verifies_nothing(written: Session) -> None:
    written.info["history_key"] = b"somebody else's"
    assert set(codes(written)) == {"entry_changed", "head_changed", "seal_changed"}


def test_erased_texts_are_no_finding_and_leave_nothing_to_guess_from(written: Session, copies: SealCopies) -> None:
    assert erase_texts(written, subjects=[ONE]) == 3
    assert erase_texts(written, actor_id=ADA) == 3
    report = verify(written, copies)
    assert report.whole
    assert report.erased_texts == 6
    assert {(row.text, row.salt) for row in written.scalars(select(HistoryText))} == {(None, b"")}
    assert all(entry.erased and entry.text is None for entry in entries(written, ONE))


def test_an_open_transaction_is_left_for_the_next_seal(committed: Database, now: datetime) -> None:
    with committed.unit_of_work() as slow:
        record(slow, ONE, "booking.changed", now=now, by=None)
        committed.transact(lambda session: record(session, TWO, "facility.changed", now=now, by=None))
        assert committed.transact(lambda session: seal(session, now=now)) is None, "what came later waits too"
    sealed = sealed_up(committed, now)
    assert sealed is not None and sealed.entries == 2
    assert committed.transact(lambda session: seal(session, now=now)) is None, "nothing new"
    assert whole(committed)


def test_one_sealer_at_a_time(committed: Database, now: datetime) -> None:
    committed.transact(lambda session: record(session, ONE, "booking.changed", now=now, by=None))
    wait_for_others(committed)
    with committed.unit_of_work() as first, committed.unit_of_work() as second:
        assert seal(first, now=now) is not None
        assert seal(second, now=now) is None


def test_a_database_loaded_from_a_dump_says_how_to_go_on(committed: Database, now: datetime) -> None:
    committed.transact(lambda session: record(session, ONE, "booking.changed", now=now, by=None))
    far = 10_000_000
    with committed.unit_of_work() as session:
        session.execute(text(f"UPDATE history_entries SET written_in = {far}"))
    with pytest.raises(TransactionsRestarted, match=r"transactions_before = 10000001"):
        committed.transact(lambda session: _sealed_far(session, now))
    name = _url(committed).rpartition("/")[2].partition("?")[0]
    committed.transact(
        lambda session: session.execute(text(f"ALTER DATABASE {name} SET benchbridge.transactions_before = {far + 1}"))
    )
    committed.dispose()
    committed.transact(lambda session: record(session, ONE, "booking.changed", now=now, by=None))
    sealed = sealed_up(committed, now)
    assert sealed is not None and sealed.entries == 2
    assert whole(committed)


def _sealed_far(session: Session, now: datetime) -> None:
    session.add(
        HistorySeal(
            number=1, sealed_at=now, from_transaction=0, to_transaction=9_999_999, entries=0,
            digest=b"", previous=b"", signature=b"",
        )
    )  # fmt: skip
    session.flush()
    seal(session, now=now)


def test_entries_are_read_newest_first_and_by_page(written: Session) -> None:
    assert [entry.number for entry in entries(written, ONE)] == [3, 2, 1]
    assert [entry.number for entry in entries(written, ONE, before=3, limit=1)] == [2]
    first = entries(written, ONE, limit=1)[0]
    assert (first.verb, first.actor_id, first.text) == ("booking.changed", ADA, {"why": "因為 2"})


def test_what_happened_anywhere_can_be_narrowed(written: Session, now: datetime) -> None:
    record(written, ONE, "booking.approved", now=now + timedelta(hours=1), by=BO)

    def count(**wanted: Any) -> int:
        return len(latest(written, Seen(**wanted)))

    assert count() == 7
    assert count(kind="facility") == 3
    assert count(subject_id=ONE.id) == 4
    assert count(actor_id=BO) == 1
    assert count(verb="booking") == 4
    assert count(verb="booking.approved") == 1
    assert count(verb="book%") == 0
    assert count(since=now + timedelta(minutes=1)) == 1
    assert count(until=now + timedelta(minutes=1)) == 6


def test_findings_and_limits_have_their_sentences() -> None:
    assert set(LIMITS) == set(CANNOT_SEE)
    assert {code for _, found in TAMPERING for code in found} <= set(FINDINGS)


def whole(database: Database) -> bool:
    with database.reading() as session:
        return verify(session).whole


def _url(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)
