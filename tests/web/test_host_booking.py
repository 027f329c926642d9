"""A host books: own use, for somebody known, for somebody by address, and with limits set aside for a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.bookings.models import Booking, BookingState, Purpose
from marketplace.database import Database
from tests.cast import Cast, join, make_person, signed_in
from tests.database import counting_statements
from tests.factories.stage import Stage, hours, make_stage_of


@pytest.fixture
def stage(session: Session, cast: Cast, now: datetime) -> Stage:
    return make_stage_of(session, cast, now)


def address(stage: Stage, end: str = "") -> str:
    return f"/en/host/units/{stage.unit.id}/book{end}"


def entry(stage: Stage, **more: Any) -> dict[str, Any]:
    given = {"person": str(stage.cast.bo.id), "purpose": "own_use", "organisation": "", "email": ""}
    times = {"start_on": "2026-03-04", "start_at": "10:00", "end_on": "2026-03-04", "end_at": "12:00"}
    return given | times | more


def made(session: Session) -> Booking:
    return session.scalars(select(Booking)).one()


def test_own_use_is_confirmed_at_once_and_costs_nothing(client: FlaskClient, stage: Stage, session: Session) -> None:
    stage.terms()
    bo = signed_in(client, stage.cast.bo)
    assert "Own use is not charged" in bo.get(address(stage)).text
    answer = bo.post(address(stage), data=entry(stage))
    assert answer.status_code == 303
    booking = made(session)
    assert (booking.state, booking.purpose, booking.total_minor) == (BookingState.CONFIRMED, Purpose.OWN_USE, None)
    assert booking.organisation_id == stage.cast.firm.id
    assert booking.period == hours(4, 10, 12)


def test_for_somebody_by_address_the_approval_is_given_and_the_terms_stay_open(
    client: FlaskClient, stage: Stage, session: Session
) -> None:
    stage.terms()
    bo = signed_in(client, stage.cast.bo)
    wish = entry(stage, person="", email=" ADA@example.org ", purpose="research", note="As agreed")
    page = bo.post(address(stage, "/check"), data=wish)
    assert page.status_code == 200 and "Acceptance of the terms" in page.text
    assert bo.post(address(stage), data=wish).status_code == 303
    booking = made(session)
    assert (booking.person_id, booking.booked_by) == (stage.cast.ada.id, stage.cast.bo.id)
    assert (booking.organisation_id, booking.state) == (stage.cast.university.id, BookingState.HELD)


def test_who_booked_before_can_be_chosen_by_name(client: FlaskClient, stage: Stage) -> None:
    bo = signed_in(client, stage.cast.bo)
    assert "Ada Leung" not in bo.get(address(stage)).text
    stage.book(hours(5, 10, 12))
    assert "Ada Leung, booked here before" in bo.get(address(stage)).text
    wish = entry(stage, person=str(stage.cast.ada.id), purpose="research")
    assert bo.post(address(stage), data=wish).status_code == 303
    strange = entry(stage, person=str(stage.cast.eve.id), purpose="research")
    assert bo.post(address(stage), data=strange).status_code == 422


def test_limits_are_shown_and_yield_to_a_reason(client: FlaskClient, stage: Stage, session: Session) -> None:
    bo = signed_in(client, stage.cast.bo)
    night = entry(stage, start_at="20:00", end_at="22:00")
    refused = bo.post(address(stage), data=night)
    assert refused.status_code == 422
    assert "You can set this aside with a reason" in refused.text
    assert session.scalars(select(Booking)).all() == []
    assert bo.post(address(stage), data=night | {"override_reason": "Night run"}).status_code == 303
    booking = made(session)
    assert (booking.override_reason, booking.overridden) == ("Night run", ["closed"])


def test_no_reason_sets_aside_what_is_taken_or_past(client: FlaskClient, stage: Stage, session: Session) -> None:
    stage.book(hours(4, 11, 13))
    bo = signed_in(client, stage.cast.bo)
    taken = bo.post(address(stage), data=entry(stage, override_reason="Because"))
    assert taken.status_code == 409
    assert "Nobody can set this aside" in taken.text
    assert "Free nearby" in taken.text
    past = {"start_on": "2026-02-27", "end_on": "2026-02-27"}
    assert bo.post(address(stage), data=entry(stage, override_reason="Because", **past)).status_code == 422
    assert len(session.scalars(select(Booking)).all()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"person": "", "email": ""},
        {"person": "", "email": "nobody@example.org"},
        {"start_on": "never"},
        {"end_at": "09:00"},
        {"purpose": "holiday"},
        {"start_on": "9999-01-01", "end_on": "9999-01-01"},
    ],
)
def test_faults_come_back_with_what_was_typed(
    client: FlaskClient, stage: Stage, session: Session, fault: dict[str, str]
) -> None:
    answer = signed_in(client, stage.cast.bo).post(address(stage), data=entry(stage, note="Kept words") | fault)
    assert answer.status_code == 422
    assert "Kept words" in answer.text and "error" in answer.text
    assert session.scalars(select(Booking)).all() == []


def test_the_same_form_sent_twice_books_once(client: FlaskClient, stage: Stage, session: Session) -> None:
    bo = signed_in(client, stage.cast.bo)
    wish = entry(stage, key="7b2f0a52-3d3c-4a64-9f7a-0d3c6c1f7b11")
    first, again = (bo.post(address(stage), data=wish) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert made(session).state is BookingState.CONFIRMED


def test_only_host_managers_book_for_others(client: FlaskClient, stage: Stage, session: Session) -> None:
    gil = make_person(session, "Gil Fong", now=stage.now)
    join(session, gil, stage.cast.firm, Role.HOST_STAFF, now=stage.now)
    for person in (gil, stage.cast.ada, stage.cast.eve, stage.cast.dee):
        other = signed_in(client, person)
        expected = 403 if person is gil else 404
        assert other.get(address(stage)).status_code == expected
        assert other.post(address(stage), data=entry(stage)).status_code == expected
        assert "Etcher" not in other.get("/en/host/book").text
    assert session.scalars(select(Booking)).all() == []


def test_the_form_takes_a_fixed_number_of_statements(client: FlaskClient, stage: Stage, database: Database) -> None:
    bo = signed_in(client, stage.cast.bo)
    stage.book(hours(5, 9, 10))
    form = address(stage)
    bo.get(form)
    with counting_statements(database) as few:
        bo.get(form)
    for hour in range(10, 18):
        stage.book(hours(5, hour, hour + 1), by="eve")
    with counting_statements(database) as many:
        bo.get(form)
    assert len(many) == len(few)
