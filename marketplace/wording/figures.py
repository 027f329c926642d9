"""Stored figures as programs read them."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

from marketplace.spillovers.measuring import plain
from marketplace.spillovers.models import MetricSnapshot, MetricValue
from marketplace.spillovers.registry import metric
from marketplace.spillovers.rules.scopes import Scope

RESPONSES: Final = "out.response_rate"


def snapshot_document(row: MetricSnapshot) -> dict[str, Any]:
    """What a snapshot is of, what it knew and assumed, and the seal over its inputs."""
    return {
        "id": str(row.id),
        "scope": str(Scope(row.scope_kind, row.scope_id, row.scope_code)),
        **_period(row),
        "as_of": row.as_of.astimezone(UTC).isoformat(),
        "taken_at": row.taken_at.astimezone(UTC).isoformat(),
        "floor": row.floor,
        "parameters": row.parameters,
        "code_version": row.code_version,
        "digest": row.digest,
    }


def value_item(row: MetricSnapshot, kept: MetricValue) -> dict[str, Any]:
    """One value with all that is needed to judge it; `exact` are the same numbers without rounding."""
    known = metric(kept.metric)
    return {
        "metric": kept.metric,
        "version": kept.version,
        "kind": known.kind.value,
        "name": dict(known.name),
        "variant": kept.variant,
        "value": plain(kept.value),
        "numerator": plain(kept.numerator),
        "denominator": plain(kept.denominator),
        "exact": {name: getattr(kept, name) for name in ("value", "numerator", "denominator")},
        "n": kept.n_units,
        "n_unknown": kept.n_unknown,
        "suppressed": kept.suppressed,
        "floor": known.floor,
        "verification": kept.mix,
        "notes": kept.notes,
        "period": _period(row),
        "as_of": row.as_of.astimezone(UTC).isoformat(),
        "snapshot": str(row.id),
        "digest": kept.digest,
    }


def response_rate(values: list[dict[str, Any]]) -> Any:
    """Answered over asked, which stands beside every total (S-08)."""
    return next((each["value"] for each in values if each["metric"] == RESPONSES), None)


def _period(row: MetricSnapshot) -> dict[str, str]:
    return {"from": row.first_day.isoformat(), "to": row.after_day.isoformat()}
