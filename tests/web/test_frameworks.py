"""Pages of framework agreements: proposed, read, answered, by the people whose they are."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.terms.models import Framework, FrameworkState
from tests.cast import Cast, form, signed_in
from tests.factories.frameworks import Parties, make_parties

FIELDS = {"scope": "facility", "first_day": "2026-03-02", "last_day": "2026-12-31", "notice_days": "14"}


@pytest.fixture
def parties(session: Session, cast: Cast, now: datetime) -> Parties:
    found = make_parties(session, cast, now)
    session.flush()
    return found


def only(session: Session) -> Framework:
    session.expire_all()
    return session.scalars(select(Framework)).one()


def test_a_user_proposes_and_the_host_agrees(client: FlaskClient, session: Session, parties: Parties) -> None:
    slug = parties.facility.slug
    mara = signed_in(client, parties.mara)
    assert f"/en/frameworks/propose/{slug}" in mara.get(f"/en/facilities/{slug}/terms").text
    address = f"/en/frameworks/propose/{slug}"
    assert "Harbour University" in mara.get(address).text
    sent = mara.post(address, data=form(mara, FIELDS | {"organisation": str(parties.cast.university.id)}))
    assert sent.status_code == 303
    row = only(session)
    assert (row.facility_id, row.notice_days, row.state) == (parties.facility.id, 14, FrameworkState.PROPOSED)
    page = mara.get(sent.location).text
    assert "has not answered yet" in page and "Withdraw" in page and ">Agree<" not in page
    bo = signed_in(client, parties.cast.bo)
    assert "Harbour University" in bo.get("/zh-hans/frameworks").text
    assert "Your answer is awaited" in bo.get(f"/en/frameworks/{row.id}").text
    for language in ("en", "zh-hant", "zh-hans"):
        assert bo.get(f"/{language}/frameworks/{row.id}").status_code == 200
    assert bo.post(f"/en/frameworks/{row.id}/agree", data=form(bo, {"revision": "9"})).status_code == 303
    assert only(session).state is FrameworkState.PROPOSED
    assert "names other versions" in bo.get(f"/en/frameworks/{row.id}").text
    bo.post(f"/en/frameworks/{row.id}/agree", data=form(bo, {"revision": "1"}))
    assert only(session).state is FrameworkState.AGREED
    bo.post(f"/en/frameworks/{row.id}/agree", data=form(bo, {"revision": "1"}))
    assert "can no longer be done" in bo.get(f"/en/frameworks/{row.id}").text
    bo.post(f"/en/frameworks/{row.id}/end", data=form(bo))
    assert only(session).ends_on is not None


def test_a_host_proposes_over_everything(client: FlaskClient, session: Session, parties: Parties) -> None:
    bo = signed_in(client, parties.cast.bo)
    address = f"/en/frameworks/propose/{parties.facility.slug}"
    fields = FIELDS | {"scope": "host", "other": f"http://localhost/en/organisations/{parties.cast.university.slug}/"}
    assert bo.post(address, data=form(bo, fields)).status_code == 303
    row = only(session)
    assert (row.facility_id, row.organisation_id) == (None, parties.cast.university.id)
    again = bo.post(address, data=form(bo, fields))
    assert again.status_code == 422 and "is proposed already" in again.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"other": ""}, "other"),
        ({"other": "nobody-of-this-name"}, "other"),
        ({"other": "a\x00b"}, "other"),
        ({"first_day": "2026-03-01"}, "first_day"),
        ({"first_day": "soon"}, "first_day"),
        ({"last_day": "2026-02-01"}, "last_day"),
        ({"last_day": "2199-02-01"}, "last_day"),
        ({"notice_days": "400"}, "notice_days"),
        ({"notice_days": "-1"}, "notice_days"),
        ({"notice_days": "9" * 400}, "notice_days"),
        ({"scope": "world"}, "scope"),
    ],
)
def test_what_does_not_fit_stands_beside_its_field(
    client: FlaskClient, session: Session, parties: Parties, change: dict[str, str], field: str
) -> None:
    bo = signed_in(client, parties.cast.bo)
    fields = FIELDS | {"other": parties.cast.university.slug} | change
    answer = bo.post(f"/en/frameworks/propose/{parties.facility.slug}", data=form(bo, fields))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert session.scalars(select(Framework)).all() == []


def test_strangers_find_nothing_and_members_only_read(client: FlaskClient, session: Session, parties: Parties) -> None:
    row = parties.propose("host")
    session.flush()
    for name in ("eve", "cheng"):
        stranger = signed_in(client, parties.cast.people[name])
        assert stranger.get(f"/en/frameworks/{row.id}").status_code == 404
        assert stranger.post(f"/en/frameworks/{row.id}/agree", data=form(stranger, {"revision": 1})).status_code == 404
        assert "Harbour" not in stranger.get("/en/frameworks").text
        assert stranger.get(f"/en/frameworks/propose/{parties.facility.slug}").status_code == 404
    ada = signed_in(client, parties.cast.ada)
    page = ada.get(f"/en/frameworks/{row.id}")
    assert page.status_code == 200 and "<button" not in page.text.split("<main")[1].split("</main")[0]
    assert ada.post(f"/en/frameworks/{row.id}/agree", data=form(ada, {"revision": 1})).status_code == 403
    assert only(session).state is FrameworkState.PROPOSED
