"""Reading rates: the one in force on a day, of one unit or of many, and a unit's rates over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from marketplace.pricing.models import Rate


def rate_on(session: Session, unit_id: UUID, day: dt.date) -> Rate | None:
    """The public rate of a unit on a local day, None where the host names none."""
    return rates_on(session, [unit_id], day).get(unit_id)


def rates_on(session: Session, unit_ids: Iterable[UUID], day: dt.date) -> dict[UUID, Rate]:
    """The public rates of several units on a day, in one statement."""
    chosen = select(Rate).where(Rate.unit_id.in_(list(unit_ids)), Rate.valid_from <= day)
    newest = chosen.ext(distinct_on(Rate.unit_id)).order_by(Rate.unit_id, Rate.valid_from.desc())
    return {rate.unit_id: rate for rate in session.scalars(newest)}


def rates_of(session: Session, unit_ids: Iterable[UUID]) -> Sequence[Rate]:
    """Every rate of some units, past and to come, the newest first."""
    chosen = select(Rate).where(Rate.unit_id.in_(list(unit_ids)))
    return session.scalars(chosen.order_by(Rate.unit_id, Rate.valid_from.desc())).all()
