"""How a page writes dates, times, money, figures and localized text in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import gettext
from markupsafe import Markup

from marketplace.jurisdictions.tables import city_names
from marketplace.search.vocabulary import names_of
from marketplace.values.localized import Language, pick
from marketplace.values.money import Money, exponent_of
from marketplace.web.request import actor, language
from marketplace.wording.catalogs import LOCALES
from marketplace.wording.filling import ends_a_day
from marketplace.wording.filling import zone_name as zone_words
from marketplace.wording.lengths import length_of_time

DAY = timedelta(days=1)
CHINESE_DATES = {"medium": "y年M月d日", "short": "M月d日", "full": "y年M月d日（EEE）"}
DATES = {
    "en": {"medium": "d MMM y", "short": "d MMM", "full": "EEE, d MMM y"},
    "zh-Hant": CHINESE_DATES,
    "zh-Hans": CHINESE_DATES,
}
HTML_LANG = {"en": "en", "zh-Hant": "zh-Hant-HK", "zh-Hans": "zh-Hans-CN"}


def init_formats(app: Flask) -> None:
    """Give templates their filters."""
    app.jinja_env.filters.update(
        date=write_date,
        time=write_time,
        datetime=write_datetime,
        deadline=write_deadline,
        time_length=write_length,
        zone_name=zone_name,
        zone_title=zone_title,
        differs=differs,
        span_from=span_from,
        money=write_money,
        number=write_number,
        percent=write_percent,
        localized=localized,
        localized_text=localized_text,
        city_name=city_name,
        technique_label=technique_label,
    )
    app.jinja_env.globals["period"] = write_period


def write_date(on: date, style: str = "medium") -> str:
    """A day: `medium` with its year, `short` without, `full` with its weekday; of an instant, the reader's own day."""
    day = on.astimezone(_zone(None)).date() if isinstance(on, datetime) else on
    return str(format_date(day, DATES[language()][style], locale=_locale(language())))


def write_time(at: datetime, zone: str | None = None) -> str:
    """The clock time of an instant in `zone` (IANA), or in the reader's own."""
    return at.astimezone(_zone(zone)).strftime("%H:%M")


def write_datetime(at: datetime, zone: str | None = None, style: str = "medium") -> str:
    """Date and clock time of an instant in `zone` (IANA), or in the reader's own."""
    local = at.astimezone(_zone(zone))
    return _joined(write_date(local.date(), style), f"{local:%H:%M}")


def write_deadline(at: datetime, zone: str | None = None) -> str:
    """Until when something may be done, in `zone` (IANA) or the reader's own: midnight is the end of the day before."""
    if not ends_a_day(at, _zone(zone)):
        return write_datetime(at, zone)
    return str(gettext("the end of %(day)s", day=write_date(at.astimezone(_zone(zone)).date() - DAY)))


def write_length(minutes: int) -> str:
    """So many minutes in the largest units that say them exactly."""
    return length_of_time(minutes, cast(Language, language()))


def write_period(start: datetime, end: datetime, zone: str | None = None) -> str:
    """A stretch of time with its weekdays: the second date is left out where it is the first, and a stretch that ends
    at midnight ends at 24:00 of its last day."""
    first, last = start.astimezone(_zone(zone)), end.astimezone(_zone(zone))
    midnight = start < end and ends_a_day(end, _zone(zone))
    day, clock = (last.date() - DAY, "24:00") if midnight else (last.date(), f"{last:%H:%M}")
    opening = _joined(write_date(first.date(), "full"), f"{first:%H:%M}")
    if first.date() == day:
        return f"{opening}–{clock}"
    closing = _joined(write_date(day, "full"), clock)
    return str(gettext("%(start)s to %(end)s", start=opening, end=closing))


def zone_name(at: datetime, zone: str | None = None) -> str:
    """The offset that a zone has at an instant, such as GMT+8."""
    minutes = int((at.astimezone(_zone(zone)).utcoffset() or timedelta()).total_seconds()) // 60
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    return f"GMT{sign}{size // 60}" + (f":{size % 60:02}" if size % 60 else "") if minutes else "GMT"


def zone_title(zone: str) -> str:
    """What readers call a zone's time, such as Hong Kong time; the mainland's is Beijing time."""
    return zone_words(zone, cast(Language, language()))


def differs(at: datetime, zone: str, other: str) -> bool:
    """Whether the clocks of two zones differ at an instant: Hong Kong and Shenzhen never do."""
    return at.astimezone(_zone(zone)).utcoffset() != at.astimezone(_zone(other)).utcoffset()


def span_from(at: datetime, now: datetime) -> str:
    """How long it is from `now` to an instant, in its largest unit."""
    return format_timedelta(at - now, threshold=1.2, locale=_locale(language()))


def write_money(amount: Money) -> str:
    """An amount with its ISO code before it and the decimal places of its currency."""
    places = exponent_of(amount.currency)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return f"{amount.currency}\u00a0{format_decimal(amount.major, pattern, locale='en')}"


def write_number(number: float) -> str:
    """A figure with its separators."""
    return format_decimal(number, locale=_locale(language()))


def write_percent(share: float, places: int = 0) -> str:
    """A share between 0 and 1 as per cent."""
    pattern = "#,##0" + ("." + "0" * places if places else "") + "%"
    return format_percent(share, pattern, locale=_locale(language()))


def localized(text: Mapping[str, str]) -> Markup:
    """Localized text for this reader; text of another language, or converted by machine, is marked as such."""
    own = cast(Language, language())
    picked = pick(text, own)
    if picked.converted:
        note = gettext("Converted by machine from the other Chinese script")
        return Markup('<span class="converted" title="{}">{}</span>').format(note, picked.text)
    if picked.language == own:
        return Markup("{}").format(picked.text)
    return Markup('<span lang="{}">{}</span>').format(HTML_LANG[picked.language], picked.text)


def localized_text(text: Mapping[str, str]) -> str:
    """The same as plain text, for titles and attributes."""
    return pick(text, cast(Language, language())).text


def city_name(city: str) -> str:
    """A city in the reader's language, where it is one of ours."""
    return localized_text(city_names().get(city, {"en": city}))


def technique_label(text: str) -> str:
    """A technique as its host wrote it or, where that is another language and we know it, as the reader calls it."""
    own = text.isascii() if language() == "en" else not text.isascii()
    return text if own else localized_text(names_of(text) or {"en": text})


def _joined(day: str, clock: str) -> str:
    return f"{day}, {clock}" if language() == "en" else f"{day}{clock}"


@lru_cache(maxsize=3)
def _locale(tag: str) -> Locale:
    return Locale.parse(LOCALES[tag])


def _zone(name: str | None) -> ZoneInfo:
    return ZoneInfo(name or actor().time_zone)
