"""Whose delay it was, rule by rule and through the clock; and when a refusal leaves no way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.applications.actions.clocking import judge_delay
from marketplace.applications.models import ApplicationState, Verb
from marketplace.applications.rules.delay import (
    Filing,
    authority_delayed,
    filed_in_time,
    groups_of,
    refusal_ends,
)
from marketplace.bookings.actions import expire
from marketplace.bookings.models import Booking, BookingState, EndCause
from marketplace.jobs.models import Task
from marketplace.jurisdictions.rules import WorkingCalendar
from marketplace.notices.models import Notice
from tests.applications.conftest import LICENCE, Office

S, V = ApplicationState, Verb
WEEK = WorkingCalendar("W", frozenset({1, 2, 3, 4, 5}), official_years=frozenset({2026}))
MONDAY = date(2026, 3, 2)
FILED = Filing(
    covers=frozenset({"A"}),
    state=S.ACCEPTED,
    wanted_on=MONDAY,
    file_by=None,
    filed_on=date(2026, 3, 4),
    due_on=date(2026, 4, 1),
)
LATE = date(2026, 4, 2)


def delayed(*filings: Filing, today: date = LATE, awaited: tuple[str, ...] = ("A",)) -> bool:
    return authority_delayed([{each} for each in awaited], filings, today, WEEK)


def test_past_its_published_limit_and_filed_promptly_it_is_the_authoritys_delay() -> None:
    assert delayed(FILED)
    assert not delayed(FILED, today=date(2026, 4, 1)), "the last day of the limit is in time"


@pytest.mark.parametrize(("filed", "in_time"), [(date(2026, 3, 9), True), (date(2026, 3, 10), False), (None, False)])
def test_five_working_days_after_it_was_asked_for_are_prompt(filed: date | None, in_time: bool) -> None:
    each = replace(FILED, filed_on=filed, state=S.ACCEPTED if filed else S.DRAFT)
    assert filed_in_time(each, WEEK) is in_time
    assert delayed(each) is in_time


def test_who_files_by_the_rules_own_date_files_in_time() -> None:
    assert filed_in_time(replace(FILED, filed_on=date(2026, 3, 20), file_by=date(2026, 3, 20)), WEEK)
    assert not filed_in_time(replace(FILED, filed_on=date(2026, 3, 21), file_by=date(2026, 3, 20)), WEEK)


def test_without_a_published_limit_what_was_filed_in_time_is_the_authoritys_delay() -> None:
    assert delayed(replace(FILED, due_on=None))
    assert not delayed(replace(FILED, due_on=None, filed_on=date(2026, 3, 25)))


@pytest.mark.parametrize(
    ("asked", "answered", "costs_nothing"),
    [
        (date(2026, 3, 9), date(2026, 3, 16), True),
        (date(2026, 3, 9), date(2026, 3, 17), False),
        (date(2026, 3, 9), None, False),
    ],
)
def test_papers_that_were_asked_for_must_have_come_promptly(
    asked: date, answered: date | None, costs_nothing: bool
) -> None:
    assert delayed(replace(FILED, asked=((asked, answered),))) is costs_nothing


@pytest.mark.parametrize("state", [S.DRAFT, S.COMPLETENESS_ASKED, S.WITHDRAWN, S.REFUSED, S.REVOKED, S.DONE])
def test_what_does_not_lie_with_the_authority_is_not_its_delay(state: ApplicationState) -> None:
    assert not delayed(replace(FILED, state=state))


def test_every_rule_that_held_it_up_must_have_been_filed_and_one_be_late() -> None:
    other = replace(FILED, covers=frozenset({"B"}), due_on=date(2026, 6, 1))
    assert delayed(FILED, other, awaited=("A", "B"))
    assert not delayed(other, awaited=("B",)), "it had time left"
    assert not delayed(FILED, awaited=("A", "B")), "nothing was filed for B"
    assert not delayed(FILED, replace(other, filed_on=date(2026, 3, 30)), awaited=("A", "B"))
    assert not delayed(FILED, awaited=())


def test_of_several_ways_one_is_enough() -> None:
    draft = Filing(covers=frozenset({"B"}), state=S.DRAFT, wanted_on=MONDAY, file_by=None, filed_on=None)
    assert authority_delayed([{"A", "B"}], [FILED, draft], LATE, WEEK)


@pytest.mark.parametrize("state", [S.DRAFT, S.WITHDRAWN, S.REFUSED, S.REVOKED])
def test_a_side_that_withdrew_itself_or_never_filed_does_not_count_and_no_office_is_to_blame(
    state: ApplicationState,
) -> None:
    other = replace(FILED, state=state, filed_on=None if state is S.DRAFT else FILED.filed_on)
    assert delayed(FILED)
    assert not delayed(FILED, other), "both offices of the rule must have it"
    assert delayed(FILED, replace(other, taken_back=True)), "what the platform took back nobody asked for"
    late = replace(FILED, covers=frozenset({"B"}))
    assert authority_delayed([{"A", "B"}], [FILED, other, late], LATE, WEEK), "another way was gone"


def test_a_side_whose_office_agreed_waits_with_the_other_for_the_other_office() -> None:
    assert delayed(FILED, replace(FILED, state=S.GRANTED))
    assert not delayed(replace(FILED, state=S.GRANTED))


@given(today=st.dates(date(2026, 3, 5), date(2026, 12, 31)), more=st.integers(1, 60))
def test_a_delay_never_heals_by_waiting(today: date, more: int) -> None:
    if delayed(FILED, today=today):
        assert delayed(FILED, today=today + timedelta(days=more))


def test_each_of_a_team_goes_a_way_of_their_own() -> None:
    ada, ivy = uuid4(), uuid4()
    draft = Filing(covers=frozenset({"B"}), state=S.DRAFT, wanted_on=MONDAY, file_by=None, filed_on=None)
    hers = [replace(FILED, person=ada), replace(draft, person=ada)]
    other = replace(FILED, covers=frozenset({"B"}), person=ivy)
    rest = replace(draft, covers=frozenset({"A"}), person=ivy)
    group = [{"A", "B"}]
    assert authority_delayed(group, [*hers, other, rest], LATE, WEEK)
    assert not authority_delayed(group, [*hers, replace(draft, person=ivy), rest], LATE, WEEK), "Ivy never filed"
    granted = replace(other, state=S.GRANTED)
    assert authority_delayed(group, [*hers, granted, rest], LATE, WEEK), "Ivy has hers"


ROWS = [
    {"rule": "A", "alternatives": []},
    {"rule": "B", "alternatives": ["C"]},
    {"rule": "C", "alternatives": ["B", "D"]},
    {"rule": "D", "alternatives": ["C"]},
]


def test_ways_of_one_choice_stand_together() -> None:
    assert sorted(map(sorted, groups_of(["A", "B", "D"], ROWS))) == [["A"], ["B", "C", "D"]]


@pytest.mark.parametrize(
    ("refused", "before", "ends"),
    [
        (["A"], [], True),
        (["B"], [], False),
        (["B"], ["C"], False),
        (["B"], ["C", "D"], True),
        (["X"], [], False),
        (["X", "A"], [], True),
    ],
)
def test_a_refusal_ends_it_where_no_other_way_is_left(refused: list[str], before: list[str], ends: bool) -> None:
    assert refusal_ends(refused, ["A", "B", "C", "D"], ROWS, before) is ends


def expired(office: Office, booking: Booking) -> datetime:
    """Let the hold's time run out."""
    assert booking.held_until is not None
    when = booking.held_until
    assert expire(office.session, booking.id, now=when)
    return when


