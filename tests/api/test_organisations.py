"""Organisations over the API: entered, found, judged, and who belongs to them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.notices.models import Notice
from tests.api.conftest import Callers
from tests.cast import join

NEW = {
    "name": {"en": "Delta Coatings", "zh-Hant": "三角洲塗層"},
    "kind": "firm",
    "jurisdiction": "HK",
    "control": "hk_macao",
}


def entered(callers: Callers, name: str = "eve") -> dict[str, Any]:
    made = callers.call(name, "POST", "/organisations", json=NEW)
    assert made.status_code == 201, made.json
    return dict(made.json)


def slugs(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [item["slug"] for item in answer.json["items"]]


def test_an_organisation_waits_until_an_administrator_has_judged_it(callers: Callers) -> None:
    made = entered(callers)
    path = f"/organisations/{made['id']}"
    assert made["verification"] == "pending"
    assert callers.call("ada", "GET", path).status_code == 404
    assert made["slug"] in slugs(callers.call("dee", "GET", "/organisations?verification=pending"))
    assert slugs(callers.call("ada", "GET", "/organisations?verification=pending")) == []

    assert callers.call("eve", "POST", f"{path}/refuse", json={"reason": "No."}).status_code == 404
    refused = callers.call("dee", "POST", f"{path}/refuse", json={"reason": "Not in the register."})
    assert (refused.status_code, refused.json["verification"]) == (200, "refused")
    assert callers.call("eve", "GET", path).json["verification_reason"] == "Not in the register."

    stale = callers.call("dee", "POST", f"{path}/verify", json={"facts_digest": "0" * 32})
    assert (stale.status_code, stale.json["code"]) == (409, "facts_changed")
    assert stale.json["facts"]["name"] == made["name"]
    seen = {"facts_digest": callers.call("dee", "GET", path).json["facts_digest"]}
    assert stale.json["facts_digest"] == seen["facts_digest"]
    assert callers.call("dee", "POST", f"{path}/verify", json=seen).json["verification"] == "verified"
    seen = callers.call("ada", "GET", path)
    assert (seen.status_code, seen.json["verification_reason"]) == (200, None)
    assert callers.call("dee", "POST", f"{path}/suspend", json={"reason": "Complaint."}).json["suspended"] is True
    assert callers.call("ada", "GET", path).status_code == 404, "who is suspended is not shown to others"
    assert callers.call("dee", "POST", f"{path}/readmit", json={"reason": "Settled."}).json["suspended"] is False
    again = callers.call("dee", "POST", f"{path}/readmit", json={"reason": "Settled."})
    assert (again.status_code, again.json["state"]) == (409, "active")
    told = [item["verb"] for item in callers.call("eve", "GET", f"{path}/history").json["items"]]
    assert told == [f"organisation.{word}" for word in ("readmitted", "suspended", "verified", "refused", "created")]
    assert callers.call("ada", "GET", f"{path}/history").status_code in (403, 404)


def test_nothing_is_entered_twice_by_a_repeated_request(callers: Callers) -> None:
    key = {"Idempotency-Key": "once"}
    first, again = (callers.call("eve", "POST", "/organisations", json=NEW, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]
    other = callers.call("eve", "POST", "/organisations", json={**NEW, "city": "Kowloon"}, headers=key)
    assert (other.status_code, other.json["errors"][0]["field"]) == (422, "idempotency_key")
    assert entered(callers)["id"] != first.json["id"], "without a key each request is a wish of its own"


def test_organisations_are_found_by_a_word_and_read_in_pages(callers: Callers) -> None:
    firm, university = callers.stage.cast.firm, callers.stage.cast.university
    assert slugs(callers.call(None, "GET", "/organisations?q=hetao")) == [firm.slug]
    assert slugs(callers.call(None, "GET", f"/organisations?q={university.slug}")) == [university.slug]
    first = callers.call(None, "GET", "/organisations?limit=3").json
    rest = callers.call(None, "GET", f"/organisations?limit=3&cursor={first['next']}").json
    everybody = [item["slug"] for item in first["items"] + rest["items"]]
    assert len(everybody) == len(set(everybody)) == 4
    assert rest["next"] is None
    assert callers.call(None, "GET", "/organisations?cursor=nonsense").status_code == 422
    listed = callers.call(None, "GET", f"/organisations/{firm.id}/facilities").json["items"]
    assert [item["id"] for item in listed] == [str(callers.stage.facility.id)]


def test_an_invitation_is_accepted_or_declined_by_its_addressee_alone(callers: Callers) -> None:
    firm = callers.stage.cast.firm
    path = f"/organisations/{firm.id}"
    wish = {"email": "eve@example.org", "roles": ["host_staff"]}
    assert callers.call("ada", "POST", f"{path}/invitations", json=wish).status_code == 403
    for verb, expected in (("decline", 204), ("accept", 200)):
        assert callers.call("bo", "POST", f"{path}/invitations", json=wish).status_code == 202
        (waiting,) = callers.call("eve", "GET", "/invitations").json["items"]
        assert (waiting["organisation"]["slug"], waiting["roles"]) == (firm.slug, ["host_staff"])
        (sent,) = callers.call("bo", "GET", f"{path}/invitations").json["items"]
        assert (sent["id"], sent["email"]) == (waiting["id"], "eve@example.org")
        assert callers.call("ada", "POST", f"/invitations/{waiting['id']}/{verb}").status_code == 404
        assert callers.call("eve", "POST", f"/invitations/{waiting['id']}/{verb}").status_code == expected
        assert callers.call("eve", "GET", "/invitations").json["items"] == []
    bo = callers.stage.cast.bo
    codes = set(callers.stage.session.scalars(select(Notice.code).where(Notice.recipient_id == bo.id)))
    assert {"invitation_declined", "invitation_accepted"} <= codes
    members = {item["name"]: item["roles"] for item in callers.call("eve", "GET", f"{path}/members").json["items"]}
    assert members["Eve Stone"] == ["host_staff"]


def test_an_invitation_is_withdrawn_by_its_own_organisation(callers: Callers) -> None:
    path = f"/organisations/{callers.stage.cast.firm.id}/invitations"
    wish = {"email": "eve@example.org", "roles": ["host_staff"]}
    callers.call("bo", "POST", path, json=wish)
    (sent,) = callers.call("bo", "GET", path).json["items"]
    elsewhere = f"/organisations/{callers.stage.cast.university.id}/invitations/{sent['id']}"
    assert callers.call("dee", "DELETE", elsewhere).status_code == 404
    assert callers.call("bo", "DELETE", f"{path}/{sent['id']}").status_code == 204
    assert callers.call("bo", "DELETE", f"{path}/{sent['id']}").status_code == 404
    assert callers.call("eve", "GET", "/invitations").json["items"] == []


def test_members_get_roles_and_leave_but_for_the_last_manager(callers: Callers) -> None:
    cast = callers.stage.cast
    path = f"/organisations/{cast.firm.id}"
    join(callers.stage.session, cast.eve, cast.firm, Role.HOST_STAFF, now=callers.stage.now)
    given = callers.call("bo", "PUT", f"{path}/members/{cast.eve.id}", json={"roles": ["host_staff", "researcher"]})
    assert given.status_code == 204
    assert callers.call("eve", "POST", f"{path}/leave").status_code == 204
    assert callers.call("eve", "POST", f"{path}/leave").status_code in (403, 404)
    last = callers.call("bo", "POST", f"{path}/leave")
    assert (last.status_code, last.json["reasons"][0]["code"]) == (422, "last_manager")


def test_a_deputy_is_named_shown_and_ended(callers: Callers) -> None:
    cast = callers.stage.cast
    path = f"/organisations/{cast.firm.id}/deputies"
    wish = {
        "principal": str(cast.bo.id),
        "deputy": str(cast.eve.id),
        "starts_on": "2026-03-03",
        "ends_on": "2026-03-05",
    }
    stranger = callers.call("bo", "POST", path, json=wish)
    assert (stranger.status_code, stranger.json["reasons"][0]["code"]) == (422, "deputy_stranger")
    join(callers.stage.session, cast.eve, cast.firm, Role.HOST_STAFF, now=callers.stage.now)
    assert callers.call("eve", "POST", path, json=wish).status_code == 403
    key = {"Idempotency-Key": "deputy"}
    made, again = (callers.call("bo", "POST", path, json=wish, headers=key) for _ in range(2))
    assert (made.status_code, made.json["deputy_name"]) == (201, "Eve Stone")
    assert again.json == made.json
    assert [item["id"] for item in callers.call("eve", "GET", path).json["items"]] == [made.json["id"]]
    assert callers.call("ada", "GET", path).status_code in (403, 404)
    assert callers.call("bo", "DELETE", f"{path}/{uuid4()}").status_code == 404
    assert callers.call("bo", "DELETE", f"{path}/{made.json['id']}").status_code == 204
    assert callers.call("bo", "GET", path).json["items"] == []
    assert callers.call("bo", "POST", path, json=wish, headers=key).status_code == 404, "what the key made is gone"
