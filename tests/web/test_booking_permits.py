"""Permits in the booking form and on a booking's own page, by role."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, BookingState
from marketplace.bookings.queries.permits import latest_plan, plans
from tests.bookings.test_permits import NOTHING, RESTRICTED
from tests.cast import signed_in
from tests.factories.stage import Stage, hours, make_stage

TICKS = {"crosses": "yes", "mode": "on_site", "activity": "none", "technology": "y", "technology_by": "host"}


@pytest.fixture
def stage(session: Session, now: Any) -> Stage:
    """Bo's unit in Shenzhen, confirmed without the host's word."""
    stage = make_stage(session, now)
    stage.facility.jurisdiction_code, stage.facility.city = "CN-GD", "Shenzhen"
    stage.facility.time_zone = "Asia/Hong_Kong"
    stage.rules(instant=True)
    return stage


def form(**more: Any) -> dict[str, Any]:
    day = {"start_on": "2026-03-30", "start_at": "10:00", "end_on": "2026-03-30", "end_at": "12:00"}
    return {**day, "purpose": "research", "key": str(uuid4()), **more}


def book_at(stage: Stage, more: str = "") -> str:
    return f"/en/units/{stage.unit.id}/book{more}"


def asked(page: str) -> list[str]:
    """The facts that a page asks for, each once."""
    return list(dict.fromkeys(re.findall(r'name="q\.([^"]+)"', page)))


def carried(page: str) -> dict[str, Any]:
    """The answers that the page's form carries along."""
    found = re.search(r'name="answers" value="([^"]*)"', page)
    assert found
    told: dict[str, Any] = json.loads(found[1].replace("&#34;", '"'))
    return told


class TestForm:
    """The booking form grows question by question."""

    def test_across_a_boundary_it_must_be_said_whether_anything_crosses(
        self, client: FlaskClient, stage: Stage, session: Session
    ) -> None:
        answer = signed_in(client, stage.cast.ada).post(book_at(stage), data=form())
        assert answer.status_code == 422
        assert 'id="crosses-error"' in answer.text
        assert session.scalars(select(Booking)).all() == []

    def test_inside_one_territory_nothing_is_asked(self, client: FlaskClient, stage: Stage, session: Session) -> None:
        stage.facility.jurisdiction_code = "HK"
        answer = signed_in(client, stage.cast.ada).post(book_at(stage), data=form())
        assert answer.status_code == 303
        assert session.scalars(select(Booking)).one().flows is None

    def test_nothing_that_crosses_is_booked_at_once(self, client: FlaskClient, stage: Stage, session: Session) -> None:
        assert signed_in(client, stage.cast.ada).post(book_at(stage), data=form(crosses="no")).status_code == 303
        booking = session.scalars(select(Booking)).one()
        assert booking.flows is not None and booking.flows["goods_flows"] == []
        assert latest_plan(session, booking.id) is not None

    def test_ticks_lead_to_questions_and_answers_are_kept(self, client: FlaskClient, stage: Stage) -> None:
        ada = signed_in(client, stage.cast.ada)
        page = ada.post(book_at(stage, "/check"), data=form(**TICKS)).text
        first = asked(page)
        assert "technology_flows/0/export_catalogue_part" in first and len(first) <= 3
        answers = {"q.technology_flows/0/export_catalogue_part": "restricted", "answers": json.dumps(carried(page))}
        page = ada.post(book_at(stage, "/check"), data=form(**TICKS, **answers)).text
        assert carried(page) == {"technology_flows/0/export_catalogue_part": "restricted"}
        assert "technology_flows/0/export_catalogue_part" not in asked(page)
        assert "No price before the authority" in page

    def test_the_grown_part_alone_is_sent_to_htmx(self, client: FlaskClient, stage: Stage) -> None:
        headers = {"HX-Request": "true"}
        page = (
            signed_in(client, stage.cast.ada).post(book_at(stage, "/check"), data=form(**TICKS), headers=headers).text
        )
        assert "<html" not in page and 'id="questions" hx-swap-oob="true"' in page and asked(page)

    def test_what_is_answered_is_booked(self, client: FlaskClient, stage: Stage, session: Session) -> None:
        told = {"technology_flows/0/export_catalogue_part": "restricted"}
        answer = signed_in(client, stage.cast.ada).post(book_at(stage), data=form(**TICKS, answers=json.dumps(told)))
        assert answer.status_code == 303
        booking = session.scalars(select(Booking)).one()
        assert booking.state is BookingState.HELD and booking.flows is not None
        flow = booking.flows["technology_flows"][0]
        assert (flow["from"], flow["to"], flow["export_catalogue_part"]) == ("CN-GD", "HK", "restricted")

    def test_what_is_forbidden_is_told_and_not_booked(
        self, client: FlaskClient, stage: Stage, session: Session
    ) -> None:
        told = {"technology_flows/0/export_catalogue_part": "prohibited"}
        answer = signed_in(client, stage.cast.ada).post(book_at(stage), data=form(**TICKS, answers=json.dumps(told)))
        assert answer.status_code == 422
        assert "The rules forbid this use" in answer.text
        assert session.scalars(select(Booking)).all() == []

    @pytest.mark.parametrize(
        "broken",
        [
            {"answers": "{"},
            {"answers": '{"technology_flows/0/export_catalogue_part": 7}'},
            {"answers": '{"user/jurisdiction": ["HK"]}'},
            {"q.goods_flows/0/returns": "perhaps"},
            {"mode": "nowhere"},
            {"technology_by": "nobody"},
            {"crosses": "perhaps"},
        ],
    )
    def test_broken_answers_are_no_fault_of_ours(
        self, client: FlaskClient, stage: Stage, broken: dict[str, str]
    ) -> None:
        answer = signed_in(client, stage.cast.ada).post(book_at(stage, "/check"), data=form(**{**TICKS, **broken}))
        assert answer.status_code < 500


