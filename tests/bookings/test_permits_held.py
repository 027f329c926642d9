"""Permits of bookings beside the vault and the terms: what is held already, and what contradicts a rule."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

import pytest
from sqlalchemy import select, update

from marketplace.accounts.policy import SYSTEM
from marketplace.bookings import actions
from marketplace.bookings.models import (
    Booking,
    BookingPlan,
    BookingState,
    PlanCause,
)
from marketplace.bookings.queries.moves import preview_move
from marketplace.bookings.queries.pages import booking_row
from marketplace.bookings.queries.permits import (
    contradiction_refusals,
    latest_plan,
    planned_bookings,
    seen_by,
)
from marketplace.bookings.rules.permits import contradicted, held_rules
from marketplace.permits.actions.vault import enter, revoke
from marketplace.permits.models import VaultEntry, VaultKind, VaultState, VaultUse
from marketplace.permits.queries import rule_book
from marketplace.permits.queries.counting import used_once
from marketplace.permits.rules.vault import NewEntry
from marketplace.terms.models import TermsVersion
from marketplace.values.refusal import Refused
from marketplace.worker.registry import registry
from tests.bookings.test_permits import FORBIDDEN, NOTHING, PERSONAL, RESTRICTED, gate
from tests.factories.stage import Stage, hours


class TestVault:
    """No approval is asked for twice."""

    def test_an_approval_that_is_held_passes_the_gate_and_its_end_reopens_it(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        entry = held_by(across, across.cast.firm.id, VaultKind.LICENCE)
        row = self.replan(across, booking)
        assert row is not None and (row.awaited, row.letters) == ([], [])
        assert booking.state is BookingState.CONFIRMED and booking.total_minor is not None
        uses = across.session.scalars(select(VaultUse).where(VaultUse.booking_id == booking.id)).all()
        assert [(use.entry_id, use.rule_id, use.ended_at) for use in uses] == [(entry.id, "TEC-02", None)]
        revoke(across.session, entry.id, "Withdrawn by the ministry", now=across.now, by=SYSTEM)
        row = self.replan(across, booking)
        assert row is not None and row.awaited == ["TEC-02"] and booking.state is BookingState.HELD

    def test_a_new_booking_leans_on_it_at_once(self, across: Stage) -> None:
        held_by(across, across.cast.firm.id, VaultKind.LICENCE)
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        assert booking.state is BookingState.CONFIRMED and gate(across, booking) is None

    def test_a_letter_allows_talks_and_no_more(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        held_by(across, across.cast.firm.id, VaultKind.LETTER)
        row = self.replan(across, booking)
        assert row is not None and (row.awaited, row.letters) == (["TEC-02"], [])
        assert booking.state is BookingState.HELD and booking.total_minor is not None
        assert actions.write_on_booking(across.session, booking.id, "Price?", now=across.now, by=across.actor("ada"))

    def test_a_party_that_is_not_its_holder_gains_nothing(self, across: Stage) -> None:
        held_by(across, across.cast.elsewhere.id, VaultKind.LICENCE)
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        assert booking.state is BookingState.HELD

    def replan(self, stage: Stage, booking: Booking) -> BookingPlan | None:
        return actions.replan(stage.session, booking.id, PlanCause.VAULT, now=stage.now, by=SYSTEM)


def held_by(stage: Stage, organisation_id: UUID, kind: VaultKind) -> VaultEntry:
    """An approval under TEC-02, verified."""
    new = NewEntry(
        kind=kind,
        organisation_id=organisation_id,
        rule_id="TEC-02",
        number="T-1",
        issuer="Ministry of Commerce",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    )
    entry = enter(stage.session, new, now=stage.now, by=SYSTEM, granted=UUID(int=1))
    assert entry.state is VaultState.VERIFIED
    return entry


class TestTermsAgainstRules:
    """Terms that contradict a mandatory rule bind nobody (HGR-10)."""

    CLAUSES: ClassVar[dict[str, Any]] = {"foreground_ip": {"patents": "host_files"}}

    @pytest.mark.parametrize(
        ("outcome", "expected"),
        [("required", ["HGR-10"]), ("satisfied", ["HGR-10"]), ("needs_answer", []), ("denied", [])],
    )
    def test_only_a_rule_that_holds_speaks(self, outcome: str, expected: list[str]) -> None:
        rows = [{"rule": "HGR-10", "outcome": outcome}, {"rule": "CUS-01", "outcome": "required"}]
        found = contradicted(self.CLAUSES, held_rules(rows), {"host": {"jurisdiction": "CN-GD"}})
        assert [(each.code, each.details["rule"], each.details["clause"]) for each in found] == [
            ("terms_contradict_rule", rule, "foreground_ip") for rule in expected
        ]

    def test_a_booking_under_such_terms_is_refused(self, across: Stage) -> None:
        across.terms()
        version = across.session.scalars(select(TermsVersion)).one()
        across.session.execute(update(TermsVersion).values(clauses=self.CLAUSES))
        across.session.expire(version)
        facts = {"host": {"jurisdiction": "CN-GD"}}
        rows = [{"rule": "HGR-10", "outcome": "required"}]
        found = contradiction_refusals(across.session, version.id, rows, facts)
        assert [each.details["rule"] for each in found] == ["HGR-10"]
        booking = across.book(hours(30, 9, 12), flows=NOTHING)
        row = latest_plan(across.session, booking.id)
        assert row is not None
        row.requirements = rows
        across.session.flush()
        with pytest.raises(Refused) as refused:
            actions.accept_terms(across.session, booking.id, str(version.id), now=across.now, by=across.actor("ada"))
        assert refused.value.codes == ("terms_contradict_rule",)

    def test_the_whole_way_from_facts_to_refusal(self, across: Stage) -> None:
        across.terms()
        across.session.execute(update(TermsVersion).values(clauses=self.CLAUSES))
        genes = {"bio_kind": "hgr_material", "from": "CN", "to": "HK", "exporter": "host"}
        flows = {**NOTHING, "goods_flows": [genes]}
        with pytest.raises(Refused) as refused:
            across.book(hours(30, 9, 12), flows=flows)
        assert "terms_contradict_rule" in refused.value.codes


class TestUsedOnce:
    """An approval that may be used once counts for one booking (EXP-01 and its like)."""

    def test_the_second_booking_needs_its_own(self, across: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("marketplace.permits.queries.counting.used_once", lambda rule: rule is not None)
        held_by(across, across.cast.firm.id, VaultKind.LICENCE)
        first = across.book(hours(30, 9, 12), flows=RESTRICTED)
        second = across.book(hours(31, 9, 12), flows=RESTRICTED)
        assert (first.state, second.state) == (BookingState.CONFIRMED, BookingState.HELD)
        actions.cancel(across.session, first.id, now=across.now, by=across.actor("ada"))
        row = actions.replan(across.session, second.id, PlanCause.VAULT, now=across.now, by=SYSTEM)
        assert row is not None and second.state is BookingState.CONFIRMED

    def test_rules_say_what_may_be_used_once(self, across: Stage) -> None:
        book = rule_book(across.session)
        once = {rule_id for rule_id in book.versions if used_once(book.at(rule_id, date(2026, 3, 2)))}
        assert "EXP-01" in once and "TEC-02" not in once


class TestWhoReadsWhat:
    """Each side reads its own approvals and counts, nobody what the screening list says."""

    def test_by_side(self, across: Stage) -> None:
        held_by(across, across.cast.firm.id, VaultKind.LICENCE)
        flow = {"from": "CN", "to": "HK", "exporter": "host", "pi_nonsensitive_persons": 5}
        booking = across.book(hours(30, 9, 12), flows={**RESTRICTED, "data_flows": [flow]})
        row = latest_plan(across.session, booking.id)
        assert row is not None
        facts, vault = seen_by(row, {"user"})
        assert vault == [] and "pi_ytd_nonsensitive" not in facts["data_flows"][0]
        assert "on_watchlist" not in facts["user"] and "on_watchlist" not in facts["host"]
        facts, vault = seen_by(row, {"host"})
        assert [each["rule"] for each in vault] == ["TEC-02"]
        assert facts["data_flows"][0]["pi_ytd_nonsensitive"] == 0
        assert seen_by(row, {"overseer"}) == (row.facts, row.vault)


class TestMoved:
    """Another period is judged as a new request is."""

    def test_what_is_forbidden_there_is_refused(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=NOTHING)
        booking.flows = FORBIDDEN
        across.session.flush()
        change = actions.Change(period=hours(31, 9, 12))
        row = booking_row(across.session, booking.id, by=across.actor("ada"), now=across.now)
        shown = preview_move(across.session, row, change.period, now=across.now, by=across.actor("ada"))
        assert [each.code for each in shown.refusals] == ["flows_denied"]
        with pytest.raises(Refused) as refused:
            actions.move(across.session, booking.id, change, now=across.now, by=across.actor("ada"))
        assert refused.value.codes == ("flows_denied",)

    def test_days_are_kept_and_no_price_is_named_before_the_letter(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        change = actions.Change(period=hours(31, 9, 12))
        row = booking_row(across.session, booking.id, by=across.actor("ada"), now=across.now)
        assert preview_move(across.session, row, change.period, now=across.now, by=across.actor("ada")).price is None
        actions.move(across.session, booking.id, change, now=across.now, by=across.actor("ada"))
        plan = latest_plan(across.session, booking.id)
        assert plan is not None and (plan.number, plan.cause) == (2, PlanCause.MOVE)
        assert plan.facts["technology_flows"][0]["date"] == "2026-03-31"
        assert booking.total_minor is None


def test_two_that_wait_are_counted_together(across: Stage) -> None:
    across.rules()
    flows = {**NOTHING, "data_flows": [{**PERSONAL, "pi_nonsensitive_persons": 60_000}]}
    across.book(hours(30, 9, 12), flows=flows)
    second = across.book(hours(31, 9, 12), flows=flows)
    row = latest_plan(across.session, second.id)
    assert row is not None and row.facts["data_flows"][0]["pi_ytd_nonsensitive"] == 60_000


def test_a_changed_law_reaches_the_bookings_that_are_not_over(across: Stage) -> None:
    live, plain = across.book(hours(30, 9, 12), flows=NOTHING), across.book(hours(31, 9, 12))
    over = across.book(hours(28, 9, 12, month=4), flows=NOTHING)
    actions.cancel(across.session, over.id, now=across.now, by=across.actor("ada"))
    found = across.session.scalars(planned_bookings(across.now)).all()
    assert live.id in found and not {plain.id, over.id} & set(found)
    done = registry().tasks["permits.changed"](across.session, {}, across.now)
    assert done == len(found)
