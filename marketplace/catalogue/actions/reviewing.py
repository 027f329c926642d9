"""Listings under review: reported by whoever sees them, then suspended, taken back or left as they are."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.organisations import people_with_role
from marketplace.accounts.queries.readers import administrators
from marketplace.catalogue.actions.facilities import touched
from marketplace.catalogue.models import Facility, ListingReport, ReportReason
from marketplace.catalogue.queries.facilities import SHOWN, facility_by_id
from marketplace.catalogue.rules.publishing import after
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import tell
from marketplace.values.localized import clean_text
from marketplace.values.reasons import reason_given
from marketplace.values.refusal import Invalid, NotFound, Refusal, Refused, StateForbids

LONGEST_REPORT: Final = 2000


def report(
    session: Session, facility_id: UUID, reason: ReportReason, text: str, *, now: datetime, by: Actor
) -> ListingReport:
    """Say that a public listing is not as it should be; administrators are told, the host is not told by whom. One at a
    time of each person."""
    demand(by, "listing.report")
    words = clean_text(text, LONGEST_REPORT, field="text", multiline=True)
    if not words:
        raise Invalid.one("text", "required")
    facility = facility_by_id(session, facility_id, by)
    if facility.state not in SHOWN:
        raise StateForbids(facility.state.value, "listing.report")
    # Two reports of one person at once stand in line at the listing.
    session.execute(select(Facility.id).where(Facility.id == facility.id).with_for_update(key_share=True))
    mine = ListingReport.facility_id == facility.id, ListingReport.reported_by == by.id
    if session.scalar(select(ListingReport.id).where(*mine, ListingReport.settled_at.is_(None))):
        raise Refused([Refusal("listing_reported")])
    row = ListingReport(facility_id=facility.id, reported_by=by.id, reported_at=now, reason=reason, text=words)
    session.add(row)
    session.flush()
    told, subject = {"reason": reason}, Subject("listing_report", row.id)
    details = {**told, "facility": str(facility.id)}
    record(session, subject, "listing.reported", now=now, by=by.person_id, details=details, text={"text": words})
    tell(session, administrators(session), "listing_reported", {"path": "admin/listings"}, now=now)
    return row


def suspend(session: Session, facility_id: UUID, reason: str, *, now: datetime, by: Actor) -> Facility:
    """Take a listing from the public with a reason that its host is told; what was reported of it is settled by that.
    Bookings already made stand."""
    facility = _moved(session, facility_id, "suspend", reason, now=now, by=by)
    open_ = ListingReport.facility_id == facility.id, ListingReport.settled_at.is_(None)
    settled = update(ListingReport).where(*open_).values(settled_at=now, settled_by=by.id)
    reporters = session.scalars(settled.returning(ListingReport.reported_by)).all()
    details = {"path": "", "facility": dict(facility.name), "reason": reason_given(reason)}
    tell(session, sorted(set(reporters)), "listing_report_settled", details, now=now)
    return facility


def readmit(session: Session, facility_id: UUID, reason: str, *, now: datetime, by: Actor) -> Facility:
    """End a suspension, with a reason: the listing is paused, and its host publishes it anew."""
    return _moved(session, facility_id, "readmit", reason, now=now, by=by)


def dismiss(session: Session, report_id: UUID, reason: str, *, now: datetime, by: Actor) -> None:
    """Leave a listing as it is, with a reason that whoever reported it is told."""
    demand(by, "listing.suspend")
    given = reason_given(reason)
    row = session.get(ListingReport, report_id, with_for_update=True)
    if row is None:
        raise NotFound("listing report")
    if row.settled_at is not None:
        raise StateForbids("settled", "listing.suspend")
    row.settled_at, row.settled_by = now, by.id
    session.flush()
    details = {"facility": str(row.facility_id)}
    subject = Subject("listing_report", row.id)
    record(
        session, subject, "listing.report_dismissed", now=now, by=by.person_id, details=details, text={"reason": given}
    )
    name = session.scalar(select(Facility.name).where(Facility.id == row.facility_id)) or {}
    answer = {"path": "", "facility": dict(name), "reason": given}
    tell(session, [row.reported_by], "listing_report_settled", answer, now=now)


def _moved(session: Session, facility_id: UUID, verb: str, reason: str, *, now: datetime, by: Actor) -> Facility:
    demand(by, "listing.suspend")
    given = reason_given(reason)
    facility = session.get(Facility, facility_id, with_for_update={"key_share": True}, populate_existing=True)
    if facility is None:
        raise NotFound("facility")
    facility.state = after(facility.state, verb)
    done = "suspended" if verb == "suspend" else "readmitted"
    touched(session, facility, f"listing.{done}", now=now, by=by, text={"reason": given})
    hosts = people_with_role(session, facility.organisation_id, [Role.HOST_MANAGER], now)
    details = {"path": f"listings/{facility.id}/preview", "facility": dict(facility.name), "reason": given}
    tell(session, hosts, f"listing_{done}", details, now=now)
    return facility