class TestPage:
    """The permits of a booking, for those whom it concerns."""

    def test_both_sides_read_it_and_a_stranger_finds_nothing(self, client: FlaskClient, stage: Stage) -> None:
        booking = stage.book(hours(30, 9, 12), flows=RESTRICTED)
        for person, status in ((stage.cast.ada, 200), (stage.cast.bo, 200), (stage.cast.eve, 404)):
            assert signed_in(client, person).get(f"/en/bookings/{booking.id}/permits").status_code == status
        page = signed_in(client, stage.cast.bo).get(f"/en/bookings/{booking.id}/permits").text
        assert "TEC-02" in page and "State anew" not in page

    def test_the_booking_tells_what_is_awaited_and_takes_no_messages(self, client: FlaskClient, stage: Stage) -> None:
        booking = stage.book(hours(30, 9, 12), flows=RESTRICTED)
        page = signed_in(client, stage.cast.ada).get(f"/en/bookings/{booking.id}").text
        assert "1 requirement holds the booking up." in page
        assert "No messages before the authority" in page and 'name="text"' not in page
        answer = client.post(f"/en/bookings/{booking.id}/messages", data={"text": "Price?"})
        assert answer.status_code in (409, 422)

    def test_facts_are_stated_anew_and_earlier_plans_stay(
        self, client: FlaskClient, stage: Stage, session: Session
    ) -> None:
        booking = stage.book(hours(30, 9, 12), flows=RESTRICTED)
        ada, address = signed_in(client, stage.cast.ada), f"/en/bookings/{booking.id}/permits"
        assert ada.post(address, data={"crosses": "no"}).status_code == 303
        assert [row.number for row in plans(session, booking.id)] == [2, 1]
        assert "TEC-02" not in ada.get(address).text
        earlier = ada.get(address, query_string={"plan": "1"}).text
        assert "This is an earlier plan" in earlier and "TEC-02" in earlier
        for number in ("3", "x"):
            assert ada.get(address, query_string={"plan": number}).status_code == 404

    def test_questions_are_answered_there(self, client: FlaskClient, stage: Stage, session: Session) -> None:
        booking = stage.book(hours(30, 9, 12), flows={**NOTHING, "technology_flows": [{"from": "CN", "to": "HK"}]})
        ada, address = signed_in(client, stage.cast.ada), f"/en/bookings/{booking.id}/permits"
        assert "technology_flows/0/export_catalogue_part" in asked(ada.get(address).text)
        assert ada.post(address, data={"q.technology_flows/0/export_catalogue_part": "prohibited"}).status_code == 422
        answers = {"q.technology_flows/0/export_catalogue_part": "restricted"}
        assert ada.post(address, data=answers).status_code == 303
        session.expire_all()
        row = latest_plan(session, booking.id)
        assert row is not None and row.number == 2 and row.letters == ["TEC-02"]

    @pytest.mark.parametrize("sent", [{}, {"crosses": "perhaps"}, {"q.people_flows/0/date": "soon"}])
    def test_what_can_not_be_taken_changes_nothing(
        self, client: FlaskClient, stage: Stage, session: Session, sent: dict[str, str]
    ) -> None:
        booking = stage.book(hours(30, 9, 12), flows=NOTHING)
        answer = signed_in(client, stage.cast.ada).post(f"/en/bookings/{booking.id}/permits", data=sent)
        assert answer.status_code == 422
        assert len(plans(session, booking.id)) == 1

    def test_only_those_who_booked_state_facts(self, client: FlaskClient, stage: Stage) -> None:
        booking = stage.book(hours(30, 9, 12), flows=NOTHING)
        for person, status in ((stage.cast.bo, 403), (stage.cast.eve, 404)):
            answer = signed_in(client, person).post(f"/en/bookings/{booking.id}/permits", data={"crosses": "no"})
            assert answer.status_code == status

    @pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
    def test_it_reads_in_chinese(self, client: FlaskClient, stage: Stage, language: str) -> None:
        booking = stage.book(hours(30, 9, 12), flows=RESTRICTED)
        page = signed_in(client, stage.cast.ada).get(f"/{language}/bookings/{booking.id}/permits").text
        assert {"zh-hant": "先取得意向書", "zh-hans": "先取得意向书"}[language] in page
