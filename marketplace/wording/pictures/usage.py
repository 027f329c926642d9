"""Use on pages: the chart of hours by group, and cells of tables in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from marketplace.statistics.dictionary import Column
from marketplace.statistics.rules.wishes import TIMES, Wish
from marketplace.values.localized import Language, pick
from marketplace.wording.charts import words
from marketplace.wording.charts.bars import Bars, bars
from marketplace.wording.charts.figures import About, Figure
from marketplace.wording.statistics import CHART, CLASSES, HOURS, PURPOSES

DRAWN: Final = ("booked_seconds", "used_seconds", "external_seconds")
_VALUES: Final = {"user_class": CLASSES, "purpose": PURPOSES}
_HOUR: Final = 3600


def chart_of(wish: Wish, rows: Sequence[Mapping[str, Any]], tag: Language) -> Figure:
    """Booked, used and external hours of each group."""
    drawn = [each for each in DRAWN if each in wish.columns] or ["used_seconds"]
    keys = [each for each in wish.chosen if each.key is not None and not each.id.endswith("_id")]
    groups = [_group(row, keys, tag) for row in rows]
    values = tuple(tuple(_hours(row.get(each)) for each in drawn) for row in rows)
    about = About(key="usage-hours", title=CHART["title"][tag], description=CHART["about"][tag])
    return bars(about, Bars(tuple(groups), tuple(HOURS[each][tag] for each in drawn), values), tag)


def heads(columns: Sequence[Column], tag: Language) -> list[dict[str, Any]]:
    """The heads of a table on a page."""
    return [{"label": HOURS.get(each.id, each.name)[tag], "kind": _kind(each)} for each in columns]


def cell(value: Any, column: Column, tag: Language) -> str:
    """A value in the reader's words: hours where files have seconds, per cent where they have a ratio."""
    if value is None:
        return "–"
    if column.kind in ("whole", "ratio"):
        told = _hours(value) if column.id in HOURS else value if column.kind == "whole" else Fraction(value)
        return words.shown(told, tag, "percent" if column.kind == "ratio" else "number")
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    told = value.isoformat() if isinstance(value, date) else spoken_value(column.id, str(value), tag)
    # A month or day is never broken at its hyphen.
    return told.replace("-", "\u2011") if column.id in TIMES else told


def spoken_value(name: str, code: str, tag: Language) -> str:
    """A code in words, where it has some."""
    known = _VALUES.get(name, {}).get(code)
    return known[tag] if known else code


def names_of(text: Mapping[str, str], tag: Language) -> str:
    """A localized name in the reader's language."""
    return pick(text, tag).text


def _group(row: Mapping[str, Any], keys: Sequence[Column], tag: Language) -> str:
    said = [spoken_value(each.id, str(row[each.id]), tag) for each in keys if row.get(each.id) is not None]
    return " · ".join(said) or CHART["none"][tag]


def _hours(seconds: Any) -> Decimal | None:
    return None if seconds is None else (Decimal(seconds) / _HOUR).quantize(Decimal("0.1"))


def _kind(column: Column) -> str | None:
    return "num" if column.kind in ("whole", "ratio") else None
