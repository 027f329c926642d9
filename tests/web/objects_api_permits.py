"""What the operations on permits are about, for the walks over all routes."""

from __future__ import annotations

from tests.web.objects import Thing, World, thing


@thing("api_permits.rule")
def a_rule(_world: World) -> Thing:
    """A rule of the files."""
    return Thing({"rule_id": "EXP-08"})


@thing("api_permits.plan")
def facts(_world: World) -> Thing:
    """A sample that goes to the mainland and comes back, with somebody who carries it."""
    goods = {
        "from": "HK",
        "to": "CN",
        "date": "2026-03-20",
        "exporter": "user",
        "kind": "sample",
        "control_codes": {"CN": [], "HK": ["dual_use"]},
        "chem_class": ["hazardous"],
        "value": {"amount_minor": 500_000, "currency": "HKD"},
        "returns": True,
        "return_by": "2026-06-30",
    }
    held = {"id": "v1", "kind": "permit", "rule": "EXP-08", "holder": "user", "valid_to": "2026-12-31", "scope": {}}
    given = {
        "host": {"jurisdiction": "CN", "city": "Shenzhen", "org_type": "firm"},
        "user": {"jurisdiction": "HK", "org_type": "university"},
        "mode": "sample_in",
        "goods_flows": [goods],
        "people_flows": [{"from": "HK", "to": "CN", "date": "unknown", "days_each_stay": 3}],
        "data_flows": [],
        "money": {"payer": "user", "payee": "host", "grant": {"source": "itf"}},
        "vault": [held],
    }
    return Thing(form={"on": "2026-03-02", "facts": given})
