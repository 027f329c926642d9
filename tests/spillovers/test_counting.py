"""Counting, families, shares and sums: parts make the whole, whatever the order and however often a row comes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.spillovers.computing import computed
from marketplace.spillovers.rules.attribution import shared_out
from marketplace.spillovers.rules.counting import fractional, full
from marketplace.spillovers.rules.families import extended, simple

ORGANISATIONS = st.sampled_from(["U1", "U2", "F1", "F2", "F3"])
AUTHORS = st.lists(st.frozensets(ORGANISATIONS, min_size=1, max_size=3), min_size=1, max_size=6).map(tuple)
PUBLICATIONS = st.lists(AUTHORS, max_size=12)
PRIORITIES = st.lists(st.frozensets(st.sampled_from("PQRST"), max_size=3), max_size=12)


@settings(deadline=None)
@given(publications=PUBLICATIONS, cut=st.integers(0, 12))
def test_parts_of_a_population_add_up_to_the_whole(publications: list[Any], cut: int) -> None:
    """Exactly: fractions, not floating point."""
    first, second = fractional(publications[:cut]), fractional(publications[cut:])
    names = first.keys() | second.keys()
    added = {name: first.get(name, Fraction(0)) + second.get(name, Fraction(0)) for name in names}
    assert added == fractional(publications)
    assert sum(added.values()) == len(publications)


@settings(deadline=None)
@given(publications=PUBLICATIONS)
def test_full_counts_are_never_below_fractions_and_never_above_all(publications: list[Any]) -> None:
    parts, whole = fractional(publications), full(publications)
    assert parts.keys() == whole.keys()
    assert all(parts[name] <= whole[name] <= len(publications) for name in whole)


@settings(deadline=None)
@given(publications=PUBLICATIONS, order=st.randoms(use_true_random=False))
def test_spellings_of_a_doi_are_one_publication_in_any_order(publications: list[Any], order: Random) -> None:
    rows = [(f"10.1000/X.{at}", [sorted(each) for each in authors]) for at, authors in enumerate(publications)]
    spelt = [*rows, *((f"https://doi.org/{name.lower()}", authors[::-1]) for name, authors in rows)]
    once, twice = dict(rows), dict(order.sample(spelt, len(spelt)))
    for metric in ("out.pub.full", "out.pub.frac"):
        assert computed(metric, {"publications": once}) == computed(metric, {"publications": twice})


def test_an_author_of_no_organisation_belongs_to_nobody() -> None:
    result = computed("out.pub.frac", {"publications": {"p": [["U1"], []], "q": [["U1"]]}})
    assert result["value"] == {"by_organisation": {"U1": 1.5}, "sum": 1.5, "distinct": 2}
    assert result["n_unknown"] == 1


def families_by_joining(documents: list[frozenset[str]]) -> int:
    """Sets that touch are joined until none does."""
    groups: list[set[str]] = []
    for document in documents:
        touching = [each for each in groups if each & document]
        rest = [each for each in groups if not each & document]
        groups = [*rest, set(document).union(*touching)] if document else groups
    return len(groups)


@settings(deadline=None)
@given(documents=PRIORITIES)
def test_extended_families_are_what_joining_by_hand_gives(documents: list[frozenset[str]]) -> None:
    assert extended(documents) == families_by_joining(documents) <= simple(documents)
    assert simple([*documents, *documents]) == simple(documents) == simple(documents[::-1])


def test_the_example_of_the_patent_office() -> None:
    """D1 to D5 (EPO): one extended family, four simple ones."""
    documents = [frozenset(each.split()) for each in ("P1", "P1 P2", "P1 P2", "P2 P3", "P3")]
    assert (simple(documents), extended(documents)) == (4, 1)


@settings(deadline=None)
@given(
    amount=st.integers(0, 10**12).map(lambda cents: Fraction(cents, 100)),
    weights=st.lists(st.integers(1, 1000), min_size=1, max_size=12),
    decimals=st.integers(2, 4),
)
def test_shares_sum_to_the_value_and_none_is_off_by_a_whole_unit(
    amount: Fraction, weights: list[int], decimals: int
) -> None:
    shares = [Fraction(each, sum(weights)) for each in weights]
    parts = shared_out(amount, shares, decimals)
    assert sum(parts) == Decimal(amount.numerator) / amount.denominator
    assert all(
        abs(Fraction(part) - amount * share) < Fraction(1, 10**decimals)
        for part, share in zip(parts, shares, strict=True)
    )


@pytest.mark.parametrize(("decimals", "parts"), [(0, [34, 33, 33]), (2, [33.34, 33.33, 33.33])])
def test_thirds_go_to_the_smallest_unit_of_the_currency(decimals: int, parts: list[float]) -> None:
    result = computed("attr.share", {"value": 0, "shares": [1], "thirds_of": 100, "decimals": decimals})
    assert result["value"]["thirds_of_100"] == parts


def test_a_reference_case_may_have_parameters_of_its_own() -> None:
    case = {"GI": 1000, "GI_ref": 300, "leakage": 0.1, "displacement": 0.25, "substitution": 0, "multiplier": 1.2}
    own = case | {"leakage_ref": 1}
    assert computed("add.net", {"additionality": own})["value"]["net"] == 810
    assert computed("add.net", {"additionality": case | {"GI_ref": 2000}})["value"]["net"] < 0


def test_mixed_currencies_and_price_years_are_never_added() -> None:
    row = {"amount": 1, "currency": "HKD", "received": "2026-05-01", "price_year": 2025}
    period = {"from": "2026-01-01", "to": "2027-01-01", "currency": "HKD"}
    for other in ({"currency": "CNY"}, {"price_year": 2026}):
        with pytest.raises(ValueError, match="one_"):
            computed("out.income.received", period | {"receipts": [row, row | other]})


def test_rows_without_identifier_are_told_apart() -> None:
    rows = [
        {"row": 1, "type": "publication", "id": "PMID 123"},
        {"row": 2, "type": "patent", "id": "D1", "priorities": None},
        {"row": 3, "type": "report", "id": "RPT-1"},
        {"row": 4, "type": "report", "id": "RPT-1"},
    ]
    value = computed("out.distinct", {"rows": rows})["value"]
    assert value["unidentified"] == 2 and value["distinct_others"] == 1 and value["distinct_publications"] == 0
    families = computed("out.patent.families", {"rows": rows})
    assert (families["value"], families["n"], families["n_unknown"]) == (0, 1, 1)
