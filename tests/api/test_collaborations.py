"""Collaborations over the API: a story from proposal to report, lost updates, cursors, and bad input."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from marketplace.accounts.models import TokenScope
from marketplace.collaborations.actions.joining import join_booking
from tests.cast import bearer
from tests.collaborations.conftest import sides  # noqa: F401
from tests.factories.collaborations import Sides
from tests.factories.stage import hours

SHEET: dict[str, Any] = {"title": {"en": "Quiet coatings"}, "kind": "pilot_project", "starts_on": "2026-03-02"}


class Caller:
    """One person's way to ask."""

    def __init__(self, client: FlaskClient, sides: Sides, name: str) -> None:  # noqa: F811
        people = {**sides.cast.people, "mara": sides.mara, "gus": sides.gus}
        database = client.application.extensions["benchbridge"][1]
        database.info["rate_limits"] = False
        scope = TokenScope.ADMIN if name == "dee" else TokenScope.WRITE
        self.client, self.headers = client, bearer(database, people[name], now=sides.now, scope=scope)

    def __call__(self, method: str, path: str, body: Any = None, *, status: int = 200, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers={**self.headers, **named})
        assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
        return answer.get_json(silent=True)


@pytest.fixture
def ask(client: FlaskClient, sides: Sides) -> Any:  # noqa: F811
    return lambda name: Caller(client, sides, name)


def parties(*places: Any) -> list[dict[str, Any]]:
    return [{"organisation": str(place.id), "roles": ["partner"]} for place in places]


def test_from_proposal_to_report(ask: Any, sides: Sides) -> None:  # noqa: F811
    ada, bo, mara, gus, eve = (ask(name) for name in ("ada", "bo", "mara", "gus", "eve"))
    body = {**SHEET, "parties": parties(sides.cast.university, sides.cast.firm)}
    made = ada("POST", "/collaborations", body, status=201, Idempotency_Key="one")
    assert ada("POST", "/collaborations", body, status=201, Idempotency_Key="one")["id"] == made["id"]
    here = f"/collaborations/{made['id']}"
    assert made["state"] == "proposed" and {each["standing"] for each in made["parties"]} == {"member", "asked"}
    eve("GET", here, status=404)
    assert bo("GET", "/collaborations")["items"][0]["waits"] is True
    bo("POST", f"{here}/accept", {"version": 7}, status=422)
    assert bo("POST", f"{here}/accept", {"version": 1})["state"] == "active"
    mara("POST", f"{here}/parties", parties(sides.institute)[0])
    asked = gus("GET", here)
    assert asked["waits"] and asked["people"] == [] and asked["bookings"] == []
    gus("POST", f"{here}/accept", {"version": asked["version"]})
    ada("PUT", f"{here}/people/{sides.cast.ada.id}", {"role": "lead"})
    ada("PUT", f"{here}/people/{sides.cast.bo.id}", {"role": "lead"}, status=422)
    amount = {"amount_minor": 5_000_000, "currency": "HKD"}
    funded = bo("POST", f"{here}/funding", {"funder": "Fund", "public": True, "amount": amount}, status=201)
    assert funded["funding"][0]["amount"] == amount
    bo("DELETE", f"{here}/funding/{funded['funding'][0]['id']}", status=204)
    promised = ada("POST", f"{here}/milestones", {"title": "Wafer", "planned_on": "2026-04-01"}, status=201)
    stone = f"{here}/milestones/{promised['milestones'][0]['id']}"
    ada("POST", f"{stone}/replan", {"on": "2026-05-01"})
    reached = ada("POST", f"{stone}/reach", {"on": "2026-03-01"})["milestones"][0]
    assert (reached["first_planned_on"], reached["standing"]) == ("2026-04-01", "reached")
    ada("POST", f"{stone}/cancel", {"on": "2026-03-01"}, status=409)
    left = gus("POST", f"{here}/leave", {"on": "2026-03-02", "reason": "Moved."})
    assert left["verbs"] == []
    gus("GET", f"{here}/history", status=403)
    ada("POST", f"{here}/complete", {"on": "2026-03-02", "report": "It holds."}, status=403)
    closed = mara("POST", f"{here}/complete", {"on": "2026-03-02", "report": "It holds."})
    assert closed["state"] == "completed" and closed["report"] == "It holds."
    assert gus("GET", here)["report"] == ""
    assert ada("GET", f"{here}/history")["items"][0]["verb"] == "collaboration.completed"


