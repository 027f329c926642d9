"""Moving a booking to another period."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.availability.actions import set_places
from marketplace.availability.models import Claim
from marketplace.bookings.actions import Change, approve, decline, move
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.history.models import HistoryEntry
from marketplace.notices.models import Notice
from marketplace.values.period import Period
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.bookings.test_permits import RESTRICTED
from tests.factories.stage import Stage, at, hours


def confirmed(stage: Stage, period: Period) -> Booking:
    """A booking of Ada's that Bo approved."""
    booking = stage.book(period)
    return approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))


def put(stage: Stage, booking: Booking, period: Period, *, by: str = "ada", **more: object) -> Booking:
    """Move a booking."""
    change = Change(period=period, **more)  # type: ignore[arg-type]
    return move(stage.session, booking.id, change, now=stage.now, by=stage.actor(by))


def claimed(stage: Stage, booking: Booking) -> tuple[int, Period, object]:
    """Its only claim: place, period and until when."""
    row = stage.session.scalars(select(Claim).where(Claim.holder_id == booking.id)).one()
    return row.place, Period(row.blocked.lower, row.blocked.upper), row.held_until  # type: ignore[arg-type]


def test_inside_the_old_period_the_approval_stands(stage: Stage) -> None:
    booking = confirmed(stage, hours(4, 10, 14))
    put(stage, booking, hours(4, 11, 13))
    assert booking.state is BookingState.CONFIRMED
    assert claimed(stage, booking) == (1, hours(4, 11, 13), None)
    stage.book(hours(4, 13, 14), by="eve")


@pytest.mark.parametrize("period", [hours(4, 10, 15), hours(4, 9, 12), hours(5, 10, 14)])
def test_outside_it_the_host_is_asked_again(stage: Stage, period: Period) -> None:
    booking = confirmed(stage, hours(4, 10, 14))
    put(stage, booking, period)
    assert booking.state is BookingState.HELD
    gate = stage.session.scalars(select(Gate).where(Gate.kind == GateKind.HOST_APPROVAL)).one()
    assert (gate.state, gate.deadline, gate.decided_by) == (GateState.OPEN, booking.held_until, None)
    assert claimed(stage, booking) == (1, period, booking.held_until)
    asked = stage.session.scalars(select(Notice).where(Notice.code == "booking_move_requested")).one()
    assert asked.recipient_id == stage.cast.bo.id


def test_growing_back_asks_again(stage: Stage) -> None:
    booking = confirmed(stage, hours(4, 10, 14))
    put(stage, booking, hours(4, 10, 12))
    assert put(stage, booking, hours(4, 10, 14)).state is BookingState.HELD


def test_a_declined_move_does_not_bring_the_old_period_back(stage: Stage) -> None:
    booking = confirmed(stage, hours(4, 10, 12))
    put(stage, booking, hours(5, 10, 12))
    decline(stage.session, booking.id, "We clean that day.", now=stage.now, by=stage.actor("bo"))
    assert booking.state is BookingState.DECLINED
    assert stage.session.scalar(select(func.count()).select_from(Claim)) == 0


def test_a_held_booking_keeps_its_open_gate_with_a_new_deadline(stage: Stage) -> None:
    booking = stage.book(hours(20, 10, 12))
    put(stage, booking, hours(3, 10, 12))
    assert (booking.state, booking.held_until) == (BookingState.HELD, at(3, 10))


def test_moved_inside_the_cut_off_a_hold_lasts_until_the_start(stage: Stage) -> None:
    stage.rules(cut_off=24 * 60, approval_days=10)
    booking = stage.book(hours(9, 10, 12))
    change = Change(period=hours(4, 10, 12), reason="It is free.", override=True)
    move(stage.session, booking.id, change, now=at(4, 9), by=stage.actor("bo"))
    # The host moved it, but has not answered the request yet.
    assert (booking.state, booking.held_until) == (BookingState.HELD, at(4, 10))


def test_its_own_claim_is_not_in_its_way_but_others_are(stage: Stage) -> None:
    booking = confirmed(stage, hours(4, 10, 12))
    stage.book(hours(4, 13, 15), by="eve")
    put(stage, booking, hours(4, 11, 13))
    with pytest.raises(Refused) as refused, stage.session.begin_nested():
        put(stage, booking, hours(4, 12, 14))
    assert refused.value.codes == ("taken",)
    stage.session.refresh(booking)
    assert booking.period == hours(4, 11, 13)
    assert claimed(stage, booking)[1] == hours(4, 11, 13)


