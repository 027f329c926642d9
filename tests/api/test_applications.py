"""Applications over the API: the same verbs, refusals named by their fields, and the same rooms for the same people."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from config import Settings
from marketplace.applications.models import Application, ApplicationState, Verb
from tests.applications.conftest import LICENCE, Office, make_office, open_agency
from tests.applications.test_counterparts import FLOWS, RULE
from tests.applications.test_lists import many
from tests.cast import bearer

S, V = ApplicationState, Verb


@pytest.fixture
def office(session: Session, settings: Settings, now: Any) -> Office:
    return make_office(session, settings, now)


@pytest.fixture
def row(office: Office) -> Application:
    return office.applications(office.book())[LICENCE]


class Caller:
    """Somebody with a token."""

    def __init__(self, client: FlaskClient, office: Office, name: str) -> None:
        person = office.rival if name == "fan" else office.stage.cast.people[name]
        database = client.application.extensions["benchbridge"][1]
        self.client, self.headers = client, bearer(database, person, now=office.now)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def step(self, row: Application, **body: Any) -> Any:
        return self.client.post(f"/api/v1/applications/{row.id}/steps", json=body, headers=self.headers)


def test_from_a_draft_to_a_grant(client: FlaskClient, office: Office, row: Application) -> None:
    bo, cheng = Caller(client, office, "bo"), Caller(client, office, "cheng")
    [line] = bo.get("/applications").json["items"]
    assert (line["id"], line["state"], line["whole"]) == (str(row.id), "draft", True)
    filed = bo.step(row, verb="file", number="F-1").json
    assert (filed["state"], filed["due_on"], filed["clock_state"]) == ("filed", "2026-05-08", "running")
    assert [each["verb"] for each in filed["timeline"]] == ["draft", "file"]
    [waiting] = cheng.get("/agency/applications").json["items"]
    assert (waiting["id"], waiting["days_left"]) == (str(row.id), 45)
    assert "grant" in cheng.get(f"/applications/{row.id}").json["steps"]
    granted = cheng.step(row, verb="grant", number="L-7", valid_to="2026-12-31").json
    assert (granted["state"], granted["valid_to"], granted["steps"]) == ("granted", "2026-12-31", ["revoke"])
    assert cheng.get("/agency/applications").json["items"] == []
    assert len(cheng.get("/agency/applications?decided=true").json["items"]) == 1


@pytest.mark.parametrize("who", ["fan", "eve", "ada"])
def test_others_find_nothing(client: FlaskClient, office: Office, row: Application, who: str) -> None:
    office.step(row, V.FILE, "bo")
    other = Caller(client, office, who)
    assert other.get(f"/applications/{row.id}").status_code == 404
    assert other.step(row, verb="grant").status_code == 404
    assert row.state is S.FILED


def test_the_other_side_knows_that_it_is_there_and_no_more(
    client: FlaskClient, office: Office, row: Application
) -> None:
    office.step(row, V.FILE, "bo", number="SECRET-9")
    answer = Caller(client, office, "ada").get("/applications")
    [line] = answer.json["items"]
    assert (line["state"], line["whole"], line["filed_on"], line["due_on"]) == ("filed", False, None, None)
    assert "SECRET-9" not in answer.text


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "verb"),
        ({"verb": "draft"}, 422, "verb"),
        ({"verb": "grant", "on": "soon"}, 422, "on"),
        ({"verb": "grant", "on": "2026-03-09"}, 422, "on"),
        ({"verb": "grant", "number": "\u0000"}, 422, "number"),
        ({"verb": "grant", "number": "x" * 200}, 422, "number"),
        ({"verb": "grant", "valid_to": "2020-01-01"}, 422, "valid_to"),
        ({"verb": "grant", "file": "00000000-0000-7000-8000-000000000000"}, 422, "file"),
        ({"verb": "refuse"}, 422, "note"),
        ({"verb": "extend", "days": 100000}, 422, "days"),
        ({"verb": "extend", "days": "many"}, 422, "days"),
        ({"verb": "grant", "more": 1}, 422, "more"),
        ({"verb": "ask", "note": "x", "step": "\u0000"}, 422, "step"),
        ({"verb": "ask", "note": "x", "agency": "\u0000"}, 422, "agency"),
        ({"verb": "ask", "note": "x", "days": 10**30}, 422, "days"),
        ({"verb": "begin_step", "step": "\u0000"}, 409, "state"),
    ],
)
def test_unfit_input_is_named_by_its_field(
    client: FlaskClient, office: Office, row: Application, body: dict[str, Any], status: int, field: str
) -> None:
    office.step(row, V.FILE, "bo")
    answer = Caller(client, office, "cheng").step(row, **body)
    assert answer.status_code == status
    assert field in answer.text
    assert row.state is S.FILED


def test_what_the_state_does_not_allow_is_a_conflict(client: FlaskClient, office: Office, row: Application) -> None:
    office.step(row, V.FILE, "bo")
    cheng = Caller(client, office, "cheng")
    assert cheng.step(row, verb="grant").status_code == 200
    assert cheng.step(row, verb="refuse", note="No.").status_code == 409
    assert Caller(client, office, "bo").step(row, verb="revoke", note="No.").status_code == 403


def test_lists_go_on_by_their_cursor(client: FlaskClient, office: Office) -> None:
    many(office, 5)
    for who, path in (("cheng", "/agency/applications"), ("bo", "/applications")):
        caller, seen, cursor = Caller(client, office, who), [], ""
        while cursor is not None:
            answer = caller.get(f"{path}?limit=2{cursor and f'&cursor={cursor}'}").json
            seen += [each["id"] for each in answer["items"]]
            cursor = answer["next"]
        assert seen == [each["id"] for each in caller.get(path).json["items"]]
        assert len(set(seen)) == 5
        for unfit in ("x", "WzFd", "WyIyMDI2IiwgIngiLCAieSJd"):
            refused = caller.get(f"{path}?cursor={unfit}")
            assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "cursor")


def test_the_counterparts_step_reads_as_dates_and_no_more(client: FlaskClient, office: Office) -> None:
    rows = office.applications(office.book(FLOWS))
    for row, who in ((rows[RULE], "ada"), (rows[f"{RULE}/host"], "bo")):
        office.step(row, V.FILE, who, number=f"{who}-1", note="Words")
    person = open_agency(office.session, "AGY-HK-DPO", "Hoi Chan", now=office.now)
    headers = bearer(client.application.extensions["benchbridge"][1], person, now=office.now)
    told = client.get(f"/api/v1/applications/{rows[RULE].id}", headers=headers).json
    [other] = told["counterparts"]
    assert (other["filed_on"], other["timeline"][-1]) == ("2026-03-02", {"verb": "file", "on": "2026-03-02"})
    assert not {"number", "reason", "conditions", "note", "by"} & set(other)
    assert told["awaits_other"] is False
