"""Pages of applications: a journey from draft to grant, and who sees what of it."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from config import Settings
from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import Application, ApplicationState, Verb
from marketplace.applications.queries.rows import events_of
from marketplace.applications.rules.steps import Step
from marketplace.bookings.models import Booking
from marketplace.permits.models import VaultEntry
from tests.applications.conftest import LICENCE, MOFCOM, Office, close_agency, make_office, open_agency
from tests.applications.test_counterparts import FLOWS, RULE
from tests.applications.test_lists import many
from tests.cast import actor_of, signed_in

S, V = ApplicationState, Verb


@pytest.fixture
def office(session: Session, settings: Settings, now: Any) -> Office:
    return make_office(session, settings, now)


@pytest.fixture
def booking(office: Office) -> Booking:
    return office.book()


@pytest.fixture
def row(office: Office, booking: Booking) -> Application:
    return office.applications(booking)[LICENCE]


def path(row: Application, more: str = "", *, desk: bool = False, language: str = "en") -> str:
    return f"/{language}/{'agency/' if desk else ''}applications/{row.id}{more}"


def as_(client: FlaskClient, office: Office, name: str) -> FlaskClient:
    person = office.rival if name == "fan" else office.stage.cast.people[name]
    return signed_in(client, person)


def test_from_a_draft_to_a_grant_on_pages(client: FlaskClient, office: Office, row: Application) -> None:
    listed = as_(client, office, "bo").get("/en/applications").text
    assert path(row) in listed
    assert "To be filed" in listed
    form = client.get(path(row, "/file")).text
    assert "Number given by the authority" in form
    paper = (io.BytesIO(b"the contract"), "contract.txt")
    answer = client.post(path(row, "/file"), data={"number": "F-1", "file": paper})
    assert (answer.status_code, answer.location) == (303, path(row))
    page = client.get(path(row)).text
    for words in ("Filed", "F-1", "contract.txt", "8 May 2026", "days left"):
        assert words in page
    desk = as_(client, office, "cheng").get("/en/agency").text
    assert path(row, desk=True) in desk
    assert "45 days left" in desk
    assert client.get(path(row, desk=True)).status_code == 200
    granted = client.post(path(row, "/grant", desk=True), data={"number": "L-7", "conditions": "Only this line."})
    assert granted.status_code == 303
    assert row.state is S.GRANTED
    assert "Only this line." in as_(client, office, "bo").get(path(row)).text
    assert path(row, desk=True) in as_(client, office, "cheng").get("/en/agency/decided").text


@pytest.mark.parametrize("who", ["eve", "fan", "ada"])
def test_strangers_and_the_other_side_do_not_look_into_it(
    client: FlaskClient, office: Office, row: Application, who: str
) -> None:
    office.step(row, V.FILE, "bo", note="Secret <b>words</b>")
    for address in (path(row), path(row, "/note"), path(row, desk=True), path(row, "/grant", desk=True)):
        assert as_(client, office, who).get(address).status_code == 404
    assert client.post(path(row, "/grant", desk=True), data={}).status_code == 404
    assert row.state is S.FILED


def test_the_other_side_sees_that_it_is_there_and_its_state(
    client: FlaskClient, office: Office, row: Application
) -> None:
    office.step(row, V.FILE, "bo", number="SECRET-9")
    page = as_(client, office, "ada").get("/en/applications").text
    assert "Filed" in page
    assert LICENCE in page
    assert path(row) not in page
    assert "SECRET-9" not in page
    assert LICENCE not in as_(client, office, "eve").get("/en/applications").text


def test_a_draft_is_not_on_the_officers_desk(client: FlaskClient, office: Office, row: Application) -> None:
    assert "Nothing waits for you" in as_(client, office, "cheng").get("/en/agency").text
    assert client.get(path(row, desk=True)).status_code == 404


@pytest.mark.parametrize("who", ["ada", "bo", "eve", "dee"])
def test_only_officers_have_a_desk(client: FlaskClient, office: Office, who: str) -> None:
    assert as_(client, office, who).get("/en/agency").status_code == 404


def test_an_administrator_looks_and_does_nothing(client: FlaskClient, office: Office, row: Application) -> None:
    office.step(row, V.FILE, "bo")
    page = as_(client, office, "dee").get(path(row))
    assert page.status_code == 200
    assert ">Grant<" not in page.text
    assert client.post(path(row, "/grant"), data={}).status_code == 403


def test_a_reason_is_asked_for_beside_its_field(client: FlaskClient, office: Office, row: Application) -> None:
    office.step(row, V.FILE, "bo")
    answer = as_(client, office, "cheng").post(path(row, "/refuse", desk=True), data={"note": " "})
    assert answer.status_code == 422
    assert 'href="#note"' in answer.text
    assert row.state is S.FILED


def test_text_is_text_and_bad_dates_are_told(client: FlaskClient, office: Office, row: Application) -> None:
    office.step(row, V.FILE, "bo", note="<script>alert(1)</script>")
    page = as_(client, office, "cheng").get(path(row, desk=True)).text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    answer = client.post(path(row, "/grant", desk=True), data={"valid_to": "soon"})
    assert answer.status_code == 422
    assert client.get(path(row, "/nonsense", desk=True)).status_code == 404
    assert client.get(path(row, "/answer", desk=True)).status_code == 409


def test_a_paper_is_read_by_applicant_and_officer_alone(client: FlaskClient, office: Office, row: Application) -> None:
    office.step(row, V.FILE, "bo", file_id=office.file("bo"))
    file_id = events_of(office.session, row.id)[-1].file_id
    for who, status in (("bo", 200), ("cheng", 200), ("fan", 404), ("eve", 404), ("ada", 404)):
        assert as_(client, office, who).get(f"/en/files/{file_id}").status_code == status, who


def test_without_an_account_the_applicant_records_and_it_says_so(client: FlaskClient, office: Office) -> None:
    close_agency(office.session, MOFCOM)
    booking = office.book(day=29)
    row = office.applications(booking)[LICENCE]
    bo = as_(client, office, "bo")
    bo.post(path(row, "/file"), data={"number": "F-1"})
    assert "Recorded by the applicant" in bo.get(path(row)).text
    assert bo.post(path(row, "/grant"), data={"number": "L-7"}).status_code == 422
    paper = (io.BytesIO(b"granted"), "licence.txt")
    assert bo.post(path(row, "/grant"), data={"number": "L-7", "file": paper}).status_code == 303
    assert row.state is S.GRANTED


@pytest.mark.parametrize(("language", "words"), [("zh-hant", "審批工作台"), ("zh-hans", "审批工作台")])
def test_the_desk_speaks_the_readers_language(
    client: FlaskClient, office: Office, row: Application, language: str, words: str
) -> None:
    office.step(row, V.FILE, "bo")
    assert words in as_(client, office, "cheng").get(f"/{language}/agency").text
    assert client.get(path(row, desk=True, language=language)).status_code == 200


def test_long_lists_are_read_page_by_page(client: FlaskClient, office: Office) -> None:
    many(office, 53)
    for who, address in (("cheng", "/en/agency"), ("bo", "/en/applications")):
        first = as_(client, office, who).get(address).text
        assert first.count('scope="row"') == 50
        [following] = re.findall(r'rel="next" href="([^"]+)"', first)
        rest = client.get(html.unescape(following)).text
        assert rest.count('scope="row"') == 3
        assert 'rel="next"' not in rest
        assert client.get(f"{address}?after=nonsense").text.count('scope="row"') == 50


@pytest.mark.parametrize(("language", "words"), [("en", "still missing"), ("zh-hant", "尚欠"), ("zh-hans", "尚缺")])
def test_a_filing_in_one_office_of_two_says_that_the_other_is_missing(
    client: FlaskClient, office: Office, language: str, words: str
) -> None:
    officer = open_agency(office.session, "AGY-HK-DPO", "Hoi Chan", now=office.now)
    row = office.applications(office.book(FLOWS))[RULE]
    office.step(row, V.FILE, "ada")
    take_step(
        office.session, row.id, V.GRANT, Step(), now=office.now, by=actor_of(office.session, officer, now=office.now)
    )
    page = as_(client, office, "ada").get(path(row, language=language)).text
    assert words in page
    [entry] = row.entries
    assert office.session.get_one(VaultEntry, UUID(entry)).beside
    assert signed_in(client, officer).get(f"/{language}/vault/{entry}").status_code == 200
