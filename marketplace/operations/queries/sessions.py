"""Reading what really happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking
from marketplace.operations.models import UseSession

LATEST: Final = 50


@dataclass(frozen=True, slots=True)
class Latest:
    """A session as it stands, with its booking's reference; None without a booking."""

    use: UseSession
    reference: str | None


def sessions_of(session: Session, booking_ids: Iterable[UUID]) -> dict[UUID, list[UseSession]]:
    """The stretches of real use of some bookings as they stand, by booking and time."""
    chosen = select(UseSession).where(UseSession.booking_id.in_(list(booking_ids)), UseSession.superseded_at.is_(None))
    found: dict[UUID, list[UseSession]] = {}
    for use in session.scalars(chosen.order_by(UseSession.checked_in_at, UseSession.id)):
        assert use.booking_id is not None
        found.setdefault(use.booking_id, []).append(use)
    return found


def latest_at(session: Session, unit_id: UUID, *, most: int = LATEST) -> Sequence[Latest]:
    """The latest sessions at a unit as they stand, those without a booking too."""
    chosen = (
        select(UseSession, Booking.reference)
        .join(Booking, Booking.id == UseSession.booking_id, isouter=True)
        .where(UseSession.unit_id == unit_id, UseSession.superseded_at.is_(None))
        .order_by(UseSession.checked_in_at.desc(), UseSession.id.desc())
        .limit(most)
    )
    return [Latest(use, reference) for use, reference in session.execute(chosen)]
