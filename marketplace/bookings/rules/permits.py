"""What a permit plan means for a booking: what holds it up, what forbids it, and what is kept of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from marketplace.permits.rules.book import Kind
from marketplace.permits.rules.counts import transfer_key
from marketplace.permits.rules.dates import Milestone, Timing
from marketplace.permits.rules.facts import Entry, Territories
from marketplace.permits.rules.judging import LIVE, Outcome, Verdict
from marketplace.permits.rules.names import FLOWS, GROUPS
from marketplace.permits.rules.plan import Plan, Requirement
from marketplace.permits.rules.predicates import valid_on
from marketplace.permits.rules.scoping import in_scope
from marketplace.permits.rules.travellers import PERSON, misnamed
from marketplace.terms.rules.contradictions import Side, chinese_side, contradictions
from marketplace.values.refusal import FieldError, Refusal

# A letter before which nobody may talk terms (TEC-02).
LETTER: Final = "letter_of_intent"
# What a researcher states; approvals come from the vault alone.
KEPT: Final = "vault"


def complete(stated: Mapping[str, Any], recorded: Mapping[str, Mapping[str, Any]], day: date) -> dict[str, Any]:
    """The facts of a booking: what was stated, with what the records tell of both sides and the place. A flow without a
    date happens on `day`, the first day of use."""
    facts = {name: value for name, value in stated.items() if name != KEPT}
    for name in GROUPS:
        given = stated.get(name)
        facts[name] = {**(given if isinstance(given, Mapping) else {}), **recorded.get(name, {})}
    for name in FLOWS:
        if isinstance(facts.get(name), list):
            facts[name] = [_dated(each, day) for each in facts[name]]
    facts.setdefault("money", {"payer": "user", "payee": "host"})
    return facts


def _dated(entry: Any, day: date) -> Any:
    return {"date": day.isoformat(), **entry} if isinstance(entry, Mapping) else entry


def without_travellers(facts: Mapping[str, Any], person: str | None = None) -> dict[str, Any]:
    """The facts without what they say of people who travel, or of one who is named, but for the way and the day."""
    travels = facts.get("people_flows")
    if not isinstance(travels, list):
        return dict(facts)
    kept = ("from", "to", "date")
    bare = [
        {name: each[name] for name in kept if name in each} if isinstance(each, Mapping) and _is(each, person) else each
        for each in travels
    ]
    return {**facts, "people_flows": bare}


def _is(traveller: Mapping[str, Any], person: str | None) -> bool:
    return person is None or traveller.get(PERSON) == person


def misplaced(stated: Mapping[str, Any]) -> Iterator[FieldError]:
    """What can't be stated with a booking: approvals are shown by the vault, never claimed."""
    if stated.get(KEPT):
        yield FieldError("flows/vault", "vault_is_kept", "vault_is_kept")
    for error in misnamed(stated):
        yield FieldError(f"flows/{error.field}", error.rule, error.message_code, error.details)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Persons whose information one data flow sends out, by its name in the plan."""

    flow: str
    exporter: str
    origin: str
    year: int
    persons: int
    sensitive_persons: int


def transfers(facts: Mapping[str, Any], territories: Territories) -> Iterator[Transfer]:
    """What a booking adds to the counts of a year."""
    for number, flow in enumerate(facts.get("data_flows") or ()):
        key = transfer_key(flow, territories) if isinstance(flow, Mapping) else None
        if key is not None:
            persons, sensitive = (_whole(flow.get(f"pi_{each}_persons")) for each in ("nonsensitive", "sensitive"))
            if persons or sensitive:
                yield Transfer(f"data_flows/{number}", *key, persons, sensitive)


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else 0


# What somebody else decides or receives; records, consents and conditions are one's own duties, told by the plan.
DECIDED: Final = frozenset({Kind.APPROVAL, Kind.LICENCE, Kind.FILING, Kind.REGISTRATION, Kind.NOTIFICATION})


def waits(requirement: Requirement) -> bool:
    """Whether a booking waits for a requirement: it may block, is due before the use, is another's to decide or has an
    answer to come, and is not done."""
    rule = requirement.verdict.rule
    beforehand = rule.waited_for and rule.kind not in (Kind.TAX, Kind.PLATFORM_DUTY)
    others = bool(rule.clocks) or (rule.kind in DECIDED and bool(rule.told["authority"]))
    open_still = requirement.outcome in LIVE and (others or requirement.outcome is Outcome.NEEDS_ANSWER)
    return requirement.blocks and beforehand and open_still


def awaited(plan: Plan) -> list[str]:
    """The ids of the rules that hold a booking up. Of what hangs on a way that is not chosen, only the way counts."""
    return sorted({each.rule_id for each in plan.requirements if waits(each) and not each.verdict.conditional_on})


def letters(plan: Plan, held: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the rules that forbid talks on terms and price before a letter that is not there (TEC-02, art 33)."""
    there = [each for each in held if each.get("kind") == LETTER and valid_on(each, plan.on)]
    wanting = (each.verdict for each in plan.requirements if _wants_letter(each))
    return sorted({each.rule.id for each in wanting if not all(_allowed(each, entry, there) for entry in _asked(each))})


def _asked(verdict: Verdict) -> list[Entry]:
    return [entry for outcome in WANTED for entry in verdict.on(outcome)]


