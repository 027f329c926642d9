"""Whether facilities and sessions opened when it was promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marketplace.spillovers.rules import given as read
from marketplace.spillovers.rules import opening
from marketplace.spillovers.rules.given import Given
from marketplace.spillovers.rules.results import Result, label, ratio
from marketplace.values.refusal import Invalid

MOST_DAYS: Final = 3660
MOST_GRACES: Final = 50
PARTS: Final = ("opened_within_15min", "late", "cancelled_by_host", "cancelled_by_user_24h_before")


def on_time_rate(given: Given) -> Result:
    """open.on_time_rate: opened by the committed date plus grace, over what was due by the first committed date."""
    due, graces = _due(given), _graces(given)
    whole = len(due.facilities)
    opened = {label(grace): due.on_time(grace) for grace in graces}
    latest = {label(grace): due.on_time(grace, latest=True) for grace in graces}
    value = {
        "due": whole,
        "opened": len(due.delays),
        "grace": {grace: ratio(count, whole) for grace, count in opened.items()},
        "grace_latest_baseline": {grace: ratio(count, whole) for grace, count in latest.items()},
        "cancelled_excluded": due.left_out,
        "not_yet_due": due.not_yet,
    }
    return Result(value=value, numerator=opened, denominator=whole, n=whole)


def delay_days(given: Given) -> Result:
    """open.delay_days: days from the first committed date to the opening, and what is overdue."""
    due, on = _due(given), given.day("as_of")
    overdue = due.overdue(on)
    value = {
        "mean_signed": opening.mean(due.delays),
        "mean_lateness": opening.mean([max(0, each) for each in due.delays]),
        "median": opening.median(due.delays),
        "overdue_unopened": len(overdue),
        "max_overdue": max(overdue, default=0),
    }
    return Result(value=value, numerator=sum(due.delays), denominator=len(due.delays), n=len(due.facilities))


def sessions_on_schedule(given: Given) -> Result:
    """open.session_on_schedule: opened within 15 minutes, over scheduled less what users called off."""
    row = read.entry(given.value("sessions"), "sessions")
    scheduled = read.whole(read.member(row, "scheduled", "sessions"), "sessions/scheduled")
    parts = {name: read.whole(read.member(row, name, "sessions"), f"sessions/{name}") for name in PARTS}
    if sum(parts.values()) != scheduled:
        raise Invalid.one("sessions/scheduled", "partition", sum=sum(parts.values()), whole=scheduled)
    above, below = parts["opened_within_15min"], scheduled - parts["cancelled_by_user_24h_before"]
    return Result(value=ratio(above, below), numerator=above, denominator=below, n=scheduled)


def _due(given: Given) -> opening.Due:
    on = given.day("as_of")
    return opening.due((_opening(row, field) for field, row in given.objects("facilities")), on)


def _opening(row: Mapping[str, Any], field: str) -> opening.Opening:
    planned = read.day(read.member(row, "planned", field), f"{field}/planned")
    others = {name: read.optional(row, name, field, read.day) for name in ("rebaselined", "actual", "cancelled")}
    return opening.Opening(planned, **others)


def _graces(given: Given) -> list[int]:
    told = read.rows(given.value("grace_days"), "grace_days", MOST_GRACES) if given.has("grace_days") else [0]
    return sorted({read.whole(each, f"grace_days/{at}", most=MOST_DAYS) for at, each in enumerate(told)})


COMPUTATIONS: Final = {
    "open.on_time_rate": on_time_rate,
    "open.delay_days": delay_days,
    "open.session_on_schedule": sessions_on_schedule,
}
