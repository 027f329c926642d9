"""The real use that an outcome may have come of: sessions in the bookings of its collaborations, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.policy import Actor
from marketplace.bookings.models import Booking
from marketplace.bookings.queries.pages import visible_to
from marketplace.catalogue.models import Facility, Unit
from marketplace.collaborations.models import CollaborationBooking
from marketplace.operations.models import UseSession
from marketplace.outcomes.models import Outcome, OutcomeSession

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Use:
    """One session of use: when it began, and at which facility."""

    id: UUID
    began_at: datetime
    facility_id: UUID
    facility_name: dict[str, str]
    time_zone: str | None


def uses_around(session: Session, collaboration_id: UUID, *, by: Actor) -> Sequence[Use]:
    """The sessions in the bookings of a collaboration that the actor may see, the latest first."""
    here = select(CollaborationBooking.booking_id).where(CollaborationBooking.collaboration_id == collaboration_id)
    return _read(session, UseSession.booking_id.in_(here), by=by)


def uses_of(session: Session, outcome: Outcome, *, by: Actor) -> Sequence[Use]:
    """The sessions that an outcome came of, of those that the actor may see, the latest first."""
    # Since it was linked its row may have been corrected: what stands is read.
    named = aliased(UseSession)
    linked = select(named.line_id).join(OutcomeSession, OutcomeSession.session_id == named.id)
    return _read(session, UseSession.line_id.in_(linked.where(OutcomeSession.outcome_id == outcome.id)), by=by)


def facilities_around(session: Session, collaboration_id: UUID) -> set[UUID]:
    """The facilities whose units were booked in a collaboration."""
    wanted = (
        select(Unit.facility_id)
        .join(Booking, Booking.unit_id == Unit.id)
        .join(CollaborationBooking, CollaborationBooking.booking_id == Booking.id)
        .where(CollaborationBooking.collaboration_id == collaboration_id)
    )
    return set(session.scalars(wanted.distinct()))


def _read(session: Session, chosen: ColumnElement[bool], *, by: Actor) -> list[Use]:
    wanted = (
        select(UseSession.id, UseSession.checked_in_at, Facility.id, Facility.name, Facility.time_zone)
        .join(Booking, Booking.id == UseSession.booking_id)
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(chosen, UseSession.superseded_at.is_(None), visible_to(by))
        .order_by(UseSession.checked_in_at.desc(), UseSession.id)
    )
    return [Use(row[0], row[1], row[2], dict(row[3]), row[4]) for row in session.execute(wanted.limit(MOST))]
