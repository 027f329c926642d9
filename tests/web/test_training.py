"""Training on pages: a host says what is needed, answers who asks, and a booking that waited is confirmed."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.models import BookingState
from marketplace.terms.actions.training import set_need
from marketplace.terms.models import Training, TrainingState
from marketplace.terms.queries.training import need_for
from marketplace.terms.rules.training import Need, Window
from tests.cast import signed_in
from tests.factories.stage import Stage, hours, make_stage

NEEDED = {"needed": "y", "name_en": "Laser safety", "valid_months": "12", "from_1": "09:00", "to_1": "00:00"}


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    return make_stage(session, now)


def waiting(stage: Stage) -> Training:
    return stage.session.scalars(select(Training)).one()


def demanded(client: FlaskClient, stage: Stage, **changes: str) -> int:
    there = signed_in(client, stage.cast.bo)
    return there.post(f"/en/host/training/units/{stage.unit.id}", data=NEEDED | changes).status_code


def test_from_the_demand_to_the_confirmed_booking(client: FlaskClient, stage: Stage) -> None:
    stage.rules(instant=True)
    assert demanded(client, stage) == 303
    need = need_for(stage.session, stage.unit.id)
    assert need is not None and need.windows == (Window(1, 540, 1440),)
    assert demanded(client, stage, from_1="", to_1="") == 303
    ada = signed_in(client, stage.cast.ada)
    assert "Laser safety" in ada.get(f"/en/facilities/{stage.facility.slug}").text
    booking = stage.book(hours(4, 10, 12))
    assert "Training asked for" in ada.get("/en/account/training").text
    assert "/en/account/training" in ada.get(f"/en/bookings/{booking.id}").text
    row = waiting(stage)
    bo = signed_in(client, stage.cast.bo)
    assert f"/en/host/training/{row.id}" in bo.get("/en/host/training").text
    path = f"/en/host/training/{row.id}"
    assert bo.post(f"{path}/schedule", data={"at": "", "trainer": "Chan"}).status_code == 422
    assert bo.post(f"{path}/schedule", data={"at": "0001-01-01T00:00", "trainer": "Chan"}).status_code == 422
    assert bo.post(f"{path}/schedule", data={"at": "2026-03-03T10:00", "trainer": "Chan"}).status_code == 303
    page = signed_in(client, stage.cast.ada).get("/zh-hant/account/training").text
    assert "Chan" in page and "已安排" in page
    bo = signed_in(client, stage.cast.bo)
    assert bo.post(f"{path}/record", data={"passed_on": "2030-01-01"}).status_code == 422
    assert bo.post(f"{path}/record", data={"passed_on": "2026-03-02"}).status_code == 303
    assert "Trained" in bo.get("/en/host/training").text
    stage.session.refresh(booking)
    assert booking.state is BookingState.CONFIRMED
    assert bo.post(f"{path}/decline", data={"reason": "late"}).status_code == 409


def test_a_person_asks_on_the_page_of_the_facility_and_is_declined_with_a_reason(
    client: FlaskClient, stage: Stage
) -> None:
    ask = f"/en/training/units/{stage.unit.id}/ask"
    answer = signed_in(client, stage.cast.ada).post(ask, follow_redirects=True)
    assert "demands no training" in answer.text
    demanded(client, stage)
    ada = signed_in(client, stage.cast.ada)
    assert ask in ada.get(f"/en/facilities/{stage.facility.slug}").text
    assert ada.post(ask).status_code == 303
    path = f"/en/host/training/{waiting(stage).id}/decline"
    bo = signed_in(client, stage.cast.bo)
    assert bo.post(path, data={"reason": ""}).status_code == 422
    assert bo.post(path, data={"reason": "Full <b>"}).status_code == 303
    assert "Full &lt;b&gt;" in signed_in(client, stage.cast.ada).get("/en/account/training").text


@pytest.mark.parametrize(
    "changes", [{"name_en": ""}, {"valid_months": "x"}, {"valid_months": "0"}, {"to_1": "08:00"}, {"to_1": ""}]
)
def test_a_demand_that_makes_no_sense_is_said_on_the_form(
    client: FlaskClient, stage: Stage, changes: dict[str, str]
) -> None:
    assert demanded(client, stage, **changes) == 422
    assert need_for(stage.session, stage.unit.id) is None


def test_a_demand_is_dropped_again(client: FlaskClient, stage: Stage) -> None:
    demanded(client, stage)
    assert demanded(client, stage, needed="") == 303
    assert need_for(stage.session, stage.unit.id) is None


def test_a_stranger_finds_nothing(client: FlaskClient, stage: Stage) -> None:
    demanded(client, stage)
    signed_in(client, stage.cast.ada).post(f"/en/training/units/{stage.unit.id}/ask")
    row = waiting(stage)
    eve = signed_in(client, stage.cast.eve)
    for path in (f"host/training/{row.id}", f"host/training/units/{stage.unit.id}"):
        assert eve.get(f"/en/{path}").status_code == 404
    assert eve.post(f"/en/host/training/{row.id}/record", data={"passed_on": "2026-03-02"}).status_code == 404
    assert row.state is TrainingState.REQUESTED
    assert "Ada" not in eve.get("/en/host/training").text


def test_a_host_records_somebody_who_never_asked(client: FlaskClient, stage: Stage) -> None:
    bo, path = signed_in(client, stage.cast.bo), f"/en/host/training/units/{stage.unit.id}/record"
    assert "This unit demands no training." in bo.get(path).text and 'name="email"' not in bo.get(path).text
    need = Need(name={"en": "Induction"})
    set_need(stage.session, stage.unit.id, need, now=stage.now, by=stage.actor("bo"))
    assert path in bo.get("/en/host/training").text and 'name="email"' in bo.get(path).text
    said = []
    for email in (stage.cast.eve.email, "nobody@example.org"):
        answer = bo.post(path, data={"email": email, "passed_on": "2026-03-02"})
        assert answer.status_code == 422
        said.append("nobody who has booked with you, has this address" in answer.text)
    assert said == [True, True]
    assert bo.post(path, data={"email": "", "passed_on": ""}).status_code == 422
    assert bo.post(path, data={"email": stage.cast.bo.email, "passed_on": "2026-03-02"}).status_code == 303
    assert "Bo Chen" in bo.get("/en/host/training").text
    for person in (stage.cast.ada, stage.cast.eve):
        assert signed_in(client, person).get(path).status_code in (403, 404)
