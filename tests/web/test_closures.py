"""Closing units on pages: once, again and again, with bookings in the way, and opening early."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.availability.models import Closure, ClosureKind, ClosureSeries
from marketplace.bookings.models import BookingState
from marketplace.database import Database
from tests.cast import Cast, join, make_person, signed_in
from tests.database import counting_statements
from tests.factories.stage import Stage, at, hours, make_stage_of

NEW = "/en/host/closures/new"


@pytest.fixture
def stage(session: Session, cast: Cast, now: datetime) -> Stage:
    return make_stage_of(session, cast, now)


def entry(stage: Stage, **more: Any) -> dict[str, Any]:
    """What a host types; the times are the facility's own."""
    given = {"unit": str(stage.unit.id), "kind": "maintenance", "start": "2026-03-04T10:00", "end": "2026-03-04T12:30"}
    return given | {"reason_en": "New pump", "repeats": "", "interval": "1"} | more


def closed(session: Session) -> list[Closure]:
    return list(session.scalars(select(Closure).where(Closure.lifted_at.is_(None)).order_by(Closure.starts_at)))


def test_the_form_begins_with_what_the_address_names(client: FlaskClient, stage: Stage) -> None:
    bo = signed_in(client, stage.cast.bo)
    page = bo.get(f"{NEW}?unit={stage.unit.id}&start=2026-03-05T14:00&end=2026-03-05T15:15").text
    assert 'value="2026-03-05T14:00"' in page and 'value="2026-03-05T15:15"' in page
    plain = bo.get(f"{NEW}?start=never&unit=nobody").text
    assert 'value="2026-03-03T09:00"' in plain and 'value="2026-03-03T18:00"' in plain


def test_closing_once(client: FlaskClient, stage: Stage, session: Session) -> None:
    bo = signed_in(client, stage.cast.bo)
    assert bo.post(NEW, data=entry(stage)).status_code == 303
    [closure] = closed(session)
    assert (closure.starts_at, closure.ends_at) == (at(4, 10), at(4, 12, 30))
    assert (closure.kind, closure.reason) == (ClosureKind.MAINTENANCE, {"en": "New pump"})
    page = bo.get("/en/host/closures").text
    assert "New pump" in page and "Maintenance" in page and "Wed, 4 Mar 2026, 10:00–12:30" in page


def test_closing_again_and_again_shows_one_line_and_ends_as_one(
    client: FlaskClient, stage: Stage, session: Session
) -> None:
    bo = signed_in(client, stage.cast.bo)
    wish = entry(stage, repeats="WEEKLY", interval="2", weekdays=["1", "3"], until="2026-05-03")
    assert bo.post(NEW, data=wish).status_code == 303
    assert len(closed(session)) > 5
    page = bo.get("/en/host/closures").text
    assert page.count("New pump") == 1
    assert "every 2 weeks on Mon, Wed until 3 May 2026" in page
    first = closed(session)[0]
    assert bo.post(f"/en/host/closures/{first.id}/lift").status_code == 303
    assert closed(session)[0].starts_at > first.starts_at
    series = session.scalars(select(ClosureSeries)).one()
    assert bo.post(f"/en/host/closures/series/{series.id}/end").status_code == 303
    assert closed(session) == []
    assert "Nothing is closed" in bo.get("/en/host/closures").text


