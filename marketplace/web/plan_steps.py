"""A permit plan as a page shows it: what is denied, the steps in order of time, and what only advises or eases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from marketplace.permits.rules.book import Kind
from marketplace.permits.rules.judging import LIVE, Outcome
from marketplace.permits.rules.plan import Plan, Requirement
from marketplace.values.localized import Language
from marketplace.wording.permit_reasons import Vocabulary
from marketplace.wording.permits import requirement_document
from marketplace.wording.rule_lines import limit

# What the start waits for comes first, then what is done at the border, all the while and afterwards.
_AFTERWARDS: Final = {"at_border": 1, "continuous": 2, "after_event": 3}
_DONE: Final = frozenset({Outcome.REQUIRED, Outcome.ALTERNATIVE, Outcome.SATISFIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One requirement: its texts, its dates, and whether it decides the first day."""

    told: Mapping[str, Any]
    requirement: Requirement
    critical: bool
    open: bool
    limit: str
    excluded: bool
    hanging: Sequence[Step] = ()

    @property
    def rule(self) -> str:
        """The rule's id."""
        return self.requirement.verdict.rule.id

    @property
    def earliest(self) -> date | None:
        """When it is known, by the published limit without extension."""
        return self.requirement.timing.earliest if self.waits else None

    @property
    def latest(self) -> date | None:
        """When it is known at the latest, extension included."""
        return self.requirement.timing.latest if self.waits else None

    @property
    def waits(self) -> bool:
        """Whether somebody decides within a time."""
        return self.requirement.timing.clock_from is not None

    @property
    def satisfied(self) -> bool:
        """Whether it is done already."""
        return self.requirement.outcome is Outcome.SATISFIED

    @property
    def held(self) -> Sequence[Approval]:
        """The approvals by which it is done or eased."""
        verdict = self.requirement.verdict
        known = {each.get("id"): each for each in verdict.court.facts.vault}
        ids = dict.fromkeys(use.vault for use in (*verdict.satisfied_by, *verdict.helped_by))
        return [_approval(known[vault]) for vault in ids if vault in known]


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that a plan leans on: of the "user", the "host" or a "person", under a rule, until a day."""

    holder: str
    rule: str
    until: date | None


def _approval(held: Mapping[str, Any]) -> Approval:
    last = held.get("valid_to")
    holder = held.get("holder")
    whose = holder if holder in ("user", "host") else "person"
    return Approval(whose, str(held.get("rule") or ""), date.fromisoformat(last) if last else None)


@dataclass(frozen=True, slots=True)
class Mark:
    """One place on the timeline: a step, or several ways of which one is chosen."""

    ways: Sequence[Step]

    @property
    def step(self) -> Step:
        """The first of the ways."""
        return self.ways[0]

    @property
    def chosen(self) -> bool:
        """Whether there is something to choose."""
        return len(self.ways) > 1

    @property
    def critical(self) -> bool:
        """Whether the first day hangs on it."""
        return any(way.critical or any(each.critical for each in way.hanging) for way in self.ways)


@dataclass(slots=True, kw_only=True)
class PlanSheet:
    """All that the page says of one plan."""

    plan: Plan
    denied: list[Step] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    unanswered: list[Step] = field(default_factory=list)
    advice: list[Step] = field(default_factory=list)
    easings: list[Step] = field(default_factory=list)
    planned: list[Step] = field(default_factory=list)
    open: list[Step] = field(default_factory=list)
    reviewed_on: date | None = None

    @property
    def nothing(self) -> bool:
        """Whether nothing has to be done, and no answer would change that; advice asks for nothing."""
        return not (self.denied or self.marks or self.unanswered)


def sheet_of(plan: Plan, vocabulary: Vocabulary, language: Language) -> PlanSheet:
    """The plan sorted for a reader."""
    steps = {_name(each): _step(plan, each, vocabulary, language) for each in plan.requirements if _shown(each)}
    sheet = PlanSheet(plan=plan)
    for step in steps.values():
        _place(sheet, step)
    needed = [step for step in steps.values() if step.requirement.outcome in _DONE and step.requirement.blocks]
    sheet.marks = sorted(_marks(needed), key=_when)
    sheet.open = [step for step in steps.values() if step.open]
    reviewed = [each.verdict.rule.told["reviewed_on"] for each in plan.requirements]
    sheet.reviewed_on = date.fromisoformat(min(reviewed)) if reviewed else None
    return sheet


def _shown(requirement: Requirement) -> bool:
    return requirement.outcome is not Outcome.NOT_REQUIRED


def _name(requirement: Requirement) -> str:
    return f"{requirement.rule_id}@{requirement.verdict.rule.version}"


def _step(plan: Plan, requirement: Requirement, vocabulary: Vocabulary, language: Language) -> Step:
    name = requirement.verdict.name
    return Step(
        told=requirement_document(requirement, vocabulary, language),
        requirement=requirement,
        critical=name in plan.critical_path,
        open=name in plan.open,
        limit=limit(requirement.verdict.rule.told, language),
        excluded=bool(requirement.verdict.excluded),
    )


def _place(sheet: PlanSheet, step: Step) -> None:
    outcome, kind = step.requirement.outcome, step.requirement.verdict.rule.kind
    if outcome is Outcome.DENIED:
        sheet.denied.append(step)
    elif outcome is Outcome.PLANNED_ONLY:
        sheet.planned.append(step)
    elif kind is Kind.FACILITATION:
        if outcome is Outcome.APPLIES:
            sheet.easings.append(step)
    elif outcome is Outcome.NEEDS_ANSWER and step.requirement.blocks:
        sheet.unanswered.append(step)
    elif outcome is Outcome.APPLIES or (outcome in LIVE and not step.requirement.blocks):
        sheet.advice.append(step)


def _marks(needed: Sequence[Step]) -> Iterable[Mark]:
    ways = {step.rule: step for step in needed if step.requirement.outcome is Outcome.ALTERNATIVE}
    held = {step.requirement.verdict.conditional_on for step in needed} & ways.keys()
    seen: set[str] = set()
    for step in needed:
        if step.requirement.verdict.conditional_on in held or step.rule in seen:
            continue
        group = _group(step, ways) if step.rule in ways else [step]
        seen |= {each.rule for each in group}
        yield Mark([_with_hanging(each, needed) if each.rule in held else each for each in group])


def _group(first: Step, ways: Mapping[str, Step]) -> list[Step]:
    """The ways that stand beside one, the quickest known first."""
    found, waiting = {first.rule: first}, [first]
    while waiting:
        for other in waiting.pop().requirement.alternatives:
            if other in ways and other not in found:
                found[other] = ways[other]
                waiting.append(ways[other])
    return sorted(found.values(), key=_quickest)


def _with_hanging(way: Step, needed: Sequence[Step]) -> Step:
    hanging = [each for each in needed if each.requirement.verdict.conditional_on == way.rule]
    return replace(way, hanging=sorted(hanging, key=_quickest))


def _quickest(step: Step) -> tuple[bool, date, str]:
    timing = step.requirement.timing
    return timing.open, timing.bound, step.rule


def _when(mark: Mark) -> tuple[int, date, date, str]:
    """Where it stands in time: what the start waits for by its beginning, the rest after it."""
    step = mark.step
    rule, timing = step.requirement.verdict.rule, step.requirement.timing
    due = min((each.day for each in timing.milestones), default=timing.bound)
    later = _AFTERWARDS.get(rule.stage, 0)
    return later, due if later else timing.start, timing.bound, step.rule
