"""Collaborations for tests: Mara manages Ada's university, Bo the firm, and Gus an institute that may come third."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, OrganisationKind, Person, Role
from marketplace.accounts.policy import Actor
from marketplace.bookings.models import Booking
from marketplace.collaborations.actions.proposing import accept, ask, propose
from marketplace.collaborations.models import Collaboration, CollaborationKind, PartyRole
from marketplace.collaborations.rules.sheet import PartyWish, Proposal, Sheet
from tests.cast import Cast, actor_of, join, make_organisation, make_person
from tests.factories.stage import Stage, make_stage_of

TODAY = date(2026, 3, 2)
PARTNER = frozenset({PartyRole.PARTNER})


@dataclass
class Sides:
    """Three organisations that may work together, and short ways to act for them."""

    session: Session
    cast: Cast
    stage: Stage
    now: datetime
    mara: Person
    gus: Person
    institute: Organisation

    def actor(self, name: str, now: datetime | None = None) -> Actor:
        """Somebody of the cast, Mara or Gus."""
        people = {**self.cast.people, "mara": self.mara, "gus": self.gus}
        return actor_of(self.session, people[name], now=now or self.now)

    def sheet(self, **more: Any) -> Sheet:
        """What a collaboration may say."""
        values: dict[str, Any] = {
            "title": {"en": "Quiet coatings"},
            "kind": CollaborationKind.COLLABORATIVE_RESEARCH,
            "starts_on": TODAY,
            "aim": "A coating that survives a year at sea.",
        }
        return Sheet(**(values | more))

    def proposal(self, *others: UUID, own: UUID | None = None, **more: Any) -> Proposal:
        """The university proposes to the firm, or to others."""
        wishes = [
            PartyWish(own or self.cast.university.id, frozenset({PartyRole.USER})),
            *(PartyWish(id, PARTNER) for id in (others or (self.cast.firm.id,))),
        ]
        return Proposal(sheet=self.sheet(**more), parties=wishes)

    def proposed(self, *others: UUID, by: str = "ada", **more: Any) -> Collaboration:
        """Ada proposes."""
        return propose(self.session, self.proposal(*others, **more), now=self.now, by=self.actor(by))

    def active(self, **more: Any) -> Collaboration:
        """Ada proposes, Bo accepts."""
        row = self.proposed(**more)
        return accept(self.session, row.id, row.version, now=self.now, by=self.actor("bo"))

    def of_three(self, **more: Any) -> Collaboration:
        """The same with Gus's institute as the third."""
        row = self.active(**more)
        ask(self.session, row.id, PartyWish(self.institute.id, PARTNER), now=self.now, by=self.actor("mara"))
        return accept(self.session, row.id, row.version, now=self.now, by=self.actor("gus"))

    def booked(self, period: Any, **more: Any) -> Booking:
        """Ada books Bo's unit."""
        return self.stage.book(period, **more)


def make_sides(session: Session, cast: Cast, now: datetime) -> Sides:
    """The three sides with a manager each, and a bookable unit of the firm."""
    mara = make_person(session, "Mara Fong", now=now)
    join(session, mara, cast.university, Role.MANAGER, now=now)
    gus = make_person(session, "Gus Iong", now=now)
    institute = make_organisation(
        session, "Taipa Institute", now=now, kind=OrganisationKind.INSTITUTE, jurisdiction="MO"
    )
    join(session, gus, institute, Role.MANAGER, now=now)
    return Sides(session, cast, make_stage_of(session, cast, now), now, mara, gus, institute)
