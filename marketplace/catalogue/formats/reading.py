"""Sheets from outside: CSV and XLSX as rows of text, with a clear error for what is broken, huge or hostile."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from marketplace.catalogue.formats.encodings import decode
from marketplace.values.refusal import Invalid

MAX_BYTES = 25 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # what a spreadsheet's cell can hold
MAX_UNPACKED = 128 * 1024 * 1024
MAX_RATIO = 150  # a real sheet packs at most about 40 to 1
MAX_PARTS = 2_000
LAST_ROW = 1_048_576  # of a spreadsheet
MAX_CELLS = 1_500_000  # about ten seconds of reading; empty ones take as long
PIECE = 2**20
CELL = re.compile(rb"<(?:\w+:)?(?:c|row)[\s/>]")
DELIMITERS = (",", ";", "\t")
# What a spreadsheet would compute (full-width signs too); an apostrophe before it says that it is text.
FORMULA_LIKE = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number as a spreadsheet counts, and its cells, as many as the head has."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A head and its rows; empty rows are left out."""

    head: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    encoding: str


def kind_of(content: bytes) -> str:
    """csv, xlsx, xml or json, by looking; raises `Invalid` for the old XLS format, an empty and an oversized file."""
    if not content.strip():
        raise Invalid.one("file", "file_empty")
    if len(content) > MAX_BYTES:
        raise Invalid.one("file", "file_too_large", max_megabytes=MAX_BYTES // 2**20)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid.one("file", "file_xls_old")
    if content.startswith(b"PK"):
        return "xlsx"
    start = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    return {b"<": "xml", b"{": "json", b"[": "json"}.get(start[:1], "csv")


def read_sheet(content: bytes, encoding: str | None = None) -> Sheet:
    """A CSV or XLSX file as text, at most 50,000 rows; raises `Invalid` on field `file` with the rule it breaks."""
    kind = kind_of(content)
    if kind == "xlsx":
        return _sheet(_workbook_rows(content), "utf-8")
    if kind != "csv":
        raise Invalid.one("file", "file_not_a_sheet")
    text, used = decode(content, encoding)
    return _sheet(_csv_rows(text), used)


def _sheet(records: Iterable[list[str]], encoding: str) -> Sheet:
    head: tuple[str, ...] = ()
    rows: list[SheetRow] = []
    for number, padded in enumerate(records, start=1):
        record = _trimmed(padded)
        if not record:
            continue
        _within_limits(record, number)
        if not head:
            head = tuple(_trimmed([cell.strip() for cell in record]))
            continue
        if len(rows) == MAX_ROWS:
            raise Invalid.one("file", "file_too_many_rows", max=MAX_ROWS)
        rows.append(SheetRow(number, _fitted(record, len(head), number)))
    if not head or not rows:
        raise Invalid.one("file", "file_without_rows")
    return Sheet(head, tuple(rows), encoding)


def _trimmed(record: list[str]) -> list[str]:
    width = len(record)
    while width and not record[width - 1]:
        width -= 1
    return record[:width]


def _within_limits(record: list[str], number: int) -> None:
    if len(record) > MAX_COLUMNS:
        raise Invalid.one("file", "file_too_many_columns", row=number, max=MAX_COLUMNS)
    if any(len(cell) > MAX_CELL for cell in record):
        raise Invalid.one("file", "file_cell_too_large", row=number, max=MAX_CELL)


def _fitted(record: list[str], width: int, number: int) -> tuple[str, ...]:
    if any(record[width:]):
        # A value without a column head would be dropped in silence: most often an unquoted comma.
        raise Invalid.one("file", "file_row_too_wide", row=number, columns=width)
    cells = [cell.strip() for cell in record[:width]]
    return tuple(cells + [""] * (width - len(cells)))


def _without_mark(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA_LIKE.match(cell) else cell


def _csv_rows(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        try:
            yield [_without_mark(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            rule = "file_cell_too_large" if "larger than" in str(error) else "file_csv_broken"
            raise Invalid.one("file", rule, row=reader.line_num, max=MAX_CELL) from None


def _delimiter(text: str) -> str:
    """The separator that splits the first line into most cells; spreadsheets write semicolons in some places."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(DELIMITERS, key=first.count)


@cache
def _openpyxl() -> Any:
    # It takes a quarter of a second to load, and few processes ever meet a workbook.
    return import_module("openpyxl")


def _workbook_rows(content: bytes) -> Iterator[list[str]]:
    _unpacks_safely(content)
    try:
        book = _openpyxl().load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # The size that a file claims may be a lie; the rows that are there are counted instead.
        sheet.reset_dimensions()
        # A row's own number may be a lie too, and whoever believed it would count up to it.
        for record in sheet.iter_rows(max_row=LAST_ROW, max_col=MAX_COLUMNS + 1, values_only=True):
            empty = record.count(None) == len(record)
            yield [] if empty else [_as_text(value) for value in _filled(record)]
    except Invalid:
        raise
    except Exception:  # a hostile workbook fails in any of openpyxl's many ways; all mean the same to the reader
        raise Invalid.one("file", "file_not_a_workbook") from None


def _unpacks_safely(content: bytes) -> None:
    """Refuse a zip bomb before anything is unpacked, and a zip that is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        raise Invalid.one("file", "file_not_a_workbook") from None
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        raise Invalid.one("file", "file_bomb")
    if any(part.file_size > 2**20 and part.file_size > MAX_RATIO * max(part.compress_size, 1) for part in parts):
        raise Invalid.one("file", "file_bomb")
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise Invalid.one("file", "file_not_a_workbook")
    _few_enough(content, [part for part in parts if part.filename.startswith("xl/worksheets/")])


def _few_enough(content: bytes, pages: list[zipfile.ZipInfo]) -> None:
    """Refuse a workbook with more cells than we would wait for: in four characters each, millions fit a file."""
    cells = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for page in pages:
                with archive.open(page) as stream:
                    while piece := stream.read(PIECE):
                        cells += sum(1 for _ in CELL.finditer(piece))
                        if cells > MAX_CELLS:
                            raise Invalid.one("file", "file_too_many_cells", max=MAX_CELLS)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise Invalid.one("file", "file_not_a_workbook") from None


def _filled(record: tuple[object, ...]) -> tuple[object, ...]:
    """The cells up to the last that holds something; the reader makes every row as wide as the widest allowed."""
    width = len(record)
    while width and record[width - 1] is None:
        width -= 1
    return record[:width]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time(0):
        return value.date().isoformat()
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value)
