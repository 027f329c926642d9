"""Clocks: dates of the tables by hand, and what holds whatever happens: pausing never makes a date earlier."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.applications.models import ApplicationState, ClockEffect, Verb
from marketplace.applications.rules.clocks import (
    ClockState,
    Happened,
    Limit,
    days_left,
    effect_of,
    read,
    silence_decides,
)
from marketplace.jurisdictions.queries import calendar
from marketplace.jurisdictions.rules import WorkingCalendar, add_working_days, is_working_day

E = ClockEffect
CN = WorkingCalendar(
    "CN",
    frozenset({1, 2, 3, 4, 5}),
    off=frozenset(
        {date(2026, 4, 6), *(date(2026, 5, day) for day in range(1, 6)), *(date(2026, 10, day) for day in range(1, 8))}
    ),
    worked=frozenset({date(2026, 5, 9), date(2026, 10, 10)}),
    official_years=frozenset({2026}),
)
TWENTY = Limit(start="acceptance", max_days=20, day_kind="working", extension_days=10, calendar="CN")
DAYS = st.dates(date(2026, 1, 5), date(2026, 9, 30))


def at(effect: ClockEffect, on: date, days: int | None = None) -> Happened:
    return Happened(on=on, effect=effect, days=days)


@pytest.mark.parametrize(("days", "due"), [(20, date(2026, 3, 30)), (30, date(2026, 4, 14)), (45, date(2026, 5, 8))])
def test_the_vectors_of_the_calendar_tables(session: Session, days: int, due: date) -> None:
    limit = Limit(start="receipt", max_days=days, day_kind="working", calendar="CN")
    reading = read(limit, [at(E.START, date(2026, 3, 2))], calendar(session, "CN"))
    assert (reading.state, reading.due_on, reading.provisional) == (ClockState.RUNNING, due, False)


def test_a_clock_from_acceptance_has_not_begun_when_it_is_filed() -> None:
    assert effect_of(Verb.FILE, TWENTY, ApplicationState.DRAFT) is E.NONE
    assert effect_of(Verb.ACCEPT, TWENTY, ApplicationState.FILED) is E.START
    assert read(TWENTY, [], CN).state is ClockState.NOT_BEGUN
    receipt = Limit(start="receipt", max_days=20)
    assert effect_of(Verb.FILE, receipt, ApplicationState.DRAFT) is E.START
    assert effect_of(Verb.ACCEPT, receipt, ApplicationState.FILED) is E.NONE


@pytest.mark.parametrize("limit", [Limit(max_days=None), Limit(start="contract_effective", max_days=10)])
def test_where_no_limit_of_an_authority_is_published_there_is_never_a_due_date(limit: Limit) -> None:
    reading = read(limit, [at(E.START, date(2026, 3, 2))], CN)
    assert (reading.state, reading.due_on) == (ClockState.NO_LIMIT, None)
    assert not limit.published


@pytest.mark.parametrize(
    ("excluded", "asked", "answered"),
    [((), E.NONE, E.NONE), (("completeness",), E.PAUSE, E.RESUME), (("expert_review",), E.NONE, E.NONE)],
)
def test_asking_for_papers_stops_the_clock_only_where_the_row_says_so(
    excluded: tuple[str, ...], asked: ClockEffect, answered: ClockEffect
) -> None:
    limit = Limit(max_days=20, excluded_steps=excluded)
    assert effect_of(Verb.ASK, limit, ApplicationState.FILED) is asked
    assert effect_of(Verb.ANSWER, limit, ApplicationState.COMPLETENESS_ASKED) is answered


def test_days_of_a_pause_are_left_out_and_the_count_goes_on() -> None:
    start = date(2026, 3, 2)
    paused = [at(E.START, start), at(E.PAUSE, date(2026, 3, 4))]
    assert read(TWENTY, paused, CN).state is ClockState.PAUSED
    assert read(TWENTY, paused, CN).due_on is None
    resumed = read(TWENTY, [*paused, at(E.RESUME, date(2026, 3, 11))], CN)
    # 5 to 11 March are five working days.
    assert resumed.due_on == add_working_days(CN, start, 25)


def test_an_extension_adds_the_days_told_or_those_of_the_row_or_leaves_it_open() -> None:
    start = at(E.START, date(2026, 3, 2))
    assert read(TWENTY, [start, at(E.EXTEND, date(2026, 3, 20), 5)], CN).due_on == add_working_days(CN, start.on, 25)
    assert read(TWENTY, [start, at(E.EXTEND, date(2026, 3, 20))], CN).due_on == add_working_days(CN, start.on, 30)
    unsaid = Limit(start="receipt", max_days=57, day_kind="working")
    assert read(unsaid, [start, at(E.EXTEND, date(2026, 3, 20))], CN).state is ClockState.NO_LIMIT


def test_a_decision_stops_the_clock_and_a_new_draft_forgets_all() -> None:
    events = [at(E.START, date(2026, 3, 2)), at(E.STOP, date(2026, 3, 20))]
    assert read(TWENTY, events, CN).state is ClockState.STOPPED
    assert read(TWENTY, [*events, at(E.RESET, date(2026, 4, 1))], CN).state is ClockState.NOT_BEGUN
    again = [*events, at(E.RESET, date(2026, 4, 1)), at(E.START, date(2026, 4, 7))]
    assert read(TWENTY, again, CN).due_on == add_working_days(CN, date(2026, 4, 7), 20)


def test_a_year_without_a_notice_makes_the_date_provisional() -> None:
    assert read(TWENTY, [at(E.START, date(2026, 12, 21))], CN).provisional


@given(start=DAYS, days=st.integers(0, 60))
def test_without_pauses_it_counts_as_plans_do(start: date, days: int) -> None:
    limit = Limit(max_days=days, day_kind="working")
    expected = add_working_days(CN, start, days) if days else start
    assert read(limit, [at(E.START, start)], CN).due_on == expected


@given(start=DAYS, days=st.integers(1, 60), wait=st.integers(0, 40), length=st.integers(0, 60), plain=st.booleans())
def test_pausing_never_makes_it_earlier(start: date, days: int, wait: int, length: int, *, plain: bool) -> None:
    limit = Limit(max_days=days, day_kind="calendar" if plain else "working")
    began = [at(E.START, start)]
    pause = start + timedelta(days=wait)
    ended = [*began, at(E.PAUSE, pause), at(E.RESUME, pause + timedelta(days=length))]
    free, paused = read(limit, began, CN).due_on, read(limit, ended, CN).due_on
    assert free is not None
    assert paused is not None
    assert paused >= free
    if pause >= free:
        assert paused == free
    longer = [*began, at(E.PAUSE, pause), at(E.RESUME, pause + timedelta(days=length + 1))]
    later = read(limit, longer, CN).due_on
    assert later is not None
    assert later >= paused


@given(start=DAYS, days=st.integers(1, 60), extra=st.integers(1, 30))
def test_extending_never_makes_it_earlier_and_ends_on_a_working_day(start: date, days: int, extra: int) -> None:
    limit = Limit(max_days=days, day_kind="unspecified")
    free = read(limit, [at(E.START, start)], CN).due_on
    extended = read(limit, [at(E.START, start), at(E.EXTEND, start, extra)], CN).due_on
    assert free is not None
    assert extended is not None
    assert extended > free
    assert is_working_day(CN, extended)


@given(start=DAYS, days=st.integers(1, 40), later=st.integers(0, 30))
def test_a_later_start_never_ends_earlier(start: date, days: int, later: int) -> None:
    limit = Limit(max_days=days, day_kind="working")
    first = read(limit, [at(E.START, start)], CN).due_on
    second = read(limit, [at(E.START, start + timedelta(days=later))], CN).due_on
    assert first is not None
    assert second is not None
    assert second >= first


@given(today=DAYS, distance=st.integers(-40, 40))
def test_days_left_are_nought_on_the_day_and_below_nought_after_it(today: date, distance: int) -> None:
    due = add_working_days(CN, today + timedelta(days=distance), 0)
    left = days_left(due, today, CN)
    assert (left == 0) == (due == today) or (left == 0 and due > today)
    assert (left < 0) == (due < today)
    if due > today:
        assert add_working_days(CN, today, left) == due


def test_silence_decides_only_where_the_row_says_so_and_only_after_the_day() -> None:
    due = date(2026, 3, 30)
    for said, verb in (("accepted", Verb.GRANT), ("refused", Verb.REFUSE), ("none", None)):
        limit = Limit(max_days=20, day_kind="working", deemed_on_silence=said)
        reading = read(limit, [at(E.START, date(2026, 3, 2))], CN)
        assert reading.due_on == due
        assert silence_decides(limit, reading, due) is None
        assert silence_decides(limit, reading, due + timedelta(days=1)) is verb


def test_what_is_kept_of_a_clock_reads_back_as_it_was() -> None:
    whole = Limit(
        start="acceptance",
        max_days=45,
        day_kind="working",
        extension_days=10,
        excluded_steps=("expert_review",),
        deemed_on_silence="accepted",
        calendar="CN",
    )
    assert Limit.read(whole.document()) == whole
    assert Limit.read({}) == Limit()
