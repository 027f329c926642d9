"""Any file of listings as items and rejected rows, in the order in which they can be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from marketplace.catalogue.formats import pidinst, uniquip, uniquip_2025
from marketplace.catalogue.formats.items import ListedItem, RejectedItem
from marketplace.catalogue.formats.reading import Sheet, kind_of, read_sheet
from marketplace.values.refusal import Invalid

FORMATS = ("uniquip", "uniquip-2025", "pidinst")
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a file holds. `items` are in order: facilities before the equipment in them, else as in the file."""

    format: str
    encoding: str
    head: tuple[str, ...]
    items: tuple[ListedItem, ...]
    rejected: tuple[RejectedItem, ...]
    cells: Mapping[int, Cells]

    @property
    def read(self) -> int:
        """How many rows the file has."""
        return len(self.items) + len(self.rejected)

    @property
    def facility_keys(self) -> frozenset[str]:
        """The keys of all rows that become a facility."""
        return frozenset(item.key for item in self.items if item.facility or not item.part_of)

    def refused(self, item: ListedItem, field: str, reason: str) -> RejectedItem:
        """A row of this file as rejected, with its cells."""
        return RejectedItem(item.row, field, reason, self.cells.get(item.row, {}))


def guess_format(content: bytes, encoding: str | None = None) -> str:
    """The format of a file, by its kind and its head."""
    kind = kind_of(content)
    if kind in ("xml", "json"):
        return "pidinst"
    return "uniquip-2025" if uniquip_2025.recognises(read_sheet(content, encoding).head) else "uniquip"


def parse(
    content: bytes, format: str, *, encoding: str | None = None, mapping: Mapping[str, str] | None = None
) -> Parsed:
    """Read a whole file; raises `Invalid` where the file itself is broken, never for a row."""
    if format not in FORMATS:
        raise Invalid.one("format", "choice")
    if format == "pidinst":
        found = list(pidinst.read(content))
        cells: dict[int, Cells] = {each.row: _pidinst_cells(each) for each in found}
        return _ordered(found, format=format, encoding="utf-8", head=("identifier", "name"), cells=cells)
    sheet = read_sheet(content, encoding)
    rows = uniquip_2025.read(sheet) if format == "uniquip-2025" else uniquip.read(sheet, mapping)
    return _ordered(list(rows), format=format, encoding=sheet.encoding, head=sheet.head, cells=_sheet_cells(sheet))


def _sheet_cells(sheet: Sheet) -> dict[int, Cells]:
    return {row.number: dict(zip(sheet.head, row.cells, strict=True)) for row in sheet.rows}


def _pidinst_cells(found: ListedItem | RejectedItem) -> Cells:
    if isinstance(found, RejectedItem):
        return {title: found.cells.get(title, "") for title in ("identifier", "name")}
    return {"identifier": found.pid, "name": found.name}


def _ordered(
    found: Iterable[ListedItem | RejectedItem],
    *,
    format: str,
    encoding: str,
    head: tuple[str, ...],
    cells: Mapping[int, Cells],
) -> Parsed:
    items: list[ListedItem] = []
    rejected: list[RejectedItem] = []
    seen: set[str] = set()
    for each in found:
        if isinstance(each, RejectedItem):
            rejected.append(replace(each, cells=cells.get(each.row, {})))
        elif each.key in seen:
            field = "id" if each.id else "name"
            rejected.append(RejectedItem(each.row, field, "duplicate_key", cells.get(each.row, {})))
        else:
            seen.add(each.key)
            items.append(each)
    items.sort(key=lambda item: bool(item.part_of))
    return Parsed(
        format=format, encoding=encoding, head=head, items=tuple(items), rejected=tuple(rejected), cells=cells
    )


def rejected_rows(parsed: Parsed, rejected: Iterable[RejectedItem]) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the file of rejected rows: the row's number, field and reason, then its cells as they came."""
    head = ["Row", "Field", "Reason", *parsed.head]
    ordered = sorted(rejected, key=lambda each: each.row)
    return head, [
        [str(each.row), each.field, each.reason, *(each.cells.get(title, "") for title in parsed.head)]
        for each in ordered
    ]
