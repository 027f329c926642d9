"""The yearly question to each party: what came of the collaboration? Asked, reminded once, told to the organisation's
own managers, and answered by reporting or by saying that there is nothing to report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries import people_with_role
from marketplace.collaborations.models import Collaboration
from marketplace.collaborations.queries.mergers import successor
from marketplace.collaborations.queries.named import named_people
from marketplace.collaborations.rules.days import HERE
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.notices.actions import tell
from marketplace.outcomes.models import (
    FormerYearlyAnswer,
    Outcome,
    OutcomeCollaboration,
    OutcomeStatus,
    YearlyQuestion,
)
from marketplace.outcomes.queries.reach import own_of
from marketplace.outcomes.queries.sides import voices
from marketplace.outcomes.rules.yearly import ESCALATED_AFTER, REMINDED_AFTER, asked_year, span
from marketplace.values.refusal import Forbidden, NotFound

# Figures stand above outcomes; only the task's name is known here.
MEASURE: Final = "spillovers.measure_collaboration"

# Questions of one pass: so many rows and mails in one transaction at most.
BATCH: Final = 500
MOST_NAMED: Final = 20
# From when on an answer is waited for.
_SINCE: Final = func.coalesce(YearlyQuestion.asked_anew_at, YearlyQuestion.asked_at)
# What reports nothing: not yet, or no longer.
_UNSAID: Final = (OutcomeStatus.DRAFT, OutcomeStatus.WITHDRAWN)

# Every party that took part in a year of every collaboration that ran in it, not asked yet. Whoever has reported for
# that year already has answered.
_ASK = text("""
    WITH due AS (
      SELECT p.collaboration_id, p.organisation_id,
             EXISTS (SELECT 1 FROM outcomes o JOIN outcome_collaborations c ON c.outcome_id = o.id
                      WHERE c.collaboration_id = p.collaboration_id AND o.organisation_id = p.organisation_id
                        AND o.status NOT IN ('draft', 'withdrawn')
                        AND o.date_event BETWEEN :first AND :last) AS reported
        FROM collaboration_parties p JOIN collaborations c ON c.id = p.collaboration_id
       WHERE c.state IN ('active', 'completed', 'ended')
         AND c.starts_on <= :last AND (c.ended_on IS NULL OR c.ended_on >= :first)
         AND p.joined_on <= :last AND p.declined_at IS NULL AND (p.left_on IS NULL OR p.left_on >= :first)
         AND NOT EXISTS (SELECT 1 FROM yearly_questions q
                          WHERE q.collaboration_id = p.collaboration_id AND q.organisation_id = p.organisation_id
                            AND q.year = :year)
       ORDER BY p.organisation_id, p.collaboration_id
       LIMIT :batch
    )
    INSERT INTO yearly_questions (collaboration_id, organisation_id, year, asked_at, answered_at, answer)
    SELECT collaboration_id, organisation_id, :year, :now,
           CASE WHEN reported THEN CAST(:now AS timestamptz) END, CASE WHEN reported THEN 'reported' END
      FROM due
    ON CONFLICT DO NOTHING
    RETURNING organisation_id, collaboration_id, answer
""")


def ask(session: Session, *, now: datetime) -> int:
    """Ask the parties about the year that is over; those of collaborations entered late are asked when they are there.
    Each organisation is told once of all that it is asked; how many questions were asked."""
    year = asked_year(now.astimezone(HERE).date())
    first, last = span(year)
    values = {"first": first, "last": last, "year": year, "now": now, "batch": BATCH}
    rows = session.execute(_ASK, values).all()
    _tell_each(session, [row[:2] for row in rows if row[2] is None], "yearly_asked", year, now=now)
    return len(rows)


def remind(session: Session, *, now: datetime) -> int:
    """Ask again after 30 days, and after 60 tell the organisation's own managers; how many questions."""
    waiting = YearlyQuestion.answer.is_(None), YearlyQuestion.escalated_at.is_(None)
    late = now - ESCALATED_AFTER >= _SINCE
    order = YearlyQuestion.organisation_id, YearlyQuestion.collaboration_id
    wanted = select(YearlyQuestion).where(*waiting).order_by(*order).limit(BATCH)
    escalated = session.scalars(wanted.where(late).with_for_update(skip_locked=True)).all()
    due = YearlyQuestion.reminded_at.is_(None), now - REMINDED_AFTER >= _SINCE
    reminded = session.scalars(wanted.where(~late, *due).with_for_update(skip_locked=True)).all()
    for row in escalated:
        row.escalated_at = now
    for row in reminded:
        row.reminded_at = now
    for code, rows in (("yearly_escalated", escalated), ("yearly_reminded", reminded)):
        for year in sorted({row.year for row in rows}):
            pairs = [(row.organisation_id, row.collaboration_id) for row in rows if row.year == year]
            _tell_each(session, pairs, code, year, now=now)
    session.flush()
    return len(escalated) + len(reminded)


