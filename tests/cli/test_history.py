"""`benchbridge history verify`: whole, tampered with, and for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from marketplace.cli.history import command
from marketplace.database import Database, new_id
from marketplace.history.actions import Subject, copy_seals, record
from marketplace.history.copies import SealCopies
from tests.sealing import sealed

KEY = "a key of the command line, long enough"


@pytest.fixture
def run(committed: Database, tmp_path: Path, now: datetime) -> Callable[..., Result]:
    committed.info["history_key"] = KEY.encode()
    subject = Subject("booking", new_id())
    for verb in ("booking.requested", "booking.approved"):
        committed.transact(lambda session, verb=verb: record(session, subject, verb, now=now, by=None))  # type: ignore[misc]
    sealed(committed, now)
    committed.transact(lambda session: copy_seals(session, SealCopies("", tmp_path)))
    environment = {
        "DATABASE_URL": committed.engine.url.render_as_string(hide_password=False),
        "HISTORY_KEY": KEY,
        "BENCHBRIDGE_INSTANCE": str(tmp_path),
    }
    return lambda *arguments: CliRunner().invoke(command, ["verify", *arguments], env=environment)


def test_whole_history_says_so_and_names_its_limits(run: Callable[..., Result]) -> None:
    result = run()
    assert result.exit_code == 0
    assert "2 entries of 1 subjects" in result.stdout
    assert "Nothing was found." in result.stdout
    assert "somebody who holds the history key" in result.stdout


def test_a_finding_fails_the_command(run: Callable[..., Result], committed: Database) -> None:
    committed.transact(lambda session: session.execute(text("UPDATE history_entries SET verb = 'x' WHERE number = 2")))
    result = run()
    assert result.exit_code == 1
    assert "#2: this entry is not what was written" in result.stdout
    document = json.loads(run("--json").stdout)
    assert (document["whole"], document["found"]) == (False, {"entry_changed": 1})
    assert document["findings"][0]["subject"]["kind"] == "booking"
    assert document["cannot_see"]
