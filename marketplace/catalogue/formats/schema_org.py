"""schema.org JSON-LD of a published facility: what a crawler, or another marketplace, can read from its page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from marketplace.values.money import Money
from marketplace.values.refusal import JSON

UNIT_CODES = {"hour": "HUR", "day": "DAY", "week": "WEE"}  # UN/CEFACT; a run has none
BCP47 = {"en": "en", "zh-Hant": "zh-Hant", "zh-Hans": "zh-Hans"}
_INERT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One unit as it is offered."""

    url: str
    name: Mapping[str, str]
    maker: str = ""
    model: str = ""
    serial_number: str = ""
    pid: str = ""
    price: Money | None = None
    per: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One facility as it is published: nothing here waits for a confirmed booking."""

    url: str
    name: Mapping[str, str]
    description: Mapping[str, str] = field(default_factory=dict)
    techniques: Sequence[str] = ()
    host: Mapping[str, str]
    host_url: str = ""
    region: Mapping[str, str] = field(default_factory=dict)
    city: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    images: Sequence[str] = ()
    units: Sequence[Offered] = ()


def document(facility: Published) -> dict[str, JSON]:
    """A Service by an Organization, at a Place, with an Offer for each unit."""
    return {"@context": "https://schema.org", **_service(facility)}


def catalogue(facilities: Iterable[Published]) -> dict[str, JSON]:
    """Many facilities as one graph."""
    return {"@context": "https://schema.org", "@graph": [_service(facility) for facility in facilities]}


def inert(value: JSON) -> str:
    """JSON that can stand inside a `script` element: nothing in it closes the element or opens a comment."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_INERT)


def _service(facility: Published) -> dict[str, JSON]:
    host: dict[str, JSON] = {"@type": "Organization", "name": _texts(facility.host), "url": facility.host_url}
    return _filled(
        {
            "@type": "Service",
            "@id": facility.url,
            "url": facility.url,
            "name": _texts(facility.name),
            "description": _texts(facility.description),
            "serviceType": list(facility.techniques),
            "provider": _filled(host),
            "availableChannel": {"@type": "ServiceChannel", "serviceLocation": _place(facility)},
            "image": list(facility.images),
            "hasOfferCatalog": {"@type": "OfferCatalog", "itemListElement": [_offer(unit) for unit in facility.units]},
        }
    )


def _place(facility: Published) -> dict[str, JSON]:
    address = {"@type": "PostalAddress", "addressLocality": facility.city, "addressRegion": _texts(facility.region)}
    geo: JSON = None
    if facility.latitude is not None and facility.longitude is not None:
        geo = {"@type": "GeoCoordinates", "latitude": float(facility.latitude), "longitude": float(facility.longitude)}
    return _filled({"@type": "Place", "name": _texts(facility.name), "address": _filled(address), "geo": geo})


def _offer(unit: Offered) -> dict[str, JSON]:
    maker: JSON = {"@type": "Organization", "name": unit.maker} if unit.maker else None
    thing = _filled(
        {
            "@type": "IndividualProduct",
            "@id": unit.url,
            "name": _texts(unit.name),
            "manufacturer": maker,
            "model": unit.model,
            "serialNumber": unit.serial_number,
            "identifier": unit.pid,
        }
    )
    price: JSON = None
    if unit.price is not None:
        price = _filled(
            {
                "@type": "UnitPriceSpecification",
                "price": str(unit.price.major),
                "priceCurrency": unit.price.currency,
                "unitCode": UNIT_CODES.get(unit.per),
                "unitText": unit.per,
            }
        )
    return _filled({"@type": "Offer", "itemOffered": thing, "priceSpecification": price})


def _texts(text: Mapping[str, str]) -> JSON:
    return [{"@value": value, "@language": BCP47[language]} for language, value in text.items() if language in BCP47]


def _filled(value: Mapping[str, JSON]) -> dict[str, JSON]:
    return {key: member for key, member in value.items() if member not in (None, "", [], {})}
