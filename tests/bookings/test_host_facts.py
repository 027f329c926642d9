"""What the host has stated of its place: the plan takes it from there, and asks for the rest."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.bookings import actions
from marketplace.bookings.models import PlanCause
from marketplace.bookings.queries.permits import latest_plan, plan_again
from marketplace.catalogue.actions import change_facility, change_unit
from tests.bookings.test_permits import NOTHING
from tests.factories.stage import Stage, hours

WORK = {**NOTHING, "activity_class": "highly_pathogenic", "place": {}}


def asked(stage: Stage, flows: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """The facts that the plan of a booking asks for, and those of the place."""
    booking = stage.book(hours(30, 9, 12), flows=flows)
    row = latest_plan(stage.session, booking.id)
    assert row is not None
    return [each.fact for each in plan_again(stage.session, row).questions], row.facts["place"]


def state(stage: Stage, **facts: Any) -> None:
    """State facts of the facility, as its host."""
    by = stage.actor("bo")
    change_facility(stage.session, stage.facility.id, {"permit_facts": facts}, now=stage.now, by=by)


def state_of_unit(stage: Stage, **facts: Any) -> None:
    """State facts of the unit, as its host."""
    change_unit(stage.session, stage.unit.id, {"permit_facts": facts}, now=stage.now, by=stage.actor("bo"))


def test_what_nobody_stated_stays_a_question(across: Stage) -> None:
    questions, place = asked(across, WORK)
    assert {"place/lab_bsl", "place/control_codes/CN"} <= set(questions)
    assert set(place) == {"zone"}


def test_what_the_host_stated_is_not_asked(across: Stage) -> None:
    state(across, lab_bsl=3)
    state_of_unit(across, control_codes={})
    questions, place = asked(across, WORK)
    assert not any(fact.startswith("place/") for fact in questions)
    assert place == {"zone": None, "lab_bsl": 3, "control_codes": {}}


def test_the_host_knows_better_than_who_asks(across: Stage) -> None:
    state_of_unit(across, control_codes={"CN": ["dual_use"]})
    booking = across.book(hours(30, 9, 12), flows=NOTHING)
    row = latest_plan(across.session, booking.id)
    assert row is not None and row.facts["place"] == {
        "zone": None,
        "lab_bsl": None,
        "control_codes": {"CN": ["dual_use"]},
    }
    assert any(each["rule"] == "EXP-05" for each in row.requirements) or row.awaited


def test_a_stored_plan_keeps_what_was_stated_then(across: Stage) -> None:
    state_of_unit(across, control_codes={})
    booking = across.book(hours(30, 9, 12), flows=NOTHING)
    first = latest_plan(across.session, booking.id)
    state_of_unit(across, control_codes={"CN": ["dual_use"]})
    assert first is not None and first.facts["place"]["control_codes"] == {}
    assert latest_plan(across.session, booking.id) is first
    fresh = actions.replan(across.session, booking.id, PlanCause.RULES, now=across.now, by=across.actor("bo"))
    assert fresh is not None and fresh.facts["place"]["control_codes"] == {"CN": ["dual_use"]}
    assert first.facts["place"]["control_codes"] == {}


@pytest.mark.parametrize("stated", [True, False, None])
def test_whether_visitors_may_come_is_the_hosts_to_say(stage: Stage, stated: bool | None) -> None:
    if stated is not None:
        state(stage, host_authorised_for_stv=stated)
    way = {"from": "CN", "to": "HK", "residence": "CN", "host_authorised_for_stv": not stated}
    booking = stage.book(hours(30, 9, 12), flows={**NOTHING, "people_flows": [way, {"from": "HK", "to": "CN"}]})
    row = latest_plan(stage.session, booking.id)
    assert row is not None
    assert row.facts["people_flows"][0]["host_authorised_for_stv"] is (True if stated is None else stated)
    assert "host_authorised_for_stv" not in row.facts["people_flows"][1]
