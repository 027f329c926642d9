"""Lists of applications: page by page in their order, in as many statements for many as for few, each by its index."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from marketplace.applications.actions.clocking import decide_silent
from marketplace.applications.models import Application, ApplicationState, Verb
from marketplace.applications.queries.leaning import _TOUCHED
from marketplace.applications.queries.lines import Line, Place, of_one_booking, of_parties, on_desk
from marketplace.bookings.actions import cancel
from marketplace.bookings.models import Booking, BookingPlan
from marketplace.database import Base, new_id
from tests.applications.conftest import LICENCE, Office

S, V = ApplicationState, Verb


def many(office: Office, number: int, **told: Any) -> Application:
    """Filed applications of one booking, all but the first made of it under rules of their own."""
    first = office.applications(office.book())[LICENCE]
    office.step(first, V.FILE, "bo")
    columns = [each.key for each in Application.__table__.columns]
    for count in range(1, number):
        values = {name: getattr(first, name) for name in columns} | {"id": new_id(), "rule_id": f"X-{count}"}
        due = {"due_on": None if count % 3 == 0 else date(2026, 5, 1) + timedelta(days=count % 4)}
        office.session.add(Application(**values | due | told))
    office.session.flush()
    return first


def desk(office: Office, limit: int, after: Place | None = None, *, decided: bool = False) -> list[Line]:
    by = office.actor("cheng")
    return on_desk(office.session, by, now=office.now, limit=limit, after=after, decided=decided)


@pytest.mark.parametrize("decided", [False, True])
def test_every_page_goes_on_where_the_last_one_ended(office: Office, decided: bool) -> None:
    told = {"state": S.GRANTED, "decided_on": date(2026, 3, 2)} if decided else {}
    many(office, 12, **told)
    whole = desk(office, 100, decided=decided)
    assert len(whole) == 12 - decided
    days = [line.row.decided_on if decided else line.row.due_on or date.max for line in whole]
    assert days == sorted(days, reverse=decided)
    seen, after = [], None
    while page := desk(office, 5, after, decided=decided):
        seen += page
        after = page[-1].place
    assert [line.row.id for line in seen] == [line.row.id for line in whole]


def test_a_line_that_is_decided_meanwhile_hides_no_other(office: Office) -> None:
    many(office, 8)
    whole, first = desk(office, 100), desk(office, 3)
    for line in first:
        line.row.state, line.row.due_on = S.REFUSED, None
    office.session.flush()
    assert [line.row.id for line in desk(office, 100, first[-1].place)] == [line.row.id for line in whole[3:]]


def test_own_lists_are_paged_too_and_strangers_find_nothing_in_them(office: Office) -> None:
    many(office, 7)
    by = office.actor("bo")
    whole = of_parties(office.session, by, limit=100)
    rest = of_parties(office.session, by, limit=100, after=whole[2].place)
    assert [line.row.id for line in rest] == [line.row.id for line in whole[3:]]
    assert of_parties(office.session, office.actor("eve"), limit=100) == []
    [booking_id] = {line.row.booking_id for line in whole}
    assert [line.row.id for line in of_one_booking(office.session, by, booking_id)] == [line.row.id for line in whole]
    assert of_one_booking(office.session, office.actor("eve"), booking_id) == []


def statements(session: Session, work: Any) -> int:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        sent.append(statement)

    session.expire_all()
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len(sent)


def test_a_desk_takes_as_many_statements_for_many_lines_as_for_one(office: Office) -> None:
    many(office, 9)
    for who, work in (
        ("cheng", lambda by, limit: on_desk(office.session, by, now=office.now, limit=limit)),
        ("bo", lambda by, limit: of_parties(office.session, by, limit=limit)),
    ):
        by = office.actor(who)
        counts = [statements(office.session, lambda limit=limit, by=by, work=work: work(by, limit)) for limit in (1, 9)]
        assert counts[0] == counts[1], who


def multiply(session: Session, model: type[Base], one: UUID, **told: str) -> None:
    """Three thousand copies of a row, but for what is told as an expression over g, which counts them."""
    told |= {"id": "gen_random_uuid()"}
    names = [each.name for each in model.__table__.columns]
    values = ", ".join(told.get(name, name) for name in names)
    session.execute(
        text(
            f"INSERT INTO {model.__tablename__} ({', '.join(names)}) "
            f"SELECT {values} FROM {model.__tablename__}, generate_series(1, 3000) g WHERE id = :one"
        ),
        {"one": one},
    )
    session.execute(text(f"ANALYZE {model.__tablename__}"))


def test_what_leans_on_an_approval_is_found_by_indexes(office: Office) -> None:
    """With as many rows as the planner needs to see what it should: on a few each way costs the same."""
    session, booking = office.session, office.book()
    plan = session.scalars(select(BookingPlan.id).where(BookingPlan.booking_id == booking.id)).first()
    assert plan
    multiply(session, BookingPlan, plan, number="100 + g", vault="'[]'")
    confirmed = {"state": "'confirmed'", "held_until": "NULL", "idempotency_key": "NULL"}
    multiply(session, Booking, booking.id, reference="'X' || g", flows="'{}'", **confirmed)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    explained = "\n".join(session.scalars(text(f"EXPLAIN {_TOUCHED.text}"), {"entry": UUID(int=7)}).all())
    assert "ix_booking_plans_vault" in explained
    assert "ix_bookings_flows" in explained
    assert "Seq Scan" not in explained


def test_silence_about_bookings_that_are_over_keeps_nobody_else_waiting(office: Office) -> None:
    ended, running = office.book(day=30), office.book(day=31)
    rows = [office.applications(each)[LICENCE] for each in (ended, running)]
    for row, due in zip(rows, (date(2026, 4, 1), date(2026, 5, 8)), strict=True):
        office.step(row, V.FILE, "bo")
        row.clock, row.due_on = {**row.clock, "deemed_on_silence": "accepted"}, due
    cancel(office.session, ended.id, "", now=office.now, by=office.actor("ada"))
    assert decide_silent(office.session, now=office.now.replace(month=5, day=20), batch=1) == 1
    assert [row.state for row in rows] == [S.FILED, S.GRANTED]
    assert office.session.scalars(select(Application.id).where(Application.state == S.GRANTED)).all() == [rows[1].id]
