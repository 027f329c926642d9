"""XLSX in constant memory: text as text, dates as dates, definitions beside the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import xlsxwriter

from marketplace.statistics.dictionary import Column, Kind
from marketplace.values.cells import MOST_CHARACTERS, cell_text
from marketplace.values.localized import LANGUAGES, Language

# A sheet of Excel ends after 1,048,576 rows.
MOST_ROWS: Final = 1_000_000
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_FORMATS: Final[dict[Kind, str]] = {
    "date": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm:ss",
    "whole": "0",
    "ratio": "0.000000",
}
_WIDTHS: Final[dict[Kind, int]] = {
    "text": 28,
    "code": 20,
    "date": 12,
    "instant": 20,
    "whole": 14,
    "truth": 8,
    "ratio": 12,
}
_LEGEND: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Column", "Name", "Meaning"),
    "zh-Hant": ("欄", "名稱", "含義"),
    "zh-Hans": ("列", "名称", "含义"),
}


def write_xlsx(
    path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]], lines: Sequence[str], *, most: int = MOST_ROWS
) -> int:
    """Write the rows, a new sheet after so many, and the definitions with further lines; the number of rows."""
    settings = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), settings) as book:
        # The same rows give the same file: no clock in it.
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        styles = {kind: book.add_format({"num_format": told}) for kind, told in _FORMATS.items()}
        count = _rows(book, columns, rows, styles=styles, most=most)
        _definitions(book, columns, lines)
    return count


def _rows(
    book: Any, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, styles: dict[Kind, Any], most: int
) -> int:
    head = book.add_format({"bold": True})
    sheet, at, count, number = None, 0, 0, 0
    for row in rows:
        if sheet is None or at > most:
            number += 1
            sheet, at = _sheet(book, columns, number, head), 1
        for place, (value, column) in enumerate(zip(row, columns, strict=True)):
            _cell(sheet, (at, place), value, kind=column.kind, style=styles.get(column.kind))
        at += 1
        count += 1
    if sheet is None:
        _sheet(book, columns, 1, head)
    return count


def _sheet(book: Any, columns: Sequence[Column], number: int, head: Any) -> Any:
    sheet = book.add_worksheet("Rows" if number == 1 else f"Rows {number}")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(_WIDTHS[column.kind], len(column.id) + 2))
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.id, head)
    return sheet


def _cell(sheet: Any, where: tuple[int, int], value: Any, *, kind: Kind, style: Any) -> None:
    row, column = where
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.astimezone(UTC).replace(tzinfo=None), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style)  # noqa: DTZ001 - a day
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, cell_text(guarded(value) if kind == "text" else str(value)))


def guarded(text: str | UUID) -> str:
    """Text that no spreadsheet takes for a formula."""
    said = str(text)
    return (f"'{said}" if said.startswith(FORMULA) else said)[:MOST_CHARACTERS]


def _definitions(book: Any, columns: Sequence[Column], lines: Sequence[str]) -> None:
    sheet, head = book.add_worksheet("Definitions"), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for place, width in enumerate((28, *(28, 80) * len(LANGUAGES))):
        sheet.set_column(place, place, width)
    heads = ["Column", *(text for tag in LANGUAGES for text in _LEGEND[tag][1:])]
    for place, text in enumerate(heads):
        sheet.write_string(0, place, text, head)
    for at, column in enumerate(columns, start=1):
        told = [column.id, *(text for tag in LANGUAGES for text in (column.name[tag], column.meaning[tag]))]
        for place, text in enumerate(told):
            sheet.write_string(at, place, text)
    for at, line in enumerate(lines, start=len(columns) + 2):
        sheet.write_string(at, 0, cell_text(guarded(line)))
