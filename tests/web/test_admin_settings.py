"""The page of settings: overseers look, administrators change, and the new value is what everybody meets."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.platform.queries import standing
from marketplace.platform.rules import REMIND_OF_START, SUPPORT_ADDRESS
from tests.cast import Cast, signed_in

PAGE = "/en/admin/settings"


def test_a_setting_is_changed_with_a_reason(client: FlaskClient, cast: Cast, session: Session) -> None:
    dee = signed_in(client, cast.dee)
    assert "never, the default holds" in dee.get(PAGE).text
    path = f"{PAGE}/{SUPPORT_ADDRESS.key}"
    assert dee.post(path, data={"value": "help@example.org", "seen": "0"}).status_code == 422
    assert dee.post(path, data={"value": "help", "seen": "0", "reason": "Asked for."}).status_code == 422
    kept = {"value": "help@example.org", "seen": "0", "reason": "Asked for."}
    assert dee.post(path, data=kept).status_code == 303
    assert "mailto:help@example.org" in dee.get("/en/").text
    late = dee.post(path, data=kept)
    assert late.status_code == 422 and "Somebody else changed this setting" in late.text
    assert "Asked for." in dee.get(path).text and "Dee Marr" in dee.get(PAGE).text


def test_bounds_are_said_and_kept(client: FlaskClient, cast: Cast, session: Session) -> None:
    dee = signed_in(client, cast.dee)
    path = f"{PAGE}/{REMIND_OF_START.key}"
    assert "1 to 168; the default is 24." in dee.get(path).text
    refused = dee.post(path, data={"value": "0", "seen": "0", "reason": "No reminders."})
    assert refused.status_code == 422 and "From 1 to 168." in refused.text
    assert standing(session, REMIND_OF_START).version == 0
    assert dee.get(f"{PAGE}/nonsense").status_code == 404
    odd = dee.post(path, data={"value": "9", "seen": "x", "reason": "Odd."})
    assert odd.status_code == 422


@pytest.mark.parametrize("who", ["ada", "bo", "cheng", "eve"])
def test_others_find_nothing_there(client: FlaskClient, cast: Cast, who: str) -> None:
    visitor = signed_in(client, cast.people[who])
    assert visitor.get(PAGE).status_code == 404
    assert visitor.post(f"{PAGE}/{REMIND_OF_START.key}", data={}).status_code == 404
