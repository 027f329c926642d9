"""A storm of bookings over HTTP: clients that ask, lose their connection, and ask again with the same key."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any
from uuid import uuid4

REST = 0.05  # seconds before a client asks again
PATIENCE = 90.0  # seconds


@dataclass(frozen=True)
class Slot:
    """An hour of the unit."""

    start: datetime

    @property
    def end(self) -> datetime:
        """One hour later."""
        return self.start + timedelta(hours=1)


@dataclass
class Storm:
    """What the clients were told. Every question is repeated until it has an answer, so none stays open."""

    port: int
    headers: dict[str, str]
    unit: str
    slots: Sequence[Slot]
    booked: dict[str, Slot] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    lost_connections: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, clients: int) -> None:
        """Let so many clients loose."""
        for number in range(clients):
            thread = threading.Thread(target=self._ask_on, args=(random.Random(number),))
            self._threads.append(thread)
            thread.start()

    def wait_for_more(self, bookings: int) -> None:
        """Return when so many more were acknowledged; a storm that books nothing has failed."""
        wanted, deadline = len(self.booked) + bookings, time.monotonic() + PATIENCE
        while len(self.booked) < wanted:
            assert time.monotonic() < deadline, f"nothing is booked any more: {self.statuses}"
            time.sleep(REST)

    def end(self) -> None:
        """Let every client finish its present question, and wait for that."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask_on(self, chance: random.Random) -> None:
        while not self._over.is_set():
            slot = chance.choice(self.slots)
            status, answer = self._ask(slot, key=str(uuid4()))
            if status == 201:
                with self._lock:
                    assert answer["id"] not in self.booked
                    self.booked[answer["id"]] = slot

    def _ask(self, slot: Slot, *, key: str) -> tuple[int, dict[str, Any]]:
        """Ask until there is an answer that says what became of it."""
        while True:
            try:
                status, answer = self._post(slot, key)
            except (OSError, HTTPException):
                with self._lock:
                    self.lost_connections += 1
            else:
                with self._lock:
                    self.statuses[status] += 1
                if status < 500:
                    return status, answer
            time.sleep(REST)

    def _post(self, slot: Slot, key: str) -> tuple[int, dict[str, Any]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            body = {"unit": self.unit, "start": slot.start.isoformat(), "end": slot.end.isoformat()}
            headers = {**self.headers, "Content-Type": "application/json", "Idempotency-Key": key}
            connection.request("POST", "/api/v1/bookings", json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()
