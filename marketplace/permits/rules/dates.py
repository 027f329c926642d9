"""When each decision can be there: clocks on the calendars of their authorities, one after another (CLR-03, -14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain
from typing import Final

from dateutil.relativedelta import relativedelta

from marketplace.jurisdictions.rules import (
    PLAIN_WEEK,
    WorkingCalendar,
    add_working_days,
    on_or_after,
    on_or_before,
    provisional,
)
from marketplace.permits.rules.book import Clock, Duty, Rule
from marketplace.permits.rules.court import Court
from marketplace.permits.rules.facts import Entry
from marketplace.permits.rules.judging import LIVE, Outcome, Verdict, clusters, fitting
from marketplace.permits.rules.truth import NO

Calendars = Mapping[str, WorkingCalendar]
_WAITED: Final = LIVE | {Outcome.SATISFIED}


@dataclass(frozen=True, slots=True)
class Milestone:
    """A date on the way: a letter of intent, or a date of the user's own; `provisional`: its year has no official
    calendar yet."""

    kind: str
    day: date
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """From when one decision runs and until when; None: no published limit. `bound` counts the known part only."""

    start: date
    earliest: date | None
    latest: date | None
    bound: date
    clock_from: str | None = None
    milestones: Sequence[Milestone] = ()
    open: bool = False
    provisional: bool = False


@dataclass(slots=True)
class Schedule:
    """The dates of all rules of a plan and the day on which use may begin, with the chain of rules that decides it."""

    timings: dict[str, Timing] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)
    earliest_start: date | None = None
    open: list[str] = field(default_factory=list)
    provisional: bool = False
    critical_path: list[str] = field(default_factory=list)


def schedule(court: Court, found: Mapping[str, Verdict], calendars: Calendars) -> Schedule:
    """The dates of a plan. With an open or provisional part `earliest_start` is a lower bound."""
    plan = Schedule()
    today = court.facts.on
    now = Timing(start=today, earliest=today, latest=today, bound=today)
    timer = _Timer(court, found, calendars, plan, now)
    for rule_id in found:
        timer.time(rule_id)
    _start(court, {rule_id: verdict for rule_id, verdict in found.items() if verdict.states}, plan)
    return plan


@dataclass(frozen=True, slots=True)
class _Timer:
    """One pass over the graph of what waits for what."""

    court: Court
    found: Mapping[str, Verdict]
    calendars: Calendars
    plan: Schedule
    # The dates of whatever nobody waits for.
    now: Timing

    def time(self, rule_id: str) -> Timing:
        """The dates of one rule, after those that it waits for."""
        known = self.plan.timings.get(rule_id)
        if known is None:
            known = self.plan.timings[rule_id] = self._time(rule_id)
        return known

    def _time(self, rule_id: str) -> Timing:
        verdict, today = self.found[rule_id], self.court.facts.on
        after = self.plan.after[rule_id] = list(self._named(verdict, verdict.rule.after))
        if not verdict.states or verdict.outcome not in LIVE:
            return self.now
        leader = next(self._named(verdict, verdict.rule.same_application), None)
        if leader is not None:
            return self.time(leader)
        before = [self.time(each) for each in after if self.found[each].blocks]
        bound = max((timing.bound for timing in before), default=today)
        begin = _last([each.earliest for each in before], today), _last([each.latest for each in before], today), bound
        return _run(self.court, verdict, self.calendars, begin)

    def _named(self, verdict: Verdict, rule_ids: Iterable[str]) -> Iterator[str]:
        """Of the rules that a verdict's rule names, the versions that fit it and are waited for."""
        for rule_id in rule_ids:
            yield from (each.name for each in fitting(self.found, rule_id, verdict) if each.outcome in _WAITED)


def _last(days: Iterable[date | None], today: date) -> date | None:
    last = today
    for day in days:
        if day is None:
            return None
        last = max(last, day)
    return last


def _run(court: Court, verdict: Verdict, calendars: Calendars, begin: tuple[date | None, date | None, date]) -> Timing:
    rule, clock = verdict.rule, clock_of(court, verdict)
    calendar = calendars.get(rule.calendar or "", PLAIN_WEEK)
    first, later, bound = begin
    duties = list(_duties(verdict, calendar))
    if clock is None:
        return Timing(start=bound, earliest=first, latest=later, bound=bound, milestones=duties)
    if clock.max_days is None:
        return Timing(
            start=bound, earliest=None, latest=None, bound=bound, clock_from=clock.start, milestones=duties, open=True
        )
    done = _counted(calendar, bound, clock.max_days, clock.day_kind)
    days = clock.max_days + clock.extension
    last = None if later is None else _counted(calendar, later, days, clock.day_kind)
    return Timing(
        start=bound,
        earliest=None if first is None else _counted(calendar, first, clock.max_days, clock.day_kind),
        latest=last,
        bound=done,
        clock_from=clock.start,
        milestones=[*_steps(clock, calendar, bound), *duties],
        provisional=clock.max_days > 0 and provisional(calendar, bound, last or done),
    )


def clock_of(court: Court, verdict: Verdict) -> Clock | None:
    """The clock of the rule; where entries run by different ones, the longest."""
    found = [
        _shorter(clock, verdict.shortened.get(path, 0))
        for path, entry in verdict.entries.items()
        if (clock := _clock_of(court, verdict.rule, entry))
    ]
    if not found and not verdict.entries:
        found = [clock for clock in verdict.rule.clocks if clock.when is None][:1]
    return max(found, key=lambda clock: (clock.max_days is None, clock.max_days or 0), default=None)


