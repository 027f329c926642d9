"""Pages of organisations and of those who verify them, and the two administrators' lists."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person, PlatformRole, Role, Verification
from marketplace.limits.rules import LIMITS
from marketplace.notices.models import Mail
from tests.cast import Cast, join, make_organisation, make_person, signed_in
from tests.database import counting_statements

ENTRY = {
    "name_en": "Bay Area Optics",
    "name_zh_hant": "灣區光學",
    "kind": "firm",
    "jurisdiction_code": "CN-GD",
    "control": "mainland",
    "city": "Shenzhen",
    "zone_code": "",
    "parent_id": "",
    "agency_code": "",
    "identifiers_uscc": "91440300708461136T",
}


def entered(client: FlaskClient, session: Session, cast: Cast) -> Organisation:
    answer = signed_in(client, cast.ada).post("/en/account/organisations/new", data=ENTRY)
    assert answer.status_code == 303, answer.text
    return session.scalars(select(Organisation).where(Organisation.slug == "bay-area-optics")).one()


def digest_in(page: str) -> str:
    found = re.search(r'name="facts_digest" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def test_entered_verified_and_public(client: FlaskClient, app: Flask, cast: Cast, session: Session) -> None:
    place = entered(client, session, cast)
    assert "has yet to verify" in client.get(f"/en/account/organisations/{place.id}").text
    stranger, dee = app.test_client(), signed_in(app.test_client(), cast.dee)
    assert stranger.get("/en/organisations/bay-area-optics").status_code == 404

    assert "Bay Area Optics" in dee.get("/en/admin/organisations").text
    assert "灣區光學" in dee.get(f"/zh-hant/admin/organisations/{place.id}").text
    shown = dee.get(f"/en/admin/organisations/{place.id}").text
    assert (
        client.post(f"/en/account/organisations/{place.id}/edit", data=ENTRY | {"name_en": "Other"}).status_code == 303
    )
    late = dee.post(f"/en/admin/organisations/{place.id}/verify", data={"facts_digest": digest_in(shown)})
    assert late.status_code == 409
    assert "changed its details meanwhile" in late.text
    assert client.post(f"/en/account/organisations/{place.id}/edit", data=ENTRY).status_code == 303
    assert (
        dee.post(f"/en/admin/organisations/{place.id}/verify", data={"facts_digest": digest_in(shown)}).status_code
        == 303
    )

    page = stranger.get("/zh-hans/organisations/bay-area-optics")
    assert page.status_code == 200
    assert "湾区光学" in page.text  # converted from the other script
    assert "91440300708461136T" in page.text


def test_refused_with_a_reason_that_is_asked_for(client: FlaskClient, app: Flask, cast: Cast, session: Session) -> None:
    place = entered(client, session, cast)
    dee = signed_in(app.test_client(), cast.dee)
    address = f"/en/admin/organisations/{place.id}/refuse"
    assert dee.get(address).status_code == 200
    assert dee.post(address, data={"reason": " "}).status_code == 422
    assert dee.post(address, data={"reason": "<b>No such code</b>"}).status_code == 303
    assert "&lt;b&gt;No such code" in client.get(f"/en/account/organisations/{place.id}").text
    edited = client.post(f"/en/account/organisations/{place.id}/edit", data={**ENTRY, "city": "Foshan"})
    assert edited.status_code == 303
    assert session.get_one(Organisation, place.id).verification is Verification.PENDING


def test_a_broken_number_is_said_beside_its_field(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.ada)
    answer = client.post("/en/account/organisations/new", data={**ENTRY, "identifiers_uscc": "91440300708461136X"})
    assert answer.status_code == 422
    assert 'id="identifiers_uscc-error"' in answer.text
    assert "check digit" in answer.text
    assert 'value="Bay Area Optics"' in answer.text


def test_the_form_comes_back_as_it_was_left(client: FlaskClient, cast: Cast, session: Session) -> None:
    place = entered(client, session, cast)
    page = client.get(f"/en/account/organisations/{place.id}/edit").text
    assert 'value="91440300708461136T"' in page
    assert '<option selected value="CN-GD">' in page
    client.post(f"/en/account/organisations/{place.id}/edit", data={**ENTRY, "name_en": "Delta Optics"})
    moved = client.get("/en/organisations/bay-area-optics")
    assert (moved.status_code, moved.location) == (301, "/en/organisations/delta-optics")


def test_invited_by_mail_signed_in_and_accepted(client: FlaskClient, app: Flask, cast: Cast, session: Session) -> None:
    signed_in(client, cast.bo)
    members = f"/en/account/organisations/{cast.firm.id}/members"
    sent = client.post(f"{members}/invite", data={"email": "ada@example.org", "roles": ["host_staff", "researcher"]})
    assert sent.status_code == 303
    assert "ada@example.org" in client.get(members).text
    link = "/en/" + session.scalars(select(Mail).where(Mail.address == "ada@example.org")).one().details["path"]

    ada = app.test_client()
    assert "Sign in" in ada.get(link).text
    assert "went to ada@example.org" in signed_in(app.test_client(), cast.eve).get(link).text
    signed_in(ada, cast.ada)
    assert "Hetao Microsystems" in ada.get("/en/account/organisations").text
    assert ada.post(link).status_code == 303
    assert ada.get(members).status_code == 200
    assert ada.post(f"{members}/invite", data={"email": "x@example.org", "roles": ["manager"]}).status_code == 403


def test_invitations_are_counted_by_sender_organisation_and_address(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now: datetime
) -> None:
    app.extensions["benchbridge"][1].info["rate_limits"] = True
    bo, dee = signed_in(client, cast.bo), signed_in(app.test_client(), cast.dee)

    def sent(browser: FlaskClient, place: Organisation, address: str) -> int:
        form = {"email": address, "roles": ["researcher"]}
        return browser.post(f"/en/account/organisations/{place.id}/members/invite", data=form).status_code

    most = LIMITS["invitation_address"].capacity
    answers = [sent(bo, cast.firm, "Gil@example.org ") for _ in range(most - 1)]
    answers += [sent(dee, cast.university, "gil@example.org"), sent(dee, cast.agency, "gil@example.org")]
    assert answers == [303] * most + [429]
    place = make_organisation(session, "Waiting Works", now=now, verified=False)
    join(session, cast.eve, place, Role.MANAGER, now=now)
    eve = signed_in(app.test_client(), cast.eve)
    few = LIMITS["invitation_waiting"].capacity
    found = [sent(eve, place, f"p{number}@example.org") for number in range(few + 1)]
    assert found == [303] * few + [429]


def test_somebody_without_account_signs_up_by_the_invitation(
    client: FlaskClient, app: Flask, cast: Cast, session: Session
) -> None:
    signed_in(client, cast.bo)
    form = {"email": "new@example.org", "roles": ["researcher"]}
    client.post(f"/en/account/organisations/{cast.firm.id}/members/invite", data=form)
    link = "/zh-hans/" + session.scalars(select(Mail).where(Mail.address == "new@example.org")).one().details["path"]
    newcomer = app.test_client()
    person = {
        "name": "陈新",
        "password": "四个词语组成的一个好密码",
        "language": "zh-Hans",
        "time_zone": "Asia/Shanghai",
    }
    assert newcomer.post(link, data=person).status_code == 422
    assert newcomer.post(link, data={**person, "consented": "y"}).status_code == 303
    assert newcomer.get(f"/zh-hans/account/organisations/{cast.firm.id}").status_code == 200


def test_roles_deputies_and_leaving(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now: datetime
) -> None:
    gil = make_person(session, "Gil Fong", now=now)
    join(session, gil, cast.firm, Role.HOST_STAFF, now=now)
    signed_in(client, cast.bo)
    base = f"/en/account/organisations/{cast.firm.id}"
    days = {"starts_on": "2026-03-05", "ends_on": "2026-03-04"}
    who = {"principal": str(cast.bo.id), "deputy": str(gil.id)}
    backwards = client.post(f"{base}/deputies/new", data={**who, **days})
    assert backwards.status_code == 422
    assert "must not come before" in backwards.text
    assert client.post(f"{base}/deputies/new", data={**who, **days, "ends_on": "2026-03-06"}).status_code == 303
    assert "Gil Fong for Bo Chen" in client.get(f"{base}/members").text

    assert client.post(f"{base}/members/{gil.id}", data={"roles": ["researcher"]}).status_code == 303
    assert 'value="researcher"' in client.get(f"{base}/members/{gil.id}").text
    last = client.post(f"{base}/members/{cast.bo.id}", data={"roles": ["host_manager"]})
    assert last.status_code == 422
    assert "at least one manager" in last.text
    leaver = signed_in(app.test_client(), gil)
    assert leaver.post(f"{base}/leave").status_code == 303
    assert leaver.get(base).status_code == 403


@pytest.mark.parametrize("deed", ["suspend", "readmit"])
def test_a_person_is_suspended_and_readmitted(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, deed: str
) -> None:
    eve, dee = signed_in(app.test_client(), cast.eve), signed_in(client, cast.dee)
    address = f"/en/admin/people/{cast.eve.id}"
    if deed == "readmit":
        dee.post(f"{address}/suspend", data={"reason": "Odd bookings."})
        assert dee.post(f"{address}/suspend", data={"reason": "Again."}).status_code == 409
    assert dee.post(f"{address}/{deed}", data={"reason": "Looked into."}).status_code == 303
    assert (session.get_one(Person, cast.eve.id).suspended_at is not None) is (deed == "suspend")
    assert eve.get("/en/account").status_code == 303
    assert "Looked into." in dee.get(address).text


def test_nobody_judges_themselves(client: FlaskClient, cast: Cast, session: Session) -> None:
    dee = signed_in(client, cast.dee)
    for path, form in (("suspend", {}), ("role", {"role": ""})):
        answer = dee.post(f"/en/admin/people/{cast.dee.id}/{path}", data={"reason": "Why not.", **form})
        assert answer.status_code == 422
        assert "Another administrator" in answer.text
    assert dee.get("/en/account").status_code == 200


def test_a_role_on_the_platform_begins_with_a_new_sign_in(
    client: FlaskClient, app: Flask, cast: Cast, session: Session
) -> None:
    cheng, dee = signed_in(app.test_client(), cast.cheng), signed_in(client, cast.dee)
    form = {"role": "auditor", "reason": "Yearly audit."}
    assert dee.post(f"/en/admin/people/{cast.cheng.id}/role", data=form).status_code == 303
    assert session.get_one(Person, cast.cheng.id).platform_role is PlatformRole.AUDITOR
    assert cheng.get("/en/account").status_code == 303
    signed_in(cheng, cast.cheng)
    assert cheng.get("/en/admin/people").status_code == 200
    assert cheng.get(f"/en/admin/people/{cast.ada.id}/suspend").status_code == 404


def test_lists_take_the_same_statements_whatever_their_length(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now: datetime
) -> None:
    dee, database = signed_in(client, cast.dee), app.extensions["benchbridge"][1]
    pages = (
        "/en/admin/people",
        "/en/admin/organisations?state=all",
        f"/en/account/organisations/{cast.firm.id}/members",
    )

    def counted() -> list[int]:
        counts = []
        for page in pages:
            with counting_statements(database) as statements:
                assert dee.get(page).status_code == 200
            counts.append(len(statements))
        return counts

    counted()
    before = counted()
    for n in range(60):
        person = make_person(session, f"Person{n} Name", now=now)
        join(session, person, cast.firm, Role.RESEARCHER, now=now)
        make_organisation(session, f"Place {n}", now=now, verified=n % 2 == 0)
    assert counted() == before
    more = dee.get("/en/admin/people").text
    assert 'href="/en/admin/people?from=50"' in more
    assert "Person0 Name" in dee.get("/en/admin/people?q=person0+").text
