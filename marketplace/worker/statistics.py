"""Days of use are summed within the minute after something changed, and every day once it has passed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.jobs.actions import defer_long
from marketplace.statistics.actions.rolling import WORK, mark_passed, roll_up
from marketplace.statistics.queries.exports import waiting
from marketplace.worker.registry import Workshop, every, long_task


@every(60, "statistics.keep_up")
def keep_up(session: Session, now: datetime) -> int:
    """What changed since the last minute; more than fits one transaction is left to long work."""
    mark_passed(session, now=now)
    done = roll_up(session, now=now)
    if waiting(session):
        defer_long(session, WORK, {}, queueing_key=WORK)
    return done


@long_task(WORK)
def catch_up(workshop: Workshop, _arguments: Mapping[str, Any]) -> None:
    """All that waits, portion by portion: each is kept whole or done again."""
    while workshop.database.transact(lambda session: roll_up(session, now=workshop.clock())):
        continue
