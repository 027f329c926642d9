"""How far a listing is: what the catalogue, availability, pricing and terms know of it, put together for the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.availability.models import BookingRules, OpeningHours
from marketplace.catalogue.models import Facility, Unit, UnitState
from marketplace.catalogue.queries import standing_of
from marketplace.catalogue.rules.publishing import Completeness, completeness
from marketplace.pricing.actions import today_at
from marketplace.pricing.models import Rate
from marketplace.pricing.queries import rates_on
from marketplace.terms.queries import current_terms
from marketplace.web.request import now


def open_units(session: Session, facility_id: UUID) -> frozenset[UUID]:
    """The units of a facility that have opening hours."""
    chosen = select(OpeningHours.unit_id).join(Unit, Unit.id == OpeningHours.unit_id)
    return frozenset(session.scalars(chosen.where(Unit.facility_id == facility_id).distinct()))


def completeness_of(session: Session, facility: Facility) -> Completeness:
    """What the listing lacks and what would help."""
    ids = session.scalars(select(Unit.id).where(Unit.facility_id == facility.id, Unit.state != UnitState.ARCHIVED))
    rated = rates_on(session, ids.all(), today_at(facility, now()))
    terms = current_terms(session, facility.id)
    return completeness(
        standing_of(
            session,
            facility,
            open_units=open_units(session, facility.id),
            rated_units=rated.keys(),
            has_terms=terms is not None,
        )
    )


@dataclass(frozen=True, slots=True)
class UnitOffer:
    """A unit with its hours, rules and present rate, as pages show it."""

    unit: Unit
    hours: Sequence[OpeningHours]
    rules: BookingRules | None
    rate: Rate | None

    @property
    def mode(self) -> str:
        """How it is booked: hour, day or week."""
        return self.rules.mode.value if self.rules else "hour"


def offers_of(session: Session, facility: Facility, units: Sequence[Unit]) -> list[UnitOffer]:
    """The units with what stands beside them, in three statements whatever their number."""
    ids = [unit.id for unit in units]
    rates = rates_on(session, ids, today_at(facility, now()))
    rules = {row.unit_id: row for row in session.scalars(select(BookingRules).where(BookingRules.unit_id.in_(ids)))}
    week: dict[UUID, list[OpeningHours]] = {}
    ordered = (
        select(OpeningHours).where(OpeningHours.unit_id.in_(ids)).order_by(OpeningHours.weekday, OpeningHours.opens)
    )
    for stretch in session.scalars(ordered):
        week.setdefault(stretch.unit_id, []).append(stretch)
    return [UnitOffer(unit, week.get(unit.id, []), rules.get(unit.id), rates.get(unit.id)) for unit in units]
