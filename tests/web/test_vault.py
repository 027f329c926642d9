"""Pages of the vault by who looks at them: entering, the agency's word, the queue, and what it saved."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.permits.actions.vault_uses import note_uses
from marketplace.permits.models import VaultEntry, VaultKind, VaultState
from tests.cast import Cast, form, join, signed_in
from tests.factories.approvals import ISSUER, entered, seat_cheng, verified

PAPER = {
    "kind": "licence",
    "number": "DH/2026/17",
    "issuer_code": ISSUER,
    "issuer": "",
    "valid_from": "2026-01-01",
    "valid_to": "2027-01-01",
}


def only(session: Session) -> VaultEntry:
    [row] = session.scalars(select(VaultEntry)).all()
    return row


def test_an_empty_vault_says_what_to_do(client: FlaskClient, cast: Cast) -> None:
    page = signed_in(client, cast.ada).get("/en/vault").text
    assert "The vault is empty" in page
    assert "/en/vault/new" in page


def test_entering_in_two_steps(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.bo)
    offered = client.get(f"/en/vault/new?owner={cast.firm.id}").text
    assert 'value="rule:BIO-08"' in offered
    assert 'value="list:HTZ-CUS"' in offered
    assert 'value="rule:PPL-06"' not in offered
    assert 'value="rule:PPL-06"' in client.get("/en/vault/new?owner=me").text
    second = client.get(f"/en/vault/new?owner={cast.firm.id}&under=rule:BIO-08")
    assert second.status_code == 303
    page = client.get(second.location).text
    assert 'name="scope-purpose"' in page
    assert f'<option selected value="{ISSUER}">' in page
    limits = {"scope-purpose": ["test", "repair"], "scope-from": "CN, MO", "scope-suspect_infectious": "true"}
    limits |= {
        "volume_allowed": "1,000",
        "volume_unit": "kg",
        "parties": f"https://x/en/organisations/{cast.university.slug}",
    }
    answer = client.post(second.location, data=form(client, PAPER | limits))
    assert answer.status_code == 303, answer.text
    row = only(session)
    assert (row.organisation_id, row.kind, row.rule_id) == (cast.firm.id, VaultKind.LICENCE, "BIO-08")
    assert row.scope == {"purpose": ["test", "repair"], "from": ["CN", "MO"], "suspect_infectious": [True]}
    assert (row.parties, row.volume_allowed) == ([cast.university.id], Decimal(1000))
    shown = client.get(answer.location).text
    assert "Not verified yet" in shown
    assert "0 of 1000 kg used" in shown
    assert cast.university.slug in shown
    listed = client.get("/zh-hant/vault").text
    assert "尚待核實" in listed


def test_a_white_list_and_a_training(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.bo)
    fields = PAPER | {"issuer_code": "AGY-CN-GACC-SZ"}
    assert client.post(f"/en/vault/new/{cast.firm.id}/list:HTZ-CUS", data=form(client, fields)).status_code == 303
    assert only(session).kind is VaultKind.WHITELIST
    trained = {"title": "Laser safety", "valid_from": "2026-02-01", "issuer_code": ""}
    answer = client.post("/en/vault/new/me/training", data=form(client, trained))
    assert answer.status_code == 303
    assert "Laser safety" in client.get(answer.location).text
    assert "You" in client.get("/en/vault").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"valid_to": "2025-01-01"}, "The last day lies before the first."),
        ({"valid_from": ""}, "fill"),
        ({"volume_allowed": "many", "volume_unit": "kg"}, "This is not a number."),
        ({"volume_allowed": "NaN", "volume_unit": "kg"}, "Give a number above nought"),
        ({"parties": "nobody-here"}, "“nobody-here” is no organisation here."),
        ({"parties": "a\x00b"}, "is no organisation here."),
        ({"scope-purpose": "burning"}, "purpose"),
        ({"issuer_code": "AGY-NONE"}, ""),
        ({"number": "x" * 101}, "100"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: FlaskClient, cast: Cast, session: Session, fields: dict[str, str], sentence: str
) -> None:
    signed_in(client, cast.bo)
    answer = client.post(f"/en/vault/new/{cast.firm.id}/rule:BIO-08", data=form(client, PAPER | fields))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not session.scalars(select(VaultEntry)).all()


@pytest.mark.parametrize(
    "where",
    [
        "me/rule:NOPE-1",
        "me/list:X",
        "me/anything",
        "not-an-id/training",
        "7f29b8b2-919b-433d-bb3f-4e13d4940450/training",
    ],
)
def test_addresses_that_nobody_made(client: FlaskClient, cast: Cast, where: str) -> None:
    assert signed_in(client, cast.bo).get(f"/en/vault/new/{where}").status_code == 404


def test_a_copy_is_kept_inert_for_those_who_see_the_entry(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.bo)
    paper = (BytesIO(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), "permit.pdf")
    where = f"/en/vault/new/{cast.firm.id}/rule:BIO-08"
    answer = client.post(where, data=form(client, PAPER | {"file": paper}), content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    address = f"/en/files/{only(session).file_id}"
    assert address in client.get(answer.location).text
    got = client.get(address)
    assert (got.status_code, got.headers["Content-Disposition"]) == (200, "attachment; filename=permit.pdf")
    for name, status in (("dee", 200), ("cheng", 404), ("eve", 404)):
        assert signed_in(client, cast.people[name]).get(address).status_code == status
    seat_cheng(session, cast)
    assert signed_in(client, cast.cheng).get(address).status_code == 200


def test_a_file_of_another_kind_is_refused(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.bo)
    program = (BytesIO(b"MZ\x90\x00" + bytes(200)), "permit.pdf")
    where = f"/en/vault/new/{cast.firm.id}/rule:BIO-08"
    answer = client.post(where, data=form(client, PAPER | {"file": program}), content_type="multipart/form-data")
    assert answer.status_code == 422
    assert not session.scalars(select(VaultEntry)).all()


def test_strangers_find_nothing_and_members_only_look(
    client: FlaskClient, cast: Cast, session: Session, now: datetime
) -> None:
    row = entered(session, cast, now=now)
    for name in ("ada", "cheng", "eve"):
        assert signed_in(client, cast.people[name]).get(f"/en/vault/{row.id}").status_code == 404
    join(session, cast.ada, cast.firm, Role.RESEARCHER, now=now)
    page = signed_in(client, cast.ada).get(f"/en/vault/{row.id}").text
    assert "/change" not in page
    assert client.get(f"/en/vault/{row.id}/change").status_code == 403
    assert client.post(f"/en/vault/{row.id}/remove", data=form(client)).status_code == 403
    assert client.post(f"/en/vault/{row.id}/verify", data=form(client, {"revision": 1})).status_code == 403


def test_the_agency_looks_and_gives_its_word(client: FlaskClient, cast: Cast, session: Session, now: datetime) -> None:
    seat_cheng(session, cast)
    row = entered(session, cast, now=now)
    signed_in(client, cast.cheng)
    assert str(row.id) in client.get("/en/admin/vault").text
    page = client.get(f"/en/vault/{row.id}").text
    assert f'action="/en/vault/{row.id}/verify"' in page
    late = client.post(f"/en/vault/{row.id}/verify", data=form(client, {"revision": 7}))
    assert late.status_code == 409
    assert "The entry was changed since you looked at it." in late.text
    assert client.post(f"/en/vault/{row.id}/verify", data=form(client, {"revision": 1})).status_code == 303
    session.refresh(row)
    assert row.state is VaultState.VERIFIED
    assert "Nothing waits" in client.get("/en/admin/vault").text
    assert "Cheng Wai" in client.get(f"/en/vault/{row.id}").text


def test_an_entry_that_is_not_accepted_is_put_right(
    client: FlaskClient, cast: Cast, session: Session, now: datetime
) -> None:
    row = entered(session, cast, now=now)
    signed_in(client, cast.dee)
    assert client.post(f"/en/vault/{row.id}/reject", data=form(client, {"reason": " "})).status_code == 422
    answer = client.post(f"/en/vault/{row.id}/reject", data=form(client, {"reason": "The copy can’t be read."}))
    assert answer.status_code == 303
    signed_in(client, cast.bo)
    assert "The copy can’t be read." in client.get(f"/en/vault/{row.id}").text
    begun = client.get(f"/en/vault/{row.id}/change").text
    assert 'value="DH/2026/17"' in begun
    answer = client.post(f"/en/vault/{row.id}/change", data=form(client, PAPER | {"number": "DH/2026/18"}))
    assert answer.status_code == 303
    session.refresh(row)
    assert (row.number, row.state, row.revision) == ("DH/2026/18", VaultState.UNVERIFIED, 2)
    where = f"/en/vault/{row.id}"
    assert client.post(f"{where}/remove", data=form(client)).status_code == 303
    assert client.get(where).status_code == 404


def test_revoking_and_using_up(client: FlaskClient, cast: Cast, session: Session, now: datetime) -> None:
    row = verified(session, cast, now=now, volume_allowed=Decimal(5), volume_unit="kg")
    signed_in(client, cast.bo)
    assert client.post(f"/en/vault/{row.id}/use", data=form(client, {"amount": "2.5"})).status_code == 303
    short = client.post(f"/en/vault/{row.id}/use", data=form(client, {"amount": "3"}))
    assert short.status_code == 422
    assert "Only 2.5 kg are left." in short.text
    assert client.post(f"/en/vault/{row.id}/use", data=form(client, {"amount": "x"})).status_code == 422
    assert client.post(f"/en/vault/{row.id}/revoke", data=form(client, {"reason": "Given back."})).status_code == 303
    page = client.get(f"/en/vault/{row.id}").text
    assert "Revoked" in page
    assert "Given back." in page
    assert client.get("/en/vault").text.count("Revoked") == 1


def test_where_it_was_used_and_what_that_saved(
    client: FlaskClient, cast: Cast, session: Session, now: datetime
) -> None:
    row = verified(session, cast, now=now, valid_to=date(2026, 3, 31))
    used = [{"vault": str(row.id), "rule": "BIO-08", "effect": "replaces"}]
    note_uses(session, uuid4(), used, now=now)
    page = signed_in(client, cast.bo).get(f"/en/vault/{row.id}").text
    assert "approval under the same rule" in page
    assert "Ends soon" in page
    assert client.get("/en/admin/approvals").status_code == 404
    signed_in(client, cast.dee)
    page = client.get("/en/admin/approvals").text
    assert "2026-03" in page
    sheet = client.get("/en/admin/approvals.csv?first=2026-03-01&last=2026-03-31")
    assert sheet.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = sheet.text.lstrip("\ufeff").splitlines()
    assert lines[0] == "month,rule,title,approvals_not_asked_again,basis"
    assert lines[1].startswith("2026-03,BIO-08,")
    assert lines[1].endswith(",1,same_rule")
    assert client.get("/en/admin/approvals?first=2026-13-99").status_code == 422
    assert client.get("/en/admin/approvals?first=2026-03-02&last=2026-03-01").status_code == 422
    assert client.get("/en/admin/approvals.csv?last=soon").status_code == 422


def test_the_overview_tells_what_waits(client: FlaskClient, cast: Cast, session: Session, now: datetime) -> None:
    entered(session, cast, now=now - timedelta(days=1))
    assert "Vault entries to verify: 1" in signed_in(client, cast.dee).get("/en/admin").text
