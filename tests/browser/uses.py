"""Kiosks and sessions for the gallery: codes that are always the same, and sessions that a host corrected."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.actions.sealing import seal
from marketplace.accounts.models import Membership, Person
from marketplace.accounts.rules.secrets import digest
from marketplace.bookings.models import Booking, BookingState
from marketplace.catalogue.models import Facility, Unit
from marketplace.operations.actions.keeping import replaced
from marketplace.operations.models import Kiosk, Source, UseSession
from tests.factories.uses import free_place

BUSY, QUIET = "a-code-at-a-busy-bench", "a-code-at-a-quiet-bench"


def use_some(session: Session, *, key: str, now: datetime) -> None:
    """Kiosks at all units of Bo's and at one that Ada booked for today; a session or two of Bo's own at each."""
    bo, ada = (
        session.scalars(select(Person).where(Person.email == f"{name}@example.org")).one() for name in ("bo", "ada")
    )
    hosted = (
        select(Unit)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(Facility.organisation_id.in_(select(Membership.organisation_id).where(Membership.person_id == bo.id)))
    )
    units = session.scalars(hosted.order_by(Unit.id)).all()
    for number, unit in enumerate(units):
        _hang(session, unit, f"{QUIET}-{number}" if number else QUIET, bo, key=key, now=now)
        _use(session, unit, bo, now=now)
    today = Booking.starts_at.between(now, now + timedelta(hours=12)), Booking.state == BookingState.CONFIRMED
    booked = session.scalars(select(Booking).where(Booking.person_id == ada.id, *today)).first()
    assert booked is not None, "the sample books something for Ada today"
    _hang(session, session.get_one(Unit, booked.unit_id), BUSY, bo, key=key, now=now)


def _hang(session: Session, unit: Unit, code: str, by: Person, *, key: str, now: datetime) -> None:
    made = now - timedelta(days=30)
    session.add(Kiosk(unit_id=unit.id, digest=digest(code), sealed=seal(code, key=key), made_at=made, made_by=by.id))
    session.flush()


def _use(session: Session, unit: Unit, by: Person, *, now: datetime) -> None:
    host = session.get_one(Facility, unit.facility_id).organisation_id
    for back in (30, 6):
        began, ended = now - timedelta(hours=back), now - timedelta(hours=back - 2)
        use = UseSession(
            unit_id=unit.id,
            place=free_place(session, unit.id, began, ended),
            organisation_id=host,
            checked_in_at=began,
            checked_out_at=ended,
            start_source=Source.FEED,
            end_source=Source.FEED,
            recorded_at=ended,
        )
        session.add(use)
        session.flush()
    corrected = {"checked_out_at": ended - timedelta(minutes=17), "end_source": Source.PERSON, "idle_seconds": 1500}
    told = {"samples": 12, "operator_minutes": 45, "consumables": "Argon, 3 h\nTwo pairs of tweezers"}
    reason = "The meter went on counting after the lid was opened."
    replaced(session, use, now=now - timedelta(hours=1), by=by.id, reason=reason, **corrected, **told)
