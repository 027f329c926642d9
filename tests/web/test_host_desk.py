"""The host's desk: what it shows of a request, answering in one step, arrivals, and whom it shows nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.bookings.actions import approve, ask, cancel
from marketplace.bookings.models import Booking, BookingState, Purpose
from marketplace.database import Database
from marketplace.pricing.actions import set_rate
from marketplace.pricing.models import RatePer
from marketplace.values.money import Money
from tests.cast import Cast, actor_of, join, make_person, signed_in
from tests.database import counting_statements
from tests.factories.stage import Stage, at, hours, make_stage_of


@pytest.fixture
def stage(session: Session, cast: Cast, now: datetime) -> Stage:
    return make_stage_of(session, cast, now)


def answer(client: FlaskClient, booking: Booking, deed: str, reason: str = "") -> Any:
    prefix = f"r{booking.id.hex[-12:]}-"
    return client.post(f"/en/host/requests/{booking.id}/{deed}", data={f"{prefix}reason": reason})


def test_an_empty_desk_says_so(client: FlaskClient, stage: Stage) -> None:
    page = signed_in(client, stage.cast.bo).get("/en/host").text
    assert "No request waits for you" in page
    assert "Nobody is here" in page


def test_somebody_without_a_host_role_learns_how_to_get_one(client: FlaskClient, stage: Stage) -> None:
    stage.book(hours(4, 10, 12), note="Secret sauce")
    for name in ("ada", "eve", "cheng"):
        page = signed_in(client, stage.cast.people[name]).get("/en/host").text
        assert "You host nothing yet" in page
        assert "Secret sauce" not in page


def test_a_request_stands_there_with_what_it_takes_to_answer_it(client: FlaskClient, stage: Stage) -> None:
    rate = Money(12000, "HKD"), RatePer.HOUR
    set_rate(stage.session, stage.unit.id, *rate, valid_from=stage.now.date(), now=stage.now, by=stage.actor("bo"))
    stage.book(hours(4, 10, 12), note="Two wafers, <b>no acid</b>", purpose=Purpose.TEACHING)
    stage.book(hours(4, 14, 15), by="eve")
    page = signed_in(client, stage.cast.bo).get("/en/host").text
    for words in ("Ada Leung", "Harbour University", "Verified", "Teaching", "Two wafers, &lt;b&gt;no acid&lt;/b&gt;"):
        assert words in page
    assert "HKD" in page and "240.00" in page
    assert "First time at your facilities" in page
    assert "Elsewhere Labs</a>" in page, "the other booking near is named"
    assert page.index("Wed, 4 Mar 2026, 10:00–12:00") < page.index("Wed, 4 Mar 2026, 14:00–15:00")


def test_the_oldest_deadline_comes_first(client: FlaskClient, stage: Stage) -> None:
    late = stage.book(hours(12, 10, 12))
    soon = stage.book(hours(3, 10, 12))
    page = signed_in(client, stage.cast.bo).get("/en/host").text
    assert page.index(f"request-{soon.id}") < page.index(f"request-{late.id}")


def test_approving_in_one_step(client: FlaskClient, stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    bo = signed_in(client, stage.cast.bo)
    assert answer(bo, booking, "approve", "Welcome").status_code == 303
    assert booking.state is BookingState.CONFIRMED
    assert "Approved. The booking is confirmed" in bo.get("/en/host").text


def test_declining_wants_a_reason_and_keeps_the_rest(client: FlaskClient, stage: Stage) -> None:
    booking, other = stage.book(hours(4, 10, 12)), stage.book(hours(5, 10, 12))
    bo = signed_in(client, stage.cast.bo)
    refused = answer(bo, booking, "decline", "  ")
    assert refused.status_code == 422
    assert "error-summary" in refused.text and f"request-{other.id}" in refused.text
    assert booking.state is BookingState.HELD
    assert answer(bo, booking, "decline", "The line is down").status_code == 303
    assert (booking.state, booking.end_reason) == (BookingState.DECLINED, "The line is down")


def test_what_was_answered_meanwhile_is_not_answered_twice(client: FlaskClient, stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    cancel(stage.session, booking.id, now=stage.now, by=stage.actor("ada"))
    bo = signed_in(client, stage.cast.bo)
    late = answer(bo, booking, "approve")
    assert late.status_code == 303 and late.location.endswith(f"/en/bookings/{booking.id}")
    assert "answered or ended meanwhile" in bo.get(late.location).text
    assert booking.state is BookingState.CANCELLED


def test_an_approved_booking_with_open_terms_waits_for_the_other_side(client: FlaskClient, stage: Stage) -> None:
    stage.terms()
    booking = stage.book(hours(4, 10, 12))
    bo = signed_in(client, stage.cast.bo)
    assert answer(bo, booking, "approve").status_code == 303
    page = bo.get("/en/host").text
    assert "Waiting for the other side" in page
    assert "Acceptance of the terms" in page
    assert "No request waits for you" in page


def test_arrivals_check_in_and_out(app: Flask, client: FlaskClient, stage: Stage) -> None:
    booking = stage.book(hours(2, 10, 12))
    approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
    bo = signed_in(client, stage.cast.bo)
    assert f"/host/arrivals/{booking.id}/check-in" in bo.get("/en/host").text
    app.config["CLOCK"] = lambda: at(2, 10)
    assert bo.post(f"/en/host/arrivals/{booking.id}/check-in").status_code == 303
    assert booking.state is BookingState.IN_USE
    app.config["CLOCK"] = lambda: at(2, 13)
    page = bo.get("/en/host").text
    assert "Past its end" in page, "who stays too long is still shown"
    assert bo.post(f"/en/host/arrivals/{booking.id}/check-out").status_code == 303
    assert booking.state is BookingState.COMPLETED


def test_staff_see_and_check_in_but_do_not_answer(client: FlaskClient, stage: Stage) -> None:
    gil = make_person(stage.session, "Gil Fong", now=stage.now)
    join(stage.session, gil, stage.cast.firm, Role.HOST_STAFF, now=stage.now)
    booking = stage.book(hours(4, 10, 12))
    staff = signed_in(client, gil)
    page = staff.get("/en/host").text
    assert "A host manager of your organisation answers this" in page
    assert f"requests/{booking.id}/approve" not in page
    assert answer(staff, booking, "approve").status_code == 403


@pytest.mark.parametrize("name", ["eve", "cheng"])
def test_strangers_find_no_request(client: FlaskClient, stage: Stage, name: str) -> None:
    booking = stage.book(hours(4, 10, 12))
    stranger = signed_in(client, stage.cast.people[name])
    for deed in ("approve", "decline"):
        assert answer(stranger, booking, deed, "no").status_code == 404
    for deed in ("check-in", "check-out"):
        assert stranger.post(f"/en/host/arrivals/{booking.id}/{deed}").status_code == 404
    assert booking.state is BookingState.HELD


def test_a_question_waits_until_the_host_answers(client: FlaskClient, stage: Stage, now: datetime) -> None:
    ask(stage.session, stage.facility.id, "Gas lines", "Is argon there?", now=now, by=stage.actor("ada"))
    page = signed_in(client, stage.cast.bo).get("/en/host").text
    assert "Gas lines" in page and "Is argon there?" in page


def test_the_desk_asks_the_database_as_often_for_one_request_as_for_many(
    client: FlaskClient, stage: Stage, database: Database
) -> None:
    stage.book(hours(4, 9, 10))
    bo = signed_in(client, stage.cast.bo)
    bo.get("/en/host")
    with counting_statements(database) as few:
        bo.get("/en/host")
    for day in (5, 6, 9, 10):
        for hour in (9, 11, 13, 15):
            stage.book(hours(day, hour, hour + 1))
    with counting_statements(database) as many:
        page = bo.get("/en/host").text
    assert page.count('class="request"') == 17
    assert len(many) == len(few)


def test_visits_are_counted(app: Flask, client: FlaskClient, stage: Stage) -> None:
    first = stage.book(hours(2, 10, 11))
    first.state, first.held_until = BookingState.COMPLETED, None
    stage.session.flush()
    stage.book(hours(5, 10, 11), now=stage.now + timedelta(minutes=1))
    page = signed_in(client, stage.cast.bo).get("/en/host").text
    assert "Earlier uses at your facilities: 1" in page
    assert actor_of(stage.session, stage.cast.bo, now=stage.now).roles
