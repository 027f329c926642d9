"""Training beside bookings: what is recorded passes the gates that waited; who has booked may be trained unasked."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.bookings.actions.gates import pass_gate
from marketplace.bookings.actions.talking import demand_letters
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.bookings.queries.hosting import known_by_email
from marketplace.bookings.queries.talks import letters_between
from marketplace.catalogue.models import Facility, Unit
from marketplace.terms.actions.training import decline, enter, record_passed, schedule
from marketplace.terms.models import Training
from marketplace.terms.queries.training import HOME, standing
from marketplace.values.refusal import Invalid, NotFound


def record_training(session: Session, training_id: UUID, *, passed_on: date, now: datetime, by: Actor) -> Training:
    """Record that somebody passed the training of a unit; what they hold there on days on which it holds waits for it
    no longer."""
    row = record_passed(session, training_id, passed_on=passed_on, now=now, by=by)
    for booking_id in _waiting(session, row, now):
        pass_gate(session, booking_id, GateKind.TRAINING, now=now, by=by)
    return row


def record_for(session: Session, unit_id: UUID, email: str, *, passed_on: date, now: datetime, by: Actor) -> Training:
    """Record the training of somebody who never asked for it: of the host's own people, or who has booked with it. Of
    any other address nobody learns whether it has an account (`nobody_known_here`)."""
    host_id = session.scalar(select(Facility.organisation_id).join(Unit).where(Unit.id == unit_id))
    if host_id is None:
        raise NotFound("unit")
    demand(by, "training.manage", host=host_id)
    person_id = known_by_email(session, host_id, email)
    if person_id is None:
        raise Invalid.one("email", "nobody_known_here")
    row = enter(session, unit_id, person_id, now=now, by=by)
    return record_training(session, row.id, passed_on=passed_on, now=now, by=by)


def schedule_training(
    session: Session, training_id: UUID, *, at: datetime, trainer: str, now: datetime, by: Actor
) -> Training:
    """Say when a training takes place and with whom; nothing but the time while a rule asks for a letter first."""
    if trainer.strip():
        demand_letters(_letters(session, training_id, now))
    return schedule(session, training_id, at=at, trainer=trainer, now=now, by=by)


def decline_training(session: Session, training_id: UUID, reason: str, *, now: datetime, by: Actor) -> Training:
    """Decline a training with a reason; without a word while a rule asks for a letter first."""
    rules = _letters(session, training_id, now)
    if reason.strip():
        demand_letters(rules)
    return decline(session, training_id, reason, now=now, by=by, silent=bool(rules))


def _letters(session: Session, training_id: UUID, now: datetime) -> list[str]:
    """The rules that forbid the host of a training to talk with its person."""
    chosen = select(Training.person_id, Facility.id, Facility.organisation_id)
    sides = chosen.join(Unit, Unit.id == Training.unit_id).join(Facility, Facility.id == Unit.facility_id)
    found = session.execute(sides.where(Training.id == training_id)).one_or_none()
    if found is None:
        return []
    person_id, facility_id, host_id = found
    return letters_between(session, host_id, facility_id, person_id=person_id, organisation_id=None, now=now)


def _waiting(session: Session, row: Training, now: datetime) -> list[UUID]:
    """The person's bookings of the unit that a training gate still holds up, in time."""
    chosen = (
        select(Booking.id, Booking.starts_at, func.coalesce(Facility.time_zone, HOME))
        .join(Gate, Gate.booking_id == Booking.id)
        .where(Gate.kind == GateKind.TRAINING, Gate.state == GateState.OPEN)
        .where(Booking.unit_id == row.unit_id, Booking.person_id == row.person_id)
        .where(Booking.state == BookingState.HELD, Booking.held_until > now)
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .order_by(Booking.id)
    )
    days = {id: start.astimezone(ZoneInfo(zone)).date() for id, start, zone in session.execute(chosen)}
    return [id for id, day in days.items() if not standing(session, row.unit_id, row.person_id, day).untrained]
