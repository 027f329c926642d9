"""Setting a unit's weekly opening hours and its booking rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.availability.actions.claims import lock_unit
from marketplace.availability.actions.former import derive_from, keep_week
from marketplace.availability.models import BookingRules, OpeningHours
from marketplace.availability.queries import host_of
from marketplace.availability.rules import Hours, UnitRules
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.jurisdictions.models import Calendar
from marketplace.values.refusal import FieldError, Invalid

MINUTES_A_WEEK = 7 * 1440
MOST_STRETCHES = 8 * 7
# The largest value of each rule that anybody could mean; it keeps sums of minutes in their columns.
LARGEST = {
    "step": 1440, "shortest": 366 * 1440, "longest": 366 * 1440, "set_up": 14 * 1440, "clean_up": 14 * 1440,
    "cut_off": 366 * 1440, "horizon_days": 5 * 366, "max_per_day": 1000, "max_at_once": 1000,
    "max_future_minutes": 5 * 366 * 1440, "min_gap": 366 * 1440, "organisation_weekly_hours": 500 * 168,
    "missed_threshold": 14 * 1440, "end_grace": 14 * 1440, "approval_days": 60,
    "permit_days": 730, "most_permit_holds": 1000,
}  # fmt: skip
AT_LEAST_ONE = {
    "step", "shortest", "horizon_days", "max_per_day", "max_at_once", "max_future_minutes", "approval_days",
    "permit_days",
}  # fmt: skip

# What a unit may have put down when somebody leaves.
ASKABLE = ("purpose", "samples", "operator_minutes", "consumables")


def set_opening_hours(session: Session, unit_id: UUID, hours: Iterable[Hours], *, now: datetime, by: Actor) -> None:
    """Replace the unit's week. Bookings already made stay as they are, whatever the new hours say."""
    facility, host = host_of(session, unit_id)
    demand(by, "facility.change", host=host)
    week = sorted(set(hours))
    if errors := list(_hours_errors(week)):
        raise Invalid(errors)
    lock_unit(session, unit_id)
    keep_week(session, unit_id, now=now)
    session.execute(delete(OpeningHours).where(OpeningHours.unit_id == unit_id))
    session.add_all(OpeningHours(unit_id=unit_id, **asdict(stretch)) for stretch in week)
    session.flush()
    details = {"hours": [[stretch.weekday, stretch.opens, stretch.closes] for stretch in week]}
    record(session, Subject("unit", unit_id), "unit.hours_set", now=now, by=by.person_id, details=details)
    derive_from(session, unit_id, now, now=now)
    defer(session, "search.refresh_facility", {"facility": str(facility)}, now=now)


def set_rules(session: Session, unit_id: UUID, rules: UnitRules, *, now: datetime, by: Actor) -> None:
    """Replace the unit's booking rules. Bookings already made stay as they are."""
    facility, host = host_of(session, unit_id)
    demand(by, "facility.change", host=host)
    errors = list(_rules_errors(rules))
    if rules.calendar_code is not None and session.get(Calendar, rules.calendar_code) is None:
        errors.append(FieldError("calendar_code", "unknown", "unknown"))
    if errors:
        raise Invalid(errors)
    lock_unit(session, unit_id)
    values = asdict(rules) | {"asks": [each for each in ASKABLE if each in rules.asks]}
    if _moves_days(session.get(BookingRules, unit_id), rules):
        keep_week(session, unit_id, now=now)
        derive_from(session, unit_id, now, now=now)
    session.merge(BookingRules(unit_id=unit_id, **values))
    session.flush()
    details = values | {"mode": rules.mode.value}
    record(session, Subject("unit", unit_id), "unit.rules_set", now=now, by=by.person_id, details=details)
    defer(session, "search.refresh_facility", {"facility": str(facility)}, now=now)


def _moves_days(before: BookingRules | None, after: UnitRules) -> bool:
    """Whether other days are open than before."""
    plain: BookingRules | UnitRules = before or UnitRules()
    names = ("calendar_code", "closed_on_holidays", "open_on_worked_weekends")
    return any(getattr(plain, name) != getattr(after, name) for name in names)


def _hours_errors(week: Sequence[Hours]) -> Iterator[FieldError]:
    if len(week) > MOST_STRETCHES:
        yield FieldError("hours", "too_many_items", "too_many_items", {"max": MOST_STRETCHES})
    for stretch in week:
        if not (1 <= stretch.weekday <= 7 and 0 <= stretch.opens < 1440 and stretch.opens < stretch.closes <= 2880):
            yield FieldError("hours", "hours", "hours", {"weekday": stretch.weekday})
            return
    edges = [((stretch.weekday - 1) * 1440 + stretch.opens, stretch) for stretch in week]
    for index, (opens, stretch) in enumerate(edges):
        following = edges[(index + 1) % len(edges)][0] + (MINUTES_A_WEEK if index == len(edges) - 1 else 0)
        if opens + stretch.closes - stretch.opens > following:
            yield FieldError("hours", "hours_overlap", "hours_overlap", {"weekday": stretch.weekday})


def _rules_errors(rules: UnitRules) -> Iterator[FieldError]:
    for name, largest in LARGEST.items():
        value, least = getattr(rules, name), 1 if name in AT_LEAST_ONE else 0
        if value is not None and not least <= value <= largest:
            yield FieldError(name, "between", "between", {"min": least, "max": largest})
    if unknown := sorted(set(rules.asks) - set(ASKABLE)):
        yield FieldError("asks", "unknown", "unknown", {"value": unknown[0][:40]})
    if rules.step > 0 and 1440 % rules.step:
        yield FieldError("step", "divides_day", "divides_day")
    if rules.longest is not None and rules.longest < rules.shortest:
        yield FieldError("longest", "not_below", "not_below", {"other": "shortest"})
