"""Any file of listings as items and rejected rows, in the order in which they can be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    facility_keys: frozenset[str]
    """The keys of all rows that become a facility, those on other pages of a preview too."""

    @property
    def read(self) -> int:
        """How many rows the file has."""
        return len(self.items) + len(self.rejected)

    def refused(self, item: ListedItem, field: str, reason: str) -> RejectedItem:
        """A row of this file as rejected, with its cells."""
        return RejectedItem(item.row, field, reason, self.cells.get(item.row, {}))


def parse(
    content: bytes, format: str | None = None, *, encoding: str | None = None, mapping: Mapping[str, str] | None = None
) -> Parsed:
    """Read a whole file, its format found by looking where none is named; raises `Invalid` where the file itself is
    broken or its columns do not say enough, never for a row."""
    looked = _looked(content, format, encoding)
    return looked if isinstance(looked, Parsed) else assigned(looked, mapping)


def first_look(
    content: bytes, format: str | None = None, *, encoding: str | None = None
) -> tuple[Parsed, dict[str, str]]:
    """The same with the columns as far as their heads tell them; where that is not enough, the cells alone."""
    looked = _looked(content, format, encoding)
    if isinstance(looked, Parsed):
        return looked, {}
    mapping = uniquip.guess_mapping(looked.head)
    try:
        return assigned(looked, mapping), mapping
    except Invalid:
        return _of_sheet(looked, (), "uniquip"), mapping


def assigned(sheet: Sheet, mapping: Mapping[str, str] | None) -> Parsed:
    """A classic sheet read by these columns; raises `Invalid` where they do not say enough."""
    return _of_sheet(sheet, uniquip.read(sheet, mapping), "uniquip")


def _looked(content: bytes, format: str | None, encoding: str | None) -> Parsed | Sheet:
    """The file as rows; a classic sheet, whose columns are still to be assigned, as a sheet."""
    if format not in (None, *FORMATS):
        raise Invalid.one("format", "choice")
    if format == "pidinst" or (format is None and kind_of(content) in ("xml", "json")):
        found = list(pidinst.read(content))
        cells: dict[int, Cells] = {each.row: _pidinst_cells(each) for each in found}
        return _ordered(found, format="pidinst", encoding="utf-8", head=("identifier", "name"), cells=cells)
    sheet = read_sheet(content, encoding)
    if format == "uniquip-2025" or (format is None and uniquip_2025.recognises(sheet.head)):
        return _of_sheet(sheet, uniquip_2025.read(sheet), "uniquip-2025")
    return sheet


def _of_sheet(sheet: Sheet, found: Iterable[ListedItem | RejectedItem], format: str) -> Parsed:
    return _ordered(found, format=format, encoding=sheet.encoding, head=sheet.head, cells=_sheet_cells(sheet))


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
    return Parsed(
        format=format,
        encoding=encoding,
        head=head,
        items=tuple(in_order(items)),
        rejected=tuple(rejected),
        cells=cells,
        facility_keys=frozenset(item.key for item in items if item.facility or not item.part_of),
    )


def in_order(items: Iterable[ListedItem]) -> list[ListedItem]:
    """Rows in the order in which they can be made: facilities before the equipment in them, else as in the file."""
    return sorted(items, key=lambda item: bool(item.part_of))


def rejected_rows(head: Sequence[str], rejected: Iterable[RejectedItem]) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the file of rejected rows: the row's number, field and reason, then its cells as they came."""
    ordered = sorted(rejected, key=lambda each: each.row)
    return ["Row", "Field", "Reason", *head], [
        [str(each.row), each.field, each.reason, *(each.cells.get(title, "") for title in head)] for each in ordered
    ]
