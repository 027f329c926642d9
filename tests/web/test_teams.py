"""Several people who travel on one booking: one more or one less at a press of a button, without JavaScript."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.accounts.policy import SYSTEM
from marketplace.bookings.models import Booking
from marketplace.bookings.queries.permits import latest_plan
from marketplace.permits.actions.vault import enter
from marketplace.permits.models import VaultKind
from marketplace.permits.rules.travellers import MOST_TRAVELLERS
from marketplace.permits.rules.vault import NewEntry
from tests.bookings.test_permits import NOTHING
from tests.cast import form as with_token
from tests.cast import join, make_person, signed_in
from tests.factories.stage import Stage, hours, make_stage
from tests.web.test_booking_permits import asked, book_at, carried, form
from tests.web.test_permit_plans import Planner

TRAVEL = {"crosses": "yes", "mode": "on_site", "activity": "none", "people": "y", "people_by": "user"}
RESIDENT = {
    "nationality": "GB",
    "residence": "HK",
    "pr_hk_mo": True,
    "days_each_stay": 3,
    "hands_on_work": False,
    "talent_class": "none",
}


@pytest.fixture
def stage(session: Session, now: Any) -> Stage:
    """Bo's unit in Shenzhen, confirmed without the host's word."""
    stage = make_stage(session, now)
    stage.facility.jurisdiction_code, stage.facility.city = "CN-GD", "Shenzhen"
    stage.facility.time_zone = "Asia/Hong_Kong"
    stage.rules(instant=True)
    return stage


@pytest.fixture
def ivy(stage: Stage, session: Session, now: Any) -> Person:
    """A colleague of Ada's."""
    found = make_person(session, "Ivy Mak", now=now)
    join(session, found, stage.cast.university, Role.RESEARCHER, now=now)
    return found


def card(session: Session, now: Any, person: Person) -> None:
    """The card of one person under PPL-06, verified."""
    new = NewEntry(
        kind=VaultKind.APPROVAL,
        person_id=person.id,
        rule_id="PPL-06",
        number="C-1",
        issuer="NIA",
        valid_from=date(2026, 1, 1),
        valid_to=date(2030, 12, 31),
    )
    enter(session, new, now=now, by=SYSTEM, granted=uuid4())


def team(page: str) -> list[str]:
    """Who is chosen in each of the fields."""
    fields = re.findall(r'<select[^>]*name="travellers-\d+"[^>]*>(.*?)</select>', page, re.S)
    return [found[1] if (found := re.search(r'selected value="([^"]*)"', each)) else "" for each in fields]


class TestBooking:
    """The form of a booking."""

    def test_one_more_is_asked_for_by_name(self, client: FlaskClient, stage: Stage, ivy: Person) -> None:
        ada = signed_in(client, stage.cast.ada)
        page = ada.post(book_at(stage, "/check"), data=form(**TRAVEL)).text
        assert team(page) == [""] and "Add another person" in page and ">Me</option>" in page
        page = ada.post(book_at(stage, "/check"), data=form(**TRAVEL, **{"travellers-0": ""}, add_person="1")).text
        assert team(page) == ["", str(ivy.id)]
        assert any(fact.startswith("people_flows/") for fact in asked(page))

    def test_where_nobody_is_left_it_says_so(self, client: FlaskClient, stage: Stage) -> None:
        page = (
            signed_in(client, stage.cast.ada).post(book_at(stage, "/check"), data=form(**TRAVEL, add_person="1")).text
        )
        assert team(page) == [""] and "no other members here" in page

    def test_the_answers_of_those_who_stay_stay(self, client: FlaskClient, stage: Stage, ivy: Person) -> None:
        told = {f"people_flows/{at}/nationality": code for at, code in enumerate(("CN", "GB", "US"))}
        told |= {"people_flows/0/residence": "HK"}
        people = {"travellers-0": "", "travellers-1": str(ivy.id), "travellers-2": str(ivy.id)}
        sent = form(**TRAVEL, **people, answers=json.dumps(told), drop_person="1")
        page = signed_in(client, stage.cast.ada).post(book_at(stage, "/check"), data=sent).text
        assert team(page) == ["", str(ivy.id)]
        assert carried(page) == {
            "people_flows/0/nationality": "CN",
            "people_flows/0/residence": "HK",
            "people_flows/1/nationality": "US",
        }

    @pytest.mark.parametrize("pressed", [{"drop_person": "0"}, {"drop_person": "9"}, {"drop_person": "²"}])
    def test_the_first_stays(self, client: FlaskClient, stage: Stage, pressed: dict[str, str]) -> None:
        page = signed_in(client, stage.cast.ada).post(book_at(stage, "/check"), data=form(**TRAVEL, **pressed))
        assert page.status_code == 200 and team(page.text) == [""]

    def test_a_team_has_an_end(self, client: FlaskClient, stage: Stage, ivy: Person) -> None:
        people = {f"travellers-{at}": str(ivy.id) for at in range(MOST_TRAVELLERS)}
        ada = signed_in(client, stage.cast.ada)
        page = ada.post(book_at(stage, "/check"), data=form(**TRAVEL, **people, add_person="1")).text
        assert f"At most {MOST_TRAVELLERS} people" in page and len(team(page)) == MOST_TRAVELLERS

    def test_a_team_is_booked_each_by_themselves(
        self,
        client: FlaskClient,
        stage: Stage,
        ivy: Person,
        session: Session,
        now: Any,
    ) -> None:
        card(session, now, ivy)
        told = {f"people_flows/{at}/{name}": value for at in (0, 1) for name, value in RESIDENT.items()}
        people = {"travellers-0": "", "travellers-1": str(ivy.id)}
        answer = signed_in(client, stage.cast.ada).post(
            book_at(stage), data=form(**TRAVEL, **people, answers=json.dumps(told))
        )
        assert answer.status_code == 303
        row = latest_plan(session, session.scalars(select(Booking)).one().id)
        assert row is not None
        card_row = next(each for each in row.requirements if each["rule"] == "PPL-06")
        assert card_row["done"] == ["people_flows/1"]

    def test_two_who_are_the_same_nobody_are_refused(
        self,
        client: FlaskClient,
        stage: Stage,
        session: Session,
    ) -> None:
        people = {"travellers-0": "", "travellers-1": str(uuid4())}
        ada = signed_in(client, stage.cast.ada)
        answer = ada.post(book_at(stage), data=form(**TRAVEL, **people))
        assert answer.status_code == 422 and "Say who this person is" in answer.text
        assert ada.post(book_at(stage, "/check"), data=form(**TRAVEL, **people)).status_code == 200
        assert session.scalars(select(Booking)).all() == []

    def test_stated_anew_the_team_grows_too(
        self,
        client: FlaskClient,
        stage: Stage,
        ivy: Person,
        session: Session,
    ) -> None:
        booking = stage.book(hours(30, 9, 12), flows=NOTHING)
        session.flush()
        ada, address = signed_in(client, stage.cast.ada), f"/en/bookings/{booking.id}/permits"
        answer = ada.post(address, data=with_token(ada, {**TRAVEL, "travellers-0": "", "add_person": "1"}))
        assert answer.status_code == 200 and team(answer.text) == ["", str(ivy.id)]
        people = {"travellers-0": "", "travellers-1": str(ivy.id)}
        assert ada.post(address, data=with_token(ada, {**TRAVEL, **people})).status_code == 303
        session.expire_all()
        assert booking.flows is not None
        assert [each.get("person") for each in booking.flows["people_flows"]] == [None, str(ivy.id)]


