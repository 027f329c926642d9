"""Faults: reported, stopped, closed; whose bookings stand in a stop are told, and nobody books into it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.availability.actions import lift, set_places
from marketplace.bookings.actions import cancel, request_booking
from marketplace.bookings.models import Booking
from marketplace.bookings.rules import BookingRequest
from marketplace.catalogue.models import ListingState
from marketplace.database import Database
from marketplace.notices.models import Mail, Notice
from marketplace.operations.actions.faults import (
    _DUE,
    Report,
    cancel_fault,
    expect_back,
    move_stops_on,
    report_fault,
    resolve_fault,
    stop_unit,
)
from marketplace.operations.actions.states import derive
from marketplace.operations.models import Fault, FaultState, MachineState, Urgency
from marketplace.operations.queries.faults import fault_page, host_faults, own_faults, standing_still
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.factories.listings import make_listing
from tests.factories.stage import Stage, at, hours, make_stage
from tests.operations.test_states import told


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    """A unit of Bo's, open from nine to six, and Ada."""
    return make_stage(session, now)


def reported(stage: Stage, *, by: str = "ada", **more: Any) -> Fault:
    given = {"urgency": Urgency.HIGH, "text": "It smells of burning."} | more
    return report_fault(stage.session, stage.unit.id, Report(**given), now=stage.now, by=stage.actor(by))


WEDNESDAY_NOON = at(4, 12)


def stopped(stage: Stage, *, back: datetime | None = WEDNESDAY_NOON) -> Fault:
    fault = reported(stage)
    return stop_unit(stage.session, fault.id, stage.now, back, now=stage.now, by=stage.actor("bo"))


def notices(session: Session, person: Any) -> list[str]:
    chosen = select(Notice.code).where(Notice.recipient_id == person.id).order_by(Notice.id)
    return list(session.scalars(chosen))


def free(stage: Stage, day: int, start: int, end: int, **more: Any) -> bool:
    """Whether Ada may book it now."""
    try:
        with stage.session.begin_nested():
            stage.book(hours(day, start, end), **more)
            raise StopAsyncIteration
    except StopAsyncIteration:
        return True
    except Refused:
        return False


def test_who_may_book_reports_and_the_host_is_told(session: Session, stage: Stage) -> None:
    fault = reported(stage)
    assert notices(session, stage.cast.bo)[-1] == "fault_reported"
    [row] = host_faults(session, by=stage.actor("bo"))
    assert (row.fault.id, row.reporter) == (fault.id, "Ada Leung")
    assert [each.fault.id for each in own_faults(session, stage.unit.id, by=stage.actor("ada"))] == [fault.id]
    assert host_faults(session, by=stage.actor("ada")) == []
    with pytest.raises(NotFound):
        fault_page(session, fault.id, by=stage.actor("eve"))
    reported(stage, urgency=Urgency.SAFETY)
    assert notices(session, stage.cast.bo)[-1] == "fault_reported_safety"


def test_who_can_book_nothing_is_told_so_unless_they_booked(session: Session, stage: Stage) -> None:
    with pytest.raises(Refused) as refused:
        reported(stage, by="cheng")
    assert [reason.code for reason in refused.value.reasons] == ["not_a_user"]
    stage.facility.state = ListingState.DRAFT
    session.flush()
    with pytest.raises(NotFound):
        reported(stage)
    assert reported(stage, by="bo").state is FaultState.OPEN


def test_only_the_host_stops_and_closes(session: Session, stage: Stage) -> None:
    fault = reported(stage)
    with pytest.raises(Forbidden):
        stop_unit(session, fault.id, stage.now, None, now=stage.now, by=stage.actor("ada"))
    with pytest.raises(NotFound):
        resolve_fault(session, fault.id, "Dust", "Cleaned", now=stage.now, by=stage.actor("eve"))


