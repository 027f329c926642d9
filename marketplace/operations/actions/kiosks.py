"""The kiosk of a unit: its code, and checking in and out there with or without being signed in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.actions.sealing import seal
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.rules.secrets import digest
from marketplace.availability.actions.claims import lock_unit
from marketplace.availability.queries import host_of
from marketplace.bookings.actions.loading import demand_on, loaded
from marketplace.bookings.models import Booking
from marketplace.history.actions import Subject, record
from marketplace.operations.actions.checking import begin, leave
from marketplace.operations.models import Kiosk, Source
from marketplace.operations.rules.doors import fits
from marketplace.values.refusal import Invalid, NotFound

# 192 random bits: 32 characters, as many as can be sealed.
_BYTES: Final = 24


class Deed(Enum):
    """What is done at a kiosk."""

    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"


def renew_kiosk(session: Session, unit_id: UUID, *, key: str, now: datetime, by: Actor) -> str:
    """A new code for the unit's kiosk; what hangs there with the old one opens nothing any more."""
    _demand(session, unit_id, by)
    lock_unit(session, unit_id)
    code = secrets.token_urlsafe(_BYTES)
    assert by.person_id is not None
    row = Kiosk(unit_id=unit_id, digest=digest(code), sealed=seal(code, key=key), made_at=now, made_by=by.person_id)
    session.merge(row)
    session.flush()
    record(session, Subject("unit", unit_id), "unit.kiosk_renewed", now=now, by=by.person_id)
    return code


def end_kiosk(session: Session, unit_id: UUID, *, now: datetime, by: Actor) -> None:
    """No kiosk any more; ending one that is not there is idle."""
    _demand(session, unit_id, by)
    lock_unit(session, unit_id)
    row = session.get(Kiosk, unit_id)
    if row is not None:
        session.delete(row)
        session.flush()
        record(session, Subject("unit", unit_id), "unit.kiosk_ended", now=now, by=by.person_id)


def check_at_kiosk(session: Session, unit_id: UUID, booking_id: UUID, deed: Deed, *, now: datetime, by: Actor) -> None:
    """Check in or out at the unit, signed in; raises NotFound for a booking of another unit."""
    lock_unit(session, unit_id)
    found = loaded(session, booking_id)
    if found.booking.unit_id != unit_id:
        raise NotFound("booking")
    demand_on(found, "booking.check_in", by)
    _do(session, found.booking, deed, now=now, by=by.person_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A booking's reference and the code that only those who may see the booking know."""

    reference: str
    code: str


def check_by_code(session: Session, unit_id: UUID, proof: Proof, deed: Deed, *, key: str, now: datetime) -> None:
    """The same by a booking's reference and its code. Raises Invalid (`door_code`) alike for a reference that is
    unknown or of another unit and for a wrong code."""
    lock_unit(session, unit_id)
    chosen = select(Booking).where(Booking.unit_id == unit_id, Booking.reference == reference_of(proof))
    booking = session.scalar(chosen)
    if booking is None or not fits(proof.code, booking.id, key=key):
        raise Invalid.one("code", "door_code")
    _do(session, booking, deed, now=now, by=booking.person_id)


def reference_of(proof: Proof) -> str:
    """The reference as it is kept, however it was typed."""
    return proof.reference.strip().upper()[:40]


def _do(session: Session, booking: Booking, deed: Deed, *, now: datetime, by: UUID | None) -> None:
    found = loaded(session, booking.id)
    if deed is Deed.CHECK_IN:
        begin(session, found, at=now, source=Source.KIOSK, now=now, by=by)
    else:
        leave(session, found, source=Source.KIOSK, now=now, by=by)


def _demand(session: Session, unit_id: UUID, by: Actor) -> None:
    _facility, host = host_of(session, unit_id)
    demand(by, "kiosk.manage", host=host)
