"""Reading for those who change rules: what a text would make of a row, and the proposals that wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.permits.library import BrokenLibrary, entered_row, written_row
from marketplace.permits.models import PermitRule, PermitRuleProposal, ProposalState
from marketplace.permits.queries.rules import rules, versions, vocabulary
from marketplace.permits.rules.editing import Weight, confirmation_errors, differing, weight
from marketplace.values.refusal import FieldError, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as somebody wrote it, beside the newest version of its rule."""

    base: PermitRule
    told: Mapping[str, Any]
    weight: Weight


def draft(session: Session, rule_id: str, text: str, *, by: UUID) -> Draft:
    """What a text would make of a rule, judged like a rule file. Raises NotFound; Invalid with every fault (field
    `row`: its line and reason). What it newly confirms is confirmed by `by`, whoever the text names."""
    base = versions(session, rule_id)[0]
    others = [row.told for row in rules(session) if row.rule_id != rule_id]
    told = dict(_entered(session, rule_id, text, others))
    if told.get("confirmed") and told["confirmed"] != base.told.get("confirmed"):
        told["confirmed"] = {**told["confirmed"], "by": str(by)}
    if errors := confirmation_errors(base.told, told):
        raise Invalid(errors)
    if not differing(base.told, told):
        raise Invalid.one("row", "unchanged")
    return Draft(base, told, weight(base.told, told, others))


def judge_again(session: Session, told: Mapping[str, Any]) -> Weight:
    """Whether a row that was judged before still stands beside all others. Raises Invalid."""
    base = versions(session, told["id"])[0]
    others = [row.told for row in rules(session) if row.rule_id != told["id"]]
    _entered(session, told["id"], written_row(told), others)
    return weight(base.told, told, others)


def _entered(session: Session, rule_id: str, text: str, others: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    try:
        told = entered_row(text, others, vocabulary(session))
    except BrokenLibrary as broken:
        faults = [(fault.line, fault.reason) for fault in broken.faults[:50]]
        raise Invalid(
            FieldError("row", "rule_row", "rule_row", {"line": line, "reason": reason}) for line, reason in faults
        ) from broken
    if told["id"] != rule_id:
        raise Invalid.one("row", "other_rule", wanted=rule_id)
    return told


def open_proposals(session: Session) -> Sequence[PermitRuleProposal]:
    """All that waits for a decision, the oldest first."""
    waiting = select(PermitRuleProposal).where(PermitRuleProposal.state == ProposalState.OPEN)
    return session.scalars(waiting.order_by(PermitRuleProposal.proposed_at, PermitRuleProposal.id)).all()


def count_open_proposals(session: Session) -> int:
    """How many proposals wait for a decision."""
    waiting = select(func.count()).select_from(PermitRuleProposal).where(PermitRuleProposal.state == ProposalState.OPEN)
    return session.scalar(waiting) or 0


def proposals_of(session: Session, rule_id: str, *, limit: int = 50) -> Sequence[PermitRuleProposal]:
    """The latest proposals about one rule, the newest first."""
    found = select(PermitRuleProposal).where(PermitRuleProposal.rule_id == rule_id)
    newest = found.order_by(PermitRuleProposal.proposed_at.desc(), PermitRuleProposal.id.desc())
    return session.scalars(newest.limit(limit)).all()


def proposal(session: Session, proposal_id: UUID) -> PermitRuleProposal:
    """One proposal. Raises NotFound."""
    found = session.get(PermitRuleProposal, proposal_id)
    if found is None:
        raise NotFound(str(proposal_id))
    return found
