"""Raw INSERTs, one row per commit: what the database alone could do, and what bookings are measured against."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg

from bench.crowd import CLIENTS, crowd

# Far beyond every real booking, so that nothing is in the way and all of it can be deleted again.
FAR = datetime(2200, 1, 1, tzinfo=UTC)

CLAIM = """
    INSERT INTO claims (id, unit_id, place, blocked, kind, holder_id, held_until)
    VALUES (%s, %s, 1, tstzrange(%s, %s), 'booking', %s, %s)
"""
BOOKING = """
    INSERT INTO bookings (id, reference, unit_id, place, organisation_id, person_id, booked_by, state, purpose,
                          starts_at, ends_at, held_until, overridden, version, sample, created_at, updated_at)
    VALUES (%s, %s, %s, 1, %s, %s, %s, 'held', 'research', %s, %s, %s, '[]', 1, true, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Share:
    """What one connection writes: for whom, on which unit, how far from the others'."""

    url: str
    table: str
    unit_id: uuid.UUID
    organisation_id: uuid.UUID
    person_id: uuid.UUID


def insert_rate(url: str, table: str, seconds: float) -> float:
    """Rows per second by eight connections into `claims` or `bookings`; the rows are removed afterwards."""
    with psycopg.connect(url) as connection:
        chosen = "SELECT unit_id, organisation_id, person_id FROM bookings GROUP BY 1, 2, 3 LIMIT 2000"
        rows = {row[0]: row for row in connection.execute(chosen).fetchall()}
    shares = [Share(url, table, *row) for row in list(rows.values())[:CLIENTS]]
    if len(shares) < CLIENTS:
        raise RuntimeError("too few units to insert side by side")
    rate, _ = crowd(insert, shares, seconds)
    with psycopg.connect(url, autocommit=True) as connection:
        # Nothing refers to these rows; looking through a million others to be sure of it would take the day.
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM claims WHERE lower(blocked) >= %s", (FAR,))
        connection.execute("DELETE FROM bookings WHERE starts_at >= %s", (FAR,))
    return rate


def insert(share: Share, deadline: float) -> tuple[int, dict[str, int]]:
    """Write rows of an hour each, one after another, until the deadline."""
    done = 0
    with psycopg.connect(share.url, autocommit=True) as connection:
        while time.perf_counter() < deadline:
            start = FAR + timedelta(hours=done)
            _one(connection, share, start, start + timedelta(hours=1))
            done += 1
    return done, {}


def _one(connection: psycopg.Connection[tuple[object, ...]], share: Share, start: datetime, end: datetime) -> None:
    id = uuid.uuid4()
    if share.table == "claims":
        connection.execute(CLAIM, (id, share.unit_id, start, end, id, start), prepare=True)
        return
    parties = share.unit_id, share.organisation_id, share.person_id, share.person_id
    connection.execute(BOOKING, (id, id.hex, *parties, start, end, start, FAR, FAR), prepare=True)
