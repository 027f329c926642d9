"""The synthetic set: as many rows as asked for, whole, inside opening hours, and the same from the same seed."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from random import Random

import pytest
from sqlalchemy import text

from marketplace.database import Database
from marketplace.sample import rules, sheets
from marketplace.sample.actions.synthetic import Request, instant, load_synthetic, reference
from tests.database import Server

TODAY = date(2026, 3, 2)
REQUEST = Request(facilities=60, bookings=3000, seed=7, today=TODAY)

# A booking outside every opening stretch of its unit; minutes are counted from local midnight of its first day, and a
# stretch of the evening before may still run.
OUTSIDE = text("""
    WITH local AS (
      SELECT b.unit_id, b.starts_at AT TIME ZONE f.time_zone AS starts, b.ends_at - b.starts_at AS length
        FROM bookings b JOIN units u ON u.id = b.unit_id JOIN facilities f ON f.id = u.facility_id
    )
    SELECT count(*) FROM local l WHERE NOT EXISTS (
      SELECT FROM opening_hours h, generate_series(0, 1) AS earlier
       WHERE h.unit_id = l.unit_id AND h.weekday = extract(isodow FROM l.starts - earlier * interval '1 day')
         AND l.starts >= date_trunc('day', l.starts) - earlier * interval '1 day' + h.opens * interval '1 minute'
         AND l.starts + l.length
             <= date_trunc('day', l.starts) - earlier * interval '1 day' + h.closes * interval '1 minute')
""")
ON_HOLIDAYS = text("""
    SELECT count(*) FROM bookings b
      JOIN units u ON u.id = b.unit_id JOIN facilities f ON f.id = u.facility_id
      JOIN booking_rules r ON r.unit_id = u.id
      JOIN calendar_days d ON d.calendar_code = r.calendar_code AND d.kind = 'off'
                          AND d.day = (b.starts_at AT TIME ZONE f.time_zone)::date
     WHERE NOT EXISTS (SELECT FROM opening_hours h WHERE h.unit_id = u.id AND h.closes > 1440)
""")
SHAPE = text("""
    SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
     WHERE conrelid IN ('bookings'::regclass, 'claims'::regclass, 'gates'::regclass)
     UNION ALL
    SELECT indexdef FROM pg_indexes WHERE tablename IN ('bookings', 'claims', 'gates') ORDER BY 1
""")
TRIGGERS = text("SELECT count(*) FROM bookings WHERE (held_until IS NOT NULL) <> (state = 'held')")


def count(database: Database, statement: str) -> int:
    with database.reading() as session:
        return int(session.scalar(text(statement)) or 0)


def load(database: Database, request: Request, now: datetime) -> list[tuple[str, int, int]]:
    seen: list[tuple[str, int, int]] = []
    load_synthetic(database, request, now=now, progress=lambda *step: seen.append(step))
    return seen


def test_writes_what_was_asked_for_inside_opening_hours(committed: Database, now: datetime) -> None:
    with committed.reading() as session:
        shape = session.scalars(SHAPE).all()
    seen = load(committed, REQUEST, now)
    assert count(committed, "SELECT count(*) FROM facilities WHERE state = 'published' AND sample") == 60
    assert count(committed, "SELECT count(*) FROM units WHERE sample") == 60
    assert count(committed, "SELECT count(*) FROM bookings WHERE sample") == 3000
    assert count(committed, "SELECT count(*) FROM gates") == 6000
    with committed.reading() as session:
        assert session.scalar(OUTSIDE) == 0
        assert session.scalar(ON_HOLIDAYS) == 0
        assert session.scalar(TRIGGERS) == 0
        assert session.scalars(SHAPE).all() == shape  # every constraint and index is back
    assert ("bookings", 3000, 3000) in seen


def test_claims_follow_the_states(committed: Database, now: datetime) -> None:
    load(committed, REQUEST, now)
    claiming = "state IN ('held', 'confirmed', 'in_use', 'completed')"
    assert count(committed, "SELECT count(*) FROM claims") == count(
        committed, f"SELECT count(*) FROM bookings WHERE {claiming}"
    )
    assert (
        count(
            committed,
            "SELECT count(*) FROM claims c JOIN bookings b ON b.id = c.holder_id WHERE c.place <> b.place"
            " OR c.unit_id <> b.unit_id OR c.held_until IS DISTINCT FROM b.held_until"
            " OR lower(c.blocked) <> b.starts_at OR upper(c.blocked) < b.ends_at",
        )
        == 0
    )
    assert count(committed, "SELECT count(DISTINCT state) FROM bookings") >= 6
    assert count(committed, "SELECT count(*) FROM bookings WHERE starts_at < '2026-03-02' AND state = 'held'") == 0
    assert count(committed, "SELECT count(*) FROM units WHERE places > 1") > 0


def test_the_same_seed_gives_the_same_bookings(server: Server, now: datetime) -> None:
    digest = text("SELECT md5(string_agg(b::text, '' ORDER BY id)) FROM bookings b")
    found = []
    for seed in (3, 3, 4):
        with server.copy() as url:
            database = Database(url, pool_size=1)
            load(database, Request(facilities=20, bookings=400, seed=seed, today=TODAY), now)
            with database.reading() as session:
                found.append(session.scalar(digest))
            database.dispose()
    assert found[0] == found[1] != found[2]


def test_more_bookings_than_open_hours_are_refused(committed: Database, now: datetime) -> None:
    with pytest.raises(rules.TooMany):
        load(committed, Request(facilities=2, bookings=50_000, seed=1, today=TODAY), now)
    assert count(committed, "SELECT count(*) FROM facilities") == 0


@pytest.mark.parametrize("week", sorted(sheets.habits()["weeks"]))
def test_pieces_never_overlap_and_lie_in_the_week(week: str) -> None:
    days = rules.days_around(TODAY, reach=20)
    for parts in (1, 3, 6):
        found = sorted(rules.pieces(sheets.habits()["weeks"][week], days, closed={TODAY}, parts=parts))
        assert all(a + length <= b for (a, length), (b, _) in itertools.pairwise(found))
        opened = rules.minutes_of(TODAY)
        evening = 1200 if week == "night" else 0
        assert not [start for start, _ in found if opened + evening <= start < opened + 1440]


def test_drawn_stretches_leave_room_for_cleaning() -> None:
    available = rules.fitting_pieces(
        sheets.habits()["weeks"]["office"], rules.days_around(TODAY), closed=(), wanted=200
    )
    drawn = list(rules.drawn(available, 400, places=2, clean_up=30, random=Random(1)))
    assert len(drawn) == 400
    by_place = {place: sorted((s.start, s.end) for s in drawn if s.place == place) for place in (1, 2)}
    for stretches in by_place.values():
        assert all(end + 30 <= start for (_, end), (start, _) in itertools.pairwise(stretches))


def test_shares_references_and_instants() -> None:
    assert rules.shares(10, 4) == [3, 3, 2, 2]
    assert len({reference(number) for number in range(5000)}) == 5000
    assert instant(rules.minutes_of(TODAY)) == "2026-03-01 16:00:00+00"
    assert sum(share for _, share in rules.PAST) == sum(share for _, share in rules.FUTURE) == 1000
