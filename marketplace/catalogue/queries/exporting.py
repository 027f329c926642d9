"""All public listings as one file in a format of others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import IdentifierScheme, Organisation, OrganisationIdentifier
from marketplace.catalogue.formats import pidinst, schema_org, uniquip, uniquip_2025
from marketplace.catalogue.formats.items import ListedItem
from marketplace.catalogue.formats.writing import write_csv, write_xlsx
from marketplace.catalogue.models import Facility, Unit, UnitState
from marketplace.catalogue.queries.facilities import PUBLISHED
from marketplace.catalogue.rules.exporting import NO_PRICES, Exported, Prices, items_of, published_of
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.values.localized import pick
from marketplace.values.refusal import Invalid

# Which endings a format can be written with, the usual one first.
ENDINGS = {
    "uniquip": ("csv", "xlsx"),
    "uniquip-2025": ("csv", "xlsx"),
    "pidinst": ("xml", "json"),
    "schema-org": ("jsonld", "json"),
}
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "json": "application/json",
    "jsonld": "application/ld+json",
}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A whole export, and how many listings stand in it."""

    content: bytes
    media_type: str
    listings: int


def export(session: Session, format: str, ending: str, *, base_url: str, prices: Prices = NO_PRICES) -> ExportedFile:
    """All published listings in a format; raises `Invalid` for an ending that the format is not written with."""
    if format not in ENDINGS:
        raise Invalid.one("format", "choice")
    if ending not in ENDINGS[format]:
        raise Invalid.one("output", "ending", endings=", ".join(ENDINGS[format]))
    listings = list(published_listings(session))
    content = _content(format, ending, listings, base_url=base_url, prices=prices)
    return ExportedFile(content, MEDIA_TYPES[ending], len(listings))


def published_listings(session: Session, *, only: UUID | None = None) -> Iterator[Exported]:
    """Every published listing, by host and age, with its units; in two statements."""
    chosen = (
        select(Facility, Organisation, Jurisdiction.name, OrganisationIdentifier.value)
        .select_from(Facility)
        .join(Organisation, Organisation.id == Facility.organisation_id)
        .outerjoin(Jurisdiction, Jurisdiction.code == Facility.jurisdiction_code)
        .outerjoin(
            OrganisationIdentifier,
            (OrganisationIdentifier.organisation_id == Organisation.id)
            & (OrganisationIdentifier.scheme == IdentifierScheme.ROR),
        )
        .where(PUBLISHED)
        .order_by(Organisation.slug, Facility.created_at, Facility.id)
    )
    rows = session.execute(chosen if only is None else chosen.where(Facility.id == only)).all()
    units = _units_by_facility(session, only)
    for facility, organisation, region, ror in rows:
        yield Exported(
            facility=facility,
            organisation=organisation,
            units=units.get(facility.id, []),
            region=region or {},
            ror=ror or "",
        )


def _units_by_facility(session: Session, only: UUID | None) -> dict[UUID, list[Unit]]:
    chosen = (
        select(Unit)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(PUBLISHED, Unit.state != UnitState.ARCHIVED)
        .order_by(Unit.position, Unit.id)
    )
    found: dict[UUID, list[Unit]] = {}
    for unit in session.scalars(chosen if only is None else chosen.where(Facility.id == only)):
        found.setdefault(unit.facility_id, []).append(unit)
    return found


def _content(format: str, ending: str, listings: Sequence[Exported], *, base_url: str, prices: Prices) -> bytes:
    if format == "schema-org":
        graph = schema_org.catalogue(published_of(each, base_url, prices=prices) for each in listings)
        return json.dumps(graph, ensure_ascii=False, indent=1).encode("utf-8")
    if format == "pidinst":
        records = [_record(each, item) for each in listings for item in items_of(each, base_url) if not item.facility]
        return pidinst.write_json(records) if ending == "json" else pidinst.write_xml(records)
    module = uniquip if format == "uniquip" else uniquip_2025
    rows = module.rows(item for each in listings for item in items_of(each, base_url))
    return write_xlsx(module.TITLES, rows) if ending == "xlsx" else write_csv(module.TITLES, rows)


def _record(exported: Exported, item: ListedItem) -> pidinst.Record:
    owner = pick(exported.organisation.name, "en").text
    return pidinst.record_of(item, owner=owner, owner_ror=exported.ror, landing_page=item.landing_page)
