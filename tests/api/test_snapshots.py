"""Snapshots of periods and parameters of one's own over the API, for those who watch over the platform."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.spillovers.actions.evidence import MOST_WAITING
from marketplace.spillovers.actions.wishing import WORK, take_wished
from tests.api.conftest import Callers

WISH = {"scope": "platform", "year": 2025, "begins": "fiscal_hk", "parameters": {"delta": "0.5", "grace_days": [0, 7]}}


def test_a_snapshot_that_was_asked_for_is_there_once_it_is_taken(callers: Callers, session: Session) -> None:
    asked = callers.call("dee", "POST", "/metric-snapshots", json=WISH)
    assert asked.status_code == 202, asked.json
    path, now = f"/metric-snapshots/{asked.json['id']}", callers.stage.now.astimezone(UTC)
    assert callers.call("dee", "GET", path).status_code == 404
    told = session.scalars(text("SELECT args FROM procrastinate_jobs WHERE task_name = :name"), {"name": WORK}).one()
    taken = take_wished(session, told, now=now)
    assert taken is not None and taken.taken_by == callers.stage.cast.dee.id
    assert take_wished(session, told, now=now) is None, "done twice, it is one"
    found = callers.call("dee", "GET", path).json
    assert (found["snapshot"]["from"], found["snapshot"]["to"]) == ("2025-04-01", "2026-04-01")
    parameters = found["snapshot"]["parameters"]
    assert (parameters["delta"], parameters["grace_days"], parameters["chosen"]) == (
        "0.5",
        [0, 7],
        ["delta", "grace_days"],
    )
    assert {each["metric"] for each in found["items"]} >= {"out.distinct", "use.show_rate"}


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"parameters": {"delta": "much"}}, "delta"),
    ({"parameters": {"delta": {"a": [1]}}}, "delta"),
    ({"parameters": {"\x00": 1}}, "\x00"),
    ({"begins": "lunar"}, "begins"),
    ({"year": None}, "year"),
    ({"first_day": "2025-01-01"}, "year"),
    ({"year": None, "first_day": "2025-02-01", "last_day": "2025-01-01"}, "last_day"),
    ({"scope": "planet"}, "scope"),
    ({"as_of": "2199-01-01T00:00:00Z"}, "as_of"),
]


def test_bad_wishes_are_named(callers: Callers) -> None:
    for change, field in BROKEN:
        answer = callers.call("dee", "POST", "/metric-snapshots", json={**WISH, **change})
        assert answer.status_code == 422, (change, answer.json)
        assert field in [each["field"] for each in answer.json["errors"]], (change, answer.json)


def test_so_many_wait_for_one_person(callers: Callers, session: Session) -> None:
    for _ in range(MOST_WAITING):
        assert callers.call("dee", "POST", "/metric-snapshots", json=WISH).status_code == 202
    refused = callers.call("dee", "POST", "/metric-snapshots", json=WISH)
    assert refused.status_code == 422 and "snapshots_in_the_making" in refused.text, refused.json
    session.execute(text("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE task_name = :name"), {"name": WORK})
    assert callers.call("dee", "POST", "/metric-snapshots", json=WISH).status_code == 202


def test_strangers_neither_ask_nor_see(callers: Callers) -> None:
    for name in ("ada", "eve"):
        assert callers.call(name, "POST", "/metric-snapshots", json=WISH).status_code in (403, 404)
    missing = "/metric-snapshots/018f0000-0000-7000-8000-000000000000"
    assert callers.call("ada", "GET", missing).status_code in (403, 404)
