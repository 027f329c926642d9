"""Settings of the platform: bounded, changed with a reason on top of what was seen, read once, and minded."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import SeeingAs
from marketplace.accounts.policy import Actor
from marketplace.bookings.actions import approve
from marketplace.bookings.actions.reminding import remind_of_starts
from marketplace.database import Database, new_id
from marketplace.history.models import HistoryEntry
from marketplace.history.queries import entries
from marketplace.history.rules import Subject
from marketplace.platform.actions import change
from marketplace.platform.models import PlatformSetting
from marketplace.platform.queries import address, number, standing, standings
from marketplace.platform.rules import (
    MAILS_KEPT,
    REGISTRY,
    REMIND_OF_START,
    SEEING_MINUTES,
    SUPPORT_ADDRESS,
    WholeNumber,
    checked,
    setting,
)
from marketplace.values.localized import LANGUAGES
from marketplace.values.refusal import Invalid, NotFound, Refused
from tests.database import counting_statements
from tests.factories.stage import hours, make_stage

WHY = "People asked for it."


@given(st.integers(-10_000, 10_000))
def test_a_number_is_taken_within_its_bounds_alone(value: int) -> None:
    if REMIND_OF_START.low <= value <= REMIND_OF_START.high:
        assert checked(REMIND_OF_START, str(value)) == value
    else:
        with pytest.raises(Invalid):
            checked(REMIND_OF_START, str(value))


@pytest.mark.parametrize("value", ["", "a day", "1.5", "٣", "1e3", None, True, "9" * 20])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(Invalid):
        checked(MAILS_KEPT, value)


def test_an_address_is_one_or_nothing() -> None:
    assert checked(SUPPORT_ADDRESS, " help@example.org ") == "help@example.org"
    assert checked(SUPPORT_ADDRESS, "") == ""
    with pytest.raises(Invalid):
        checked(SUPPORT_ADDRESS, "help")


def test_each_setting_is_told_in_three_languages_and_its_default_fits() -> None:
    for key, one in REGISTRY.items():
        assert set(one.name) == set(one.about) == set(LANGUAGES)
        assert setting(key) is one and checked(one, one.default) == one.default
        assert not isinstance(one, WholeNumber) or one.low <= one.default <= one.high
    with pytest.raises(NotFound):
        setting("nonsense")


def test_a_change_is_written_down_and_holds_at_once(session: Session, now: datetime) -> None:
    dee = new_id()
    assert number(session, REMIND_OF_START) == 24
    row = change(session, REMIND_OF_START, "48", seen=0, reason=WHY, now=now, by=dee)
    assert number(session, REMIND_OF_START) == 48
    change(session, REMIND_OF_START, "12", seen=row.version, reason=WHY, now=now, by=dee)
    lines = entries(session, Subject("setting", row.subject_id))
    assert [(line.details["before"], line.details["after"]) for line in lines] == [(48, 12), (24, 48)]
    assert lines[0].text == {"reason": WHY}
    assert standing(session, REMIND_OF_START).changed_by == dee
    assert [one.version for one in standings(session)].count(0) == len(REGISTRY) - 1


def test_the_default_saved_as_it_was_changes_nothing(session: Session, now: datetime) -> None:
    change(session, REMIND_OF_START, "24", seen=0, reason=WHY, now=now, by=new_id())
    assert session.scalars(select(PlatformSetting)).all() == []
    assert session.scalars(select(HistoryEntry)).all() == []
    assert standing(session, REMIND_OF_START).version == 0
    row = change(session, REMIND_OF_START, "48", seen=0, reason=WHY, now=now, by=new_id())
    assert row.version == 1
    with pytest.raises(Refused, match="setting_changed"):
        change(session, REMIND_OF_START, "24", seen=0, reason=WHY, now=now, by=new_id())


def test_a_reason_is_asked_and_nothing_else_is_kept_without_it(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid):
        change(session, REMIND_OF_START, "48", seen=0, reason=" ", now=now, by=new_id())
    assert standing(session, REMIND_OF_START).version == 0


def test_settings_are_read_once_per_session(session: Session, database: Database, now: datetime) -> None:
    change(session, SUPPORT_ADDRESS, "help@example.org", seen=0, reason=WHY, now=now, by=new_id())
    with counting_statements(database) as statements:
        assert address(session, SUPPORT_ADDRESS) == "help@example.org"
        assert number(session, REMIND_OF_START) == number(session, REMIND_OF_START) == 24
    assert len(statements) == 1


@pytest.mark.parametrize("seen", [0, 1])
def test_of_two_who_change_the_same_at_once_one_is_told(committed: Database, now: datetime, seen: int) -> None:
    if seen:
        committed.transact(lambda work: change(work, MAILS_KEPT, "60", seen=0, reason=WHY, now=now, by=new_id()))
    barrier, answers = threading.Barrier(2), []

    def race(value: str) -> None:
        barrier.wait()
        try:
            committed.transact(
                lambda work: change(work, MAILS_KEPT, value, seen=seen, reason=WHY, now=now, by=new_id())
            )
            answers.append(value)
        except Refused as refused:
            answers.extend(refused.codes)

    racers = [threading.Thread(target=race, args=(value,)) for value in ("40", "50")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert answers.count("setting_changed") == 1
    (won,) = [answer for answer in answers if answer != "setting_changed"]
    with committed.reading() as session:
        row = session.get_one(PlatformSetting, MAILS_KEPT.key)
        assert (str(row.value), row.version) == (won, seen + 1)
        assert len(entries(session, Subject("setting", row.subject_id))) == seen + 1


def test_a_reminder_goes_out_when_the_setting_says(session: Session, now: datetime) -> None:
    stage = make_stage(session, now)
    booking = stage.book(hours(4, 9, 12))
    approve(session, booking.id, now=now, by=stage.actor("bo"))
    before = booking.starts_at - timedelta(hours=30)
    assert remind_of_starts(session, now=before) == 0
    change(session, REMIND_OF_START, "36", seen=0, reason=WHY, now=now, by=new_id())
    assert remind_of_starts(session, now=before) == 1


def test_seeing_lasts_as_long_as_the_setting_says(session: Session, now: datetime) -> None:
    change(session, SEEING_MINUTES, "5", seen=0, reason=WHY, now=now, by=new_id())
    assert number(session, SEEING_MINUTES) == 5
    assert SeeingAs.__tablename__ == "seeing_as" and Actor().seen_by is None
