"""Many at once: exactly as many win as there are places, and nobody waits long; with controls that must fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace.availability.actions import ClosureRequest, close, set_places
from marketplace.bookings.actions import Change, approve, cancel, move, request_booking
from marketplace.bookings.models import Booking
from marketplace.bookings.rules import BookingRequest
from marketplace.values.period import Period
from tests.factories.stage import at, hours
from tests.races.conftest import CLIENTS, Track

ROUNDS = 3
SLOWEST = 2.0


@pytest.fixture(params=["lock and constraint", "constraint alone", "lock alone"])
def guard(request: pytest.FixtureRequest, track: Track, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Both guards, then each of them alone: one must do."""
    if request.param == "constraint alone":
        unlocked(monkeypatch)
    if request.param == "lock alone":
        unconstrained(track)
    yield request.param


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every lock out of the verbs: what remains is the database's constraint."""
    for name in ("_FOR_REQUEST", "_FOR_BOOKING"):
        statement = getattr(__import__("marketplace.bookings.actions.locking", fromlist=[name]), name)
        without = text(statement.text.replace("FOR NO KEY UPDATE", ""))
        monkeypatch.setattr(f"marketplace.bookings.actions.locking.{name}", without)


def unconstrained(track: Track) -> None:
    """Take the constraint out of the database: what remains are the verbs' locks."""
    track.do(lambda session: session.execute(text("ALTER TABLE claims DROP CONSTRAINT ex_claims_one_per_place")))


@pytest.mark.parametrize("places", [1, 3])
def test_as_many_win_as_there_are_places(track: Track, guard: str, places: int) -> None:
    track.do(lambda session: set_places(session, track.unit_id, places, now=track.now, by=track.host))
    slowest = []
    for number in range(ROUNDS):
        period = hours(3 + number, 10, 12)
        answers = track.race([track.book(period, person) for person in track.people])
        assert answers.counts == {"won": places, "taken": CLIENTS - places}, (guard, answers.errors)
        assert answers.circles == 0, "an inserter that waits for another must not be waited for by it"
        slowest.append(answers.slowest)
    # The best round, for the machine may be busy with something else: a lock circle would cost a second in each.
    assert guard != "constraint alone" or min(slowest) < SLOWEST
    assert track.oversold() == 0


def test_odd_overlaps(track: Track, guard: str) -> None:
    """Periods that overlap in every way: whoever wins, no two winners share an instant."""
    track.rules(set_up=30, clean_up=15, step=15, shortest=15)
    works = []
    for number, person in enumerate(track.people):
        start = at(4, 9) + timedelta(minutes=15 * (number % 8))
        works.append(track.book(Period(start, start + timedelta(minutes=30 + 15 * (number % 5))), person))
    answers = track.race(works)
    assert set(answers.counts) <= {"won", "taken"}, (guard, answers.errors)
    assert answers.counts["won"] >= 1
    assert answers.circles == 0
    assert track.oversold() == 0


def test_with_neither_lock_nor_constraint_it_oversells(track: Track, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: if this does not fail to keep order, the races above prove nothing."""
    unlocked(monkeypatch)
    unconstrained(track)
    for number in range(10):
        track.race([track.book(hours(3, 9 + number % 8, 10 + number % 8), person) for person in track.people])
        if track.oversold():
            return
    pytest.fail("no double booking without any guard: the race does not race")


def test_moves_race_for_one_slot(track: Track) -> None:
    made = []
    for number, person in enumerate(track.people[:8]):
        period = hours(9 + number // 4, 9 + 2 * (number % 4), 11 + 2 * (number % 4))
        booking = track.do(track.book(period, person))
        assert isinstance(booking, Booking)
        made.append((booking.id, person))
    change = Change(period=hours(12, 9, 12))
    answers = track.race(
        [
            lambda session, id=id, person=person: move(session, id, change, now=track.now, by=person)
            for id, person in made
        ]  # type: ignore[misc]
    )
    assert answers.counts == {"won": 1, "taken": 7}, answers.errors
    assert (track.oversold(), track.claims()) == (0, 8)


def test_moves_and_new_bookings_race(track: Track) -> None:
    booking = track.do(track.book(hours(5, 9, 10), track.people[0]))
    assert isinstance(booking, Booking)
    change = Change(period=hours(4, 10, 12))
    works = [track.book(hours(4, 11, 13), person) for person in track.people[1:]]
    works.append(lambda session: move(session, booking.id, change, now=track.now, by=track.people[0]))
    answers = track.race(works)
    assert answers.counts == {"won": 1, "taken": CLIENTS - 1}, answers.errors
    assert track.oversold() == 0


def test_a_closure_races_with_bookings(track: Track) -> None:
    """Either the closure stands and nobody booked, or somebody booked and the closure was refused."""
    request = ClosureRequest(period=hours(4, 9, 18))
    works = [track.book(hours(4, 10 + number, 11 + number), person) for number, person in enumerate(track.people[:6])]
    works.append(lambda session: close(session, track.unit_id, request, now=track.now, by=track.host))
    answers = track.race(works)
    assert not answers.errors
    if answers.counts["bookings_in_the_way"]:
        assert answers.counts["won"] == 6
    else:
        assert answers.counts["won"] >= 1
        assert answers.counts["won"] + answers.counts["taken"] == 7
    assert track.oversold() == 0


def test_the_limits_of_one_person_hold_when_they_race_themselves(track: Track) -> None:
    track.rules(max_at_once=2)
    ada = track.people[0]
    answers = track.race(
        [track.book(hours(3 + number, 9 + hour, 10 + hour), ada) for number in range(2) for hour in range(8)]
    )
    assert answers.counts == {"won": 2, "too_many_at_once": 14}, answers.errors


def test_the_hours_of_one_organisation_hold_for_all_its_people(track: Track) -> None:
    track.rules(organisation_weekly_hours=3)
    periods = [hours(3 + number // 8, 9 + number % 8, 10 + number % 8) for number in range(CLIENTS)]
    answers = track.race([track.book(period, person) for period, person in zip(periods, track.people, strict=True)])
    assert answers.counts == {"won": 3, "organisation_hours": CLIENTS - 3}, answers.errors


def test_open_holds_of_one_person_are_exact(track: Track, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.bookings.rules.judging.MOST_HOLDS", 5)
    ada = track.people[0]
    answers = track.race(
        [track.book(hours(3 + number // 8, 9 + number % 8, 10 + number % 8), ada) for number in range(16)]
    )
    assert answers.counts == {"won": 5, "too_many_holds": 11}, answers.errors


def test_a_retry_that_races_with_itself_books_once(track: Track) -> None:
    ada = track.people[0]

    def again(session):  # type: ignore[no-untyped-def]
        wish = BookingRequest(unit_id=track.unit_id, period=hours(4, 10, 12), idempotency_key="one")
        return request_booking(session, wish, now=track.now, by=ada)

    answers = track.race([again] * 8)
    assert (answers.counts, track.claims()) == ({"won": 8}, 1), answers.errors


def test_two_decisions_at_once_leave_one_state(track: Track) -> None:
    """Approving and cancelling race: in the end the claim is there if and only if the booking is."""
    booking = track.do(track.book(hours(4, 10, 12), track.people[0]))
    assert isinstance(booking, Booking)
    works = [lambda session: approve(session, booking.id, now=track.now, by=track.host)]
    works.append(lambda session: cancel(session, booking.id, now=track.now, by=track.people[0]))
    track.race(works)
    with track.database.reading() as session:
        state = session.get_one(Booking, booking.id).state.value
    assert (state, track.claims()) == ("cancelled", 0)
