"""Plans made anew: they raise the version, bear an older vocabulary, and count as many people as facts may name."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from marketplace.accounts.policy import SYSTEM
from marketplace.bookings import actions
from marketplace.bookings.models import Booking, BookingPlan, BookingState, BookingTransfer, PlanCause
from marketplace.bookings.queries.moves import preview_move
from marketplace.bookings.queries.pages import booking_row
from marketplace.bookings.queries.permits import latest_plan, plan_again
from marketplace.permits.models import PermitLibrary, PermitRule, VaultKind
from marketplace.permits.queries import territories
from marketplace.permits.rules.counts import with_counts
from marketplace.permits.rules.shapes import LARGEST, known_part
from marketplace.values.refusal import Invalid
from tests.bookings.test_permits import NOTHING, PERSONAL, RESTRICTED
from tests.bookings.test_permits_held import held_by
from tests.factories.stage import Stage, hours


def replan(stage: Stage, booking: Booking, cause: PlanCause = PlanCause.VAULT) -> BookingPlan | None:
    return actions.replan(stage.session, booking.id, cause, now=stage.now, by=SYSTEM)


class TestVersion:
    """Who read the booking before it was planned anew has not read what stands now."""

    def test_another_plan_raises_it_and_the_same_plan_does_not(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        before = booking.version
        assert replan(across, booking) is None and booking.version == before
        held_by(across, across.cast.firm.id, VaultKind.LETTER)
        assert replan(across, booking) is not None
        assert booking.version == before + 1 and booking.state is BookingState.HELD
        assert booking.total_minor is not None, "the price is named, and the gate stays as it is"

    def test_a_gate_that_passes_with_it_raises_it_once(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        before = booking.version
        held_by(across, across.cast.firm.id, VaultKind.LICENCE)
        replan(across, booking)
        assert (booking.state, booking.version) == (BookingState.CONFIRMED, before + 1)

    def test_a_move_raises_it_as_any_move_does(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=NOTHING)
        before, change = booking.version, actions.Change(period=hours(31, 9, 12))
        actions.move(across.session, booking.id, change, now=across.now, by=across.actor("ada"))
        assert booking.version == before + 1


class TestWithdrawnFacts:
    """A fact that the vocabulary has no more counts no longer; plans that were made with it are read as before."""

    NAME = "technology_flows[].contract_type"

    def withdraw(self, stage: Stage) -> None:
        newest = select(PermitLibrary).order_by(PermitLibrary.loaded_at.desc()).limit(1)
        library = stage.session.scalars(newest).one()
        # As the files are loaded: the old vocabulary stays beside the new one.
        facts = {name: fact for name, fact in library.facts.items() if name != self.NAME}
        facts["mode"] = {**facts["mode"], "choices": {"remote": facts["mode"]["choices"]["remote"]}}
        later = PermitLibrary(digest="later", facts=facts, loaded_at=stage.now)
        stage.session.add(later)
        stage.session.flush()

    @pytest.fixture
    def planned(self, across: Stage) -> Booking:
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        before = across.now.replace(year=2025)
        across.session.execute(update(PermitLibrary).values(loaded_at=before))
        across.session.execute(update(PermitRule).values(entered_at=before))
        across.session.execute(update(BookingPlan).values(made_at=before))
        across.session.expire_all()
        self.withdraw(across)
        return booking

    def test_what_is_stated_anew_may_not_name_it(self, across: Stage, planned: Booking) -> None:
        with pytest.raises(Invalid) as invalid:
            actions.state_flows(across.session, planned.id, RESTRICTED, now=across.now, by=across.actor("ada"))
        assert {each.field for each in invalid.value.errors} == {"flows/technology_flows/0/contract_type", "flows/mode"}

    def test_a_stored_booking_is_planned_moved_and_shown_all_the_same(self, across: Stage, planned: Booking) -> None:
        row = latest_plan(across.session, planned.id)
        assert row is not None
        shown = {each.rule_id: each.outcome for each in plan_again(across.session, row).requirements}
        assert shown["TEC-02"].value == "required"
        held_by(across, across.cast.firm.id, VaultKind.LICENCE)
        again = replan(across, planned)
        assert again is not None and "contract_type" not in again.facts["technology_flows"][0]
        assert "mode" not in again.facts
        told = booking_row(across.session, planned.id, by=across.actor("ada"), now=across.now)
        moved = preview_move(across.session, told, hours(31, 9, 12), now=across.now, by=across.actor("ada"))
        assert "invalid" not in [each.code for each in moved.refusals]
        change = actions.Change(period=hours(31, 9, 12))
        actions.move(across.session, planned.id, change, now=across.now, by=across.actor("ada"))
        newest = latest_plan(across.session, planned.id)
        assert newest is not None and newest.cause is PlanCause.MOVE
        assert plan_again(across.session, newest).requirements

    def test_a_plan_that_no_vocabulary_bears_is_read_without_the_fact(self, across: Stage, planned: Booking) -> None:
        across.session.execute(update(PermitLibrary).where(PermitLibrary.digest != "later").values(facts={}))
        row = latest_plan(across.session, planned.id)
        assert row is not None and plan_again(across.session, row) is not None


def test_only_what_is_withdrawn_is_left_out() -> None:
    vocabulary = {
        "goods_flows[].kind": {"kind": "choice", "choices": {"reagent": {}}},
        "host.city": {"kind": "city"},
        "mode": {"kind": "choice", "choices": {"remote": {}}},
    }
    told: dict[str, Any] = {
        "goods_flows": [{"kind": "reagent", "gone": True}, {"kind": "withdrawn"}],
        "host": {"city": "Shenzhen", "gone": {"deep": [1]}},
        "mode": "on_site",
        "old": 1,
    }
    expected = {"goods_flows": [{"kind": "reagent"}, {}], "host": {"city": "Shenzhen"}}
    assert known_part(told, vocabulary) == expected
    assert told["old"] == 1, "what was told stays as it is"


class TestCounts:
    """As many persons as a fact may name are counted, and sums stop there."""

    def test_the_largest_number_is_kept_and_summed(self, across: Stage) -> None:
        flows = {**NOTHING, "data_flows": [{**PERSONAL, "pi_nonsensitive_persons": LARGEST}]}
        first = across.book(hours(30, 9, 12), flows=flows)
        kept = across.session.scalars(select(BookingTransfer).where(BookingTransfer.booking_id == first.id)).one()
        assert kept.persons == LARGEST
        across.book(hours(31, 9, 12), flows=flows)
        third = across.book(hours(30, 13, 15), flows=flows)
        row = latest_plan(across.session, third.id)
        assert row is not None and row.facts["data_flows"][0]["pi_ytd_nonsensitive"] == LARGEST
        assert replan(across, third, PlanCause.RULES) is None

    def test_more_than_that_is_refused_by_name(self, across: Stage) -> None:
        flows = {**NOTHING, "data_flows": [{**PERSONAL, "pi_nonsensitive_persons": LARGEST + 1}]}
        with pytest.raises(Invalid) as invalid:
            across.book(hours(30, 9, 12), flows=flows)
        assert [error.field for error in invalid.value.errors] == ["flows/data_flows/0/pi_nonsensitive_persons"]

    def test_a_count_told_as_a_fraction_is_not_lost(self, across: Stage) -> None:
        flow = {**PERSONAL, "date": "2026-03-30", "pi_ytd_nonsensitive": 900_000.0}
        found = with_counts({"data_flows": [flow]}, {}, territories(across.session))["data_flows"][0]
        assert found["pi_ytd_nonsensitive"] == 900_000
