"""What others say of an outcome: confirmed or disputed by another side, settled and checked by an administrator; and
its withdrawal by whoever reported it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.accounts.queries.readers import administrators
from marketplace.outcomes.actions.writing import (
    allow,
    day_of,
    demand_seen,
    happened,
    locked,
    people_for,
    reporters,
    tell_of,
)
from marketplace.outcomes.actions.yearly import unreport
from marketplace.outcomes.models import Confidentiality, Outcome, OutcomeEvidence, OutcomeStatus, OutcomeVerb
from marketplace.outcomes.queries import told
from marketplace.outcomes.queries.sides import sides_of
from marketplace.outcomes.rules.levels import CHECKED
from marketplace.outcomes.rules.states import WHOSE, Side, stands_open
from marketplace.values import refusal
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Forbidden, Invalid, Refusal, StateForbids

LONGEST_REASON: Final = 2000


def confirm(
    session: Session,
    outcome_id: UUID,
    *,
    now: datetime,
    by: Actor,
    seen: int | None = None,
    organisation_id: UUID | None = None,
) -> Outcome:
    """Say for another side that an outcome is as it says. Refused where the version that was looked at is not the last
    one, and where the actor belongs to the reporter's group or entered it themselves; Forbidden for whoever speaks for
    no side that may."""
    row = locked(session, outcome_id, now=now, by=by)
    place = _speaks(session, row, OutcomeVerb.CONFIRM, organisation_id, now=now, by=by)
    demand_seen(row, seen)
    row.status = OutcomeStatus.CONFIRMED
    _say(session, row, OutcomeVerb.CONFIRM, place, now=now, by=by)
    tell_of(session, row, reporters(session, row, now), "outcome_confirmed", now=now, by=by)
    return row


def dispute(
    session: Session,
    outcome_id: UUID,
    reason: str,
    *,
    now: datetime,
    by: Actor,
    seen: int | None = None,
    organisation_id: UUID | None = None,
) -> Outcome:
    """Say for another party that an outcome is not as it says, and why; an administrator settles it, and until then it
    counts nowhere. A side that had confirmed takes that back by it."""
    row = locked(session, outcome_id, now=now, by=by)
    place = _speaks(session, row, OutcomeVerb.DISPUTE, organisation_id, now=now, by=by)
    demand_seen(row, seen)
    why = reasoned(reason)
    row.status = OutcomeStatus.DISPUTED
    _say(session, row, OutcomeVerb.DISPUTE, place, now=now, by=by, reason=why)
    tell_of(session, row, reporters(session, row, now), "outcome_disputed", now=now, by=by, reason=why)
    tell_of(session, row, administrators(session), "outcome_to_settle", now=now, by=by, reason=why)
    return row


def settle(
    session: Session,
    outcome_id: UUID,
    reason: str,
    *,
    stands: bool,
    now: datetime,
    by: Actor,
    level: int | None = None,
    seen: int | None = None,
) -> Outcome:
    """Settle a dispute: the outcome stands, or is rejected for good; with the reason, which all parties read. `level` 3
    or 4 says besides that a document or a register was looked at."""
    row = locked(session, outcome_id, now=now, by=by)
    _demand_impartial(session, row, OutcomeVerb.SETTLE, now=now, by=by)
    demand_seen(row, seen)
    why = reasoned(reason)
    row.status = OutcomeStatus.CONFIRMED if stands else OutcomeStatus.REJECTED
    checked = _checked(level) if stands and level is not None else 0
    _say(session, row, OutcomeVerb.SETTLE, None, now=now, by=by, reason=why, checked=checked)
    everybody = [*reporters(session, row, now), *_others(session, row, now)]
    code = "outcome_stands" if stands else "outcome_rejected"
    tell_of(session, row, everybody, code, now=now, by=by, reason=why)
    return row


def withdraw(
    session: Session, outcome_id: UUID, reason: str, *, now: datetime, by: Actor, seen: int | None = None
) -> Outcome:
    """Take an outcome back, for good; it stays visible as withdrawn and counts nowhere."""
    row = locked(session, outcome_id, now=now, by=by)
    allow(session, "outcome.withdraw", row.organisation_id, now=now, by=by)
    _demand_open(row, OutcomeVerb.WITHDRAW)
    demand_seen(row, seen)
    why = reasoned(reason)
    row.status = OutcomeStatus.WITHDRAWN
    _say(session, row, OutcomeVerb.WITHDRAW, row.organisation_id, now=now, by=by, reason=why)
    unreport(session, row, row.date_event.year, now=now, by=by)
    tell_of(session, row, _others(session, row, now), "outcome_withdrawn", now=now, by=by, reason=why)
    return row


def check(
    session: Session,
    outcome_id: UUID,
    level: int,
    evidence: Collection[UUID],
    *,
    now: datetime,
    by: Actor,
    note: str = "",
    seen: int | None = None,
) -> Outcome:
    """Say that a document shows an outcome (level 3), or an independent register or audit (level 4): an administrator
    who belongs to no party, of papers that were looked at."""
    row = locked(session, outcome_id, now=now, by=by)
    _demand_impartial(session, row, OutcomeVerb.CHECK, now=now, by=by)
    demand_seen(row, seen)
    mine = OutcomeEvidence.outcome_id == row.id, OutcomeEvidence.id.in_(evidence)
    papers = session.scalars(select(OutcomeEvidence).where(*mine)).all()
    if not papers or len(papers) < len(set(evidence)):
        raise Invalid.one("evidence", "required" if not evidence else "unknown")
    checked = _checked(level)
    for paper in papers:
        paper.checked_at, paper.checked_by = now, by.person_id
    words = clean_text(note, LONGEST_REASON, field="note", multiline=True)
    _say(session, row, OutcomeVerb.CHECK, None, now=now, by=by, reason=words, checked=checked)
    tell_of(session, row, reporters(session, row, now), "outcome_checked", now=now, by=by)
    return row


def resolved(session: Session, outcome_id: UUID, version: int, *, now: datetime, by: Actor) -> bool:
    """Note that a reader found the work behind the identifier of a version: level 1, where nothing higher stands. Only
    the platform says so; whether it was said."""
    if by.via != "system":
        raise Forbidden("outcome.check")
    row = locked(session, outcome_id, now=now, by=by)
    if row.version != version or not stands_open(OutcomeVerb.CHECK, row.status):
        return False
    if told.standing(session, row, day_of(now)).resolved:
        return False
    row.level = max(row.level, 1)
    happened(session, row, OutcomeVerb.CHECK, now=now, by=by)
    return True


def reasoned(text: str, field: str = "reason") -> str:
    """A reason as it is kept. Raises Invalid where there is none."""
    reason = clean_text(text, LONGEST_REASON, field=field, multiline=True)
    if not reason:
        raise Invalid.one(field, "required")
    return reason


def _speaks(
    session: Session, row: Outcome, verb: OutcomeVerb, organisation_id: UUID | None, *, now: datetime, by: Actor
) -> UUID:
    """The organisation for which the actor may say this: the one named, or the first for which they speak."""
    found = sides_of(session, row, by=by, today=day_of(now))
    mine = [id for id, side in found.items() if id is not None and side in WHOSE[verb]]
    if organisation_id is not None:
        mine = [id for id in mine if id == organisation_id]
    _demand_open(row, verb)
    if not mine:
        if verb is OutcomeVerb.CONFIRM and Side.CONFIRMED in found.values():
            raise refusal.Refused([Refusal("outcome_confirmed_already")])
        if verb is OutcomeVerb.CONFIRM and Side.BOUND in found.values():
            raise refusal.Refused([Refusal("outcome_own_word")])
        raise Forbidden(f"outcome.{verb.value}")
    return min(mine)


def _demand_impartial(session: Session, row: Outcome, verb: OutcomeVerb, *, now: datetime, by: Actor) -> None:
    """An administrator who belongs to no party of the outcome."""
    allow(session, f"outcome.{verb.value}", row.organisation_id, now=now, by=by)
    if Side.ADMINISTRATOR not in sides_of(session, row, by=by, today=day_of(now)).values():
        raise refusal.Refused([Refusal("outcome_own")])
    _demand_open(row, verb)


def _demand_open(row: Outcome, verb: OutcomeVerb) -> None:
    if not stands_open(verb, row.status):
        raise StateForbids(row.status.value, f"outcome.{verb.value}")


def _checked(level: int) -> int:
    if level not in CHECKED:
        raise Invalid.one("level", "between", min=CHECKED[0], max=CHECKED[-1])
    return level


def _say(
    session: Session,
    row: Outcome,
    verb: OutcomeVerb,
    organisation_id: UUID | None,
    *,
    now: datetime,
    by: Actor,
    reason: str = "",
    checked: int = 0,
) -> None:
    """Add the event with the level that follows from all that was said of this version."""
    before = told.standing(session, row, day_of(now))
    confirmed = set(before.confirmed)
    if organisation_id is not None and verb is OutcomeVerb.CONFIRM:
        confirmed.add(organisation_id)
    if verb is OutcomeVerb.DISPUTE:
        confirmed.discard(organisation_id)
    after = replace(before, confirmed=confirmed, checked=max(before.checked, checked))
    row.level, row.fully_confirmed = after.level, after.fully_confirmed
    happened(session, row, verb, now=now, by=by, organisation_id=organisation_id, reason=reason)


def _others(session: Session, row: Outcome, now: datetime) -> list[UUID]:
    """The people of the other sides, where they may see it."""
    if row.confidentiality is Confidentiality.ADMINISTRATORS:
        return []
    return people_for(session, row, told.standing(session, row, day_of(now)).others, now)
