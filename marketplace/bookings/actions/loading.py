"""One booking with its gates and surroundings, locked, for a verb that somebody may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.bookings.actions.locking import lock_booking
from marketplace.bookings.actions.telling import Context, context_of
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.bookings.queries.permits import contradiction_refusals, latest_plan
from marketplace.bookings.rules import Verb, after, state_at
from marketplace.values import refusal
from marketplace.values.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Loaded:
    """A booking as it stands under its unit's lock."""

    booking: Booking
    gates: Sequence[Gate]
    around: Context

    def gate(self, kind: GateKind) -> Gate | None:
        """The booking's gate of a kind, None where it has none."""
        return next((gate for gate in self.gates if gate.kind is kind), None)

    @property
    def open_gates(self) -> list[Gate]:
        """The conditions still to be passed."""
        return [gate for gate in self.gates if gate.state is GateState.OPEN]


def locked(session: Session, booking_id: UUID) -> Loaded:
    """The booking with its gates, as they are now that nobody else can change them. Raises NotFound."""
    lock_booking(session, booking_id)
    return loaded(session, booking_id)


def loaded(session: Session, booking_id: UUID) -> Loaded:
    """The same where the locks are held already."""
    fresh = {"populate_existing": True}
    booking = session.get(Booking, booking_id, populate_existing=True)
    if booking is None:
        raise NotFound("booking")
    chosen = select(Gate).where(Gate.booking_id == booking_id).order_by(Gate.kind)
    gates = session.scalars(chosen.execution_options(**fresh)).all()
    return Loaded(booking, gates, context_of(session, booking))


def demand_on(found: Loaded, verb: str, by: Actor) -> None:
    """Raise Forbidden, or NotFound for a stranger, unless `by` may do the verb to this booking."""
    booking = found.booking
    demand(by, verb, owner=booking.person_id, organisation=booking.organisation_id, host=found.around.host_id)


def demand_lawful_terms(session: Session, booking: Booking) -> None:
    """Raise Refused (`terms_contradict_rule`) where the pinned terms contradict a rule that the plan holds."""
    row = latest_plan(session, booking.id)
    if row is not None:
        refusal.demand(contradiction_refusals(session, booking.terms_version_id, row.requirements, row.facts))


def state_after(booking: Booking, verb: Verb, now: datetime) -> BookingState:
    """The state that a verb leads to from the one that counts at `now`; a hold past its time is expired (409)."""
    return after(state_at(booking.state, booking.held_until, now), verb)


def touch(booking: Booking, state: BookingState, held_until: datetime | None, now: datetime) -> None:
    """Set the state and its deadline; every change raises the version, which is ETag and the invitation's SEQUENCE."""
    booking.state, booking.held_until = state, held_until
    booking.version += 1
    booking.updated_at = now
