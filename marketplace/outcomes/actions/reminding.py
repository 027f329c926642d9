"""Reminding the other sides of what they were asked to confirm: once after 30 days, once more after 60."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.outcomes.actions.writing import day_of, people_for, tell_of
from marketplace.outcomes.models import Confidentiality, Outcome, OutcomeStatus
from marketplace.outcomes.queries.told import standing
from marketplace.outcomes.rules.levels import REMINDED, reminder_due

BATCH: Final = 200


def remind_sides(session: Session, *, now: datetime) -> int:
    """Remind whoever has not answered yet; how many outcomes were due."""
    first, second = REMINDED
    once = Outcome.reminded_at.is_(None) & (Outcome.submitted_at <= now - first)
    twice = (Outcome.submitted_at <= now - second) & (Outcome.reminded_at < Outcome.submitted_at + second)
    wanted = select(Outcome).where(
        Outcome.status == OutcomeStatus.SUBMITTED,
        Outcome.confidentiality != Confidentiality.ADMINISTRATORS,
        or_(once, twice),
    )
    due = session.scalars(wanted.order_by(Outcome.submitted_at).limit(BATCH).with_for_update(skip_locked=True)).all()
    for row in due:
        assert row.submitted_at is not None
        assert reminder_due(row.submitted_at, row.reminded_at, now)
        found = standing(session, row, day_of(now))
        people = people_for(session, row, found.others - set(found.confirmed), now)
        row.reminded_at = now
        tell_of(session, row, people, "outcome_asked_again", now=now, by=SYSTEM)
    session.flush()
    return len(due)
