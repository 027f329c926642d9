"""Sealing history, copying the seals out of the database, and looking each day whether all of it still holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from marketplace.accounts.queries.readers import administrators
from marketplace.history.actions import copy_seals, record, seal
from marketplace.history.copies import SealCopies
from marketplace.history.queries import WHOLE, verify
from marketplace.jobs.actions import defer_long
from marketplace.notices.actions import tell
from marketplace.worker.registry import Workshop, errand, every, long_task

SECONDS: Final = 300
DAY: Final = 24 * 3600


@every(SECONDS, "history.seal")
def seal_history(session: Session, now: datetime) -> None:
    """Seal what has been written since the last seal."""
    seal(session, now=now)


@errand(60, "history.copy_seals")
def copy(workshop: Workshop, _now: datetime) -> None:
    """Copy new seals to where whoever changes the database does not reach."""
    with workshop.database.reading() as session:
        copy_seals(session, SealCopies(workshop.settings.seals_url, workshop.settings.instance))


@every(DAY, "history.verify")
def look(session: Session, _now: datetime) -> None:
    """Have all of history read by a worker that nobody waits for."""
    defer_long(session, "history.verify", {}, queueing_key="history.verify")


@long_task("history.verify")
def verify_history(workshop: Workshop, _arguments: Mapping[str, Any]) -> None:
    """Read all of history and write down what was found; tell the administrators where it is not what was written."""
    copies = SealCopies(workshop.settings.seals_url, workshop.settings.instance)
    with workshop.database.reading() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        report = verify(session, copies)
    found = report.found.total()
    told = {"entries": report.entries, "seals": report.seals, "findings": found}
    workshop.database.transact(
        lambda work: record(work, WHOLE, "history.verified", now=workshop.clock(), by=None, details=told)
    )
    if found:
        details = {"n": found, "path": "admin/history"}
        workshop.database.transact(
            lambda work: tell(work, administrators(work), "history_broken", details, now=workshop.clock())
        )
