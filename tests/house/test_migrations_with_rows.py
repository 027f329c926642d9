"""Steps that change rows, down and up again with rows in place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.models import FormerSeat, OrganisationKind
from marketplace.catalogue.models import FormerFacility, FormerUnit, UnitKind
from marketplace.collaborations.models import (
    CollaborationParty,
    CollaborationState,
    FormerCollaborationBooking,
    Milestone,
    OrganisationMerger,
)
from marketplace.database import Database
from marketplace.history.actions import Subject, record
from marketplace.migrating import migrate, unmigrate
from marketplace.outcomes.models import FormerYearlyAnswer, YearlyQuestion
from tests.conftest import INFO
from tests.database import Server
from tests.factories.figures import Books, at, make_books
from tests.factories.outcomes import collaboration_of
from tests.factories.stage import make_stage

NOW = at(2026, 3, 2, 9).astimezone(UTC)
LATE = datetime(2026, 2, 20, 6, tzinfo=UTC)


@pytest.fixture
def filled(server: Server) -> Iterator[str]:
    """A database with all that these steps touch."""
    with server.copy() as url:
        database = Database(url, pool_size=1, info=INFO)
        database.transact(fill)
        database.dispose()
        yield url


def fill(session: Session) -> None:
    books = make_books(session, make_stage(session, NOW))
    row, cast = books.collaboration, books.cast
    use = books.use(cast.university, at(2025, 5, 1, 10), at(2025, 5, 1, 13))
    left = session.get_one(CollaborationParty, (row.id, cast.firm.id))
    left.left_on, left.left_at, left.left_with = date(2026, 2, 1), LATE, {"title": {"en": "As it stood"}}
    row.opened_by_booking, row.pair = use.booking_id, None
    row.state, row.ended_on, row.closed_at = CollaborationState.ENDED, date(2026, 2, 2), LATE
    pair = [(cast.firm, ["provider"]), (cast.university, ["user"])]
    further = collaboration_of(session, pair, now=at(2025, 1, 6))
    further.state, further.ended_on, further.closed_at = CollaborationState.COMPLETED, date(2026, 2, 2), LATE
    gone = session.get_one(CollaborationParty, (further.id, cast.university.id))
    gone.left_on, gone.left_at = date(2026, 1, 15), LATE
    for hours, (verb, whose) in enumerate(
        (("accepted", cast.university), ("left", cast.university), ("completed", None))
    ):
        told = {"organisation": str(whose.id)} if whose else {}
        subject = Subject("collaboration", further.id)
        record(session, subject, f"collaboration.{verb}", now=LATE - timedelta(hours=9 - hours), by=None, details=told)
    day = date(2026, 1, 9)
    due = {"first_planned_on": day, "planned_on": day, "warned_for": day, "missed_for": day}
    session.add(Milestone(collaboration_id=row.id, title="A first wafer", entered_at=NOW, **due))
    _keep_former(session, books, {"booking_id": use.booking_id, "collaboration_id": further.id})
    session.flush()


def _keep_former(session: Session, books: Books, link: dict[str, Any]) -> None:
    cast, stage, until = books.cast, books.stage, {"until": NOW}
    stage.facility.cancelled_on = date(2026, 1, 1)
    seat = {"kind": OrganisationKind.INSTITUTE, "jurisdiction_code": cast.firm.jurisdiction_code}
    asked = {"collaboration_id": books.collaboration.id, "organisation_id": cast.firm.id, "year": 2025}
    merger = {"organisation_id": cast.agency.id, "merged_on": date(2026, 1, 1), "note": "", "recorded_at": LATE}
    session.add_all([
        FormerSeat(organisation_id=cast.firm.id, **seat, **until),
        FormerCollaborationBooking(at=LATE, **link, **until),
        YearlyQuestion(asked_at=LATE - timedelta(days=9), asked_anew_at=NOW, **asked),
        FormerYearlyAnswer(answer="nothing", answered_at=LATE, **asked, **until),
        FormerFacility(facility_id=stage.facility.id, planned_opening=date(2026, 1, 1), **until),
        FormerUnit(unit_id=stage.unit.id, kind=UnitKind.BENCH, places=2, **until),
        OrganisationMerger(**merger, into_id=cast.firm.id, taken_back_at=LATE + timedelta(days=1)),
        OrganisationMerger(**merger, into_id=cast.university.id),
    ])  # fmt: skip


def asked(url: str, statement: str) -> list[tuple[Any, ...]]:
    database = Database(url, pool_size=1, info=INFO)
    with database.reading() as session:
        found = [tuple(row) for row in session.execute(text(statement))]
    database.dispose()
    return found


def test_what_was_recorded_before_is_taken_as_recorded_on_its_day(filled: str) -> None:
    gone, left = "SELECT count(*) FROM organisation_mergers", "SELECT closed_at FROM collaborations ORDER BY state DESC"
    parties = "SELECT joined_at, left_at FROM collaboration_parties WHERE left_on IS NOT NULL ORDER BY left_on DESC"
    assert asked(filled, gone) == [(2,)] and asked(filled, left) == [(LATE,), (LATE,)]
    unmigrate(filled, revision="0035")
    assert asked(filled, gone) == [(1,)], "the one that was taken back is known to nobody"
    columns = "SELECT count(*) FROM information_schema.columns WHERE column_name IN ('joined_at', 'cancelled_on')"
    assert asked(filled, f"{columns} AND table_name IN ('collaboration_parties', 'facilities')") == [(0,)]
    migrate(filled)
    noted = [LATE - timedelta(hours=hours) for hours in (9, 8, 7)]
    assert asked(filled, left) == [(at(2026, 2, 3, 0),), (noted[2],)], "the end of the day here, or what is noted"
    assert asked(filled, parties) == [(at(2024, 1, 8), at(2026, 2, 2, 0)), (noted[0], noted[1])]
    assert asked(filled, "SELECT kind FROM former_organisation_seats") == [("firm",)]
    assert asked(filled, "SELECT id IS NOT NULL, taken_back_at FROM organisation_mergers") == [(True, None)]
    assert asked(filled, "SELECT count(*) FROM former_facilities") == [(0,)]


def test_what_was_asked_anew_was_asked_before_it_was_answered(filled: str) -> None:
    question = "SELECT asked_at FROM yearly_questions"
    unmigrate(filled, revision="0038")
    assert asked(filled, question) == [(NOW,)]
    migrate(filled)
    assert asked(filled, question.replace("asked_at", "asked_at, asked_anew_at")) == [(LATE, NOW)]


def test_what_a_party_saw_when_it_left_goes_with_its_column(filled: str) -> None:
    opened = "SELECT count(*) FROM collaborations WHERE opened_by_booking IS NOT NULL"
    milestone = "SELECT title FROM collaboration_milestones"
    assert asked(filled, opened) == [(1,)]
    unmigrate(filled, revision="0033")
    assert asked(filled, opened) == [(0,)], "without its pair it is known by no booking there"
    assert asked(filled, milestone) == [("A first wafer",)]
    migrate(filled)
    left = "SELECT left_on, left_with FROM collaboration_parties WHERE left_on IS NOT NULL"
    assert asked(filled, left + " ORDER BY 1") == [(date(2026, 1, 15), None), (date(2026, 2, 1), None)]
    assert asked(filled, f"{milestone} WHERE warned_for IS NULL AND missed_for IS NULL") == [("A first wafer",)]


def test_two_who_were_at_one_place_at_once_came_one_after_the_other(filled: str) -> None:
    """What was known then stays beside what stands now, and only the latter goes down again."""
    unmigrate(filled, revision="0039")
    told = "SELECT checked_in_at, checked_out_at{} FROM sessions{} ORDER BY 1, 2"
    late = (at(2025, 5, 1, 12), at(2025, 5, 1, 14))
    database = Database(filled, pool_size=1, info=INFO)
    with database.unit_of_work() as session:
        session.execute(
            text("""INSERT INTO sessions (id, booking_id, unit_id, checked_in_at, checked_in_by, checked_out_at)
                SELECT gen_random_uuid(), booking_id, unit_id, :began, checked_in_by, :ended FROM sessions"""),
            dict(zip(("began", "ended"), late, strict=True)),
        )
    database.dispose()
    migrate(filled)
    first = at(2025, 5, 1, 10)
    standing = told.format(", end_rule", " WHERE superseded_at IS NULL")
    assert asked(filled, standing) == [(first, late[0], "next_began"), (*late, None)]
    former = told.format(", recorded_at", " WHERE superseded_at IS NOT NULL")
    assert asked(filled, former) == [(first, at(2025, 5, 1, 13), first)]
    whose = "SELECT DISTINCT place, person_id IS NULL, organisation_id IS NULL, start_source FROM sessions"
    assert asked(filled, whose) == [(1, False, False, "person")]
    unmigrate(filled, revision="0039")
    assert asked(filled, told.format("", "")) == [(first, late[0]), late]


def test_who_was_there_for_no_time_cuts_nobody_and_who_is_cut_has_left(filled: str) -> None:
    unmigrate(filled, revision="0039")
    database = Database(filled, pool_size=1, info=INFO)
    began, moment, later = (at(2025, 5, 1, hour) for hour in (10, 11, 12))
    with database.unit_of_work() as session:
        session.execute(text("UPDATE sessions SET checked_out_at = NULL"))
        session.execute(text("UPDATE bookings SET state = 'in_use'"))
        for start, end in ((moment, moment), (later, later + timedelta(hours=1))):
            session.execute(
                text("""INSERT INTO sessions (id, booking_id, unit_id, checked_in_at, checked_in_by, checked_out_at)
                    SELECT gen_random_uuid(), booking_id, unit_id, :began, checked_in_by, :ended
                      FROM sessions LIMIT 1"""),
                {"began": start, "ended": end},
            )
    database.dispose()
    migrate(filled)
    standing = "SELECT checked_in_at, checked_out_at FROM sessions WHERE superseded_at IS NULL ORDER BY 1"
    assert asked(filled, standing) == [(began, later), (moment, moment), (later, later + timedelta(hours=1))]
    assert asked(filled, "SELECT DISTINCT state FROM bookings") == [("completed",)]
