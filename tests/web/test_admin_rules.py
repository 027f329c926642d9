"""Changing permit rules on pages: the difference before the deed, the second word, and nothing for anybody else."""

from __future__ import annotations

import io
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, PlatformRole
from marketplace.permits import queries
from marketplace.permits.library import written_row
from marketplace.permits.models import PermitRuleProposal, ProposalState
from tests.cast import Cast, make_person, signed_in

BLOCKING, BACKGROUND = "TEC-02", "EXP-11"


@pytest.fixture
def fay(session: Session, cast: Cast, now: datetime) -> Person:
    row = make_person(session, "Fay Ho", now=now, platform_role=PlatformRole.ADMINISTRATOR)
    session.flush()
    return row


def text_of(session: Session, rule: str, **changes: Any) -> dict[str, str]:
    newest = queries.versions(session, rule)[0]
    row = written_row({**newest.told, **changes})
    return {"row": row, "reason": "Gazette 12", "base": str(newest.version)}


def fields(session: Session, rule: str, **changes: Any) -> dict[str, Any]:
    """The form of the usual fields, as its page shows it."""
    told = queries.versions(session, rule)[0].told
    form = {name: told.get(name) or "" for name in ("status", "confidence", "reviewed_on", "effective_from")}
    form |= {"base": "1", "reason": "Gazette 12", "sources": "\n".join(told["sources"])}
    for name in ("title", "summary"):
        form |= {f"{name}_{tag.lower().replace('-', '_')}": text for tag, text in told[name].items()}
    for number, clock in enumerate(told.get("clock") or ()):
        form |= {f"clock_{number}_{name}": clock.get(name) or "" for name in ("max_days", "extension_days")}
    return {**form, **changes}


def waiting(session: Session) -> PermitRuleProposal:
    return session.scalars(select(PermitRuleProposal).where(PermitRuleProposal.state == ProposalState.OPEN)).one()


def test_an_administrator_changes_a_limit_and_another_agrees(
    client: FlaskClient, session: Session, cast: Cast, fay: Person
) -> None:
    dee = signed_in(client, cast.dee)
    assert f"/en/admin/rules/{BLOCKING}" in dee.get(f"/en/permits/{BLOCKING}").text
    shown = dee.get(f"/en/admin/rules/{BLOCKING}/change").text
    assert 'value="45"' in shown and "Sources, one key a line" in shown
    preview = dee.post(f"/en/admin/rules/{BLOCKING}/change", data=fields(session, BLOCKING, clock_0_max_days="30"))
    page = unescape(preview.text)
    for told in (
        "Another administrator has to agree",
        "1 field differs",
        "30 working days",
        "45 working days",
        "Differs",
    ):
        assert told in page, told
    assert session.scalar(select(PermitRuleProposal)) is None, "nothing has happened yet"
    clock = [{**queries.versions(session, BLOCKING)[0].told["clock"][0], "max_days": 30}]
    answer = dee.post(f"/en/admin/rules/{BLOCKING}/propose", data=text_of(session, BLOCKING, clock=clock))
    assert answer.status_code == 303
    row = waiting(session)
    address = f"/en/admin/rules/proposals/{row.id}"
    assert answer.headers["Location"] == address
    own = dee.get(address).text
    assert "You proposed this change yourself" in own and "/agree" not in own
    assert dee.post(f"{address}/agree", data={"seen": "1"}).status_code == 409
    second = signed_in(client, fay)
    assert address in second.get("/en/admin/rules").text
    assert "Changes of permit rules to decide: 1" in second.get("/en/admin").text
    assert f'action="{address}/agree"' in second.get(address).text
    assert second.post(f"{address}/agree", data={"seen": "1"}).status_code == 303
    versions = unescape(second.get(f"/en/admin/rules/{BLOCKING}").text)
    for told in ("Version 2", "Version 1", "Dee", "Agreed", "30 working days", "agreed to a change"):
        assert told in versions, told
    assert "30 working days" in second.get(f"/en/permits/{BLOCKING}").text
    assert second.post(f"{address}/agree", data={"seen": "2"}).status_code == 409


def test_a_rejection_says_why(client: FlaskClient, session: Session, cast: Cast, fay: Person) -> None:
    signed_in(client, cast.dee).post(
        f"/en/admin/rules/{BLOCKING}/propose", data=text_of(session, BLOCKING, applicant="host")
    )
    address = f"/en/admin/rules/proposals/{waiting(session).id}"
    second = signed_in(client, fay)
    assert second.post(f"{address}/reject", data={"reason": " "}).status_code == 422
    assert second.post(f"{address}/reject", data={"reason": "Article 3 <b>"}).status_code == 303
    page = second.get(address).text
    assert "Rejected" in page and "Article 3 &lt;b&gt;" in page and "/agree" not in page


