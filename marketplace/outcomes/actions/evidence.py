"""What shows an outcome, and what it belongs to: files and addresses, further collaborations, sessions of use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import CollaborationBooking, CollaborationParty
from marketplace.files.models import StoredFile
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.operations.models import UseSession
from marketplace.outcomes.actions.writing import MEASURE, allow, day_of, locked
from marketplace.outcomes.models import (
    Outcome,
    OutcomeCollaboration,
    OutcomeEvidence,
    OutcomeSession,
    OutcomeStatus,
)
from marketplace.outcomes.queries.sides import reporting_for
from marketplace.outcomes.rules.shapes import EVIDENCE_KINDS
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid, NotFound, StateForbids

MOST: Final = 50
# What is over stays as it was judged.
_CLOSED: Final = (OutcomeStatus.WITHDRAWN, OutcomeStatus.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Something that shows an outcome: a file that was brought, or an address; with the words that matter in it."""

    kind: str
    file_id: UUID | None = None
    url: str = ""
    retrieved_on: date | None = None
    quote: str = ""


def add_evidence(session: Session, outcome_id: UUID, paper: Paper, *, now: datetime, by: Actor) -> OutcomeEvidence:
    """Add a file of the actor's own, or an address. The digest of a file stays even where the file goes."""
    row = _open(session, outcome_id, "outcome.show", now=now, by=by)
    here = OutcomeEvidence.outcome_id == row.id
    if (session.scalar(select(func.count()).select_from(OutcomeEvidence).where(here)) or 0) >= MOST:
        raise Invalid.one("evidence", "too_many_items", max=MOST)
    if paper.kind not in EVIDENCE_KINDS:
        raise Invalid.one("kind", "choice")
    if (paper.file_id is None) == (not paper.url.strip()):
        raise Invalid.one("file", "outcome_paper_one")
    if paper.retrieved_on is not None and paper.retrieved_on > day_of(now):
        raise Invalid.one("retrieved_on", "outcome_future")
    kept = OutcomeEvidence(
        outcome_id=row.id,
        version=row.version,
        kind=paper.kind,
        url=_address(paper.url),
        retrieved_on=paper.retrieved_on,
        quote=clean_text(paper.quote, 2000, field="quote", multiline=True),
        added_at=now,
        added_by=by.person_id,
    )
    if paper.file_id is not None:
        file = session.get(StoredFile, paper.file_id)
        if file is None or by.person_id is None or file.uploaded_by != by.person_id:
            raise Invalid.one("file", "unknown")
        kept.file_id, kept.digest = file.id, file.sha256
    session.add(kept)
    session.flush()
    _record(session, row, "outcome.shown", now=now, by=by, evidence=str(kept.id), digest=kept.digest)
    return kept


def remove_evidence(session: Session, outcome_id: UUID, evidence_id: UUID, *, now: datetime, by: Actor) -> None:
    """Take a paper away that nobody has checked; of a checked one the row stays, for a level rests on it."""
    row = _open(session, outcome_id, "outcome.show", now=now, by=by)
    kept = session.get(OutcomeEvidence, evidence_id, with_for_update=True)
    if kept is None or kept.outcome_id != row.id:
        raise NotFound("evidence")
    if kept.checked_at is not None:
        raise StateForbids("checked", "outcome.show")
    _record(session, row, "outcome.unshown", now=now, by=by, evidence=str(kept.id), digest=kept.digest)
    session.delete(kept)
    session.flush()


def link_collaboration(session: Session, outcome_id: UUID, collaboration_id: UUID, *, now: datetime, by: Actor) -> None:
    """Say that an outcome belongs to a further collaboration of the reporter's; its parties see it from then on."""
    row = _open(session, outcome_id, "outcome.link", now=now, by=by)
    mine = reporting_for(session, collaboration_id, by=by, today=day_of(now))
    if row.organisation_id not in mine:
        known = select(CollaborationParty.organisation_id).where(
            CollaborationParty.collaboration_id == collaboration_id,
            CollaborationParty.organisation_id.in_(by.organisations()),
        )
        raise (
            NotFound("collaboration")
            if session.scalar(known.limit(1)) is None
            else Invalid.one("collaboration", "outcome_not_reporters")
        )
    if session.get(OutcomeCollaboration, (row.id, collaboration_id)) is None:
        session.add(OutcomeCollaboration(outcome_id=row.id, collaboration_id=collaboration_id, linked_at=now))
        session.flush()
        _record(session, row, "outcome.linked", now=now, by=by, collaboration=str(collaboration_id))
        defer(session, MEASURE, {"outcome": str(row.id)}, now=now)


def link_session(session: Session, outcome_id: UUID, session_id: UUID, *, now: datetime, by: Actor) -> None:
    """Say of which session of use an outcome came: of a booking of its collaborations. Raises Invalid."""
    row = _open(session, outcome_id, "outcome.link", now=now, by=by)
    belonging = (
        select(UseSession.id)
        .join(CollaborationBooking, CollaborationBooking.booking_id == UseSession.booking_id)
        .join(
            OutcomeCollaboration,
            OutcomeCollaboration.collaboration_id == CollaborationBooking.collaboration_id,
        )
        .where(UseSession.id == session_id, OutcomeCollaboration.outcome_id == row.id)
        .where(UseSession.superseded_at.is_(None))
    )
    if session.scalar(belonging) is None:
        raise Invalid.one("session", "unknown")
    if _link(session, row.id, session_id) is None:
        session.add(OutcomeSession(outcome_id=row.id, session_id=session_id))
        session.flush()
        _record(session, row, "outcome.linked", now=now, by=by, use=str(session_id))


def unlink_session(session: Session, outcome_id: UUID, session_id: UUID, *, now: datetime, by: Actor) -> None:
    """Undo a link to a session of use; raises NotFound where there is none."""
    row = _open(session, outcome_id, "outcome.link", now=now, by=by)
    link = _link(session, row.id, session_id)
    if link is None:
        raise NotFound("session")
    session.delete(link)
    session.flush()
    _record(session, row, "outcome.unlinked", now=now, by=by, use=str(session_id))


def _link(session: Session, outcome_id: UUID, session_id: UUID) -> OutcomeSession | None:
    """The link to a session by whichever of its rows: it may have been corrected since."""
    line = select(UseSession.line_id).where(UseSession.id == session_id).scalar_subquery()
    rows = select(UseSession.id).where(UseSession.line_id == line)
    chosen = select(OutcomeSession).where(OutcomeSession.outcome_id == outcome_id, OutcomeSession.session_id.in_(rows))
    return session.scalar(chosen.limit(1))


def _open(session: Session, outcome_id: UUID, verb: str, *, now: datetime, by: Actor) -> Outcome:
    row = locked(session, outcome_id, now=now, by=by)
    allow(session, verb, row.organisation_id, now=now, by=by)
    if row.status in _CLOSED:
        raise StateForbids(row.status.value, verb)
    return row


def _address(url: str) -> str | None:
    """A web address as it is kept, or nothing. Raises Invalid."""
    text = clean_text(url, 1000, field="url")
    if not text:
        return None
    try:
        parts = urlsplit(text)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        fit = False
    if not fit:
        raise Invalid.one("url", "url")
    return text


def _record(session: Session, row: Outcome, verb: str, *, now: datetime, by: Actor, **details: str | None) -> None:
    told = {name: value for name, value in details.items() if value is not None}
    record(session, Subject("outcome", row.id), verb, now=now, by=by.person_id, details=told)
