"""A file of listings that has been read once, in pieces of fifty rows, so that a page reads its own rows and no others.

Twelve digits say how long the head is. The head, in JSON, says what the file is and where each piece begins. The pieces
follow in the order of the file, each packed by itself: rows with their cells, and what these were found to mean.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import islice, pairwise
from typing import Any

from marketplace.catalogue.formats.items import ListedItem, RejectedItem, facility_key
from marketplace.catalogue.formats.parsing import Parsed, in_order
from marketplace.catalogue.formats.reading import Sheet, SheetRow

MEDIA_TYPE = "application/octet-stream"
DIGITS = 12
PIECE = 50
FAST = 1  # of zlib's levels
# From a first byte up to a last one, which is left out: all that a reader asks of the store.
Read = Callable[[int, int], bytes]
Line = dict[str, Any]

_NAMES = tuple(each.name for each in fields(ListedItem) if each.name != "row")
_TUPLES = ("part_of", "techniques", "measured_variables")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What the head says. While no columns are assigned, no row is an item and none is rejected."""

    format: str
    encoding: str
    head: tuple[str, ...]
    rows: int
    items: int
    rejected: int
    starts: tuple[int, ...]  # the byte at which each piece begins, and the end of the last


def write(parsed: Parsed) -> bytes:
    """The whole file as it is kept."""
    lines = _lines(parsed)
    pieces = []
    while some := list(islice(lines, PIECE)):
        pieces.append(zlib.compress(_json(some), FAST))
    starts = [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece))
    head = {
        "format": parsed.format,
        "encoding": parsed.encoding,
        "head": parsed.head,
        "rows": len(parsed.cells),
        "items": len(parsed.items),
        "rejected": len(parsed.rejected),
        "starts": starts,
    }
    first = _json(head)
    return b"".join([f"{len(first):0{DIGITS}}".encode(), first, *pieces])


def read_head(read: Read) -> Prepared:
    """What the file is, from its first bytes alone."""
    body = DIGITS + int(read(0, DIGITS))
    head = json.loads(read(DIGITS, body))
    starts = tuple(body + start for start in head["starts"])
    return Prepared(**{**head, "head": tuple(head["head"]), "starts": starts})


def read_rows(read: Read, known: Prepared, *, first: int, count: int) -> Parsed:
    """Some rows in the order of the file, counted from 0, as a file of their own that knows the keys of the others."""
    last = min(first + count, known.rows)
    if first >= last:
        return _parsed(known, [])
    step, after = first // PIECE, (last - 1) // PIECE + 1
    content = read(known.starts[step], known.starts[after])
    lines = list(_unpacked(content, known.starts[step : after + 1]))
    return _parsed(known, lines[first - step * PIECE : last - step * PIECE])


def read_all(content: bytes) -> Parsed:
    """The whole file as it was parsed."""
    known = read_head(lambda start, end: content[start:end])
    return _parsed(known, _unpacked(content[known.starts[0] :], known.starts))


def sheet_of(parsed: Parsed) -> Sheet:
    """The sheet that was read, for other columns to be assigned."""
    rows = (SheetRow(number, tuple(cells[title] for title in parsed.head)) for number, cells in parsed.cells.items())
    return Sheet(parsed.head, tuple(rows), parsed.encoding)


def _lines(parsed: Parsed) -> Iterator[Line]:
    items = {item.row: item for item in parsed.items}
    rejected = {each.row: each for each in parsed.rejected}
    for row, cells in sorted(parsed.cells.items()):
        line: Line = {"row": row, "cells": [cells.get(title, "") for title in parsed.head]}
        if item := items.get(row):
            line["item"] = {name: value for name in _NAMES if (value := getattr(item, name))}
            # Whether its facility comes in this file can't be seen from one piece of it.
            line["with"] = [key for key in map(facility_key, item.part_of) if key in parsed.facility_keys]
        elif refused := rejected.get(row):
            line["refused"] = [refused.field, refused.reason]
        yield line


def _parsed(known: Prepared, lines: Iterable[Line]) -> Parsed:
    items: list[ListedItem] = []
    rejected: list[RejectedItem] = []
    cells: dict[int, Mapping[str, str]] = {}
    keys: set[str] = set()
    for line in lines:
        row = line["row"]
        cells[row] = dict(zip(known.head, line["cells"], strict=True))
        if "item" in line:
            item = _item(row, line["item"])
            items.append(item)
            keys |= {*line["with"], *([item.key] if item.facility or not item.part_of else [])}
        elif "refused" in line:
            field, reason = line["refused"]
            rejected.append(RejectedItem(row, field, reason, cells[row]))
    return Parsed(
        format=known.format,
        encoding=known.encoding,
        head=known.head,
        items=tuple(in_order(items)),
        rejected=tuple(rejected),
        cells=cells,
        facility_keys=frozenset(keys),
    )


def _item(row: int, values: Mapping[str, Any]) -> ListedItem:
    lists = {name: tuple(values[name]) for name in _TUPLES if name in values}
    return ListedItem(**{"facility": False, **values, **lists, "row": row})


def _unpacked(content: bytes, starts: tuple[int, ...]) -> Iterator[Line]:
    for start, end in pairwise(starts):
        yield from json.loads(zlib.decompress(content[start - starts[0] : end - starts[0]]))


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
