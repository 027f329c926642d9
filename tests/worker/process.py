"""A worker process with work of the tests' own: `python -m tests.worker.process`, its clock AHEAD seconds ahead."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from config import Settings
from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.logs import configure_logs
from marketplace.worker.loops import Worker
from marketplace.worker.registry import Registry, Workshop

WORK = Registry({}, {}, {}, {})
ADD = text("INSERT INTO effects VALUES (:kind, :n)")


@WORK.task("add")
def add(session: Session, arguments: Mapping[str, Any], now: datetime) -> None:
    """Leave one row; slowly, so that a kill falls in the middle."""
    session.execute(ADD, {"kind": "task", "n": arguments["n"]})
    time.sleep(0.01)


@WORK.long_task("add_long")
def add_long(workshop: Workshop, arguments: Mapping[str, Any]) -> None:
    """Leave one row in a transaction of its own."""
    workshop.database.transact(lambda session: session.execute(ADD, {"kind": "long", "n": arguments["n"]}))


@WORK.every(5, "tick")
def tick(session: Session, now: datetime) -> None:
    """Leave one row per stretch."""
    session.execute(ADD, {"kind": "tick", "n": int(now.timestamp()) // 5})


def main() -> None:
    """Work until told to stop."""
    ahead = timedelta(seconds=int(os.environ.get("AHEAD", "0")))
    settings = Settings.from_env()
    configure_logs(settings)
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    database = Database(settings.database_url, pool_size=6, info={"history_key": b"k"})
    store = FileStore("", settings.instance)
    worker = Worker(Workshop(settings, database, store, lambda: datetime.now(UTC) + ahead), WORK)
    worker.start()
    told.wait()
    os._exit(0 if worker.stop() else 3)


if __name__ == "__main__":
    main()