def nothing_to_report(
    session: Session, collaboration_id: UUID, organisation_id: UUID, year: int, *, now: datetime, by: Actor
) -> YearlyQuestion:
    """Answer for an organisation that a year brought nothing to report. Said twice it is one answer; an answer by a
    report stays. Raises NotFound where that was not asked."""
    wanted = select(YearlyQuestion).where(
        YearlyQuestion.collaboration_id == collaboration_id,
        YearlyQuestion.organisation_id == organisation_id,
        YearlyQuestion.year == year,
        YearlyQuestion.organisation_id.in_(own_of(by)),
    )
    row = session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound("question")
    if organisation_id not in voices(session, [organisation_id], by=by, today=now.astimezone(HERE).date()):
        raise Forbidden("outcome.answer")
    if row.answer is None:
        row.answer, row.answered_at, row.answered_by = "nothing", now, by.person_id
        _record(session, row, now=now, by=by)
        defer(session, MEASURE, {"collaboration": str(collaboration_id), "since": now.isoformat()}, now=now)
    session.flush()
    return row


def answered(session: Session, outcome: Outcome, *, now: datetime, by: Actor) -> None:
    """A reported outcome answers the question about its year, even where nothing was to be reported before."""
    linked = select(OutcomeCollaboration.collaboration_id).where(OutcomeCollaboration.outcome_id == outcome.id)
    wanted = select(YearlyQuestion).where(
        YearlyQuestion.collaboration_id.in_(linked),
        YearlyQuestion.organisation_id == outcome.organisation_id,
        YearlyQuestion.year == outcome.date_event.year,
        YearlyQuestion.answer.is_distinct_from("reported"),
    )
    for row in session.scalars(wanted.order_by(YearlyQuestion.collaboration_id).with_for_update()):
        _keep(session, row, now=now)
        row.answer, row.answered_at, row.answered_by = "reported", now, by.person_id
        _record(session, row, now=now, by=by)
    session.flush()


def _keep(session: Session, row: YearlyQuestion, *, now: datetime) -> None:
    """Let the answer that is given up be read as of the time until now."""
    if row.answer is not None:
        names = ("collaboration_id", "organisation_id", "year", "answered_at", "answered_by", "answer")
        former = insert(FormerYearlyAnswer).values(until=now, **{name: getattr(row, name) for name in names})
        session.execute(former.on_conflict_do_nothing())


def unreport(session: Session, outcome: Outcome, year: int, *, now: datetime, by: Actor) -> None:
    """Open the questions about a year again that only this outcome answered, once it no longer tells of that year; they
    wait for an answer from now on."""
    linked = select(OutcomeCollaboration.collaboration_id).where(OutcomeCollaboration.outcome_id == outcome.id)
    wanted = select(YearlyQuestion).where(
        YearlyQuestion.collaboration_id.in_(linked),
        YearlyQuestion.organisation_id == outcome.organisation_id,
        YearlyQuestion.year == year,
        YearlyQuestion.answer == "reported",
    )
    # Locked first, looked at then: of two that are withdrawn at once, the later one sees the other gone.
    rows = session.scalars(wanted.order_by(YearlyQuestion.collaboration_id).with_for_update()).all()
    others = (
        select(OutcomeCollaboration.collaboration_id)
        .join(Outcome, Outcome.id == OutcomeCollaboration.outcome_id)
        .where(OutcomeCollaboration.collaboration_id.in_([row.collaboration_id for row in rows]))
        .where(Outcome.organisation_id == outcome.organisation_id, Outcome.id != outcome.id)
        .where(Outcome.status.not_in(_UNSAID), Outcome.date_event.between(*span(year)))
    )
    told = set(session.scalars(others)) if rows else set()
    for row in rows:
        if row.collaboration_id not in told:
            _keep(session, row, now=now)
            row.answer = row.answered_at = row.answered_by = None
            row.asked_anew_at, row.reminded_at, row.escalated_at = now, None, None
            _record(session, row, now=now, by=by, verb="outcome.asked_anew")
    session.flush()


def _record(session: Session, row: YearlyQuestion, *, now: datetime, by: Actor, verb: str = "outcome.answered") -> None:
    details = {"year": row.year, "organisation": str(row.organisation_id), "answer": row.answer}
    subject = Subject("collaboration", row.collaboration_id)
    record(session, subject, verb, now=now, by=by.person_id, details=details)


def _tell_each(session: Session, pairs: Iterable[Sequence[UUID]], code: str, year: int, *, now: datetime) -> None:
    """Tell each organisation once, with the collaborations that it is asked about."""
    asked: dict[UUID, list[UUID]] = {}
    for organisation_id, collaboration_id in pairs:
        asked.setdefault(organisation_id, []).append(collaboration_id)
    today = now.astimezone(HERE).date()
    for organisation_id, ids in asked.items():
        details = {
            "organisation": dict(session.get_one(Organisation, organisation_id).name),
            "year": str(year),
            "number": len(ids),
            "list": "\n".join(_lines(session, ids)),
            "path": "outcomes/questions",
        }
        people = people_with_role(session, successor(session, organisation_id, today), _roles(code), now)
        if code != "yearly_escalated":
            people += named_people(session, ids, [organisation_id], today).get(organisation_id, [])
        tell(session, people, code, details, now=now)


def _roles(code: str) -> tuple[Role, ...]:
    return (Role.MANAGER,) if code == "yearly_escalated" else (Role.MANAGER, Role.HOST_MANAGER)


def _lines(session: Session, ids: Sequence[UUID]) -> list[str]:
    """The references of the collaborations, which read alike in every language."""
    wanted = select(Collaboration.reference).where(Collaboration.id.in_(ids)).order_by(Collaboration.reference)
    found = list(session.scalars(wanted.limit(MOST_NAMED)))
    return [*found, "…"] if len(ids) > MOST_NAMED else found
