"""The small set: loaded once with the verbs everybody uses, marked as a sample, and taken away without a trace."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.accounts.actions.passwords import matches
from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.sample import accounts
from marketplace.sample.accounts import SampleAccounts
from marketplace.sample.actions import load_small, remove
from tests.database import Server

# Loading takes seconds: one worker of a spread run does it for all of these.
pytestmark = pytest.mark.xdist_group("sample")


class Loaded:
    """A database with the small set, its accounts and where its pictures lie."""

    def __init__(self, database: Database, folder: Path, now: datetime) -> None:
        self.database, self.now = database, now
        self.store = FileStore("", folder)
        self.accounts = self.load(None)

    def load(self, known: SampleAccounts | None) -> SampleAccounts:
        def silent(*_: object) -> None:
            pass

        return load_small(self.database, now=self.now, store=self.store, known=known, progress=silent)

    def count(self, statement: str) -> int:
        with self.database.reading() as session:
            return int(session.scalar(text(statement)) or 0)

    def rows(self, statement: str) -> dict[str, int]:
        with self.database.reading() as session:
            return {str(name): int(number) for name, number in session.execute(text(statement))}


@pytest.fixture(scope="module")
def loaded(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Loading takes seconds: once for the module; the tests that change it come last."""
    now = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
    with server.copy() as url:
        database = Database(url, info={"history_key": b"k" * 32})
        yield Loaded(database, tmp_path_factory.mktemp("sample"), now)
        database.dispose()


def test_lists_labs_and_pilot_lines_in_every_place(loaded: Loaded) -> None:
    places = loaded.rows("SELECT coalesce(city, '-'), count(*) FROM facilities WHERE state = 'published' GROUP BY 1")
    assert set(places) == {"Hong Kong", "Shenzhen", "Guangzhou", "Dongguan", "Zhuhai", "Macao"}
    assert 38 <= sum(places.values()) <= 45
    assert loaded.count("SELECT count(DISTINCT kind) FROM facilities") == 3
    assert loaded.count("SELECT count(DISTINCT organisation_id) FROM facilities") >= 18
    assert loaded.count("SELECT count(*) FROM search_rows") == sum(places.values())


def test_every_row_says_that_it_is_a_sample(loaded: Loaded) -> None:
    for table in ("people", "organisations", "facilities", "units", "bookings", "collaborations"):
        assert loaded.count(f"SELECT count(*) FROM {table}") > 0
        assert loaded.count(f"SELECT count(*) FROM {table} WHERE NOT sample") == 0


def test_every_unit_has_hours_a_rate_and_every_facility_terms_and_a_picture(loaded: Loaded) -> None:
    for table, column, whole in (
        ("opening_hours", "unit_id", "units"),
        ("booking_rules", "unit_id", "units"),
        ("rates", "unit_id", "units"),
        ("terms_versions", "facility_id", "facilities"),
        ("facility_files", "facility_id", "facilities"),
    ):
        assert loaded.count(f"SELECT count(DISTINCT {column}) FROM {table}") == loaded.count(
            f"SELECT count(*) FROM {whole}"
        )
    with loaded.database.reading() as session:
        digests = list(session.scalars(text("SELECT sha256 FROM stored_files")))
    assert len(set(digests)) == len(digests)
    assert all(loaded.store.holds(digest) and loaded.store.holds(f"{digest}-480") for digest in digests)


def test_the_season_has_every_fate_and_its_gates_and_history(loaded: Loaded) -> None:
    states = loaded.rows("SELECT state, count(*) FROM bookings GROUP BY 1")
    assert {"held", "confirmed", "completed", "declined", "cancelled", "expired", "no_show"} <= set(states)
    assert sum(states.values()) > 250
    past = loaded.count("SELECT count(*) FROM bookings WHERE ends_at < '2026-03-02'")
    assert past > 80
    assert sum(states.values()) - past > 80
    assert (
        loaded.count("SELECT count(*) FROM bookings b WHERE NOT EXISTS (SELECT FROM gates WHERE booking_id = b.id)")
        == 0
    )
    requested = "SELECT count(*) FROM history_entries WHERE verb = 'booking.requested'"
    assert loaded.count(requested) == sum(states.values())
    assert loaded.count("SELECT count(*) FROM history_entries WHERE at > '2026-03-02T09:00+08'") == 0


