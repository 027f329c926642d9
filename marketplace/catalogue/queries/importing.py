"""What an import finds in place: the organisation's rows by key, and the loaded places by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor, demand
from marketplace.catalogue.models import Facility, ListingImport, RejectedRow, Unit
from marketplace.catalogue.queries.facilities import HOSTS
from marketplace.catalogue.rules.importing import Origin
from marketplace.catalogue.rules.places import Place, folded, with_cities
from marketplace.jurisdictions.models import Jurisdiction, Zone
from marketplace.values.refusal import Invalid, NotFound

TRADITIONAL = frozenset({"HK", "MO", "TW"})


@dataclass(slots=True)
class Known:
    """The rows of one organisation that came from imports, by key; units with their facility."""

    facilities: dict[str, Facility] = field(default_factory=dict)
    units: dict[str, tuple[Unit, Facility]] = field(default_factory=dict)


def known_rows(session: Session, organisation_id: UUID, keys: Collection[str]) -> Known:
    """The facilities and units of these keys, in two statements."""
    mine = Facility.organisation_id == organisation_id
    facilities = session.scalars(select(Facility).where(mine, Facility.import_key.in_(keys)))
    units = session.execute(
        select(Unit, Facility).join(Facility, Facility.id == Unit.facility_id).where(mine, Unit.import_key.in_(keys))
    )
    return Known(
        {str(row.import_key): row for row in facilities},
        {str(unit.import_key): (unit, facility) for unit, facility in units},
    )


def last_positions(session: Session, facility_ids: Collection[UUID]) -> dict[UUID, int]:
    """The last position taken in each facility."""
    chosen = select(Unit.facility_id, func.max(Unit.position)).where(Unit.facility_id.in_(facility_ids))
    rows = session.execute(chosen.group_by(Unit.facility_id))
    return {facility: int(last) for facility, last in rows}


def origin_of(session: Session, organisation_id: UUID, zone_code: str | None = None) -> Origin:
    """What holds for every row of an organisation's import; raises `Invalid` for a zone that is not loaded."""
    home = session.scalar(select(Organisation.jurisdiction_code).where(Organisation.id == organisation_id))
    if home is None:
        raise NotFound(str(organisation_id))
    zones = session.scalars(select(Zone)).all()
    by_name: dict[str, Place] = {}
    for place in session.scalars(select(Jurisdiction)):
        names = {place.code, *place.name.values()}
        by_name |= {folded(name): Place(place.code) for name in names}
    for zone in zones:
        if zone.jurisdiction_code:
            where = Place(zone.jurisdiction_code, zone.code, zone.city)
            by_name |= {folded(name): where for name in (zone.code, zone.slug, *zone.name.values())}
            if zone.city:
                by_name.setdefault(folded(zone.city), Place(zone.jurisdiction_code, city=zone.city))
    chosen = next((zone for zone in zones if zone_code in (zone.code, zone.slug)), None)
    if zone_code and (chosen is None or chosen.jurisdiction_code is None):
        raise Invalid.one("zone", "choice")
    return Origin(
        places=with_cities(by_name),
        zone=Place(chosen.jurisdiction_code, chosen.code, chosen.city) if chosen and chosen.jurisdiction_code else None,
        chinese="zh-Hant" if home.partition("-")[0] in TRADITIONAL else "zh-Hans",
    )


def listing_import(session: Session, id: UUID, actor: Actor) -> ListingImport:
    """One import of an organisation that the actor hosts for; raises `NotFound` for any other."""
    row = session.get(ListingImport, id)
    if row is None:
        raise NotFound(str(id))
    if actor.via != "system" and row.organisation_id not in actor.organisations(*HOSTS):
        raise NotFound(str(id))
    demand(actor, "listing.import", host=row.organisation_id)
    return row


def imports_of(session: Session, actor: Actor, *, limit: int = 20) -> Sequence[tuple[ListingImport, Organisation]]:
    """The latest imports of the organisations that the actor hosts for."""
    rows = session.execute(
        select(ListingImport, Organisation)
        .join(Organisation, Organisation.id == ListingImport.organisation_id)
        .where(ListingImport.organisation_id.in_(actor.organisations(*HOSTS)))
        .order_by(ListingImport.created_at.desc(), ListingImport.id)
        .limit(limit)
    )
    return [(row, organisation) for row, organisation in rows]


def rejected_of(
    session: Session, import_id: UUID, *, limit: int | None = None, offset: int = 0
) -> Sequence[RejectedRow]:
    """The rejected rows of an import, by row."""
    chosen = select(RejectedRow).where(RejectedRow.import_id == import_id).order_by(RejectedRow.row)
    return session.scalars(chosen.limit(limit).offset(offset)).all()