def test_a_lost_update_is_noticed(ask: Any, sides: Sides) -> None:  # noqa: F811
    ada, row = ask("ada"), sides.active()
    here = f"/collaborations/{row.id}"
    ada("PUT", here, {**SHEET, "aim": "One."}, If_Match=f'"{row.version}"')
    ada("PUT", here, {**SHEET, "aim": "Two."}, status=412, If_Match='"1"')
    assert ada("PUT", here, {**SHEET, "aim": "Three."})["aim"] == "Three."


def test_declining_and_withdrawing(ask: Any, sides: Sides) -> None:  # noqa: F811
    first, second = sides.proposed(), sides.proposed()
    bo = ask("bo")
    bo("POST", f"/collaborations/{first.id}/decline", {"reason": "Full."}, status=204)
    bo("GET", f"/collaborations/{first.id}", status=404)
    assert ask("mara")("POST", f"/collaborations/{second.id}/withdraw")["state"] == "declined"


def test_lists_by_cursor_and_state(ask: Any, sides: Sides) -> None:  # noqa: F811
    made = {str(sides.active().id) for _ in range(3)}
    ada, seen, cursor = ask("ada"), [], None
    for _ in range(3):
        page = ada("GET", "/collaborations?limit=1" + (f"&cursor={cursor}" if cursor else ""))
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert set(seen) == made and cursor is None
    assert ada("GET", "/collaborations?state=completed")["items"] == []
    for odd in ("state=x", "cursor=zzz", "cursor=WyI5OSIsIngiXQ", "limit=0"):
        ada("GET", f"/collaborations?{odd}", status=422)


def test_a_booking_is_put_elsewhere(ask: Any, sides: Sides) -> None:  # noqa: F811
    booking = sides.booked(hours(3, 10, 12))
    join_booking(sides.session, booking.id, now=sides.now)
    three = sides.of_three()
    found = ask("ada")("PUT", f"/bookings/{booking.id}/collaboration", {"collaboration": str(three.id)})
    assert [each["id"] for each in found["bookings"]] == [str(booking.id)]
    other = sides.proposed(sides.institute.id)
    ask("ada")("PUT", f"/bookings/{booking.id}/collaboration", {"collaboration": str(other.id)}, status=409)
    ask("eve")("PUT", f"/bookings/{booking.id}/collaboration", {"collaboration": str(three.id)}, status=404)


def test_mergers_are_recorded_by_administrators(ask: Any, sides: Sides) -> None:  # noqa: F811
    here = f"/organisations/{sides.institute.id}/mergers"
    body = {"into": str(sides.cast.university.id), "on": "2026-03-01"}
    ask("ada")("POST", here, body, status=404)
    dee = ask("dee")
    made = dee("POST", here, body, status=201)
    assert made["items"][0]["into"]["id"] == str(sides.cast.university.id)
    assert dee("GET", f"/organisations/{sides.cast.university.id}/mergers")["items"][0]["on"] == "2026-03-01"
    dee("POST", here, body, status=422)
    dee("DELETE", here, status=204)
    assert dee("GET", here)["items"] == []


DEEP: Any = "x"
for _ in range(60):
    DEEP = [DEEP]
ODD = [None, "\x00", 10**400, float("nan"), -1, "x" * 70_000, [], {}, {"en": {"en": 1}}, DEEP, True, "2026-13-45"]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_bad_input_is_an_error_that_names_its_field(ask: Any, sides: Sides, odd: Any) -> None:  # noqa: F811
    row = sides.of_three()
    mara, here = ask("mara"), f"/collaborations/{row.id}"
    shapes: dict[str, dict[str, Any]] = {
        f"PUT {here}": {**SHEET, "clauses": {}, "level_now": 1, "scheme": "trl", "raid": None, "ends_on": None},
        "POST /collaborations": {**SHEET, "parties": parties(sides.cast.university, sides.cast.firm)},
        f"POST {here}/parties": parties(sides.cast.elsewhere)[0],
        f"POST {here}/funding": {"funder": "F", "public": True, "amount": {"amount_minor": 1, "currency": "HKD"}},
        f"POST {here}/milestones": {"title": "W", "planned_on": "2026-03-02"},
        f"POST {here}/files": {"file": str(uuid4()), "kind": "other"},
        f"POST {here}/accept": {"version": 1},
        f"PUT {here}/people/{sides.cast.ada.id}": {"role": "lead"},
        f"POST {here}/leave": {"on": "2026-03-02", "reason": "x"},
        f"POST {here}/complete": {"on": "2026-03-02", "report": "x"},
    }
    for address, shape in shapes.items():
        method, path = address.split()
        for name in shape:
            answer = mara.client.open(f"/api/v1{path}", method=method, json={**shape, name: odd}, headers=mara.headers)
            assert answer.status_code < 500, f"{address} {name}: {answer.get_data(as_text=True)[:500]}"