def test_bookings_and_people_have_opened_collaborations(loaded: Loaded) -> None:
    states = loaded.rows("SELECT state, count(*) FROM collaborations WHERE opened_by IS NOT NULL GROUP BY 1")
    assert states == {"active": 2, "completed": 1, "proposed": 1}
    parties = "SELECT reference, (SELECT count(*) FROM collaboration_parties p WHERE p.collaboration_id = c.id)"
    assert 3 in loaded.rows(f"{parties} FROM collaborations c").values()
    assert loaded.count("SELECT count(*) FROM collaborations WHERE state = 'completed' AND report <> ''") == 1
    assert loaded.count("SELECT count(*) FROM collaboration_bookings") > 100
    own = "SELECT count(*) FROM bookings b WHERE state = 'confirmed' AND NOT EXISTS"
    assert loaded.count(f"{own} (SELECT FROM collaboration_bookings c WHERE c.booking_id = b.id)") == 0
    assert loaded.count("SELECT count(*) FROM tasks WHERE state = 'waiting' AND name = 'booking.confirmed'") == 0


def test_something_waits_on_bos_desk_and_ada_has_bookings(loaded: Loaded) -> None:
    mine = (
        "SELECT count(*) FROM bookings b JOIN units u ON u.id = b.unit_id JOIN facilities f ON f.id = u.facility_id"
        " JOIN memberships m ON m.organisation_id = f.organisation_id JOIN people p ON p.id = m.person_id"
        " WHERE p.email = 'bo@example.org' AND m.role = 'host_manager' AND b.state = 'held'"
    )
    assert loaded.count(mine) > 0
    ada = "SELECT count(*) FROM bookings b JOIN people p ON p.id = b.person_id WHERE p.email = 'ada@example.org'"
    assert loaded.count(ada) > 20
    assert loaded.count(ada.replace("ada@", "eve@")) == 0


def test_nothing_waits_to_be_sent_or_done(loaded: Loaded) -> None:
    assert loaded.count("SELECT count(*) FROM mails WHERE state = 'waiting'") == 0
    assert loaded.count("SELECT count(*) FROM tasks WHERE state = 'waiting' AND name = 'search.refresh_facility'") == 0
    assert loaded.count("SELECT count(*) FROM notices WHERE read_at IS NULL") > 0


def test_the_cast_may_sign_in_and_nobody_else(loaded: Loaded) -> None:
    assert [one.email for one in loaded.accounts.accounts] == [
        f"{name}@example.org" for name in ("ada", "bo", "cheng", "dee", "eve")
    ]
    with loaded.database.reading() as session:
        hashes = {
            row.email: row.password_hash for row in session.execute(text("SELECT email, password_hash FROM people"))
        }
    for one in loaded.accounts.accounts:
        assert matches(hashes.pop(one.email), one.password)
    assert set(hashes.values()) == {None}


def test_a_second_load_changes_nothing(loaded: Loaded) -> None:
    before = loaded.count("SELECT count(*) FROM bookings")
    assert loaded.load(loaded.accounts) == loaded.accounts
    assert loaded.count("SELECT count(*) FROM bookings") == before
    renewed = loaded.load(None)
    assert renewed != loaded.accounts
    with loaded.database.reading() as session:
        kept = session.scalar(text("SELECT password_hash FROM people WHERE email = 'ada@example.org'"))
    assert matches(kept, renewed.accounts[0].password)


def test_removing_leaves_no_sample_row(loaded: Loaded) -> None:
    removed = remove(loaded.database)
    assert removed["facilities"] >= 38
    assert removed["people"] >= 30
    for table in (
        *("people", "organisations", "memberships", "facilities", "units", "rates", "terms_versions", "gates"),
        *("bookings", "claims", "notices", "mails", "opening_hours", "booking_rules", "facility_files"),
        *("stored_files", "search_rows"),
    ):
        assert loaded.count(f"SELECT count(*) FROM {table}") == 0, table
    assert loaded.count("SELECT count(*) FROM zones") > 0
    assert loaded.count("SELECT count(*) FROM history_entries") > 0
    assert remove(loaded.database) == {}


def test_passwords_are_kept_for_their_owner_alone(tmp_path: Path) -> None:
    assert accounts.kept(tmp_path) is None
    one = accounts.Account("ada@example.org", accounts.new_password(), "researcher")
    SampleAccounts((one,)).keep(tmp_path)
    SampleAccounts((one,)).keep(tmp_path)
    assert accounts.kept(tmp_path) == SampleAccounts((one,))
    assert stat.S_IMODE((tmp_path / accounts.FILE).stat().st_mode) == 0o600
    assert one.password in SampleAccounts((one,)).printed()
