"""What somebody searches for: one frozen value, read from the address of a page or of an API call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.catalogue.models import FacilityKind, Scale, ServiceMode
from marketplace.permits.rules.shapes import is_day
from marketplace.search.rules.starts import CROSSINGS, LONGEST_FLOWS, StartWish, misplaced
from marketplace.search.text import LONGEST_QUERY
from marketplace.values.localized import clean_text
from marketplace.values.money import InvalidMoney, Money
from marketplace.values.period import InvalidPeriod, Period, in_utc
from marketplace.values.refusal import FieldError, Invalid

T = TypeVar("T")
Values = Mapping[str, Sequence[str]]

MOST_CHOICES: Final = 60
LARGEST_PAGE: Final = 200
USUAL_PAGE: Final = 20
FURTHEST: Final = 2000
LONGEST_WINDOW: Final = timedelta(days=92)
USUAL_WINDOW: Final = timedelta(days=14)
# Beyond these years sums of dates overflow; nobody means them.
YEARS: Final = range(1990, 2200)


class Sort(Enum):
    """In which order results come. Without words to be relevant to, relevance is the newest first."""

    RELEVANCE = "relevance"
    NAME = "name"
    PRICE = "price"
    NEXT_FREE = "next_free"
    NEWEST = "newest"
    START = "earliest_start"


class PriceClass(Enum):
    """The lowest public rate for an hour, compared in Hong Kong dollars by the administrator's dated rates."""

    FREE = "free"
    TO_100 = "to_100"
    TO_500 = "to_500"
    TO_2000 = "to_2000"
    ABOVE_2000 = "above_2000"
    UNKNOWN = "unknown"


# The upper bounds (HKD an hour, not included) of the classes between FREE and ABOVE_2000.
PRICE_BOUNDS: Final = (100, 500, 2000)


@dataclass(frozen=True, slots=True)
class FreeWish:
    """Free somewhere inside a window for so many minutes running; None: for the whole of it, as one slot."""

    window: Period
    minutes: int | None = None

    @property
    def slot(self) -> bool:
        """Whether exactly this period is wanted."""
        return self.minutes is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """Words, facets (any of a facet's values, all facets), a price, free time, an order and a page."""

    text: str = ""
    jurisdictions: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    trls: tuple[int, ...] = ()
    scales: tuple[str, ...] = ()
    service_modes: tuple[str, ...] = ()
    price_classes: tuple[str, ...] = ()
    price_max: Money | None = None
    free: FreeWish | None = None
    start: StartWish | None = None
    sort: Sort = Sort.RELEVANCE
    limit: int = USUAL_PAGE
    offset: int = 0

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the words narrows the results."""
        facets = (self.jurisdictions, self.zones, self.kinds, self.techniques, self.trls, self.scales)
        return any((*facets, self.service_modes, self.price_classes, self.price_max, self.free, self.start))


@dataclass(slots=True)
class _Reading:
    """One pass over the values, which gathers every error instead of stopping at the first."""

    values: Values
    errors: list[FieldError] = member(default_factory=list)

    def one(self, name: str, max_length: int = 40) -> str:
        """The first value of a name, clean; empty where there is none."""
        given = [value for value in self.values.get(name, ()) if value.strip()]
        try:
            return clean_text(given[0], max_length, field=name) if given else ""
        except Invalid as broken:
            self.errors.extend(broken.errors)
            return ""

    def many(self, name: str, allowed: Iterable[str] | None = None) -> tuple[str, ...]:
        """All values of a name; those not allowed are errors."""
        given = dict.fromkeys(value.strip() for value in self.values.get(name, ()) if value.strip())
        known = None if allowed is None else set(allowed)
        if len(given) > MOST_CHOICES:
            self.refuse(name, "max_items")
        if known is not None and set(given) - known:
            self.refuse(name, "choice")
        return tuple(given)[:MOST_CHOICES]

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 0 (or 1, where the default is not 0) to `most`."""
        text = self.one(name)
        if not text:
            return default
        least = min(default, 1)
        if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
            self.refuse(name, "range")
            return default
        return int(text)

    def refuse(self, name: str, rule: str) -> None:
        """Note an error."""
        self.errors.append(FieldError(name, rule, rule))


