"""Stating an outcome: a draft, a further version, submission to the other sides; and drafts that come to nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.bookings.actions.request import new_reference
from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer_long
from marketplace.outcomes.actions import writing
from marketplace.outcomes.actions.writing import allow, day_of, demand_seen, happened, locked, people_for, tell_of
from marketplace.outcomes.actions.yearly import answered, unreport
from marketplace.outcomes.models import (
    Confidentiality,
    Outcome,
    OutcomeCollaboration,
    OutcomeEvent,
    OutcomeEvidence,
    OutcomeIdentifier,
    OutcomeParty,
    OutcomeSession,
    OutcomeShare,
    OutcomeStatus,
    OutcomeVerb,
    OutcomeVersion,
)
from marketplace.outcomes.queries import told
from marketplace.outcomes.queries.sides import BEGUN, collaboration, parties_of, reporting_for
from marketplace.outcomes.rules.complete import lacking
from marketplace.outcomes.rules.statements import Statement
from marketplace.outcomes.rules.states import after_revision, stands_open
from marketplace.values.refusal import Forbidden, Invalid, StateForbids
from marketplace.values.works import WorkScheme

RESOLVE: Final = "outcomes.resolve"


def draft(
    session: Session,
    collaboration_id: UUID,
    said: Statement,
    *,
    now: datetime,
    by: Actor,
    organisation_id: UUID | None = None,
) -> Outcome:
    """Enter an outcome of a collaboration for one of its parties; only that organisation sees it until it is submitted.

    `organisation_id` says for which, where the actor speaks for several. Raises NotFound, Forbidden, Invalid."""
    around = collaboration(session, collaboration_id, by=by)
    reporter = _reporter(session, around, organisation_id, now=now, by=by)
    if around.state not in BEGUN:
        raise StateForbids(around.state.value, "outcome.draft")
    writing.demand_known(session, said, _parties(session, around.id))
    row = Outcome(
        id=new_id(),
        reference=new_reference(),
        collaboration_id=around.id,
        organisation_id=reporter,
        type=said.type,
        status=OutcomeStatus.DRAFT,
        level=0,
        version=1,
        date_event=said.date_event,
        confidentiality=said.confidentiality,
        embargo_until=said.embargo_until,
        created_at=now,
        created_by=by.person_id,
        sample=around.sample,
    )
    session.add(row)
    session.flush()
    session.add(OutcomeCollaboration(outcome_id=row.id, collaboration_id=around.id))
    writing.add_version(session, row, said, 1, now=now, by=by)
    happened(session, row, OutcomeVerb.DRAFT, now=now, by=by, organisation_id=reporter)
    return row


def revise(
    session: Session, outcome_id: UUID, said: Statement, *, now: datetime, by: Actor, seen: int | None = None
) -> Outcome:
    """Add a version. What was submitted, confirmed or disputed is submitted anew: the other sides are asked again, and
    what they and administrators said of the version before no longer counts. `seen` is the version that was changed."""
    row = locked(session, outcome_id, now=now, by=by)
    allow(session, "outcome.revise", row.organisation_id, now=now, by=by)
    _demand_open(row, OutcomeVerb.REVISE)
    demand_seen(row, seen)
    writing.demand_known(session, said, parties_of(session, row))
    status, told_of = after_revision(row.status), row.date_event.year
    if status is OutcomeStatus.SUBMITTED:
        _demand_complete(session, row, said)
    writing.add_version(session, row, said, row.version + 1, now=now, by=by)
    row.status, row.level, row.fully_confirmed = status, 0, False
    happened(session, row, OutcomeVerb.REVISE, now=now, by=by, organisation_id=row.organisation_id)
    if status is OutcomeStatus.SUBMITTED:
        row.submitted_at, row.reminded_at = now, None
        _ask(session, row, "outcome_revised", now=now, by=by)
        _answer_anew(session, row, told_of, now=now, by=by)
    session.flush()
    return row


def _answer_anew(session: Session, row: Outcome, before: int, *, now: datetime, by: Actor) -> None:
    """An outcome of another year than it was before answers the question about that, and no longer the other one."""
    if row.date_event.year != before:
        unreport(session, row, before, now=now, by=by)
        answered(session, row, now=now, by=by)


def submit(session: Session, outcome_id: UUID, *, now: datetime, by: Actor, seen: int | None = None) -> Outcome:
    """Hand a draft to the other sides, who are asked to confirm it. Raises Invalid with all that it still lacks."""
    row = locked(session, outcome_id, now=now, by=by)
    allow(session, "outcome.submit", row.organisation_id, now=now, by=by)
    _demand_open(row, OutcomeVerb.SUBMIT)
    demand_seen(row, seen)
    _demand_complete(session, row, told.statement(session, row))
    row.status, row.submitted_at = OutcomeStatus.SUBMITTED, now
    happened(session, row, OutcomeVerb.SUBMIT, now=now, by=by, organisation_id=row.organisation_id)
    _ask(session, row, "outcome_asked", now=now, by=by)
    answered(session, row, now=now, by=by)
    return row


def discard(session: Session, outcome_id: UUID, *, now: datetime, by: Actor) -> None:
    """Throw a draft away, of which nobody else knows; its history says so. What was ever submitted stays."""
    row = locked(session, outcome_id, now=now, by=by)
    allow(session, "outcome.discard", row.organisation_id, now=now, by=by)
    if row.status is not OutcomeStatus.DRAFT:
        raise StateForbids(row.status.value, "outcome.discard")
    record(session, Subject("outcome", row.id), "outcome.discarded", now=now, by=by.person_id)
    remove_rows(session, [row.id])


def remove_rows(session: Session, ids: Collection[UUID]) -> None:
    """Take away every row of outcomes: of drafts that nobody else knew, or of the sample."""
    versions = select(OutcomeVersion.id).where(OutcomeVersion.outcome_id.in_(ids))
    for kind in (OutcomeParty, OutcomeShare):
        session.execute(delete(kind).where(kind.version_id.in_(versions)))
    for table in (
        OutcomeIdentifier, OutcomeEvidence, OutcomeEvent, OutcomeSession, OutcomeCollaboration, OutcomeVersion
    ):  # fmt: skip
        session.execute(delete(table).where(table.outcome_id.in_(ids)))
    session.execute(delete(Outcome).where(Outcome.id.in_(ids)))
    session.flush()


def _reporter(
    session: Session, around: Collaboration, organisation_id: UUID | None, *, now: datetime, by: Actor
) -> UUID:
    """For whom the actor reports: the party named, or the only one for which they speak."""
    mine = reporting_for(session, around.id, by=by, today=day_of(now))
    if organisation_id is not None and organisation_id not in mine:
        if by.via == "system":
            return organisation_id
        raise Forbidden("outcome.draft")
    if not mine:
        raise Forbidden("outcome.draft")
    own = [id for id in mine if id in by.organisations()] or mine
    if organisation_id is None and len(own) > 1:
        raise Invalid.one("organisation", "required")
    return organisation_id or own[0]


def _parties(session: Session, collaboration_id: UUID) -> set[UUID]:
    joined = CollaborationParty.joined_on.is_not(None), CollaborationParty.declined_at.is_(None)
    wanted = select(CollaborationParty.organisation_id).where(
        CollaborationParty.collaboration_id == collaboration_id, *joined
    )
    return set(session.scalars(wanted))


def _demand_open(row: Outcome, verb: OutcomeVerb) -> None:
    if not stands_open(verb, row.status):
        raise StateForbids(row.status.value, f"outcome.{verb.value}")


def _demand_complete(session: Session, row: Outcome, said: Statement) -> None:
    faults = tuple(lacking(said, parties_of(session, row)))
    if faults:
        raise Invalid(faults)


def _ask(session: Session, row: Outcome, code: str, *, now: datetime, by: Actor) -> None:
    """Ask the other sides to confirm, and have the identifier looked up where a reader is there."""
    session.flush()
    if row.confidentiality is not Confidentiality.ADMINISTRATORS:
        others = told.standing(session, row, day_of(now)).others
        tell_of(session, row, people_for(session, row, others, now), code, now=now, by=by)
    if any(each.scheme == WorkScheme.DOI for each in told.statement(session, row).identifiers):
        defer_long(session, RESOLVE, {"outcome": str(row.id), "version": row.version})