def test_nobody_books_into_a_stop_and_what_is_given_back_stays_stopped(session: Session, stage: Stage) -> None:
    booking = stage.book(hours(3, 10, 12))
    stopped(stage)
    assert standing_still(session, [stage.unit.id])[stage.unit.id].expected_back == at(4, 12)
    assert not free(stage, 3, 14, 15)
    assert not free(stage, 4, 11, 12)
    assert free(stage, 4, 12, 13)
    assert session.get_one(Booking, booking.id).state.value in {"held", "confirmed"}
    cancel(session, booking.id, now=stage.now, by=stage.actor("ada"))
    assert not free(stage, 3, 10, 12)


def test_a_hold_that_ran_out_makes_no_room_in_a_stop(session: Session, stage: Stage) -> None:
    stage.book(hours(3, 10, 12))
    stopped(stage)
    session.execute(text("UPDATE bookings SET held_until = :then"), {"then": stage.now})
    session.execute(text("UPDATE claims SET held_until = :then WHERE kind = 'booking'"), {"then": stage.now})
    session.expire_all()
    assert not free(stage, 3, 10, 12, by="bo")
    assert not free(stage, 3, 10, 12)


def test_whose_bookings_stand_in_it_are_told_with_a_way_to_others(session: Session, stage: Stage) -> None:
    inside, outside = stage.book(hours(3, 10, 12)), stage.book(hours(5, 10, 12))
    fault = stopped(stage)
    mail = session.scalars(select(Mail).where(Mail.code == "unit_stopped")).one()
    assert mail.recipient_id == stage.cast.ada.id
    assert mail.details["path"] == f"/units/{stage.unit.id}/book?copy={inside.id}"
    expect_back(session, fault.id, at(6, 12), now=stage.now, by=stage.actor("bo"))
    told_of = [each.details["booking"] for each in session.scalars(select(Mail).where(Mail.code == "unit_stopped"))]
    assert sorted(told_of) == sorted([str(inside.id), str(outside.id)])
    resolve_fault(session, fault.id, "A fuse", "New fuse", now=at(3, 8), by=stage.actor("bo"))
    back = [each.details["booking"] for each in session.scalars(select(Mail).where(Mail.code == "unit_back"))]
    assert sorted(back) == sorted([str(inside.id), str(outside.id)])
    assert "fault_resolved" in notices(session, stage.cast.ada)
    assert free(stage, 3, 14, 15)


def test_the_time_it_stood_still_is_unscheduled_downtime(session: Session, stage: Stage) -> None:
    fault = stopped(stage, back=None)
    derive(session, {stage.unit.id: stage.now}, now=at(3, 12))
    assert told(session, stage.unit.id) == [(stage.now, at(3, 12), MachineState.UNSCHEDULED_DOWN)]
    resolve_fault(session, fault.id, "A fuse", "New fuse", now=at(3, 14), by=stage.actor("bo"))
    derive(session, {stage.unit.id: stage.now}, now=at(3, 15))
    assert told(session, stage.unit.id)[0] == (stage.now, at(3, 14), MachineState.UNSCHEDULED_DOWN)
    assert (fault.state, fault.back_at, fault.cause) == (FaultState.RESOLVED, at(3, 14), "A fuse")


def test_a_stop_lasts_on_where_nobody_says_that_the_unit_is_back(session: Session, stage: Stage) -> None:
    stopped(stage, back=at(3, 12))
    assert move_stops_on(session, now=at(3, 10)) == 0
    assert move_stops_on(session, now=at(3, 11, 30)) == 1
    assert not free(stage, 4, 10, 11, now=at(3, 11, 30))
    assert move_stops_on(session, now=at(3, 11, 40)) == 0


