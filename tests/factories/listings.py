"""Listings for tests: a published facility of Bo's with one unit that can be booked, made by the real verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.availability.actions.hours import set_opening_hours
from marketplace.availability.rules import Hours
from marketplace.catalogue.actions import add_unit, create_facility, publish
from marketplace.catalogue.models import Facility, Unit

OFFICE_HOURS = tuple(Hours(weekday, 9 * 60, 18 * 60) for weekday in range(1, 6))


def make_draft(session: Session, organisation_id: UUID, *, by: Actor, now: datetime, **fields: Any) -> Facility:
    """A draft with a place and a contact."""
    given: dict[str, Any] = {
        "kind": "lab",
        "name": {"en": "Wafer lab", "zh-Hans": "晶圆实验室"},
        "jurisdiction_code": "HK",
        "contact_email": "desk@example.org",
    }
    return create_facility(session, organisation_id, given | fields, now=now, by=by)


def make_unit(
    session: Session,
    facility_id: UUID,
    *,
    by: Actor,
    now: datetime,
    places: int = 1,
    fields: Mapping[str, Any] | None = None,
) -> Unit:
    """An instrument open in office hours."""
    given = {"kind": "instrument", "name": {"en": "Etcher"}, **(fields or {})}
    unit = add_unit(session, facility_id, given, now=now, by=by, places=places)
    set_opening_hours(session, unit.id, OFFICE_HOURS, now=now, by=by)
    return unit


def make_listing(
    session: Session, organisation_id: UUID, *, by: Actor, now: datetime, **fields: Any
) -> tuple[Facility, Unit]:
    """A published facility with one unit."""
    facility = make_draft(session, organisation_id, by=by, now=now, **fields)
    unit = make_unit(session, facility.id, by=by, now=now)
    publish(session, facility.id, open_units=[unit.id], now=now, by=by)
    return facility, unit


TODAY = dt.date(2026, 3, 2)
