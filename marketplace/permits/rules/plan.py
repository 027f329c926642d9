"""The permit plan: what is demanded for one booking, by whom, in which order, until when, and what to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from marketplace.permits.rules.book import Kind, RuleBook
from marketplace.permits.rules.court import Court
from marketplace.permits.rules.dates import Calendars, Schedule, Timing, schedule
from marketplace.permits.rules.facts import Facts
from marketplace.permits.rules.judging import Outcome, VaultUse, Verdict, fitting, verdicts
from marketplace.permits.rules.questions import Answers, Question, questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What one rule says of the booking, and when it can be done."""

    verdict: Verdict
    timing: Timing
    after: Sequence[str]
    alternatives: Sequence[str]
    same_application: Sequence[str]

    @property
    def rule_id(self) -> str:
        """The rule's id."""
        return self.verdict.rule.id

    @property
    def outcome(self) -> Outcome:
        """What the plan says of it."""
        return self.verdict.outcome

    @property
    def blocks(self) -> bool:
        """Whether it holds the booking up: background and what only eases never do."""
        eases = self.outcome in (Outcome.APPLIES, Outcome.PLANNED_ONLY) or self.verdict.rule.kind is Kind.FACILITATION
        return self.verdict.blocks and not eases


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that the rules of one day say of one booking."""

    on: date
    rules_version: str
    requirements: Sequence[Requirement]
    questions: Sequence[Question]
    earliest_start: date | None
    open: Sequence[str]
    provisional: bool
    critical_path: Sequence[str]
    vault_used: Sequence[VaultUse] = field(default=())

    @property
    def denied(self) -> list[Requirement]:
        """What may not be done at all."""
        return [each for each in self.requirements if each.outcome is Outcome.DENIED]

    @property
    def not_before(self) -> bool:
        """Whether the earliest start is a lower bound (CLR-14)."""
        return bool(self.open or self.provisional or self.questions)


def plan_for(facts: Facts, book: RuleBook, calendars: Calendars, answers: Answers) -> Plan:
    """The plan of a booking. Pure: the same facts, rules and calendars give the same plan, in whatever order."""
    court = Court(facts, book)
    found = verdicts(court)
    dates = schedule(court, found, calendars)
    together = _together(found)
    denied = any(Outcome.DENIED in verdict.states.values() for verdict in found.values())
    return Plan(
        on=facts.on,
        rules_version=book.digest,
        requirements=[_requirement(found, dates, together, rule_id) for rule_id in sorted(found)],
        questions=questions(court, found, answers),
        # What is denied never begins.
        earliest_start=None if denied else dates.earliest_start,
        open=dates.open,
        provisional=dates.provisional,
        critical_path=dates.critical_path,
        vault_used=_used(found),
    )


def _requirement(
    found: Mapping[str, Verdict], dates: Schedule, together: Mapping[str, Sequence[str]], rule_id: str
) -> Requirement:
    verdict = found[rule_id]
    is_way = _is_way(verdict)
    return Requirement(
        verdict=verdict,
        timing=dates.timings[rule_id],
        after=dates.after[rule_id],
        alternatives=[
            other
            for other in (verdict.rule.alternatives if is_way else ())
            if any(map(_is_way, fitting(found, other, verdict)))
        ],
        same_application=together.get(rule_id, ()),
    )


def _is_way(verdict: Verdict) -> bool:
    return bool(verdict.states) and verdict.outcome is Outcome.ALTERNATIVE


def _together(found: Mapping[str, Verdict]) -> Mapping[str, Sequence[str]]:
    """The rules that are decided with each one's application, said from either side."""
    arisen = (name for name, each in found.items() if each.states)
    live = {name for name in arisen if found[name].outcome not in (Outcome.NOT_REQUIRED, Outcome.DENIED)}
    said: dict[str, set[str]] = {}
    for name in live:
        for rule_id in found[name].rule.same_application:
            for other in fitting(found, rule_id, found[name]):
                if other.name in live:
                    said.setdefault(name, set()).add(rule_id)
                    said.setdefault(other.name, set()).add(found[name].rule.id)
    return {name: sorted(others) for name, others in said.items()}


def _used(found: Mapping[str, Verdict]) -> list[VaultUse]:
    uses = [use for rule_id in sorted(found) for use in (*found[rule_id].satisfied_by, *found[rule_id].helped_by)]
    return list(dict.fromkeys(uses))
