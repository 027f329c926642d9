"""A stage for applications: Ada of a Hong Kong university wants Bo’s bench in Shenzhen, and Cheng decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from marketplace.accounts.models import Organisation, OrganisationKind, Person, Role
from marketplace.accounts.policy import Actor
from marketplace.applications.actions.drafting import draft
from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import Application, Verb
from marketplace.applications.queries.rows import of_booking
from marketplace.applications.rules.steps import Step
from marketplace.bookings.models import Booking
from marketplace.files.actions import Purpose, keep
from marketplace.files.store import FileStore
from tests.cast import actor_of, join, make_cast, make_organisation, make_person
from tests.factories.listings import make_listing
from tests.factories.stage import Stage, hours

LICENCE = "TEC-02"
MOFCOM = "AGY-CN-MOFCOM"
NOTHING: dict[str, Any] = {
    "mode": "on_site",
    "activity_class": None,
    "activity_purpose": "research",
    "joint_hk_sz_research": False,
    "data_flows": [],
    "goods_flows": [],
    "people_flows": [],
    "technology_flows": [],
    "chemicals": [],
    "results": [],
    "place": {"lab_bsl": None, "control_codes": {}},
}
RESTRICTED: dict[str, Any] = {
    **NOTHING,
    "technology_flows": [
        {
            "from": "CN",
            "to": "HK",
            "export_catalogue_part": "restricted",
            "import_catalogue_part": "none",
            "contract_type": "technical_service",
        }
    ],
}


@dataclass
class Office:
    """The stage with officers, files, and short ways to act on applications."""

    stage: Stage
    store: FileStore
    rival: Person
    people: dict[str, Actor] = field(default_factory=dict)

    @property
    def session(self) -> Session:
        """The test's own."""
        return self.stage.session

    @property
    def now(self) -> datetime:
        """Monday 2 March 2026."""
        return self.stage.now

    def actor(self, name: str) -> Actor:
        """One of the cast, or `fan`, an officer of another authority."""
        if name == "fan":
            return actor_of(self.session, self.rival, now=self.now)
        return self.stage.actor(name)

    def book(self, flows: dict[str, Any] | None = None, *, day: int = 30, month: int = 7) -> Booking:
        """Ada's booking in July with what crosses, and its applications drafted."""
        booking = self.stage.book(hours(day, 10, 12, month=month), flows=flows or RESTRICTED)
        draft(self.session, booking.id, now=self.now)
        return booking

    def applications(self, booking: Booking) -> dict[str, Application]:
        """Those of a booking by rule; of two sides the user's has the plain name, the host's ends in `/host`."""
        self.session.flush()
        rows = of_booking(self.session, booking.id)
        twice = {row.rule_id for row in rows if sum(each.rule_id == row.rule_id for each in rows) > 1}
        return {
            f"{row.rule_id}/host" if row.side == "host" and row.rule_id in twice else row.rule_id: row for row in rows
        }

    def step(self, row: Application, verb: Verb, by: str, *, now: datetime | None = None, **told: Any) -> Application:
        """Take a step as somebody."""
        return take_step(self.session, row.id, verb, Step(**told), now=now or self.now, by=self.actor(by))

    def file(self, by: str, text: str = "paper") -> UUID:
        """An upload of somebody's."""
        return keep(
            self.session,
            self.store,
            text.encode(),
            name="paper.txt",
            purpose=Purpose.DOCUMENT,
            by=self.actor(by).person_id,
            now=self.now,
        ).id


def make_office(session: Session, settings: Settings, now: datetime) -> Office:
    """The stage in any session."""
    cast = make_cast(session, now=now)
    cast.university.city = "Hong Kong"
    cast.agency.agency_code = MOFCOM
    join(session, cast.bo, cast.firm, Role.RESEARCHER, now=now)
    bo = actor_of(session, cast.bo, now=now)
    facility, unit = make_listing(session, cast.firm.id, by=bo, now=now, jurisdiction_code="CN-GD", city="Shenzhen")
    stage = Stage(session, cast, facility, unit, now)
    stage.rules(permit_days=200, instant=True)
    rival = open_agency(session, "AGY-CN-NHC", "Fan Lok", now=now)
    return Office(stage, FileStore(settings.files_url, settings.instance), rival)


def open_agency(session: Session, code: str, officer: str, *, now: datetime) -> Person:
    """An organisation that points at an authority, with one officer."""
    place = make_organisation(session, f"Office of {officer}", now=now, kind=OrganisationKind.AGENCY)
    place.agency_code = code
    person = make_person(session, officer, now=now)
    join(session, person, place, Role.AGENCY_OFFICER, now=now)
    return person


def close_agency(session: Session, code: str) -> None:
    """The authority has no account after all."""
    for place in session.scalars(select(Organisation).where(Organisation.agency_code == code)):
        place.agency_code = None
    session.flush()


@pytest.fixture
def office(session: Session, settings: Settings, now: datetime) -> Office:
    """The stage in the test's own transaction."""
    return make_office(session, settings, now)
