"""What a host states for permit plans: each fact by its own rule, and nothing is taken that it does not know."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.catalogue.rules.permit_facts import OF_FACILITY, OF_UNIT, stated
from marketplace.permits.library import shipped
from marketplace.values.refusal import Invalid


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (None, {}),
        ({}, {}),
        ({"lab_bsl": 3}, {"lab_bsl": 3}),
        ({"lab_bsl": "none", "lab_accreditations": None}, {"lab_bsl": "none"}),
        ({"lab_accreditations": ["CMA", "HKAS", "CMA"]}, {"lab_accreditations": ["HKAS", "CMA"]}),
        ({"lab_accreditations": []}, {"lab_accreditations": []}),
        ({"host_authorised_for_stv": False}, {"host_authorised_for_stv": False}),
    ],
)
def test_what_is_stated_of_a_place_is_kept(told: Any, kept: dict[str, Any]) -> None:
    assert stated(told, "permit_facts", among=OF_FACILITY) == kept


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"control_codes": {}}, {"control_codes": {}}),
        ({"control_codes": {"HK": ["cwc"], "CN": []}}, {"control_codes": {"HK": ["cwc"]}}),
        ({"customs_supervised_until": "2027-01-31"}, {"customs_supervised_until": "2027-01-31"}),
        ({"customs_supervised_until": "none"}, {"customs_supervised_until": "none"}),
    ],
)
def test_what_is_stated_of_equipment_is_kept(told: Any, kept: dict[str, Any]) -> None:
    assert stated(told, "permit_facts", among=OF_UNIT) == kept


@pytest.mark.parametrize(
    ("told", "field", "rule"),
    [
        ("3", "permit_facts", "mapping"),
        ({"lab_bsl": 5}, "permit_facts.lab_bsl", "range"),
        ({"lab_bsl": True}, "permit_facts.lab_bsl", "range"),
        ({"lab_bsl": "3"}, "permit_facts.lab_bsl", "range"),
        ({"lab_accreditations": "CMA"}, "permit_facts.lab_accreditations", "list"),
        ({"lab_accreditations": [["CMA"]]}, "permit_facts.lab_accreditations", "choice"),
        ({"host_authorised_for_stv": "yes"}, "permit_facts.host_authorised_for_stv", "choice"),
        ({"zone": "ZON-QH"}, "permit_facts.zone", "unknown_fact"),
        ({"control_codes": {"CN": ["nuclear"]}}, "permit_facts.control_codes", "fact_codes"),
        ({"control_codes": {"CN": "cwc"}}, "permit_facts.control_codes", "fact_codes"),
        ({"control_codes": {"FR": []}}, "permit_facts.control_codes", "fact_codes"),
        ({"control_codes": []}, "permit_facts.control_codes", "mapping"),
        ({"customs_supervised_until": "soon"}, "permit_facts.customs_supervised_until", "date"),
        ({"customs_supervised_until": 7}, "permit_facts.customs_supervised_until", "date"),
        ({"customs_supervised_until": "0001-01-01"}, "permit_facts.customs_supervised_until", "year_range"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(told: Any, field: str, rule: str) -> None:
    with pytest.raises(Invalid) as invalid:
        stated(told, "permit_facts", among={**OF_FACILITY, **OF_UNIT})
    assert [(error.field, error.rule) for error in invalid.value.errors] == [(field, rule)]


def test_the_names_are_those_of_the_rules() -> None:
    facts = shipped().facts
    known = {name.rpartition(".")[2] for name in facts if name.startswith(("place.", "people_flows[]."))}
    assert set(OF_FACILITY) | set(OF_UNIT) <= known