def test_units_are_locked_in_one_order(session: Session, stage: Stage) -> None:
    """Whichever stop ends first: the sweep of sessions locks units of one batch in the order of their ids too."""
    bo, faults = stage.actor("bo"), {stage.unit.id: stopped(stage, back=at(3, 12)).id}
    unit = make_listing(session, stage.cast.firm.id, by=bo, now=stage.now)[1]
    report = Report(urgency=Urgency.HIGH, text="It leaks.")
    fault = report_fault(session, unit.id, report, now=stage.now, by=bo)
    # Its id is the later one, and it ends first.
    faults[unit.id] = stop_unit(session, fault.id, stage.now, at(3, 11), now=stage.now, by=bo).id
    assert unit.id > stage.unit.id
    found = list(session.scalars(_DUE, {"soon": at(4), "batch": 9}))
    assert found == [faults[unit_id] for unit_id in sorted(faults)]


def test_a_stop_covers_places_that_come_later(session: Session, stage: Stage) -> None:
    stage.book(hours(3, 10, 12))
    stopped(stage)
    set_places(session, stage.unit.id, 2, now=stage.now, by=stage.actor("bo"))
    assert not free(stage, 3, 10, 12)


def test_its_closure_ends_with_the_fault_only(session: Session, stage: Stage) -> None:
    fault = stopped(stage)
    assert fault.closure_id is not None
    with pytest.raises(StateForbids):
        lift(session, fault.closure_id, now=stage.now, by=stage.actor("bo"))
    cancel_fault(session, fault.id, "It was the toaster.", now=stage.now + timedelta(hours=1), by=stage.actor("bo"))
    assert standing_still(session, [stage.unit.id]) == {}
    assert free(stage, 3, 10, 12)
    with pytest.raises(StateForbids):
        resolve_fault(session, fault.id, "A", "B", now=at(3), by=stage.actor("bo"))


@pytest.mark.parametrize(
    ("since", "back", "field"),
    [
        (at(2, 10), None, "since"),
        (at(1) - timedelta(days=40), None, "since"),
        (at(2, 8), at(2, 8), "expected_back"),
        (at(2, 8), at(2) + timedelta(days=400), "expected_back"),
    ],
)
def test_instants_that_cannot_be_are_named(
    session: Session, stage: Stage, since: datetime, back: datetime | None, field: str
) -> None:
    fault = reported(stage)
    with pytest.raises(Invalid) as refused:
        stop_unit(session, fault.id, since, back, now=stage.now, by=stage.actor("bo"))
    assert [error.field for error in refused.value.errors] == [field]


def test_photos_are_the_reporters_own(session: Session, stage: Stage) -> None:
    with pytest.raises(Invalid):
        reported(stage, photos=[stage.unit.id])
    with pytest.raises(Invalid):
        reported(stage, text=" ")


def test_who_books_while_the_unit_is_stopped_is_refused_or_told(committed: Database, now: datetime) -> None:
    with committed.unit_of_work() as work:
        stage = make_stage(work, now)
        fault_id = reported(stage).id
        unit_id, ada, bo = stage.unit.id, stage.actor("ada"), stage.actor("bo")
    barrier = Barrier(6)

    def book(hour: int) -> UUID | None:
        try:
            with committed.unit_of_work() as own:
                barrier.wait()
                wish = BookingRequest(unit_id=unit_id, period=hours(3, hour, hour + 1))
                return request_booking(own, wish, now=now, by=ada).id
        except Refused:
            return None

    def stop(_: int) -> None:
        with committed.unit_of_work() as own:
            barrier.wait()
            stop_unit(own, fault_id, now, None, now=now, by=bo)

    with ThreadPoolExecutor(6) as pool:
        stopping = pool.submit(stop, 0)
        booked = {id for id in pool.map(book, range(10, 15)) if id is not None}
        stopping.result()
    with committed.unit_of_work() as work:
        codes = Mail.code == "unit_stopped_open"
        told_of = {UUID(each.details["booking"]) for each in work.scalars(select(Mail).where(codes))}
        assert told_of == booked
        open_places = work.scalar(text("SELECT count(*) FROM bookings WHERE state IN ('held', 'confirmed')"))
        assert open_places == len(booked)
