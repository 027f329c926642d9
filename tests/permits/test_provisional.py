"""A date in a year whose official calendar is not out yet says so itself, whoever's date it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.permits.cases import by_rule, plan_of
from tests.permits.test_versions import ACROSS

CRATE: dict[str, Any] = {
    "from": "HK",
    "to": "CN",
    "exporter": "user",
    "kind": "instrument",
    "purpose": "test",
    "returns": True,
    "bio_kind": "none",
    "control_codes": {},
    "chem_class": [],
    "consumable": False,
}


@pytest.mark.parametrize(
    ("day", "due", "provisional"), [("2026-04-01", "2026-09-30", False), ("2027-11-01", "2028-05-01", True)]
)
def test_the_users_own_date_is_provisional_where_its_year_is_not_known(day: str, due: str, provisional: bool) -> None:
    plan = plan_of({**ACROSS, "technology_flows": [], "goods_flows": [{**CRATE, "date": day}]})
    (leave_by,) = by_rule(plan)["CUS-01"].timing.milestones
    assert (leave_by.kind, leave_by.day.isoformat()[:7], leave_by.provisional) == ("leave_by", due[:7], provisional)