def parse(values: Values, *, zone: ZoneInfo, now: datetime) -> SearchQuery:
    """Read a query from address parameters; times without an offset are read in `zone`. Raises Invalid with all."""
    reading = _Reading(values)
    query = SearchQuery(
        text=reading.one("q", LONGEST_QUERY),
        jurisdictions=reading.many("jurisdiction"),
        zones=reading.many("zone"),
        kinds=reading.many("kind", (kind.value for kind in FacilityKind)),
        techniques=reading.many("technique"),
        trls=tuple(int(level) for level in reading.many("trl", map(str, range(1, 10))) if level in set("123456789")),
        scales=reading.many("scale", (scale.value for scale in Scale)),
        service_modes=reading.many("service_mode", (mode.value for mode in ServiceMode)),
        price_classes=reading.many("price", (price.value for price in PriceClass)),
        price_max=_price(reading),
        free=_free(reading, zone, now),
        start=_start(reading),
        sort=_sort(reading),
        limit=reading.number("limit", USUAL_PAGE, LARGEST_PAGE),
        offset=reading.number("cursor", 0, FURTHEST),
    )
    if reading.errors:
        raise Invalid(reading.errors)
    return query


def _sort(reading: _Reading) -> Sort:
    text, dated = reading.one("sort"), bool(reading.one("startable_by"))
    usual = Sort.START if dated else Sort.RELEVANCE
    # Without a day to begin by nothing is known of when anything may begin.
    known = {sort.value for sort in Sort if dated or sort is not Sort.START}
    if text and text not in known:
        reading.refuse("sort", "choice")
        return usual
    return Sort(text or usual.value)


def _start(reading: _Reading) -> StartWish | None:
    text = reading.one("startable_by")
    crossings, flows = reading.many("crossing", CROSSINGS), reading.one("flows", LONGEST_FLOWS)
    if not text:
        return None
    if not is_day(text):
        reading.refuse("startable_by", "date")
        return None
    organisation = reading.one("organisation")
    wish = StartWish(
        day=date.fromisoformat(text),
        crossings=crossings,
        flows=flows,
        origin=reading.one("from"),
        organisation=_uuid(reading, organisation),
    )
    reading.errors.extend(misplaced(wish))
    return wish


def _uuid(reading: _Reading, text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        reading.refuse("organisation", "choice")
        return None


def _price(reading: _Reading) -> Money | None:
    amount = reading.one("price_max")
    if not amount:
        return None
    try:
        price = Money.parse(amount, reading.one("currency") or "HKD")
    except InvalidMoney as broken:
        reading.refuse("currency" if broken.code == "currency_unknown" else "price_max", broken.code)
        return None
    if price.amount_minor < 0:
        reading.refuse("price_max", "range")
        return None
    return price


def _free(reading: _Reading, zone: ZoneInfo, now: datetime) -> FreeWish | None:
    texts = reading.one("free_from"), reading.one("free_to")
    hours = _minutes(reading)
    if not any((*texts, hours)):
        return None
    start = _instant(reading, "free_from", zone, after=False) or in_utc(now)
    end = _instant(reading, "free_to", zone, after=True) or start + USUAL_WINDOW
    if start >= end:
        reading.refuse("free_to", "after_start")
        return None
    if end - start > LONGEST_WINDOW:
        reading.refuse("free_to", "window_too_long")
        return None
    to_the_minute = all(len(text) > len("2026-03-02") for text in texts)
    return FreeWish(Period(start, end), hours or (None if to_the_minute else 60))


def _minutes(reading: _Reading) -> int | None:
    text = reading.one("hours")
    if not text:
        return None
    try:
        minutes = round(float(text) * 60)
    except (ValueError, OverflowError):
        minutes = 0
    if not 1 <= minutes <= LONGEST_WINDOW // timedelta(minutes=1):
        reading.refuse("hours", "range")
        return None
    return minutes


def _instant(reading: _Reading, name: str, zone: ZoneInfo, *, after: bool) -> datetime | None:
    """An instant, or the local day's beginning (its end, if `after`)."""
    text = reading.one(name)
    if not text:
        return None
    try:
        if len(text) == len("2026-03-02"):
            day = date.fromisoformat(text) + timedelta(days=int(after))
            return _within_reach(in_utc(datetime.combine(day, time(), tzinfo=zone)))
        # A plus sign that was not escaped in an address arrives as a space.
        instant = datetime.fromisoformat(text[:11] + text[11:].replace(" ", "+"))
        return _within_reach(in_utc(instant if instant.tzinfo else instant.replace(tzinfo=zone)))
    except (ValueError, OverflowError, InvalidPeriod):
        reading.refuse(name, "instant")
        return None


def _within_reach(instant: datetime) -> datetime:
    if instant.year not in YEARS:
        raise ValueError(instant.year)
    return instant
