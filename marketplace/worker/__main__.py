"""`python -m marketplace.worker`: a job worker until SIGTERM or Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import UTC, datetime

from config import Settings, awaited
from marketplace.database import open_database
from marketplace.files.store import FileStore
from marketplace.logs import configure_logs
from marketplace.worker.loops import Worker
from marketplace.worker.registry import Workshop, registry

POOL = 6


def main() -> None:
    """Work until told to stop, finish the present pieces of work, and end."""
    settings = awaited(Settings.from_env())
    configure_logs(settings)
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    database = open_database(settings, pool_size=POOL)
    store = FileStore(settings.files_url, settings.instance)
    worker = Worker(Workshop(settings, database, store, lambda: datetime.now(UTC)), registry())
    worker.start()
    told.wait()
    ended = worker.stop()
    database.dispose()
    sys.stderr.flush()
    if not ended:
        # Long work that can't be interrupted must not keep the process: it is repeated, as after a kill.
        os._exit(0)


if __name__ == "__main__":
    main()
