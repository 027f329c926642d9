"""The host's own listings, and how far each of them is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.rules.standing import standing_refusals
from marketplace.catalogue.models import AttachmentKind, Facility, FacilityFile, ListingState, Unit, UnitState
from marketplace.catalogue.queries.facilities import HOSTS, facility_by_id, units_of
from marketplace.catalogue.rules.publishing import Listing


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One line of the host's listings."""

    facility: Facility
    organisation: Organisation
    units: int
    paused_units: int


def my_listings(
    session: Session, actor: Actor, *, state: ListingState | None = None, limit: int = 50, offset: int = 0
) -> tuple[Sequence[ListingRow], dict[str, int]]:
    """The listings of every organisation the actor hosts for, latest change first, and how many stand in each state."""
    own = Facility.organisation_id.in_(actor.organisations(*HOSTS))
    counts = session.execute(select(Facility.state, func.count()).where(own).group_by(Facility.state)).all()
    units = (
        select(
            func.count().label("units"),
            func.count().filter(Unit.state == UnitState.PAUSED).label("paused"),
        )
        .where(Unit.facility_id == Facility.id, Unit.state != UnitState.ARCHIVED)
        .lateral()
    )
    chosen = own if state is None else own & (Facility.state == state)
    rows = session.execute(
        select(Facility, Organisation, units.c.units, units.c.paused)
        .join(Organisation, Organisation.id == Facility.organisation_id)
        .join(units, onclause=Facility.id.is_not(None))
        .where(chosen)
        .order_by(Facility.updated_at.desc(), Facility.id)
        .limit(limit)
        .offset(offset)
    )
    return [ListingRow(*row) for row in rows], {each.value: number for each, number in counts}


def listing_for_change(session: Session, id: UUID, actor: Actor) -> Facility:
    """A facility that the actor may change; raises `NotFound` for a stranger's draft, `Forbidden` for a public one."""
    facility = facility_by_id(session, id, actor)
    demand(actor, "facility.change", host=facility.organisation_id)
    return facility


def standing_of(
    session: Session,
    facility: Facility,
    *,
    open_units: Collection[UUID] = (),
    rated_units: Collection[UUID] = (),
    has_terms: bool = False,
) -> Listing:
    """The listing as the rules of publishing judge it; what later concepts know is handed in by the caller."""
    host = session.get_one(Organisation, facility.organisation_id)
    photo = FacilityFile.facility_id == facility.id, FacilityFile.kind == AttachmentKind.PHOTO
    return Listing(
        facility=facility,
        units=units_of(session, facility.id),
        standing=standing_refusals(host),
        open_units=frozenset(open_units),
        rated_units=frozenset(rated_units),
        has_terms=has_terms,
        photos=session.scalar(select(func.count()).select_from(FacilityFile).where(*photo)) or 0,
    )
