"""A sheet of booking limits beside a sheet of listings: by the same IDs, in days and minutes."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.catalogue.formats.items import facility_key
from marketplace.catalogue.formats.reading import Sheet
from marketplace.values.refusal import Invalid

# The column, and the booking rule that it sets.
COLUMNS: Mapping[str, str] = {
    "horizon_days": "horizon_days",
    "min_minutes": "shortest",
    "max_minutes": "longest",
    "max_per_day": "max_per_day",
    "min_gap_minutes": "min_gap",
    "max_future_minutes": "max_future_minutes",
    "missed_threshold_minutes": "missed_threshold",
}


def read(sheet: Sheet) -> dict[str, dict[str, int]]:
    """The rules that each row sets, by the key of its unit; an empty cell sets none. Raises `Invalid` for a sheet of
    another kind or a cell that is no whole number."""
    if "ID" not in sheet.head or not set(COLUMNS) & set(sheet.head):
        raise Invalid.one("file", "file_not_this_format", format="booking limits")
    found: dict[str, dict[str, int]] = {}
    for row in sheet.rows:
        cells = dict(zip(sheet.head, row.cells, strict=True))
        limits = {rule: cells.get(column, "") for column, rule in COLUMNS.items()}
        if broken := next((rule for rule, text in limits.items() if text and not text.isdecimal()), None):
            raise Invalid.one(broken, "number", row=row.number)
        found[facility_key(cells["ID"])] = {rule: int(text) for rule, text in limits.items() if text}
    return found
