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
from marketplace.permits.rules.facts import MISSING, Entry
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


KINDS = ("permit", "licence", "approval", "certificate", "registration", "filing", "letter_of_intent", "whitelist")
LISTED = ("HTZ-CUS", "NS-WL")
DEMANDED = {Outcome.REQUIRED, Outcome.ALTERNATIVE, Outcome.DENIED, Outcome.NEEDS_ANSWER}


@st.composite
def held(draw: st.DrawFn, plan: Plan, number: int) -> dict[str, Any]:
    """Something of the vault, mostly under a rule that a plan demands: of any kind, with a scope or none."""
    open_ways = {Outcome.REQUIRED, Outcome.ALTERNATIVE}
    asked = [
        (each.verdict, each.verdict.entries[path])
        for each in plan.requirements
        for path, state in each.verdict.states.items()
        if state in open_ways and path in each.verdict.entries
    ]
    if not asked:
        return {"id": f"v{number}", "kind": "permit", "holder": "user", "rule": "PPL-06"}
    once = [both for both in asked if both[0].rule.single_use]
    verdict, entry = draw(st.sampled_from(once if once and draw(st.booleans()) else asked))
    holders = sorted(verdict.court.holders(verdict.rule, entry))
    holder = draw(st.sampled_from([*holders, *holders, "user", "host"]))
    kind = draw(st.sampled_from([*KINDS, *["permit"] * 6]))
    under = {"list": draw(st.sampled_from(LISTED))} if kind == "whitelist" else {"rule": verdict.rule.id}
    entries = list(verdict.entries.values())
    dates = {"valid_from": draw(st.sampled_from(["2020-01-01", "2020-01-01", "2026-06-01"])), "valid_to": "2030-12-31"}
    return {"id": f"v{number}", "kind": kind, "holder": holder, "scope": draw(scopes(entries)), **under, **dates}


def scopes(entries: list[Entry]) -> st.SearchStrategy[dict[str, Any]]:
    """Limits about what is told of one of some entries: the value itself, another, a number above or below."""

    def limit(value: Any) -> st.SearchStrategy[Any]:
        if isinstance(value, bool) or value is None or isinstance(value, str):
            return st.sampled_from([[value], value, ["another"]])
        if isinstance(value, int | float):
            return st.sampled_from([{"max": value}, {"max": value + 1}, {"max": value - 1}])
        codes = {regime: told for regime, told in value.items() if isinstance(told, list)}
        return st.sampled_from([codes, {regime: [] for regime in codes}])

    def of(entry: Entry) -> st.SearchStrategy[dict[str, Any]]:
        fit = {
            name: limit(value)
            for name, value in entry.facts.items()
            if isinstance(value, str | int | float | None) or (name == "control_codes" and isinstance(value, dict))
        }
        chosen = st.lists(st.sampled_from(sorted(fit)), max_size=2, unique=True) if fit else st.just([])
        return chosen.flatmap(lambda names: st.fixed_dictionaries({name: fit[name] for name in names}))

    return st.one_of(st.just({}), st.sampled_from(entries).flatmap(of))


@settings(max_examples=120, deadline=None)
@given(bookings(), st.data())
def test_what_is_held_adds_no_demand_and_never_delays(told: dict[str, Any], data: st.DataObject) -> None:
    plans = [plan_of(told)]
    vault: list[dict[str, Any]] = []
    for number in range(data.draw(st.integers(1, 3))):
        # The newest first as often as last.
        one = data.draw(held(plans[0], number))
        vault = [one, *vault] if data.draw(st.booleans()) else [*vault, one]
        plans.append(plan_of({**told, "vault": vault}))
        eases(plans[-2], plans[-1])
    eases(plans[0], plans[-1])
    covered_or_asked(plans[-1], vault)


def eases(before: Plan, after: Plan) -> None:
    """More is held: no demand is new, nothing satisfied is asked again, nothing is denied, and nothing begins later."""
    known = {each.rule_id for each in before.requirements if each.outcome in DEMANDED}
    new = [each for each in after.requirements if each.outcome in DEMANDED and each.rule_id not in known]
    eased = {each.rule_id for each in new if each.verdict.rule.kind is Kind.FACILITATION}
    # A general licence is listed only where it is held: a way more, never a demand more.
    ways = {other for each in before.requirements for other in each.verdict.rule.alternatives}
    assert {each.rule_id for each in new} - eased - ways == set()
    assert satisfied(before) <= satisfied(after)
    assert denials(after) <= denials(before)
    if before.earliest_start is not None:
        assert after.earliest_start is not None and after.earliest_start <= before.earliest_start