def test_a_booking_that_fails_by_the_authority_says_so_and_tells_both(office: Office) -> None:
    booking = office.book()
    office.step(office.applications(booking)[LICENCE], V.FILE, "bo")
    when = expired(office, booking)
    task = office.session.scalars(select(Task).where(Task.name == "booking.expired_for_permits")).one()
    assert task.arguments == {"booking": str(booking.id)}
    assert judge_delay(office.session, booking.id, now=when)
    assert (booking.state, booking.end_cause) == (BookingState.EXPIRED, EndCause.AUTHORITY_DELAY)
    told = office.session.scalars(select(Notice.recipient_id).where(Notice.code == "booking_authority_delay")).all()
    assert set(told) == {office.stage.cast.ada.id, office.stage.cast.bo.id}
    assert not judge_delay(office.session, booking.id, now=when), "once"


def test_who_never_filed_has_nobody_else_to_blame(office: Office) -> None:
    booking = office.book()
    when = expired(office, booking)
    assert not judge_delay(office.session, booking.id, now=when)
    assert booking.end_cause is None


def test_who_filed_late_has_nobody_else_to_blame(office: Office) -> None:
    booking = office.book()
    office.step(office.applications(booking)[LICENCE], V.FILE, "bo", now=office.now + timedelta(days=30))
    assert not judge_delay(office.session, booking.id, now=expired(office, booking))
