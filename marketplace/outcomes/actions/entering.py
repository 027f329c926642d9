"""Entering what may stand here already: members of one patent family become one outcome, and what is said to be the
same is added to what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.outcomes.actions.drafting import draft, revise
from marketplace.outcomes.actions.evidence import link_collaboration
from marketplace.outcomes.actions.writing import day_of
from marketplace.outcomes.models import Outcome, OutcomeCollaboration, OutcomeType, OutcomeVerb
from marketplace.outcomes.queries import told
from marketplace.outcomes.queries.alike import alike, recorded_of
from marketplace.outcomes.queries.reach import outcome
from marketplace.outcomes.queries.sides import defaults_of, voices
from marketplace.outcomes.rules.reading import read_statement
from marketplace.outcomes.rules.statements import Statement
from marketplace.outcomes.rules.states import stands_open
from marketplace.values.refusal import Invalid


def enter(
    session: Session,
    collaboration_id: UUID,
    said: Statement,
    *,
    now: datetime,
    by: Actor,
    organisation_id: UUID | None = None,
) -> tuple[Outcome, bool]:
    """Enter an outcome, and whether it is a new one: a member of a patent family that the actor's side reported already
    for the same collaboration, to the same readers, is added to that (EPO, DOCDB simple family)."""
    if said.type is OutcomeType.PATENT_FAMILY:
        new = recorded_of(said, "", collaboration_id)
        for each in alike(session, [new], collaboration_id, by=by, today=day_of(now))[""]:
            known = each.outcome
            if (
                each.likeness.certain
                and as_open(session, known, said, collaboration_id)
                and may_add(session, known, now=now, by=by)
            ):
                return add_to(session, each.outcome.id, said, collaboration_id, now=now, by=by), False
    return draft(session, collaboration_id, said, now=now, by=by, organisation_id=organisation_id), True


def add_to(
    session: Session,
    outcome_id: UUID,
    said: Statement,
    collaboration_id: UUID,
    *,
    now: datetime,
    by: Actor,
    wider: bool = False,
) -> Outcome:
    """Add the numbers of what is the same to an outcome, as a new version where there are any, and link it to the
    collaboration. What another organisation reports stays as it is. Where other people read the one than the other,
    only with `wider`, which says that they may. Raises NotFound for a stranger's, Invalid."""
    row = outcome(session, outcome_id, by=by, today=day_of(now))
    if not may_add(session, row, now=now, by=by):
        return row
    if not wider and not as_open(session, row, said, collaboration_id):
        raise Invalid.one("same", "outcome_wider")
    before = told.statement(session, row)
    after = _joined(before, said)
    if after != before:
        row = revise(session, row.id, after, now=now, by=by, seen=row.version)
    if session.get(OutcomeCollaboration, (row.id, collaboration_id)) is None:
        link_collaboration(session, row.id, collaboration_id, now=now, by=by)
    return row


def statement_for(
    session: Session, collaboration_id: UUID, fields: Mapping[str, Any], *, now: datetime, source: str
) -> Statement:
    """What plain fields say of an outcome of a collaboration; where they name no parties, those of the collaboration.
    Raises Invalid."""
    given = {**fields}
    if not given.get("parties"):
        given["parties"] = defaults_of(session, collaboration_id)
    return read_statement(given, today=day_of(now), source=source)


def as_open(session: Session, row: Outcome, said: Statement, collaboration_id: UUID) -> bool:
    """Whether nobody would read by one what only others may read by the other."""
    here = session.get(OutcomeCollaboration, (row.id, collaboration_id)) is not None
    return here and (row.confidentiality, row.embargo_until) == (said.confidentiality, said.embargo_until)


def may_add(session: Session, row: Outcome, *, now: datetime, by: Actor) -> bool:
    """Whether the actor speaks for its reporter, and it still takes versions."""
    speaks = row.organisation_id in voices(session, [row.organisation_id], by=by, today=day_of(now))
    return speaks and stands_open(OutcomeVerb.REVISE, row.status)


def _joined(before: Statement, said: Statement) -> Statement:
    """A statement with the numbers, priorities and classes of another that it lacks."""
    known = {(each.scheme, each.normalised) for each in before.identifiers}
    more = tuple(each for each in said.identifiers if (each.scheme, each.normalised) not in known)
    return replace(
        before,
        identifiers=before.identifiers + more,
        priorities=tuple(sorted({*before.priorities, *said.priorities})),
        classes=tuple(sorted({*before.classes, *said.classes})),
    )
