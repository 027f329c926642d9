"""What the front door shows of the catalogue: the newest listings, where they stand, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import distinct, exists, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import AttachmentKind, Facility, FacilityFile
from marketplace.catalogue.queries.facilities import PUBLISHED
from marketplace.jurisdictions.models import Jurisdiction, Zone


@dataclass(frozen=True, slots=True)
class Latest:
    """One new listing with what its card says; `photo_id` is the first photo's."""

    facility: Facility
    organisation: Organisation
    zone: Zone | None
    jurisdiction: Jurisdiction | None
    photo_id: UUID | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over what is published now; zones are those with at least one listing."""

    facilities: int
    organisations: int
    zones: int
    jurisdictions: int


def facilities_of(session: Session, organisation_id: UUID, *, limit: int = 200) -> Sequence[Facility]:
    """What an organisation has published, the newest first."""
    mine = select(Facility).where(Facility.organisation_id == organisation_id, PUBLISHED)
    return session.scalars(mine.order_by(Facility.published_at.desc(), Facility.id).limit(limit)).all()


def latest(session: Session, *, limit: int = 6) -> list[Latest]:
    """The newest published listings, newest first."""
    photo = (
        select(FacilityFile.id)
        .where(FacilityFile.facility_id == Facility.id, FacilityFile.kind == AttachmentKind.PHOTO)
        .order_by(FacilityFile.position, FacilityFile.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Facility, Organisation, Zone, Jurisdiction, photo)
        .join(Organisation, Organisation.id == Facility.organisation_id)
        .outerjoin(Zone, Zone.code == Facility.zone_code)
        .outerjoin(Jurisdiction, Jurisdiction.code == Facility.jurisdiction_code)
        .where(PUBLISHED)
        .order_by(Facility.published_at.desc(), Facility.id)
        .limit(limit)
    )
    return [Latest(*row) for row in rows]


def zones_with_listings(session: Session) -> Sequence[tuple[Zone, int]]:
    """Each zone that has published listings, with their number, most first."""
    count = func.count(Facility.id)
    rows = session.execute(
        select(Zone, count)
        .join(Facility, Facility.zone_code == Zone.code)
        .where(PUBLISHED)
        .group_by(Zone.code)
        .order_by(count.desc(), Zone.code)
    )
    return [(zone, number) for zone, number in rows]


def territories_with_listings(session: Session) -> Sequence[tuple[Jurisdiction, int]]:
    """Each territory in which published listings stand, with their number, most first."""
    count = func.count(Facility.id)
    rows = session.execute(
        select(Jurisdiction, count)
        .join(Facility, Facility.jurisdiction_code == Jurisdiction.code)
        .where(PUBLISHED)
        .group_by(Jurisdiction.code)
        .order_by(count.desc(), Jurisdiction.code)
    )
    return [(place, number) for place, number in rows]


def totals(session: Session) -> Totals:
    """How much is published now."""
    row = session.execute(
        select(
            func.count(),
            func.count(distinct(Facility.organisation_id)),
            func.count(distinct(Facility.zone_code)),
            func.count(distinct(Facility.jurisdiction_code)),
        ).where(PUBLISHED)
    ).one()
    return Totals(*row)


def sample_loaded(session: Session) -> bool:
    """Whether this instance holds sample data, which every page then says. Its organisations are few: no index."""
    return bool(session.scalar(select(exists().where(Organisation.sample))))
