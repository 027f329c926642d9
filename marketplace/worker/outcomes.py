"""What the clock does to outcomes, the question of the year, and identifiers looked up where a deployment says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.outcomes.actions.answering import resolved
from marketplace.outcomes.actions.drafting import RESOLVE
from marketplace.outcomes.actions.reminding import remind_sides
from marketplace.outcomes.actions.yearly import ask, remind
from marketplace.outcomes.models import Outcome, OutcomeIdentifier
from marketplace.outcomes.works_api import register_of, work_of
from marketplace.values.refusal import Invalid
from marketplace.values.works import WorkScheme
from marketplace.worker.registry import Workshop, every, long_task

log = structlog.get_logger()
HOUR: Final = 3600


@every(HOUR // 6, "outcomes.ask_yearly")
def ask_parties(session: Session, now: datetime) -> int:
    """Ask the parties what came of the year that is over; late ones when they come."""
    return ask(session, now=now)


@every(HOUR, "outcomes.remind_yearly")
def remind_parties(session: Session, now: datetime) -> int:
    """Ask again, and tell the managers of whoever stays silent."""
    return remind(session, now=now)


@every(HOUR, "outcomes.remind_sides")
def remind_other_sides(session: Session, now: datetime) -> int:
    """Remind the other sides of what they were asked to confirm."""
    return remind_sides(session, now=now)


@long_task(RESOLVE)
def resolve(workshop: Workshop, arguments: Mapping[str, Any]) -> bool:
    """Look an outcome's DOI up, where a register is set; whether it resolves. Without one nothing is asked."""
    register = register_of(workshop.settings)
    if register is None:
        return False
    outcome_id, version = UUID(arguments["outcome"]), int(arguments["version"])
    with workshop.database.reading() as session:
        wanted = (
            select(OutcomeIdentifier.normalised)
            .join(Outcome, Outcome.id == OutcomeIdentifier.outcome_id)
            .where(Outcome.id == outcome_id, Outcome.version == version)
            .where(OutcomeIdentifier.scheme == WorkScheme.DOI.value)
        )
        doi = session.scalar(wanted.order_by(OutcomeIdentifier.normalised).limit(1))
    if doi is None:
        return False
    try:
        work_of(register, doi)
    except Invalid:
        log.info("doi_unknown", outcome=str(outcome_id))
        return False
    return workshop.database.transact(
        lambda session: resolved(session, outcome_id, version, now=workshop.clock(), by=SYSTEM)
    )
