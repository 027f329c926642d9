"""What the clock does to trainings and framework agreements: whom they concern is warned, once, before they end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import Organisation, Person
from marketplace.catalogue.models import Facility, Unit
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.notices.actions import tell
from marketplace.terms.actions.frameworks import parties_of, told_of
from marketplace.terms.models import Framework, FrameworkState, Training, TrainingNeed, TrainingState
from marketplace.terms.queries.training import HOME, need_of, passed_of
from marketplace.terms.rules import frameworks as framework_rules
from marketplace.terms.rules import training as training_rules

# As many as one piece of periodic work takes; the next finds the rest.
BATCH: Final = 200
# Days differ by place; the rules look at the place's own.
_EITHER_WAY: Final = timedelta(days=1)


def warn_of_trainings(session: Session, *, now: datetime) -> int:
    """Warn people whose training on a unit ends soon, by time or by lack of use; answers how many."""
    warned = 0
    for training, needed, unit, facility, zone in _ending_trainings(session, now):
        day = now.astimezone(ZoneInfo(facility.time_zone or zone or HOME)).date()
        passed = passed_of(training)
        need, before = need_of(needed), training.warned_of
        end = training_rules.due_warning(need, passed, day, warned_of=before) if passed else None
        if end is None:
            continue
        training.warned_of, warned = end, warned + 1
        details = {"unit": unit.name, "facility": facility.name, "day": end.isoformat(), "path": "account/training"}
        tell(session, [training.person_id], "training_ending", details, now=now)
    session.flush()
    return warned


def _ending_trainings(session: Session, now: datetime) -> Iterable[Any]:
    newer = aliased(Training)
    followed = select(newer.id).where(
        newer.unit_id == Training.unit_id,
        newer.person_id == Training.person_id,
        newer.state == TrainingState.PASSED,
        or_(
            newer.passed_on > Training.passed_on,
            (newer.passed_on == Training.passed_on) & (newer.id > Training.id),
        ),
    )
    by_time = Training.passed_on + TrainingNeed.valid_months * text("interval '1 month'")
    last_use = func.greatest(Training.passed_on, Training.last_used_on)
    end = func.least(by_time, last_use + TrainingNeed.idle_days * text("interval '1 day'"))
    today = now.date()
    chosen = (
        select(Training, TrainingNeed, Unit, Facility, Jurisdiction.time_zone)
        .join(TrainingNeed, TrainingNeed.unit_id == Training.unit_id)
        .join(Unit, Unit.id == Training.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .join(Person, Person.id == Training.person_id)
        .outerjoin(Jurisdiction, Jurisdiction.code == Facility.jurisdiction_code)
        .where(Training.state == TrainingState.PASSED, ~followed.exists(), Person.erased_at.is_(None))
        .where(end.between(today - _EITHER_WAY, today + training_rules.WARNED + _EITHER_WAY))
        .where(or_(Training.warned_of.is_(None), Training.warned_of != func.date(end)))
        .order_by(Training.id)
        .limit(BATCH)
        .with_for_update(of=Training, skip_locked=True)
    )
    return session.execute(chosen).all()


def warn_of_frameworks(session: Session, *, now: datetime) -> int:
    """Warn both sides of framework agreements whose last day is near; answers how many agreements."""
    last = func.coalesce(Framework.ends_on, Framework.until_day)
    today = now.date()
    chosen = (
        select(Framework, Jurisdiction.time_zone)
        .join(Organisation, Organisation.id == Framework.host_id)
        .outerjoin(Jurisdiction, Jurisdiction.code == Organisation.jurisdiction_code)
        .where(Framework.state == FrameworkState.AGREED)
        .where(last.between(today - _EITHER_WAY, today + framework_rules.WARNED + _EITHER_WAY))
        .where(or_(Framework.warned_of.is_(None), Framework.warned_of != last))
        .order_by(Framework.id)
        .limit(BATCH)
        .with_for_update(of=Framework, skip_locked=True)
    )
    warned = 0
    for row, zone in session.execute(chosen).all():
        end = framework_rules.due_warning(row, now.astimezone(ZoneInfo(zone or HOME)).date())
        if end is None:
            continue
        row.warned_of, warned = end, warned + 1
        tell(session, parties_of(session, row, now=now), "framework_ending", told_of(session, row), now=now)
    session.flush()
    return warned
