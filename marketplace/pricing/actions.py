"""Setting and withdrawing the public rate of a unit."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.catalogue.actions.facilities import touched
from marketplace.catalogue.actions.units import locked_unit
from marketplace.catalogue.models import Facility
from marketplace.database import new_id
from marketplace.jurisdictions.models import Currency
from marketplace.pricing.models import Rate, RatePer
from marketplace.values.localized import clean_text
from marketplace.values.money import Money
from marketplace.values.refusal import Invalid, NotFound, Refusal, Refused


def set_rate(
    session: Session,
    unit_id: UUID,
    amount: Money,
    per: RatePer,
    *,
    valid_from: dt.date,
    now: datetime,
    by: Actor,
    note: str = "",
) -> Rate:
    """The rate of a unit from a day until the next one. A day gone by may only carry a unit's first rate: what was
    shown to users is never changed afterwards (refusal `rate_in_past`)."""
    unit, facility = locked_unit(session, unit_id, by)
    if amount.amount_minor < 0:
        raise Invalid.one("amount", "range", min=0)
    if session.get(Currency, amount.currency) is None:
        raise Invalid.one("currency", "choice")
    if valid_from < today_at(facility, now) and _has_rates(session, unit_id):
        raise Refused([Refusal("rate_in_past", {"from": valid_from.isoformat()})])
    rate = session.scalar(select(Rate).where(Rate.unit_id == unit_id, Rate.valid_from == valid_from))
    if rate is None:
        rate = Rate(id=new_id(), unit_id=unit.id, valid_from=valid_from)
        session.add(rate)
    rate.amount_minor, rate.currency, rate.per = amount.amount_minor, amount.currency, per
    rate.note = clean_text(note, 300, field="note") or None
    rate.created_at, rate.created_by = now, by.person_id
    details = {"unit": str(unit.id), "amount": amount.as_json(), "per": per.value, "from": valid_from.isoformat()}
    touched(session, facility, "rate.set", now=now, by=by, details=details)
    return rate


def withdraw_rate(session: Session, rate_id: UUID, *, now: datetime, by: Actor) -> None:
    """Take back a rate that has not begun; one that users may have seen in force stays (refusal `rate_in_past`)."""
    rate = session.get(Rate, rate_id)
    if rate is None:
        raise NotFound(str(rate_id))
    _, facility = locked_unit(session, rate.unit_id, by)
    if rate.valid_from <= today_at(facility, now):
        raise Refused([Refusal("rate_in_past", {"from": rate.valid_from.isoformat()})])
    session.delete(rate)
    details = {"unit": str(rate.unit_id), "from": rate.valid_from.isoformat()}
    touched(session, facility, "rate.withdrawn", now=now, by=by, details=details)


def today_at(facility: Facility, now: datetime) -> dt.date:
    """The day at the facility (UTC while it has no time zone)."""
    return now.astimezone(ZoneInfo(facility.time_zone or "UTC")).date()


def _has_rates(session: Session, unit_id: UUID) -> bool:
    return session.scalar(select(Rate.id).where(Rate.unit_id == unit_id).limit(1)) is not None
