"""What crosses to the counterpart and what does not, fact by fact of the whole vocabulary."""

from __future__ import annotations

import pytest
import yaml

from config import ROOT
from marketplace.applications.rules.pairs import (
    COUNTS,
    CROSSING,
    PERSONAL,
    SMALLEST_COUNT,
    STEPS,
    Side,
    counterparts,
    pair_view,
    side_of,
    withheld,
)
from marketplace.permits.rules.names import FLOWS

VOCABULARY = yaml.safe_load((ROOT / "marketplace/permits/library/facts.yaml").read_text("utf-8"))
FACTS = sorted(each["fact"] for each in VOCABULARY)
OF_FLOWS = [name for name in FACTS if name.partition("[]")[0] in CROSSING and "[]." in name]
# Everything about those who travel but where and when somebody does; and what hides nobody who is counted.
STAYS = {
    "people_flows": {
        "nationality", "residence", "pr_hk_mo", "days_each_stay", "hands_on_work", "talent_class",
        "host_authorised_for_STV", "stv_activity_listed",
    },
}  # fmt: skip


@pytest.mark.parametrize("fact", OF_FLOWS)
def test_each_fact_crosses_or_stays(fact: str) -> None:
    name, _, key = fact.partition("[].")
    flow, value = f"{name}/0", 5000 if key in COUNTS else "told"
    seen = pair_view({}, {flow: {key: value}})["facts"]
    allowed = key in CROSSING[name]
    assert seen == ({flow: {key: value}} if allowed else {})
    assert withheld({flow: {key: value}}) == ([] if allowed else [f"{flow}/{key}"])


@pytest.mark.parametrize("key", sorted(STAYS["people_flows"]))
def test_nothing_about_a_traveller_crosses(key: str) -> None:
    assert pair_view({}, {"people_flows/0": {key: "told", "from": "HK"}})["facts"] == {"people_flows/0": {"from": "HK"}}


@pytest.mark.parametrize("key", sorted(COUNTS))
@pytest.mark.parametrize("count", [0, 1, SMALLEST_COUNT - 1, SMALLEST_COUNT, 9999, True, "7", None])
def test_a_count_crosses_unless_somebody_could_be_recognised_in_it(key: str, count: object) -> None:
    shown = isinstance(count, int) and count is not True and (count == 0 or count >= SMALLEST_COUNT)
    seen = pair_view({}, {"data_flows/0": {key: count}})["facts"]
    assert bool(seen) is shown


@pytest.mark.parametrize("name", sorted(STEPS | PERSONAL | {"anything_new"}))
def test_each_field_of_the_application(name: str) -> None:
    seen = pair_view({name: "told"}, {})
    assert (name in seen) is (name in STEPS)


def test_the_two_lists_of_fields_are_apart_and_flows_are_known() -> None:
    assert not STEPS & PERSONAL
    assert set(CROSSING) <= {*FLOWS, "chemicals"}
    for name, keys in CROSSING.items():
        assert {f"{name}[].{key}" for key in keys} <= set(FACTS), name


def test_of_the_timeline_only_what_and_when() -> None:
    step = {"verb": "ask", "on": "2026-03-02", "by": "Ada", "note": "Her passport", "file": "x", "number": "H1"}
    assert pair_view({"timeline": [step]}, {})["timeline"] == [{"verb": "ask", "on": "2026-03-02"}]


SIDES = [
    Side(agencies=frozenset({"AGY-HK-DH"}), territories=frozenset({"HK"})),
    Side(agencies=frozenset({"AGY-CN-GACC-SZ"}), territories=frozenset({"CN"})),
]
WITHIN = [
    Side(agencies=frozenset({"AGY-CN-HQ-EC"}), territories=frozenset({"CN"})),
    Side(agencies=frozenset({"AGY-CN-HQ-GD"}), territories=frozenset({"CN"})),
]


@pytest.mark.parametrize(
    ("agency", "territory", "sides", "side"),
    [
        ("AGY-HK-DH", "HK", SIDES, 0),
        ("AGY-CN-GACC-SZ", "CN", SIDES, 1),
        ("AGY-CN-GACC", "CN", SIDES, 1),
        ("AGY-MO-SSM", "MO", SIDES, None),
        ("AGY-CN-HQ-GD", "CN", WITHIN, 1),
        ("AGY-CN-GACC", "CN", WITHIN, None),
    ],
)
def test_an_agency_stands_on_one_side_or_on_none(
    agency: str, territory: str, sides: list[Side], side: int | None
) -> None:
    assert side_of(agency, territory, sides) == side


def test_counterparts_stand_on_either_side() -> None:
    assert counterparts(0, 1)
    assert not counterparts(0, 0)
    assert not counterparts(None, 1)
    assert not counterparts(None, None)
