"""The permit plan: what is demanded for one booking, by whom, in which order, until when, and what to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from marketplace.permits.rules.book import Kind, RuleBook
from marketplace.permits.rules.court import Court
from marketplace.permits.rules.dates import Calendars, Schedule, Timing, schedule
from marketplace.permits.rules.facts import Facts
from marketplace.permits.rules.judging import Outcome, VaultUse, Verdict, verdicts
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
    denied = any(verdict.outcome is Outcome.DENIED for verdict in found.values())
    return Plan(
        on=facts.on,
        rules_version=book.digest,
        requirements=[_requirement(found, dates, rule_id) for rule_id in sorted(found)],
        questions=questions(court, found, answers),
        # What is denied never begins.
        earliest_start=None if denied else dates.earliest_start,
        open=dates.open,
        provisional=dates.provisional,
        critical_path=dates.critical_path,
        vault_used=_used(found),
    )


def _requirement(found: Mapping[str, Verdict], dates: Schedule, rule_id: str) -> Requirement:
    verdict = found[rule_id]
    others = [other for other in verdict.rule.alternatives if _is_way(found.get(other))]
    return Requirement(
        verdict=verdict,
        timing=dates.timings[rule_id],
        after=dates.after[rule_id],
        alternatives=others if verdict.outcome is Outcome.ALTERNATIVE else [],
        same_application=_together(found, rule_id),
    )


def _is_way(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.outcome is Outcome.ALTERNATIVE


def _together(found: Mapping[str, Verdict], rule_id: str) -> list[str]:
    """The rules that are decided with this one's application, said from either side."""
    mine = found[rule_id]
    said = set(mine.rule.same_application)
    said |= {other for other, verdict in found.items() if rule_id in verdict.rule.same_application}
    live = (Outcome.NOT_REQUIRED, Outcome.DENIED)
    present = mine.outcome not in live
    return sorted(other for other in said if present and other in found and found[other].outcome not in live)


def _used(found: Mapping[str, Verdict]) -> list[VaultUse]:
    uses = [use for rule_id in sorted(found) for use in (*found[rule_id].satisfied_by, *found[rule_id].helped_by)]
    return list(dict.fromkeys(uses))
