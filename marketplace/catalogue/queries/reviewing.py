"""Listings that administrators look at: what was reported, and what is suspended."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.catalogue.models import Facility, ListingReport, ListingState
from marketplace.values.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Reported:
    """One open report with its listing, its host, and what whoever reported it is called."""

    report: ListingReport
    facility: Facility
    host: dict[str, str]
    person: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One listing and its host."""

    facility: Facility
    host: dict[str, str]


def reports(session: Session, *, limit: int, offset: int = 0) -> list[Reported]:
    """Open reports, the oldest first."""
    rows = session.execute(
        select(ListingReport, Facility, Organisation.name, func.coalesce(Person.name, Person.pseudonym))
        .join(Facility, Facility.id == ListingReport.facility_id)
        .join(Organisation, Organisation.id == Facility.organisation_id)
        .join(Person, Person.id == ListingReport.reported_by)
        .where(ListingReport.settled_at.is_(None))
        .order_by(ListingReport.reported_at, ListingReport.id)
        .limit(limit)
        .offset(offset)
    )
    return [Reported(*row) for row in rows]


def suspended(session: Session, *, limit: int, offset: int = 0) -> list[Listed]:
    """Suspended listings, the latest change first."""
    rows = session.execute(
        select(Facility, Organisation.name)
        .join(Organisation, Organisation.id == Facility.organisation_id)
        .where(Facility.state == ListingState.SUSPENDED)
        .order_by(Facility.updated_at.desc(), Facility.id)
        .limit(limit)
        .offset(offset)
    )
    return [Listed(*row) for row in rows]


def report(session: Session, report_id: UUID) -> ListingReport:
    """One report. Raises NotFound."""
    found = session.get(ListingReport, report_id)
    if found is None:
        raise NotFound("listing report")
    return found
