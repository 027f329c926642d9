"""The rules as values: versions of each, what they exclude and wait for, and what their files say."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from marketplace.permits.rules.compiling import compiled
from marketplace.permits.rules.directions import Direction
from marketplace.permits.rules.names import BOOKING
from marketplace.permits.rules.paths import Scene
from marketplace.permits.rules.predicates import Goes, Predicate
from marketplace.permits.rules.truth import NO, YES, Truth

BACKGROUND: Final = "BG"
UNSURE: Final = "P⚠"
ONE_DAY: Final = timedelta(days=1)
# Places that no table knows are told by people: what is kept of ways stays small all the same.
MOST_WAYS: Final = 2000


class Kind(StrEnum):
    """What a rule asks for."""

    APPROVAL = "approval"
    LICENCE = "licence"
    FILING = "filing"
    REGISTRATION = "registration"
    NOTIFICATION = "notification"
    RECORD = "record"
    PROHIBITION = "prohibition"
    GATE = "gate"
    FACILITATION = "facilitation"
    TAX = "tax"
    PLATFORM_DUTY = "platform_duty"


class Status(StrEnum):
    """Whether a rule is law."""

    IN_FORCE = "in_force"
    PILOT = "pilot"
    PLANNED = "planned"
    SUPERSEDED = "superseded"


# The start of a booking waits for these; what follows an event or goes on all the while never moves it.
WAITED_FOR: Final = frozenset({"before_contract", "before_transfer", "before_shipment", "before_entry", "before_use"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How long an authority may take: days to the decision, counted as `day_kind` says; None: no published limit."""

    when: Predicate | None
    start: str
    max_days: int | None
    day_kind: str
    extension: int
    steps: tuple[tuple[str | None, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A date of the user's own, from a fact of the entry."""

    kind: str
    source: str
    months: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One version of one rule; `told` is its file's own row, with the texts."""

    id: str
    version: int
    kind: Kind
    fires_on: str
    over: str
    ways: Goes | None
    directions: str
    trigger: Predicate | None
    excluded_when: Predicate | None
    applicant: str
    stage: str
    after: tuple[str, ...]
    clocks: tuple[Clock, ...]
    duties: tuple[Duty, ...]
    calendar: str | None
    satisfied_by: tuple[Mapping[str, Any], ...]
    helps: tuple[Mapping[str, Any], ...]
    excludes: tuple[str, ...]
    alternatives: tuple[str, ...]
    branch_of: str | None
    within: str | None
    same_application: tuple[str, ...]
    effective_from: date | None
    effective_to: date | None
    blocks_until: date | None
    status: Status
    confidence: str
    asks_vault: bool
    told: Mapping[str, Any] = field(hash=False, compare=False, repr=False)

    def in_force(self, day: date) -> bool:
        """Whether a day lies in its effective dates, both included."""
        return self.begun(day) and (self.effective_to is None or day <= self.effective_to)

    def is_law(self, day: date) -> bool:
        """Whether it is in force on a day, or planned, and nothing has taken its place."""
        return self.status is not Status.SUPERSEDED and self.in_force(day)

    def begun(self, day: date) -> bool:
        """Whether its effective dates have begun by a day."""
        return self.effective_from is None or self.effective_from <= day

    def may_block(self, day: date) -> bool:
        """Whether it may hold up what happens on a day (CLR-02): background never, what is unsure until its date."""
        if self.confidence == BACKGROUND or self.status is Status.PLANNED:
            return False
        return self.confidence != UNSURE or (self.blocks_until is not None and day <= self.blocks_until)

    @property
    def single_use(self) -> bool:
        """Whether an approval under it is for one use alone."""
        return (self.told.get("validity") or {}).get("uses") == "single"

    @property
    def waited_for(self) -> bool:
        """Whether the start waits for it."""
        return self.stage in WAITED_FOR

    def predicates(self) -> Iterator[Predicate]:
        """All that it tests."""
        tested = (self.ways, self.trigger, self.excluded_when, *(clock.when for clock in self.clocks))
        return (each for each in tested if each is not None)


def rule_of(told: Mapping[str, Any], version: int = 1) -> Rule:
    """A rule from its row, which the schema has checked. Raises ValueError where a predicate makes no sense."""
    ways = tuple(Direction.parse(text) for text in told.get("directions", ()))
    trigger = _predicate(told.get("trigger"))
    return Rule(
        id=told["id"],
        version=version,
        kind=Kind(told["kind"]),
        fires_on=told["fires_on"],
        over=told["over"],
        ways=Goes(ways) if ways else None,
        directions=" ".join(told.get("directions", ())),
        trigger=trigger,
        excluded_when=_predicate(told.get("excluded_when")),
        applicant=told["applicant"],
        stage=told["stage"],
        after=tuple(told.get("after") or ()),
        clocks=tuple(_clock(each) for each in told.get("clock") or ()),
        duties=tuple(_duty(each) for each in told.get("duties") or ()),
        calendar=told.get("calendar"),
        satisfied_by=tuple(told.get("satisfied_by") or ()),
        helps=tuple(told.get("helps") or ()),
        excludes=tuple(told.get("excludes") or ()),
        alternatives=tuple(told.get("alternatives") or ()),
        branch_of=told.get("branch_of"),
        within=told.get("within"),
        same_application=tuple(told.get("same_application") or ()),
        effective_from=_date(told.get("effective_from")),
        effective_to=_date(told.get("effective_to")),
        blocks_until=_date(told.get("blocks_until")),
        status=Status(told["status"]),
        confidence=told["confidence"],
        asks_vault=trigger is not None and any(path.keys == ("vault",) for path in trigger.paths()),
        told=told,
    )


def _predicate(tree: Mapping[str, Any] | None) -> Predicate | None:
    return None if tree is None else compiled(tree)


def _clock(told: Mapping[str, Any]) -> Clock:
    return Clock(
        when=_predicate(told.get("when")),
        start=told.get("start", "receipt"),
        max_days=told.get("max_days"),
        day_kind=told.get("day_kind", "unspecified"),
        extension=told.get("extension_days") or 0,
        steps=tuple((step.get("milestone"), step["days"]) for step in told.get("steps") or ()),
    )


def _duty(told: Mapping[str, Any]) -> Duty:
    source = told["from"].removeprefix("flow.")
    return Duty(kind=told["kind"], source=source, months=told.get("months", 0), days=told.get("days", 0))


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that the direction of an entry leaves open (or does not tell of), and the rules that it then hangs on."""

    rule: Rule
    goes: Truth
    conditions: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class RuleBook:
    """Every version of every rule, as plans use them."""

    rules: Sequence[Rule]

    @cached_property
    def versions(self) -> Mapping[str, Sequence[Rule]]:
        """The versions of each rule by its id, the newest first."""
        found: dict[str, list[Rule]] = {}
        for rule in sorted(self.rules, key=lambda rule: (rule.id, -rule.version)):
            found.setdefault(rule.id, []).append(rule)
        return found

    def at(self, rule_id: str, day: date) -> Rule | None:
        """The version that is law on a day, or planned; None where there is none."""
        return self.laws(day).get(rule_id)

    def laws(self, day: date) -> Mapping[str, Rule]:
        """The version of each rule that is law on a day, or planned, by id. The newest that has begun decides: once it
        has ended, the version that it took the place of does not come back."""
        return self._laws[self.era(day)]

    def era(self, day: date) -> int:
        """Which of the stretches of time a day lies in between which some rule begins or ends."""
        return bisect_right(self._turns, day)

    @cached_property
    def _turns(self) -> Sequence[date]:
        """The days on which the law differs from the day before."""
        begun = {rule.effective_from for rule in self.rules if rule.effective_from}
        over = {
            rule.effective_to + ONE_DAY for rule in self.rules if rule.effective_to and rule.effective_to < date.max
        }
        return sorted(begun | over)

    @cached_property
    def _laws(self) -> Sequence[Mapping[str, Rule]]:
        """The law of each stretch, as it is on its first day."""
        found = []
        for first in (date.min, *self._turns):
            begun = sorted((rule for rule in self.rules if rule.begun(first)), key=lambda rule: (rule.id, rule.version))
            newest = {rule.id: rule for rule in begun}
            found.append({name: rule for name, rule in newest.items() if rule.is_law(first)})
        return found

    def candidates(self, scene: Scene) -> Mapping[str, Candidate]:
        """The rules that may arise on an entry as far as its direction tells, by id. Most fall at the direction, and
        flows go few ways: what is left of each way is found once."""
        entry, facts = scene.entry, scene.facts
        if entry.list == BOOKING:
            # Its ways hang on every flow.
            return self._candidates(scene)
        key = entry.list, self.era(entry.on), entry.origin, entry.target, facts.stand
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST_WAYS:
                self._known.clear()
            found = self._known[key] = self._candidates(scene)
        return found

    @cached_property
    def _known(self) -> dict[tuple[Any, ...], Mapping[str, Candidate]]:
        return {}

    def _candidates(self, scene: Scene) -> Mapping[str, Candidate]:
        law, found = self.laws(scene.entry.on), {}
        for rule_id in self.over.get(scene.entry.list, ()):
            rule = law.get(rule_id)
            if rule is not None:
                goes = YES if rule.ways is None else rule.ways.judge(scene)
                if goes is not NO:
                    found[rule_id] = Candidate(rule, goes, self.conditions(rule, scene.entry.on))
        return found

    def conditions(self, rule: Rule, on: date | None = None) -> tuple[tuple[str, bool], ...]:
        """The rules that must arise as well for this one to, and (True) those that must not, by the law of a day."""
        within = ((rule.within, False),) if rule.within else ()
        others = self.excluders.get(rule.id, ())
        if on is not None:
            law = self.laws(on)
            others = [other for other in others if other in law and rule.id in law[other].excludes]
        return (*within, *((other, True) for other in others if self.listed(other) == rule.over))

    def listed(self, rule_id: str) -> str:
        """The list whose entries a rule looks at."""
        versions = self.versions.get(rule_id)
        return versions[0].over if versions else ""

    @cached_property
    def over(self) -> Mapping[str, Sequence[str]]:
        """The ids of all rules by the list whose entries they look at."""
        found: dict[str, list[str]] = {}
        for rule_id in self.versions:
            found.setdefault(self.listed(rule_id), []).append(rule_id)
        return found

    @cached_property
    def in_plans(self) -> Mapping[str, Sequence[str]]:
        """The ids of the rules that fire on a booking, by the list whose entries they look at."""
        found: dict[str, list[str]] = {}
        for rule_id, versions in self.versions.items():
            if versions[0].fires_on == "booking":
                found.setdefault(versions[0].over, []).append(rule_id)
        return found

    @cached_property
    def excluders(self) -> Mapping[str, Sequence[str]]:
        """Which rules, where they arise, keep each rule from arising."""
        found: dict[str, set[str]] = {}
        for rule in self.rules:
            for other in rule.excludes:
                found.setdefault(other, set()).add(rule.id)
        return {rule_id: sorted(others) for rule_id, others in found.items()}

    @cached_property
    def digest(self) -> str:
        """What makes two books the same: the versions of their rules."""
        named = [[rule.id, rule.version, rule.told] for rule in sorted(self.rules, key=lambda r: (r.id, r.version))]
        told = json.dumps(named, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def asked_by(rule: Rule, excluders: Iterable[str]) -> set[str]:
    """The rules whose answers this one's depends on."""
    asked = {other for predicate in rule.predicates() for other in predicate.rules()}
    return asked | set(excluders) | ({rule.within} if rule.within else set())
