"""Clauses against mandatory rules: over the grid of every choice, every rule and either side."""

from __future__ import annotations

from itertools import product

import pytest

from marketplace.permits.library import shipped
from marketplace.terms.clauses import CLAUSES, VOCABULARY
from marketplace.terms.rules.contradictions import BARS, RULES, Side, chinese_side, contradictions

GRID = [(clause.name, part.name, choice) for clause in VOCABULARY for part in clause.parts for choice in part.choices]


@pytest.mark.parametrize("side", [None, "host", "user"])
def test_each_choice_contradicts_what_its_rows_say_and_nothing_else(side: Side | None) -> None:
    for clause, part, choice in GRID:
        several = CLAUSES[clause].part(part).kind == "several"  # type: ignore[union-attr]
        given = {clause: {part: [choice] if several else choice}}
        expected = {
            (bar.rule, bar.clause)
            for bar in BARS
            if (bar.clause, bar.part) == (clause, part) and choice in bar.choices and bar.chinese in (None, side)
        }
        assert set(contradictions(given, RULES, chinese=side)) == expected, (clause, part, choice)
        assert contradictions(given, (), chinese=side) == ()


def test_every_row_speaks_of_what_there_is() -> None:
    known = {rule["id"]: rule for rule in shipped().rules}
    for bar in BARS:
        part = CLAUSES[bar.clause].part(bar.part)
        assert part is not None and part.kind == "choice"
        assert bar.choices <= set(part.choices) and bar.choices != set(part.choices)
        # What may refuse a booking stands in the library and is no mere background.
        assert known[bar.rule]["confidence"] in ("P", "2", "P⚠"), bar.rule


def test_joint_patents_and_a_full_copy_keep_the_rule_on_human_genetic_resources() -> None:
    kept = {
        "who": {"participation": "together"},
        "foreground_ip": {"pattern": "jointly_owned", "patents": "jointly_filed"},
        "data_location": {"copies": "both_keep", "place": "mainland"},
    }
    for side in (None, "host", "user"):
        assert contradictions(kept, ["HGR-10"], chinese=side) == ()
    sole = {"foreground_ip": {"pattern": "user_owns"}, "data_location": {"copies": "user_keeps"}}
    assert contradictions(sole, ["HGR-10"]) == (("HGR-10", "foreground_ip"),)
    assert contradictions(sole, ["HGR-10"], chinese="user") == (("HGR-10", "foreground_ip"),)
    both = (("HGR-10", "foreground_ip"), ("HGR-10", "data_location"))
    assert contradictions(sole, ["HGR-10", "EXP-01"], chinese="host") == both


def test_a_rule_and_a_clause_are_named_once_and_only_asked_rules() -> None:
    given = {
        "foreground_ip": {"pattern": "user_owns", "patents": "user_files"},
        "data_location": {"onward": "onward_free"},
        "materials": {"host_stock": "taken_away"},
    }
    assert contradictions(given, RULES) == (
        ("HGR-10", "foreground_ip"),
        ("DAT-04", "data_location"),
        ("DAT-05", "data_location"),
        ("CHM-05", "materials"),
    )
    for rule, clause in product(RULES, CLAUSES):
        found = contradictions(given, [rule])
        assert all(one == rule for one, _ in found)
        assert contradictions({clause: None}, [rule]) == ()


def test_the_host_counts_as_chinese_where_it_stands_in_the_mainland() -> None:
    assert [chinese_side(code) for code in ("CN", "CN-GD", "HK", "MO", None)] == [
        "host",
        "host",
        "user",
        "user",
        "user",
    ]
