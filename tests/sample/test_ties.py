"""Synthetic collaborations and outcomes: as many as asked for, each row fitting the others, removed without a rest."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy import text

from marketplace.database import Base, Database
from marketplace.sample import draws
from marketplace.sample.actions import remove
from marketplace.sample.actions.synthetic import TIED, Request, load_synthetic
from marketplace.spillovers.actions.keeping_up import measure_collaboration
from tests.database import Server

TODAY = date(2026, 3, 2)
REQUEST = Request(facilities=30, bookings=600, seed=7, today=TODAY, organisations=24, collaborations=120, outcomes=900)
# What must not be: each statement counts rows that don't fit another.
NEVER = {
    "parties": "SELECT count(*) FROM (SELECT count(*) AS n FROM collaborations c LEFT JOIN collaboration_parties p"
    " ON p.collaboration_id = c.id GROUP BY c.id) AS t WHERE n NOT BETWEEN 2 AND 5",
    "booked by a stranger": "SELECT count(*) FROM collaboration_bookings l JOIN bookings b ON b.id = l.booking_id"
    " WHERE NOT EXISTS (SELECT FROM collaboration_parties p WHERE p.collaboration_id = l.collaboration_id"
    " AND p.organisation_id = b.organisation_id)",
    "hosted by a stranger": "SELECT count(*) FROM collaboration_bookings l JOIN bookings b ON b.id = l.booking_id"
    " JOIN units u ON u.id = b.unit_id JOIN facilities f ON f.id = u.facility_id"
    " WHERE NOT EXISTS (SELECT FROM collaboration_parties p WHERE p.collaboration_id = l.collaboration_id"
    " AND p.organisation_id = f.organisation_id)",
    "last event": "SELECT count(*) FROM outcomes o JOIN LATERAL (SELECT * FROM outcome_events e"
    " WHERE e.outcome_id = o.id ORDER BY number DESC LIMIT 1) e ON true"
    " WHERE (e.status, e.level, e.version) IS DISTINCT FROM (o.status, o.level, o.version)",
    "last version": "SELECT count(*) FROM outcomes o WHERE o.version <> (SELECT max(number) FROM outcome_versions v"
    " WHERE v.outcome_id = o.id)",
    "two versions": "SELECT count(*) FROM outcomes WHERE version > 2",
    "the future": "SELECT count(*) FROM outcome_events WHERE at > '2026-03-02'",
    "shares": "SELECT count(*) FROM (SELECT sum(share) AS s FROM outcome_shares GROUP BY version_id, basis) AS t"
    " WHERE s <> 1",
    "sessions": "SELECT count(*) FROM sessions s JOIN bookings b ON b.id = s.booking_id"
    " WHERE b.state <> 'completed' OR s.unit_id <> b.unit_id OR s.checked_out_at <= s.checked_in_at",
    "pairs": "SELECT count(*) FROM collaborations WHERE (pair IS NULL) <> (opened_by_booking IS NULL)",
}
MANY = {
    "statuses": ("SELECT count(DISTINCT status) FROM outcomes", 6),
    "levels": ("SELECT count(DISTINCT level) FROM outcomes", 3),
    "opened by bookings": ("SELECT count(*) FROM collaborations WHERE pair IS NOT NULL", 10),
    "first uses of years ago": ("SELECT count(*) FROM sessions WHERE checked_in_at < '2025-06-01'", 30),
    "answered": ("SELECT count(DISTINCT answer) FROM yearly_questions", 2),
    "classes": ("SELECT count(DISTINCT c) FROM outcome_versions, unnest(classes) AS c", 20),
    "zones": ("SELECT count(DISTINCT zone_code) FROM organisations", 3),
    "cash": ("SELECT count(*) FROM outcome_versions WHERE receipts <> '[]'", 50),
}


def count(database: Database, statement: str) -> int:
    with database.reading() as session:
        return int(session.scalar(text(statement)) or 0)


def load(database: Database, request: Request, now: datetime) -> None:
    load_synthetic(database, request, now=now, progress=lambda *_: None)


def measure_one(database: Database) -> None:
    with database.unit_of_work() as session:
        collaboration = session.scalars(text("SELECT id FROM collaborations ORDER BY id")).first()
        measure_collaboration(session, collaboration, now=datetime(2026, 3, 2, tzinfo=UTC))


def test_every_row_fits_the_others(committed: Database, now: datetime) -> None:
    load(committed, REQUEST, now)
    found = {table: count(committed, f"SELECT count(*) FROM {table}") for table in ("collaborations", "outcomes")}
    assert found == {"collaborations": 120, "outcomes": 900}
    assert count(committed, "SELECT count(*) FROM organisations WHERE sample") == 24
    assert {name: count(committed, statement) for name, statement in NEVER.items()} == dict.fromkeys(NEVER, 0)
    short = {name: count(committed, statement) for name, (statement, least) in MANY.items()}
    assert {name: number for name, number in short.items() if number < MANY[name][1]} == {}


def test_the_same_seed_gives_the_same_and_nothing_is_left(server: Server, now: datetime) -> None:
    found = []
    for seed in (3, 3, 4):
        with server.copy() as url:
            database = Database(url, pool_size=1)
            wanted = Request(
                facilities=6, bookings=60, seed=seed, today=TODAY, organisations=9, collaborations=20, outcomes=80
            )
            load(database, wanted, now)
            with database.reading() as session:
                digests = [f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} t" for name in TIED]
                found.append([session.scalar(text(statement)) for statement in digests])
            if seed == 4:
                measure_one(database)
                remove(database)
                assert count(database, "SELECT count(*) FROM metric_snapshots") == 0
                kept = [table.name for table in Base.metadata.sorted_tables if table.name in TIED]
                assert {name: count(database, f"SELECT count(*) FROM {name}") for name in kept} == dict.fromkeys(
                    TIED, 0
                )
            database.dispose()
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize("name", ["OUTCOMES", "STATUSES", "KINDS", "STATES", "PARTIES", "DIRECTIONS", "ADDITIONALITY"])
def test_shares_of_a_table_sum_to_a_thousand(name: str) -> None:
    names, sums = getattr(draws, name)
    assert sums[-1] == 1000
    random = Random(1)
    seen = [draws.drawn((names, sums), random) for _ in range(4000)]
    assert abs(seen.count(names[0]) / 4000 - sums[0] / 1000) < 0.05


def test_classes_of_an_organisation_are_known_ones() -> None:
    random = Random(1)
    found = [draws.fields_of(random) for _ in range(200)]
    assert all(2 <= len(each) <= 6 and set(each) <= set(draws.CLASSES) for each in found)
    assert len(set(draws.CLASSES)) == len(draws.CLASSES)
