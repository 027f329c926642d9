"""Training and bookings: the gate of the untrained, passed by the record, and the hours of novices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.bookings.actions import Change, approve, move
from marketplace.bookings.actions.training import record_for, record_training
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.bookings.queries.appraisal import preview
from marketplace.jobs.models import Task
from marketplace.operations.actions.checking import check_in, check_out
from marketplace.operations.models import UseSession
from marketplace.terms.actions.training import set_need
from marketplace.terms.models import Training
from marketplace.terms.rules.training import Need, Window
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused
from tests.bookings.conftest import Stage
from tests.factories.stage import at, hours

NEED = Need(name={"en": "Induction"}, valid_months=12, novice_hours=2)


def needed(stage: Stage, **changes: Any) -> None:
    set_need(stage.session, stage.unit.id, replace(NEED, **changes), now=stage.now, by=stage.actor("bo"))


def gate(stage: Stage, booking: Booking) -> Gate | None:
    chosen = select(Gate).where(Gate.booking_id == booking.id, Gate.kind == GateKind.TRAINING)
    return stage.session.scalar(chosen)


def record(stage: Stage) -> Training:
    waiting = stage.session.scalars(select(Training).where(Training.passed_on.is_(None))).one()
    day = stage.now.date()
    return record_training(stage.session, waiting.id, passed_on=day, now=stage.now, by=stage.actor("bo"))


def test_an_untrained_booking_waits_for_training_and_is_confirmed_by_its_record(stage: Stage) -> None:
    stage.rules(instant=True, cut_off=60)
    needed(stage)
    booking = stage.book(hours(4, 10, 12))
    found = gate(stage, booking)
    assert booking.state is BookingState.HELD and found is not None
    assert found.deadline == at(4, 9), "until the cut-off"
    other = stage.book(hours(5, 10, 12))
    record(stage)
    for each in (booking, other):
        stage.session.refresh(each)
        assert each.state is BookingState.CONFIRMED
    assert found.state is GateState.PASSED and found.decided_by == stage.actor("bo").id
    assert gate(stage, stage.book(hours(6, 10, 12))) is None


def test_the_hosts_word_is_still_needed(stage: Stage) -> None:
    needed(stage)
    booking = stage.book(hours(4, 10, 12))
    record(stage)
    assert booking.state is BookingState.HELD
    approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
    assert booking.state is BookingState.CONFIRMED


def test_the_hosts_own_people_are_its_own_affair(stage: Stage) -> None:
    needed(stage, windows=(Window(5, 540, 600),))
    assert gate(stage, stage.book(hours(4, 10, 12), by="bo")) is None


def test_a_novice_books_only_the_hours_that_the_host_allows(stage: Stage) -> None:
    stage.rules(instant=True)
    needed(stage, windows=(Window(3, 540, 720),))
    with pytest.raises(Refused) as refused:
        stage.book(hours(4, 10, 13))
    assert refused.value.codes == ("novice_hours",)
    shown = preview(stage.session, stage.wish(hours(4, 10, 13)), now=stage.now, by=stage.actor("ada"))
    assert [each.code for each in shown.refusals] == ["novice_hours"]
    booking = stage.book(hours(4, 10, 12))
    with pytest.raises(Refused):
        move(stage.session, booking.id, Change(period=hours(5, 10, 12)), now=stage.now, by=stage.actor("ada"))
    record(stage)
    check_in(stage.session, booking.id, now=at(4, 10), by=stage.actor("ada"))
    check_out(stage.session, booking.id, now=at(4, 12), by=stage.actor("ada"))
    waiting = stage.session.scalars(select(Task.arguments).where(Task.name == "spillovers.measure_use")).one()
    assert waiting == {"session": str(stage.session.scalars(select(UseSession.id)).one())}
    row = stage.session.scalars(select(Training)).one()
    stage.session.refresh(row)
    assert (row.used_minutes, row.last_used_on) == (120, at(4).date())
    assert stage.book(hours(5, 14, 16), now=at(4, 13)).state is BookingState.CONFIRMED, "two hours make no novice"


def test_a_training_that_ended_opens_the_gate_again(stage: Stage) -> None:
    stage.rules(instant=True)
    needed(stage, idle_days=10)
    stage.book(hours(4, 10, 12))
    record(stage)
    assert gate(stage, stage.book(hours(12, 10, 12))) is None
    assert gate(stage, stage.book(hours(13, 10, 12))) is not None


def test_a_booking_whose_time_is_over_stays_as_it_is(stage: Stage) -> None:
    stage.rules(instant=True)
    needed(stage)
    booking = stage.book(hours(3, 10, 12))
    waiting = stage.session.scalars(select(Training)).one()
    late = at(3, 11) + timedelta(days=1)
    record_training(stage.session, waiting.id, passed_on=late.date(), now=late, by=stage.actor("bo"))
    found = gate(stage, booking)
    assert found is not None and found.state is GateState.OPEN


class TestUnasked:
    """A host records the training of somebody who never asked for it."""

    def unasked(self, stage: Stage, email: str, who: str = "bo") -> Training:
        day, by = stage.now.date(), stage.actor(who)
        return record_for(stage.session, stage.unit.id, email, passed_on=day, now=stage.now, by=by)

    def test_one_of_its_own_people(self, stage: Stage) -> None:
        needed(stage)
        row = self.unasked(stage, f"  {(stage.cast.bo.email or '').upper()} ")
        assert (row.person_id, row.state.value) == (stage.cast.bo.id, "passed")

    def test_whoever_has_booked_and_what_waits_is_passed(self, stage: Stage) -> None:
        stage.rules(instant=True)
        needed(stage, windows=(Window(3, 540, 720),))
        booking = stage.book(hours(4, 10, 12))
        assert booking.state is BookingState.HELD
        self.unasked(stage, stage.cast.ada.email or "")
        stage.session.refresh(booking)
        assert booking.state is BookingState.CONFIRMED
        with pytest.raises(Refused) as refused:
            stage.book(hours(5, 10, 12))
        assert refused.value.codes == ("novice_hours",), "a novice all the same"

    def test_a_training_recorded_again_keeps_the_hours_of_use(self, stage: Stage) -> None:
        needed(stage)
        stage.book(hours(4, 10, 12))
        self.unasked(stage, stage.cast.ada.email or "").used_minutes = 90
        stage.session.flush()
        assert self.unasked(stage, stage.cast.ada.email or "").used_minutes == 90

    def test_of_strangers_nothing_is_told(self, stage: Stage) -> None:
        needed(stage)
        said = []
        for email in (stage.cast.eve.email or "", "nobody@example.org", "", "%"):
            with pytest.raises(Invalid) as invalid:
                self.unasked(stage, email)
            said.append([(error.field, error.message_code, dict(error.details)) for error in invalid.value.errors])
        assert said == [[("email", "nobody_known_here", {})]] * 4
        assert stage.session.scalars(select(Training)).all() == []

    @pytest.mark.parametrize("who", ["ada", "eve", "cheng"])
    def test_only_hosts(self, stage: Stage, who: str) -> None:
        needed(stage)
        with pytest.raises((NotFound, Forbidden)):
            self.unasked(stage, stage.cast.bo.email or "", who)

    def test_a_unit_that_demands_none_and_a_day_that_cannot_be(self, stage: Stage) -> None:
        with pytest.raises(Refused) as refused:
            self.unasked(stage, stage.cast.bo.email or "")
        assert refused.value.codes == ("no_training",)
        needed(stage)
        stage.now += timedelta(days=-9999)
        with pytest.raises(Invalid) as invalid:
            self.unasked(stage, stage.cast.bo.email or "")
        assert [error.field for error in invalid.value.errors] == ["passed_on"]


class TestHoldsOnTheDay:
    """A training counts on the days on which it holds."""

    def test_a_record_that_is_over_by_then_passes_nothing(self, stage: Stage) -> None:
        stage.rules(instant=True)
        needed(stage)
        booking = stage.book(hours(4, 10, 12))
        waiting = stage.session.scalars(select(Training)).one()
        old, by = stage.now.date() - timedelta(days=400), stage.actor("bo")
        record_training(stage.session, waiting.id, passed_on=old, now=stage.now, by=by)
        assert booking.state is BookingState.HELD
        record_for(
            stage.session, stage.unit.id, stage.cast.ada.email or "", passed_on=stage.now.date(), now=stage.now, by=by
        )
        stage.session.refresh(booking)
        assert booking.state is BookingState.CONFIRMED

    def test_a_move_beyond_its_end_waits_for_training_anew(self, stage: Stage) -> None:
        stage.rules(instant=True)
        needed(stage, idle_days=10, valid_months=None)
        booking = stage.book(hours(4, 10, 12))
        record(stage)
        stage.session.refresh(booking)
        ada = stage.actor("ada")
        move(stage.session, booking.id, Change(period=hours(5, 10, 12)), now=stage.now, by=ada)
        assert booking.state is BookingState.CONFIRMED
        move(stage.session, booking.id, Change(period=hours(30, 10, 12)), now=stage.now, by=ada)
        found = gate(stage, booking)
        assert booking.state is BookingState.HELD and found is not None and found.state is GateState.OPEN
        assert [each.state.value for each in stage.session.scalars(select(Training).order_by(Training.id))] == [
            "passed",
            "requested",
        ]
