"""The kiosk at a unit: its code, what strangers read there, and checking in with and without being signed in."""

from __future__ import annotations

import re
import threading
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.bookings.models import Booking, BookingState
from marketplace.database import Database
from marketplace.operations.actions.checking import check_in
from marketplace.operations.actions.kiosks import Deed, Proof, check_by_code, end_kiosk, renew_kiosk
from marketplace.operations.models import Source, UseSession
from marketplace.operations.queries.doors import door_of, due_at
from marketplace.operations.rules.doors import door_code, fits, initials
from marketplace.values.refusal import Invalid, NotFound
from tests.cast import actor_of, signed_in
from tests.factories.stage import Stage, at, hours, make_stage

KEY = "k" * 48


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    stage = make_stage(session, now)
    stage.rules(instant=True)
    return stage


def booked(stage: Stage, start: int, end: int) -> Booking:
    booking = stage.book(hours(2, start, end), now=at(2, 8))
    booking.state, booking.held_until = BookingState.CONFIRMED, None
    stage.session.flush()
    return booking


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ada Leung", "AL"), ("梁雅達", "梁＊"), ("ada", "A"), ("  ", "–"), ("a b c d", "ABC")],
)
def test_strangers_read_initials_only(name: str, shown: str) -> None:
    assert initials(name) == shown


def test_a_door_code_is_of_one_booking_and_one_server(stage: Stage) -> None:
    one, other = booked(stage, 10, 12), booked(stage, 14, 16)
    code = door_code(one.id, key=KEY)
    assert re.fullmatch(r"\d{6}", code)
    assert fits(f" {code[:3]} {code[3:]}", one.id, key=KEY)
    assert not fits(code, other.id, key=KEY)
    assert not fits(code, one.id, key="j" * 48)
    assert not fits("", one.id, key=KEY)


def test_a_new_code_ends_the_old_one(stage: Stage, now: datetime) -> None:
    bo, unit = stage.actor("bo"), stage.unit.id
    first = renew_kiosk(stage.session, unit, key=KEY, now=now, by=bo)
    second = renew_kiosk(stage.session, unit, key=KEY, now=now, by=bo)
    assert door_of(stage.session, second).id == unit
    with pytest.raises(NotFound):
        door_of(stage.session, first)
    end_kiosk(stage.session, unit, now=now, by=bo)
    with pytest.raises(NotFound):
        door_of(stage.session, second)
    with pytest.raises(NotFound):
        renew_kiosk(stage.session, unit, key=KEY, now=now, by=stage.actor("ada"))


def test_the_reference_and_the_code_check_in_and_out(stage: Stage) -> None:
    booking = booked(stage, 10, 12)
    proof = Proof(reference=f" {booking.reference.lower()}", code=door_code(booking.id, key=KEY))
    for wrong in (Proof(reference=booking.reference, code="000000x"), Proof(reference="NONE", code=proof.code)):
        with pytest.raises(Invalid, match="door_code"):
            check_by_code(stage.session, stage.unit.id, wrong, Deed.CHECK_IN, key=KEY, now=at(2, 10))
    check_by_code(stage.session, stage.unit.id, proof, Deed.CHECK_IN, key=KEY, now=at(2, 10))
    check_by_code(stage.session, stage.unit.id, proof, Deed.CHECK_OUT, key=KEY, now=at(2, 11))
    (use,) = stage.session.scalars(select(UseSession))
    assert (use.start_source, use.end_source) == (Source.KIOSK, Source.KIOSK)
    assert (use.checked_in_by, use.checked_in_at, use.checked_out_at) == (stage.cast.ada.id, at(2, 10), at(2, 11))
    assert booking.state is BookingState.COMPLETED


def test_the_page_names_nobody_to_strangers_and_serves_its_people(
    stage: Stage, app: Flask, client: FlaskClient, now: datetime
) -> None:
    booking = booked(stage, 10, 12)
    key = app.extensions["benchbridge"][0].secret_key
    code = renew_kiosk(stage.session, stage.unit.id, key=key, now=now, by=stage.actor("bo"))
    page = client.get(f"/en/kiosk/{code}").text
    assert "AL" in page
    assert "Ada" not in page
    assert booking.reference not in page
    assert client.get("/en/kiosk/unknown").status_code == 404
    wrong = {"reference": booking.reference, "code": "1", "deed": "check_in"}
    assert client.post(f"/en/kiosk/{code}", data=wrong).status_code == 422
    assert client.post(f"/en/kiosk/{code}", data={"deed": "else"}).status_code == 422
    stranger = {"booking": str(booking.id), "deed": "check_in"}
    assert client.post(f"/en/kiosk/{code}", data=stranger).status_code == 404
    right = wrong | {"code": door_code(booking.id, key=key)}
    assert client.post(f"/en/kiosk/{code}", data=right).status_code == 303
    stage.session.refresh(booking)
    assert booking.state is BookingState.IN_USE
    assert client.post(f"/en/kiosk/{code}", data=right).status_code == 422
    assert [row.in_use for row in due_at(stage.session, stage.unit.id, by=Actor(), now=now)] == [True]


def test_who_is_signed_in_needs_no_code(stage: Stage, app: Flask, client: FlaskClient, now: datetime) -> None:
    booking = booked(stage, 10, 12)
    key = app.extensions["benchbridge"][0].secret_key
    code = renew_kiosk(stage.session, stage.unit.id, key=key, now=now, by=stage.actor("bo"))
    form = {"booking": str(booking.id), "deed": "check_in"}
    assert signed_in(client, stage.cast.eve).post(f"/en/kiosk/{code}", data=form).status_code == 404
    ada = signed_in(client, stage.cast.ada)
    page = f"/en/bookings/{booking.id}"
    assert door_code(booking.id, key=key) in ada.get(page).text
    dee = signed_in(app.test_client(), stage.cast.dee)
    assert dee.post(f"/en/admin/people/{stage.cast.ada.id}/see-as", data={"reason": "She asks."}).status_code == 303
    seen = dee.get(page)
    assert seen.status_code == 200 and "Ada Leung" in seen.text
    assert door_code(booking.id, key=key) not in seen.text, "nobody else checks in as her"
    assert ada.post(f"/en/kiosk/{code}", data=form).status_code == 303
    (use,) = stage.session.scalars(select(UseSession))
    assert (use.booking_id, use.start_source) == (booking.id, Source.KIOSK)


def test_of_two_that_check_in_at_one_place_at_once_one_is_there(committed: Database, now: datetime) -> None:
    with committed.unit_of_work() as session:
        stage = make_stage(session, now)
        stage.rules(instant=True)
        bookings = [booked(stage, 10, 12).id, booked(stage, 12, 14).id]
        ada = actor_of(session, stage.cast.ada, now=now)
    failed: list[str] = []
    together = threading.Barrier(2)

    def come(booking_id: object) -> None:
        together.wait()
        try:
            committed.transact(lambda work: check_in(work, booking_id, now=at(2, 11), by=ada))  # type: ignore[arg-type]
        except Exception as error:
            failed.append(str(error))

    threads = [threading.Thread(target=come, args=(each,)) for each in bookings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == ["place_in_use"]
    with committed.reading() as session:
        assert session.scalar(select(func.count()).select_from(UseSession)) == 1
