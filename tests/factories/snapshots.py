"""Snapshots of figures from inputs that are written down here, so that a page's numbers can be told by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.spillovers.measuring import digest, exact, measure
from marketplace.spillovers.models import MetricSnapshot, MetricValue
from marketplace.spillovers.registry import metric
from marketplace.spillovers.rules.scopes import FLOOR, Scope

Inputs = Mapping[str, Any]


def sharing(*sessions: tuple[str, str, float], homes: Mapping[str, str]) -> dict[str, Any]:
    """Inputs of all that is told of sessions: (user, host, hours) each."""
    rows = [{"id": at, "user": user, "host": host, "hours": hours} for at, (user, host, hours) in enumerate(sessions)]
    return {"sessions": rows, "jurisdiction": dict(homes)}


def outcomes(*cells: tuple[str, str, int, int]) -> dict[str, Any]:
    """Inputs of a table of outcomes: so many of a class in a zone, from so many organisations."""
    rows = [
        {"row": f"{zone} {kind} {at}", "type": kind, "places": [zone] if zone else []}
        | {"organisations": [f"{zone or 'none'}-{whose}" for whose in range(organisations)]}
        for zone, kind, count, organisations in cells
        for at in range(count)
    ]
    return {"rows": rows}


def make_snapshot(
    session: Session, scope: Scope, year: int, figures: Mapping[str, Inputs], *, as_of: datetime
) -> MetricSnapshot:
    """A snapshot of a calendar year with these figures, computed from their inputs as all are."""
    row = MetricSnapshot(
        scope_kind=scope.kind,
        scope_id=scope.id,
        scope_code=scope.code,
        first_day=date(year, 1, 1),
        after_day=date(year + 1, 1, 1),
        as_of=as_of,
        taken_at=as_of,
        taken_by=None,
        floor=FLOOR,
        parameters={},
        metrics={name: metric(name).version for name in figures},
        code_version="0",
        digest=digest([str(scope), year, dict(figures)]),
    )
    session.add(row)
    session.flush()
    session.add_all(_value(row, name, inputs) for name, inputs in figures.items())
    session.flush()
    return row


def _value(snapshot: MetricSnapshot, name: str, inputs: Inputs) -> MetricValue:
    result = measure(name, inputs)
    return MetricValue(
        snapshot_id=snapshot.id,
        metric=name,
        version=metric(name).version,
        variant="",
        value=exact(result.value),
        numerator=exact(result.numerator),
        denominator=exact(result.denominator),
        n_units=result.n,
        n_unknown=result.n_unknown,
        suppressed=result.suppressed,
        mix={"2": result.n},
        notes=[],
        digest=digest(inputs),
        **({"subject_kind": "outcome"} if hasattr(MetricValue, "subject_kind") else {}),
    )
