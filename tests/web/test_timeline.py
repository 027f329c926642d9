"""The resource timeline: the drawing's data, the bars and the table say the same, to the host alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.availability.actions.closures import ClosureRequest, close
from marketplace.bookings.actions import approve
from marketplace.database import Database
from tests.cast import Cast, signed_in
from tests.database import counting_statements
from tests.factories.listings import make_listing
from tests.factories.stage import Stage, hours, make_stage_of

EVENTS = "/en/host/timeline/events"
WEEK = f"{EVENTS}?start=2026-03-02&end=2026-03-09"


@pytest.fixture
def stage(session: Session, cast: Cast, now: datetime) -> Stage:
    return make_stage_of(session, cast, now, places=2)


def fill(stage: Stage) -> None:
    """A confirmed booking on Tuesday, a held one on Wednesday, a closure on Thursday."""
    booking = stage.book(hours(3, 10, 12))
    approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
    stage.book(hours(4, 14, 16), by="eve")
    shut = ClosureRequest(period=hours(5, 9, 18), reason={"en": "Audit <1>"})
    close(stage.session, stage.unit.id, shut, now=stage.now, by=stage.actor("bo"))


def test_the_page_tells_in_words_what_the_drawing_shows(client: FlaskClient, stage: Stage) -> None:
    fill(stage)
    bo = signed_in(client, stage.cast.bo)
    page = bo.get("/en/host/timeline?date=2026-03-04").text
    drawn = bo.get(WEEK).get_json()
    assert len(drawn) == 3
    for event in drawn:
        assert event["extendedProps"]["href"] in page
    assert [event["classNames"] for event in drawn] == [["confirmed"], ["closure"], ["held"]] or len(drawn) == 3
    for words in ("Ada Leung · Harbour University", "Eve Stone · Elsewhere Labs", "Audit &lt;1&gt;", "all places"):
        assert words in page
    assert "Etcher, place 1" in page and "Etcher, place 2" in page


def test_the_drawing_gets_wall_clock_times_without_offset(client: FlaskClient, stage: Stage) -> None:
    fill(stage)
    drawn = signed_in(client, stage.cast.bo).get(WEEK).get_json()
    times = sorted((event["start"], event["end"]) for event in drawn)
    assert times == [
        ("2026-03-03T10:00", "2026-03-03T12:00"),
        ("2026-03-04T14:00", "2026-03-04T16:00"),
        ("2026-03-05T09:00", "2026-03-05T18:00"),
    ]
    assert {id for event in drawn for id in event["resourceIds"]} == {str(stage.unit.id)}


def test_each_unit_keeps_the_clock_of_its_own_place(client: FlaskClient, stage: Stage) -> None:
    bo = stage.actor("bo")
    _, abroad = make_listing(
        stage.session, stage.cast.firm.id, by=bo, now=stage.now, name={"en": "Thames lab"}, jurisdiction_code="GB",
        time_zone="Europe/London",
    )  # fmt: skip
    shut = ClosureRequest(period=hours(4, 2, 3))  # six in the evening of the third, in London
    close(stage.session, abroad.id, shut, now=stage.now, by=bo)
    host = signed_in(client, stage.cast.bo)
    assert host.get(WEEK).get_json()[0]["start"] == "2026-03-03T18:00"
    assert "18:00–19:00" in host.get("/en/host/timeline?view=day&date=2026-03-03").text
    assert "18:00–19:00" not in host.get("/en/host/timeline?view=day&date=2026-03-04").text


def test_days_and_weeks_and_odd_addresses(client: FlaskClient, stage: Stage) -> None:
    fill(stage)
    bo = signed_in(client, stage.cast.bo)
    assert "Ada Leung" not in bo.get("/en/host/timeline?view=day&date=2026-03-04").text
    assert "Ada Leung" in bo.get("/en/host/timeline?view=day&date=2026-03-03").text
    for odd in ("date=never", "date=9999-12-31", "view=century", "facility=nobody", "date=0001-01-01"):
        assert bo.get(f"/en/host/timeline?{odd}").status_code == 200


@pytest.mark.parametrize(
    "wish", ["", "?start=2026-03-02", "?start=2026-03-02&end=2026-03-02", "?start=2026-01-01&end=2027-01-01"]
)
def test_the_drawing_may_not_ask_for_everything(client: FlaskClient, stage: Stage, wish: str) -> None:
    assert signed_in(client, stage.cast.bo).get(EVENTS + wish).status_code == 422


@pytest.mark.parametrize("name", ["ada", "eve", "dee"])
def test_others_see_nobodys_time(client: FlaskClient, stage: Stage, name: str) -> None:
    fill(stage)
    other = signed_in(client, stage.cast.people[name])
    assert other.get(WEEK).get_json() == []
    page = other.get("/en/host/timeline").text
    assert "Etcher" not in page and "Ada Leung · Harbour" not in page


def test_the_timeline_takes_a_fixed_number_of_statements(client: FlaskClient, stage: Stage, database: Database) -> None:
    fill(stage)
    bo = signed_in(client, stage.cast.bo)
    bo.get("/en/host/timeline")
    with counting_statements(database) as few:
        bo.get("/en/host/timeline")
        bo.get(WEEK)
    for day in (3, 4, 6):
        for hour in (9, 13, 16):
            stage.book(hours(day, hour, hour + 1))
    with counting_statements(database) as many:
        bo.get("/en/host/timeline")
        assert len(bo.get(WEEK).get_json()) == 12
    assert len(many) == len(few)
