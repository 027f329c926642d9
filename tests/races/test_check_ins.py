"""Many check in at one place at once: one is in session, by the lock or by the constraint; without both, several."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, BookingState
from marketplace.operations.actions.checking import check_in
from tests.factories.stage import hours
from tests.races.conftest import Answers, Track
from tests.races.test_races import unlocked

RACERS = 8
STANDING = text("SELECT count(*) FROM sessions WHERE superseded_at IS NULL AND checked_out_at IS NULL")


def test_one_is_in_session_by_the_lock_and_the_constraint(track: Track) -> None:
    answers = raced(track)
    assert answers.counts == {"won": 1, "place_in_use": RACERS - 1}, answers.errors
    assert (standing(track), answers.circles) == (1, 0)


def test_the_lock_alone_keeps_a_place_for_one(track: Track) -> None:
    unconstrained(track)
    assert raced(track).counts == {"won": 1, "place_in_use": RACERS - 1}
    assert standing(track) == 1


def test_the_constraint_alone_keeps_a_place_for_one(track: Track, monkeypatch: pytest.MonkeyPatch) -> None:
    unlocked(monkeypatch)
    answers = raced(track)
    assert set(answers.counts) <= {"won", "place_in_use", "ExclusionViolation", "DeadlockDetected"}, answers.errors
    assert answers.counts["won"] == standing(track) == 1


def test_with_neither_several_stand_at_one_place(track: Track, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: if this does not fail to keep order, the races above prove nothing."""
    unlocked(monkeypatch)
    unconstrained(track)
    works = all_booked(track)
    for _again in range(10):
        won = track.race(works).counts["won"]
        assert won == standing(track)
        if won > 1:
            return
        track.do(lambda session: session.execute(text("DELETE FROM sessions")))
        confirm_all(track)
    pytest.fail("never two at one place without any guard: the race does not race")


def unconstrained(track: Track) -> None:
    """Take the constraint out of this test's own database."""
    track.do(lambda session: session.execute(text("ALTER TABLE sessions DROP CONSTRAINT ex_sessions_one_per_place")))


def standing(track: Track) -> int:
    """How many are in session."""
    with track.database.reading() as session:
        return session.scalar(STANDING) or 0


def raced(track: Track) -> Answers:
    """All check in at once."""
    return track.race(all_booked(track))


def all_booked(track: Track) -> list[Callable[[Session], object]]:
    """Each has booked an hour of the day after the other; what remains is to check in."""
    works: list[Callable[[Session], object]] = []
    for number, person in enumerate(track.people[:RACERS]):
        booking = track.do(track.book(hours(2, 10 + number, 11 + number), person))
        assert isinstance(booking, Booking)
        id = booking.id
        works.append(lambda session, id=id, person=person: check_in(session, id, now=track.now, by=person))  # type: ignore[misc]
    confirm_all(track)
    return works


def confirm_all(track: Track) -> None:
    """Nothing stands before a check-in."""
    agreed = update(Booking).values(state=BookingState.CONFIRMED, held_until=None)
    track.do(lambda session: session.execute(agreed))
