"""A filing in two offices: each officer sees the other's step, and nothing that may not cross."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from marketplace.applications.actions.drafting import draft
from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import ApplicationState, Verb
from marketplace.applications.queries.looking import look
from marketplace.applications.rules.steps import Step
from marketplace.permits.models import VaultEntry
from marketplace.values.refusal import NotFound
from tests.applications.conftest import NOTHING, Office, open_agency
from tests.cast import actor_of

S, V = ApplicationState, Verb
RULE = "DAT-04"
FLOWS: dict[str, Any] = {
    **NOTHING,
    "data_flows": [
        {
            "from": "CN", "to": "HK", "exporter": "host", "pi_nonsensitive_persons": 0, "pi_sensitive_persons": 7,
            "pi_ytd_nonsensitive": 0, "pi_ytd_sensitive": 0, "important_data": False, "hgr_information": False,
            "ciio": False, "onward_outside_gba": False, "basis": "consent", "bulk_category": None,
        }
    ],
}  # fmt: skip


@pytest.fixture
def offices(office: Office) -> dict[str, Any]:
    """The officers of both authorities."""
    return {
        code: actor_of(office.session, open_agency(office.session, f"AGY-{code}", name, now=office.now), now=office.now)
        for code, name in (("HK-DPO", "Hoi Chan"), ("CN-CAC-GD", "Gu Min"))
    }


def test_each_side_files_at_its_own_office_and_sees_the_others_step(office: Office, offices: dict[str, Any]) -> None:
    rows = office.applications(office.book(FLOWS))
    user, host = rows[RULE], rows[f"{RULE}/host"]
    assert (user.agency_code, host.agency_code) == ("AGY-HK-DPO", "AGY-CN-CAC-GD")
    assert user.pair_code == host.pair_code == "CTP-03"
    office.step(user, V.FILE, "ada", number="HK-1", note="For Ada Leung")
    with pytest.raises(NotFound):
        look(office.session, host.id, by=offices["CN-CAC-GD"], now=office.now)
    office.step(host, V.FILE, "bo", number="GD-1", note="Seven patients")
    [seen] = look(office.session, user.id, by=offices["HK-DPO"], now=office.now).counterparts
    assert (seen["state"], seen["rule"]) == ("filed", RULE)
    assert seen["timeline"] == [{"verb": "draft", "on": office.now.date()}, {"verb": "file", "on": office.now.date()}]
    assert "Seven patients" not in str(seen)
    assert "GD-1" not in str(seen)
    assert "pi_sensitive_persons" not in seen["facts"]["data_flows/0"], "seven are few enough to be recognised"
    assert seen["facts"]["data_flows/0"]["to"] == "HK"
    with pytest.raises(NotFound):
        look(office.session, host.id, by=offices["HK-DPO"], now=office.now)


def test_the_filing_counts_once_both_offices_have_agreed(office: Office, offices: dict[str, Any]) -> None:
    rows = office.applications(office.book(FLOWS))
    user, host = rows[RULE], rows[f"{RULE}/host"]
    for row, who, code in ((user, "ada", "HK-DPO"), (host, "bo", "CN-CAC-GD")):
        assert office.session.scalars(select(VaultEntry)).all() == []
        office.step(row, V.FILE, who)
        grant(office, row, offices[code])
    entries = office.session.scalars(select(VaultEntry)).all()
    assert {entry.issuer_code for entry in entries} == {"AGY-HK-DPO", "AGY-CN-CAC-GD"}
    assert (user.state, host.state) == (S.GRANTED, S.GRANTED)


def grant(office: Office, row: Any, officer: Any) -> None:
    take_step(office.session, row.id, V.GRANT, Step(number="N"), now=office.now, by=officer)


def test_other_ways_of_a_choice_are_taken_back_when_one_is_there(office: Office, offices: dict[str, Any]) -> None:
    booking = office.book(FLOWS)
    rows = office.applications(booking)
    assert {"DAT-02", "DAT-04"} <= {key.partition("/")[0] for key in rows}
    for row, who, code in ((rows[RULE], "ada", "HK-DPO"), (rows[f"{RULE}/host"], "bo", "CN-CAC-GD")):
        office.step(row, V.FILE, who)
        grant(office, row, offices[code])
    draft(office.session, booking.id, now=office.now)
    assert rows["DAT-02"].state is S.WITHDRAWN


def test_an_own_record_is_done_with_a_paper_and_counts_at_once(office: Office) -> None:
    booking = office.book(FLOWS)
    row = office.applications(booking)["DAT-09"]
    assert (row.agency_code, row.side) == (None, "host")
    office.step(row, V.DONE, "bo", file_id=office.file("bo"))
    assert row.state is S.DONE
    assert len(row.entries) == 1
