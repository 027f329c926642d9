"""What administrators and auditors do over the API, and that nobody else gets near it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from marketplace.accounts.models import TokenScope
from marketplace.jobs.actions import defer
from marketplace.jobs.models import Task, TaskState
from marketplace.notices.actions import mail_to_address
from marketplace.notices.models import Mail, MailState
from tests.api.conftest import Callers
from tests.cast import bearer

READ = ("/overview", "/people", "/history", "/tasks", "/long-work", "/mails", "/exchange-rates")


@pytest.mark.parametrize("path", READ)
def test_overseeing_is_for_overseers(callers: Callers, path: str) -> None:
    assert callers.call("dee", "GET", path).status_code == 200
    assert callers.call("eve", "GET", path).status_code == 404
    assert callers.call(None, "GET", path).status_code == 401
    narrow = bearer(callers.database, callers.stage.cast.dee, now=callers.stage.now, scope=TokenScope.WRITE)
    assert callers.call(None, "GET", path, headers=narrow).status_code == 404, "an administrator's plain token is plain"


def test_somebody_is_suspended_readmitted_and_given_a_role(callers: Callers) -> None:
    ada = callers.stage.cast.ada
    (found,) = callers.call("dee", "GET", "/people?q=ada@").json["items"]
    assert found["id"] == str(ada.id)
    path, why = f"/people/{ada.id}", {"reason": "Misuse of the line."}
    assert callers.call("eve", "POST", f"{path}/suspend", json=why).status_code == 404
    assert callers.call("dee", "POST", f"{path}/suspend", json={"reason": " "}).status_code == 422
    suspended = callers.call("dee", "POST", f"{path}/suspend", json=why)
    assert (suspended.status_code, bool(suspended.json["suspended_at"])) == (200, True)
    assert callers.call("ada", "GET", "/account").status_code == 401
    assert callers.call("dee", "POST", f"{path}/readmit", json=why).json["suspended_at"] is None
    role = callers.call("dee", "PUT", f"{path}/platform-role", json={"role": "auditor", "reason": "Yearly audit."})
    assert role.json["platform_role"] == "auditor"
    assert callers.call("ada", "GET", "/people").status_code == 200
    assert callers.call("ada", "POST", f"{path}/suspend", json=why).status_code == 404, "auditors only read"
    verbs = [item["verb"] for item in callers.call("dee", "GET", f"{path}/history").json["items"]]
    assert verbs == ["person.role_changed", "person.readmitted", "person.suspended"]
    oneself = callers.call("dee", "POST", f"/people/{callers.stage.cast.dee.id}/suspend", json=why)
    assert oneself.json["reasons"][0]["code"] == "not_oneself"
    assert callers.call("dee", "GET", f"/people/{uuid4()}").status_code == 404


def test_history_is_narrowed_and_its_chain_checked(callers: Callers) -> None:
    made = callers.book(start="2026-03-04T09:00:00+08:00", end="2026-03-04T12:00:00+08:00").json["id"]
    callers.call("bo", "POST", f"/bookings/{made}/approve")
    found = callers.call("dee", "GET", f"/history?kind=booking&subject={made}").json
    assert [item["actor_name"] for item in found["items"]][-1] == "Ada Leung"
    assert found["findings"] == []
    assert found["items"][0]["number"] == len(found["items"])
    assert all(item["sentence"] and item["sentence"] != item["verb"] for item in found["items"])
    one = callers.call("dee", "GET", "/history?verb=booking&limit=1").json
    assert (len(one["items"]), one["findings"]) == (1, None)
    assert (
        callers.call("dee", "GET", f"/history?verb=booking&limit=1&cursor={one['next']}").json["items"] != one["items"]
    )
    assert callers.call("dee", "GET", "/history?until=2026-03-01").json["items"] == []
    assert callers.call("dee", "GET", "/history?since=0001-01-01").status_code == 422


def test_a_day_and_a_year_of_a_calendar_are_an_administrators_to_change(callers: Callers) -> None:
    day = {
        "day": "2026-05-04",
        "kind": "off",
        "name": {"en": "Typhoon"},
        "note": "Signal 10.",
        "notice": "Press release",
    }
    assert callers.call("ada", "POST", "/calendars/HK-GEN/days", json=day).status_code == 404
    made = callers.call("dee", "POST", "/calendars/HK-GEN/days", json=day)
    assert (made.status_code, made.json["official"], made.json["source"]) == (201, True, "Press release")
    after = callers.call(None, "GET", "/calendars/HK-GEN/working-day?start=2026-05-02&days=1").json
    assert after["date"] == "2026-05-05"
    year = callers.call(None, "GET", "/calendars/HK-GEN/years/2026").json
    assert day["day"] in [each["day"] for each in year["days"]]
    assert callers.call("ada", "POST", "/calendars/HK-GEN/years/2027/confirm", json={"notice": "G."}).status_code == 404
    confirmed = callers.call("dee", "POST", "/calendars/HK-GEN/years/2027/confirm", json={"notice": "Gazette 1/2026"})
    assert (confirmed.json["provisional"], confirmed.json["official_notice"]) == (False, "Gazette 1/2026")
    assert callers.call("dee", "POST", "/calendars/MOON/days", json=day).status_code == 404
    assert callers.call(None, "GET", "/calendars/HK-GEN/years/1900").status_code == 404
    codes = {item["code"] for item in callers.call(None, "GET", "/calendars").json["items"]}
    assert {"CN", "HK-GEN", "HK-GOV5", "MO"} <= codes


def test_a_rate_is_entered_with_its_source(callers: Callers) -> None:
    rate = {"currency": "CNY", "per_hkd": "0.9213", "valid_from": "2026-03-01", "source": "Monetary Authority"}
    assert callers.call("bo", "POST", "/exchange-rates", json=rate).status_code == 404
    made = callers.call("dee", "POST", "/exchange-rates", json=rate)
    assert (made.status_code, made.json["per_hkd"]) == (201, "0.9213")
    assert made.json["currency"] in [
        item["currency"] for item in callers.call("dee", "GET", "/exchange-rates").json["items"]
    ]
    wrong = callers.call("dee", "POST", "/exchange-rates", json={**rate, "per_hkd": "-1"})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "per_hkd")


def test_what_was_given_up_is_tried_again(callers: Callers) -> None:
    session, now = callers.stage.session, callers.stage.now
    defer(session, "search.refresh_facility", {}, now=now)
    mail_to_address(session, "new@example.org", "sign_up", {"path": "x"}, language="en", now=now)
    task = session.scalars(select(Task).order_by(Task.id.desc())).first()
    mail = session.scalars(select(Mail).where(Mail.address == "new@example.org")).one()
    assert task is not None
    task.state, mail.state = TaskState.DEAD, MailState.DEAD
    session.flush()
    waits = callers.call("dee", "GET", "/overview").json
    assert (waits["tasks"]["dead"], waits["mails"]["dead"]) == (1, 1)
    for kind, row in (("tasks", task), ("mails", mail)):
        (dead,) = callers.call("dee", "GET", f"/{kind}?state=dead").json["items"]
        assert dead["id"] == str(row.id)
        assert callers.call("eve", "POST", f"/{kind}/{row.id}/retry").status_code == 404
        assert callers.call("dee", "POST", f"/{kind}/{row.id}/retry").status_code == 204
        again = callers.call("dee", "POST", f"/{kind}/{row.id}/retry")
        assert (again.status_code, again.json["state"]) == (409, "waiting")


def test_a_zone_tells_who_governs_it(callers: Callers) -> None:
    zone = callers.call(None, "GET", "/zones/hengqin").json
    assert zone["agencies"], zone
    assert zone["sources"]
    assert callers.call(None, "GET", f"/zones/{zone['code']}").json == zone
    assert callers.call(None, "GET", "/zones/atlantis").status_code == 404
    agencies = {item["code"] for item in callers.call(None, "GET", "/agencies").json["items"]}
    assert {each["code"] for each in zone["agencies"]} <= agencies
    assert callers.call(None, "GET", "/counterpart-pairs").json["items"]
