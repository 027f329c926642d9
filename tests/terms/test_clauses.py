"""Clauses: one vocabulary that form, checks, wording, comparison and digest walk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.terms.actions import publish_terms
from marketplace.terms.clauses import CLAUSES, PROPOSED, TEXT, VOCABULARY, Clause, Part
from marketplace.terms.queries import terms_versions
from marketplace.terms.rules import digest
from marketplace.terms.rules.checking import LONGEST_TEXT, checked
from marketplace.terms.rules.comparing import Difference, compare
from marketplace.values.localized import LANGUAGES
from marketplace.values.refusal import Invalid
from marketplace.wording.terms import part_name, part_said, summary, told
from marketplace.wording.terms_words import CHOICES_SAID, CLAUSE_NAMES, PART_NAMES, VALUES_SAID
from tests.cast import Cast, actor_of
from tests.factories.listings import make_listing

HKD = {"amount_minor": 2_000_000_00, "currency": "HKD"}


def fitting(part: Part) -> Any:
    """A value of the part's kind."""
    values = {"choice": part.choices[-1:], "several": [list(part.choices[:2])], "number": [part.most], "money": [HKD]}
    return values[part.kind][0]


def whole(clause: Clause) -> dict[str, Any]:
    """Every part of a clause, with choices that leave none without meaning."""
    given = {part.name: fitting(part) for part in clause.parts}
    for part in clause.parts:
        if part.only:
            given[part.only[0]] = sorted(part.only[1])[0]
    return given | {TEXT: {"en": "As posted at the door."}}


def capped(amount: Any) -> dict[str, Any]:
    """A clause that names an amount."""
    return {"liability_cap": {"cap": "sum", "sum": amount}}


SUM = "clauses.liability_cap.sum"
EVERYTHING = {clause.name: whole(clause) for clause in VOCABULARY}


def test_all_that_the_vocabulary_tells_can_be_kept_and_said() -> None:
    kept = checked(EVERYTHING)
    assert kept == EVERYTHING and list(kept) == list(CLAUSES)
    for language in LANGUAGES:
        for one in told(kept, language):
            assert len(one.sentences) >= len(CLAUSES[one.clause].parts)
            assert all(sentence and "…" not in sentence and "%(" not in sentence for sentence in one.sentences)
        said = summary(kept)[language]
        assert set(said) == set(CLAUSES)
    assert "HKD 2,000,000.00" in summary(kept)["en"]["liability_cap"]
    assert checked(PROPOSED) == PROPOSED


