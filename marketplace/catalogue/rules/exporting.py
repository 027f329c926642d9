"""A listing as the formats of others want it: only what strangers may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.accounts.models import Organisation
from marketplace.catalogue import vocabulary
from marketplace.catalogue.formats.items import ListedItem
from marketplace.catalogue.formats.schema_org import Offered, Published
from marketplace.catalogue.models import Facility, FacilityKind, Unit, UnitState
from marketplace.values.localized import pick
from marketplace.values.money import Money

Prices = Mapping[UUID, tuple[Money, str]]
NO_PRICES: Prices = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """One public listing with what stands beside it."""

    facility: Facility
    organisation: Organisation
    units: Sequence[Unit]
    region: Mapping[str, str]
    ror: str = ""


def address_of(facility: Facility, base_url: str, language: str = "en") -> str:
    """The public address of a facility's page."""
    return f"{base_url.rstrip('/')}/{language}/facilities/{facility.slug}"


def items_of(exported: Exported, base_url: str) -> Iterator[ListedItem]:
    """The rows of one listing: its facility and its units; an instrument with one unit is a single row."""
    facility, units = exported.facility, exported.units
    alone = facility.kind is FacilityKind.INSTRUMENT and len(units) == 1
    if not alone:
        yield _facility_item(exported, base_url)
    for unit in units:
        yield _unit_item(exported, unit, base_url, alone=alone)


def _facility_item(exported: Exported, base_url: str) -> ListedItem:
    facility = exported.facility
    return ListedItem(
        row=0,
        facility=True,
        id=id_of(facility),
        name=pick(facility.name, "en").text,
        description=pick(facility.description or facility.summary, "en").text,
        techniques=tuple(techniques_of(facility)),
        **_contact(exported, base_url),
    )


def _unit_item(exported: Exported, unit: Unit, base_url: str, *, alone: bool) -> ListedItem:
    facility = exported.facility
    return ListedItem(
        row=0,
        facility=False,
        id=id_of(unit),
        name=pick(facility.name if alone else unit.name, "en").text,
        description=pick(unit.description or (facility.description if alone else {}), "en").text,
        part_of=() if alone else (id_of(facility),),
        techniques=tuple(unit.techniques or (techniques_of(facility) if alone else ())),
        service_level="Out of service" if unit.state is UnitState.PAUSED else "Operational",
        maker=unit.maker or "",
        model=unit.model or "",
        serial_number=unit.serial_number or "",
        measured_variables=tuple(unit.measured_variables),
        pid=unit.pid or "",
        pid_type=unit.pid_type or "",
        landing_page=unit.landing_page or f"{address_of(facility, base_url)}#unit-{unit.id}",
        commissioned_on=unit.commissioned_on.isoformat() if unit.commissioned_on else "",
        decommissioned_on=unit.decommissioned_on.isoformat() if unit.decommissioned_on else "",
        further=unit.pidinst or {},
        **_contact(exported, base_url),
    )


def _contact(exported: Exported, base_url: str) -> dict[str, Any]:
    facility = exported.facility
    return {
        "contact_name": facility.contact_name or "",
        "contact_phone": facility.contact_phone or "",
        "contact_url": facility.contact_url or "",
        "contact_email": facility.contact_email or "",
        "site": facility.city or pick(exported.region, "en").text,
        "organisational_unit": pick(exported.organisation.name, "en").text,
        "website": facility.website or address_of(facility, base_url),
        "open_licence": facility.open_licence or "",
    }


def id_of(row: Facility | Unit) -> str:
    """The ID of the file a row came from, else our own."""
    return str((row.imported or {}).get("id") or row.id)


def techniques_of(facility: Facility) -> list[str]:
    """A facility's techniques, with the names of its instrument classes."""
    classes = [vocabulary.INSTRUMENT_CLASSES[code]["en"] for code in facility.instrument_classes]
    return list(dict.fromkeys([*facility.techniques, *classes]))


def published_of(
    exported: Exported, base_url: str, *, prices: Prices = NO_PRICES, images: Sequence[str] = ()
) -> Published:
    """One listing for schema.org."""
    facility = exported.facility
    url = address_of(facility, base_url)
    return Published(
        url=url,
        name=facility.name,
        description=facility.summary or facility.description,
        techniques=techniques_of(facility),
        host=exported.organisation.name,
        host_url=exported.organisation.website or "",
        region=exported.region,
        city=facility.city or "",
        latitude=facility.latitude,
        longitude=facility.longitude,
        images=images,
        units=[_offered(unit, url, prices) for unit in exported.units],
    )


def _offered(unit: Unit, url: str, prices: Prices) -> Offered:
    price, per = prices.get(unit.id, (None, ""))
    return Offered(
        url=f"{url}#unit-{unit.id}",
        name=unit.name,
        maker=unit.maker or "",
        model=unit.model or "",
        serial_number=unit.serial_number or "",
        pid=unit.pid or "",
        price=price,
        per=per,
    )
