"""When a session ended that nobody ended: the same whenever one looks, never before it began or after the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.operations.rules.ends import SILENCE, EndRule, Running, estimated_end, keeps_place

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
minutes = st.integers(0, 60 * 48).map(lambda count: timedelta(minutes=count))


@st.composite
def runnings(draw: st.DrawFn) -> Running:
    began = NINE + draw(minutes)
    booked = began + timedelta(minutes=1) + draw(minutes) if draw(st.booleans()) else None
    sign = began + draw(minutes) if draw(st.booleans()) else None
    grace = timedelta(minutes=draw(st.integers(0, 300)))
    return Running(began=began, booked_end=booked, last_sign=sign, grace=grace)


@given(runnings(), st.none() | minutes, minutes)
def test_an_estimate_lies_between_the_beginning_and_the_next_or_the_present(
    running: Running, after: timedelta | None, later: timedelta
) -> None:
    following = None if after is None else running.began + after
    now = (following or running.began) + later
    found = estimated_end(running, next_began=following, now=now)
    if found is None:
        assert following is None
        assert now < running.due
        return
    assert running.began <= found.at <= now
    assert following is None or found.at <= following


@given(runnings(), minutes, minutes)
def test_it_does_not_matter_when_one_looks(running: Running, early: timedelta, late: timedelta) -> None:
    first = estimated_end(running, next_began=None, now=running.due + early)
    assert first is not None
    assert first == estimated_end(running, next_began=None, now=running.due + early + late)
    # Who comes after the rule has decided changes nothing.
    comes = running.due + early + timedelta(minutes=1)
    assert first == estimated_end(running, next_began=comes, now=comes + late)


@given(runnings(), minutes)
def test_nobody_is_sent_away_before_the_booked_end(running: Running, after: timedelta) -> None:
    at = running.began + after
    assert keeps_place(running, at=at) == (running.booked_end is not None and at < running.booked_end)


def test_the_booked_end_counts_unless_the_machine_shows_more() -> None:
    booked = NINE + timedelta(hours=2)
    plain = Running(began=NINE, booked_end=booked, grace=timedelta(hours=1))
    now = booked + timedelta(hours=9)
    told = estimated_end(plain, next_began=None, now=now)
    assert told is not None
    assert (told.at, told.rule) == (booked, EndRule.BOOKED_END)
    sign = booked + timedelta(minutes=20)
    lived = Running(began=NINE, booked_end=booked, last_sign=sign, grace=timedelta(hours=1))
    told = estimated_end(lived, next_began=None, now=now)
    assert told is not None
    assert (told.at, told.rule) == (sign, EndRule.LAST_SIGN)
    told = estimated_end(plain, next_began=booked + timedelta(minutes=5), now=now)
    assert told is not None
    assert (told.at, told.rule) == (booked + timedelta(minutes=5), EndRule.NEXT_BEGAN)


def test_without_a_booking_nothing_is_assumed_that_a_feed_has_not_shown() -> None:
    alone = Running(began=NINE, booked_end=None, grace=timedelta(hours=1))
    assert estimated_end(alone, next_began=None, now=NINE + SILENCE - timedelta(seconds=1)) is None
    told = estimated_end(alone, next_began=None, now=NINE + SILENCE)
    assert told is not None
    assert told.at == NINE
