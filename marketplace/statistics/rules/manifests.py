"""What stands beside each export: what it holds, as of when, by which rules, and the digest of its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marketplace.statistics.dictionary import VERSION, Shape, indicators, known, rules
from marketplace.statistics.models import UsageExport
from marketplace.statistics.rules.wishes import RAW


def manifest(row: UsageExport) -> dict[str, Any]:
    """The manifest of an export; `complete` is false where it broke off, and then nothing is said of its bytes."""
    found = known(shape_of(row))
    rates = {id for id, each in indicators().items() if {id, f"{id}_mean"} & set(row.columns)}
    return {
        "export": str(row.id),
        "complete": row.finished_at is not None,
        "format": row.format.value,
        "from": row.first_day.isoformat(),
        "to": row.last_day.isoformat(),
        "after": (row.last_day + timedelta(days=1)).isoformat(),
        "group_by": list(row.group_by),
        "filters": dict(row.filters),
        "columns": list(row.columns),
        "personal_columns": list(row.personal_columns),
        "purpose": row.purpose,
        "reach": dict(row.reach),
        "as_of": row.as_of.isoformat(),
        "asked_at": row.asked_at.isoformat(),
        "versions": {"dictionary": VERSION},
        "rows": row.row_count,
        "bytes": row.byte_count,
        "sha256": row.digest,
        "formula_prefix": _prefix(row),
        "rules": {code: dict(text) for code, text in rules().items()},
        "dictionary": [_told(found[id]) for id in row.columns],
        "indicators": [_rated(id) for id in sorted(rates)],
    }


def shape_of(row: UsageExport) -> Shape:
    """What the rows of an export are."""
    return RAW[row.group_by[0]] if len(row.group_by) == 1 and row.group_by[0] in RAW else "groups"


def _prefix(row: UsageExport) -> dict[str, Any] | None:
    if row.format.value not in ("csv", "xlsx"):
        return None
    return {"character": "'", "before": ["=", "+", "-", "@", "\t", "\r"], "kinds": ["text"]}


def _told(column: Any) -> Mapping[str, Any]:
    return {
        "id": column.id,
        "kind": column.kind,
        "personal": column.personal,
        "name": dict(column.name),
        "meaning": dict(column.meaning),
    }


def _rated(id: str) -> Mapping[str, Any]:
    each = indicators()[id]
    return {
        "id": id,
        "metric": each.metric,
        "numerator": list(each.above),
        "denominator": list(each.below),
        "over_nothing": 0 if each.zero else None,
        "name": dict(each.name),
        "source": dict(each.source),
        **{name: dict(text) for name, text in each.treatments.items()},
    }