@pytest.mark.parametrize(
    "fault",
    [
        {"end": "2026-03-04T10:00"},
        {"start": "soon"},
        {"start": "0001-01-01T00:00"},
        {"end": "2036-03-04T10:00"},
        {"unit": ""},
        {"kind": "party"},
        {"repeats": "WEEKLY", "interval": "99"},
        {"repeats": "DAILY", "end": "2026-03-06T10:00"},
        {"repeats": "HOURLY"},
        {"reason_en": "x" * 600},
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(
    client: FlaskClient, stage: Stage, session: Session, fault: dict[str, str]
) -> None:
    answer = signed_in(client, stage.cast.bo).post(NEW, data=entry(stage) | {"reason_zh_hant": "換泵"} | fault)
    assert answer.status_code == 422
    assert "error-summary" in answer.text and "換泵" in answer.text
    assert closed(session) == []


def test_bookings_in_the_way_are_shown_and_cancelled_one_by_one(
    client: FlaskClient, stage: Stage, session: Session
) -> None:
    stage.rules(set_up=0)
    first, second = stage.book(hours(4, 9, 11)), stage.book(hours(4, 12, 13), by="eve")
    bo = signed_in(client, stage.cast.bo)
    wish = entry(stage)
    page = bo.post(NEW, data=wish)
    assert page.status_code == 409
    for words in ("Ada Leung", "Eve Stone", "New pump", f"/bookings/{first.id}/move", 'value="2026-03-04T12:30"'):
        assert words in page.text
    way = "/en/host/closures/make-way/"
    bare = bo.post(f"{way}{first.id}", data=wish)
    assert bare.status_code == 422 and "New pump" in bare.text
    assert first.state is BookingState.HELD
    told = bo.post(f"{way}{first.id}", data=wish | {f"reason-{first.id}": "Pump", f"reason-{second.id}": "Half typed"})
    assert told.status_code == 200
    assert "Half typed" in told.text and "New pump" in told.text and "Ada Leung" not in told.text
    assert (first.state, first.end_reason) == (BookingState.CANCELLED, "Pump")
    last = bo.post(f"{way}{second.id}", data=wish | {f"reason-{second.id}": "Pump"})
    assert "Nothing is in the way any more" in last.text
    assert closed(session) == []
    assert bo.post(NEW, data=wish).status_code == 303
    assert len(closed(session)) == 1


def test_a_closure_that_has_begun_is_opened_now(client: FlaskClient, stage: Stage, session: Session) -> None:
    bo = signed_in(client, stage.cast.bo)
    bo.post(NEW, data=entry(stage, start="2026-03-02T08:00"))
    page = bo.get("/en/host/closures").text
    assert "Closed now" in page and "Open now" in page
    [closure] = closed(session)
    assert bo.post(f"/en/host/closures/{closure.id}/lift").status_code == 303
    assert stage.book(hours(2, 10, 11)).state is BookingState.HELD


def test_staff_close_but_do_not_cancel(client: FlaskClient, stage: Stage) -> None:
    gil = make_person(stage.session, "Gil Fong", now=stage.now)
    join(stage.session, gil, stage.cast.firm, Role.HOST_STAFF, now=stage.now)
    booking = stage.book(hours(4, 10, 12))
    staff = signed_in(client, gil)
    page = staff.post(NEW, data=entry(stage))
    assert page.status_code == 409
    assert "A host manager of your organisation can move or cancel it" in page.text
    refused = staff.post(f"/en/host/closures/make-way/{booking.id}", data={f"reason-{booking.id}": "x"})
    assert refused.status_code == 403
    assert staff.post(NEW, data=entry(stage, start="2026-03-05T10:00", end="2026-03-05T11:00")).status_code == 303


@pytest.mark.parametrize("name", ["ada", "eve", "dee"])
def test_others_close_nothing(client: FlaskClient, stage: Stage, session: Session, name: str) -> None:
    signed_in(client, stage.cast.bo).post(NEW, data=entry(stage))
    [closure] = closed(session)
    other = signed_in(client, stage.cast.people[name])
    assert other.post(NEW, data=entry(stage)).status_code == 422
    assert other.post(f"/en/host/closures/{closure.id}/lift").status_code == 404
    page = other.get("/en/host/closures").text
    assert "New pump" not in page and "Etcher" not in page
    assert session.scalar(select(func.count(Closure.id)).where(Closure.lifted_at.is_(None))) == 1


def test_the_list_takes_a_fixed_number_of_statements(client: FlaskClient, stage: Stage, database: Database) -> None:
    bo = signed_in(client, stage.cast.bo)
    bo.post(NEW, data=entry(stage))
    bo.get("/en/host/closures")
    with counting_statements(database) as few:
        bo.get("/en/host/closures")
    for day in range(5, 20):
        bo.post(NEW, data=entry(stage, start=f"2026-03-{day:02d}T10:00", end=f"2026-03-{day:02d}T11:00"))
    with counting_statements(database) as many:
        assert bo.get("/en/host/closures").text.count("New pump") == 16
    assert len(many) == len(few)
