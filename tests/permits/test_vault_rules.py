"""What may be entered into the vault, how it stands, when a warning is due, and what a plan's uses come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest

from marketplace.permits.library import FOLDER, Library, library_of
from marketplace.permits.models import UseEffect, VaultEntry, VaultKind, VaultState
from marketplace.permits.rules.book import Rule, rule_of
from marketplace.permits.rules.vault import (
    NewEntry,
    Standing,
    basis_of,
    due_warning,
    entry_faults,
    fit_volume,
    normal,
    plain,
    scope_names,
    span_beside,
    standing,
    strongest,
    volume_refusals,
)
from marketplace.values.refusal import Invalid

TODAY = date(2026, 3, 2)
LISTS = ["HTZ-CUS", "NS-WL"]
PERMIT = NewEntry(
    kind=VaultKind.PERMIT, organisation_id=uuid4(), rule_id="BIO-08", valid_from=date(2026, 1, 1), issuer="DH"
)
WHITE = replace(PERMIT, kind=VaultKind.WHITELIST, rule_id=None, list_code="HTZ-CUS")
TRAINED = replace(PERMIT, kind=VaultKind.TRAINING, rule_id=None, title="Laser safety")


@cache
def shipped() -> Library:
    """The library as it is shipped; reading it takes a second or two."""
    return library_of(FOLDER)


@cache
def rule(rule_id: str) -> Rule:
    return rule_of(next(told for told in shipped().rules if told["id"] == rule_id))


def faults(new: NewEntry) -> set[tuple[str, str]]:
    known = {told["id"] for told in shipped().rules}
    law = rule(new.rule_id) if new.rule_id in known and new.rule_id else None
    found = entry_faults(new, law, lists=LISTS, vocabulary=shipped().facts, today=TODAY)
    return {(fault.field, fault.rule) for fault in found}


@pytest.mark.parametrize("new", [PERMIT, WHITE, TRAINED])
def test_what_fits_is_taken(new: NewEntry) -> None:
    assert faults(new) == set()


@pytest.mark.parametrize(
    ("new", "fields", "fault"),
    [
        (PERMIT, {"organisation_id": None}, ("owner", "one_owner")),
        (PERMIT, {"person_id": uuid4()}, ("owner", "one_owner")),
        (PERMIT, {"rule_id": None}, ("rule", "required")),
        (PERMIT, {"rule_id": "XXX-99"}, ("rule", "unknown")),
        (PERMIT, {"rule_id": "TAX-CN-1"}, ("rule", "never_held")),
        (PERMIT, {"rule_id": "TEC-01"}, ("rule", "never_held")),
        (PERMIT, {"rule_id": "PPL-06"}, ("rule", "of_people")),
        (PERMIT, {"organisation_id": None, "person_id": uuid4()}, ("rule", "of_organisations")),
        (PERMIT, {"list_code": "NOPE"}, ("list", "unknown")),
        (WHITE, {"list_code": None}, ("list", "required")),
        (WHITE, {"list_code": "NOPE"}, ("list", "unknown")),
        (WHITE, {"rule_id": "BIO-08"}, ("rule", "not_of_kind")),
        (WHITE, {"scope": {"purpose": "test"}}, ("scope.purpose", "unknown_fact")),
        (TRAINED, {"title": ""}, ("title", "required")),
        (TRAINED, {"list_code": "NS-WL"}, ("list", "not_of_kind")),
        (PERMIT, {"valid_to": date(2025, 12, 31)}, ("valid_to", "order")),
        (PERMIT, {"valid_to": date(2026, 3, 1)}, ("valid_to", "past")),
        (PERMIT, {"valid_from": date(1066, 1, 1)}, ("valid_from", "year_range")),
        (PERMIT, {"volume_allowed": Decimal(0), "volume_unit": "kg"}, ("volume_allowed", "range")),
        (PERMIT, {"volume_allowed": Decimal("NaN"), "volume_unit": "kg"}, ("volume_allowed", "range")),
        (PERMIT, {"volume_allowed": Decimal("0.0001"), "volume_unit": "kg"}, ("volume_allowed", "range")),
        (PERMIT, {"volume_allowed": Decimal(5)}, ("volume_unit", "required")),
        (PERMIT, {"volume_unit": "kg"}, ("volume_allowed", "required")),
        (PERMIT, {"scope": {"colour": "red"}}, ("scope.colour", "unknown_fact")),
        (PERMIT, {"scope": {"value": 5}}, ("scope.value", "unknown_fact")),
        (PERMIT, {"scope": {"purpose": "burning"}}, ("scope.purpose", "choice")),
        (PERMIT, {"scope": {"purpose": []}}, ("scope.purpose", "max_items")),
        (PERMIT, {"scope": {"special_goods": "yes"}}, ("scope.special_goods", "boolean")),
        (PERMIT, {"scope": {"purpose": ["unknown"]}}, ("scope.purpose", "required")),
        (PERMIT, {"scope": {f"x{number}": 1 for number in range(21)}}, ("scope", "max_items")),
        (PERMIT, {"parties": [uuid4() for _ in range(51)]}, ("parties", "max_items")),
    ],
)
def test_what_does_not_fit_is_named(new: NewEntry, fields: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in faults(replace(new, **fields))


def test_a_scope_that_the_rule_knows_is_taken() -> None:
    scope = {"purpose": ["test", "repair"], "suspect_infectious": True, "from": "CN"}
    assert faults(replace(PERMIT, scope=scope)) == set()
    assert {"purpose", "suspect_infectious", "from"} <= set(scope_names(rule("BIO-08"), shipped().facts))


def test_a_rule_on_the_whole_booking_has_nothing_to_narrow() -> None:
    """The engine looks at facts of the entry in hand, and a booking as such has none."""
    assert scope_names(rule("HGR-01"), shipped().facts) == []


def test_a_person_holds_what_people_are_given() -> None:
    mine = replace(PERMIT, organisation_id=None, person_id=uuid4(), rule_id="PPL-06")
    assert faults(mine) == set()


def test_texts_are_kept_clean() -> None:
    kept = normal(replace(PERMIT, number="  A-1 ", list_code="", parties=[x := uuid4(), x]))
    assert (kept.number, kept.list_code, kept.parties) == ("A-1", None, (x,))
    with pytest.raises(Invalid, match="number: max_length"):
        normal(replace(PERMIT, number="9" * 101))
    with pytest.raises(Invalid, match="issuer: no_nul"):
        normal(replace(PERMIT, issuer="a\x00b"))


def row(**fields: Any) -> VaultEntry:
    usual: dict[str, Any] = {
        "state": VaultState.VERIFIED,
        "valid_from": date(2026, 1, 1),
        "valid_to": None,
        "volume_allowed": None,
        "volume_used": Decimal(0),
        "volume_unit": "kg",
    }
    return VaultEntry(**usual | fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Standing.VALID),
        ({"state": VaultState.UNVERIFIED}, Standing.UNVERIFIED),
        ({"state": VaultState.REJECTED}, Standing.REJECTED),
        ({"state": VaultState.REVOKED, "valid_to": date(2020, 1, 1)}, Standing.REVOKED),
        ({"valid_to": TODAY}, Standing.ENDING),
        ({"valid_to": TODAY - timedelta(days=1)}, Standing.ENDED),
        ({"valid_to": TODAY + timedelta(days=60)}, Standing.ENDING),
        ({"valid_to": TODAY + timedelta(days=61)}, Standing.VALID),
        ({"valid_from": TODAY + timedelta(days=1)}, Standing.COMING),
        ({"volume_allowed": Decimal(5), "volume_used": Decimal(5)}, Standing.USED_UP),
        ({"volume_allowed": Decimal(5), "volume_used": Decimal("4.999")}, Standing.VALID),
    ],
)
def test_how_an_entry_stands(fields: dict[str, Any], expected: Standing) -> None:
    assert standing(row(**fields), TODAY) is expected


@pytest.mark.parametrize(
    ("left", "warned", "expected"),
    [
        (61, None, None),
        (60, None, 60),
        (60, 60, None),
        (45, None, 60),
        (30, 60, 30),
        (30, 30, None),
        (8, 30, None),
        (7, 30, 7),
        (3, None, 7),
        (0, 30, 7),
        (0, 7, None),
        (-1, None, None),
    ],
)
def test_each_warning_is_due_once(left: int, warned: int | None, expected: int | None) -> None:
    assert due_warning(TODAY + timedelta(days=left), warned, TODAY) == expected


def test_volume_is_refused_beyond_what_is_left() -> None:
    held = row(volume_allowed=Decimal(5), volume_used=Decimal("3.5"))
    assert volume_refusals(held, Decimal("1.5")) == []
    [refusal] = volume_refusals(held, Decimal("1.501"))
    assert (refusal.code, refusal.details) == ("vault_volume_short", {"left": "1.5", "unit": "kg"})
    assert [each.code for each in volume_refusals(row(), Decimal(1))] == ["vault_no_volume"]


def test_volumes_are_finite_and_written_plainly() -> None:
    assert [plain(Decimal(text)) for text in ("2.500", "100", "0.001", "1E+2")] == ["2.5", "100", "0.001", "100"]
    assert not any(fit_volume(Decimal(text)) for text in ("0", "-1", "Infinity", "1E+12", "1.0001"))


def test_the_strongest_use_stands_and_strangers_are_left_out() -> None:
    ours = uuid4()
    uses = [
        {"vault": str(ours), "rule": "HGR-04", "effect": "evidence"},
        {"vault": str(ours), "rule": "HGR-04", "effect": "replaces", "basis": "HGR Rules art 27"},
        {"vault": "v1", "rule": "BIO-08", "effect": "replaces"},
    ]
    assert strongest(uses) == {(ours, "HGR-04"): (UseEffect.REPLACES, "HGR Rules art 27")}


def test_the_basis_says_whether_another_approval_was_recognised() -> None:
    assert basis_of("BIO-08", "BIO-08", UseEffect.REPLACES) == "same_rule"
    assert basis_of("HGR-01", "HGR-04", UseEffect.REPLACES) == "recognised"
    assert basis_of("EXP-02", "EXP-02", UseEffect.EVIDENCE) == "condition"


FIRST, SECOND = uuid4(), uuid4()


def filing(of: UUID, *beside: UUID, **told: Any) -> VaultEntry:
    """An approval of one of two offices."""
    kept: dict[str, Any] = {"valid_from": TODAY, "valid_to": None, "scope": {"to": ["HK"]}, "rule_id": "DAT-04", **told}
    return VaultEntry(id=uuid4(), application_id=of, beside=list(beside), **kept)


def test_one_of_two_counts_beside_the_other_and_no_longer() -> None:
    one = filing(FIRST, SECOND, valid_to=TODAY + timedelta(days=90))
    assert span_beside(one, []) is None
    assert span_beside(one, [filing(SECOND, FIRST)]) == (TODAY, TODAY + timedelta(days=90))
    later, sooner = TODAY + timedelta(days=9), TODAY + timedelta(days=30)
    assert span_beside(one, [filing(SECOND, valid_from=later, valid_to=sooner)]) == (later, sooner)
    assert span_beside(one, [filing(SECOND, valid_from=TODAY + timedelta(days=91))]) is None
    assert span_beside(filing(FIRST), []) == (TODAY, None), "alone where no other office is asked"


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ({"scope": {}}, True),
        ({"scope": {"to": ["HK", "MO"]}}, True),
        ({"scope": {"to": ["MO"]}}, False),
        ({"scope": {"to": ["HK"], "from": ["CN"]}}, False),
        ({"rule_id": "DAT-05"}, False),
    ],
)
def test_the_other_must_cover_as_much_under_the_same_rule(told: dict[str, Any], counts: bool) -> None:
    assert (span_beside(filing(FIRST, SECOND), [filing(SECOND, **told)]) is not None) is counts
