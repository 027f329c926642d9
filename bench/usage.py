"""Exports of use: seconds beside a raw COPY of the same rows, memory over an idle process, and a narrowed page.

`python -m bench.usage [SESSIONS]` draws so many (1,000,000) into a database of its own and prints the figures;
`python -m bench.usage URL FORMAT FILE` is the process whose memory is measured.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import text

from marketplace.accounts.policy import SYSTEM
from marketplace.database import Database
from marketplace.statistics.actions.exports import Order, begin_export
from marketplace.statistics.actions.rolling import mark_passed, roll_up
from marketplace.statistics.delivery import Parcel, portions
from marketplace.statistics.models import ExportFormat
from marketplace.statistics.queries.looking import page_of, total_of
from marketplace.statistics.queries.rows import ask
from marketplace.statistics.rules.reach import EVERYTHING
from marketplace.statistics.rules.wishes import wish_of
from tests.conftest import INFO, NOW, load_reference
from tests.database import some_server
from tests.factories.stage import make_stage

UNITS = 1000
YEAR = (date(2025, 3, 1), date(2026, 2, 28))
QUARTER = (date(2025, 10, 1), date(2025, 12, 31))
MEBIBYTE = 1024
FILTERS = [("user_jurisdiction", "GB"), ("unit_jurisdiction", "HK")]
# Each unit one session after another, by three organisations in turn.
DRAWN = (
    """INSERT INTO units (id, facility_id, position, kind, state, places, name, description, techniques,
           measured_variables, permit_facts, sample, created_at, updated_at)
       SELECT gen_random_uuid(), facility_id, n, kind, state, 1, name, description, techniques, measured_variables,
              permit_facts, sample, created_at, updated_at FROM units, generate_series(2, :units) n WHERE id = :unit""",
    """CREATE TEMPORARY TABLE drawn AS
       SELECT gen_random_uuid() AS booking_id, gen_random_uuid() AS session_id, u.id AS unit_id, n,
              who.id AS organisation,
              timestamptz '2025-03-01 00:10+08' + n * interval '364 days' / :each AS start
         FROM (SELECT id, row_number() OVER (ORDER BY id) AS at FROM units) u, generate_series(0, :each - 1) n,
              LATERAL (SELECT id FROM unnest(CAST(:organisations AS uuid[])) WITH ORDINALITY AS o (id, at)
                        WHERE o.at = (n + u.at) % 3 + 1) AS who""",
    """INSERT INTO bookings (id, reference, unit_id, place, organisation_id, person_id, booked_by, state, purpose,
           starts_at, ends_at, note, overridden, version, sample, created_at, updated_at)
       SELECT booking_id, booking_id::text, unit_id, 1, organisation, :person, :person, 'completed',
              (ARRAY['research', 'teaching', 'service', 'own_use'])[n % 4 + 1], start, start + interval '3 hours',
              'Bring the wafers', '[]', 1, false, start - interval '9 days', start FROM drawn""",
    """INSERT INTO sessions (id, booking_id, unit_id, place, organisation_id, person_id, checked_in_at, checked_in_by,
           checked_out_at, start_source, end_source, recorded_at, line_id, idle_seconds)
       SELECT session_id, booking_id, unit_id, 1, organisation, :person, start, :person, start + interval '170 minutes',
              'person', 'person', start, session_id, n % 600 FROM drawn""",
    "ANALYZE",
)


def main() -> None:
    """Draw, sum, export and read; print one line for each figure."""
    if len(sys.argv) == 4:
        export_here(*sys.argv[1:])
        return
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with drawn(number) as url, tempfile.TemporaryDirectory() as folder:
        database = Database(url, info=INFO)
        raw = seconds_of_copy(database, Path(folder) / "raw")
        print(f"raw COPY of the same columns: {raw:.2f} s")
        idle = measured(url, "idle", Path(folder) / "none")[1]
        for format in ("csv", "ndjson", "xlsx", "parquet"):
            seconds, memory = measured(url, format, Path(folder) / format)
            limit = 60 if format == "csv" else 200
            told = f"{seconds:.2f} s ({seconds / raw:.2f} of the raw)"
            print(f"{format}: {told}, {memory - idle:.0f} MiB over idle of {limit}")
        print(f"a narrowed page: {p50_of_page(database):.1f} ms p50 of 50")
        database.dispose()


@contextmanager
def drawn(number: int) -> Iterator[str]:
    """A database with so many sessions, and their days summed."""
    with some_server() as server:
        server.prepare(load_reference, INFO)
        with server.copy() as url:
            database = Database(url, info=INFO)
            begun = time.monotonic()
            database.transact(lambda session: _draw(session, number))
            print(f"drawn {number:,} in {time.monotonic() - begun:.0f} s")
            begun = time.monotonic()
            database.transact(lambda session: mark_passed(session, now=NOW))
            while database.transact(lambda session: roll_up(session, now=NOW)):
                pass
            database.transact(lambda session: session.execute(text("ANALYZE")))
            print(f"summed in {time.monotonic() - begun:.0f} s")
            database.dispose()
            yield url
        server.discard()


def _draw(session: object, number: int) -> None:
    stage = make_stage(session, NOW)  # type: ignore[arg-type]
    stage.facility.published_at = datetime(2025, 1, 1, tzinfo=UTC)
    stage.session.flush()
    organisations = [stage.cast.university.id, stage.cast.firm.id, stage.cast.elsewhere.id]
    bound = {
        "units": UNITS, "unit": stage.unit.id, "each": number // UNITS, "organisations": organisations,
        "person": stage.cast.ada.id,
    }  # fmt: skip
    for statement in DRAWN:
        stage.session.execute(text(statement), {name: each for name, each in bound.items() if f":{name}" in statement})


def seconds_of_copy(database: Database, target: Path) -> float:
    """A COPY of the same columns as they stand, without a prefix, digest or log."""
    wish = wish_of(YEAR)
    begun = time.monotonic()
    with database.reading() as session, target.open("wb") as file:
        asked = ask(session, wish, EVERYTHING, now=NOW)
        named = ", ".join(f"{asked.expressions[each]} AS {each}" for each in wish.columns)
        connection = session.connection().connection.driver_connection
        statement = f"COPY ({asked.select.replace('{columns}', named)}) TO STDOUT (FORMAT csv)"
        with connection.cursor() as cursor, cursor.copy(statement, asked.bound) as copy:  # type: ignore[union-attr]
            file.writelines(copy)
    return time.monotonic() - begun


def measured(url: str, format: str, target: Path) -> tuple[float, float]:
    """Seconds and mebibytes of an export in a process of its own."""
    command = [sys.executable, "-m", "bench.usage", url, format, str(target)]
    seconds, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(memory)


def export_here(url: str, format: str, target: str) -> None:
    """Export everything; print seconds and the most memory that this process ever had."""
    database = Database(url, pool_size=2, info=INFO)
    begun = time.monotonic()
    if format == "idle":
        database.transact(lambda session: session.execute(text("SELECT 1")))
    else:
        wish = wish_of(YEAR)
        order = Order(wish, ExportFormat(format), "command")
        parcel = database.transact(lambda session: _parcel(session, order))
        with Path(target).open("wb") as file:
            file.writelines(portions(database, parcel, clock=lambda: NOW))
    seconds = time.monotonic() - begun
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE)
    database.dispose()


def _parcel(session: object, order: Order) -> Parcel:
    row, reach = begin_export(session, order, now=NOW, by=SYSTEM)  # type: ignore[arg-type]
    return Parcel.of(row, order.wish, reach)


def p50_of_page(database: Database, times: int = 30) -> float:
    """What the page asks for a quarter of users from elsewhere, in milliseconds."""
    wish, took = wish_of(QUARTER, "month", FILTERS), []
    for _ in range(times):
        begun = time.monotonic()
        with database.reading() as session:
            assert page_of(session, wish, EVERYTHING, now=NOW, limit=101)
            assert total_of(session, wish, EVERYTHING, now=NOW)
        took.append((time.monotonic() - begun) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    main()
