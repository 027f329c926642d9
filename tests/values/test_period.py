"""Half-open periods: the algebra that free time and bookings stand on."""

import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.values.period import InvalidPeriod, Period, intersect, merge, parse_instant, subtract

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def minutes(start: int, end: int) -> Period:
    return Period(DAY + timedelta(minutes=start), DAY + timedelta(minutes=end))


periods = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda t: minutes(t[0], t[0] + t[1]))
lists = st.lists(periods, max_size=8)


def covered(stretches: list[Period]) -> set[int]:
    """The whole minutes inside, counted the slow way."""
    return {m for m in range(100) if any(p.contains(DAY + timedelta(minutes=m)) for p in stretches)}


def test_instants_are_kept_in_utc():
    hong_kong = timezone(timedelta(hours=8))
    period = Period(datetime(2026, 3, 2, 9, tzinfo=hong_kong), datetime(2026, 3, 2, 17, tzinfo=hong_kong))
    assert period.as_json() == {"start": "2026-03-02T01:00:00+00:00", "end": "2026-03-02T09:00:00+00:00"}
    assert period.length == timedelta(hours=8)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00+00:00", "period_reversed"),
        ("2026-03-02T09:00:00+08:00", "2026-03-02T00:30:00Z", "period_reversed"),
        ("2026-03-02T09:00:00", "2026-03-02T10:00:00Z", "instant_without_offset"),
        ("2026-03-02", "2026-03-02T10:00:00Z", "instant_without_offset"),
        ("yesterday", "2026-03-02T10:00:00Z", "instant_unreadable"),
        ("2026-02-30T10:00:00Z", "2026-03-02T10:00:00Z", "instant_unreadable"),
        ("0001-01-01T00:00:00+14:00", "2026-03-02T10:00:00Z", "instant_unreadable"),
    ],
)
def test_what_is_no_period_says_why(start: str, end: str, code: str):
    with pytest.raises(InvalidPeriod) as caught:
        Period.parse(start, end)
    assert caught.value.code == code


def test_touching_periods_do_not_overlap_but_merge():
    first, second = minutes(0, 10), minutes(10, 20)
    assert not first.overlaps(second)
    assert first.intersection(second) is None
    assert merge([second, first]) == [minutes(0, 20)]


def test_the_end_is_outside():
    period = minutes(0, 10)
    assert period.contains(period.start)
    assert not period.contains(period.end)
    assert period.contains(period)
    assert not period.contains(minutes(5, 11))


def test_set_up_and_clean_up_widen():
    assert minutes(30, 60).widened(timedelta(minutes=30), timedelta(minutes=15)) == minutes(0, 75)
    assert minutes(0, 5).shifted(timedelta(minutes=10)) == minutes(10, 15)


def test_parse_reads_z_and_offsets_alike():
    assert parse_instant("2026-03-02T01:00:00Z") == parse_instant(" 2026-03-02T09:00:00+08:00 ")


@given(periods, periods)
def test_overlap_is_mutual_and_means_a_shared_stretch(a: Period, b: Period):
    assert a.overlaps(b) == b.overlaps(a) == (a.intersection(b) is not None)
    assert a.overlaps(b) == bool(covered([a]) & covered([b]))


@given(lists)
def test_merge_covers_the_same_with_gaps_between(stretches: list[Period]):
    merged = merge(stretches)
    assert covered(merged) == covered(stretches)
    assert all(a.end < b.start for a, b in itertools.pairwise(merged))


@given(lists, lists)
def test_subtract_and_intersect_split_the_whole(stretches: list[Period], holes: list[Period]):
    left, shared = subtract(stretches, holes), intersect(stretches, holes)
    assert covered(left) == covered(stretches) - covered(holes)
    assert covered(shared) == covered(stretches) & covered(holes)
    assert merge(left) == left
    assert merge([*left, *shared]) == merge(stretches)
