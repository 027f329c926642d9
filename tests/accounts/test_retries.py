"""Two of the same request at the same moment: one makes it, the other is told of it."""

from __future__ import annotations

import threading
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.actions.retries import Asked, make_once
from marketplace.database import Database, new_id
from tests.cast import make_person


def test_racing_retries_make_one_thing(committed: Database, now: datetime) -> None:
    ada = committed.transact(lambda session: make_person(session, "Ada Leung", now=now).id)
    asked, start = Asked("once", b"digest"), threading.Barrier(8)
    made: list[UUID] = []
    told: list[UUID] = []

    def verb(_session: Session) -> UUID:
        made.append(new_id())
        return made[-1]

    def retry() -> None:
        start.wait()
        told.append(committed.transact(lambda session: make_once(session, asked, verb, now=now, by=ada)))

    threads = [threading.Thread(target=retry) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert told == made * 8
