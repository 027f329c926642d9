"""Files of loggers: rows of CSV, each with its beginning and end, read whole with every bad field named."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from marketplace.availability.rules import wall_instant
from marketplace.operations.rules.details import MOST_SAMPLES, too_old
from marketplace.values.refusal import FieldError, Invalid

MOST_BYTES: Final = 200_000
MOST_ROWS: Final = 2_000
NEEDED: Final = ("start", "end")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRow:
    """One row: what it says as far as it could be read, and what is wrong with it. The first below the head is 2."""

    number: int
    began: datetime | None = None
    ended: datetime | None = None
    place: int = 1
    samples: int | None = None
    errors: Sequence[FieldError] = field(default=())


def read(text: str, *, zone: ZoneInfo, places: int, now: datetime) -> list[LoggedRow]:
    """The rows of a file. Times without an offset are by the facility's clock. Raises Invalid for no such file."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise Invalid.one("text", "file_too_large", max=MOST_BYTES)
    if "\x00" in text:
        raise Invalid.one("text", "file_not_this_format", format="CSV")
    try:
        lines = [row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True) if any(row)]
    except csv.Error:
        raise Invalid.one("text", "file_not_this_format", format="CSV") from None
    head = [cell.strip().lower() for cell in lines[0]] if lines else []
    if not set(NEEDED) <= set(head) or len(set(head)) < len(head):
        raise Invalid.one("text", "logger_columns", columns=", ".join(NEEDED))
    if len(lines) - 1 > MOST_ROWS:
        raise Invalid.one("text", "too_many_items", max=MOST_ROWS)
    return [
        _row(number, dict(zip(head, cells, strict=False)), zone, (places, now))
        for number, cells in enumerate(lines[1:], 2)
    ]


def _row(number: int, cells: dict[str, str], zone: ZoneInfo, around: tuple[int, datetime]) -> LoggedRow:
    places, now = around
    errors: list[FieldError] = []
    began, ended = (_instant(name, cells, zone, errors) for name in NEEDED)
    place = _count("place", cells, errors, least=1, most=places)
    samples = _count("samples", cells, errors, least=0, most=MOST_SAMPLES)
    errors += _order(began, ended, now)
    return LoggedRow(number=number, began=began, ended=ended, place=place or 1, samples=samples, errors=tuple(errors))


def _order(began: datetime | None, ended: datetime | None, now: datetime) -> Iterator[FieldError]:
    if began is not None:
        yield from too_old("start", began, now)
    if began is None or ended is None:
        return
    if ended <= began:
        yield FieldError("end", "period_reversed", "period_reversed")
    elif ended > now:
        yield FieldError("end", "not_in_future", "not_in_future")


def _instant(name: str, cells: dict[str, str], zone: ZoneInfo, errors: list[FieldError]) -> datetime | None:
    text = cells.get(name, "").strip()
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            found: datetime = wall_instant(at.date(), at.hour * 60 + at.minute, zone)
            at = found.replace(second=at.second)
        # What lies outside the calendar cannot be told in UTC.
        return at.astimezone(ZoneInfo("UTC"))
    except (ValueError, OverflowError):
        rule = "logger_time" if text else "required"
        errors.append(FieldError(name, rule, rule))
        return None


def _count(name: str, cells: dict[str, str], errors: list[FieldError], *, least: int, most: int) -> int | None:
    text = cells.get(name, "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
        return int(text)
    errors.append(FieldError(name, "between", "between", {"min": least, "max": most}))
    return None
