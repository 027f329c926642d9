"""What stands at a unit's door: its kiosk, who is there now and who comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.rules.secrets import digest
from marketplace.availability.queries import ASSUMED_ZONE, host_of
from marketplace.operations.models import FeedKey, Kiosk
from marketplace.operations.rules.doors import initials
from marketplace.values.refusal import NotFound

AHEAD = timedelta(hours=24)

_UNIT = text("""
    SELECT u.id, u.name AS unit_name, u.places, f.id AS facility_id, f.name AS facility_name, f.slug AS facility_slug,
           f.organisation_id AS host_id, coalesce(f.time_zone, j.time_zone, :assumed) AS zone
      FROM units u JOIN facilities f ON f.id = u.facility_id LEFT JOIN jurisdictions j ON j.code = f.jurisdiction_code
     WHERE u.id = :unit
""")
_DUE = text("""
    SELECT b.id, b.reference, b.place, b.state, b.starts_at, b.ends_at, b.person_id,
           coalesce(p.name, p.pseudonym) AS person_name
      FROM bookings b JOIN people p ON p.id = b.person_id
     WHERE b.unit_id = :unit AND (b.state = 'in_use' OR b.state = 'confirmed' AND b.ends_at > :now)
       AND b.starts_at < :until
     ORDER BY b.starts_at, b.place LIMIT 50
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A unit as its door names it."""

    id: UUID
    unit_name: Mapping[str, str]
    places: int
    facility_id: UUID
    facility_name: Mapping[str, str]
    facility_slug: str
    host_id: UUID
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A booking that is on or comes next; strangers read initials only."""

    id: UUID
    place: int
    in_use: bool
    starts_at: datetime
    ends_at: datetime
    initials: str
    own: bool


def door_of(session: Session, code: str) -> Door:
    """The unit at which a code hangs; raises NotFound for one that was renewed or never was."""
    unit_id = session.scalar(select(Kiosk.unit_id).where(Kiosk.digest == digest(code)))
    if unit_id is None:
        raise NotFound("kiosk")
    return door(session, unit_id)


def has_kiosk(session: Session, unit_id: UUID) -> bool:
    """Whether a code hangs at a unit."""
    return session.scalar(select(Kiosk.unit_id).where(Kiosk.unit_id == unit_id)) is not None


def door(session: Session, unit_id: UUID) -> Door:
    """A unit as its door names it; raises NotFound."""
    row = session.execute(_UNIT, {"unit": unit_id, "assumed": ASSUMED_ZONE}).mappings().one_or_none()
    if row is None:
        raise NotFound("unit")
    return Door(**row)


def due_at(session: Session, unit_id: UUID, *, by: Actor, now: datetime) -> Sequence[Due]:
    """Who is there now and who comes within a day, in the order of time."""
    rows = session.execute(_DUE, {"unit": unit_id, "now": now, "until": now + AHEAD})
    return [
        Due(
            id=row.id,
            place=row.place,
            in_use=row.state == "in_use",
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            initials=initials(row.person_name),
            own=by.person_id is not None and row.person_id == by.person_id,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """What hangs at a unit and reports of it."""

    door: Door
    kiosk: Kiosk | None
    feed: FeedKey | None


def devices_of(session: Session, unit_id: UUID, *, by: Actor) -> Devices:
    """The kiosk and the feed of a unit, for those who manage them."""
    _facility, host = host_of(session, unit_id)
    demand(by, "kiosk.manage", host=host)
    feed = session.scalar(select(FeedKey).where(FeedKey.unit_id == unit_id, FeedKey.ended_at.is_(None)))
    return Devices(door=door(session, unit_id), kiosk=session.get(Kiosk, unit_id), feed=feed)
