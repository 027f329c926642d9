"""One facility as its page shows it, and who may see which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries.standing import in_standing
from marketplace.accounts.rules.standing import standing_refusals
from marketplace.catalogue.models import (
    AttachmentKind,
    Facility,
    FacilityFile,
    FormerSlug,
    ListingState,
    Unit,
    UnitState,
)
from marketplace.files.models import StoredFile
from marketplace.jurisdictions.models import Jurisdiction, Zone
from marketplace.values.refusal import NotFound

HOSTS = (Role.HOST_STAFF, Role.HOST_MANAGER)
# A paused listing stays readable, so that those with bookings there find it; it is not in the search.
SHOWN = (ListingState.PUBLISHED, ListingState.PAUSED)

_host = aliased(Organisation)
_host_stands = exists().where(_host.id == Facility.organisation_id, in_standing(_host)).correlate(Facility)
# What strangers find, and what they may read: nothing of a host that is not verified, or suspended.
PUBLISHED = and_(Facility.state == ListingState.PUBLISHED, _host_stands)
PUBLIC = and_(Facility.state.in_(SHOWN), _host_stands)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Published and paused listings; all others for their host, and for those who oversee all."""
    if actor.administrator or actor.auditor or actor.via == "system":
        return true()
    own = actor.organisations(*HOSTS)
    return or_(PUBLIC, Facility.organisation_id.in_(own)) if own else PUBLIC


@dataclass(frozen=True, slots=True)
class Found:
    """A facility, and whether it was found by an address it no longer has."""

    facility: Facility
    moved: bool


def find(session: Session, key: str, actor: Actor) -> Found:
    """The facility of a slug, a former slug or an id; raises `NotFound` for what is not there or not for this actor."""
    facility = session.scalar(select(Facility).where(Facility.slug == key, visible_to(actor)))
    if facility is not None:
        return Found(facility, moved=False)
    by_former = FormerSlug.kind == "facility", FormerSlug.slug == key
    id = session.scalar(select(FormerSlug.subject_id).where(*by_former)) or _as_id(key)
    if id is None:
        raise NotFound(key)
    return Found(facility_by_id(session, id, actor), moved=True)


def facility_by_id(session: Session, id: UUID, actor: Actor) -> Facility:
    """The facility of an id; raises `NotFound`."""
    facility = session.scalar(select(Facility).where(Facility.id == id, visible_to(actor)))
    if facility is None:
        raise NotFound(str(id))
    return facility


def _as_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def units_of(session: Session, facility_id: UUID, *, archived: bool = False) -> Sequence[Unit]:
    """The units of a facility in the host's order; archived ones only when asked for."""
    chosen = select(Unit).where(Unit.facility_id == facility_id).order_by(Unit.position, Unit.id)
    return session.scalars(chosen if archived else chosen.where(Unit.state != UnitState.ARCHIVED)).all()


@dataclass(frozen=True, slots=True)
class Attached:
    """A photo or document with its file."""

    attachment: FacilityFile
    file: StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityPage:
    """All that a facility's page shows of the catalogue itself."""

    facility: Facility
    organisation: Organisation
    jurisdiction: Jurisdiction | None
    zone: Zone | None
    units: Sequence[Unit]
    photos: Sequence[Attached]
    documents: Sequence[Attached]

    @property
    def public(self) -> bool:
        """Whether strangers can see the page."""
        return self.facility.state in SHOWN and not standing_refusals(self.organisation)


def facility_page(session: Session, key: str | UUID, actor: Actor) -> FacilityPage:
    """A facility by slug, former slug or id, with host, place, units and files; raises `NotFound`."""
    facility = facility_by_id(session, key, actor) if isinstance(key, UUID) else find(session, key, actor).facility
    return page_of(session, facility)


def page_of(session: Session, facility: Facility) -> FacilityPage:
    """What stands beside a facility, in three statements."""
    row = session.execute(
        select(Organisation, Jurisdiction, Zone)
        .select_from(Organisation)
        .outerjoin(Jurisdiction, Jurisdiction.code == facility.jurisdiction_code)
        .outerjoin(Zone, Zone.code == facility.zone_code)
        .where(Organisation.id == facility.organisation_id)
    ).one()
    files = attachments(session, facility.id)
    return FacilityPage(
        facility=facility,
        organisation=row[0],
        jurisdiction=row[1],
        zone=row[2],
        units=units_of(session, facility.id),
        photos=[file for file in files if file.attachment.kind is AttachmentKind.PHOTO],
        documents=[file for file in files if file.attachment.kind is AttachmentKind.DOCUMENT],
    )


def attachments(session: Session, facility_id: UUID) -> list[Attached]:
    """The photos and documents of a facility in the host's order."""
    rows = session.execute(
        select(FacilityFile, StoredFile)
        .join(StoredFile, StoredFile.id == FacilityFile.file_id)
        .where(FacilityFile.facility_id == facility_id)
        .order_by(FacilityFile.position, FacilityFile.id)
    )
    return [Attached(attachment, file) for attachment, file in rows]


def unit_page(session: Session, unit_id: UUID, actor: Actor) -> tuple[Unit, Facility]:
    """A unit with its facility; raises `NotFound`."""
    row = session.execute(
        select(Unit, Facility)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(Unit.id == unit_id, visible_to(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(str(unit_id))
    return row[0], row[1]
