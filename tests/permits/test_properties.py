"""What holds of every plan, whatever the facts: answers, the vault, order, and the day on which a rule begins."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.permits.rules.book import Kind, RuleBook
from marketplace.permits.rules.judging import Outcome
from marketplace.permits.rules.names import FLOWS
from marketplace.permits.rules.plan import Plan
from tests.permits.cases import book, by_rule, library, plan_of

ASKED = {
    "host",
    "user",
    "place",
    "data_flows",
    "goods_flows",
    "people_flows",
    "technology_flows",
    "chemicals",
    "results",
}
PLACES = ("CN", "HK", "MO", "GB", "US", "SG", "ZON-HTZ-SZ", "ZON-HTZ-HK", "ZON-HQ")
UNKNOWN = "unknown"


def days() -> st.SearchStrategy[str]:
    """Days on which a rule begins, ends or stops blocking, the days beside them, and any others."""
    told = [day for rule in book().rules for day in (rule.effective_from, rule.effective_to, rule.blocks_until) if day]
    near = sorted({day + timedelta(days=ahead) for day in told for ahead in (-1, 0, 1) if day.year > 2024})
    return st.one_of(st.sampled_from(near), st.dates(date(2026, 1, 1), date(2027, 12, 31))).map(date.isoformat)


def values(fact: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """What may be told of a fact, unknown among it."""
    kind = fact["kind"]
    known: st.SearchStrategy[Any] = {
        "boolean": st.booleans(),
        "number": st.sampled_from([0, 1, 5, 14, 15, 30, 90, 9_999, 10_000, 100_000, 1_000_000]),
        "date": days(),
        "jurisdiction": st.sampled_from(PLACES[:6]),
        "place": st.sampled_from(PLACES),
        "zone": st.sampled_from([None, *PLACES[6:]]),
        "city": st.sampled_from(["Hong Kong", "Shenzhen", "Guangzhou", "Macao", "Zhuhai", "Beijing"]),
        "party": st.sampled_from(["user", "host"]),
        "codes": st.sampled_from([{}, {"CN": ["dual_use"]}, {"CN": ["dual_use"], "HK": ["dual_use", "cwc"]}]),
        "money": st.just({"amount_minor": 500000, "currency": "HKD"}),
    }.get(kind, st.none())
    if kind in ("choice", "choices"):
        chosen = st.sampled_from(sorted(fact["choices"]))
        known = chosen if kind == "choice" else st.lists(chosen, max_size=2, unique=True)
    return st.one_of(known, st.just(UNKNOWN)) if not fact.get("optional") else known


def entry(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """One entry of a list, or a group, with every fact that the vocabulary has of it."""
    prefix = f"{name}[]." if not name.startswith(("host", "user", "place")) else f"{name}."
    told = {key.removeprefix(prefix): fact for key, fact in library().facts.items() if key.startswith(prefix)}
    return st.fixed_dictionaries({key: values(fact) for key, fact in told.items() if "." not in key and "[" not in key})


def entries(name: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """A few entries of a list; often one and another like it, of another day: what is counted together, judged by the
    same rules, or by the law before and after."""
    alike = st.tuples(entry(name), days()).map(lambda both: [both[0], {**both[0], "date": both[1]}])
    known = f"{name}[].date" in library().facts
    return st.one_of(st.lists(entry(name), max_size=2), alike) if known else st.lists(entry(name), max_size=2)


def bookings() -> st.SearchStrategy[dict[str, Any]]:
    """Facts of one booking, with few entries in each list."""
    lists = {name: entries(name) for name in sorted(ASKED - {"host", "user", "place"})}
    groups = {name: entry(name) for name in ("host", "user", "place")}
    single = {
        "mode": st.sampled_from(["on_site", "sample_in", "remote"]),
        "activity_class": st.sampled_from([None, "highly_pathogenic", "hgr", UNKNOWN]),
        "activity_purpose": st.sampled_from(["research", "clinical_service", UNKNOWN]),
        "joint_hk_sz_research": st.sampled_from([True, False, UNKNOWN]),
        "money": st.just({}),
        "vault": st.just([]),
    }
    return st.fixed_dictionaries({**lists, **groups, **single})


def unknowns(told: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where "unknown" stands."""
    if told == UNKNOWN:
        yield place
    items = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, value in items:
        yield from unknowns(value, (*place, key))


