"""Free time from the database: each place for itself, and exactly what a claim would be granted."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from marketplace.availability.actions import Wanted, claim, set_opening_hours
from marketplace.availability.models import BookingMode, Claim, ClaimKind
from marketplace.availability.queries import free, free_of_units, has_free_place, setting
from marketplace.availability.rules import Hours, UnitRules, grouped
from marketplace.catalogue.models import ListingState, UnitState
from marketplace.database import new_id
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound
from tests.factories.stage import Stage, at, hours

WEEK = Period(at(3), at(10))


def put_claim(
    session: Session, unit_id: UUID, place: int, period: Period, *, held_until: datetime | None = None
) -> Claim:
    """A claim as a booking of somebody else's would have made it."""
    row = Claim(
        unit_id=unit_id,
        place=place,
        blocked=Range(period.start, period.end),
        kind=ClaimKind.BOOKING,
        holder_id=new_id(),
        held_until=held_until,
    )
    session.add(row)
    session.flush()
    return row


def test_open_time_minus_claims(stage: Stage) -> None:
    put_claim(stage.session, stage.unit.id, 1, hours(4, 11, 13))
    found = free(stage.session, stage.unit.id, Period(at(3), at(5)), stage.now)
    assert [each.period for each in found] == [hours(3, 9, 18), hours(4, 9, 11), hours(4, 13, 18)]


def test_places_are_never_merged(stage: Stage) -> None:
    stage.unit.places = 2
    stage.session.flush()
    put_claim(stage.session, stage.unit.id, 1, hours(4, 9, 12))
    put_claim(stage.session, stage.unit.id, 2, hours(4, 12, 18))
    found = free(stage.session, stage.unit.id, Period(at(4), at(5)), stage.now)
    assert [(each.period, each.place) for each in found] == [(hours(4, 9, 12), 2), (hours(4, 12, 18), 1)]
    assert grouped(found) == [(hours(4, 9, 12), 1), (hours(4, 12, 18), 1)]


def test_set_up_and_clean_up_shorten_what_is_free_beside_a_claim_but_not_beside_the_night(stage: Stage) -> None:
    stage.rules(set_up=30, clean_up=60)
    put_claim(stage.session, stage.unit.id, 1, hours(4, 12, 14))
    found = free(stage.session, stage.unit.id, Period(at(4), at(5)), stage.now)
    expected = [Period(at(4, 9), at(4, 11)), Period(at(4, 14, 30), at(4, 18))]
    assert [each.period for each in found] == expected


def test_a_hold_past_its_time_is_in_nobodys_way(stage: Stage) -> None:
    put_claim(stage.session, stage.unit.id, 1, hours(4, 9, 12), held_until=stage.now)
    put_claim(stage.session, stage.unit.id, 1, hours(4, 14, 15), held_until=stage.now + timedelta(seconds=1))
    found = free(stage.session, stage.unit.id, Period(at(4), at(5)), stage.now)
    assert [each.period for each in found] == [hours(4, 9, 14), hours(4, 15, 18)]


def test_what_is_past_cut_off_or_too_far_ahead_is_not_free(stage: Stage) -> None:
    stage.rules(cut_off=45, horizon_days=1)
    found = free(stage.session, stage.unit.id, Period(at(1), at(20)), stage.now)
    assert [each.period for each in found] == [hours(2, 10, 18), hours(3, 9, 18)]


def test_a_day_unit_is_free_across_closed_nights_and_weekends(stage: Stage) -> None:
    stage.rules(mode=BookingMode.DAY)
    put_claim(stage.session, stage.unit.id, 1, Period(at(5, 9), at(5, 18)))
    found = free(stage.session, stage.unit.id, Period(at(3), at(14)), stage.now)
    assert [each.period for each in found] == [Period(at(3, 9), at(4, 18)), Period(at(6, 9), at(13, 18))]


