"""Gates: which conditions a booking opens, until when each stands open, and until when the hold lasts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.availability.rules import Setting, local_day, local_midnight
from marketplace.bookings.models import GateKind
from marketplace.jurisdictions.rules import add_working_days, provisional
from marketplace.values.period import Period

# Working days that somebody has to accept the terms; the host's allowance is a rule of the unit.
DAYS_FOR_TERMS = 3


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when a gate may be passed; provisional where it was counted in a year without an official calendar."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """A gate to open. `passed` says that the very act of asking passes it, as when the host enters the booking."""

    kind: GateKind
    deadline: Deadline
    passed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What a booking's circumstances demand: the host's word, accepted terms, permits, training."""

    host_decides: bool
    by_host: bool = False
    terms: bool = False
    terms_accepted: bool = False
    permits: bool = False
    training: bool = False


def openings(setting: Setting, demands: Demands, period: Period, now: datetime) -> list[Opening]:
    """The gates that a new booking opens, in the order in which they are shown."""
    found = []
    if demands.host_decides:
        found.append(
            Opening(GateKind.HOST_APPROVAL, deadline(setting, GateKind.HOST_APPROVAL, period, now), demands.by_host)
        )
    if demands.terms:
        found.append(Opening(GateKind.TERMS, deadline(setting, GateKind.TERMS, period, now), demands.terms_accepted))
    if demands.training:
        found.append(Opening(GateKind.TRAINING, deadline(setting, GateKind.TRAINING, period, now)))
    if demands.permits:
        found.append(Opening(GateKind.PERMITS, deadline(setting, GateKind.PERMITS, period, now)))
    return found


def deadline(
    setting: Setting, kind: GateKind, period: Period, opened: datetime, *, now: datetime | None = None
) -> Deadline:
    """The earlier of the end of the allowance and the start minus the cut-off; `now` where it opened before. Training
    has until the cut-off: the host says when it takes place."""
    limit = period.start - timedelta(minutes=setting.rules.cut_off)
    # Where a host set the cut-off aside, it is over already: then there is time until the start.
    limit = limit if limit > (now or opened) else period.start
    return Deadline(limit, False) if kind is GateKind.TRAINING else _earlier(allowance(setting, kind, opened), limit)


def deadline_of_reopened(setting: Setting, kind: GateKind, period: Period, now: datetime) -> Deadline:
    """The earlier of the end of a new allowance and the start; the start for training."""
    if kind is GateKind.TRAINING:
        return Deadline(period.start, False)
    return _earlier(allowance(setting, kind, now), period.start)


def allowance(setting: Setting, kind: GateKind, opened: datetime) -> Deadline:
    """The end of the last local day of a gate's working days, counted on the calendar of where the unit stands.

    The first working day is the first one after the day of opening (M-07 of the calendar rules).
    """
    first = local_day(opened, setting.zone)
    if kind is GateKind.PERMITS:
        # Authorities decide by their own clocks: the host says for how many days it keeps the time meanwhile.
        return Deadline(local_midnight(first + timedelta(days=setting.rules.permit_days + 1), setting.zone), False)
    count = setting.rules.approval_days if kind is GateKind.HOST_APPROVAL else DAYS_FOR_TERMS
    last = add_working_days(setting.calendar, first, count)
    end = local_midnight(last + timedelta(days=1), setting.zone)
    return Deadline(end, provisional(setting.calendar, first, last))


def held_until(deadlines: Iterable[datetime]) -> datetime | None:
    """The earliest deadline of the gates still open; None when every gate is passed, and the booking confirmed."""
    return min(deadlines, default=None)


def _earlier(counted: Deadline, limit: datetime) -> Deadline:
    # A limit that comes first is exact, whatever the calendar says of the days behind it.
    return counted if counted.at <= limit else Deadline(limit, False)
