"""Whom a step of an application concerns, and what they are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.queries.organisations import members_among, people_with_role
from marketplace.applications.models import Application
from marketplace.applications.queries.agencies import officers
from marketplace.bookings.models import Booking
from marketplace.bookings.queries.facts import people_of_host
from marketplace.jurisdictions.models import Agency
from marketplace.notices.actions import of_people, tell
from marketplace.permits.models import PermitRule


def applicants(session: Session, row: Application, booking: Booking, now: datetime) -> set[UUID]:
    """Who acts for the applicant: the person of the booking, whose permit it is, or whoever decides for the host."""
    if row.side == "host":
        return set(people_of_host(session, row.applicant_id, now))
    own = members_among(session, row.applicant_id, [row.person_id] if row.person_id else [])
    return {booking.person_id, *own, *people_with_role(session, row.applicant_id, [Role.MANAGER], now)}


def tell_applicant(
    session: Session, row: Application, booking: Booking, code: str, *, now: datetime, by: UUID | None, **more: Any
) -> None:
    """Tell whoever acts for the applicant; not whoever did it just now."""
    people = applicants(session, row, booking, now) - {by}
    _tell(session, people, code, (row, booking), now=now, by=by, path=f"/applications/{row.id}", **more)


def tell_officers(
    session: Session, row: Application, booking: Booking, code: str, *, now: datetime, by: UUID | None, **more: Any
) -> None:
    """Tell the officers of its authority; not whoever did it just now."""
    if row.agency_code is None:
        return
    people = set(officers(session, row.agency_code)) - {by}
    _tell(session, people, code, (row, booking), now=now, by=by, path=f"/agency/applications/{row.id}", **more)


def tell_other_side(
    session: Session, row: Application, booking: Booking, code: str, *, now: datetime, host_id: UUID
) -> None:
    """Tell the other side of the booking that the state changed, and nothing else."""
    host = set(people_of_host(session, host_id, now))
    people = {booking.person_id} if row.side == "host" else host
    others = people - applicants(session, row, booking, now)
    _tell(session, others, code, (row, booking), now=now, by=None, path=f"/bookings/{booking.id}")


def _tell(
    session: Session,
    people: Iterable[UUID],
    code: str,
    about: tuple[Application, Booking],
    *,
    now: datetime,
    by: UUID | None,
    path: str,
    **more: Any,
) -> None:
    known = sorted(people)
    if not known:
        return
    told = {name: value for name, value in more.items() if value not in (None, "")}
    said = {name: by for name in ("note", "conditions") if told.get(name)}
    details = {**details_of(session, *about), "path": path, **told, **of_people(worded=said)}
    tell(session, known, code, details, now=now)


def details_of(session: Session, row: Application, booking: Booking) -> dict[str, Any]:
    """What a notice needs to be read without asking for more."""
    version = select(PermitRule.told).where(PermitRule.rule_id == row.rule_id, PermitRule.version == row.rule_version)
    rule = session.scalar(version) or {}
    agency = session.get(Agency, row.agency_code) if row.agency_code else None
    applicant = session.get_one(Organisation, row.applicant_id)
    return {
        "application": str(row.id),
        "booking": str(booking.id),
        "reference": booking.reference,
        "rule": row.rule_id,
        "title": dict(rule.get("title") or {"en": row.rule_id}),
        "agency": dict(agency.name) if agency else {},
        "applicant": dict(applicant.name),
        "state": row.state.value,
        "due": row.due_on.isoformat() if row.due_on else None,
    }
