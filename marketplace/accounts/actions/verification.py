"""An administrator's word on an organisation: verified, refused with a reason, suspended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.actions.organisations import locked
from marketplace.accounts.models import Organisation, Role, Verification
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.organisations import facts, people_with_role
from marketplace.accounts.rules.standing import looked_refusals
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.notices.actions import tell
from marketplace.values.reasons import reason_given
from marketplace.values.refusal import StateForbids
from marketplace.values.refusal import demand as demand_none


def verify(session: Session, organisation_id: UUID, *, facts_digest: str, now: datetime, by: Actor) -> Organisation:
    """Let an organisation list and book; its managers are told. `facts_digest` names the facts that were looked at:
    where they were changed meanwhile, nobody has looked at those that would be verified."""
    row = _asked(session, organisation_id, by)
    if row.verification is Verification.VERIFIED:
        raise StateForbids("verified", "organisation.verify")
    demand_none(looked_refusals(facts_digest, facts(session, row)))
    row.verification, row.verification_reason, row.verified_at = Verification.VERIFIED, None, now
    _write_and_tell(session, row, "organisation.verified", None, now=now, by=by)
    return row


def refuse(session: Session, organisation_id: UUID, reason: str, *, now: datetime, by: Actor) -> Organisation:
    """Refuse an organisation, or take its verification back, with a reason that its managers are told."""
    row = _asked(session, organisation_id, by)
    given = reason_given(reason)
    if row.verification is Verification.REFUSED:
        raise StateForbids("refused", "organisation.refuse")
    row.verification, row.verification_reason, row.verified_at = Verification.REFUSED, given, None
    _write_and_tell(session, row, "organisation.refused", given, now=now, by=by)
    return row


def suspend(session: Session, organisation_id: UUID, reason: str, *, now: datetime, by: Actor) -> Organisation:
    """Stop a verified organisation from listing and booking for a while."""
    row = _asked(session, organisation_id, by)
    given = reason_given(reason)
    if row.suspended_at is not None:
        raise StateForbids("suspended", "organisation.suspend")
    row.suspended_at = now
    _write_and_tell(session, row, "organisation.suspended", given, now=now, by=by)
    return row


def readmit(session: Session, organisation_id: UUID, reason: str, *, now: datetime, by: Actor) -> Organisation:
    """End a suspension."""
    row = _asked(session, organisation_id, by)
    given = reason_given(reason)
    if row.suspended_at is None:
        raise StateForbids("active", "organisation.readmit")
    row.suspended_at = None
    _write_and_tell(session, row, "organisation.readmitted", given, now=now, by=by)
    return row


def _asked(session: Session, organisation_id: UUID, by: Actor) -> Organisation:
    row = locked(session, organisation_id, by)
    demand(by, "organisation.verify", organisation=organisation_id)
    return row


def _write_and_tell(
    session: Session, row: Organisation, verb: str, reason: str | None, *, now: datetime, by: Actor
) -> None:
    session.flush()
    text = {"reason": reason} if reason else None
    record(session, Subject("organisation", row.id), verb, now=now, by=by.person_id, text=text)
    defer(session, "search.refresh_organisation", {"organisation": str(row.id)}, now=now)
    managers = people_with_role(session, row.id, [Role.MANAGER], now)
    details = {"organisation": dict(row.name), "path": f"account/organisations/{row.id}", "reason": reason or ""}
    tell(session, managers, verb.replace(".", "_"), details, now=now)
