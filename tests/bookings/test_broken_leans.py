"""What must not count: letters of others, approvals spent meanwhile, people on the list, terms against a later rule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from marketplace.accounts.policy import SYSTEM
from marketplace.bookings import actions
from marketplace.bookings.models import Booking, BookingState, GateKind, GateState, PlanCause
from marketplace.bookings.queries.permits import latest_plan
from marketplace.bookings.rules.permits import contradicted
from marketplace.jobs.models import Task
from marketplace.notices.models import Notice
from marketplace.permits.actions.screening import NewParty, change_party, enter_party, look_again, look_at_party, review
from marketplace.permits.actions.vault import enter
from marketplace.permits.actions.vault_ending import ENDING, warn_of_ends
from marketplace.permits.actions.versions import LAW_CHANGED
from marketplace.permits.models import ScreenedFor, ScreeningMatch, VaultKind, VaultUse
from marketplace.permits.queries.counting import spent_meanwhile
from marketplace.permits.rules.judging import VaultUse as Used
from marketplace.permits.rules.vault import NewEntry
from marketplace.terms.models import TermsVersion
from marketplace.worker.registry import registry
from tests.bookings.test_permits import NOTHING, RESTRICTED, gate
from tests.bookings.test_permits_held import held_by
from tests.factories.stage import Stage, hours


def letter(stage: Stage, owner: UUID, **more: Any) -> None:
    values: dict[str, Any] = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31), **more}
    new = NewEntry(kind=VaultKind.LETTER, organisation_id=owner, rule_id="TEC-02", number="L", issuer="M", **values)
    enter(stage.session, new, now=stage.now, by=SYSTEM, granted=UUID(int=1))


@pytest.mark.parametrize(
    ("more", "allowed"),
    [
        ({}, True),
        ({"scope": {"to": ["HK"]}}, True),
        ({"scope": {"to": ["MO"]}}, False),
        ({"valid_from": date(2026, 3, 3)}, False),
        ({"owner": "user"}, False),
    ],
)
def test_a_letter_opens_what_it_covers_from_its_first_day(across: Stage, more: dict[str, Any], allowed: bool) -> None:
    owner = across.cast.university.id if more.pop("owner", "host") == "user" else across.cast.firm.id
    letter(across, owner, **more)
    booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
    row = latest_plan(across.session, booking.id)
    assert row is not None and row.letters == ([] if allowed else ["TEC-02"])
    assert (booking.total_minor is not None) is allowed


def test_of_two_things_each_needs_its_letter(across: Stage) -> None:
    (flow,) = RESTRICTED["technology_flows"]
    letter(across, across.cast.firm.id, scope={"contract_type": ["technical_service"]})
    flows = {**RESTRICTED, "technology_flows": [flow, {**flow, "contract_type": "licence"}]}
    kinds = {each["contract_type"] for each in flows["technology_flows"]}
    assert len(kinds) == 2
    row = latest_plan(across.session, across.book(hours(30, 9, 12), flows=flows).id)
    assert row is not None and row.letters == ["TEC-02"]


class TestSpentMeanwhile:
    """Two bookings at once lean on an approval for single use: the later one is planned again."""

    def test_the_later_one_is_planned_again(self, across: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        once = "marketplace.permits.queries.counting.used_once"
        entry = held_by(across, across.cast.firm.id, VaultKind.LICENCE)
        first = across.book(hours(30, 9, 12), flows=RESTRICTED)
        second = across.book(hours(31, 9, 12), flows=RESTRICTED)
        assert second.state is BookingState.CONFIRMED, "both saw it free"
        monkeypatch.setattr(once, lambda rule: rule is not None)
        used = [Used(str(entry.id), "TEC-02", "replaces")]
        assert spent_meanwhile(across.session, second.id, used, across.now.date())
        assert not spent_meanwhile(across.session, second.id, [], across.now.date())
        registry().tasks["booking.replan"](across.session, {"booking": str(second.id)}, across.now)
        assert (first.state, second.state) == (BookingState.CONFIRMED, BookingState.HELD)

    def test_what_never_takes_place_saved_nothing(self, across: Stage) -> None:
        held_by(across, across.cast.firm.id, VaultKind.LICENCE)
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        actions.cancel(across.session, booking.id, now=across.now, by=across.actor("ada"))
        (use,) = across.session.scalars(select(VaultUse).where(VaultUse.booking_id == booking.id))
        across.session.refresh(use)
        assert use.ended_at == across.now


def test_both_sides_hear_when_what_they_lean_on_ends_soon(across: Stage) -> None:
    held_by(across, across.cast.firm.id, VaultKind.LICENCE)
    booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
    over = across.book(hours(31, 9, 12), flows=RESTRICTED)
    actions.cancel(across.session, over.id, now=across.now, by=across.actor("ada"))
    later = across.now.replace(month=11)
    booking.starts_at, booking.ends_at = later + timedelta(days=9), later + timedelta(days=9, hours=2)
    assert warn_of_ends(across.session, now=later) == 1
    (task,) = across.session.scalars(select(Task).where(Task.name == ENDING))
    assert registry().tasks[ENDING](across.session, task.arguments, later) == 1
    told = across.session.scalars(select(Notice).where(Notice.code == "booking_approval_ending")).all()
    assert {row.recipient_id for row in told} == {across.cast.ada.id, across.cast.bo.id}
    assert {(row.details["rule"], row.details["day"]) for row in told} == {("TEC-02", "2026-12-31")}
    assert all("T-1" not in str(row.details) for row in told), "neither what it is nor whose"


class TestListedPeople:
    """A person whom a reviewer confirmed on the list is on it, whatever organisation they book for."""

    def confirmed(self, stage: Stage, **days: Any) -> UUID:
        new = NewParty(names=("Ada Leung",), listed_for=ScreenedFor.WATCHLIST, source="List 7", **days)
        party = enter_party(stage.session, new, now=stage.now, by=stage.actor("dee"))
        look_at_party(stage.session, party.id, now=stage.now)
        match = stage.session.scalars(select(ScreeningMatch).where(ScreeningMatch.person_id == stage.cast.ada.id)).one()
        review(stage.session, match.id, confirmed=True, reason="Her", now=stage.now, by=stage.actor("dee"))
        return party.id

    def listed(self, stage: Stage, booking: Booking) -> object:
        row = latest_plan(stage.session, booking.id)
        assert row is not None
        return row.facts["user"]["on_watchlist"]

    def test_plans_are_told(self, across: Stage) -> None:
        plain = across.book(hours(30, 9, 12), flows=NOTHING)
        assert self.listed(across, plain) is False
        self.confirmed(across, listed_from=date(2026, 1, 1))
        assert self.listed(across, across.book(hours(31, 9, 12), flows=NOTHING)) is True

    def test_changed_days_and_days_that_come_have_bookings_looked_at_again(self, across: Stage) -> None:
        party = self.confirmed(across, listed_from=date(2026, 3, 5))
        dee = across.actor("dee")

        def again(days: int) -> int:
            across.session.query(Task).delete()
            look_again(across.session, now=across.now + timedelta(days=days))
            return len(across.session.scalars(select(Task).where(Task.name == LAW_CHANGED)).all())

        assert [again(days) for days in (2, 3, 4)] == [0, 1, 0]
        across.session.query(Task).delete()
        new = NewParty(
            names=("Ada Leung",), listed_for=ScreenedFor.EXPORT_PENALTY, source="List 7", listed_from=date(2026, 3, 1)
        )
        change_party(across.session, party, new, now=across.now, by=dee)
        assert across.session.scalars(select(Task).where(Task.name == LAW_CHANGED)).all()


class TestTermsAgainstLaterRules:
    """A rule that holds only later binds the pinned terms too."""

    def test_a_plan_made_anew_reopens_the_gate(self, across: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        across.terms()
        version = across.session.scalars(select(TermsVersion)).one()
        booking = across.book(hours(30, 9, 12), flows=NOTHING)
        actions.accept_terms(across.session, booking.id, str(version.id), now=across.now, by=across.actor("ada"))
        assert booking.state is BookingState.CONFIRMED
        across.session.execute(update(TermsVersion).values(clauses={"foreground_ip": {"patents": "host_files"}}))
        across.session.expire_all()
        monkeypatch.setattr("marketplace.bookings.queries.permits.held_rules", lambda _rows: {"HGR-10"})
        row = latest_plan(across.session, booking.id)
        assert row is not None
        row.requirements = []
        across.session.flush()
        actions.replan(across.session, booking.id, PlanCause.RULES, now=across.now, by=SYSTEM)
        found = gate(across, booking)
        assert booking.state is BookingState.HELD
        assert found is not None and (found.kind, found.state) == (GateKind.PERMITS, GateState.OPEN)

    @pytest.mark.parametrize(
        ("host", "user", "expected"),
        [
            ({"jurisdiction": "CN-GD", "control": "mainland"}, {"jurisdiction": "HK", "control": "hk_mo"}, ["who"]),
            ({"jurisdiction": "CN-GD", "control": "foreign"}, {"jurisdiction": "CN", "control": "mainland"}, []),
            ({"jurisdiction": "HK", "control": "hk_mo"}, {"jurisdiction": "CN", "control": "mainland"}, []),
            ({"jurisdiction": "CN-GD"}, {}, ["who"]),
        ],
    )
    def test_who_controls_a_side_decides_which_is_the_chinese_one(
        self, host: dict[str, str], user: dict[str, str], expected: list[str]
    ) -> None:
        clauses = {"who": {"participation": "user_alone"}}
        found = contradicted(clauses, {"HGR-10"}, {"host": host, "user": user})
        assert [each.details["clause"] for each in found] == expected
