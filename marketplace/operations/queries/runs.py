"""Reading runs of lines: those that stand, and what each once said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.operations.models import Run
from marketplace.operations.queries.units import UnitAround, unit_for
from marketplace.operations.rules.oee import RunFacts
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound

MOST = 500


def runs_between(session: Session, unit_id: UUID, window: Period) -> Sequence[Run]:
    """The runs of a unit that stand and begin in a window, the latest first; at most 500."""
    chosen = (
        select(Run)
        .where(Run.unit_id == unit_id, Run.superseded_at.is_(None))
        .where(Run.starts_at >= window.start, Run.starts_at < window.end)
        .order_by(Run.starts_at.desc(), Run.id.desc())
        .limit(MOST)
    )
    return session.scalars(chosen).all()


def run_for(session: Session, run_id: UUID, verb: str, *, by: Actor) -> tuple[Run, UnitAround]:
    """One run with its unit, for whoever may do this at it."""
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound("run")
    return run, unit_for(session, run.unit_id, verb, by=by)


def run_history(session: Session, run: Run) -> list[Run]:
    """What the row of a run replaced, and what that did: the latest first, the row itself among them."""
    first = select(Run.id, Run.corrects).where(Run.id == run.id).cte("line", recursive=True)
    line = first.union_all(select(Run.id, Run.corrects).join(first, Run.id == first.c.corrects))
    chosen = select(Run).where(Run.id.in_(select(line.c.id))).order_by(Run.entered_at.desc(), Run.id.desc())
    return list(session.scalars(chosen))


def facts_of(runs: Iterable[Run]) -> list[RunFacts]:
    """What OEE reads of some runs."""
    return [
        RunFacts(
            planned=run.planned_seconds,
            down=run.down_seconds,
            ideal_cycle=run.ideal_cycle_seconds,
            total=run.total_count,
            good=run.good_count,
        )
        for run in runs
    ]
