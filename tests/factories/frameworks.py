"""Framework agreements for tests: Mara manages Ada's university, Bo hosts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.accounts.policy import Actor
from marketplace.catalogue.models import Facility
from marketplace.terms.actions import frameworks as actions
from marketplace.terms.actions import publish_terms
from marketplace.terms.models import Framework, FrameworkSide, TermsVersion
from marketplace.terms.rules.frameworks import Proposal
from tests.cast import Cast, actor_of, join, make_person
from tests.factories.listings import make_listing

FIRST, LAST = date(2026, 3, 2), date(2027, 3, 1)


@dataclass
class Parties:
    """Both sides of a framework and what they agree on."""

    session: Session
    cast: Cast
    now: datetime
    mara: Person
    facility: Facility
    version: TermsVersion

    def actor(self, name: str) -> Actor:
        """Somebody of the cast, or Mara."""
        return actor_of(self.session, self.mara if name == "mara" else self.cast.people[name], now=self.now)

    def proposal(self, side: str = "user", **more: Any) -> Proposal:
        """A year from today over the facility."""
        values: dict[str, Any] = {
            "side": FrameworkSide(side),
            "host_id": self.cast.firm.id,
            "organisation_id": self.cast.university.id,
            "facility_id": self.facility.id,
            "from_day": FIRST,
            "until_day": LAST,
        }
        return Proposal(**(values | more))

    def propose(self, side: str = "user", **more: Any) -> Framework:
        """One side proposes."""
        by = self.actor("mara" if side == "user" else "bo")
        return actions.propose(self.session, self.proposal(side, **more), now=self.now, by=by)

    def agreed(self, side: str = "user", **more: Any) -> Framework:
        """One side proposes, the other agrees."""
        row = self.propose(side, **more)
        by = self.actor("bo" if side == "user" else "mara")
        return actions.agree(self.session, row.id, row.revision, now=self.now, by=by)

    def publish(self, text: str, facility: Facility | None = None) -> TermsVersion:
        """Bo publishes a version."""
        place = (facility or self.facility).id
        return publish_terms(self.session, place, {"en": text}, now=self.now, by=self.actor("bo"))

    def listing(self) -> Facility:
        """Another facility of Bo's."""
        return make_listing(self.session, self.cast.firm.id, by=self.actor("bo"), now=self.now)[0]


def make_parties(session: Session, cast: Cast, now: datetime) -> Parties:
    """The university with a manager, and a facility of the firm with terms."""
    mara = make_person(session, "Mara Fong", now=now)
    join(session, mara, cast.university, Role.MANAGER, now=now)
    bo = actor_of(session, cast.bo, now=now)
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now)
    version = publish_terms(session, facility.id, {"en": "Wear shoes."}, now=now, by=bo)
    return Parties(session, cast, now, mara, facility, version)