def satisfied(plan: Plan) -> set[tuple[str, str]]:
    return {
        (each.rule_id, path)
        for each in plan.requirements
        for path, state in each.verdict.states.items()
        if state is Outcome.SATISFIED
    }


def covered_or_asked(plan: Plan, vault: list[dict[str, Any]]) -> None:
    """What satisfies its own rule is an approval whose scope names nothing else, and one use serves one flow."""
    by_id = {each["id"]: each for each in vault}
    for each in plan.requirements:
        rule, verdict = each.verdict.rule, each.verdict
        own = [by_id[use.vault] for use in verdict.satisfied_by if by_id[use.vault].get("rule") == rule.id]
        assert all(one["kind"] not in ("letter_of_intent", "whitelist") for one in own)
        flows = [entry for entry in verdict.on(Outcome.SATISFIED) if entry.path == entry.parent]
        if rule.single_use and own and len(own) == len(verdict.satisfied_by):
            assert len(flows) <= len({one["id"] for one in own})
        for entry in verdict.on(Outcome.SATISFIED) if len(own) == len(verdict.satisfied_by) else ():
            assert any(all(meets(limit, entry.facts.get(name, MISSING)) for name, limit in one["scope"].items())
                       for one in own)  # fmt: skip


def meets(limit: Any, value: Any) -> bool:
    """Whether a fact keeps to a limit, said plainly."""
    if isinstance(limit, dict) and set(limit) == {"max"}:
        return isinstance(value, int | float) and value <= limit["max"]
    if isinstance(limit, dict):
        return isinstance(value, dict) and all(
            isinstance(value.get(regime) or [], list) and set(value.get(regime) or []) <= set(codes)
            for regime, codes in limit.items()
        )
    return value in (limit if isinstance(limit, list) else [limit])


@settings(max_examples=40, deadline=None)
@given(bookings(), st.randoms(use_true_random=False))
def test_the_order_of_rules_and_flows_never_matters(told: dict[str, Any], random: Any) -> None:
    rules = list(book().rules)
    random.shuffle(rules)
    assert said(plan_of(told, rules=RuleBook(rules))) == said(plan_of(told))
    turned = {key: list(reversed(value)) if isinstance(value, list) else value for key, value in told.items()}
    before, after = plan_of(told), plan_of(turned)
    assert verdicts(after, turned) == verdicts(before)
    assert after.earliest_start == before.earliest_start


def verdicts(plan: Plan, turned: dict[str, Any] | None = None) -> dict[str, Any]:
    """What is said of each rule and of each entry; of lists that were `turned`, by the places that entries had."""
    return {
        each.rule_id: (
            each.outcome,
            each.blocks,
            {path if turned is None else there(path, turned): state for path, state in each.verdict.states.items()},
        )
        for each in plan.requirements
    }


def there(path: str, turned: dict[str, Any]) -> str:
    """Where an entry of a list that was turned round stood before."""
    name, *rest = path.split("/")
    if not rest or name == "money":
        return path
    return "/".join((name, str(len(turned[name]) - 1 - int(rest[0])), *rest[1:]))


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


def test_a_prohibition_denies_what_happens_while_it_blocks_in_whatever_order() -> None:
    taken = {"class": "highly_toxic", "stock_of": "host", "taken_away": True}
    early, late = {**taken, "date": "2026-04-01"}, {**taken, "date": "2026-05-10"}
    for chemicals, denied in (((early, late), 0), ((late, early), 1)):
        plan = plan_of({"host": {"jurisdiction": "CN"}, "place": {"zone": None}, "chemicals": list(chemicals)})
        assert denials(plan) == {("CHM-05", f"chemicals/{denied}")}


def test_what_one_exporter_sends_in_a_year_is_counted_together_in_whatever_order() -> None:
    told = {"from": "CN", "to": "HK", "date": "2026-06-01", "exporter": "user", "pi_ytd_nonsensitive": 0}
    counted = {"pi_sensitive_persons": 0, "pi_ytd_sensitive": 0, "important_data": False, "ciio": False}
    many, few = ({**told, **counted, "pi_nonsensitive_persons": persons} for persons in (1_090_000, 20_000))
    facts = {"host": {"jurisdiction": "HK"}, "user": {"jurisdiction": "CN"}, "place": {"zone": None}}
    turned = {**facts, "data_flows": [few, many]}
    straight = {**facts, "data_flows": [many, few]}
    assert verdicts(plan_of(turned), turned) == verdicts(plan_of(straight))
    alone = by_rule(plan_of({**facts, "data_flows": [few]}))
    assert any(outcome(by_rule(plan_of(turned)), name) != outcome(alone, name) for name in alone)
