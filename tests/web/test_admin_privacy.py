"""Pages of requests about personal data: asked by oneself, entered, decided and handed over by administrators."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole
from marketplace.privacy.models import PrivacyRequest, RequestState
from tests.cast import Cast, make_person, signed_in

OWN, QUEUE = "/en/account/privacy", "/en/admin/privacy"


def only(session: Session) -> PrivacyRequest:
    session.expire_all()
    return session.scalars(select(PrivacyRequest)).one()


def test_a_copy_is_asked_granted_and_handed_over(client: FlaskClient, cast: Cast, session: Session) -> None:
    ada = signed_in(client, cast.ada)
    assert ada.post(OWN, data={"kind": "export", "note": "<b>All</b> of it."}).status_code == 303
    assert "To be answered" in ada.get(OWN).text
    again = ada.post(OWN, data={"kind": "export"})
    assert again.status_code == 422 and "open already" in again.text
    dee = signed_in(client, cast.dee)
    assert "Requests about personal data: 1" in dee.get("/en/admin").text
    path = re.search(r'href="(/en/admin/privacy/[0-9a-f-]{36})"', dee.get(QUEUE).text)
    assert path
    page = dee.get(path[1]).text
    assert "&lt;b&gt;All" in page and "11 Apr 2026" in page
    assert dee.post(f"{path[1]}/grant", data={"reason": " "}).status_code == 422
    assert dee.post(f"{path[1]}/grant", data={"reason": "Her right."}).status_code == 303
    assert dee.post(f"{path[1]}/file", data={}).status_code == 422
    file = dee.post(f"{path[1]}/file", data={"reason": "She lost her password."})
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(file.data)["person"][0]["name"] == "Ada Leung"
    assert "Her right." in signed_in(client, cast.ada).get(OWN).text


def test_a_letter_is_entered_for_an_address(client: FlaskClient, cast: Cast, session: Session) -> None:
    dee = signed_in(client, cast.dee)
    asked = {"email": "nobody@example.org", "kind": "erasure", "law": "hk", "asked_on": "2026-02-20"}
    unknown = dee.post(f"{QUEUE}/new", data=asked)
    assert unknown.status_code == 422 and "Nobody has this address." in unknown.text
    assert dee.post(f"{QUEUE}/new", data={**asked, "email": cast.ada.email}).status_code == 303
    assert only(session).due_on.isoformat() == "2026-04-01"
    future = dee.post(f"{QUEUE}/new", data={**asked, "email": cast.bo.email, "asked_on": "2026-04-01"})
    assert future.status_code == 422 and "still to come" in future.text


def test_an_erasure_must_be_meant_and_names_what_stays(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.ada).post(OWN, data={"kind": "erasure"})
    dee, row = signed_in(client, cast.dee), only(session)
    path = f"{QUEUE}/{row.id}/grant"
    assert "What stays, and why" in dee.get(path).text
    assert dee.post(path, data={"reason": "Her right."}).status_code == 422
    assert only(session).state is RequestState.OPEN
    assert dee.post(path, data={"reason": "Her right.", "sure": "y"}).status_code == 303
    assert only(session).state is RequestState.GRANTED
    gone = dee.get(f"{QUEUE}/{row.id}").text
    assert "Ada Leung" not in gone and cast.ada.pseudonym in gone
    assert "That something happened and when" in gone


def test_one_takes_back_ones_own_alone(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.ada).post(OWN, data={"kind": "export"})
    row = only(session)
    assert signed_in(client, cast.eve).post(f"{OWN}/{row.id}/withdraw").status_code == 404
    assert signed_in(client, cast.ada).post(f"{OWN}/{row.id}/withdraw").status_code == 303
    assert only(session).state is RequestState.WITHDRAWN
    assert signed_in(client, cast.ada).post(f"{OWN}/{row.id}/withdraw").status_code == 409


def test_auditors_read_and_others_find_nothing(
    client: FlaskClient, cast: Cast, session: Session, now: datetime
) -> None:
    signed_in(client, cast.ada).post(OWN, data={"kind": "export"})
    path = f"{QUEUE}/{only(session).id}"
    fay = make_person(session, "Fay Ho", now=now, platform_role=PlatformRole.AUDITOR)
    auditor = signed_in(client, fay)
    assert (auditor.get(QUEUE).status_code, auditor.get(path).status_code) == (200, 200)
    assert "/grant" not in auditor.get(path).text
    assert auditor.post(f"{path}/grant", data={"reason": "No."}).status_code == 404
    for who in ("ada", "bo", "cheng", "eve"):
        assert signed_in(client, cast.people[who]).get(path).status_code == 404


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
def test_every_page_speaks_chinese(client: FlaskClient, cast: Cast, session: Session, language: str) -> None:
    signed_in(client, cast.ada).post(OWN, data={"kind": "erasure"})
    dee, row = signed_in(client, cast.dee), only(session)
    for path in ("", "/new", f"/{row.id}", f"/{row.id}/grant"):
        assert dee.get(f"/{language}/admin/privacy{path}").status_code == 200
