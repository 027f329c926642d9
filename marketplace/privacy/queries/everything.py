"""Everything that is kept about one person, for them to take along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import ApiToken, Deputy, Membership, Organisation, Person, SeeingAs, SignInSession
from marketplace.applications.models import Application, ApplicationEvent
from marketplace.bookings.models import Booking, Message, Thread
from marketplace.catalogue.models import ListingReport
from marketplace.collaborations.models import CollaborationFile, CollaborationPerson
from marketplace.database import Base
from marketplace.files.models import StoredFile
from marketplace.history.models import HistoryEntry, HistoryText
from marketplace.notices.models import Notice, NoticeChoice
from marketplace.operations.actions.erasing import worded_by
from marketplace.operations.models import Fault, UseSession
from marketplace.outcomes.actions.erasing import naming
from marketplace.outcomes.models import (
    FormerYearlyAnswer,
    Outcome,
    OutcomeEvent,
    OutcomeEvidence,
    OutcomeVersion,
    YearlyQuestion,
)
from marketplace.permits.models import VaultEntry
from marketplace.permits.rules.travellers import PERSON, TRAVELS
from marketplace.privacy.models import PrivacyRequest
from marketplace.privacy.rules.keeping import KEPT
from marketplace.spillovers.models import ComparisonConsent, EvidencePack
from marketplace.terms.models import TermsAcceptance

# Keys and their digests are not data about a person: whoever got hold of the file could use or guess at them.
SECRETS = frozenset(
    {"password_hash", "totp_secret", "totp_step", "recovery_codes", "calendar_secret", "token_digest", "mark",
     "text_digest", "written_in", "request_digest", "session_id"}
)  # fmt: skip

# What the file holds beside the instant of its making, each a list of rows.
KINDS = (
    "person", "organisations", "deputies", "sessions", "api_tokens", "bookings", "uses", "faults", "travels", "threads",
    "messages",
    "terms_accepted", "vault", "collaborations", "collaboration_files", "applications", "application_steps",
    "application_files", "outcomes", "outcome_versions", "outcome_events", "outcome_evidence", "yearly_answers",
    "evidence_packs", "comparison_consents", "notices", "notice_choices", "listing_reports", "privacy_requests",
    "seen_by_administrators",
    "history", "kept_after_leaving",
)  # fmt: skip


def everything_about(session: Session, person_id: UUID, *, now: datetime) -> dict[str, Any]:
    """One JSON object: a list of plain rows per kind, instants in ISO 8601, ids as text; secrets left out."""
    return {
        "exported_at": now.isoformat(),
        "person": _rows(session.scalars(select(Person).where(Person.id == person_id)).all()),
        "organisations": _organisations(session, person_id),
        "deputies": _deputies(session, person_id),
        "sessions": _of(session, SignInSession, SignInSession.person_id, person_id),
        "api_tokens": _of(session, ApiToken, ApiToken.person_id, person_id),
        "bookings": _bookings(session, person_id),
        "uses": _uses(session, person_id),
        "faults": _of(session, Fault, Fault.reported_by, person_id),
        "travels": _travels(session, person_id),
        "threads": _of(session, Thread, Thread.person_id, person_id),
        "messages": _of(session, Message, Message.sender_id, person_id),
        "terms_accepted": _of(session, TermsAcceptance, TermsAcceptance.accepted_by, person_id),
        "vault": _of(session, VaultEntry, VaultEntry.person_id, person_id),
        "collaborations": _of(session, CollaborationPerson, CollaborationPerson.person_id, person_id),
        "collaboration_files": _shared(session, person_id),
        **_applications(session, person_id),
        **_outcomes(session, person_id),
        "evidence_packs": _packs(session, person_id),
        "comparison_consents": _consents(session, person_id),
        "notices": _of(session, Notice, Notice.recipient_id, person_id),
        "notice_choices": _of(session, NoticeChoice, NoticeChoice.person_id, person_id),
        "listing_reports": _of(session, ListingReport, ListingReport.reported_by, person_id),
        "privacy_requests": _of(session, PrivacyRequest, PrivacyRequest.person_id, person_id),
        "seen_by_administrators": _of(session, SeeingAs, SeeingAs.person_id, person_id),
        "history": _history(session, person_id),
        "kept_after_leaving": [dict(each) for each in KEPT],
    }


def _deputies(session: Session, person_id: UUID) -> list[dict[str, Any]]:
    """For whom they stood in, and who stood in for them."""
    either = or_(Deputy.principal_id == person_id, Deputy.deputy_id == person_id)
    return _rows(session.scalars(select(Deputy).where(either)).all())


def _bookings(session: Session, person_id: UUID) -> list[dict[str, Any]]:
    """The bookings for them, and those that they made for others."""
    either = or_(Booking.person_id == person_id, Booking.booked_by == person_id)
    return _rows(session.scalars(select(Booking).where(either)).all())


def _applications(session: Session, person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Applications for permits of their own and those that they made for their bookings; every step of these, and those
    that they took elsewhere, with their papers."""
    booked = select(Booking.id).where(Booking.person_id == person_id)
    made = (Application.side == "user") & Application.booking_id.in_(booked)
    theirs = (Application.person_id == person_id) | made
    steps = or_(
        ApplicationEvent.by == person_id,
        ApplicationEvent.application_id.in_(select(Application.id).where(theirs)),
    )
    order = ApplicationEvent.application_id, ApplicationEvent.number
    brought = StoredFile.id.in_(select(ApplicationEvent.file_id).where(steps))
    files = session.scalars(select(StoredFile).where(brought).order_by(StoredFile.id)).all()
    return {
        "applications": _rows(session.scalars(select(Application).where(theirs).order_by(Application.id)).all()),
        "application_steps": _rows(session.scalars(select(ApplicationEvent).where(steps).order_by(*order)).all()),
        "application_files": [{**_row(file), "path": f"/files/{file.id}"} for file in files],
    }


