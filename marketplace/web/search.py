"""Search: one box, facets, free time and price; list or map; up to four listings side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from marketplace.catalogue import vocabulary
from marketplace.jurisdictions import queries as places
from marketplace.jurisdictions.tables import city_names
from marketplace.search import queries
from marketplace.search.rules.wishes import PRICE_BOUNDS, PriceClass, SearchQuery, Sort, parse
from marketplace.search.vocabulary import technique_name
from marketplace.values.localized import Language, pick
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, language, now, reading, url
from marketplace.web.search_starts import STARTS, find, start_fields
from marketplace.wording.refusals import sentence_of_error

blueprint = Blueprint("search", __name__)

MOST_COMPARED = 4
# Parameters that are a facet of the search, in the order in which the page shows them.
FACETS = ("kind", "jurisdiction", "zone", "technique", "trl", "scale", "service_mode", "price")
OTHERS = ("q", "free_from", "free_to", "hours", "price_max", "currency", "sort", "view", *STARTS)
CURRENCIES = ("HKD", "CNY", "MOP", "USD", "EUR", "GBP", "SGD")
Values = dict[str, list[str]]
Names = dict[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a facet."""

    value: str
    label: str
    count: int
    checked: bool


@blueprint.get("/search")
@allow("search.use")
def search() -> tuple[str, int]:
    """The search page; all of its state stands in the address."""
    values = _given()
    query, errors = _query(values)
    page, query, unstarted = find(query, without=_query(_without(values, (*STARTS, "sort")))[0], now=now())
    names = _names()
    active = _active(values, names)
    as_map = values.get("view") == ["map"]
    found = render_template(
        "search/search.html",
        query=query,
        values=values,
        errors=[sentence_of_error(error, language()) for error in (*errors, *unstarted)],
        page=page,
        facets=[(name, _legend(name), _options(name, page, values, names)) for name in FACETS],
        active=active,
        relaxed=_relaxed(values, page.relaxed),
        points=_points(query) if as_map else None,
        starts=start_fields(values, names["jurisdiction"]),
        views=_views(values, as_map),
        sorts=_sorts(values, query.sort),
        zone=actor().time_zone,
        currencies=CURRENCIES,
        filters_open=bool(active) or "HX-Request" in request.headers,
        previous=_at(values, cursor=str(max(0, query.offset - query.limit))) if query.offset else None,
        next=_at(values, cursor=page.next) if page.next else None,
        clear=_at({"q": values.get("q", [])}),
        names=names,
        city_names=city_names(),
        technique_name=technique_name,
        kinds=vocabulary.KINDS,
    )
    return found, 422 if errors or unstarted else 200


def _points(query: SearchQuery) -> list[queries.Point]:
    return queries.map_points(reading(), query, language=language(), now=now(), by=actor())


@blueprint.get("/compare")
@allow("search.use")
def compare() -> str:
    """Up to four listings side by side; what is not published is left out."""
    given = [text for part in request.args.getlist("ids") for text in part.split(",")]
    wanted = list(dict.fromkeys(id for text in given if (id := _id(text))))
    return render_template(
        "search/compare.html",
        compared=queries.compared(reading(), wanted[:MOST_COMPARED], now=now()),
        too_many=len(wanted) > MOST_COMPARED,
        names=_names(),
        technique_name=technique_name,
        vocabulary=vocabulary,
        city_names=city_names(),
        without=lambda id: url("search.compare", ids=[str(one) for one in wanted if one != id]),
    )


def _given() -> Values:
    return {name: request.args.getlist(name) for name in (*FACETS, *OTHERS, "cursor") if request.args.get(name)}


def _query(values: Values) -> tuple[SearchQuery, Sequence[FieldError]]:
    """What the address asks for; parts that can't be read are left out and named."""
    zone = ZoneInfo(actor().time_zone)
    try:
        return parse(values, zone=zone, now=now()), ()
    except Invalid as broken:
        faulty = {error.field for error in broken.errors}
        rest = {name: given for name, given in values.items() if name not in faulty}
        if faulty & {"free_from", "free_to", "hours"}:
            rest = {name: given for name, given in rest.items() if name not in ("free_from", "free_to", "hours")}
        if faulty & set(STARTS):
            rest = _without(rest, (*STARTS, "sort"))
        return parse(rest, zone=zone, now=now()), broken.errors


def _names() -> Names:
    """What territories and zones are called, by code."""
    return {
        "jurisdiction": {row.code: row.name for row in places.jurisdictions(reading())},
        "zone": {row.code: row.name for row in places.zones(reading())},
    }


def _label(facet: str, value: str, names: Names) -> str:
    if facet == "technique":
        return technique_name(value, language())
    if facet == "trl":
        return f"TRL {value}"
    if facet == "price":
        return _price_label(value)
    closed: dict[str, Mapping[str, Mapping[str, str]]] = {
        "kind": vocabulary.KINDS,
        "scale": vocabulary.SCALES,
        "service_mode": vocabulary.SERVICE_MODES,
        **names,
    }
    known = closed[facet].get(value)
    return pick(known, _language()).text if known else value


