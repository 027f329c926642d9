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
from marketplace.bookings.queries.permits import contradiction_refusals, latest_plan
from marketplace.bookings.rules.permits import contradicted, held_rules
from marketplace.permits.actions.vault import enter, revoke
from marketplace.permits.models import VaultEntry, VaultKind, VaultState, VaultUse
from marketplace.permits.rules.vault import NewEntry
from marketplace.terms.models import TermsVersion
from marketplace.values.refusal import Refused
from tests.bookings.test_permits import NOTHING, RESTRICTED, gate
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
        found = contradicted(self.CLAUSES, held_rules(rows), "CN-GD")
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
