"""Machine hours at their edges, distance, and localisation."""

from __future__ import annotations

import math
from typing import Any

import pytest

from marketplace.spillovers.computing import computed
from marketplace.spillovers.rules.geography import distance, half_life_weight

STATES = ("productive", "standby", "engineering", "scheduled_down", "unscheduled_down", "nonscheduled")


def test_a_month_in_which_nobody_meant_to_use_the_machine_has_no_operational_figure() -> None:
    inputs = {"month_hours": 720, "states": dict.fromkeys(STATES, 0) | {"nonscheduled": 720}, "failures": 0}
    assert computed("use.e10.operational_uptime", inputs)["value"] is None
    assert computed("use.e10.total_uptime", inputs)["value"] == 0
    assert computed("use.e10.mtbf", inputs)["value"] is None
    assert computed("use.e10.mttr", inputs | {"repair_h": 0})["value"] is None


def test_a_line_that_stood_still_has_no_performance() -> None:
    row = {"planned_min": 60, "down_min": 60, "ideal_cycle_min": 1, "total_units": 0, "good_units": 0}
    value = computed("use.oee", {"oee": row})["value"]
    assert value == {"availability": 0, "performance": None, "quality": None, "oee": 0}


def instruments(**hours: tuple[float, float]) -> dict[str, Any]:
    rows = {name: {"kind": name, "prep": 0, "test": test, "post": 0, "ext": ext} for name, (test, ext) in hours.items()}
    return {"instruments": rows, "quota_hours": {"general": 1400}, "survey_benchmark": 1600}


def test_an_instrument_that_did_not_run_shares_nothing() -> None:
    value = computed("use.cn.sharing_rate", instruments(general=(0, 0)))["value"]
    assert value == {"by_instrument": {"general": 0}, "pooled": 0, "mean": 0}
    assert computed("use.cn.sharing_rate", {"instruments": {}})["value"]["pooled"] is None


def test_pooled_and_mean_differ_and_stand_side_by_side() -> None:
    value = computed("use.cn.sharing_rate", instruments(general=(1000, 100), special=(10, 10)))["value"]
    assert (value["pooled"], value["mean"]) == (pytest.approx(110 / 1010), 0.55)


def test_an_instrument_of_unknown_kind_has_no_quota() -> None:
    result = computed("use.cn.quota_rate", instruments(general=(700, 0), special=(10, 0)))
    assert result["value"]["vs_quota"] == {"general": 0.5} and result["n_unknown"] == 1


def test_quotas_of_part_of_a_year_are_counted_by_days_and_labelled() -> None:
    inputs = instruments(general=(700, 0)) | {"period_days": 73}
    value = computed("use.cn.quota_rate", inputs)["value"]
    assert value["vs_quota"]["general"] == 2.5 and value["pro_rated"] is True
    assert computed("use.cn.quota_rate", instruments(general=(700, 0)))["value"]["pro_rated"] is False


def test_nobody_serves_others_longer_than_the_instrument_ran() -> None:
    with pytest.raises(ValueError, match="more_than_whole"):
        computed("use.cn.external_hours", instruments(general=(10, 11)))


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [((0, 0), (0, 180), math.pi), ((90, 0), (-90, 0), math.pi), ((0, 0), (0, 90), math.pi / 2), ((5, 5), (5, 5), 0)],
)
def test_distances_on_the_globe(one: tuple[float, float], other: tuple[float, float], wanted: float) -> None:
    assert distance(one, other, 1) == pytest.approx(wanted)
    assert distance(one, other, 1) == distance(other, one, 1)


def test_weights_halve_with_each_half_distance() -> None:
    assert [half_life_weight(length, 100) for length in (0, 100, 200)] == [1, 0.5, 0.25]
    assert half_life_weight(1e9, 1e-6) == 0


def test_controls_without_any_from_the_region_give_no_ratio() -> None:
    sample = {"n": 10, "same_region": 0}
    value = computed("spill.localisation", {"citations": sample | {"same_region": 2}, "controls": sample})["value"]
    assert value["ratio"] is None and value["t"] > 0
    assert computed("spill.localisation", {"citations": sample, "controls": sample})["value"]["t"] is None
    none = {"n": 0, "same_region": 0}
    assert computed("spill.localisation", {"citations": none, "controls": none})["value"] == {"ratio": None, "t": None}
