"""The form that asks for a booking: what it shows beforehand, what it keeps, and what it makes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.availability.models import BookingMode
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.catalogue.models import ListingState
from tests.cast import join, make_organisation, signed_in
from tests.database import counting_statements
from tests.factories.stage import Stage, at, hours, make_stage


@pytest.fixture
def stage(session: Session, now: Any) -> Stage:
    return make_stage(session, now)


def fields(**more: Any) -> dict[str, Any]:
    given = {
        "start_on": "2026-03-04",
        "start_at": "10:00",
        "end_on": "2026-03-04",
        "end_at": "12:00",
        "purpose": "research",
        "note": "Two wafers & a <mask>",
        "key": str(uuid4()),
    }
    return {**given, **more}


def address(stage: Stage, more: str = "") -> str:
    return f"/en/units/{stage.unit.id}/book{more}"


def made(session: Session) -> list[Booking]:
    return list(session.scalars(select(Booking)))


def test_the_form_begins_with_the_next_free_time(client: FlaskClient, stage: Stage) -> None:
    page = signed_in(client, stage.cast.ada).get(address(stage)).text
    assert 'name="start_on" required type="date" value="2026-03-02"' in page
    assert "Free, and nothing stands in the way." in page
    assert "Approval by the host" in page


def test_the_address_fills_it_in(client: FlaskClient, stage: Stage) -> None:
    start, end = at(5, 14).isoformat(), at(5, 16).isoformat()
    page = signed_in(client, stage.cast.ada).get(address(stage), query_string={"start": start, "end": end}).text
    assert 'value="2026-03-05"' in page
    assert 'value="14:00"' in page
    assert 'value="16:00"' in page


@pytest.mark.parametrize("start", ["", "x", "9999-12-31T23:00:00Z", "2026-03-05", "0001-01-01T00:00:00+08:00"])
def test_an_address_that_means_nothing_is_no_error(client: FlaskClient, stage: Stage, start: str) -> None:
    answer = signed_in(client, stage.cast.ada).get(address(stage), query_string={"start": start, "end": start})
    assert answer.status_code == 200


def test_ada_books(client: FlaskClient, stage: Stage, session: Session) -> None:
    answer = signed_in(client, stage.cast.ada).post(address(stage), data=fields())
    booking = made(session)[0]
    assert answer.status_code == 303
    assert answer.location == f"/en/bookings/{booking.id}"
    assert booking.period == hours(4, 10, 12)
    assert (booking.state, booking.note) == (BookingState.HELD, "Two wafers & a <mask>")
    assert booking.organisation_id == stage.cast.university.id


def test_the_same_form_sent_twice_books_once(client: FlaskClient, stage: Stage, session: Session) -> None:
    form = fields()
    ada = signed_in(client, stage.cast.ada)
    first, second = (ada.post(address(stage), data=form) for _ in range(2))
    assert first.location == second.location
    assert len(made(session)) == 1


def test_the_same_form_changed_is_another_wish(client: FlaskClient, stage: Stage, session: Session) -> None:
    form = fields()
    ada = signed_in(client, stage.cast.ada)
    ada.post(address(stage), data=form)
    assert ada.post(address(stage), data={**form, "start_on": "2026-03-05", "end_on": "2026-03-05"}).status_code == 303
    assert len(made(session)) == 2


def test_every_reason_is_shown_and_nothing_typed_is_lost(client: FlaskClient, stage: Stage, session: Session) -> None:
    stage.rules(shortest=240, step=60)
    form = fields(start_on="2026-03-07", end_on="2026-03-07", start_at="10:15")
    answer = signed_in(client, stage.cast.ada).post(address(stage), data=form)
    assert answer.status_code == 422
    for words in ("steps of 1 hour", "shortest booking is 4 hours", "not open for the whole", 'value="10:15"'):
        assert words in answer.text
    assert "Two wafers &amp; a &lt;mask&gt;</textarea>" in answer.text
    assert made(session) == []


def test_a_taken_time_offers_what_is_free_nearby(client: FlaskClient, stage: Stage, session: Session) -> None:
    stage.book(hours(4, 10, 12), by="eve")
    answer = signed_in(client, stage.cast.ada).post(address(stage), data=fields())
    assert answer.status_code == 409
    assert "Every place is taken" in answer.text
    interval = answer.text.partition('name="take" value="')[2].partition('"')[0]
    page = client.post(address(stage, "/check"), data=fields(take=interval)).text
    assert "Free, and nothing stands in the way." in page
    assert "Two wafers &amp; a &lt;mask&gt;</textarea>" in page
    assert len(made(session)) == 1


def test_checking_books_nothing(client: FlaskClient, stage: Stage, session: Session) -> None:
    ada = signed_in(client, stage.cast.ada)
    page = ada.post(address(stage, "/check"), data=fields())
    part = ada.post(address(stage, "/check"), data=fields(), headers={"HX-Request": "true"})
    assert "Approval by the host" in page.text
    assert "Approval by the host" in part.text
    assert "<html" in page.text
    assert "<html" not in part.text
    assert made(session) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_on": ""},
        {"start_on": "yesterday"},
        {"start_on": "9999-12-31", "end_on": "9999-12-31"},
        {"end_at": "09:00"},
        {"start_at": "25:99"},
        {"purpose": "fun"},
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(
    client: FlaskClient, stage: Stage, session: Session, wrong: dict[str, str]
) -> None:
    answer = signed_in(client, stage.cast.ada).post(address(stage), data=fields(**wrong))
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert made(session) == []


def test_days_run_from_opening_to_closing_over_a_closed_weekend(
    client: FlaskClient, stage: Stage, session: Session
) -> None:
    stage.rules(mode=BookingMode.DAY, shortest=1440)
    form = {**fields(start_on="2026-03-06", end_on="2026-03-09"), "start_at": "", "end_at": ""}
    ada = signed_in(client, stage.cast.ada)
    assert "Closed nights and days in between" in ada.post(address(stage, "/check"), data=form).text
    assert ada.post(address(stage), data=form).status_code == 303
    assert made(session)[0].period == type(hours(4, 1, 2))(at(6, 9), at(9, 18))


def test_a_closed_last_day_is_refused_by_the_rules(client: FlaskClient, stage: Stage) -> None:
    stage.rules(mode=BookingMode.DAY, shortest=1440)
    form = {**fields(start_on="2026-03-06", end_on="2026-03-08"), "start_at": "", "end_at": ""}
    answer = signed_in(client, stage.cast.ada).post(address(stage), data=form)
    assert answer.status_code == 422
    assert "not open for the whole" in answer.text


def test_weeks_are_named_by_any_of_their_days(client: FlaskClient, stage: Stage, session: Session) -> None:
    stage.rules(mode=BookingMode.WEEK, shortest=10080)
    form = {**fields(start_on="2026-03-11", end_on="2026-03-12"), "start_at": "", "end_at": ""}
    assert signed_in(client, stage.cast.ada).post(address(stage), data=form).status_code == 303
    assert made(session)[0].period == type(hours(4, 1, 2))(at(9, 9), at(13, 18))


def test_terms_are_accepted_with_the_request_or_later(client: FlaskClient, stage: Stage, session: Session) -> None:
    terms = stage.terms("Leave the bench as you <found> it.")
    ada = signed_in(client, stage.cast.ada)
    assert "as you &lt;found&gt; it." in ada.get(address(stage)).text
    ada.post(address(stage), data=fields(terms_version=str(terms.id), accept="y"))
    gate = session.scalars(select(Gate).where(Gate.kind == GateKind.TERMS)).one()
    assert gate.state is GateState.PASSED


def test_terms_that_changed_meanwhile_are_shown_anew(client: FlaskClient, stage: Stage, session: Session) -> None:
    old = stage.terms("The first text.")
    stage.terms("The second text.")
    answer = signed_in(client, stage.cast.ada).post(address(stage), data=fields(terms_version=str(old.id), accept="y"))
    assert answer.status_code == 422
    assert "The second text." in answer.text
    assert "another version" in answer.text
    assert made(session) == []


def test_visitors_see_it_all_and_sign_in_to_the_same_time(client: FlaskClient, stage: Stage, session: Session) -> None:
    page = client.get(address(stage), query_string={"start": at(4, 10).isoformat(), "end": at(4, 12).isoformat()}).text
    assert "Sign in to book" in page
    assert "next=/en/units/" in page.replace("%2F", "/")
    assert "2026-03-04T02:00:00" in page.replace("%3A", ":").replace("%253A", ":")
    assert client.post(address(stage), data=fields()).status_code in (302, 303)
    assert made(session) == []


def test_who_books_for_several_organisations_chooses_one(
    client: FlaskClient, stage: Stage, session: Session, now: Any
) -> None:
    other = make_organisation(session, "Second House", now=now)
    join(session, stage.cast.ada, other, Role.RESEARCHER, now=now)
    ada = signed_in(client, stage.cast.ada)
    assert "Second House" in ada.get(address(stage)).text
    ada.post(address(stage), data=fields(organisation=str(other.id)))
    assert made(session)[0].organisation_id == other.id


def test_nobody_books_for_an_organisation_of_others(client: FlaskClient, stage: Stage, session: Session) -> None:
    form = fields(organisation=str(stage.cast.university.id))
    assert signed_in(client, stage.cast.eve).post(address(stage), data=form).status_code == 404
    assert made(session) == []


def test_a_draft_is_nobodys_business(client: FlaskClient, stage: Stage) -> None:
    stage.facility.state = ListingState.DRAFT
    for person in (stage.cast.ada, stage.cast.eve):
        assert signed_in(client, person).get(address(stage)).status_code == 404
        assert client.post(address(stage, "/check"), data=fields()).status_code == 404
        assert client.post(address(stage), data=fields()).status_code == 404


def test_a_copy_begins_whole_weeks_later(client: FlaskClient, stage: Stage, session: Session) -> None:
    first = stage.book(hours(4, 10, 12), note="Same again")
    ada = signed_in(client, stage.cast.ada)
    answer = ada.get(f"/en/bookings/{first.id}/copy")
    assert answer.status_code == 303
    page = ada.get(answer.location).text
    assert 'value="2026-03-11"' in page
    assert "Same again</textarea>" in page
    ada.post(address(stage), data=fields(start_on="2026-03-11", end_on="2026-03-11", copied_from=str(first.id)))
    assert {booking.copied_from for booking in made(session)} == {None, first.id}


def test_a_full_day_takes_no_more_statements_than_an_empty_one(
    client: FlaskClient, stage: Stage, database: Any
) -> None:
    ada = signed_in(client, stage.cast.ada)
    counts = []
    for hour in (9, 11, 13):
        with counting_statements(database) as statements:
            ada.post(address(stage, "/check"), data=fields())
        counts.append(len(statements))
        stage.book(hours(5, hour, hour + 1), by="eve")
    assert len(set(counts)) == 1
