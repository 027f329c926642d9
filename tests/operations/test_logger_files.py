"""Files of loggers: every bad row named, the rest taken once."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.models import BookingState
from marketplace.database import Database
from marketplace.history.models import HistoryEntry
from marketplace.jobs.models import Task
from marketplace.operations.actions.logging_files import bring, preview
from marketplace.operations.models import LoggerFile, Source, UseSession
from marketplace.operations.rules.logger_files import read
from marketplace.terms.models import Training, TrainingState
from marketplace.values.refusal import Invalid, NotFound
from tests.cast import bearer, signed_in
from tests.database import counting_statements
from tests.factories.stage import Stage, at, hours, make_stage

NOW = at(2, 18)
ZONE = ZoneInfo("Asia/Hong_Kong")
FILE = """start,end,place,samples
2026-03-02 09:00,2026-03-02 10:00,1,3
2026-03-02T02:30:00Z,2026-03-02T03:30:00Z,,
2026-03-02 10:45,2026-03-02 11:45,1,
yesterday,2026-03-02 13:00,1,
2026-03-02 14:00,2026-03-02 13:00,2,-1
2026-03-02 17:00,2026-03-02 19:00,1,
"""


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    stage = make_stage(session, now)
    stage.rules(instant=True)
    return stage


def fates(stage: Stage, text: str = FILE) -> list[str]:
    return [each.fate for each in preview(stage.session, stage.unit.id, text, now=NOW, by=stage.actor("bo"))]


def test_each_row_is_judged_and_bad_ones_name_their_fields(stage: Stage) -> None:
    assert fates(stage) == ["fits", "fits", "overlaps", "bad", "bad", "bad"]
    rows = read(FILE, zone=ZONE, places=1, now=NOW)
    assert [(row.number, [error.field for error in row.errors]) for row in rows if row.errors] == [
        (5, ["start"]), (6, ["place", "samples", "end"]), (7, ["end"]),
    ]  # fmt: skip


@pytest.mark.parametrize("start", ["0205-03-02 09:00", "0001-01-01T00:00:00Z", "2016-02-28 09:00"])
def test_what_began_more_than_ten_years_ago_is_a_slip_of_the_pen(start: str) -> None:
    (row,) = read(f"start,end\n{start},2026-03-02 10:00\n", zone=ZONE, places=1, now=NOW)
    assert [(error.field, error.rule) for error in row.errors] == [("start", "too_long_ago")]
    (row,) = read("start,end\n2016-03-03 09:00,2016-03-03 10:00\n", zone=ZONE, places=1, now=NOW)
    assert row.errors == ()


def test_what_fits_becomes_sessions_of_their_bookings_once(stage: Stage) -> None:
    booking = stage.book(hours(2, 9, 10), now=at(2, 8))
    booking.state, booking.held_until = BookingState.CONFIRMED, None
    stage.session.flush()
    bo, unit = stage.actor("bo"), stage.unit.id
    for _again in range(2):
        bring(stage.session, unit, "log.csv", FILE, now=NOW, by=bo)
    uses = stage.session.scalars(select(UseSession).order_by(UseSession.checked_in_at)).all()
    assert [(use.booking_id, use.checked_in_at, use.checked_out_at) for use in uses] == [
        (booking.id, at(2, 9), at(2, 10)), (None, at(2, 10, 30), at(2, 11, 30)),
    ]  # fmt: skip
    assert {(use.start_source, use.end_source, use.recorded_at) for use in uses} == {(Source.FILE, Source.FILE, NOW)}
    assert (booking.state, uses[0].samples, uses[1].organisation_id) == (
        BookingState.COMPLETED, 3, stage.cast.firm.id,
    )  # fmt: skip
    (file,) = stage.session.scalars(select(LoggerFile))
    assert (file.rows, file.added) == (6, 2)
    assert fates(stage) == ["known", "known", "overlaps", "bad", "bad", "bad"]


def test_a_file_completes_no_booking_whose_time_goes_on(stage: Stage) -> None:
    booking = stage.book(hours(2, 10, 12), now=at(2, 8))
    booking.state, booking.held_until = BookingState.CONFIRMED, None
    stage.session.flush()
    bo, unit, states = stage.actor("bo"), stage.unit.id, []
    for when, row in ((at(2, 9, 30), "09:10,2026-03-02 09:20"), (at(2, 10, 40), "10:10,2026-03-02 10:30")):
        bring(stage.session, unit, "log.csv", f"start,end\n2026-03-02 {row}\n", now=when, by=bo)
        states.append(booking.state)
    assert states == [BookingState.CONFIRMED, BookingState.IN_USE]
    bring(stage.session, unit, "log.csv", "start,end\n2026-03-02 11:10,2026-03-02 11:20\n", now=at(2, 12), by=bo)
    assert booking.state is BookingState.COMPLETED


@pytest.mark.parametrize("text", ["", "a,b\n1,2", "start,end,end\n", 'start,end\n"x', "start,end\n\x00"])
def test_what_is_no_such_file_is_refused(stage: Stage, text: str) -> None:
    with pytest.raises(Invalid):
        fates(stage, text)


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=12))
def test_whatever_a_row_says_is_read_or_named(start: str, end: str, place: str) -> None:
    try:
        rows = read(f"start,end,place\n{start},{end},{place}", zone=ZONE, places=3, now=NOW)
    except Invalid:
        return
    for row in rows:
        assert row.errors or (row.began and row.ended and row.began < row.ended <= NOW and 1 <= row.place <= 3)


def test_only_those_who_manage_the_feed_bring_files(stage: Stage) -> None:
    with pytest.raises(NotFound):
        bring(stage.session, stage.unit.id, "log.csv", FILE, now=NOW, by=stage.actor("ada"))


def test_the_page_shows_each_row_before_any_is_taken(stage: Stage, client: FlaskClient) -> None:
    bo = signed_in(client, stage.cast.bo)
    address = f"/en/host/units/{stage.unit.id}/logger-files"
    good = "start,end\n2026-03-01 09:00,2026-03-01 10:00\nnever,2026-03-01 12:00\n"
    page = bo.post(f"{address}/preview", data={"file": (io.BytesIO(good.encode()), "=log.csv")})
    assert page.status_code == 200
    assert "can’t be read" in page.text and "This is no time" in page.text
    assert stage.session.scalars(select(UseSession)).all() == []
    assert bo.post(address, data={"name": "=log.csv", "text": good}).status_code == 303
    assert len(stage.session.scalars(select(UseSession)).all()) == 1
    for content in (b"", b"\xff\xfe\x00", b"a,b\n", b"x" * 200_001):
        sent = {"file": (io.BytesIO(content), "log.csv")}
        assert bo.post(f"{address}/preview", data=sent).status_code == 422
    assert bo.post(f"{address}/preview").status_code == 422
    assert bo.post(address, data={"text": "nothing"}).status_code == 422


def test_the_api_says_the_same(stage: Stage, app: Flask, client: FlaskClient, now: datetime) -> None:
    headers = bearer(app.extensions["benchbridge"][1], stage.cast.bo, now=now)
    address = f"/api/v1/units/{stage.unit.id}/logger-files"
    body = {"name": "log.csv", "text": "start,end\n2026-03-01 09:00,2026-03-01 10:00\nnever,x\n"}
    dry = client.post(address, json=body | {"dry_run": True}, headers=headers).json
    assert dry is not None
    assert (dry["added"], [row["fate"] for row in dry["rows"]]) == (0, ["fits", "bad"])
    assert [error["field"] for error in dry["rows"][1]["errors"]] == ["start", "end"]
    first, again = (client.post(address, json=body, headers=headers).json for _ in range(2))
    assert first is not None and again is not None
    assert (first["added"], again["added"]) == (1, 0)


def test_many_rows_take_as_many_statements_as_few(stage: Stage, database: Database) -> None:
    booking = stage.book(hours(2, 9, 10), now=at(2, 8))
    booking.state, booking.held_until = BookingState.CONFIRMED, None
    stage.session.flush()
    before, counts = Counter(stage.session.scalars(select(Task.name))), []
    for start, rows in ((at(2, 9), 10), (at(2, 10), 100)):
        text = "start,end\n" + "".join(
            f"{start + timedelta(minutes=n * 2):%Y-%m-%d %H:%M},{start + timedelta(minutes=n * 2 + 1):%Y-%m-%d %H:%M}\n"
            for n in range(rows)
        )
        with counting_statements(database) as sent:
            bring(stage.session, stage.unit.id, f"{rows}.csv", text, now=NOW, by=stage.actor("bo"))
        counts.append(len(sent))
    assert counts[1] <= counts[0] < 30
    uses = stage.session.scalars(select(UseSession)).all()
    assert (len(uses), sum(use.booking_id == booking.id for use in uses)) == (110, 10)
    names = Counter(stage.session.scalars(select(Task.name))) - before
    assert (names["spillovers.measure_use"], names["operations.derive_states"]) == (110, 2)
    verbs = select(HistoryEntry.verb).where(HistoryEntry.subject_id == booking.id).order_by(HistoryEntry.number)
    assert stage.session.scalars(verbs).all()[-11:] == ["booking.checked_in"] + ["booking.checked_out"] * 10


def test_use_that_a_file_tells_keeps_training_alive(stage: Stage) -> None:
    session, person = stage.session, stage.cast.ada
    booking = stage.book(hours(2, 9, 11), now=at(2, 8))
    booking.state, booking.held_until = BookingState.CONFIRMED, None
    passed = {"unit_id": stage.unit.id, "person_id": person.id, "state": TrainingState.PASSED, "requested_at": at(1)}
    passed |= {"decided_at": at(1), "decided_by": stage.cast.bo.id}
    earlier, newest = (Training(passed_on=date(2026, month, 1), used_minutes=5, **passed) for month in (1, 2))
    session.add_all([earlier, newest])
    session.flush()
    text = "start,end\n2026-03-02 09:00,2026-03-02 09:20\n2026-03-02 09:30,2026-03-02 10:10\n"
    bring(session, stage.unit.id, "log.csv", text, now=NOW, by=stage.actor("bo"))
    assert (newest.used_minutes, newest.last_used_on) == (65, date(2026, 3, 2))
    assert (earlier.used_minutes, earlier.last_used_on) == (5, None)
