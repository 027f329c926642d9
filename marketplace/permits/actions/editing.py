"""Administrators change rules: at once where the row blocks nothing, with another's word where it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.readers import administrators
from marketplace.history.actions import record
from marketplace.notices.actions import of_people, tell
from marketplace.permits.actions.versions import digest_of, enter_version, lock_rules, subject_of
from marketplace.permits.models import PermitRule, PermitRuleProposal, ProposalState
from marketplace.permits.queries.editing import draft, judge_again, proposal
from marketplace.permits.queries.rules import versions
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid, Refusal, Refused, StateForbids

LONGEST_REASON: Final = 2000


@dataclass(frozen=True, slots=True)
class Wish:
    """A rule's row as somebody would have it: its text in YAML, why, and the version that they had before them."""

    rule_id: str
    row: str
    reason: str
    base: int


def propose(session: Session, wish: Wish, *, now: datetime, by: Actor) -> PermitRule | PermitRuleProposal:
    """Make the row the newest version of its rule where it blocks neither before nor after; else let it wait for
    another administrator. Raises Invalid with every fault of the row; Refused where the rule changed meanwhile or
    somebody else's proposal waits."""
    demand(by, "permit_rule.propose")
    reason = _reason(wish.reason)
    lock_rules(session)
    found = draft(session, wish.rule_id, wish.row, by=by.id)
    _still(wish.base, found.base.version)
    waiting = _waiting(session, wish.rule_id)
    if waiting is not None and waiting.proposed_by != by.id:
        raise Refused([Refusal("proposal_waits")])
    if not found.weight.needs_two:
        return _change(session, found.told, found.base.version + 1, reason, now=now, by=by)
    if waiting is not None:
        waiting.state, waiting.decided_at = ProposalState.SUPERSEDED, now
        session.flush()
    return _propose(session, found.told, found.base.version, reason, now=now, by=by)


def agree(session: Session, proposal_id: UUID, *, seen: int, now: datetime, by: Actor) -> PermitRule:
    """Make a proposal the newest version, by the word of somebody other than who proposed it; `seen` is the newest
    version that they compared it with. The row is judged once more, for other rows may have changed."""
    row = _to_decide(session, proposal_id, by, "permit_rule.agree")
    _still(seen, versions(session, row.rule_id)[0].version)
    _still(row.base_version, seen)
    judge_again(session, row.told)
    row.state, row.decided_by, row.decided_at = ProposalState.AGREED, by.id, now
    session.flush()
    made = enter_version(session, row.told, seen + 1, now=now, by=row.proposed_by)
    details = {"version": made.version}
    record(session, subject_of(row.rule_id), "permit_rule.agreed", now=now, by=by.id, details=details)
    _tell_proposer(session, row, "rule_agreed", {}, now=now, by=by)
    return made


def reject(session: Session, proposal_id: UUID, reason: str, *, now: datetime, by: Actor) -> PermitRuleProposal:
    """Leave the rule as it is, with a reason that whoever proposed the change is told."""
    row = _to_decide(session, proposal_id, by, "permit_rule.reject")
    given = _reason(reason)
    row.state, row.decided_by, row.decided_at, row.decision_reason = ProposalState.REJECTED, by.id, now, given
    session.flush()
    text = {"reason": given}
    record(session, subject_of(row.rule_id), "permit_rule.rejected", now=now, by=by.id, text=text)
    _tell_proposer(session, row, "rule_rejected", {**text, **of_people(worded={"reason": by.id})}, now=now, by=by)
    return row


def _to_decide(session: Session, proposal_id: UUID, by: Actor, verb: str) -> PermitRuleProposal:
    demand(by, "permit_rule.decide")
    lock_rules(session)
    row = proposal(session, proposal_id)
    session.refresh(row)
    if row.state is not ProposalState.OPEN:
        raise StateForbids(row.state.value, verb)
    if row.proposed_by == by.id:
        raise Refused([Refusal("own_proposal")])
    return row


def _waiting(session: Session, rule_id: str) -> PermitRuleProposal | None:
    """What a person has proposed for a rule, undecided."""
    mine = (PermitRuleProposal.rule_id == rule_id) & PermitRuleProposal.proposed_by.is_not(None)
    found = select(PermitRuleProposal).where(mine, PermitRuleProposal.state == ProposalState.OPEN)
    return session.scalar(found.execution_options(populate_existing=True))


def _change(
    session: Session, told: Mapping[str, Any], version: int, reason: str, *, now: datetime, by: Actor
) -> PermitRule:
    made = enter_version(session, told, version, now=now, by=by.id)
    details, text = {"version": version}, {"reason": reason}
    record(session, subject_of(told["id"]), "permit_rule.changed", now=now, by=by.id, details=details, text=text)
    return made


def _propose(
    session: Session, told: Mapping[str, Any], base: int, reason: str, *, now: datetime, by: Actor
) -> PermitRuleProposal:
    made = PermitRuleProposal(
        rule_id=told["id"],
        told=dict(told),
        digest=digest_of(told),
        base_version=base,
        reason=reason,
        proposed_by=by.id,
        proposed_at=now,
        state=ProposalState.OPEN,
    )
    session.add(made)
    session.flush()
    text = {"reason": reason}
    record(session, subject_of(made.rule_id), "permit_rule.proposed", now=now, by=by.id, text=text)
    others = [each for each in administrators(session) if each != by.id]
    said = {"who": by.name, "reason": reason, **of_people(named={"who": by.id}, worded={"reason": by.id})}
    tell(session, others, "rule_proposed", {**_about(made), **said}, now=now)
    return made


def _tell_proposer(
    session: Session, row: PermitRuleProposal, code: str, more: Mapping[str, Any], *, now: datetime, by: Actor
) -> None:
    """The files need no answer."""
    if row.proposed_by is None:
        return
    said = {**_about(row), "who": by.name, **more}
    said["named"] = {"who": str(by.id)}
    tell(session, [row.proposed_by], code, said, now=now)


def _about(row: PermitRuleProposal) -> dict[str, Any]:
    return {"rule": row.rule_id, "title": row.told["title"], "path": f"admin/rules/proposals/{row.id}"}


def _still(seen: int, newest: int) -> None:
    if seen != newest:
        raise Refused([Refusal("rule_changed", {"seen": seen, "newest": newest})])


def _reason(text: str) -> str:
    given = clean_text(text, LONGEST_REASON, field="reason", multiline=True)
    if not given:
        raise Invalid.one("reason", "required")
    return given
