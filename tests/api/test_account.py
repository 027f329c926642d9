"""One's own account over the API: profile, tokens, inbox, taking everything along, leaving."""

from __future__ import annotations

from marketplace.accounts.models import TokenScope
from marketplace.notices.actions import tell
from tests.api.conftest import Callers
from tests.cast import PASSWORD, bearer

MORNING = {"start": "2026-03-04T09:00:00+08:00", "end": "2026-03-04T12:00:00+08:00"}


def with_token(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_what_one_says_of_oneself_is_changed(callers: Callers) -> None:
    body = {"name": "Ada L.", "language": "zh-Hant", "time_zone": "Asia/Macau"}
    changed = callers.call("ada", "PUT", "/account", json=body)
    assert changed.status_code == 200
    assert {name: changed.json[name] for name in body} == body
    (place,) = changed.json["organisations"]
    assert (place["slug"], place["roles"]) == (callers.stage.cast.university.slug, ["researcher"])
    wrong = callers.call("ada", "PUT", "/account", json={**body, "time_zone": "Nowhere"})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "time_zone")


def test_a_token_is_issued_with_the_password_told_once_and_ended(callers: Callers) -> None:
    wish = {"name": "Night run", "scope": "read", "days": 7}
    guessed = callers.call("ada", "POST", "/tokens", json={**wish, "current_password": "guess"})
    assert (guessed.status_code, guessed.json["errors"][0]["rule"]) == (422, "password_wrong")
    made = callers.call("ada", "POST", "/tokens", json={**wish, "current_password": PASSWORD})
    assert made.status_code == 201, made.json
    headers = with_token(made.json["token"])
    assert callers.call(None, "GET", "/account", headers=headers).json["email"] == "ada@example.org"
    assert callers.call(None, "POST", "/inbox/read", headers=headers).status_code == 403, "it only reads"
    listed = {item["id"]: item for item in callers.call("ada", "GET", "/tokens").json["items"]}
    assert listed[made.json["id"]]["hint"] == made.json["token"][-4:]
    assert "token" not in listed[made.json["id"]]
    assert callers.call("eve", "DELETE", f"/tokens/{made.json['id']}").status_code == 404
    assert callers.call("ada", "DELETE", f"/tokens/{made.json['id']}").status_code == 204
    assert callers.call(None, "GET", "/account", headers=headers).status_code == 401


def test_no_token_begets_one_that_may_do_more(callers: Callers) -> None:
    dee, now = callers.stage.cast.dee, callers.stage.now
    wish = {"name": "More", "scope": "admin", "days": 7, "current_password": PASSWORD}
    narrow = bearer(callers.database, dee, now=now, scope=TokenScope.WRITE)
    assert callers.call(None, "POST", "/tokens", json=wish, headers=narrow).status_code == 403
    assert callers.call("dee", "POST", "/tokens", json=wish).status_code == 201
    nobody = callers.call("ada", "POST", "/tokens", json=wish)
    assert (nobody.status_code, nobody.json["reasons"][0]["code"]) == (422, "scope_needs_administrator")


def test_guesses_at_the_password_are_counted(callers: Callers) -> None:
    callers.database.info["rate_limits"] = True
    wish = {"name": "Guess", "scope": "read", "days": 7, "current_password": "guess"}
    answers = [callers.call("ada", "POST", "/tokens", json=wish).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    late = callers.call("ada", "POST", "/account/delete", json={"current_password": PASSWORD, "sure": True})
    assert (late.status_code, int(late.headers["Retry-After"]) > 0) == (429, True)


def test_the_inbox_tells_in_words_and_is_read(callers: Callers) -> None:
    session, ada, now = callers.stage.session, callers.stage.cast.ada, callers.stage.now
    for name in ("one", "two", "three"):
        tell(session, [ada.id], "token_issued", {"path": "account/tokens", "name": name}, now=now)
    first = callers.call("ada", "GET", "/inbox?limit=2").json
    rest = callers.call("ada", "GET", f"/inbox?limit=2&cursor={first['next']}").json
    assert (len(first["items"]), len(rest["items"]), first["unread"], rest["next"]) == (2, 1, 3, None)
    assert "three" in first["items"][0]["subject"] + first["items"][0]["text"]
    assert callers.call("eve", "POST", "/inbox/read").status_code == 204, "her own, of which there are none"
    one = {"notices": [first["items"][0]["id"]]}
    assert callers.call("ada", "POST", "/inbox/read", json=one).status_code == 204
    assert callers.call("ada", "GET", "/inbox").json["unread"] == 2
    assert callers.call("ada", "POST", "/inbox/read").status_code == 204
    assert callers.call("ada", "GET", "/inbox").json["unread"] == 0


def test_mails_are_chosen_by_kind(callers: Callers) -> None:
    known = {item["code"]: item["by_mail"] for item in callers.call("ada", "GET", "/inbox/choices").json["items"]}
    assert known["roles_changed"] is True
    wish = {"by_mail": {"roles_changed": False}}
    assert callers.call("ada", "PUT", "/inbox/choices", json=wish).status_code == 204
    after = {item["code"]: item["by_mail"] for item in callers.call("ada", "GET", "/inbox/choices").json["items"]}
    assert after == {**known, "roles_changed": False}
    assert callers.call("ada", "PUT", "/inbox/choices", json={"by_mail": {"moon": True}}).status_code == 422


def test_everything_kept_about_one_is_taken_along(callers: Callers) -> None:
    callers.book(**MORNING)
    everything = callers.call("ada", "GET", "/account/export").json
    assert everything["person"][0]["email"] == "ada@example.org"
    assert len(everything["bookings"]) == 1
    assert "password_hash" not in everything["person"][0]
    assert callers.call("eve", "GET", "/account/export").json["bookings"] == []


def test_an_account_is_left_with_the_password_once_nothing_lies_ahead(callers: Callers) -> None:
    booking = callers.book(**MORNING).json["id"]
    sure = {"current_password": PASSWORD, "sure": True}
    assert callers.call("ada", "POST", "/account/delete", json={**sure, "sure": False}).status_code == 422
    assert callers.call("ada", "POST", "/account/delete", json={**sure, "current_password": "x"}).status_code == 422
    ahead = callers.call("ada", "POST", "/account/delete", json=sure)
    assert (ahead.status_code, ahead.json["reasons"][0]["code"]) == (422, "bookings_ahead")
    assert callers.call("ada", "POST", f"/bookings/{booking}/cancel").status_code == 200
    assert callers.call("ada", "POST", "/account/delete", json=sure).status_code == 204
    assert callers.call("ada", "GET", "/account").status_code == 401
    assert callers.stage.cast.ada.email is None