def _outcomes(session: Session, person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Outcomes that they entered, versions that they recorded or that name them, and what else they said of any."""
    versions = select(OutcomeVersion).where(or_(OutcomeVersion.recorded_by == person_id, naming(person_id)))
    return {
        "outcomes": _of(session, Outcome, Outcome.created_by, person_id),
        "outcome_versions": _rows(session.scalars(versions.order_by(OutcomeVersion.id)).all()),
        "outcome_events": _of(session, OutcomeEvent, OutcomeEvent.by, person_id),
        "outcome_evidence": _of(session, OutcomeEvidence, OutcomeEvidence.added_by, person_id),
        "yearly_answers": _of(session, YearlyQuestion, YearlyQuestion.answered_by, person_id)
        + _of(session, FormerYearlyAnswer, FormerYearlyAnswer.answered_by, person_id),
    }


def _packs(session: Session, person_id: UUID) -> list[dict[str, Any]]:
    """The packs of evidence that they asked for, with the place of each archive."""
    wanted = select(EvidencePack).where(EvidencePack.asked_by == person_id).order_by(EvidencePack.id)
    return [{**_row(each), "path": f"/evidence/{each.id}"} for each in session.scalars(wanted)]


def _consents(session: Session, person_id: UUID) -> list[dict[str, Any]]:
    """The consents to comparisons that they gave or took back for their organisations."""
    theirs = or_(ComparisonConsent.given_by == person_id, ComparisonConsent.taken_back_by == person_id)
    return _rows(session.scalars(select(ComparisonConsent).where(theirs).order_by(ComparisonConsent.id)).all())


def _shared(session: Session, person_id: UUID) -> list[dict[str, Any]]:
    """The files that they shared with the parties of collaborations."""
    shared = select(CollaborationFile.file_id).where(CollaborationFile.added_by == person_id)
    files = session.scalars(select(StoredFile).where(StoredFile.id.in_(shared)).order_by(StoredFile.id)).all()
    return [{**_row(file), "path": f"/files/{file.id}"} for file in files]


def _uses(session: Session, person_id: UUID) -> list[dict[str, Any]]:
    """Their own use, and sessions beside which they wrote words, with every row that these ever were."""
    theirs = or_(UseSession.person_id == person_id, worded_by(person_id))
    return _rows(
        session.scalars(select(UseSession).where(theirs).order_by(UseSession.recorded_at, UseSession.id)).all()
    )


def _travels(session: Session, person_id: UUID) -> list[dict[str, Any]]:
    """What was stated of them as one of a team, each way with its booking; of bookings of others."""
    named = Booking.flows.contains({TRAVELS: [{PERSON: str(person_id)}]}), Booking.person_id != person_id
    return [
        {"booking": str(booking.id), **each}
        for booking in session.scalars(select(Booking).where(*named).order_by(Booking.id))
        for each in (booking.flows or {})[TRAVELS]
        if each.get(PERSON) == str(person_id)
    ]


def _of(session: Session, kind: type[Base], column: Any, person_id: UUID) -> list[dict[str, Any]]:
    return _rows(session.scalars(select(kind).where(column == person_id)).all())


def _organisations(session: Session, person_id: UUID) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Organisation.slug, Organisation.name, Membership.role, Membership.since)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id)
        .order_by(Organisation.slug, Membership.role)
    )
    return [
        {"slug": slug, "name": name, "role": role.value, "since": since.isoformat()} for slug, name, role, since in rows
    ]


def _history(session: Session, person_id: UUID) -> list[dict[str, Any]]:
    """What they did and what was done to their account; the words only where they are theirs or about them."""
    rows = session.execute(
        select(HistoryEntry, HistoryText.text)
        .outerjoin(HistoryText, HistoryText.entry_id == HistoryEntry.id)
        .where(
            or_(
                HistoryEntry.actor_id == person_id,
                (HistoryEntry.subject_kind == "person") & (HistoryEntry.subject_id == person_id),
            )
        )
        .order_by(HistoryEntry.at, HistoryEntry.id)
    )
    return [{**_row(entry), "text": text} for entry, text in rows]


def _rows(found: Sequence[Base]) -> list[dict[str, Any]]:
    return [_row(one) for one in found]


def _row(one: Base) -> dict[str, Any]:
    columns = inspect(type(one)).columns
    return {column.key: _plain(getattr(one, column.key)) for column in columns if column.key not in SECRETS}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value
