"""Screening: a party or an organisation that was entered is compared at once, and everybody once a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.permits.actions.screening import LOOK, look_again, look_at_organisation, look_at_party
from marketplace.worker.registry import every, task

DAY: Final = 24 * 3600


@task(LOOK)
def look(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """Compare one party with everybody here, or one organisation with all of the list."""
    if "party" in arguments:
        return look_at_party(session, UUID(arguments["party"]), now=now)
    return look_at_organisation(session, UUID(arguments["organisation"]), now=now)


@every(DAY, "screening.look_again")
def again(session: Session, now: datetime) -> int:
    """Names change, people come, and lists begin: each party is compared anew, as a task of its own."""
    return look_again(session, now=now)
