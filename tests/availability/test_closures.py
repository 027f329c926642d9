"""Closing and opening a unit; setting its week, its rules and its places."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.availability.actions import (
    ClosureRequest,
    close,
    end_series,
    extend_series,
    lift,
    set_opening_hours,
    set_places,
    set_rules,
)
from marketplace.availability.models import Claim, ClaimKind, Closure, ClosureSeries
from marketplace.availability.queries import closures, free
from marketplace.availability.rules import Hours, Recurrence, UnitRules
from marketplace.values.period import Period
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused
from tests.factories.stage import Stage, at, hours


def claims_of(stage: Stage, kind: ClaimKind = ClaimKind.CLOSURE) -> list[tuple[int, Period]]:
    """Every claim of a kind on the unit: place and period."""
    chosen = select(Claim).where(Claim.unit_id == stage.unit.id, Claim.kind == kind)
    rows = stage.session.scalars(chosen.order_by(Claim.place, func.lower(Claim.blocked)))
    return [(row.place, Period(row.blocked.lower, row.blocked.upper)) for row in rows]  # type: ignore[arg-type]


def shut(stage: Stage, period: Period, **more: object) -> list[Closure]:
    """Bo closes the unit."""
    request = ClosureRequest(period=period, **more)  # type: ignore[arg-type]
    return list(close(stage.session, stage.unit.id, request, now=stage.now, by=stage.actor("bo")))


def test_a_closure_claims_every_place(stage: Stage) -> None:
    stage.unit.places = 3
    stage.session.flush()
    shut(stage, hours(4, 12, 14), reason={"en": "New pump"})
    assert claims_of(stage) == [(place, hours(4, 12, 14)) for place in (1, 2, 3)]
    with pytest.raises(Refused) as refused:
        stage.book(hours(4, 13, 15))
    assert refused.value.codes == ("taken",), "409, as the interface says, not 422"


def test_bookings_in_the_way_are_named_and_nothing_is_closed(stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    with pytest.raises(Refused) as refused:
        shut(stage, Period(at(3), at(6)))
    (reason,) = refused.value.reasons
    assert (reason.code, reason.details) == ("bookings_in_the_way", {"bookings": [str(booking.id)]})
    assert claims_of(stage) == []


def test_a_hold_past_its_time_does_not_keep_a_unit_open(stage: Stage) -> None:
    booking = stage.book(hours(20, 10, 12))
    assert booking.held_until is not None
    late = booking.held_until
    close(stage.session, stage.unit.id, ClosureRequest(period=hours(20, 9, 18)), now=late, by=stage.actor("bo"))
    assert claims_of(stage, ClaimKind.BOOKING) == []


def test_closures_may_overlap_and_each_lasts_as_long_as_it_says(stage: Stage) -> None:
    (first,) = shut(stage, hours(4, 10, 14))
    (second,) = shut(stage, hours(4, 12, 16))
    assert claims_of(stage) == [(1, hours(4, 10, 14)), (1, hours(4, 14, 16))]
    lift(stage.session, first.id, now=stage.now, by=stage.actor("bo"))
    assert sorted(claims_of(stage)) == [(1, hours(4, 12, 14)), (1, hours(4, 14, 16))]
    lift(stage.session, second.id, now=stage.now, by=stage.actor("bo"))
    assert claims_of(stage) == []
    assert closures(stage.session, [stage.unit.id], Period(at(1), at(30))) == []


def test_lifting_twice_changes_nothing(stage: Stage) -> None:
    (closure,) = shut(stage, hours(4, 10, 14))
    lifted = lift(stage.session, closure.id, now=stage.now, by=stage.actor("bo")).lifted_at
    again = lift(stage.session, closure.id, now=stage.now + timedelta(hours=1), by=stage.actor("bo"))
    assert again.lifted_at == lifted


class TestSeries:
    """Closures that come again."""

    def test_it_is_written_out_for_a_year_at_the_same_wall_time(self, stage: Stage) -> None:
        made = shut(stage, hours(4, 9, 10), recurrence=Recurrence("WEEKLY"))
        assert len(made) == 53
        assert {closure.starts_at.astimezone(at(1).tzinfo).hour for closure in made} == {9}

    def test_it_is_carried_on_as_time_passes_around_bookings(self, stage: Stage) -> None:
        made = shut(stage, hours(4, 9, 10), recurrence=Recurrence("WEEKLY"))
        series_id = made[0].series_id
        assert series_id is not None
        assert extend_series(stage.session, series_id, now=stage.now) == 0
        assert extend_series(stage.session, series_id, now=stage.now + timedelta(days=21)) == 3

    def test_ending_it_lifts_what_lies_ahead_only(self, stage: Stage) -> None:
        made = shut(stage, hours(4, 9, 10), recurrence=Recurrence("DAILY", until=date(2026, 3, 8)))
        assert len(made) == 5
        series_id = made[0].series_id
        assert series_id is not None
        end_series(stage.session, series_id, now=at(5, 12), by=stage.actor("bo"))
        assert [closure.lifted_at is None for closure in made] == [True, True, False, False, False]
        assert stage.session.get_one(ClosureSeries, series_id).ended_at == at(5, 12)

    def test_it_must_not_run_into_itself(self, stage: Stage) -> None:
        with pytest.raises(Invalid):
            shut(stage, Period(at(4), at(6)), recurrence=Recurrence("DAILY"))

    def test_all_bookings_on_all_dates_are_named_at_once(self, stage: Stage) -> None:
        wanted = {str(stage.book(hours(day, 10, 11)).id) for day in (4, 11)}
        with pytest.raises(Refused) as refused:
            shut(stage, hours(4, 9, 12), recurrence=Recurrence("WEEKLY"))
        assert set(refused.value.reasons[0].details["bookings"]) == wanted  # type: ignore[arg-type]


class TestPlaces:
    """More and fewer places."""

    def test_closures_cover_new_places(self, stage: Stage) -> None:
        shut(stage, hours(4, 10, 14))
        set_places(stage.session, stage.unit.id, 3, now=stage.now, by=stage.actor("bo"))
        assert claims_of(stage) == [(place, hours(4, 10, 14)) for place in (1, 2, 3)]

    def test_places_shrink_only_when_no_booking_to_come_is_above(self, stage: Stage) -> None:
        set_places(stage.session, stage.unit.id, 2, now=stage.now, by=stage.actor("bo"))
        stage.book(hours(4, 10, 12))
        upper = stage.book(hours(4, 10, 12))
        shut(stage, hours(5, 10, 12))
        with pytest.raises(Refused) as refused:
            set_places(stage.session, stage.unit.id, 1, now=stage.now, by=stage.actor("bo"))
        assert refused.value.reasons[0].details == {"bookings": [str(upper.id)], "places": 1}
        set_places(stage.session, stage.unit.id, 1, now=at(20), by=stage.actor("bo"))
        assert claims_of(stage) == [(1, hours(5, 10, 12))]


class TestWhoMay:
    """Strangers see nothing, colleagues without the role are refused."""

    def test_only_the_host_closes(self, stage: Stage) -> None:
        request = ClosureRequest(period=hours(4, 10, 12))
        with pytest.raises((NotFound, Forbidden)):
            close(stage.session, stage.unit.id, request, now=stage.now, by=stage.actor("eve"))

    def test_only_the_host_sets_hours_and_rules(self, stage: Stage) -> None:
        with pytest.raises((NotFound, Forbidden)):
            set_opening_hours(stage.session, stage.unit.id, [], now=stage.now, by=stage.actor("ada"))
        with pytest.raises((NotFound, Forbidden)):
            set_rules(stage.session, stage.unit.id, UnitRules(), now=stage.now, by=stage.actor("ada"))


@pytest.mark.parametrize(
    "week",
    [
        [Hours(1, 540, 720), Hours(1, 700, 800)],
        [Hours(1, 540, 1440 + 600), Hours(2, 540, 600)],
        [Hours(7, 540, 1440 + 600), Hours(1, 540, 600)],
        [Hours(8, 540, 600)],
        [Hours(1, 600, 600)],
        [Hours(1, 540, 2881)],
    ],
)
def test_weeks_that_run_into_themselves_are_refused(stage: Stage, week: list[Hours]) -> None:
    with pytest.raises(Invalid):
        set_opening_hours(stage.session, stage.unit.id, week, now=stage.now, by=stage.actor("bo"))


@pytest.mark.parametrize(
    "rules", [{"step": 7}, {"step": 0}, {"shortest": 60, "longest": 30}, {"cut_off": -1}, {"max_per_day": 0}]
)
def test_rules_that_make_no_sense_are_refused(stage: Stage, rules: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        stage.rules(**rules)


def test_hours_that_touch_are_fine_and_take_effect(stage: Stage) -> None:
    week = [Hours(3, 0, 720), Hours(3, 720, 1440)]
    set_opening_hours(stage.session, stage.unit.id, week, now=stage.now, by=stage.actor("bo"))
    (stretch,) = free(stage.session, stage.unit.id, Period(at(3), at(6)), stage.now)
    assert stretch.period == Period(at(4), at(5))