def _clock_of(court: Court, rule: Rule, entry: Entry) -> Clock | None:
    for clock in rule.clocks:
        if clock.when is None or clock.when.judge(court.scene(entry)) is not NO:
            return clock
    return None


def _shorter(clock: Clock, days: int) -> Clock:
    """A clock of which what is held takes some days off."""
    return clock if clock.max_days is None or not days else replace(clock, max_days=max(clock.max_days - days, 0))


def _counted(calendar: WorkingCalendar, start: date, days: int, kind: str) -> date:
    """The last day of a limit; what says only "days" is read the longer way (M-06, CLR-03)."""
    if kind == "calendar":
        return on_or_after(calendar, start + timedelta(days=days))
    return add_working_days(calendar, start, days) if days else start


def _steps(clock: Clock, calendar: WorkingCalendar, start: date) -> Iterator[Milestone]:
    for name, days in clock.steps:
        begin, start = start, _counted(calendar, start, days, clock.day_kind)
        if name:
            yield Milestone(name, start, provisional(calendar, begin, start))


def _duties(verdict: Verdict, calendar: WorkingCalendar) -> Iterator[Milestone]:
    for duty in verdict.rule.duties:
        told = (entry.facts.get(duty.source) for entry in verdict.entries.values())
        first = min((day for day in told if isinstance(day, str)), default=None)
        if first is not None:
            due = _due(duty, first)
            day = on_or_before(calendar, due)
            yield Milestone(duty.kind, day, provisional(calendar, day, due))


def _due(duty: Duty, source: str) -> date:
    return date.fromisoformat(source) + relativedelta(months=duty.months, days=duty.days)


def _start(court: Court, found: Mapping[str, Verdict], plan: Schedule) -> None:
    """The day from which use is lawful: when all that it waits for is there, by the quickest known way where one may
    choose."""
    hanging: dict[str, list[Verdict]] = {}
    for verdict in found.values():
        if verdict.conditional_on:
            hanging.setdefault(verdict.conditional_on, []).append(verdict)
    # Flows that are alike leave the same choice.
    groups = {tuple(map(id, group)): group for _, group in clusters(found)}
    choices = [_ways(hanging, group) for group in groups.values()]
    taken = [min(ways, key=lambda way: _cost(way, plan)) for ways in choices if ways]
    chosen = {*_single(found), *chain.from_iterable(taken)}
    plan.earliest_start = max((plan.timings[rule_id].bound for rule_id in chosen), default=court.facts.on)
    # Where no way has a published limit, each of them is open.
    both = chain.from_iterable(
        chain.from_iterable(ways) for ways in choices if all(_is_open(way, plan) for way in ways)
    )
    behind = set(chain.from_iterable(_behind(rule_id, plan, found) for rule_id in {*chosen, *both}))
    plan.open = sorted(rule_id for rule_id in behind if plan.timings[rule_id].open)
    plan.provisional = any(plan.timings[rule_id].provisional for rule_id in behind)
    last = max(sorted(chosen), key=lambda rule_id: plan.timings[rule_id].bound, default=None)
    if last is not None and plan.timings[last].bound > court.facts.on:
        plan.critical_path = _critical(last, plan, found)


def _holds_up(verdict: Verdict) -> bool:
    return verdict.blocks and verdict.rule.waited_for


def _single(found: Mapping[str, Verdict]) -> list[str]:
    """What is waited for whatever one chooses."""
    alone = (rule_id for rule_id, verdict in found.items() if verdict.on(Outcome.REQUIRED) and _holds_up(verdict))
    return [rule_id for rule_id in alone if not found[rule_id].conditional_on]


def _ways(hanging: Mapping[str, Sequence[Verdict]], group: Sequence[Verdict]) -> list[list[str]]:
    """Each way of a choice, with what hangs on it, as far as the start waits for it; background is no way."""
    ways = []
    for first in group:
        if first.blocks:
            whole = (first, *(each for each in hanging.get(first.rule.id, ()) if _hangs(each, first)))
            ways.append([each.name for each in whole if _holds_up(each)])
    return ways


def _hangs(verdict: Verdict, way: Verdict) -> bool:
    """Whether it is about what this version of the way is about."""
    return any(entry.parent in way.states for entry in verdict.on(Outcome.REQUIRED))


def _is_open(way: Sequence[str], plan: Schedule) -> bool:
    return any(plan.timings[rule_id].earliest is None for rule_id in way)


def _cost(way: Sequence[str], plan: Schedule) -> tuple[bool, date, Sequence[str]]:
    """A way that ends on a known day comes before one that may end on any."""
    last = max((plan.timings[rule_id].bound for rule_id in way), default=date.min)
    return _is_open(way, plan), last, way


def _behind(rule_id: str, plan: Schedule, found: Mapping[str, Verdict]) -> Iterator[str]:
    yield rule_id
    for other in plan.after.get(rule_id, ()):
        if found[other].blocks:
            yield from _behind(other, plan, found)


def _critical(last: str, plan: Schedule, found: Mapping[str, Verdict]) -> list[str]:
    chain_of = [last]
    while True:
        start = plan.timings[chain_of[0]].start
        before = [other for other in plan.after.get(chain_of[0], ()) if found[other].blocks]
        reason = next((other for other in before if plan.timings[other].bound == start), None)
        if reason is None or reason in chain_of:
            return chain_of
        chain_of.insert(0, reason)
