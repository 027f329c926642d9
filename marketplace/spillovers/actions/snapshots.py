"""Snapshots: every figure of a frame computed from rows and kept, and the same computed again to be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.database import new_id
from marketplace.spillovers.edition import edition
from marketplace.spillovers.measuring import digest, exact, measure
from marketplace.spillovers.models import MetricSnapshot, MetricValue
from marketplace.spillovers.queries.desk import Desk, Told
from marketplace.spillovers.queries.gathering import desk_for, gathered
from marketplace.spillovers.registry import metric as registered
from marketplace.spillovers.rules.parameters import with_chosen
from marketplace.spillovers.rules.results import Result
from marketplace.spillovers.rules.scopes import Frame, Scope, ScopeKind, Span
from marketplace.values.refusal import FieldError, Invalid, NotFound

EMPTY: Final = Told()
# The parts of a value that must come out the same.
COMPARED: Final = ("value", "numerator", "denominator", "n_units", "n_unknown", "suppressed", "mix", "digest")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a snapshot: parameters of their own (None: nothing is chosen), and its id beforehand."""

    chosen: Mapping[str, Any] | None = None
    id: UUID | None = None


PLAIN: Final = Wish()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of computing a snapshot anew: `differing` names each figure that did not come out the same."""

    snapshot: MetricSnapshot
    digest: str
    differing: tuple[tuple[str, str], ...]

    @property
    def same(self) -> bool:
        """Whether all of it is as it was stored."""
        return not self.differing and self.digest == self.snapshot.digest


def take(session: Session, frame: Frame, *, now: datetime, by: Actor, wish: Wish = PLAIN) -> MetricSnapshot:
    """Compute every metric that rows tell of and keep all values, with the parameters that somebody chose. Raises
    Invalid for what is not known yet and for parameters that don't fit."""
    demand(by, "metric_snapshot.take")
    if frame.as_of > now:
        raise Invalid([FieldError("as_of", "future", "outcome_future")])
    parameters = with_chosen(wish.chosen)
    figures = list(computed(desk_for(session, frame, parameters)))
    row = MetricSnapshot(
        id=wish.id or new_id(),
        scope_kind=frame.scope.kind,
        scope_id=frame.scope.id,
        scope_code=frame.scope.code,
        first_day=frame.span.first,
        after_day=frame.span.after,
        as_of=frame.as_of,
        taken_at=now,
        taken_by=by.person_id,
        floor=frame.floor,
        parameters=parameters,
        metrics={each.metric: each.version for each in figures},
        code_version=edition(),
        digest=_seal(frame, parameters, figures),
    )
    session.add(row)
    session.flush()
    for each in figures:
        each.snapshot_id = row.id
        if frame.scope.kind is not ScopeKind.COLLABORATION:
            each.subjects = None
    session.add_all(figures)
    session.flush()
    return row


def rebuild(session: Session, snapshot_id: UUID, *, by: Actor) -> Rebuilt:
    """Compute a stored snapshot anew from rows, as they were known at its instant, and compare every digit."""
    demand(by, "metric_snapshot.rebuild")
    row = session.get(MetricSnapshot, snapshot_id)
    if row is None:
        raise NotFound("metric_snapshot")
    frame = frame_of(row)
    found = list(computed(desk_for(session, frame, row.parameters)))
    stored = session.scalars(select(MetricValue).where(MetricValue.snapshot_id == row.id))
    before = {(each.metric, each.variant): _compared(each) for each in stored}
    after = {(each.metric, each.variant): _compared(each) for each in found}
    differing = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return Rebuilt(row, _seal(frame, row.parameters, found), tuple(differing))


def computed(desk: Desk) -> Iterator[MetricValue]:
    """Every figure of a desk, in a fixed order; one that its rows don't allow says why instead of stopping others."""
    for metric, told in gathered(desk):
        for each in told or [EMPTY]:
            yield _figure(metric, each)


def frame_of(row: MetricSnapshot) -> Frame:
    """What a snapshot is of."""
    scope = Scope(row.scope_kind, row.scope_id, row.scope_code)
    return Frame(scope, Span(row.first_day, row.after_day), row.as_of, row.floor)


def _figure(metric: str, told: Told) -> MetricValue:
    kept = MetricValue(
        metric=metric,
        version=registered(metric).version,
        variant=told.variant,
        mix=dict(told.mix),
        notes=list(told.notes),
        subject_kind=told.kind,
        subjects=list(told.subjects),
        digest=digest(told.canonical),
    )
    try:
        _fill(kept, Result(value=None, n=0) if told is EMPTY else measure(metric, told.canonical, unknown=told.unknown))
    except Invalid as broken:
        fault = broken.errors[0]
        kept.notes.append(f"not_computable:{fault.field}:{fault.rule}")
        _fill(kept, Result(value=None, n=0))
    return kept


def _fill(kept: MetricValue, result: Result) -> None:
    kept.value, kept.numerator = exact(result.value), exact(result.numerator)
    kept.denominator, kept.n_units = exact(result.denominator), result.n
    kept.n_unknown, kept.suppressed = result.n_unknown, result.suppressed


def _seal(frame: Frame, parameters: Mapping[str, Any], figures: list[MetricValue]) -> str:
    """The digest of a whole snapshot: of what it is of, what it assumes, and the inputs of each figure."""
    span = [frame.span.first.isoformat(), frame.span.after.isoformat()]
    inputs = sorted([each.metric, each.version, each.variant, each.digest] for each in figures)
    return digest(
        [str(frame.scope), span, frame.as_of.astimezone(UTC).isoformat(), frame.floor, dict(parameters), inputs]
    )


def _compared(value: MetricValue) -> list[Any]:
    return [getattr(value, name) for name in COMPARED]
