"""Reading what really happened."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.operations.models import UseSession


def sessions_of(session: Session, booking_ids: Iterable[UUID]) -> dict[UUID, list[UseSession]]:
    """The stretches of real use of some bookings as they stand, by booking and time."""
    chosen = select(UseSession).where(UseSession.booking_id.in_(list(booking_ids)), UseSession.superseded_at.is_(None))
    found: dict[UUID, list[UseSession]] = {}
    for use in session.scalars(chosen.order_by(UseSession.checked_in_at, UseSession.id)):
        assert use.booking_id is not None
        found.setdefault(use.booking_id, []).append(use)
    return found