def _allowed(verdict: Verdict, entry: Entry, letters: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a letter allows talks about one thing: under the rule, of whoever applies, and in scope."""
    holders = verdict.court.holders(verdict.rule, entry)
    return any(
        each.get("rule") == verdict.rule.id and each.get("holder") in holders and in_scope(each, entry)
        for each in letters
    )


def _wants_letter(requirement: Requirement) -> bool:
    rule = requirement.verdict.rule
    named = any(step == LETTER for clock in rule.clocks for step, _days in clock.steps)
    return waits(requirement) and rule.stage == "before_contract" and named and requirement.outcome in WANTED


WANTED: Final = (Outcome.REQUIRED, Outcome.ALTERNATIVE)


def letter_first(rules: Sequence[str]) -> Refusal:
    """No price, no messages and no terms before the letter that a rule asks for."""
    return Refusal("letter_first", {"rules": list(rules)})


def denials(plan: Plan) -> list[Refusal]:
    """Why the rules forbid a booking: each rule with the flows it is about and what is lawful instead."""
    return [
        Refusal(
            "flows_denied",
            {
                "rule": each.rule_id,
                "title": dict(each.verdict.rule.told["title"]),
                "flows": list(each.verdict.flows),
                "variant": dict(each.verdict.rule.told.get("variant") or {}),
            },
        )
        for each in plan.denied
    ]


# What a plan says of a rule that holds for the booking, whatever is done about it already.
HOLDING: Final = frozenset({Outcome.REQUIRED, Outcome.ALTERNATIVE, Outcome.SATISFIED, Outcome.APPLIES})


def held_rules(requirements: Iterable[Mapping[str, Any]]) -> set[str]:
    """The ids of the rules that hold for a booking, from the rows that are kept of its plan."""
    return {row["rule"] for row in requirements if Outcome(row["outcome"]) in HOLDING}


def contradicted(clauses: Mapping[str, Any], rules: Collection[str], facts: Mapping[str, Any]) -> list[Refusal]:
    """Where the terms contradict a mandatory rule that holds for a booking: each rule with the clause."""
    found = contradictions(clauses, rules, chinese=_chinese(facts))
    return [Refusal("terms_contradict_rule", {"rule": rule, "clause": clause}) for rule, clause in found]


def _chinese(facts: Mapping[str, Any]) -> Side:
    """The side that is no foreign party under the rules on human genetic resources: of the mainland, and controlled
    from there. Where both are, or neither, the host where it stands in the mainland, else the user."""
    sides: dict[Side, Mapping[str, Any]] = {"host": facts.get("host") or {}, "user": facts.get("user") or {}}
    here = [name for name, party in sides.items() if chinese_side(party.get("jurisdiction")) == "host"]
    own = [name for name in here if sides[name].get("control") not in FOREIGN]
    return own[0] if len(own) == 1 else chinese_side(sides["host"].get("jurisdiction"))


# Controlled from outside the mainland: a foreign party wherever it stands.
FOREIGN: Final = ("foreign", "hk_mo")


def kept(plan: Plan) -> list[dict[str, Any]]:
    """What a plan says, without words: one row for each rule that says something, with the version that was used."""
    return [_kept(each) for each in plan.requirements if each.outcome is not Outcome.NOT_REQUIRED]


def _kept(requirement: Requirement) -> dict[str, Any]:
    rule, timing = requirement.verdict.rule, requirement.timing
    return {
        "rule": rule.id,
        "version": rule.version,
        "kind": rule.kind.value,
        "outcome": requirement.outcome.value,
        "blocks": requirement.blocks,
        "waits": waits(requirement),
        "stage": rule.stage,
        "applicant": rule.applicant,
        "authority": list(rule.told["authority"]),
        "flows": list(requirement.verdict.flows),
        **_done(requirement),
        "after": list(requirement.after),
        "alternatives": list(requirement.alternatives),
        "conditional_on": requirement.verdict.conditional_on,
        "same_application": list(requirement.same_application),
        "satisfied_by": [use.vault for use in requirement.verdict.satisfied_by],
        **_dates(timing),
    }


def _done(requirement: Requirement) -> dict[str, list[str]]:
    """The flows of which a rule is satisfied already, where it is not of all: of a team some hold their approval."""
    states = requirement.verdict.states
    done = [path for path, state in states.items() if path and state is Outcome.SATISFIED]
    return {"done": done} if done and requirement.outcome is not Outcome.SATISFIED else {}


def _dates(timing: Timing) -> dict[str, Any]:
    return {
        "start": timing.start.isoformat(),
        "earliest_done": timing.earliest.isoformat() if timing.earliest else None,
        "latest_done": timing.latest.isoformat() if timing.latest else None,
        "bound": timing.bound.isoformat(),
        "clock_from": timing.clock_from,
        "open": timing.open,
        "provisional": timing.provisional,
        "milestones": [
            {"kind": each.kind, "date": each.day.isoformat(), "provisional": each.provisional}
            for each in timing.milestones
        ],
    }


def frozen(plan: Plan, rows: Iterable[Mapping[str, Any]], earliest_start: date | None) -> Plan:
    """A plan judged again, with the dates that were counted when it was made: calendars learn of new holidays."""
    dates = {(row["rule"], row["version"]): row for row in rows}
    told = [_redated(each, dates.get((each.rule_id, each.verdict.rule.version))) for each in plan.requirements]
    return replace(plan, requirements=told, earliest_start=earliest_start)


def _redated(requirement: Requirement, row: Mapping[str, Any] | None) -> Requirement:
    if row is None:
        return requirement
    timing = Timing(
        start=date.fromisoformat(row["start"]),
        earliest=_day(row["earliest_done"]),
        latest=_day(row["latest_done"]),
        bound=date.fromisoformat(row["bound"]),
        clock_from=row["clock_from"],
        milestones=[
            Milestone(each["kind"], date.fromisoformat(each["date"]), each.get("provisional", False))
            for each in row["milestones"]
        ],
        open=row["open"],
        provisional=row["provisional"],
    )
    return replace(requirement, timing=timing)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
