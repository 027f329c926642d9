"""Pages of the screening list: administrators keep it, and nobody else knows of it."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.permits.actions.screening import look_at_party
from marketplace.permits.models import MatchState, ScreenedParty, ScreeningMatch
from tests.cast import Cast, form, signed_in

LISTED = {
    "names": "HETAO MICROSYSTEMS CO., LTD.\n河套微系統有限公司",
    "identifiers": "9144 0300 0000",
    "listed_for": "watchlist",
    "source": "Notice 7 of 2026",
    "note": "<b>see the file</b>",
    "listed_from": "2026-01-01",
    "listed_to": "",
}


def listed(client: FlaskClient, cast: Cast, session: Session, now: datetime) -> ScreenedParty:
    signed_in(client, cast.dee)
    answer = client.post("/en/admin/screening/parties/new", data=form(client, LISTED))
    assert answer.status_code == 303, answer.text
    [row] = session.scalars(select(ScreenedParty)).all()
    assert look_at_party(session, row.id, now=now) == 1
    return row


def test_from_the_list_to_a_confirmed_match(client: FlaskClient, cast: Cast, session: Session, now: datetime) -> None:
    signed_in(client, cast.dee)
    assert "Nothing to review" in client.get("/en/admin/screening").text
    assert "The list is empty" in client.get("/en/admin/screening/parties").text
    row = listed(client, cast, session, now)
    page = client.get("/en/admin/screening").text
    assert "Hetao Microsystems" in page
    assert "Screening matches to review: 1" in client.get("/en/admin").text
    [match] = session.scalars(select(ScreeningMatch)).all()
    where = f"/en/admin/screening/matches/{match.id}"
    assert "&lt;b&gt;see the file&lt;/b&gt;" in client.get(where).text
    assert client.post(where, data=form(client, {"verdict": "confirmed", "reason": ""})).status_code == 422
    assert client.post(where, data=form(client, {"reason": "Same address."})).status_code == 422
    answer = client.post(where, data=form(client, {"verdict": "confirmed", "reason": "Same address."}))
    assert answer.status_code == 303
    session.refresh(match)
    assert match.state is MatchState.CONFIRMED
    assert "HETAO MICROSYSTEMS" in client.get(f"/en/admin/organisations/{cast.firm.id}").text
    assert "Same address." in client.get(where).text
    assert "已确认" in client.get(f"/zh-hans/admin/screening/parties/{row.id}").text
    again = client.post(where, data=form(client, {"verdict": "confirmed", "reason": "Still."}))
    assert again.status_code == 409


def test_a_party_is_changed(client: FlaskClient, cast: Cast, session: Session, now: datetime) -> None:
    row = listed(client, cast, session, now)
    where = f"/en/admin/screening/parties/{row.id}/change"
    assert "河套微系統有限公司" in client.get(where).text
    wrong = client.post(where, data=form(client, LISTED | {"listed_to": "2025-01-01"}))
    assert wrong.status_code == 422
    assert client.post(where, data=form(client, LISTED | {"listed_to": "2026-02-01"})).status_code == 303
    assert "Over" in client.get("/en/admin/screening/parties").text


@pytest.mark.parametrize("name", ["ada", "bo", "cheng", "eve"])
def test_nobody_else_knows_of_it(client: FlaskClient, cast: Cast, session: Session, now: datetime, name: str) -> None:
    row = listed(client, cast, session, now)
    [match] = session.scalars(select(ScreeningMatch)).all()
    signed_in(client, cast.people[name])
    for where in ("", "/parties", "/parties/new", f"/parties/{row.id}", f"/matches/{match.id}"):
        assert client.get(f"/en/admin/screening{where}").status_code == 404
