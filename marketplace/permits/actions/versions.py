"""Making a version of a rule, by whoever makes it: the files or an administrator."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.history.actions import Subject
from marketplace.jobs.actions import defer
from marketplace.permits.models import PermitRule, PermitRuleProposal, ProposalState

# Arbitrary, and the same for all who change rules: they judge a row beside all others, which must not move meanwhile.
# Deferred where rules, or what is known of parties, may mean something else for plans that were made.
LAW_CHANGED: Final = "permits.changed"
RULES_LOCK: Final = 7_316_100_002


def lock_rules(session: Session) -> None:
    """Stand in line with everybody else who changes a rule, until the end of the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(RULES_LOCK)))


def digest_of(told: Mapping[str, Any]) -> str:
    """What makes two rows of a rule file the same version."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def version_row(told: Mapping[str, Any], version: int, *, now: datetime, by: UUID | None = None) -> dict[str, Any]:
    """A version as a row of its table; `by` is None for the files."""
    return {
        "id": new_id(),
        "rule_id": told["id"],
        "version": version,
        "effective_from": _day(told.get("effective_from")),
        "effective_to": _day(told.get("effective_to")),
        "told": dict(told),
        "digest": digest_of(told),
        "entered_at": now,
        "entered_by": by,
    }


def enter_version(
    session: Session, told: Mapping[str, Any], version: int, *, now: datetime, by: UUID | None
) -> PermitRule:
    """Make a row the newest version of its rule. What others have proposed was compared with an older one: people's
    proposals are superseded; the files' stands on, beside the version that is newest now."""
    made = session.scalars(insert(PermitRule).returning(PermitRule), [version_row(told, version, now=now, by=by)]).one()
    waiting = (PermitRuleProposal.rule_id == told["id"]) & (PermitRuleProposal.state == ProposalState.OPEN)
    ours = PermitRuleProposal.proposed_by.is_(None)
    superseded = {"state": ProposalState.SUPERSEDED, "decided_at": now}
    session.execute(update(PermitRuleProposal).where(waiting, ~ours).values(superseded))
    session.execute(update(PermitRuleProposal).where(waiting, ours).values(base_version=version))
    defer(session, LAW_CHANGED, {}, now=now)
    return made


def subject_of(rule_id: str) -> Subject:
    """What the history of a rule stands under."""
    return Subject("permit_rule", uuid5(NAMESPACE_URL, f"permit-rule:{rule_id}"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