def test_a_row_that_blocks_nothing_is_changed_at_once(client: FlaskClient, session: Session, cast: Cast) -> None:
    dee = signed_in(client, cast.dee)
    given = fields(session, BACKGROUND, effective_to="2026-12-31")
    assert "It takes effect at once" in dee.post(f"/en/admin/rules/{BACKGROUND}/change", data=given).text
    answer = dee.post(
        f"/en/admin/rules/{BACKGROUND}/propose", data=text_of(session, BACKGROUND, effective_to="2026-12-31")
    )
    assert answer.headers["Location"] == f"/en/admin/rules/{BACKGROUND}"
    page = unescape(dee.get(f"/zh-hant/admin/rules/{BACKGROUND}?old=1&new=2").text)
    assert "有差異" in page and "2026年12月31日" in page
    assert dee.get(f"/en/admin/rules/{BACKGROUND}?old=7").status_code == 404


def test_a_background_row_is_confirmed_with_day_and_source(
    client: FlaskClient, session: Session, cast: Cast, fay: Person
) -> None:
    dee = signed_in(client, cast.dee)
    bare = dee.post(f"/en/admin/rules/{BACKGROUND}/change", data=fields(session, BACKGROUND, confidence="P"))
    assert bare.status_code == 422 and "A background rule is confirmed with the day and the source" in bare.text
    confirmed = {"confidence": "P", "confirmed_on": "2026-03-01", "confirmed_source": "Cap. 60G"}
    page = dee.post(f"/en/admin/rules/{BACKGROUND}/change", data=fields(session, BACKGROUND, **confirmed))
    assert page.status_code == 200 and "Confirmed on 1 Mar 2026: Cap. 60G" in page.text


def test_a_broken_row_is_shown_with_line_and_reason_and_kept_in_the_form(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    dee = signed_in(client, cast.dee)
    for step in ("row", "propose"):
        answer = dee.post(f"/en/admin/rules/{BLOCKING}/{step}", data=text_of(session, BLOCKING, stage="whenever"))
        page = unescape(answer.text)
        assert answer.status_code == 422
        assert "Line " in page and "'whenever' is not one of" in page and "stage: whenever" in page
    assert queries.versions(session, BLOCKING)[0].version == 1


def test_a_row_comes_from_a_file_as_well(client: FlaskClient, session: Session, cast: Cast) -> None:
    dee = signed_in(client, cast.dee)
    row = text_of(session, BLOCKING, applicant="host")["row"].encode()

    def sent(content: bytes) -> Any:
        given = {"file": (io.BytesIO(content), "row.yaml"), "reason": "Gazette 12", "base": "1"}
        return dee.post(f"/en/admin/rules/{BLOCKING}/row", data=given)

    assert "The host" in sent(row).text
    assert "no UTF-8" in sent(b"\xff\xfe\x00").text
    assert sent(b"").status_code == 422
    empty = dee.post(f"/en/admin/rules/{BLOCKING}/row", data={"reason": "x", "base": "1"})
    assert empty.status_code == 422


@pytest.mark.parametrize(
    "changes",
    [{"reviewed_on": "never"}, {"clock_0_max_days": "many"}, {"clock_0_max_days": "99999"}, {"status": "x"},
     {"effective_to": "1999-01-01", "effective_from": "2000-01-01"}, {"sources": "NOWHERE"}, {"title_en": "a\u202eb"}],
)  # fmt: skip
def test_what_cannot_be_read_is_said_on_the_form(
    client: FlaskClient, session: Session, cast: Cast, changes: dict[str, str]
) -> None:
    answer = signed_in(client, cast.dee).post(
        f"/en/admin/rules/{BLOCKING}/change", data=fields(session, BLOCKING, **changes)
    )
    assert answer.status_code == 422
    assert "Please check what you entered" in answer.text


def test_change_more_leads_back_with_the_row(client: FlaskClient, session: Session, cast: Cast) -> None:
    given = text_of(session, BLOCKING, applicant="host") | {"again": "1"}
    answer = signed_in(client, cast.dee).post(f"/en/admin/rules/{BLOCKING}/row", data=given)
    assert answer.status_code == 200 and "applicant: host" in answer.text


@pytest.mark.parametrize("who", ["ada", "bo", "cheng", "eve"])
def test_others_find_nothing(client: FlaskClient, cast: Cast, who: str) -> None:
    there = signed_in(client, cast.people[who])
    for path in ("admin/rules", f"admin/rules/{BLOCKING}", f"admin/rules/{BLOCKING}/change"):
        assert there.get(f"/en/{path}").status_code == 404
    assert "/admin/rules" not in there.get(f"/en/permits/{BLOCKING}").text


@pytest.mark.parametrize("rule", ["EXP-99", "%E2%80%AE", "x" * 400, "EXP-01%27"])
def test_an_unknown_rule_is_not_found(client: FlaskClient, cast: Cast, rule: str) -> None:
    dee = signed_in(client, cast.dee)
    for path in (rule, f"{rule}/change", f"{rule}/row"):
        assert dee.get(f"/en/admin/rules/{path}").status_code == 404
