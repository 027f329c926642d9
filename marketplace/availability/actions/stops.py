"""Stopping a unit for a fault: nobody books into it, and bookings that stand keep their places until somebody acts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.availability.actions.claims import claim_pieces, drop_overdue, lock_unit, release
from marketplace.availability.actions.closures import lift_all
from marketplace.availability.models import Closure, ClosureKind
from marketplace.values.period import Period


def stop(session: Session, unit_id: UUID, period: Period, *, now: datetime, by: Actor) -> Closure:
    """Claim whatever nobody holds of a period, on every place. The caller has asked whether `by` may."""
    lock_unit(session, unit_id)
    closure = Closure(
        unit_id=unit_id,
        kind=ClosureKind.FAULT,
        starts_at=period.start,
        ends_at=period.end,
        reason={},
        created_by=by.person_id,
        created_at=now,
    )
    session.add(closure)
    session.flush()
    _fill(session, closure, now)
    return closure


def stop_until(session: Session, closure: Closure, until: datetime, *, now: datetime) -> None:
    """Let a stop last until another instant."""
    lock_unit(session, closure.unit_id)
    closure.ends_at = until
    session.flush()
    # What it gives back it claims again at once, up to the new end.
    release(session, closure.id)
    _fill(session, closure, now)


def go_on(session: Session, closure: Closure, *, now: datetime, by: Actor) -> None:
    """The unit runs again."""
    lift_all(session, closure.unit_id, [closure], now=now, by=by)


def _fill(session: Session, closure: Closure, now: datetime) -> None:
    drop_overdue(session, closure.unit_id, Period(closure.starts_at, closure.ends_at), now)
    claim_pieces(session, closure.id)
