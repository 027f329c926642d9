"""A signed feed: signatures, and events that become sessions once, whatever their order."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, BookingState
from marketplace.database import Database
from marketplace.operations.actions.checking import check_in, check_out
from marketplace.operations.actions.ends import end_due
from marketplace.operations.actions.feeding import authentic, end_feed_key, prune_events, renew_feed_key, take
from marketplace.operations.models import FeedEvent, FeedEventKind, Source, UseSession
from marketplace.operations.rules.owners import whose
from marketplace.operations.rules.signatures import REACH, Event, signature, signed
from marketplace.values.refusal import Invalid, NotFound
from tests.factories.stage import Stage, at, hours, make_stage

KEY = "k" * 48
NOW = at(2, 17).astimezone(UTC)
NINE = at(2, 9)


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    stage = make_stage(session, now)
    stage.rules(instant=True)
    return stage


def event(id: str, kind: str, when: datetime, **more: object) -> Event:
    return Event(id=id, kind=FeedEventKind(kind), at=when, **more)  # type: ignore[arg-type]


def sessions(session: Session, unit_id: UUID) -> list[tuple[datetime, datetime | None]]:
    chosen = select(UseSession).where(UseSession.unit_id == unit_id, UseSession.superseded_at.is_(None))
    rows = session.scalars(chosen.order_by(UseSession.checked_in_at))
    return [(use.checked_in_at, use.checked_out_at) for use in rows]


def booked(stage: Stage, start: int, end: int) -> Booking:
    booking = stage.book(hours(2, start, end), now=at(2, 8))
    booking.state, booking.held_until = BookingState.CONFIRMED, None
    stage.session.flush()
    return booking


@given(st.binary(max_size=40), st.text(max_size=20), st.integers(-900, 900))
def test_only_what_was_signed_lately_with_the_secret_is_authentic(body: bytes, other: str, seconds: int) -> None:
    stamp = str(int(NOW.timestamp()) + seconds)
    mark = signature(stamp, body, secret="s" * 32)
    assert signed(stamp, body, mark, secret="s" * 32, now=NOW) == (abs(seconds) <= 300)
    assert not signed(stamp, body + b" ", mark, secret="s" * 32, now=NOW)
    assert not signed(stamp, body, mark, secret="t" * 32, now=NOW)
    assert not signed(stamp, body, other, secret="s" * 32, now=NOW)
    assert not signed(other + "x", body, mark, secret="s" * 32, now=NOW)


def test_a_new_secret_ends_the_old_and_only_managers_make_one(stage: Stage) -> None:
    unit, bo = stage.unit.id, stage.actor("bo")
    stamp = str(int(NOW.timestamp()))

    def accepts(secret: str) -> bool:
        mark = signature(stamp, b"{}", secret=secret)
        return authentic(stage.session, unit, b"{}", timestamp=stamp, given=mark, key=KEY, now=NOW)

    first = renew_feed_key(stage.session, unit, key=KEY, now=NOW, by=bo)
    assert accepts(first)
    second = renew_feed_key(stage.session, unit, key=KEY, now=NOW, by=bo)
    assert (accepts(first), accepts(second), accepts("")) == (False, True, False)
    end_feed_key(stage.session, unit, now=NOW, by=bo)
    assert not accepts(second)
    with pytest.raises(NotFound):
        renew_feed_key(stage.session, unit, key=KEY, now=NOW, by=stage.actor("ada"))


def test_a_start_begins_the_booking_that_is_on_and_a_stop_ends_it(stage: Stage) -> None:
    booking = booked(stage, 10, 12)
    take(stage.session, stage.unit.id, [event("1", "start", at(2, 9, 55))], now=at(2, 9, 55))
    assert booking.state is BookingState.IN_USE
    take(stage.session, stage.unit.id, [event("2", "stop", at(2, 11, 50))], now=at(2, 11, 51))
    assert booking.state is BookingState.IN_USE
    assert [end_due(stage.session, now=at(2, *when)) for when in ((11, 59), (12,), (12, 1))] == [0, 1, 0]
    assert booking.state is BookingState.COMPLETED
    (use,) = stage.session.scalars(select(UseSession).where(UseSession.superseded_at.is_(None)))
    assert (use.booking_id, use.person_id, use.start_source, use.end_source) == (
        booking.id, stage.cast.ada.id, Source.FEED, Source.FEED,
    )  # fmt: skip
    assert (use.checked_in_at, use.checked_out_at, use.recorded_at) == (at(2, 9, 55), at(2, 11, 50), at(2, 11, 51))


def test_a_machine_that_is_warmed_up_takes_nobodys_booking(stage: Stage) -> None:
    booking, session = booked(stage, 10, 12), stage.session
    told = [event("1", "start", at(2, 9, 10)), event("2", "stop", at(2, 9, 20))]
    assert take(session, stage.unit.id, told, now=at(2, 9, 21)) == {"began": 1, "ended": 1}
    assert booking.state is BookingState.CONFIRMED
    check_in(session, booking.id, now=at(2, 10), by=stage.actor("ada"))
    # What comes late ends nothing that goes on.
    late = [event("3", "start", at(2, 9, 30)), event("4", "stop", at(2, 9, 40)), event("5", "start", at(2, 9, 50))]
    take(session, stage.unit.id, late, now=at(2, 10, 30))
    assert booking.state is BookingState.IN_USE
    assert sessions(session, stage.unit.id)[-1] == (at(2, 10), None)
    check_out(session, booking.id, now=at(2, 11), by=stage.actor("ada"))
    assert booking.state is BookingState.COMPLETED


def test_without_a_booking_it_is_the_hosts_own_use(stage: Stage) -> None:
    told = [event("1", "start", NINE), event("2", "stop", NINE + timedelta(hours=1))]
    assert take(stage.session, stage.unit.id, told, now=NOW) == {"began": 1, "ended": 1}
    (use,) = stage.session.scalars(select(UseSession).where(UseSession.superseded_at.is_(None)))
    assert (use.booking_id, use.person_id, use.organisation_id) == (None, None, stage.cast.firm.id)


def test_a_machine_that_rests_does_not_end_what_a_person_began(stage: Stage) -> None:
    booking = booked(stage, 10, 12)
    check_in(stage.session, booking.id, now=at(2, 10), by=stage.actor("ada"))
    told = [event("1", "start", at(2, 10, 10)), event("2", "stop", at(2, 10, 30))]
    assert take(stage.session, stage.unit.id, told, now=at(2, 10, 31)) == {"sign": 2}
    assert sessions(stage.session, stage.unit.id) == [(at(2, 10), None)]


def test_an_event_is_applied_once_and_bad_ones_are_named(stage: Stage) -> None:
    told = [event("1", "start", NINE)]
    assert take(stage.session, stage.unit.id, told, now=NOW) == {"began": 1}
    assert take(stage.session, stage.unit.id, told, now=NOW) == {"repeated": 1}
    wrong = [
        event("2", "start", NINE, place=2),
        event("3", "stop", NOW + timedelta(hours=1)),
        event("4", "state", NINE),
        event("5", "stop", NOW - timedelta(days=31)),
    ]
    with pytest.raises(Invalid) as invalid:
        take(stage.session, stage.unit.id, wrong, now=NOW)
    fields = ["events.0.place", "events.1.at", "events.2.state", "events.3.at"]
    assert [error.field for error in invalid.value.errors] == fields


def test_what_a_clock_ahead_of_ours_stamps_has_just_happened(stage: Stage) -> None:
    stage.rules(instant=True, end_grace=0)
    session, unit, now = stage.session, stage.unit.id, at(2, 11, 59)
    first, _second = booked(stage, 10, 12), booked(stage, 12, 14)
    take(session, unit, [event("1", "start", at(2, 10))], now=at(2, 10))
    take(session, unit, [event("2", "start", at(2, 12, 2))], now=now)
    assert sessions(session, unit) == [(at(2, 10), None)], "by our clock it is the first's time still"
    take(session, unit, [event("3", "stop", at(2, 12, 3)), event("4", "start", at(2, 12, 4))], now=now)
    stop, start = now - timedelta(microseconds=1), now
    assert sessions(session, unit) == [(at(2, 10), stop), (start, None)]
    assert first.state is BookingState.IN_USE
    assert max(session.scalars(select(FeedEvent.at))) == now


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 2, 1, 3), (3, 1, 0, 2), (2, 3, 1, 0), (1, 2, 0, 3)])
def test_one_may_stop_as_the_next_starts(stage: Stage, order: tuple[int, ...]) -> None:
    told = [event("s", "start", NINE), event("z", "stop", at(2, 10))]
    told += [event("a", "start", at(2, 10)), event("b", "stop", at(2, 11))]
    for number in order:
        take(stage.session, stage.unit.id, [told[number]], now=NOW)
    assert sessions(stage.session, stage.unit.id) == [(NINE, at(2, 10)), (at(2, 10), at(2, 11))]


def test_stop_and_start_of_one_instant_may_come_together(stage: Stage) -> None:
    told = [event("s", "start", NINE), event("z", "stop", at(2, 10)), event("a", "start", at(2, 10))]
    assert take(stage.session, stage.unit.id, told, now=NOW) == {"began": 2, "ended": 1}
    assert sessions(stage.session, stage.unit.id) == [(NINE, at(2, 10)), (at(2, 10), None)]


def test_a_start_that_comes_late_without_its_stop_lasts_no_longer_than_by_rule(stage: Stage) -> None:
    session, unit, when = stage.session, stage.unit.id, at(12, 12)
    take(session, unit, [event("9", "start", at(12, 10))], now=when)
    booking = booked(stage, 10, 12)
    take(session, unit, [event("2", "start", at(3, 10)), event("3", "state", at(3, 11), state="idle")], now=when)
    take(session, unit, [event("1", "start", at(2, 10))], now=when)
    assert sessions(session, unit) == [
        (at(2, 10), at(2, 12)), (at(3, 10), at(3, 10)), (at(12, 10), None),
    ]  # fmt: skip
    chosen = select(UseSession.end_rule).where(UseSession.booking_id == booking.id, UseSession.superseded_at.is_(None))
    assert session.scalars(chosen).all() == ["booked_end"]
    assert booking.state is BookingState.COMPLETED


def test_who_was_taken_for_missed_while_the_controller_was_cut_off_was_there(stage: Stage) -> None:
    missed = booked(stage, 10, 12)
    missed.state = BookingState.NO_SHOW
    told = [event("1", "start", at(2, 10, 5)), event("2", "stop", at(2, 11, 50))]
    take(stage.session, stage.unit.id, told, now=NOW)
    (use,) = stage.session.scalars(select(UseSession).where(UseSession.superseded_at.is_(None)))
    assert (use.booking_id, use.person_id) == (missed.id, stage.cast.ada.id)


def slot(start: int, end: int, state: BookingState = BookingState.CONFIRMED) -> Booking:
    period = {"starts_at": at(2, start), "ends_at": at(2, end)}
    return Booking(id=UUID(int=start * 100 + end), state=state, **period)


def test_a_place_that_was_given_away_is_of_who_booked_it_anew() -> None:
    missed, anew, later = slot(9, 11, BookingState.NO_SHOW), slot(10, 12), slot(11, 13)
    assert whose([missed, anew], at(2, 10, 5)) is anew
    assert whose([missed, anew], at(2, 9, 55)) is anew, "a little early"
    assert whose([missed, later], at(2, 10, 5)) is missed
    assert whose([later], at(2, 10, 5)) is later
    assert whose([missed, later], at(2, 8, 30)) is missed
    assert whose([missed], at(2, 11)) is None


def paired(events: Sequence[Event]) -> list[tuple[datetime, datetime | None]]:
    """What the events mean in the order of time, counted in plain Python."""
    found: list[tuple[datetime, datetime | None]] = []
    for each in sorted(events, key=lambda one: one.at):
        running = bool(found) and found[-1][1] is None
        if each.kind is FeedEventKind.START and not running:
            found.append((each.at, None))
        elif each.kind is FeedEventKind.STOP and running:
            found[-1] = (found[-1][0], each.at)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_order_in_which_events_come_does_not_matter(stage: Stage, seed: int) -> None:
    random = Random(seed)
    minutes = random.sample(range(400), 9)
    kinds = [random.choice(("start", "stop", "stop", "start", "state")) for _ in minutes]
    events = [
        event(str(n), kind, NINE + timedelta(minutes=minute), state="idle" if kind == "state" else None)
        for n, (minute, kind) in enumerate(zip(minutes, kinds, strict=True))
    ]
    random.shuffle(events)
    while events_left := events[: random.randint(1, 3)]:
        take(stage.session, stage.unit.id, [*events_left, events_left[0]], now=NOW)
        events = events[len(events_left) :]
    all_of_them = [
        event(row.event_id, row.kind.value, row.at, state=row.state) for row in stage.session.scalars(select(FeedEvent))
    ]
    assert len(all_of_them) == len(minutes)
    assert sessions(stage.session, stage.unit.id) == paired(all_of_them)


def test_the_same_events_at_once_are_applied_once(committed: Database, now: datetime) -> None:
    with committed.unit_of_work() as session:
        unit = make_stage(session, now).unit.id
    told = [event("a", "start", NINE), event("b", "stop", NINE + timedelta(hours=1))]
    outcomes: list[dict[str, int]] = []
    together = threading.Barrier(4)

    def send() -> None:
        together.wait()
        outcomes.append(committed.transact(lambda work: take(work, unit, told, now=NOW)))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == sorted(map(str, [{"began": 1, "ended": 1}] + [{"repeated": 2}] * 3))
    with committed.reading() as session:
        assert sessions(session, unit) == [(NINE, NINE + timedelta(hours=1))]
        assert session.scalar(select(func.count()).select_from(FeedEvent)) == 2


def test_what_was_cut_off_halfway_is_sent_again_and_loses_and_doubles_nothing(
    committed: Database, now: datetime
) -> None:
    with committed.unit_of_work() as session:
        unit = make_stage(session, now).unit.id
    told = [event("a", "start", NINE), event("b", "stop", NINE + timedelta(hours=1))]

    def killed(work: Session) -> None:
        take(work, unit, told, now=NOW)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        committed.transact(killed)
    assert committed.transact(lambda work: take(work, unit, told, now=NOW)) == {"began": 1, "ended": 1}
    assert committed.transact(lambda work: take(work, unit, told, now=NOW)) == {"repeated": 2}
    with committed.reading() as session:
        assert len(sessions(session, unit)) == 1


def test_events_are_kept_as_long_as_their_time_is_taken(stage: Stage) -> None:
    session, unit = stage.session, stage.unit.id
    told = [event("a", "start", NINE), event("b", "stop", at(2, 10))]
    take(session, unit, told, now=NOW)
    later = NINE + REACH
    assert prune_events(session, now=later) == 0
    assert take(session, unit, told, now=later) == {"repeated": 2}
    with pytest.raises(Invalid):
        take(session, unit, told, now=later + timedelta(hours=3))
    assert (prune_events(session, now=NOW + 2 * REACH), prune_events(session, now=NOW + 2 * REACH)) == (0, 0)
    assert prune_events(session, now=NOW + 2 * REACH + timedelta(seconds=1)) == 2
    assert sessions(session, unit) == [(NINE, at(2, 10))]


def test_events_of_an_open_session_stay(stage: Stage) -> None:
    take(stage.session, stage.unit.id, [event("a", "start", NINE)], now=NOW)
    assert prune_events(stage.session, now=NOW + 9 * REACH) == 0
