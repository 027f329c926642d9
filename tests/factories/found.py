"""Published listings as plain rows, for tests of search that need many of them and no verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.availability.models import BookingRules, Claim, ClaimKind, OpeningHours
from marketplace.catalogue.models import Facility, FacilityKind, ListingState, Unit, UnitKind, UnitState
from marketplace.database import new_id
from marketplace.pricing.models import Rate, RatePer
from marketplace.values.period import Period

OFFICE = tuple((weekday, 540, 1080) for weekday in range(1, 6))


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What a test says of one facility; its units are alike."""

    name: Mapping[str, str]
    kind: FacilityKind = FacilityKind.LAB
    jurisdiction: str = "HK"
    time_zone: str = "Asia/Hong_Kong"
    units: int = 1
    places: int = 1
    unit_name: Mapping[str, str] = field(default_factory=lambda: {"en": "Bench"})
    hours: Sequence[tuple[int, int, int]] = OFFICE
    rules: Mapping[str, Any] = field(default_factory=dict)
    price: tuple[int, str, RatePer] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def list_facility(session: Session, organisation: Organisation, listed: Listed, *, now: datetime) -> Facility:
    """Add a published facility with its units, hours, rules and rate; nothing is refreshed yet."""
    facility = Facility(
        id=new_id(),
        organisation_id=organisation.id,
        slug=f"f-{new_id().hex}",
        kind=listed.kind,
        state=ListingState.PUBLISHED,
        name=dict(listed.name),
        jurisdiction_code=listed.jurisdiction,
        time_zone=listed.time_zone,
        created_at=now,
        updated_at=now,
        published_at=now,
        **listed.more,
    )
    session.add(facility)
    session.flush()
    for position in range(listed.units):
        _add_unit(session, facility, listed, position, now)
    session.flush()
    return facility


def _add_unit(session: Session, facility: Facility, listed: Listed, position: int, now: datetime) -> None:
    unit = Unit(
        id=new_id(),
        facility_id=facility.id,
        position=position,
        kind=UnitKind.BENCH,
        state=UnitState.ACTIVE,
        name=dict(listed.unit_name),
        places=listed.places,
        created_at=now,
        updated_at=now,
    )
    session.add(unit)
    session.flush()
    session.add(BookingRules(unit_id=unit.id, **listed.rules))
    for weekday, opens, closes in listed.hours:
        session.add(OpeningHours(unit_id=unit.id, weekday=weekday, opens=opens, closes=closes))
    if listed.price:
        amount, currency, per = listed.price
        rate = Rate(unit_id=unit.id, amount_minor=amount, currency=currency, per=per, valid_from=date(2025, 1, 1))
        rate.created_at = now
        session.add(rate)


def claim(
    session: Session, unit_id: UUID, period: Period, *, place: int = 1, held_until: datetime | None = None
) -> None:
    """Take one place of a unit for a period, as a booking would."""
    row = Claim(id=new_id(), unit_id=unit_id, place=place, blocked=Range(period.start, period.end), holder_id=new_id())
    row.kind, row.held_until = ClaimKind.BOOKING, held_until
    session.add(row)
    session.flush()
