"""Pages of bookings: lists, one booking as each side sees it, and every verb that its buttons do."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.bookings.actions import approve
from marketplace.bookings.models import Booking, BookingState, Message, MessageFile
from tests.cast import join, signed_in
from tests.database import counting_statements
from tests.factories.stage import Stage, at, hours, make_stage


@pytest.fixture
def stage(session: Session, now: Any) -> Stage:
    made = make_stage(session, now)
    made.facility.address = {"en": "3 Bridge Lane"}
    made.facility.arrival_contact = "Ring Gil at the gate"
    return made


@pytest.fixture
def held(stage: Stage) -> Booking:
    return stage.book(hours(4, 10, 12), note="Two wafers & a <mask>")


@pytest.fixture
def confirmed(stage: Stage, held: Booking) -> Booking:
    return approve(stage.session, held.id, now=stage.now, by=stage.actor("bo"))


def path(booking: Booking, more: str = "") -> str:
    return f"/en/bookings/{booking.id}{more}"


def test_ada_sees_where_it_stands_and_what_is_open(client: FlaskClient, stage: Stage, held: Booking) -> None:
    page = signed_in(client, stage.cast.ada).get(path(held)).text
    for words in ("Held", held.reference, "Approval by the host", "The host still has to answer", "GMT+8"):
        assert words in page
    assert "Two wafers &amp; a &lt;mask&gt;" in page
    assert "3 Bridge Lane" not in page
    assert ">Approve<" not in page


def test_the_way_there_is_told_once_confirmed(client: FlaskClient, stage: Stage, confirmed: Booking) -> None:
    page = signed_in(client, stage.cast.ada).get(path(confirmed)).text
    assert "3 Bridge Lane" in page
    assert "Ring Gil at the gate" in page
    assert "Everything is settled" in page


def test_somebody_elsewhere_reads_their_own_time_too(client: FlaskClient, stage: Stage, held: Booking) -> None:
    stage.cast.ada.time_zone = "Europe/London"
    page = signed_in(client, stage.cast.ada).get(path(held)).text
    assert "10:00–12:00" in page
    assert "02:00–04:00" in page


@pytest.mark.parametrize("more", ["", "/copy", "/booking.ics", "/cancel", "/decline", "/move"])
def test_a_stranger_sees_nothing(client: FlaskClient, stage: Stage, held: Booking, more: str) -> None:
    assert signed_in(client, stage.cast.eve).get(path(held, more)).status_code == 404


@pytest.mark.parametrize(
    "more",
    [
        "/approve",
        "/decline",
        "/cancel",
        "/move",
        "/move/check",
        "/accept-terms",
        "/check-in",
        "/check-out",
        "/messages",
    ],
)
def test_a_stranger_does_nothing(client: FlaskClient, stage: Stage, held: Booking, more: str) -> None:
    assert (
        signed_in(client, stage.cast.eve).post(path(held, more), data={"reason": "x", "text": "x"}).status_code == 404
    )
    assert held.state is BookingState.HELD


def test_the_host_approves_and_the_booking_is_confirmed(client: FlaskClient, stage: Stage, held: Booking) -> None:
    bo = signed_in(client, stage.cast.bo)
    assert "Approve or decline this request." in bo.get(path(held)).text
    answer = bo.post(path(held, "/approve"), data={"note": "Bring gloves"}, follow_redirects=True)
    assert "the booking is confirmed" in answer.text
    assert held.state is BookingState.CONFIRMED
    assert "Bring gloves" in signed_in(client, stage.cast.ada).get(path(held)).text


def test_declining_needs_a_reason_and_tells_it(client: FlaskClient, stage: Stage, held: Booking) -> None:
    bo = signed_in(client, stage.cast.bo)
    assert bo.get(path(held, "/decline")).status_code == 200
    empty = bo.post(path(held, "/decline"), data={"reason": "  "})
    assert empty.status_code == 422
    assert held.state is BookingState.HELD
    assert bo.post(path(held, "/decline"), data={"reason": "The pump <broke>"}).status_code == 303
    assert held.state is BookingState.DECLINED
    assert "The pump &lt;broke&gt;" in signed_in(client, stage.cast.ada).get(path(held)).text


def test_ada_cancels_without_a_reason_and_the_host_with_one(
    client: FlaskClient, stage: Stage, held: Booking, session: Session
) -> None:
    other = stage.book(hours(5, 10, 12))
    assert signed_in(client, stage.cast.ada).post(path(held, "/cancel")).status_code == 303
    assert held.state is BookingState.CANCELLED
    bo = signed_in(client, stage.cast.bo)
    assert bo.post(path(other, "/cancel")).status_code == 422
    assert bo.post(path(other, "/cancel"), data={"reason": "Flood"}).status_code == 303
    assert other.state is BookingState.CANCELLED


def test_what_a_state_forbids_answers_409(client: FlaskClient, stage: Stage, held: Booking) -> None:
    ada = signed_in(client, stage.cast.ada)
    ada.post(path(held, "/cancel"))
    assert ada.post(path(held, "/cancel")).status_code == 409


def test_terms_are_read_and_accepted_on_the_page(client: FlaskClient, stage: Stage) -> None:
    terms = stage.terms("Leave the bench clean.")
    booking = stage.book(hours(4, 10, 12))
    ada = signed_in(client, stage.cast.ada)
    assert "Leave the bench clean." in ada.get(path(booking)).text
    unticked = ada.post(path(booking, "/accept-terms"), data={"terms_version": str(terms.id)})
    assert unticked.status_code == 422
    wrong = ada.post(path(booking, "/accept-terms"), data={"terms_version": "another", "accept": "y"})
    assert wrong.status_code == 422
    assert "another version" in wrong.text
    done = ada.post(path(booking, "/accept-terms"), data={"terms_version": str(terms.id), "accept": "y"})
    assert done.status_code == 303
    assert "Met" in ada.get(path(booking)).text


def moved(**more: str) -> dict[str, str]:
    day = {"start_on": "2026-03-05", "start_at": "10:00", "end_on": "2026-03-05", "end_at": "13:00"}
    return {**day, **more}


def test_moving_shows_first_what_it_brings(client: FlaskClient, stage: Stage, confirmed: Booking) -> None:
    ada = signed_in(client, stage.cast.ada)
    assert 'value="2026-03-04"' in ada.get(path(confirmed, "/move")).text
    page = ada.post(path(confirmed, "/move/check"), data=moved()).text
    assert "The host will be asked again" in page
    inside = moved(start_on="2026-03-04", end_on="2026-03-04", end_at="11:00")
    part = ada.post(path(confirmed, "/move/check"), data=inside, headers={"HX-Request": "true"}).text
    assert "nobody has to be asked again" in part
    assert "<html" not in part
    assert confirmed.period == hours(4, 10, 12)


def test_ada_moves_and_the_host_is_asked_again(client: FlaskClient, stage: Stage, confirmed: Booking) -> None:
    answer = signed_in(client, stage.cast.ada).post(path(confirmed, "/move"), data=moved(), follow_redirects=True)
    assert "The booking is moved. It is held" in answer.text
    assert confirmed.period == hours(5, 10, 13)
    assert confirmed.state is BookingState.HELD


def test_a_taken_time_is_not_moved_to(client: FlaskClient, stage: Stage, confirmed: Booking) -> None:
    stage.book(hours(5, 10, 13), by="eve")
    ada = signed_in(client, stage.cast.ada)
    answer = ada.post(path(confirmed, "/move"), data=moved(reason="Later wafers"))
    assert answer.status_code == 409
    assert "Every place is taken" in answer.text
    assert "Later wafers</textarea>" in answer.text
    interval = answer.text.partition('name="take" value="')[2].partition('"')[0]
    assert (
        "Later wafers</textarea>"
        in ada.post(path(confirmed, "/move/check"), data=moved(reason="Later wafers", take=interval)).text
    )
    assert confirmed.period == hours(4, 10, 12)


def test_a_move_that_cannot_be_read_is_said(client: FlaskClient, stage: Stage, confirmed: Booking) -> None:
    answer = signed_in(client, stage.cast.ada).post(path(confirmed, "/move"), data=moved(end_at="09:00"))
    assert answer.status_code == 422
    assert 'class="error"' in answer.text


def test_checking_in_and_out_by_button(client: FlaskClient, app: Flask, stage: Stage, confirmed: Booking) -> None:
    ada = signed_in(client, stage.cast.ada)
    assert ">Check in<" not in ada.get(path(confirmed)).text
    early = ada.post(path(confirmed, "/check-in"))
    assert early.status_code == 422
    assert "Check-in opens on" in early.text
    app.config["CLOCK"] = lambda: at(4, 10, 5)
    assert ">Check in<" in signed_in(client, stage.cast.ada).get(path(confirmed)).text
    assert ada.post(path(confirmed, "/check-in")).status_code == 303
    assert confirmed.state is BookingState.IN_USE
    app.config["CLOCK"] = lambda: at(4, 11, 55)
    assert ada.post(path(confirmed, "/check-out")).status_code == 303
    page = ada.get(path(confirmed)).text
    assert "Completed" in page
    assert "Really used" in page


def test_messages_go_with_attachments_that_only_the_two_sides_open(
    client: FlaskClient, stage: Stage, held: Booking, session: Session
) -> None:
    ada = signed_in(client, stage.cast.ada)
    form = {"text": "See <this>", "files": (io.BytesIO(b"one,two\n1,2\n"), "plan.csv")}
    assert ada.post(path(held, "/messages"), data=form, content_type="multipart/form-data").status_code == 303
    page = signed_in(client, stage.cast.bo).get(path(held)).text
    assert "See &lt;this&gt;" in page
    assert "plan.csv" in page
    file_id = session.scalars(select(MessageFile.file_id)).one()
    assert client.get(f"/en/files/{file_id}").status_code == 200
    assert signed_in(client, stage.cast.eve).get(f"/en/files/{file_id}").status_code == 404


def test_an_attachment_that_is_refused_keeps_the_words(
    client: FlaskClient, stage: Stage, held: Booking, session: Session
) -> None:
    form = {"text": "Run this", "files": (io.BytesIO(b"MZ\x90\x00\x03"), "setup.exe")}
    answer = signed_in(client, stage.cast.ada).post(
        path(held, "/messages"), data=form, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "Run this</textarea>" in answer.text
    assert session.scalars(select(Message)).all() == []


def test_the_calendar_file_is_the_mailed_event(client: FlaskClient, stage: Stage, confirmed: Booking) -> None:
    answer = signed_in(client, stage.cast.ada).get(path(confirmed, "/booking.ics"))
    calendar = Calendar.from_ical(answer.text)
    event = next(part for part in calendar.walk("VEVENT"))
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert str(event["UID"]).startswith(str(confirmed.id))
    assert int(event["SEQUENCE"]) == confirmed.version
    assert (calendar["METHOD"], str(event["STATUS"])) == ("PUBLISH", "CONFIRMED")
    assert "3 Bridge Lane" in str(event["LOCATION"])
    assert "ATTENDEE" not in event


def test_a_hold_whose_time_is_over_is_taken_back_in_its_file(
    app: Flask, client: FlaskClient, stage: Stage, held: Booking
) -> None:
    ada = signed_in(client, stage.cast.ada)
    assert "STATUS:TENTATIVE" in ada.get(path(held, "/booking.ics")).text
    assert held.held_until is not None
    until = held.held_until
    app.config["CLOCK"] = lambda: until
    assert "STATUS:CANCELLED" in ada.get(path(held, "/booking.ics")).text


def test_my_bookings_are_filtered_and_go_on(client: FlaskClient, stage: Stage, session: Session) -> None:
    stage.rules(step=5, shortest=5)
    start = at(4, 9)
    period = hours(4, 9, 10)
    rows = [
        stage.book(type(period)(start + timedelta(minutes=10 * n), start + timedelta(minutes=10 * n + 5)))
        for n in range(27)
    ]
    ada = signed_in(client, stage.cast.ada)
    first = ada.get("/en/bookings").text
    assert rows[0].reference in first
    assert rows[26].reference not in first
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert rows[26].reference in ada.get(following).text
    assert rows[0].reference not in ada.get("/en/bookings?time=past").text
    assert "No booking fits" in ada.get("/en/bookings?state=cancelled").text
    assert rows[0].reference not in signed_in(client, stage.cast.eve).get("/en/bookings").text


def test_managers_see_their_organisations_bookings(
    client: FlaskClient, stage: Stage, held: Booking, session: Session, now: Any
) -> None:
    cheng, university = stage.cast.cheng, stage.cast.university
    join(session, cheng, university, Role.MANAGER, now=now)
    page = signed_in(client, cheng)
    assert held.reference not in page.get("/en/bookings").text
    theirs = page.get(f"/en/bookings?of={university.id}").text
    assert held.reference in theirs
    assert "Ada Leung" in theirs
    assert held.reference not in signed_in(client, stage.cast.eve).get(f"/en/bookings?of={university.id}").text


@pytest.mark.parametrize("query", ["after=x~y", "after=2026-03-04~z", "state=odd&time=never", "of=1"])
def test_odd_addresses_show_the_list(client: FlaskClient, stage: Stage, query: str) -> None:
    assert signed_in(client, stage.cast.ada).get(f"/en/bookings?{query}").status_code == 200


def test_writing_needs_the_forms_token(app: Flask, client: FlaskClient, stage: Stage, held: Booking) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert signed_in(client, stage.cast.ada).post(path(held, "/cancel")).status_code == 400


def test_pages_take_the_same_number_of_statements_however_much_they_show(
    client: FlaskClient, stage: Stage, held: Booking, database: Any
) -> None:
    ada = signed_in(client, stage.cast.ada)
    counts = []
    for day in (5, 6):
        ada.post(path(held, "/messages"), data={"text": "And one more"})
        with counting_statements(database) as statements:
            ada.get("/en/bookings")
            ada.get(path(held))
        counts.append(len(statements))
        stage.book(hours(day, 10, 12))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
def test_the_pages_speak_chinese(client: FlaskClient, stage: Stage, held: Booking, language: str) -> None:
    page = signed_in(client, stage.cast.ada).get(f"/{language}/bookings/{held.id}").text
    assert {"zh-hant": "預約條件", "zh-hans": "预约条件"}[language] in page