class TestPlanner:
    """The planner, where nobody is named."""

    def test_a_team_is_planned_without_names(self, client: FlaskClient, now: Any) -> None:
        planner = Planner(client, now, people="y", mode="on_site")
        planner.send(add_person="1")
        assert 'name="travellers-1"' in planner.text and "<select" in planner.text and team(planner.text) == []
        planner.send(**{"travellers-0": "", "travellers-1": ""})
        assert {"0", "1"} <= {fact.split("/")[1] for fact in planner.seen.questions}

    def test_signed_out_nothing_of_approvals_is_said(self, client: FlaskClient, now: Any) -> None:
        planner = Planner(client, now, people="y")
        planner.send()
        assert "pprovals you hold" not in planner.text and 'name="organisation"' not in planner.text

    def test_signed_in_ones_own_approvals_are_counted_and_said(
        self,
        client: FlaskClient,
        stage: Stage,
        session: Session,
        now: Any,
    ) -> None:
        card(session, now, stage.cast.ada)
        planner = Planner(signed_in(client, stage.cast.ada), now, people="y", mode="on_site")
        own = {"organisation": str(stage.cast.university.id)}
        told = {f"people_flows/0/{name}": value for name, value in RESIDENT.items()}
        planner.send(raw=json.dumps(told), **own)
        assert "Approvals you hold are counted: your own and those of Harbour University." in planner.text
        assert "Done already" in planner.text
        assert "a person who travels, until" in planner.text
        planner.send(raw=json.dumps(told), organisation="")
        assert "Approvals you hold are counted:" not in planner.text and "Done already" not in planner.text

    def test_an_organisation_of_others_is_not_taken(self, client: FlaskClient, stage: Stage, now: Any) -> None:
        planner = Planner(signed_in(client, stage.cast.ada), now, people="y")
        assert planner.send(organisation=str(stage.cast.firm.id)).status_code == 200
        assert "Approvals you hold are counted:" not in planner.text

    def test_what_the_host_states_is_not_asked(
        self,
        client: FlaskClient,
        stage: Stage,
        session: Session,
        now: Any,
    ) -> None:
        first = {"activity": "highly_pathogenic", "mode": "on_site"}
        planner = Planner(client, now, facility=stage.facility.slug, unit=str(stage.unit.id), **first)
        planner.send()
        seen = list(planner.seen.questions)
        assert any(fact.startswith("place/") for fact in seen)
        stage.facility.permit_facts, stage.unit.permit_facts = {"lab_bsl": 3}, {"control_codes": {}}
        session.flush()
        planner.send()
        assert not any(fact.startswith("place/") for fact in planner.seen.questions)
        assert "What the host has stated" in planner.text and "Level 3" in planner.text