def test_a_week_unit_is_free_in_whole_weeks_up_to_good_friday(stage: Stage) -> None:
    stage.rules(mode=BookingMode.WEEK)
    put_claim(stage.session, stage.unit.id, 1, Period(at(18, 9), at(18, 18)))
    found = free(stage.session, stage.unit.id, Period(at(3), at(4, month=4)), stage.now)
    assert [each.period for each in found] == [Period(at(9, 9), at(13, 18)), Period(at(23, 9), at(2, 18, month=4))]


@pytest.mark.parametrize("what", ["unit", "facility"])
def test_what_cannot_be_booked_is_never_free(stage: Stage, what: str) -> None:
    if what == "unit":
        stage.unit.state = UnitState.PAUSED
    else:
        stage.facility.state = ListingState.PAUSED
    stage.session.flush()
    assert free(stage.session, stage.unit.id, WEEK, stage.now) == []


def test_an_unknown_unit_is_not_found(stage: Stage) -> None:
    with pytest.raises(NotFound):
        free(stage.session, new_id(), WEEK, stage.now)


def test_it_takes_two_statements_whatever_the_number_of_units_and_claims(stage: Stage) -> None:
    for hour in range(9, 17):
        put_claim(stage.session, stage.unit.id, 1, hours(4, hour, hour + 1))
    statements: list[str] = []
    connection = stage.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
    free_of_units(stage.session, [stage.unit.id], WEEK, stage.now)
    assert len(statements) == 2


SLOT = st.tuples(st.integers(0, 30), st.integers(1, 12))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    claims=st.lists(st.tuples(st.integers(1, 2), SLOT), max_size=10),
    wanted=SLOT,
    set_up=st.sampled_from([0, 30, 45]),
    clean_up=st.sampled_from([0, 15, 60]),
    night=st.booleans(),
)
def test_free_is_exactly_what_a_claim_would_be_granted(
    stage: Stage,
    claims: list[tuple[int, tuple[int, int]]],
    wanted: tuple[int, int],
    set_up: int,
    clean_up: int,
    night: bool,
) -> None:
    """A period is granted if and only if it lies inside one free stretch of one place, and that place is claimed."""
    session = stage.session
    with session.begin_nested() as savepoint:
        stage.unit.places = 2
        stage.rules(set_up=set_up, clean_up=clean_up)
        week = [Hours(day, 0, 1440) if night else Hours(day, 540, 1320) for day in range(1, 8)]
        set_opening_hours(session, stage.unit.id, week, now=stage.now, by=stage.actor("bo"))
        blocked = UnitRules(set_up=set_up, clean_up=clean_up).blocked
        for place, slot in claims:
            period = blocked(_slot(slot))
            taken = session.query(Claim).filter(
                Claim.unit_id == stage.unit.id,
                Claim.place == place,
                Claim.blocked.op("&&")(Range(period.start, period.end)),
            )
            if not taken.count():
                put_claim(session, stage.unit.id, place, period)
        period = _slot(wanted)
        around = setting(session, stage.unit.id, period)
        inside = [each.place for each in free(session, stage.unit.id, WEEK, stage.now) if each.period.contains(period)]
        is_open = (period.start - at(4)) / timedelta(minutes=1) >= 540 and period.end <= at(4, 22)
        room = has_free_place(session, around, period, stage.now)
        if night or is_open:
            assert bool(inside) == room
        if room:
            asked = Wanted(
                unit_id=stage.unit.id, places=2, blocked=blocked(period), holder_id=new_id(), held_until=None
            )
            place = claim(session, asked, now=stage.now)
            assert place is not None
            assert not inside or place == min(inside), "the lowest free place"
        savepoint.rollback()
    session.expire_all()


def _slot(slot: tuple[int, int]) -> Period:
    start, length = slot
    begin = at(4, 8) + timedelta(minutes=30 * start)
    return Period(begin, begin + timedelta(minutes=30 * length))
