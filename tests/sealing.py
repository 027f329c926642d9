"""Sealing in tests: they share one server, and a seal leaves out what any open transaction on it could precede."""

from __future__ import annotations

import time
from datetime import datetime

from sqlalchemy import text

from marketplace.database import Database
from marketplace.history.actions import seal
from marketplace.history.models import HistorySeal

LONGEST = 60.0
_DRAWN = text("SELECT pg_current_xact_id()::text::bigint")
_OLDEST = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


def sealed(database: Database, now: datetime) -> HistorySeal | None:
    """Seal all that was committed before, once every transaction that was then open on the server has ended."""
    wait_for_others(database)
    return database.transact(lambda session: seal(session, now=now))


def wait_for_others(database: Database) -> None:
    """Wait until each transaction that is open anywhere on the server began later than this call."""
    drawn = database.transact(lambda session: session.scalar(_DRAWN))
    deadline = time.monotonic() + LONGEST
    while True:
        with database.reading() as session:
            if session.scalar(_OLDEST) > drawn:
                return
        assert time.monotonic() < deadline, "another test keeps a transaction open"
        time.sleep(0.02)
