"""The page of an acceptance: both sides, and the PDF once it is made."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.bookings.actions import accept_terms
from marketplace.bookings.models import Booking
from marketplace.terms.actions import ask_for_document, keep_document
from marketplace.terms.queries import acceptance_for
from tests.cast import form, signed_in
from tests.factories.stage import Stage, hours, make_stage


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    found = make_stage(session, now)
    found.terms("Wear shoes.")
    return found


def accepted(stage: Stage) -> Booking:
    booking = stage.book(hours(3, 10, 12))
    accept_terms(stage.session, booking.id, "1", now=stage.now, by=stage.actor("ada"))
    stage.session.flush()
    return booking


def made(stage: Stage, booking: Booking, client: FlaskClient, language: str = "en") -> None:
    """What the worker does."""
    found = acceptance_for(stage.session, booking.id)
    assert found is not None
    row = ask_for_document(stage.session, found.id, language, now=stage.now, by=stage.actor("ada"))
    store = client.application.extensions["benchbridge"][2]
    keep_document(stage.session, store, row.id, b"%PDF-1.7 made", name="acceptance.pdf", now=stage.now)
    stage.session.flush()


@pytest.mark.parametrize("name", ["ada", "bo"])
def test_both_sides_read_it_and_have_it_made(client: FlaskClient, stage: Stage, name: str) -> None:
    booking = accepted(stage)
    reader = signed_in(client, stage.cast.people[name])
    address = f"/en/bookings/{booking.id}/acceptance"
    assert address in reader.get(f"/en/bookings/{booking.id}").text
    page = reader.get(address).text
    for said in ("Bo Chen", "Ada Leung", "Hetao Microsystems", "Harbour University", booking.reference):
        assert said in page, said
    assert "Prepare the PDF" in page and "being prepared" not in page
    assert reader.get(f"{address}.pdf").status_code == 404
    assert reader.post(address, data=form(reader)).status_code == 303
    waiting = reader.get(address).text
    assert "being prepared" in waiting and "hx-get" in waiting.split('id="document-state"')[1][:200]
    made(stage, booking, client)
    there = reader.get(address).text
    assert "Download the PDF" in there and "being prepared" not in there
    file = reader.get(f"{address}.pdf")
    assert (file.status_code, file.mimetype, file.data) == (200, "application/pdf", b"%PDF-1.7 made")
    assert "attachment" in file.headers["Content-Disposition"]
    # Another language is another document.
    assert reader.get(f"/zh-hant/bookings/{booking.id}/acceptance.pdf").status_code == 404


def test_before_acceptance_there_is_no_record(client: FlaskClient, stage: Stage) -> None:
    booking = stage.book(hours(3, 10, 12))
    stage.session.flush()
    ada = signed_in(client, stage.cast.ada)
    address = f"/en/bookings/{booking.id}/acceptance"
    assert ada.get(address).status_code == 404
    assert ada.post(address, data=form(ada)).status_code == 404
    assert address not in ada.get(f"/en/bookings/{booking.id}").text


@pytest.mark.parametrize("name", ["eve", "cheng"])
def test_a_strangers_acceptance_is_not_found(client: FlaskClient, stage: Stage, name: str) -> None:
    booking = accepted(stage)
    made(stage, booking, client)
    stranger = signed_in(client, stage.cast.people[name])
    for address in (f"/en/bookings/{booking.id}/acceptance", f"/en/bookings/{booking.id}/acceptance.pdf"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/en/bookings/{booking.id}/acceptance", data=form(stranger)).status_code == 404
