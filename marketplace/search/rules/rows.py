"""What the search keeps of one listing: its words in every language, its facets, its price, and what a result shows."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from marketplace.accounts.models import Organisation
from marketplace.catalogue import vocabulary as catalogue_words
from marketplace.catalogue.models import Facility, Unit, UnitState
from marketplace.jurisdictions.rules import Rates
from marketplace.pricing.models import Rate
from marketplace.pricing.rules import HOURS_OF
from marketplace.search.rules.wishes import PRICE_BOUNDS, PriceClass
from marketplace.search.text import document
from marketplace.search.vocabulary import kind_texts, names_of, recognised, techniques
from marketplace.values.money import Money

Names = Mapping[str, str]
UNITS_SHOWN: Final = 12
PRICE_STEP: Final = Decimal("0.0001")
# The columns of a row by which its class is known, beside that of its price.
CLASSED: Final = (
    *("kind", "jurisdiction_code", "zone_code", "techniques", "trl_min", "trl_max", "scale", "service_modes"),
)
_PAID: Final = (PriceClass.TO_100, PriceClass.TO_500, PriceClass.TO_2000, PriceClass.ABOVE_2000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One published facility with all that its row is made of."""

    facility: Facility
    organisation: Organisation
    units: Sequence[Unit]
    rates: Mapping[UUID, Rate]
    places: Sequence[Names]
    root_code: str
    photo: UUID | None


def row_of(listing: Listing, rates: Rates) -> dict[str, Any]:
    """The values of a `SearchRow`, save when it was refreshed."""
    facility, found = listing.facility, sorted(technique_codes(listing))
    return {
        "facility_id": facility.id,
        "kind": facility.kind.value,
        "jurisdiction_code": facility.jurisdiction_code,
        "root_code": listing.root_code,
        "zone_code": facility.zone_code,
        "organisation_id": facility.organisation_id,
        "start_key": start_key_of(listing),
        "techniques": found,
        "trl_min": facility.trl_min,
        "trl_max": facility.trl_max,
        "scale": facility.scale.value if facility.scale else None,
        "service_modes": facility.service_modes,
        **price_of(listing.rates.values(), rates),
        "units": len(listing.units),
        "name": facility.name,
        "card": card_of(listing),
        "latitude": facility.latitude,
        "longitude": facility.longitude,
        "published_at": facility.published_at,
    }


def start_key_of(listing: Listing) -> str:
    """All of a listing that a permit plan hangs on, as JSON: whose it is, where it stands, and what its host states of
    the place with each of its units, each kind once."""
    facility = listing.facility
    place = str(facility.organisation_id), facility.jurisdiction_code, facility.zone_code, facility.city
    units = [unit for unit in listing.units if unit.state is UnitState.ACTIVE]
    stated = {_written(facility.permit_facts | unit.permit_facts) for unit in units} or {
        _written(facility.permit_facts)
    }
    return _written([*place, [json.loads(each) for each in sorted(stated)]])


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def price_of(listed: Iterable[Rate], rates: Rates) -> dict[str, Any]:
    """What a `SearchRow` says of the lowest of some rates."""
    cheapest = cheapest_rate(listed, rates)
    return {
        "price_minor": cheapest.amount_minor if cheapest else None,
        "price_currency": cheapest.currency if cheapest else None,
        "price_per": cheapest.per.value if cheapest else None,
        "price_hkd_hour": in_hkd_per_hour(cheapest, rates) if cheapest else None,
    }


def class_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a `SearchClass` says of a row: all that facets count of it."""
    return {name: row[name] for name in CLASSED} | {"price_class": price_class(row["price_hkd_hour"]).value}


def price_class(hkd_hour: Decimal | None) -> PriceClass:
    """Among which prices one for an hour counts."""
    if hkd_hour is None:
        return PriceClass.UNKNOWN
    if hkd_hour == 0:
        return PriceClass.FREE
    return _PAID[bisect_right(PRICE_BOUNDS, hkd_hour)]


def lexemes_of(listing: Listing, found: Iterable[str]) -> str:
    """The words of a listing with these techniques, by weight, as a `SearchText` holds them."""
    return document(texts(listing, found))


def technique_codes(listing: Listing) -> frozenset[str]:
    """The techniques that a listing names in its headings and lists; running text mentions too much."""
    facility = listing.facility
    told: list[str] = [*facility.techniques, *facility.name.values()]
    for unit in listing.units:
        told += [*unit.techniques, *unit.name.values()]
    return recognised(told)


def texts(listing: Listing, found: Iterable[str]) -> dict[str, list[str]]:
    """All texts of a listing by weight: A names, B what and where it is, C whose it is and what it has, D the rest."""
    facility, known = listing.facility, techniques()
    heading = [*facility.name.values(), *(text for unit in listing.units for text in unit.name.values())]
    what = [*facility.techniques, *_kinds(listing), *(text for names in listing.places for text in names.values())]
    what += [text for code in found for text in known[code].texts]
    what += [text for named in facility.techniques for text in names_of(named).values()]
    whose = [*listing.organisation.name.values(), *facility.summary.values()]
    for unit in listing.units:
        whose += [unit.maker or "", unit.model or "", *unit.techniques, *unit.measured_variables]
    rest = [
        text for names in (facility.description, facility.what_to_bring, facility.feedstock) for text in names.values()
    ]
    rest += [text for unit in listing.units for text in unit.description.values()]
    return {"A": heading, "B": what, "C": whose, "D": [*rest, facility.cleanroom_class or "", *_fields(facility)]}


def _kinds(listing: Listing) -> Iterator[str]:
    yield from kind_texts(listing.facility.kind.value, catalogue_words.KINDS)
    for kind in {unit.kind.value for unit in listing.units}:
        yield from kind_texts(kind, catalogue_words.UNIT_KINDS)
    for mode in listing.facility.service_modes:
        yield from kind_texts(mode, catalogue_words.SERVICE_MODES)


def _fields(facility: Facility) -> Iterator[str]:
    for code in facility.instrument_classes:
        yield from catalogue_words.INSTRUMENT_CLASSES.get(code, {}).values()
    for code in facility.research_fields:
        yield from catalogue_words.RESEARCH_FIELDS.get(code, {}).values()


def card_of(listing: Listing) -> dict[str, Any]:
    """What a result shows beside its name, so that a page of results needs no other table."""
    facility, organisation = listing.facility, listing.organisation
    shown = [
        {"id": str(unit.id), "name": unit.name, "kind": unit.kind.value, "places": unit.places}
        for unit in listing.units[:UNITS_SHOWN]
    ]
    return {
        "slug": facility.slug,
        "summary": facility.summary,
        "city": facility.city,
        "organisation": {"id": str(organisation.id), "slug": organisation.slug, "name": organisation.name},
        "photo": str(listing.photo) if listing.photo else None,
        "units": shown,
        "sample": facility.sample,
    }


def cheapest_rate(listed: Iterable[Rate], rates: Rates) -> Rate | None:
    """The lowest rate, compared by the hour across currencies; one that can't be compared only where none can."""

    def rank(rate: Rate) -> tuple[bool, Decimal, str]:
        compared = in_hkd_per_hour(rate, rates)
        return compared is None, compared or Decimal(rate.amount_minor), rate.currency

    return min(listed, key=rank, default=None)


def in_hkd_per_hour(rate: Rate, rates: Rates) -> Decimal | None:
    """About what an hour costs in Hong Kong dollars; None where no rate of exchange is known."""
    whole = rates.in_hkd(Money(rate.amount_minor, rate.currency))
    return None if whole is None else (whole / HOURS_OF[rate.per]).quantize(PRICE_STEP)
