"""What the clock does, and identifiers looked up only where a deployment says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest

from config import Settings
from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.outcomes.models import Outcome
from marketplace.worker import outcomes as work
from marketplace.worker.registry import Workshop, registry
from tests.cast import make_cast
from tests.factories.outcomes import DOI, between, submitted
from tests.outcomes.test_works_api import Recorded

ANSWER = {"message": {"DOI": DOI, "type": "journal-article", "title": ["Cleaner cells"]}}


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    running = Recorded()
    thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def workshop(settings: Settings, database: Database, now: datetime, folder: Path) -> Workshop:
    return Workshop(settings, database, FileStore(settings.files_url, folder), lambda: now)


def test_the_clock_asks_and_reminds() -> None:
    assert {"outcomes.ask_yearly", "outcomes.remind_yearly", "outcomes.remind_sides"} <= set(registry().periodic)


@pytest.mark.parametrize(("reader", "level"), [("off", 0), ("crossref", 1)])
def test_a_doi_resolves_only_where_a_register_is_set(
    reader: str, level: int, recorded: Recorded, committed: Database, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    recorded.body = json.dumps(ANSWER).encode()
    with committed.unit_of_work() as session:
        cast = make_cast(session, now=now)
        outcome_id = submitted(session, cast, between(session, cast, now=now), now=now).id
    asked = replace(settings, works_reader=reader, works_crossref_url=recorded.base)
    shop = workshop(asked, committed, now, tmp_path)
    for _ in range(2):
        work.resolve(shop, {"outcome": str(outcome_id), "version": 1})
    assert not work.resolve(shop, {"outcome": str(outcome_id), "version": 2})
    with committed.reading() as session:
        assert session.get_one(Outcome, outcome_id).level == level
    assert bool(recorded.asked) is (reader == "crossref")
