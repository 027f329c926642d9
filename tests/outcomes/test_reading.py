"""What an outcome may say: every field with its rule, hostile values included."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.outcomes.models import DatePrecision, FlowDirection, OutcomeType
from marketplace.outcomes.rules.complete import lacking
from marketplace.outcomes.rules.differences import differences
from marketplace.outcomes.rules.reading import FIELDS, read_statement
from marketplace.outcomes.rules.shapes import SHAPES
from marketplace.outcomes.rules.telling import told_from
from marketplace.values.refusal import Invalid
from marketplace.values.works import SCHEMES
from marketplace.wording.dictionary import entries

TODAY = date(2026, 3, 2)
FIRM, SCHOOL, THIRD = (UUID(int=number) for number in (1, 2, 3))
PARTIES = [{"organisation": str(FIRM), "role": "provider"}, {"organisation": str(SCHOOL), "role": "user"}]
COST = {"currency": "HKD", "price_year": 2026, "method": "cost"}
CASH = {"amount": "5", "currency": "HKD"}
PAPER: dict[str, Any] = {
    "type": "publication",
    "title": {"en": "Cleaner cells"},
    "date_event": "2026-02-10",
    "parties": PARTIES,
}


def broken(**more: Any) -> dict[str, str]:
    """What is wrong, by field."""
    with pytest.raises(Invalid) as caught:
        read_statement(PAPER | more, today=TODAY)
    return {error.field: error.rule for error in caught.value.errors}


def missing(**more: Any) -> dict[str, str]:
    return {error.field: error.rule for error in lacking(read_statement(PAPER | more, today=TODAY), {FIRM, SCHOOL})}


def test_a_plain_paper_is_read() -> None:
    said = read_statement(
        PAPER | {"identifiers": [{"scheme": "doi", "value": "https://doi.org/10.1038/S41586-020-2649-2."}]}, today=TODAY
    )
    assert said.identifiers[0].normalised == "10.1038/s41586-020-2649-2"
    assert (said.type, said.precision, said.sides) == (OutcomeType.PUBLICATION, DatePrecision.DAY, {FIRM, SCHOOL})
    assert not list(lacking(said, {FIRM, SCHOOL}))


@pytest.mark.parametrize(
    ("more", "field", "rule"),
    [
        ({"type": "essay"}, "type", "choice"),
        ({"type": None}, "type", "required"),
        ({"title": {}}, "title", "required"),
        ({"title": {"en": "x\x00"}}, "title.en", "no_nul"),
        ({"title": {"fr": "x"}}, "title.fr", "language"),
        ({"title": 7}, "title", "text"),
        ({"date_event": "2026-03-03"}, "date_event", "future"),
        ({"date_event": "2026-02-30"}, "date_event", "date"),
        ({"date_event": "99999-01-01"}, "date_event", "date"),
        ({"date_event": ""}, "date_event", "required"),
        ({"date_event": "0001-01-01"}, "date_event", "date"),
        ({"precision": "hour"}, "precision", "choice"),
        ({"identifiers": [{"scheme": "doi", "value": "nothing"}]}, "identifiers.0.value", "format"),
        ({"identifiers": [{"scheme": "lei", "value": "x"}]}, "identifiers.0.scheme", "choice"),
        ({"identifiers": "x"}, "identifiers", "list"),
        ({"identifiers": [7]}, "identifiers.0", "format"),
        ({"identifiers": [{"value": "10.1/x"}]}, "identifiers.0.scheme", "required"),
        ({"colour": "red"}, "colour", "unknown"),
        ({"details": {"persons": 3}}, "details.persons", "unknown"),
        ({"details": {"form": "poem"}}, "details.form", "choice"),
        ({"details": {"open_access": "yes"}}, "details.open_access", "choice"),
        ({"creators": [{"given": "", "family": ""}]}, "creators.0.family", "required"),
        ({"creators": [{"family": "Li", "orcid": "0000-0002-1825-0098"}]}, "creators.0.orcid", "check_digit"),
        ({"parties": [PARTIES[0], PARTIES[0]]}, "parties.1", "twice"),
        ({"parties": [{"organisation": "x", "role": "provider"}]}, "parties.0.organisation", "unknown"),
        ({"parties": [{"organisation": str(FIRM), "role": "king"}]}, "parties.0.role", "choice"),
        ({"flow": {"from": str(THIRD)}}, "flow.from", "party"),
        ({"flow": {"direction": "up"}}, "flow.direction", "choice"),
        ({"embargo_until": "2027-01-01", "confidentiality": "administrators"}, "embargo_until", "embargo"),
        ({"value": COST | {"amount": 12.5}}, "value.amount", "decimal"),
        ({"value": COST | {"amount": "NaN"}}, "value.amount", "decimal"),
        ({"value": COST | {"amount": "1e9"}}, "value.amount", "decimal"),
        ({"value": COST | {"amount": "-1"}}, "value.amount", "not_negative"),
        ({"value": {"amount": "1"}}, "value.method", "required"),
        ({"value": {"amount": "1", "currency": "hk$"}}, "value.currency", "currency_unknown"),
        ({"receipts": [CASH]}, "receipts.0.year", "required"),
        ({"receipts": [CASH | {"year": 2025, "received_on": "2026-01-01"}]}, "receipts.0.year", "year_of_day"),
        ({"receipts": [CASH | {"year": 2027}]}, "receipts.0.year", "between"),
        ({"readiness": {"scheme": "trl", "before": 3, "after": 10}}, "readiness.after", "between"),
        ({"readiness": {"scheme": "trl", "before": 3}}, "readiness.after", "required"),
        ({"readiness": {"scheme": "crl", "before": 3, "after": 4}}, "readiness.scheme", "choice"),
        ({"additionality": {"without_us": "never"}}, "additionality.without_us", "choice"),
        ({"priorities": ["CN202310000001.9"]}, "priorities.0", "check_digit"),
        ({"classes": ["H01"]}, "classes.0", "format"),
        ({"shares": [{"basis": "equal", "organisation": str(FIRM), "share": 0.5}]}, "shares.0.share", "decimal"),
        ({"shares": [{"basis": "equal", "organisation": str(FIRM), "share": "0"}]}, "shares.0.share", "share"),
        ({"shares": [{"basis": "equal", "share": "1"}]}, "shares.0", "of_one"),
        ({"shares": [{"basis": "equal", "organisation": str(FIRM), "share": "0.9999999999"}]}, "shares", "sum"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_named(more: dict[str, Any], field: str, rule: str) -> None:
    assert broken(**more).get(field) == rule


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(broken(type="x", title={}, date_event="", shares="x", value=[])) >= 5


def test_every_rule_has_its_sentence() -> None:
    with pytest.raises(Invalid) as caught:
        read_statement(
            PAPER
            | {"date_event": "2027-01-01", "identifiers": [{"scheme": "doi", "value": "x"}], "classes": ["x"],
               "value": {"amount": 1.5}, "receipts": [{"amount": "1"}], "shares": [{"basis": "equal", "share": "1"}]},
            today=TODAY,
        )  # fmt: skip
    assert {error.message_code for error in caught.value.errors} <= set(entries("FIELDS"))


def test_shares_of_each_basis_sum_to_exactly_one() -> None:
    third = ["0.3333333333", "0.3333333333", "0.3333333334"]
    shares = [
        {"basis": "equal", "organisation": str(place), "share": share}
        for place, share in zip((FIRM, SCHOOL, THIRD), third, strict=True)
    ]
    said = read_statement(
        PAPER | {"shares": [*shares, {"basis": "hours", "facility": str(THIRD), "share": 1}]}, today=TODAY
    )
    assert sum(each.share for each in said.shares if each.basis == "equal") == Decimal(1)
    assert broken(shares=shares[:2])["shares"] == "sum"


def test_a_month_and_a_year_are_kept_as_their_first_day() -> None:
    assert read_statement(PAPER | {"date_event": "2026-02", "precision": "month"}, today=TODAY).date_event == date(
        2026, 2, 1
    )
    assert read_statement(PAPER | {"date_event": "2026", "precision": "year"}, today=TODAY).date_event == date(
        2026, 1, 1
    )
    assert read_statement(PAPER | {"date_event": "2026-03-31", "precision": "month"}, today=TODAY).date_event.day == 1


@pytest.mark.parametrize("kind", sorted(OutcomeType, key=lambda each: each.value), ids=lambda each: each.value)
def test_every_type_has_a_shape_that_can_be_filled(kind: OutcomeType) -> None:
    shape = SHAPES[kind]
    assert set(shape.needs) <= set(shape.schemes) <= set(SCHEMES)
    told = missing(type=kind.value)
    wanted = {f"details.{each.name}" for each in shape.details if each.needed}
    assert set(told) == wanted | ({"identifiers"} if shape.needs else set())


def test_a_third_party_is_named_and_is_neither_side() -> None:
    third = {"flow": {"direction": "third_party"}}
    assert missing(**third) == {"beneficiary": "required"}
    assert not missing(**third, beneficiary="The Hospital Authority")
    named = [*PARTIES, {"organisation": str(THIRD), "role": "beneficiary"}]
    assert not missing(**third, parties=named)
    own = [*PARTIES, {"organisation": str(FIRM), "role": "beneficiary"}]
    assert missing(**third, parties=own) == {"parties": "beneficiary"}


def test_both_sides_are_named_and_of_the_collaboration() -> None:
    assert missing(parties=PARTIES[:1]) == {"parties": "sides"}
    said = read_statement(PAPER, today=TODAY)
    assert [error.rule for error in lacking(said, {FIRM})] == ["of_collaboration"]


def test_differences_name_fields_and_ignore_order() -> None:
    before = read_statement(PAPER, today=TODAY)
    turned = read_statement(PAPER | {"parties": PARTIES[::-1]}, today=TODAY)
    assert not differences(before, turned)
    after = read_statement(PAPER | {"title": {"en": "Dirtier cells"}, "flow": {"direction": "joint"}}, today=TODAY)
    assert [each.field for each in differences(before, after)] == ["title", "flow_direction"]
    assert after.flow_direction is FlowDirection.JOINT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), JSON))
def test_nothing_from_outside_breaks_the_reader(told: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        read_statement({**told, "colour": 1}, today=TODAY)


@given(st.sampled_from(sorted(FIELDS - {"type", "title"})), JSON)
def test_one_strange_field_is_refused_or_read(name: str, value: Any) -> None:
    try:
        read_statement(PAPER | {name: value}, today=TODAY)
    except Invalid as invalid:
        assert all(error.field.startswith(name) for error in invalid.errors)


FULL: dict[str, Any] = PAPER | {
    "type": "licence",
    "language": "en",
    "abstract": "What it is.\nIn two lines.",
    "identifiers": [{"scheme": "contract", "value": "no. 17/b"}],
    "creators": [{"family": "Leung", "given": "Ada", "orcid": "0000-0002-1825-0097", "affiliations": ["Harbour"]}],
    "flow": {"kind": "knowledge", "direction": "provider_to_user", "from": str(FIRM), "to": str(SCHOOL)},
    "value": COST | {"amount": "12,500.50"},
    "receipts": [CASH | {"received_on": "2026-01-05", "organisation": str(SCHOOL)}, CASH | {"year": 2025}],
    "readiness": {"scheme": "mrl", "before": 9, "after": 10, "assessor": "Both"},
    "additionality": {"without_us": "later", "respondent": "Ada", "reference_value": "1000"},
    "details": {"exclusive": False, "until": "2030-01-01"},
    "facilities": [str(THIRD)],
    "shares": [{"basis": "agreement", "organisation": str(FIRM), "share": "1"}],
    "classes": ["h01m", "A61K 9/16"],
    "confidentiality": "public",
    "embargo_until": "2027-01-01",
}


def test_what_was_said_is_told_again_and_read_the_same() -> None:
    said = read_statement(FULL, today=TODAY)
    assert (said.value or {})["amount"] == "12500.5"
    assert said.classes == ("A61K9/16", "H01M")
    assert read_statement(told_from(said), today=TODAY) == said
