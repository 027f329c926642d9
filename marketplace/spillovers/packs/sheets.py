"""Tables of packs as CSV and JSON, from which every value comes back exactly: a text, a number, nothing.

The head of a column tells how its cells are read: `name` holds text, `level:whole` whole numbers, `sides:json` anything
as JSON. In columns of text and numbers an empty cell is null; in columns of JSON it is a member that the row lacks.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from marketplace.catalogue.formats.reading import FORMULA_LIKE
from marketplace.catalogue.formats.writing import BOM, marked
from marketplace.spillovers.packs.texts import Broken, compact, json_bytes, parsed

Row = Mapping[str, Any]
MOST_ROWS: Final = 1_000_000
MOST_COLUMNS: Final = 100
LARGEST_CELL: Final = 4 * 1024 * 1024
LARGEST_NUMBER: Final = 30  # digits
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_KINDS: Final = ("text", "whole", "json")


def csv_of(rows: Sequence[Row], columns: Sequence[str] | None = None) -> bytes:
    """The rows as CSV: UTF-8 with a byte order mark, CRLF, after RFC 4180; no cell of text is taken for a formula."""
    kinds = _kinds(rows, columns)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([marked(name) if kind == "text" else f"{marked(name)}:{kind}" for name, kind in kinds.items()])
    writer.writerows([_written(row, name, kind) for name, kind in kinds.items()] for row in rows)
    return (BOM + text.getvalue()).encode()


def rows_of(content: bytes, file: str) -> list[dict[str, Any]]:
    """The rows of a CSV file of a pack. Raises Broken."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Broken("encoding", file) from None
    records = _records(text, file)
    if not records:
        raise Broken("sheet_empty", file)
    kinds = _heads(records[0], file)
    names = list(kinds)
    found = []
    for number, record in enumerate(records[1:], start=2):
        if len(record) != len(names):
            raise Broken("sheet_width", file, details={"row": number})
        row = {}
        for name, cell in zip(names, record, strict=True):
            if kinds[name] != "json" or cell:
                row[name] = _read(cell, kinds[name], file, number)
        found.append(row)
    return found


def json_rows(rows: Sequence[Row]) -> bytes:
    """The same rows as JSON."""
    return json_bytes([dict(row) for row in rows])


def _kinds(rows: Sequence[Row], columns: Sequence[str] | None) -> dict[str, str]:
    names = columns if columns is not None else sorted({name for row in rows for name in row})
    return {name: _kind(rows, name) for name in names} or {"nothing": "text"}


def _kind(rows: Sequence[Row], name: str) -> str:
    values = [row[name] for row in rows if name in row]
    if len(values) == len(rows):
        if all(each is None or (type(each) is str and each and not _odd(each)) for each in values):
            return "text"
        if all(each is None or (type(each) is int and len(str(each)) <= LARGEST_NUMBER) for each in values):
            return "whole"
    return "json"


def _odd(text: str) -> bool:
    """Line ends that readers of CSV may change."""
    return "\r" in text or "\x00" in text


def _written(row: Row, name: str, kind: str) -> str:
    if kind == "json":
        return compact(row[name]) if name in row else ""
    value = row[name]
    if value is None:
        return ""
    return marked(value) if kind == "text" else str(value)


def _records(text: str, file: str) -> list[list[str]]:
    before = csv.field_size_limit(LARGEST_CELL)
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Broken("sheet", file, details={"reason": str(error)[:200]}) from None
    finally:
        csv.field_size_limit(before)
    if len(found) > MOST_ROWS:
        raise Broken("sheet_too_long", file, details={"max": MOST_ROWS})
    return found


def _heads(head: Sequence[str], file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in head:
        name, _, kind = each.partition(":")
        name = _unmarked(name)
        if (kind or "text") not in _KINDS or name in found or len(head) > MOST_COLUMNS:
            raise Broken("sheet_head", file)
        found[name] = kind or "text"
    return found


def _read(cell: str, kind: str, file: str, number: int) -> Any:
    if kind == "json":
        return parsed(cell, file)
    if not cell:
        return None
    if kind == "text":
        return _unmarked(cell)
    if len(cell) > LARGEST_NUMBER + 1 or not _WHOLE.fullmatch(cell):
        raise Broken("sheet_number", file, details={"row": number})
    return int(cell)


def _unmarked(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA_LIKE.match(cell) else cell
