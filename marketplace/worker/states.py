"""States of units follow what happens: from where something changed, and all of them nightly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.availability.actions.former import DERIVE
from marketplace.jobs.actions import defer_long
from marketplace.operations.actions.states import EXTEND, derive, extend
from marketplace.worker.registry import Workshop, every, long_task, task


@task(DERIVE)
def derive_states(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """A session ended or was corrected; a closure, the hours, a fault or a correction changed."""
    return derive(session, {UUID(arguments["unit"]): datetime.fromisoformat(arguments["since"])}, now=now)


@every(24 * 60 * 60, "operations.nightly_states")
def nightly(session: Session, now: datetime) -> int | None:
    """Every unit up to now, in portions."""
    return defer_long(session, EXTEND, {"after": None}, queueing_key=EXTEND, run_at=now)


@long_task(EXTEND)
def extend_states(workshop: Workshop, arguments: Mapping[str, Any]) -> None:
    """The next portion of units, and the one after it once they are done."""
    now, after = workshop.clock(), arguments["after"]

    def portion(session: Session) -> None:
        last = extend(session, UUID(after or str(UUID(int=0))), now=now)
        if last is not None:
            defer_long(session, EXTEND, {"after": str(last)}, queueing_key=EXTEND)

    workshop.database.transact(portion)
