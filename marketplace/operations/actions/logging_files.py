"""Files of loggers: looked at row by row first, then taken; the same file or row twice changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.availability.actions.claims import lock_unit
from marketplace.availability.queries import host_of
from marketplace.bookings.models import Booking
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.operations.actions.settling import settle_many
from marketplace.operations.models import LoggerFile, Source, UseSession
from marketplace.operations.queries.doors import door
from marketplace.operations.rules.logger_files import LoggedRow, read
from marketplace.operations.rules.owners import EARLY, USED, whose

LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and what becomes of it: it `fits`, is `known`, `overlaps` another session or row, or is `bad`."""

    row: LoggedRow
    fate: str


def preview(session: Session, unit_id: UUID, text: str, *, now: datetime, by: Actor) -> list[Judged]:
    """What would become of each row. Raises Invalid for what is no such file."""
    _facility, host = host_of(session, unit_id)
    demand(by, "feed.manage", host=host)
    place = door(session, unit_id)
    rows = read(text, zone=ZoneInfo(place.zone), places=place.places, now=now)
    return _judged(session, unit_id, rows)


def bring(session: Session, unit_id: UUID, name: str, text: str, *, now: datetime, by: Actor) -> list[Judged]:
    """Make sessions of the rows that fit; those that do not stop no other. The same file again changes nothing."""
    lock_unit(session, unit_id)
    judged = preview(session, unit_id, text, now=now, by=by)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    fitting = [each.row for each in judged if each.fate == "fits"]
    known = select(LoggerFile.id).where(LoggerFile.unit_id == unit_id, LoggerFile.digest == digest)
    if not fitting and session.scalar(known) is not None:
        return judged
    _facility, host = host_of(session, unit_id)
    bookings = _bookings(session, unit_id, fitting)
    used = [(row, _booking_of(row, bookings)) for row in fitting]
    uses = [_session(row, booking, (unit_id, host), now=now, by=by) for row, booking in used]
    session.add_all(uses)
    settle_many(session, uses, [booking for _row, booking in used if booking], now=now, by=by.person_id)
    if session.scalar(known) is None:
        assert by.person_id is not None
        told = {"name": name[:LONGEST_NAME], "rows": len(judged), "added": len(fitting)}
        session.add(LoggerFile(unit_id=unit_id, digest=digest, uploaded_at=now, uploaded_by=by.person_id, **told))
    session.flush()
    counts = {"rows": len(judged), "added": len(fitting)}
    record(session, Subject("unit", unit_id), "unit.logger_file", now=now, by=by.person_id, details=counts)
    return judged


def _judged(session: Session, unit_id: UUID, rows: Sequence[LoggedRow]) -> list[Judged]:
    good = [row for row in rows if not row.errors and row.began and row.ended]
    if not good:
        return [Judged(row, "bad") for row in rows]
    last = max(row.ended for row in good if row.ended)
    first = min(row.began for row in good if row.began)
    there = select(UseSession.place, UseSession.checked_in_at, UseSession.checked_out_at).where(
        UseSession.unit_id == unit_id,
        UseSession.superseded_at.is_(None),
        UseSession.checked_in_at < last,
        UseSession.checked_out_at.is_(None) | (UseSession.checked_out_at > first),
    )
    taken: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for place, began, ended in session.execute(there):
        taken.setdefault(place, []).append((began, ended))
    found = []
    for row in rows:
        if row.errors or row.began is None or row.ended is None:
            found.append(Judged(row, "bad"))
            continue
        beside = taken.setdefault(row.place, [])
        if (row.began, row.ended) in beside:
            found.append(Judged(row, "known"))
        elif any(began < row.ended and (ended is None or row.began < ended) for began, ended in beside):
            found.append(Judged(row, "overlaps"))
        else:
            beside.append((row.began, row.ended))
            found.append(Judged(row, "fits"))
    return found


def _bookings(session: Session, unit_id: UUID, rows: Sequence[LoggedRow]) -> Sequence[Booking]:
    """The bookings that any of the rows may be of."""
    if not rows:
        return ()
    first = min(row.began for row in rows if row.began)
    last = max(row.began for row in rows if row.began)
    chosen = select(Booking).where(
        Booking.unit_id == unit_id,
        Booking.state.in_(USED),
        Booking.ends_at > first,
        Booking.starts_at <= last + EARLY,
    )
    return session.scalars(chosen.order_by(Booking.starts_at)).all()


def _session(
    row: LoggedRow, booking: Booking | None, where: tuple[UUID, UUID], *, now: datetime, by: Actor
) -> UseSession:
    unit_id, host = where
    return UseSession(
        id=new_id(),
        booking_id=booking.id if booking else None,
        unit_id=unit_id,
        place=row.place,
        organisation_id=booking.organisation_id if booking else host,
        person_id=booking.person_id if booking else None,
        checked_in_at=row.began,
        checked_out_at=row.ended,
        start_source=Source.FILE,
        end_source=Source.FILE,
        samples=row.samples,
        recorded_at=now,
        recorded_by=by.person_id,
    )


def _booking_of(row: LoggedRow, bookings: Sequence[Booking]) -> Booking | None:
    assert row.began is not None
    return whose([each for each in bookings if each.place == row.place], row.began)
