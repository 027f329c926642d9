"""Milestones that are due soon or have passed: the parties are told once of each planned day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from marketplace.collaborations.actions.telling import audience, spread
from marketplace.collaborations.models import Collaboration, CollaborationState, Milestone
from marketplace.collaborations.queries.seats import parties_of
from marketplace.collaborations.rules.days import HERE
from marketplace.collaborations.rules.parts import STILL_NEWS, WARNED

BATCH = 200


def remind_of_milestones(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Tell everybody who takes part of milestones due within fourteen days, and of those whose day has passed; returns
    how many milestones were told of."""
    today = now.astimezone(HERE).date()
    open_ = and_(Milestone.reached_on.is_(None), Milestone.cancelled_on.is_(None))
    wanted = (
        select(Milestone, Collaboration)
        .join(Collaboration, Collaboration.id == Milestone.collaboration_id)
        .where(Collaboration.state == CollaborationState.ACTIVE, open_, or_(_soon(today), _late(today)))
        .order_by(Milestone.planned_on, Milestone.id)
        .limit(limit)
        .with_for_update(of=Milestone, skip_locked=True)
    )
    found = session.execute(wanted).all()
    parties = parties_of(session, {row.id for _, row in found})
    for milestone, row in found:
        late = milestone.planned_on < today
        if late:
            milestone.missed_for = milestone.planned_on
        else:
            milestone.warned_for = milestone.planned_on
        code = "collaboration_milestone_late" if late else "collaboration_milestone_due"
        people = audience(session, row, parties.get(row.id, []), now=now)
        day = milestone.planned_on.isoformat()
        spread(session, row, code, people, now=now, milestone_title=milestone.title, day=day)
    session.flush()
    return len(found)


def _soon(today: date) -> ColumnElement[bool]:
    untold = Milestone.warned_for.is_distinct_from(Milestone.planned_on)
    return and_(Milestone.planned_on.between(today, today + WARNED), untold)


def _late(today: date) -> ColumnElement[bool]:
    untold = Milestone.missed_for.is_distinct_from(Milestone.planned_on)
    return and_(Milestone.planned_on.between(today - STILL_NEWS, today - date.resolution), untold)
