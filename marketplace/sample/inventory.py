"""A host's inventory as a file, to try an import with: invented, and in the columns of UNIQUIP."""

from __future__ import annotations

from pathlib import Path

from marketplace.catalogue.formats import uniquip
from marketplace.catalogue.formats.items import ListedItem
from marketplace.catalogue.formats.writing import write_csv
from marketplace.sample.sheets import read

FILE = "sample-inventory.csv"


def items() -> list[ListedItem]:
    """Its rows in the order of the file; the head is row 1."""
    return [_item(number, dict(row)) for number, row in enumerate(read("inventory")["row"], start=2)]


def as_csv() -> bytes:
    """The whole file."""
    return write_csv(uniquip.TITLES, uniquip.rows(items()))


def keep(folder: Path) -> Path:
    """Write it into a folder, where whoever tries the platform finds it; its place."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = folder / FILE
    place.write_bytes(as_csv())
    return place


def _item(number: int, row: dict[str, str]) -> ListedItem:
    kind, part_of = row.pop("type"), row.pop("part_of", "")
    techniques = tuple(word for word in row.pop("technique", "").split("; ") if word)
    return ListedItem(
        row=number,
        facility=kind == "facility",
        part_of=(part_of,) if part_of else (),
        techniques=techniques,
        **row,  # type: ignore[arg-type]
    )