def test_the_place_is_kept_where_it_is_free_else_the_lowest(stage: Stage) -> None:
    set_places(stage.session, stage.unit.id, 2, now=stage.now, by=stage.actor("bo"))
    stage.book(hours(4, 10, 12), by="eve")
    booking = stage.book(hours(4, 10, 12))
    assert booking.place == 2
    assert put(stage, booking, hours(5, 10, 12)).place == 2
    stage.session.execute(
        Claim.__table__.insert().values(  # type: ignore[attr-defined]
            id=stage.unit.id,
            unit_id=stage.unit.id,
            place=2,
            blocked=func.tstzrange(at(6), at(7)),
            kind="closure",
            holder_id=stage.unit.id,
        )
    )
    assert put(stage, booking, hours(6, 10, 12)).place == 1


def test_the_same_rules_judge_it(stage: Stage) -> None:
    stage.rules(longest=120, max_per_day=1)
    booking, _ = stage.book(hours(4, 10, 12)), stage.book(hours(5, 10, 12))
    with pytest.raises(Refused) as refused:
        put(stage, booking, Period(at(5, 8), at(5, 11)))
    assert refused.value.codes == ("too_long", "closed", "too_many_per_day")
    put(stage, booking, hours(4, 12, 14))


def test_its_own_holds_and_minutes_do_not_count_against_it(stage: Stage) -> None:
    stage.rules(max_at_once=1, max_future_minutes=120, min_gap=60)
    put(stage, stage.book(hours(4, 10, 12)), hours(4, 11, 13))


def test_the_same_period_changes_nothing(stage: Stage) -> None:
    booking = confirmed(stage, hours(4, 10, 12))
    version = booking.version
    assert put(stage, booking, hours(4, 10, 12)).version == version


def test_what_has_begun_stays_where_it_is(stage: Stage) -> None:
    stage.rules(instant=True)
    booking = stage.book(hours(2, 10, 12))
    with pytest.raises(StateForbids) as forbidden:
        move(stage.session, booking.id, Change(period=hours(3, 10, 12)), now=at(2, 10), by=stage.actor("ada"))
    assert forbidden.value.state == "confirmed"


class TestByTheHost:
    """A host moves a booking, such as out of the way of a closure."""

    def test_with_a_reason_and_without_asking_itself(self, stage: Stage) -> None:
        booking = confirmed(stage, hours(4, 10, 12))
        with pytest.raises(Invalid):
            put(stage, booking, hours(5, 10, 12), by="bo")
        put(stage, booking, hours(5, 10, 12), by="bo", reason="The pump is serviced on Wednesday.")
        assert booking.state is BookingState.CONFIRMED
        assert (booking.approved_start, booking.approved_end) == (booking.starts_at, booking.ends_at)
        notice = stage.session.scalars(
            select(Notice).where(Notice.code == "booking_moved", Notice.recipient_id == stage.cast.ada.id)
        ).one()
        assert notice.details["reason"] == "The pump is serviced on Wednesday."
        assert notice.details["invitation"]["sequence"] == booking.version

    def test_limits_can_be_set_aside(self, stage: Stage) -> None:
        booking = confirmed(stage, hours(4, 10, 12))
        put(stage, booking, hours(7, 10, 12), by="bo", reason="Saturday shift", override=True)
        assert booking.overridden == ["closed"]

    def test_not_by_the_user(self, stage: Stage) -> None:
        booking = confirmed(stage, hours(4, 10, 12))
        with pytest.raises(Forbidden):
            put(stage, booking, hours(7, 10, 12), reason="I like Saturdays", override=True)


def test_strangers_find_nothing(stage: Stage) -> None:
    booking = confirmed(stage, hours(4, 10, 12))
    with pytest.raises(NotFound):
        put(stage, booking, hours(5, 10, 12), by="eve")


def test_history_tells_both_periods(stage: Stage) -> None:
    booking = confirmed(stage, hours(4, 10, 12))
    put(stage, booking, hours(4, 10, 11))
    entry = stage.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "booking.moved")).one()
    assert entry.details["from"] == hours(4, 10, 12).as_json()
    assert entry.details["to"] == hours(4, 10, 11).as_json()
    assert booking.updated_at - booking.created_at == timedelta(0)


def test_a_booking_whose_permits_come_too_late_moves_and_is_kept_for_them_anew(across: Stage) -> None:
    booking = across.book(hours(6, 9, 12, month=5), flows=RESTRICTED)
    kept = select(Gate).where(Gate.booking_id == booking.id, Gate.kind == GateKind.PERMITS)
    gate = across.session.scalars(kept).one()
    before = gate.deadline
    later = at(2, 9, month=4)
    move(across.session, booking.id, Change(period=hours(2, 9, 12, month=7)), now=later, by=across.actor("ada"))
    assert gate.state is GateState.OPEN
    assert gate.deadline > before
    # A shift inside the slot that is held already wins no time.
    since = gate.deadline
    inside = Change(period=hours(2, 10, 12, month=7))
    move(across.session, booking.id, inside, now=later + timedelta(days=3), by=across.actor("ada"))
    assert gate.deadline == since
