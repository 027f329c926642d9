"""The worker's loops: tasks, mails and periodic work, each in a thread, all ended in good order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

import structlog

from marketplace.worker.long_work import LongWorker
from marketplace.worker.mails import send_due
from marketplace.worker.postman import postman_for
from marketplace.worker.registry import Registry, Workshop
from marketplace.worker.sweep import defer_periodic, sweep

log = structlog.get_logger()
PAUSE: Final = 0.5  # seconds between two looks at an empty table
LONGEST_REST: Final = 30.0
PATIENCE: Final = 8.0  # for the present piece of work when told to stop


class Loop(threading.Thread):
    """Repeats a step until told to stop: at once while there is work, after a pause when there is none."""

    def __init__(self, name: str, step: Callable[[], bool], stopping: threading.Event, *, pause: float = PAUSE) -> None:
        super().__init__(name=name, daemon=True)
        self._step = step
        self._stopping = stopping
        self._pause = pause

    def run(self) -> None:
        """Repeat; what fails (the database may be away) is logged and tried again after a growing rest."""
        failures = 0
        while not self._stopping.is_set():
            try:
                busy = self._step()
                failures = 0
            except Exception as error:
                failures += 1
                log.warning("worker_step_failed", loop=self.name, error=type(error).__name__, failures=failures)
                self._stopping.wait(min(LONGEST_REST, self._pause * 2 ** min(failures, 10)))
                continue
            if not busy:
                self._stopping.wait(self._pause)


class Worker:
    """All loops of one worker process."""

    def __init__(self, workshop: Workshop, registry: Registry) -> None:
        self._workshop = workshop
        self._registry = registry
        self._stopping = threading.Event()
        self._deferred: dict[str, int] = {}
        self._errands: dict[str, float] = {}
        self._postman = postman_for(workshop.settings)
        self._loops = [
            Loop("tasks", self._do_tasks, self._stopping),
            Loop("mails", self._send_mails, self._stopping, pause=2 * PAUSE),
            Loop("errands", self._run_errands, self._stopping, pause=2 * PAUSE),
        ]
        self._long = LongWorker(workshop, registry)

    def start(self) -> None:
        """Start every loop."""
        for loop in self._loops:
            loop.start()
        self._long.start()
        log.info("worker_started", tasks=len(self._registry.tasks), periodic=len(self._registry.periodic))

    def stop(self) -> bool:
        """Ask all loops to end after their present piece of work; returns whether all did in time."""
        self._stopping.set()
        self._long.stop()
        deadline = time.monotonic() + PATIENCE
        for loop in (*self._loops, self._long):
            loop.join(max(0.0, deadline - time.monotonic()))
        return not any(loop.is_alive() for loop in (*self._loops, self._long))

    def _do_tasks(self) -> bool:
        defer_periodic(self._workshop, self._registry, self._deferred)
        return sweep(self._workshop, self._registry, stopping=self._stopping.is_set) > 0

    def _send_mails(self) -> bool:
        return send_due(self._workshop, self._postman, stopping=self._stopping.is_set) > 0

    def _run_errands(self) -> bool:
        for name, errand in self._registry.errands.items():
            if self._stopping.is_set():
                break
            if time.monotonic() < self._errands.get(name, 0.0):
                continue
            # Counted from before the errand: one that fails is not run again at once.
            self._errands[name] = time.monotonic() + errand.seconds
            try:
                errand.work(self._workshop, self._workshop.clock())
            except Exception as error:
                log.warning("errand_failed", errand=name, error=type(error).__name__)
        return False