def answered(told: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(told)
    inside: Any = changed
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    return changed


def denials(plan: Plan) -> set[tuple[str, str]]:
    return {
        (each.rule_id, path)
        for each in plan.requirements
        for path, state in each.verdict.states.items()
        if state is Outcome.DENIED
    }


def said(plan: Plan) -> dict[str, Any]:
    """What a plan says, apart from the order in which it says it."""
    return {
        each.rule_id: (each.outcome, each.blocks, sorted(each.verdict.flows), each.timing.earliest, each.timing.latest)
        for each in plan.requirements
    } | {"start": plan.earliest_start, "open": sorted(plan.open), "asked": sorted(q.fact for q in plan.questions)}


@settings(max_examples=60, deadline=None)
@given(bookings(), st.data())
def test_an_answer_never_turns_a_denial_into_silence(told: dict[str, Any], data: st.DataObject) -> None:
    before = denials(plan_of(told))
    for place in list(unknowns(told))[:6]:
        name = ".".join(
            f"{key}[]" if isinstance(place[at + 1], int) else key
            for at, key in enumerate(place[:-1])
            if not isinstance(key, int)
        )
        fact = library().facts.get(f"{name}.{place[-1]}" if name else str(place[-1]))
        value = data.draw(values(fact)) if fact else data.draw(st.sampled_from([None, True, False, "research"]))
        told = answered(told, place, value)
    assert before <= denials(plan_of(told))


@settings(max_examples=60, deadline=None)
@given(bookings(), st.data())
def test_what_is_held_adds_no_demand_and_never_delays(told: dict[str, Any], data: st.DataObject) -> None:
    demanded = {Outcome.REQUIRED, Outcome.ALTERNATIVE, Outcome.DENIED, Outcome.NEEDS_ANSWER}
    before = plan_of(told)
    wanted = {each.rule_id: each for each in before.requirements if each.outcome in demanded and each.verdict.entries}
    rule = data.draw(st.sampled_from(sorted(wanted) or ["PPL-06"]))
    paths = [entry.parent for entry in wanted[rule].verdict.entries.values()] if rule in wanted else []
    holder = data.draw(st.sampled_from(["user", "host", *dict.fromkeys(path for path in paths if path)]))
    held = {"id": "v", "kind": "permit", "rule": rule, "holder": holder}
    after = plan_of({**told, "vault": [{**held, "valid_from": "2020-01-01", "valid_to": "2030-12-31"}]})
    new = [each for each in after.requirements if each.outcome in demanded and each.rule_id not in wanted]
    known = {each.rule_id for each in before.requirements if each.outcome in demanded}
    eased = {each.rule_id for each in new if each.verdict.rule.kind is Kind.FACILITATION}
    # A general licence is listed only where it is held: a way more, never a demand more.
    ways = {other for each in before.requirements for other in each.verdict.rule.alternatives}
    assert {each.rule_id for each in new} - known - eased - ways == set()
    assert denials(after) <= denials(before)
    if before.earliest_start is not None:
        assert after.earliest_start is not None and after.earliest_start <= before.earliest_start


@settings(max_examples=40, deadline=None)
@given(bookings(), st.randoms(use_true_random=False))
def test_the_order_of_rules_and_flows_never_matters(told: dict[str, Any], random: Any) -> None:
    rules = list(book().rules)
    random.shuffle(rules)
    assert said(plan_of(told, rules=RuleBook(rules))) == said(plan_of(told))
    turned = {key: list(reversed(value)) if isinstance(value, list) else value for key, value in told.items()}
    there, back = plan_of(told), plan_of(turned)
    assert verdicts(back) == verdicts(there)
    assert back.earliest_start == there.earliest_start


def verdicts(plan: Plan) -> dict[str, Any]:
    """What is said of each rule, and of how many entries."""
    return {
        each.rule_id: (each.outcome, each.blocks, sorted(each.verdict.states.values())) for each in plan.requirements
    }


FIRED = sorted(rule["id"] for rule in library().rules if rule["fires_on"] == "booking")
ENDS = date(2026, 6, 30)
AFTER = ENDS + timedelta(days=1)


@settings(max_examples=40, deadline=None)
@given(bookings(), st.data())
def test_a_rule_that_ends_changes_itself_and_only_those_that_name_it(told: dict[str, Any], data: st.DataObject) -> None:
    rule_id = data.draw(rules_of(told))
    ended = RuleBook([replace(each, effective_to=ENDS) if each.id == rule_id else each for each in book().rules])
    for day in (ENDS, AFTER):
        # The law is that of the day on which something happens, whatever the day of the plan.
        dated, on = at(told, day.isoformat()), data.draw(st.sampled_from([ENDS, AFTER])).isoformat()
        # Without anything that crosses, the day of the plan is all there is.
        on = on if any(dated[name] for name in FLOWS) else day.isoformat()
        with_it, without = (by_rule(plan_of(dated, on, rules=rules)) for rules in (book(), ended))
        changed = {name for name in with_it if outcome(with_it, name) != outcome(without, name)}
        assert changed <= (named_by(rule_id) if day > ENDS else set())
        assert day == ENDS or outcome(without, rule_id) is Outcome.NOT_REQUIRED


@settings(max_examples=40, deadline=None)
@given(bookings(), st.data())
def test_a_rule_that_is_followed_changes_nothing_before(told: dict[str, Any], data: st.DataObject) -> None:
    rule_id = data.draw(rules_of(told))
    first = next(each for each in book().rules if each.id == rule_id)
    old, new = replace(first, effective_to=ENDS), replace(first, version=2, effective_from=AFTER)
    eased = replace(new, kind=Kind.FACILITATION)
    others = [each for each in book().rules if each.id != rule_id]
    for day, version in ((ENDS, 1), (AFTER, 2)):
        dated = at(told, day.isoformat())
        before, same, milder = (
            by_rule(plan_of(dated, day.isoformat(), rules=RuleBook(rules)))
            for rules in (book().rules, [old, *others, new], [eased, old, *others])
        )
        said = {name: outcome(before, name) for name in before}
        assert said == {name: outcome(same, name) for name in before}
        assert same[rule_id].verdict.rule.version == version or not same[rule_id].verdict.entries
        changed = {name for name in before if outcome(before, name) != outcome(milder, name)}
        assert changed <= (named_by(rule_id) if version > 1 else set())


def rules_of(told: dict[str, Any]) -> st.SearchStrategy[str]:
    """A rule that is of note to a booking, or any."""
    dated = (plan_of(at(told, day.isoformat())) for day in (ENDS, AFTER))
    of_note = {each.rule_id for plan in dated for each in plan.requirements if each.verdict.entries}
    return st.one_of(st.sampled_from(sorted(of_note) or FIRED), st.sampled_from(FIRED))


def outcome(found: Mapping[str, Any], name: str) -> Outcome:
    return found[name].outcome if name in found else Outcome.NOT_REQUIRED


def named_by(rule_id: str) -> set[str]:
    """A rule and those that name it, one way or another, however far."""
    found, waiting = {rule_id}, [rule_id]
    while waiting:
        name = waiting.pop()
        for rule in book().rules:
            asked = {other for predicate in rule.predicates() for other in predicate.rules()}
            said_of = {*asked, *rule.alternatives, *rule.after, *rule.same_application, rule.within, rule.branch_of}
            excluded = {other.id for other in book().rules if rule.id in other.excludes}
            if name in said_of | excluded and rule.id not in found:
                found.add(rule.id)
                waiting.append(rule.id)
    return found


def at(told: dict[str, Any], day: str) -> dict[str, Any]:
    """The same booking with everything on one day."""
    moved = copy.deepcopy(told)
    for name in (*FLOWS, "chemicals"):
        for each in moved[name]:
            each["date"] = day
            if "return_by" in each:
                each["return_by"] = day
    return moved
