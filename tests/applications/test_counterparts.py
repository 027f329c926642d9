"""A filing in two offices: each officer sees the other's step, and nothing that may not cross."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from marketplace.accounts.policy import SYSTEM
from marketplace.applications.actions.clocking import decide_by_silence
from marketplace.applications.actions.drafting import draft
from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import ApplicationState, Verb
from marketplace.applications.queries.grounds import ground_of
from marketplace.applications.queries.leaning import bookings_touched
from marketplace.applications.queries.looking import look
from marketplace.applications.rules.drafting import Wanted, wanted
from marketplace.applications.rules.steps import Step
from marketplace.bookings.actions.permits import replan
from marketplace.bookings.models import PlanCause
from marketplace.bookings.queries.permits import latest_plan
from marketplace.files.actions import Purpose, keep
from marketplace.files.models import StoredFile
from marketplace.permits.actions.vault import revoke, verify
from marketplace.permits.models import VaultEntry, VaultState
from marketplace.values.refusal import NotFound
from tests.applications.conftest import NOTHING, Office, close_agency, open_agency
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
        assert missing(office, user)
        office.step(row, V.FILE, who)
        grant(office, row, offices[code], text=code)
    assert not missing(office, user)
    entries = {entry.issuer_code: entry for entry in office.session.scalars(select(VaultEntry))}
    assert set(entries) == {"AGY-HK-DPO", "AGY-CN-CAC-GD"}
    assert (user.state, host.state) == (S.GRANTED, S.GRANTED)
    papers = {code: office.session.get_one(StoredFile, each.file_id).name for code, each in entries.items()}
    assert papers == {"AGY-HK-DPO": "HK-DPO.txt", "AGY-CN-CAC-GD": "CN-CAC-GD.txt"}, "each has its own"


def both_granted(office: Office, offices: dict[str, Any]) -> tuple[Any, Any]:
    rows = office.applications(office.book(FLOWS))
    user, host = rows[RULE], rows[f"{RULE}/host"]
    for row, who, code in ((user, "ada", "HK-DPO"), (host, "bo", "CN-CAC-GD")):
        office.step(row, V.FILE, who)
        grant(office, row, offices[code])
    return user, host


def missing(office: Office, row: Any) -> bool:
    """Whether the booking waits for one of the ways still, of which the filing in both offices is one."""
    plan = latest_plan(office.session, row.booking_id)
    assert plan is not None
    return "DAT-02" in plan.awaited


def entry_of(office: Office, row: Any) -> VaultEntry:
    [entry] = row.entries
    return office.session.get_one(VaultEntry, UUID(entry))


def test_what_one_office_takes_back_leaves_the_other_without_effect(office: Office, offices: dict[str, Any]) -> None:
    user, host = both_granted(office, offices)
    revoked = Step(note="The contract ended. " * 100)
    take_step(office.session, host.id, V.REVOKE, revoked, now=office.now, by=offices["CN-CAC-GD"])
    assert entry_of(office, host).state is VaultState.REVOKED
    assert entry_of(office, user).state is VaultState.VERIFIED, "its own office still stands by it"
    assert missing(office, user)
    draft(office.session, user.booking_id, now=office.now)
    assert (user.state, host.state) == (S.GRANTED, S.REVOKED), "the office that stands by it is not asked again"
    office.step(host, V.REDRAFT, "bo")
    office.step(host, V.FILE, "bo")
    grant(office, host, offices["CN-CAC-GD"])
    assert not missing(office, user)


def test_an_approval_that_ends_in_the_vault_leaves_the_other_without_effect(
    office: Office, offices: dict[str, Any]
) -> None:
    user, host = both_granted(office, offices)
    ended = entry_of(office, user).id
    revoke(office.session, ended, "Given in error.", now=office.now, by=offices["HK-DPO"])
    assert user.booking_id in bookings_touched(office.session, ended)
    replan(office.session, user.booking_id, PlanCause.VAULT, now=office.now, by=SYSTEM)
    assert missing(office, user)
    draft(office.session, user.booking_id, now=office.now)
    assert (user.state, host.state) == (S.DRAFT, S.GRANTED)


def test_both_must_be_verified_where_one_was_recorded_by_its_applicant(office: Office, offices: dict[str, Any]) -> None:
    close_agency(office.session, "AGY-CN-CAC-GD")
    rows = office.applications(office.book(FLOWS))
    user, host = rows[RULE], rows[f"{RULE}/host"]
    office.step(host, V.FILE, "bo")
    office.step(host, V.GRANT, "bo", number="GD-1", file_id=office.file("bo"))
    office.step(user, V.FILE, "ada")
    grant(office, user, offices["HK-DPO"])
    states = entry_of(office, host).state, entry_of(office, user).state
    assert states == (VaultState.UNVERIFIED, VaultState.VERIFIED)
    assert missing(office, user)
    verify(office.session, entry_of(office, host).id, now=office.now, by=office.actor("dee"))
    replan(office.session, user.booking_id, PlanCause.VAULT, now=office.now, by=SYSTEM)
    assert not missing(office, user)


@pytest.mark.parametrize("first", [True, False])
def test_where_the_other_office_is_asked_no_more_the_grant_counts_alone(
    office: Office, offices: dict[str, Any], monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    rows = office.applications(office.book(FLOWS))
    user, host = rows[RULE], rows[f"{RULE}/host"]
    office.step(user, V.FILE, "ada")
    if first:
        grant(office, user, offices["HK-DPO"])
        assert entry_of(office, user).beside == [host.id]
    alone = [each for each in asked_of(office, user) if (each.rule, each.side) != (RULE, "host")]
    for module in ("drafting", "granting"):
        monkeypatch.setattr(f"marketplace.applications.actions.{module}.wanted", lambda _: alone)
    draft(office.session, user.booking_id, now=office.now)
    assert host.state is S.WITHDRAWN
    if not first:
        grant(office, user, offices["HK-DPO"])
    assert entry_of(office, user).beside == []
    replan(office.session, user.booking_id, PlanCause.VAULT, now=office.now, by=SYSTEM)
    assert not missing(office, user)


def asked_of(office: Office, row: Any) -> list[Wanted]:
    plan = latest_plan(office.session, row.booking_id)
    assert plan is not None
    return wanted(ground_of(office.session, plan))


def test_half_a_filing_is_kept_when_another_way_is_gone_and_counts_for_nothing(
    office: Office, offices: dict[str, Any]
) -> None:
    rows = office.applications(office.book(FLOWS))
    user, host, other = rows[RULE], rows[f"{RULE}/host"], rows["DAT-02"]
    office.step(user, V.FILE, "ada")
    office.step(other, V.FILE, "bo")
    for row, code in ((user, "HK-DPO"), (other, "CN-CAC-GD")):
        grant(office, row, offices[code])
    draft(office.session, user.booking_id, now=office.now)
    assert (user.state, host.state) == (S.GRANTED, S.WITHDRAWN)
    take_step(office.session, other.id, V.REVOKE, Step(note="No."), now=office.now, by=offices["CN-CAC-GD"])
    assert missing(office, user)
    draft(office.session, user.booking_id, now=office.now)
    assert (user.state, host.state) == (S.GRANTED, S.DRAFT)


def grant(office: Office, row: Any, officer: Any, text: str = "") -> None:
    paper = None
    if text:
        told = {"name": text, "purpose": Purpose.DOCUMENT, "by": officer.person_id, "now": office.now}
        paper = keep(office.session, office.store, text.encode(), **told).id
    step = Step(number="N", file_id=paper)
    take_step(office.session, row.id, V.GRANT, step, now=office.now, by=officer)


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


def test_what_was_filed_outside_is_verified_by_an_officer_who_grants_it_after_all(office: Office) -> None:
    row = office.applications(office.book(FLOWS))["DAT-02"]
    office.step(row, V.FILE, "bo")
    assert row.filed_outside
    officer = open_agency(office.session, "AGY-CN-CAC-GD", "Gu Min", now=office.now)
    grant(office, row, actor_of(office.session, officer, now=office.now))
    assert entry_of(office, row).state is VaultState.VERIFIED


def test_silence_about_what_was_filed_outside_waits_for_an_administrator(office: Office) -> None:
    row = office.applications(office.book(FLOWS))["DAT-02"]
    row.clock = {**row.clock, "start": "receipt", "max_days": 5, "deemed_on_silence": "accepted"}
    office.step(row, V.FILE, "bo")
    assert decide_by_silence(office.session, row.id, now=office.now + timedelta(days=20))
    assert (row.state, entry_of(office, row).state) == (S.GRANTED, VaultState.UNVERIFIED)
