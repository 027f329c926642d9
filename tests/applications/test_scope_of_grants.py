"""What was granted covers what was told, and no more: a fact that changes afterwards opens its gate anew."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from marketplace.applications.actions.drafting import draft
from marketplace.applications.models import ApplicationState, Verb
from marketplace.bookings.actions.permits import state_flows
from marketplace.bookings.queries.permits import latest_plan
from marketplace.permits.models import VaultEntry
from tests.applications.conftest import NOTHING, RESTRICTED, Office

S, V = ApplicationState, Verb
LICENCE = "EXP-01"
GOODS: dict[str, Any] = {
    "from": "CN", "to": "HK", "exporter": "host", "kind": "instrument", "hs_code": "902710", "purpose": "research",
    "control_codes": {"CN": ["dual_use"]}, "special_goods": False, "bio_kind": None, "chem_class": [],
    "returns": False, "consumable": False, "whitelisted": False, "suspect_infectious": False, "carrier": "freight",
    "value": {"amount_minor": 100, "currency": "HKD"},
}  # fmt: skip


def awaited(office: Office, booking: Any) -> set[str]:
    plan = latest_plan(office.session, booking.id)
    assert plan is not None
    return set(plan.awaited)


def state(office: Office, booking: Any, flows: dict[str, Any]) -> None:
    later = office.now + timedelta(hours=1)
    state_flows(office.session, booking.id, flows, now=later, by=office.actor("ada"))
    draft(office.session, booking.id, now=later)


def grant(office: Office, row: Any) -> list[VaultEntry]:
    office.step(row, V.FILE, "bo")
    office.step(row, V.GRANT, "cheng", number="M-1", file_id=office.file("cheng"))
    return [office.session.get_one(VaultEntry, UUID(each)) for each in row.entries]


@pytest.mark.parametrize(
    ("changed", "covered"),
    [
        ({"control_codes": {"CN": ["dual_use", "nuclear"]}}, False),
        ({"purpose": "test"}, False),
        ({"hs_code": "902720"}, False),
        ({"value": {"amount_minor": 90, "currency": "HKD"}}, True),
    ],
)
def test_a_fact_that_changes_after_the_grant_opens_only_its_gate(
    office: Office, changed: dict[str, Any], covered: bool
) -> None:
    flows = {**NOTHING, "goods_flows": [GOODS]}
    booking = office.book(flows)
    row = office.applications(booking)[LICENCE]
    before = awaited(office, booking)
    grant(office, row)
    granted = awaited(office, booking)
    assert before - granted == {LICENCE}
    told = deepcopy(flows)
    told["goods_flows"][0].update(changed)
    state(office, booking, told)
    assert awaited(office, booking) - granted == (set() if covered else {LICENCE})
    assert (office.applications(booking)[LICENCE].state is S.GRANTED) is covered


def test_an_application_for_two_consignments_grants_two_uses(office: Office) -> None:
    two = [{**GOODS, "date": "2026-07-01"}, {**GOODS, "date": "2026-07-20", "hs_code": "902780"}]
    booking = office.book({**NOTHING, "goods_flows": two})
    entries = grant(office, office.applications(booking)[LICENCE])
    assert [entry.scope["hs_code"] for entry in entries] == [["902710"], ["902780"]]
    assert LICENCE not in awaited(office, booking)
    three = [*two, {**GOODS, "date": "2026-07-25"}]
    state(office, booking, {**NOTHING, "goods_flows": three})
    assert LICENCE in awaited(office, booking)
    row = office.applications(booking)[LICENCE]
    assert (row.state, row.flows) == (S.DRAFT, ["goods_flows/2"])


def test_what_only_has_a_kind_is_covered_as_before(office: Office) -> None:
    booking = office.book(RESTRICTED)
    [entry] = grant(office, office.applications(booking)["TEC-02"])
    assert entry.scope["export_catalogue_part"] == ["restricted"]
