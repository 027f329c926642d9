"""Roll-ups from rows: every total equals an independent count, however often and in whatever order they are summed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import OrganisationKind
from marketplace.bookings.models import BookingState, Purpose
from marketplace.operations.models import Source, UseSession
from marketplace.statistics.actions.rolling import WORK, mark_everything, mark_passed, roll_up
from marketplace.statistics.models import UnitDay, UsageDay, UsageMark
from marketplace.statistics.queries.exports import as_of, waiting
from marketplace.worker import statistics as worker
from marketplace.worker.statistics import keep_up
from tests.cast import make_organisation
from tests.factories.listings import make_unit
from tests.factories.roll_ups import booked, used
from tests.factories.stage import Stage, at, make_stage

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    made = make_stage(session, now)
    made.facility.published_at = made.unit.created_at = at(1, month=2)
    # As if its week had always been what it is.
    session.execute(text("DELETE FROM former_opening_hours"))
    session.flush()
    return made


def rolled(session: Session, now: datetime) -> list[dict[str, Any]]:
    while roll_up(session, now=now):
        pass
    session.expire_all()
    return rows(session, UsageDay)


def rows(session: Session, table: type[UsageDay | UnitDay]) -> list[dict[str, Any]]:
    columns = [each.name for each in table.__table__.columns]
    found = session.execute(select(*table.__table__.columns).order_by(*table.__table__.primary_key.columns))
    return [dict(zip(columns, row, strict=True)) for row in found]


def summed(found: list[dict[str, Any]], name: str) -> int:
    return sum(row[name] for row in found)


def by_minutes(uses: list[tuple[datetime, datetime]]) -> Counter[date]:
    """The same told another way: minute by minute on a wall clock."""
    count: Counter[date] = Counter()
    for start, end in uses:
        minute = start
        while minute < end:
            count[minute.astimezone(ZONE).date()] += 60
            minute += timedelta(minutes=1)
    return count


def test_days_are_split_at_midnight_and_parts_told_apart(session: Session, stage: Stage, now: datetime) -> None:
    mine = booked(session, stage, stage.cast.firm, at(10, 20, month=2), at(11, 2, month=2), purpose=Purpose.OWN_USE)
    theirs = booked(session, stage, stage.cast.university, at(12, 9, month=2), at(12, 12, month=2))
    used(session, mine, at(10, 21, month=2), at(11, 1, month=2), idle_seconds=3600)
    used(session, theirs, at(12, 8, 30, month=2), at(12, 11, month=2), end_source=Source.RULE, end_rule="booking_end")
    found = rolled(session, now)
    assert [(row["day"], row["line"]) for row in found] == [
        (date(2026, 2, 10), 1), (date(2026, 2, 11), 1), (date(2026, 2, 12), 1),
    ]  # fmt: skip
    evening, night, other = found
    assert (evening["booked_seconds"], evening["used_seconds"], evening["sessions"]) == (4 * 3600, 3 * 3600, 1)
    assert (night["booked_seconds"], night["used_seconds"], night["sessions"]) == (2 * 3600, 3600, 0)
    assert evening["effective_seconds"] + night["effective_seconds"] == 3 * 3600
    assert evening["user_class"] == "internal" and summed([evening, night], "external_seconds") == 0
    assert other["external_seconds"] == other["effective_seconds"] == other["estimated_seconds"] == 9000
    assert other["inside_seconds"] == 7200
    assert (other["user_class"], other["user_jurisdiction"], other["unit_jurisdiction"]) == ("university", "HK", "HK")


def test_what_is_not_over_superseded_or_cancelled_counts_nothing(session: Session, stage: Stage, now: datetime) -> None:
    gone = booked(
        session, stage, stage.cast.university, at(9, 9, month=2), at(9, 12, month=2), state=BookingState.CANCELLED
    )
    missed = booked(
        session, stage, stage.cast.university, at(10, 9, month=2), at(10, 12, month=2), state=BookingState.NO_SHOW
    )
    still = booked(session, stage, stage.cast.university, at(2, 8), at(2, 12), state=BookingState.IN_USE)
    used(session, still, at(2, 8), None)
    old = used(session, missed, at(10, 9, month=2), at(10, 10, month=2))
    old.superseded_at = now
    session.flush()
    found = rolled(session, now)
    assert {row["day"] for row in found} == {date(2026, 2, 10), date(2026, 3, 2)}
    assert (summed(found, "used_seconds"), summed(found, "missed"), summed(found, "bookings")) == (0, 1, 2)
    assert gone.state is BookingState.CANCELLED


def test_a_late_correction_flows_through_and_redoes_only_what_it_touches(
    session: Session, stage: Stage, now: datetime
) -> None:
    one = booked(session, stage, stage.cast.university, at(10, 9, month=2), at(10, 12, month=2))
    first = used(session, one, at(10, 9, month=2), at(10, 10, month=2))
    rolled(session, now)
    assert (waiting(session), as_of(session, now)) == (0, now)
    first.superseded_at = now
    session.flush()
    used(session, one, at(10, 9, month=2), at(10, 11, 30, month=2), replaces_id=first.id, line_id=first.line_id)
    assert waiting(session) > 0
    assert as_of(session, datetime.now(UTC) + timedelta(days=1)) < datetime.now(UTC) + timedelta(days=1)
    marked = session.execute(select(UsageMark.since, UsageMark.until)).all()
    assert min(row.since for row in marked) == at(10, 9, month=2)
    assert summed(rolled(session, now), "used_seconds") == 9000


def test_rebuilt_from_rows_they_are_the_same_to_the_last_digit(session: Session, stage: Stage, now: datetime) -> None:
    other = make_organisation(session, "North Institute", now=now, kind=OrganisationKind.INSTITUTE)
    wanted = []
    for day in range(1, 25):
        who = (stage.cast.university, other, stage.cast.firm)[day % 3]
        purpose = list(Purpose)[day % 4]
        start, end = at(day, 20, day, month=2), at(day + 1, 3, 59 - day, month=2)
        used(session, booked(session, stage, who, start, end, purpose=purpose), start, end, idle_seconds=day * 7)
        wanted.append((start, end))
    mark_passed(session, now=now)
    kept, stood = rolled(session, now), rows(session, UnitDay)
    assert Counter({row["day"]: row["used_seconds"] for row in kept if row["used_seconds"]}) == _of_days(kept)
    count: Counter[date] = Counter()
    for row in kept:
        count[row["day"]] += row["used_seconds"]
    assert count == by_minutes(wanted)
    assert summed(kept, "used_seconds") - summed(kept, "effective_seconds") == sum(day * 7 for day in range(1, 25))
    session.execute(text("UPDATE usage_days SET used_seconds = used_seconds + 1"))
    session.execute(text("DELETE FROM unit_days"))
    mark_everything(session)
    assert rolled(session, now) == kept
    assert rows(session, UnitDay) == stood
    mark_everything(session)
    assert rolled(session, now) == kept


def _of_days(found: list[dict[str, Any]]) -> Counter[date]:
    return Counter({row["day"]: row["used_seconds"] for row in found if row["used_seconds"]})


def test_open_hours_are_the_units_own_less_closures_and_only_of_days_that_are_over(
    session: Session, stage: Stage, now: datetime
) -> None:
    session.execute(
        text("""INSERT INTO closures (id, unit_id, kind, starts_at, ends_at, reason, created_at)
                VALUES (gen_random_uuid(), :unit, 'maintenance', :start, :end, '{}', :now)"""),
        {"unit": stage.unit.id, "start": at(11, 10, month=2), "end": at(11, 12, month=2), "now": now},
    )
    stage.unit.places = 2
    session.flush()
    mark_passed(session, now=now)
    rolled(session, now)
    found = {row["day"]: row["open_seconds"] for row in rows(session, UnitDay)}
    assert found[date(2026, 2, 10)] == 2 * 9 * 3600
    assert found[date(2026, 2, 11)] == 2 * 7 * 3600
    assert found[date(2026, 2, 14)] == 0, "a Saturday"
    assert (min(found), max(found)) == (date(2026, 2, 1), date(2026, 3, 1))
    mark_passed(session, now=now)
    assert waiting(session) == 0, "each day once"
    mark_passed(session, now=now + timedelta(days=1))
    assert waiting(session) == 1


def test_a_load_of_many_rows_marks_weeks_not_rows(session: Session, stage: Stage, now: datetime) -> None:
    rolled(session, now)
    for hour in range(5):
        booked(session, stage, stage.cast.university, at(10, 9 + hour, month=2), at(10, 10 + hour, month=2))
    before = waiting(session)
    session.execute(text("UPDATE bookings SET reminded_at = :now"), {"now": now})
    assert waiting(session) == before, "nothing that counts has changed"
    session.execute(text("DELETE FROM bookings WHERE unit_id = :unit"), {"unit": stage.unit.id})
    assert waiting(session) == before + 1
    assert session.scalar(select(UseSession.id)) is None


def test_the_worker_keeps_up_and_what_breaks_off_loses_and_doubles_nothing(
    session: Session, stage: Stage, now: datetime
) -> None:
    one = booked(session, stage, stage.cast.university, at(10, 9, month=2), at(10, 12, month=2))
    used(session, one, at(10, 9, month=2), at(10, 11, month=2))
    before = waiting(session)
    with pytest.raises(RuntimeError), session.begin_nested():
        roll_up(session, now=now)
        raise RuntimeError("killed")
    session.expire_all()
    assert (waiting(session), rows(session, UsageDay)) == (before, [])
    assert keep_up(session, now) == 1
    assert (waiting(session), summed(rows(session, UsageDay), "used_seconds")) == (0, 7200)
    assert keep_up(session, now) == 0


def marked(session: Session, now: datetime) -> int:
    """How many units wait once the days that passed are marked."""
    mark_passed(session, now=now)
    return waiting(session)


@pytest.mark.parametrize("gone_on", [date(2026, 2, 20), date(2026, 2, 1), date(2026, 1, 15)])
def test_a_unit_that_is_gone_is_marked_once_at_most(
    session: Session, stage: Stage, now: datetime, gone_on: date
) -> None:
    stage.unit.decommissioned_on = gone_on
    session.flush()
    rolled(session, now)
    session.execute(text("DELETE FROM unit_days"))
    days = max(0, (gone_on - date(2026, 2, 1)).days)
    assert marked(session, now) == (1 if days else 0)
    rolled(session, now)
    assert [row["day"] for row in rows(session, UnitDay)] == [date(2026, 2, 1 + each) for each in range(days)]
    assert marked(session, now) == marked(session, now + timedelta(days=9)) == 0, "nothing more passes"


def test_open_hours_begin_once_a_unit_is_listed_and_at_work(session: Session, stage: Stage, now: datetime) -> None:
    for created, commissioned, first in (
        (at(10, 15, month=2), None, date(2026, 2, 10)),
        (at(10, 15, month=2), date(2026, 2, 15), date(2026, 2, 15)),
        (at(10, 15, month=1), date(2025, 2, 15), date(2026, 2, 1)),
    ):
        stage.unit.created_at, stage.unit.commissioned_on = created, commissioned
        session.flush()
        mark_everything(session)
        rolled(session, now)
        assert rows(session, UnitDay)[0]["day"] == first
        assert marked(session, now) == 0


def test_a_portion_is_of_units_not_of_marks_and_the_rest_is_long_work(
    session: Session, stage: Stage, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    deferred: list[str] = []
    monkeypatch.setattr(worker, "defer_long", lambda _session, name, *_, **_more: deferred.append(name))
    second = make_unit(session, stage.facility.id, by=stage.actor("bo"), now=now)
    session.execute(text("DELETE FROM usage_marks"))
    mark = text("INSERT INTO usage_marks (unit_id, since, until) SELECT :unit, :now, :now FROM generate_series(1, 5)")
    for unit in (stage.unit, second):
        session.execute(mark, {"unit": unit.id, "now": now})
    assert (roll_up(session, now=now, limit=2), waiting(session)) == (2, 0)
    for unit in (stage.unit, second):
        session.execute(mark, {"unit": unit.id, "now": now})
    monkeypatch.setattr(worker, "roll_up", partial(roll_up, limit=1))
    assert (keep_up(session, now), waiting(session), deferred) == (1, 5, [WORK])
    assert (keep_up(session, now), waiting(session), deferred) == (1, 0, [WORK])
