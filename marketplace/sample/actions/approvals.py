"""What the set's organisations hold, and what Ada's waiting bookings have asked of the authorities."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.applications.actions.drafting import draft
from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import Application, ApplicationState, Verb
from marketplace.applications.queries.agencies import with_account, zone_of
from marketplace.applications.rules.steps import Step
from marketplace.availability.rules import local_day
from marketplace.bookings.models import Booking, BookingPlan
from marketplace.permits.actions.vault import enter, verify
from marketplace.permits.models import VaultKind
from marketplace.permits.rules.vault import NewEntry
from marketplace.sample import sheets
from marketplace.sample.actions.founding import Founded, actor

DAY = timedelta(days=1)


def hold(session: Session, founded: Founded, *, now: datetime) -> None:
    """Let the approvals of the set be entered by their organisations; what the set calls verified, Dee verifies."""
    for sheet in sheets.upkeep()["approval"]:
        moment = now - timedelta(days=sheet["days_ago"])
        keeper = actor(session, founded.people[sheets.host_of(sheet["organisation"])], now=moment)
        row = enter(session, _entry(founded, sheet, moment.date()), now=moment, by=keeper)
        if sheet["verified"]:
            verify(session, row.id, now=moment + DAY, by=actor(session, founded.people["dee"], now=moment))


def _entry(founded: Founded, sheet: sheets.Sheet, entered: date) -> NewEntry:
    return NewEntry(
        kind=VaultKind(sheet["kind"]),
        organisation_id=founded.organisations[sheet["organisation"]],
        rule_id=sheet["rule"],
        number=sheet["number"],
        issuer_code=sheet.get("issuer"),
        issuer=sheet.get("issued_by", ""),
        valid_from=entered - timedelta(days=30),
        valid_to=entered + timedelta(days=sheet["lasts"]),
    )


def apply(session: Session, founded: Founded, *, now: datetime) -> None:
    """Draft what the bookings that wait need; the host has filed one with the agency of the set, which accepted it."""
    planned = select(Booking.id).join(BookingPlan, BookingPlan.booking_id == Booking.id).where(Booking.sample)
    for booking_id in session.scalars(planned.distinct().order_by(Booking.id)):
        draft(session, booking_id, now=now)
    drafts = select(Application).where(Application.state == ApplicationState.DRAFT).order_by(Application.id)
    rows = session.scalars(drafts).all()
    here = with_account(session, [row.agency_code for row in rows if row.agency_code])
    row = next((each for each in rows if each.agency_code in here), None)
    if row is not None:
        filer = _filer(session, founded, row)
        _step(session, row, Verb.FILE, "2026-0417", now=now, by=filer)
        _step(session, row, Verb.ACCEPT, "", now=now, by=founded.people["cheng"])


def _filer(session: Session, founded: Founded, row: Application) -> UUID:
    """Whoever keeps the host's listings, or whom the booking is for."""
    if row.side == "host":
        host = next(slug for slug, place in founded.organisations.items() if place == row.applicant_id)
        return founded.people[sheets.host_of(host)]
    return session.get_one(Booking, row.booking_id).person_id


def _step(session: Session, row: Application, verb: Verb, number: str, *, now: datetime, by: UUID) -> None:
    told = Step(on=local_day(now, zone_of(session, row.agency_code)), number=number)
    take_step(session, row.id, verb, told, now=now, by=actor(session, by, now=now))
