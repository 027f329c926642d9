"""Sessions: ended by word and by rule, described, corrected, and read as they were known at an instant."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.bookings.models import Booking, BookingState, Purpose
from marketplace.history.models import HistoryEntry
from marketplace.jobs.models import Task
from marketplace.notices.models import Notice
from marketplace.operations.actions.checking import check_in, check_out
from marketplace.operations.actions.correcting import correct, describe
from marketplace.operations.actions.ends import end_due
from marketplace.operations.actions.feeding import take
from marketplace.operations.models import FeedEventKind, Source, UseSession
from marketplace.operations.queries.one import use_page
from marketplace.operations.queries.sessions import sessions_of
from marketplace.operations.rules.details import Correction, Details
from marketplace.operations.rules.signatures import Event
from marketplace.terms.models import Training, TrainingState
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.factories.stage import Stage, at, hours, make_stage


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    stage = make_stage(session, now)
    stage.rules(instant=True, asks=("samples", "purpose"))
    return stage


def booked(stage: Stage, start: int, end: int, *, day: int = 2) -> Booking:
    booking = stage.book(hours(day, start, end), now=at(2, 8))
    booking.state, booking.held_until = BookingState.CONFIRMED, None
    stage.session.flush()
    return booking


def the_use(stage: Stage, booking: Booking) -> UseSession:
    (use,) = sessions_of(stage.session, [booking.id])[booking.id]
    return use


def told(session: Session, code: str) -> set[object]:
    return set(session.scalars(select(Notice.recipient_id).where(Notice.code == code)))


def test_who_says_nothing_has_left_at_the_booked_end_and_both_are_told(stage: Stage) -> None:
    booking = booked(stage, 10, 12)
    check_in(stage.session, booking.id, now=at(2, 10, 5), by=stage.actor("ada"))
    assert end_due(stage.session, now=at(2, 12, 59)) == 0
    assert end_due(stage.session, now=at(2, 13)) == 1
    assert end_due(stage.session, now=at(2, 13)) == 0
    use = the_use(stage, booking)
    assert (use.checked_in_at, use.checked_out_at) == (at(2, 10, 5), at(2, 12))
    assert (use.end_source, use.end_rule, use.estimated) == (Source.RULE, "booked_end", True)
    assert booking.state is BookingState.COMPLETED
    assert told(stage.session, "session_ended_by_rule") == {stage.cast.ada.id, stage.cast.bo.id}


def test_what_was_known_before_the_rule_spoke_can_be_read_again(stage: Stage) -> None:
    booking = booked(stage, 10, 12)
    check_in(stage.session, booking.id, now=at(2, 10), by=stage.actor("ada"))
    end_due(stage.session, now=at(2, 13))
    known = text("""SELECT checked_out_at FROM sessions
        WHERE recorded_at <= :at AND (superseded_at IS NULL OR superseded_at > :at)""")
    assert list(stage.session.scalars(known, {"at": at(2, 12, 30)})) == [None]
    assert list(stage.session.scalars(known, {"at": at(2, 13)})) == [at(2, 12)]


def test_who_leaves_in_time_is_measured_in_the_same_row(stage: Stage) -> None:
    booking = booked(stage, 10, 12)
    check_in(stage.session, booking.id, now=at(2, 10), by=stage.actor("ada"))
    first = the_use(stage, booking).id
    check_out(stage.session, booking.id, Details(samples=4), now=at(2, 12, 40), by=stage.actor("bo"))
    use = the_use(stage, booking)
    assert (use.id, use.checked_out_at, use.end_source) == (first, at(2, 12, 40), Source.PERSON)
    assert (use.samples, use.estimated) == (4, False)


def test_who_comes_after_the_grace_finds_it_ended_by_rule_whether_or_not_a_job_ran(stage: Stage) -> None:
    booking = booked(stage, 10, 12)
    check_in(stage.session, booking.id, now=at(2, 10), by=stage.actor("ada"))
    check_out(stage.session, booking.id, Details(samples=2), now=at(2, 15), by=stage.actor("ada"))
    use = the_use(stage, booking)
    assert (use.checked_out_at, use.end_rule, use.samples) == (at(2, 12), "booked_end", 2)


def test_the_next_finds_the_place_free_once_the_time_of_the_one_before_is_over(stage: Stage) -> None:
    first, second = booked(stage, 10, 12), booked(stage, 12, 14)
    check_in(stage.session, first.id, now=at(2, 10), by=stage.actor("ada"))
    with pytest.raises(Refused) as refused:
        check_in(stage.session, second.id, now=at(2, 11, 50), by=stage.actor("ada"))
    assert refused.value.codes == ("place_in_use",)
    check_in(stage.session, second.id, now=at(2, 12, 7), by=stage.actor("ada"))
    use = the_use(stage, first)
    assert (use.checked_out_at, use.end_rule) == (at(2, 12, 7), "next_began")
    assert (first.state, second.state) == (BookingState.COMPLETED, BookingState.IN_USE)


def test_the_database_has_the_last_word_on_two_at_one_place(stage: Stage) -> None:
    booking, other = booked(stage, 10, 12), booked(stage, 14, 16)
    check_in(stage.session, booking.id, now=at(2, 10), by=stage.actor("ada"))
    same = {"unit_id": booking.unit_id, "place": 1, "organisation_id": booking.organisation_id}
    with pytest.raises(IntegrityError, match="ex_sessions_one_per_place"), stage.session.begin_nested():
        stage.session.add(UseSession(booking_id=other.id, checked_in_at=at(2, 14), recorded_at=at(2, 14), **same))
        stage.session.flush()


@pytest.fixture
def used(stage: Stage) -> UseSession:
    booking = booked(stage, 10, 12)
    check_in(stage.session, booking.id, now=at(2, 10), by=stage.actor("ada"))
    end_due(stage.session, now=at(2, 13))
    return the_use(stage, booking)


def right(**more: object) -> Correction:
    return Correction(**{"began": at(2, 10), "ended": at(2, 11, 30), **more})  # type: ignore[arg-type]


def test_the_host_corrects_with_a_reason_and_the_old_row_stays(stage: Stage, used: UseSession) -> None:
    bo, when = stage.actor("bo"), at(2, 15)
    row = correct(stage.session, used.id, right(idle_seconds=600), "She left early.", now=when, by=bo)
    assert (row.checked_out_at, row.end_source, row.end_rule) == (at(2, 11, 30), Source.PERSON, None)
    assert (row.idle_seconds, row.correction_reason, row.recorded_at) == (600, "She left early.", when)
    assert (row.line_id, row.replaces_id, used.superseded_at) == (used.line_id, used.id, when)
    assert told(stage.session, "session_corrected") == {stage.cast.ada.id, stage.cast.bo.id}
    page = use_page(stage.session, used.id, by=bo)
    assert page.use.id == row.id
    assert len(page.former) == 2
    # What was named by an older row is corrected on, and saying the same again changes nothing.
    assert correct(stage.session, used.id, right(idle_seconds=600), "Again.", now=at(2, 16), by=bo).id == row.id


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (right(ended=at(2, 10)), "ended"),
        (right(began=at(2, 10).replace(year=205)), "began"),
        (right(ended=at(2, 18)), "ended"),
        (right(idle_seconds=5401), "idle_seconds"),
        (right(post_seconds=-1), "post_seconds"),
    ],
)
def test_a_correction_names_what_cannot_be(stage: Stage, used: UseSession, wanted: Correction, field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        correct(stage.session, used.id, wanted, "Why not.", now=at(2, 15), by=stage.actor("bo"))
    assert [error.field for error in invalid.value.errors] == [field]


def test_a_correction_needs_a_reason_and_a_free_place(stage: Stage, used: UseSession) -> None:
    bo = stage.actor("bo")
    with pytest.raises(Invalid, match="reason"):
        correct(stage.session, used.id, right(), " ", now=at(2, 15), by=bo)
    later = booked(stage, 14, 16)
    check_in(stage.session, later.id, now=at(2, 14), by=stage.actor("ada"))
    with pytest.raises(Refused) as refused:
        correct(stage.session, used.id, right(ended=at(2, 14, 5)), "Longer.", now=at(2, 15), by=bo)
    assert refused.value.codes == ("session_overlaps",)
    with pytest.raises(StateForbids):
        correct(stage.session, the_use(stage, later).id, right(), "Open.", now=at(2, 15), by=bo)


def test_only_the_host_corrects_and_only_the_two_sides_describe(stage: Stage, used: UseSession) -> None:
    def attempt(by: Actor) -> None:
        correct(stage.session, used.id, right(), "So it was.", now=at(2, 15), by=by)

    with pytest.raises(Forbidden):
        attempt(stage.actor("ada"))
    with pytest.raises(NotFound):
        attempt(stage.actor("eve"))
    with pytest.raises(NotFound):
        describe(stage.session, used.id, Details(samples=1), now=at(2, 15), by=stage.actor("eve"))


def test_what_was_used_is_put_down_and_the_page_says_what_is_missing(stage: Stage, used: UseSession) -> None:
    ada = stage.actor("ada")
    assert use_page(stage.session, used.id, by=ada).missing == ["purpose", "samples"]
    details = Details(purpose=Purpose.TEACHING, samples=12, consumables="two tips")
    row = describe(stage.session, used.id, details, now=at(2, 14), by=ada)
    assert use_page(stage.session, row.id, by=ada).missing == []
    assert (row.purpose, row.samples, row.consumables) == (Purpose.TEACHING, 12, "two tips")
    # The estimate is no measurement by that.
    assert (row.end_rule, row.checked_out_at) == ("booked_end", at(2, 12))
    with pytest.raises(Invalid, match="samples"):
        describe(stage.session, used.id, Details(samples=-1), now=at(2, 14), by=ada)
    assert describe(stage.session, row.id, details, now=at(2, 15) + timedelta(1), by=ada).id == row.id


def told_by_machine(id: str, kind: str, when: datetime) -> Event:
    return Event(id=id, kind=FeedEventKind(kind), at=when)


def trained(stage: Stage) -> Training:
    told = {"unit_id": stage.unit.id, "person_id": stage.cast.ada.id, "state": TrainingState.PASSED}
    row = Training(
        **told, requested_at=at(1), decided_at=at(1), decided_by=stage.cast.bo.id, passed_on=date(2026, 3, 1)
    )
    stage.session.add(row)
    stage.session.flush()
    return row


def test_training_counts_a_session_once_however_often_its_times_change(stage: Stage) -> None:
    training, booking, bo = trained(stage), booked(stage, 10, 12), stage.actor("bo")
    check_in(stage.session, booking.id, now=at(2, 10), by=stage.actor("ada"))
    end_due(stage.session, now=at(2, 13))
    assert training.used_minutes == 120
    correct(stage.session, the_use(stage, booking).id, right(), "She left early.", now=at(2, 15), by=bo)
    assert training.used_minutes == 90
    correct(stage.session, the_use(stage, booking).id, right(began=at(2, 9)), "And came early.", now=at(2, 15), by=bo)
    assert training.used_minutes == 150


def test_training_counts_what_a_late_stop_measures(stage: Stage) -> None:
    training, booking, unit = trained(stage), booked(stage, 10, 12), stage.unit.id
    begun, ended = told_by_machine("1", "start", at(2, 10)), told_by_machine("2", "stop", at(2, 11))
    take(stage.session, unit, [begun], now=at(2, 10))
    end_due(stage.session, now=at(2, 13))
    assert training.used_minutes == 120
    take(stage.session, unit, [ended], now=at(2, 14))
    assert (the_use(stage, booking).checked_out_at, training.used_minutes) == (at(2, 11), 60)
    take(stage.session, unit, [told_by_machine("0", "start", at(2, 9, 30))], now=at(2, 14))
    assert (the_use(stage, booking).checked_in_at, training.used_minutes) == (at(2, 9, 30), 90)


def test_the_states_of_the_unit_follow_who_checks_in(stage: Stage) -> None:
    booking = booked(stage, 10, 12)
    derivations = select(func.count()).select_from(Task).where(Task.name == "operations.derive_states")
    before = stage.session.scalar(derivations)
    check_in(stage.session, booking.id, now=at(2, 10), by=stage.actor("ada"))
    assert stage.session.scalar(derivations) == (before or 0) + 1


def test_who_checks_out_after_the_machine_has_rested_says_what_was_used(stage: Stage) -> None:
    booking, session = booked(stage, 10, 12), stage.session
    told = [told_by_machine("1", "start", at(2, 10)), told_by_machine("2", "stop", at(2, 11))]
    take(session, stage.unit.id, told, now=at(2, 11))
    check_out(session, booking.id, Details(samples=7), now=at(2, 11, 30), by=stage.actor("ada"))
    use = the_use(stage, booking)
    assert (booking.state, use.samples, use.checked_out_at) == (BookingState.COMPLETED, 7, at(2, 11))
    chosen = select(HistoryEntry).where(HistoryEntry.subject_id == booking.id).order_by(HistoryEntry.number.desc())
    entry = session.scalars(chosen.limit(1)).one()
    assert (entry.verb, entry.actor_id) == ("booking.checked_out", stage.cast.ada.id)
