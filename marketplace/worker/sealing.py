"""Sealing history, and copying the seals out of the database."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from marketplace.history.actions import copy_seals, seal
from marketplace.history.copies import SealCopies
from marketplace.worker.registry import Workshop, errand, every

SECONDS: Final = 300


@every(SECONDS, "history.seal")
def seal_history(session: Session, now: datetime) -> None:
    """Seal what has been written since the last seal."""
    seal(session, now=now)


@errand(60, "history.copy_seals")
def copy(workshop: Workshop, _now: datetime) -> None:
    """Copy new seals to where whoever changes the database does not reach."""
    with workshop.database.reading() as session:
        copy_seals(session, SealCopies(workshop.settings.seals_url, workshop.settings.instance))