def _language() -> Language:
    return language()  # type: ignore[return-value]


def _price_label(value: str) -> str:
    low, middle, high = PRICE_BOUNDS
    labels = {
        PriceClass.FREE: _("Free of charge"),
        PriceClass.TO_100: _("Under HKD %(high)s", high=low),
        PriceClass.TO_500: _("HKD %(low)s to %(high)s", low=low, high=middle),
        PriceClass.TO_2000: _("HKD %(low)s to %(high)s", low=middle, high=f"{high:,}"),
        PriceClass.ABOVE_2000: _("HKD %(low)s and above", low=f"{high:,}"),
        PriceClass.UNKNOWN: _("No public rate, or none that compares"),
    }
    known = {price.value: text for price, text in labels.items()}
    return str(known.get(value, value))


def _legend(facet: str) -> str:
    return str(
        {
            "kind": _("Kind"),
            "jurisdiction": _("Jurisdiction"),
            "zone": _("Zone"),
            "technique": _("Technique"),
            "trl": _("Technology readiness"),
            "scale": _("Scale"),
            "service_mode": _("Service"),
            "price": _("Price for an hour"),
        }[facet]
    )


def _options(facet: str, page: queries.SearchPage, values: Values, names: Names) -> list[Option]:
    counts = page.facets.get(facet, {})
    chosen = values.get(facet, [])
    options = [
        Option(value, _label(facet, value, names), counts.get(value, 0), value in chosen)
        for value in dict.fromkeys((*counts, *chosen))
    ]
    return sorted(options, key=_order(facet))


def _order(facet: str) -> Callable[[Option], Any]:
    fixed: dict[str, Sequence[str]] = {
        "trl": [str(level) for level in range(1, 10)],
        "price": [price.value for price in PriceClass],
        "scale": list(vocabulary.SCALES),
    }
    if facet in fixed:
        place = {value: number for number, value in enumerate(fixed[facet])}
        return lambda option: place.get(option.value, len(place))
    return lambda option: (-option.count, option.label)


def _active(values: Values, names: Names) -> list[tuple[str, str]]:
    """Each thing that narrows, with the address without it."""
    found = [
        (_label(facet, value, names), _at({**values, facet: [other for other in values[facet] if other != value]}))
        for facet in FACETS
        for value in values.get(facet, [])
    ]
    free = ("free_from", "free_to", "hours")
    if any(name in values for name in free):
        found.append((str(_("Free time")), _at(_without(values, free))))
    if "startable_by" in values:
        found.append((str(_("A lawful start in time")), _at(_without(values, (*STARTS, "sort")))))
    if "price_max" in values:
        label = _(
            "At most %(price)s an hour", price=f"{(values.get('currency') or ['HKD'])[0]} {values['price_max'][0]}"
        )
        found.append((str(label), _at(_without(values, ("price_max", "currency")))))
    return found


def _relaxed(values: Values, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """What could be let go where nothing was found: a sentence with the number, and the address."""
    ways: dict[str, tuple[Callable[..., str], Iterable[str]]] = {
        "facets": (lambda n: _("Without the filters: %(n)s", n=n), FACETS),
        "free": (lambda n: _("At any time: %(n)s", n=n), ("free_from", "free_to", "hours")),
        "startable_by": (lambda n: _("Whenever it may begin: %(n)s", n=n), (*STARTS, "sort")),
        "price_max": (lambda n: _("At any price: %(n)s", n=n), ("price_max", "currency")),
        "words": (lambda n: _("Without the words: %(n)s", n=n), ("q",)),
    }
    return [(str(ways[name][0](n)), _at(_without(values, ways[name][1]))) for name, n in counts.items()]


def _views(values: Values, as_map: bool) -> list[dict[str, Any]]:
    return [
        {"label": _("List"), "href": _at(_without(values, ("view",))), "current": not as_map},
        {"label": _("Map"), "href": _at({**values, "view": ["map"]}), "current": as_map},
    ]


def _sorts(values: Values, chosen: Sort) -> list[tuple[str, str, bool]]:
    labels = {
        **({Sort.START: _("Earliest lawful start")} if "startable_by" in values else {}),
        Sort.RELEVANCE: _("Best match"),
        Sort.NEXT_FREE: _("Free next"),
        Sort.PRICE: _("Lowest price"),
        Sort.NAME: _("Name"),
        Sort.NEWEST: _("Newest"),
    }
    return [(str(label), _at({**values, "sort": [sort.value]}), sort is chosen) for sort, label in labels.items()]


def _without(values: Values, names: Iterable[str]) -> Values:
    gone = set(names)
    return {name: given for name, given in values.items() if name not in gone}


def _at(values: Values, cursor: str | None = None) -> str:
    kept = {name: given for name, given in values.items() if name != "cursor" and given}
    return url("search.search", **kept, **({"cursor": cursor} if cursor and cursor != "0" else {}))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