def test_every_name_and_choice_has_its_words() -> None:
    places = {f"{clause.name}.{part.name}": part for clause in VOCABULARY for part in clause.parts}
    assert set(PART_NAMES) == set(places)
    assert set(CLAUSE_NAMES) == set(CLAUSES)
    assert set(CHOICES_SAID) == {f"{place}.{choice}" for place, part in places.items() for choice in part.choices}
    assert set(VALUES_SAID) == {place for place, part in places.items() if part.kind != "choice"}
    for sentences in (PART_NAMES, CLAUSE_NAMES, CHOICES_SAID, VALUES_SAID):
        for place, texts in sentences.items():
            assert set(texts) == set(LANGUAGES), place
            assert not any(text.endswith((".", "。")) for text in texts.values()), place


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"parking": {}}, "clauses.parking", "unknown"),
        ({"who": "all"}, "clauses.who", "format"),
        ({"who": {"age": 3}}, "clauses.who.age", "unknown"),
        ({"who": {"open_to": "firms"}}, "clauses.who.open_to", "list"),
        ({"who": {"open_to": ["gods"]}}, "clauses.who.open_to", "choice"),
        ({"who": {"access": ["wide"]}}, "clauses.who.access", "choice"),
        ({"publication": {"delay_days": True}}, "clauses.publication.delay_days", "number"),
        ({"publication": {"delay_days": "90"}}, "clauses.publication.delay_days", "number"),
        ({"publication": {"delay_days": -1}}, "clauses.publication.delay_days", "between"),
        ({"cancellation": {"late_percent": 101}}, "clauses.cancellation.late_percent", "between"),
        ({"liability_cap": {"cap": "sum"}}, SUM, "required"),
        ({"liability_cap": {"cap": "law", "sum": HKD}}, SUM, "only_with"),
        (capped(5), SUM, "amount_unreadable"),
        (capped(HKD | {"amount_minor": 0}), SUM, "amount_unreadable"),
        (capped(HKD | {"amount_minor": 1.5}), SUM, "amount_unreadable"),
        (capped(HKD | {"currency": "XXX"}), SUM, "currency_unknown"),
        (capped(HKD | {"amount_minor": 10**16}), SUM, "amount_too_large"),
        ({"training": {TEXT: "shoes"}}, "clauses.training.text", "format"),
        ({"training": {TEXT: {"fr": "chaussures"}}}, "clauses.training.text.fr", "language"),
        ({"training": {TEXT: {"en": "x" * (LONGEST_TEXT + 1)}}}, "clauses.training.text.en", "max_length"),
        ({"training": {TEXT: {"en": "\x00"}}}, "clauses.training.text.en", "no_nul"),
        (["who"], "clauses", "format"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(given: Any, field: str, rule: str) -> None:
    with pytest.raises(Invalid) as raised:
        checked(given)
    assert [(error.field, error.rule) for error in raised.value.errors] == [(field, rule)]


def test_all_errors_are_told_at_once_and_what_is_empty_is_left_out() -> None:
    with pytest.raises(Invalid) as raised:
        checked({"who": {"access": "no"}, "publication": {"delay_days": -3}})
    assert len(raised.value.errors) == 2
    assert checked({"who": {"open_to": [], "access": ""}, "training": None, "insurance": {TEXT: {"en": " "}}}) == {}
    twice = checked({"who": {"open_to": ["firms", "universities", "firms"]}})
    assert twice["who"]["open_to"] == ["universities", "firms"]


def test_a_text_alone_keeps_the_digest_that_it_always_had() -> None:
    known = "7efcad59add4ee0592f6ee2d45b9c15317a8b630c25ebb69cef880c339644cc6"
    plain = digest({"en": "Wear goggles."})
    assert plain == digest({"en": "Wear goggles."}, {}) == digest({"en": "Wear goggles."}, None)
    assert plain == known
    assert plain != digest({"en": "Wear goggles."}, {"who": {"access": "wide"}})


def test_the_digest_knows_every_part_and_no_order() -> None:
    base = digest({}, EVERYTHING)
    backwards = {name: dict(reversed(list(parts.items()))) for name, parts in reversed(list(EVERYTHING.items()))}
    assert digest({}, backwards) == base
    for clause in VOCABULARY:
        for part in (*(part.name for part in clause.parts), TEXT):
            fewer = {name: value for name, value in EVERYTHING[clause.name].items() if name != part}
            assert digest({}, EVERYTHING | {clause.name: fewer}) != base, (clause.name, part)


def test_comparing_walks_every_part() -> None:
    rows = compare(EVERYTHING, {})
    assert [row.clause for row in rows] == [c.name for c in VOCABULARY for _ in (*c.parts, TEXT)]
    assert {row.difference for row in rows} == {Difference.REMOVED}
    assert {row.difference for row in compare({}, EVERYTHING)} == {Difference.ADDED}
    assert {row.difference for row in compare(EVERYTHING, EVERYTHING)} == {Difference.SAME}
    assert compare({}, {}) == ()
    changed = compare({"training": {"needed": "induction"}}, {"training": {"needed": "certificate"}})
    assert [(row.part, row.difference) for row in changed] == [("needed", Difference.CHANGED)]
    for row in rows:
        for language in LANGUAGES:
            assert part_said(row.clause, row.part, row.left, language) and part_name(row.clause, row.part, language)
            assert part_said(row.clause, row.part, row.right, language) == ""


def test_clauses_are_published_with_or_without_a_text(session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now)
    clauses = {"who": {"access": "wide"}}
    first = publish_terms(session, facility.id, {}, clauses=clauses, now=now, by=bo)
    assert (first.text, first.clauses, first.digest) == ({}, clauses, digest({}, clauses))
    assert publish_terms(session, facility.id, {}, clauses=clauses | {"training": {}}, now=now, by=bo) is first
    publish_terms(session, facility.id, {"en": "Shoes."}, clauses=clauses, now=now, by=bo)
    plain = publish_terms(session, facility.id, {"en": "Shoes."}, now=now, by=bo)
    assert [version.number for version in terms_versions(session, facility.id)] == [3, 2, 1]
    assert plain.digest == digest({"en": "Shoes."})
    with pytest.raises(Invalid) as raised:
        publish_terms(session, facility.id, {"en": "\x00"}, clauses={"who": {"access": "no"}}, now=now, by=bo)
    assert {error.field for error in raised.value.errors} == {"clauses.who.access", "terms.en"}
