"""Real worker processes: killed without warning nothing is lost and nothing is done twice; asked to stop they do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from config import ROOT
from marketplace.database import Database, new_id
from marketplace.jobs.actions import defer, defer_long
from marketplace.notices.actions import mail_to_address

PATIENCE = 120.0  # seconds; the machine may be busy


@pytest.fixture
def effects(committed: Database) -> Callable[[str], list[int]]:
    committed.transact(lambda session: session.execute(text("CREATE TABLE effects (kind text, n int)")))

    def read(kind: str) -> list[int]:
        with committed.reading() as session:
            rows = session.scalars(text("SELECT n FROM effects WHERE kind = :kind ORDER BY n"), {"kind": kind})
            return list(rows)

    return read


@contextmanager
def worker(
    database: Database, folder: Path, *, ahead: int = 0, module: str = "tests.worker.process"
) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "BENCHBRIDGE_INSTANCE": str(folder),
        "AHEAD": str(ahead),
    }
    process = subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def test_killed_workers_lose_nothing_and_double_nothing(
    committed: Database, effects: Callable[[str], list[int]], tmp_path: Path
) -> None:
    now = datetime.now(UTC) - timedelta(minutes=1)
    count = 120
    committed.transact(lambda session: [defer(session, "add", {"n": n}, now=now) for n in range(count)])
    for kill in range(2):
        # A killed worker's claims are free again after their lease: the next one's clock stands beyond it.
        with worker(committed, tmp_path, ahead=60 * kill) as process:
            before = len(effects("task"))
            wait_until(lambda before=before: len(effects("task")) >= before + 30)  # type: ignore[misc]
            process.send_signal(signal.SIGKILL)
            process.wait()
    with worker(committed, tmp_path, ahead=180), worker(committed, tmp_path, ahead=180):
        wait_until(lambda: len(effects("task")) >= count)
    assert effects("task") == list(range(count))
    with committed.reading() as session:
        stretches = session.scalar(text("SELECT count(*) FROM tasks WHERE name = 'every tick' AND state = 'done'"))
    assert len(effects("tick")) == stretches
    assert stretches


def test_asked_to_stop_a_worker_ends_its_present_work_and_goes(
    committed: Database, effects: Callable[[str], list[int]], tmp_path: Path
) -> None:
    committed.transact(lambda session: defer_long(session, "add_long", {"n": 7}))
    committed.transact(lambda session: defer(session, "add", {"n": 1}, now=datetime.now(UTC)))
    with worker(committed, tmp_path) as process:
        wait_until(lambda: effects("long") == [7] and effects("task") == [1])
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
        assert time.monotonic() - started < 20
    with committed.reading() as session:
        assert session.scalar(text("SELECT status::text FROM procrastinate_jobs")) == "succeeded"


def test_the_worker_of_the_platform_sends_mail_and_seals(committed: Database, tmp_path: Path) -> None:
    address = f"{new_id()}@example.org"
    committed.transact(
        lambda session: mail_to_address(session, address, "sign_up", {}, language="en", now=datetime.now(UTC))
    )

    def settled() -> bool:
        with committed.reading() as session:
            sent = session.scalar(text("SELECT count(*) FROM mails WHERE state = 'sent'"))
            sealing = session.scalar(text("SELECT state FROM tasks WHERE name = 'every history.seal'"))
            return sent == 1 and sealing == "done"

    with worker(committed, tmp_path, module="marketplace.worker") as process:
        wait_until(settled)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
