"""Long work: Procrastinate's worker on the same database, polled, one job at a time, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy.engine import make_url

from marketplace.database import driver_url
from marketplace.worker.registry import LongWork, Registry, Workshop

log = structlog.get_logger()
POLL: Final = 2.0  # seconds
GRACE: Final = 6.0
REST: Final = 5.0  # after the database went away
RETRY: Final = RetryStrategy(max_attempts=5, exponential_wait=5)


class LongWorker(threading.Thread):
    """Does long work until told to stop; comes back by itself when the database was away."""

    def __init__(self, workshop: Workshop, registry: Registry) -> None:
        super().__init__(name="long work", daemon=True)
        self._workshop = workshop
        self._registry = registry
        self._stopping = threading.Event()
        self._cancel: Callable[[], object] = lambda: None

    def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping.is_set():
            try:
                asyncio.run(self._work())
            except Exception as error:
                log.warning("long_work_interrupted", error=type(error).__name__)
                self._stopping.wait(REST)

    def stop(self) -> None:
        """Take no further job; the present one may finish if it is quick."""
        self._stopping.set()
        with suppress(RuntimeError):  # its loop has ended by itself
            self._cancel()

    async def _work(self) -> None:
        app = application(self._workshop, self._registry)
        async with app.open_async():
            task = asyncio.ensure_future(
                app.run_worker_async(
                    concurrency=1,
                    listen_notify=False,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=POLL,
                    shutdown_graceful_timeout=GRACE,
                )
            )
            loop = asyncio.get_running_loop()
            self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
            if self._stopping.is_set():
                task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                log.info("long_work_stopped")


def application(workshop: Workshop, registry: Registry) -> App:
    """Procrastinate with our functions under their names."""
    address = make_url(driver_url(workshop.settings.database_url)).set(drivername="postgresql")
    connector = PsycopgConnector(conninfo=address.render_as_string(hide_password=False), min_size=1, max_size=3)
    app = App(connector=connector)
    for name, work in registry.long.items():
        app.task(name=name, retry=RETRY)(_called(work, workshop))
    return app


def _called(work: LongWork, workshop: Workshop) -> Callable[..., None]:
    def call(**arguments: Any) -> None:
        work(workshop, arguments)

    return call
