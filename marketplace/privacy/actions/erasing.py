"""Erasing a person from every concept that knows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, cast, delete, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from marketplace.accounts.actions import profile
from marketplace.accounts.models import Person
from marketplace.applications.models import Application, ApplicationEvent, Verb
from marketplace.bookings.actions.plans import REPLAN
from marketplace.bookings.models import Booking, BookingPlan, BookingState, Gate, Message, MessageFile, Thread
from marketplace.bookings.queries.permits import naming, own_ways, planned_bookings
from marketplace.bookings.rules.permits import without_travellers
from marketplace.catalogue.models import FacilityFile, ListingImport, ListingReport
from marketplace.collaborations.actions.erasing import leave_collaborations
from marketplace.collaborations.models import Collaboration, CollaborationFile
from marketplace.files.models import StoredFile
from marketplace.history.actions import Subject, erase_texts
from marketplace.history.models import HistoryEntry
from marketplace.jobs.actions import defer
from marketplace.notices.actions.inbox import UNSAID, forget
from marketplace.notices.models import Mail
from marketplace.operations.actions.erasing import unsay_machines, unsay_uses
from marketplace.operations.models import FaultPhoto
from marketplace.outcomes.actions import erasing as outcomes
from marketplace.outcomes.models import OutcomeEvidence
from marketplace.permits.models import ScreeningMatch, VaultEntry, VaultState, VaultUse
from marketplace.permits.rules.travellers import PERSON, TRAVELS
from marketplace.privacy.models import PrivacyRequest, RequestState
from marketplace.privacy.rules.keeping import DECISIONS
from marketplace.spillovers.actions.evidence import drop_packs
from marketplace.terms.models import AcceptanceDocument, TermsAcceptance, TermsVersion
from marketplace.values.refusal import Refusal, demand

HOLDING = (BookingState.HELD, BookingState.CONFIRMED, BookingState.IN_USE)


def erase(session: Session, person_id: UUID, *, now: datetime, by: UUID | None = None) -> None:
    """Erase a person: account, notices, messages, notes, files and reasons they wrote, their name in other people's
    notices, what was said about their bookings, and the history's texts about all that.

    Bookings stay, under the pseudonym; `by` is who did it where that is not themselves. Refused while one of theirs
    still lies ahead, or the account may not go yet.
    """
    profile.lock_managed(session, person_id)
    # Whoever books waits for the person too: no booking comes between the look at those ahead and the erasure.
    address = session.scalar(select(Person.email).where(Person.id == person_id).with_for_update(key_share=True))
    ahead = session.scalars(
        select(Booking.reference)
        .where(Booking.person_id == person_id, Booking.state.in_(HOLDING), Booking.ends_at > now)
        .order_by(Booking.starts_at)
    ).all()
    demand([Refusal("bookings_ahead", {"references": list(ahead)})] if ahead else [])
    booked = session.scalars(select(Booking.id).where(Booking.person_id == person_id)).all()
    _unsay(session, person_id, booked, now=now)
    held = _empty_vault(session, person_id, now=now)
    outcomes.unsay(session, person_id, unsaid=UNSAID)
    papers, applied = _unsay_applications(session, person_id, booked)
    leave_collaborations(session, person_id)
    _drop_files(session, person_id, papers)
    _drop_documents(session, person_id)
    drop_packs(session, person_id)
    if address is not None:
        # What was written to the bare address: sign-ups, resets, invitations. The last mail of all follows.
        session.execute(delete(Mail).where(func.lower(Mail.address) == address.lower()))
    _close_requests(session, person_id, now=now)
    pseudonym = profile.erase(session, person_id, now=now, by=by)
    own = session.scalars(select(Application.id).where(Application.person_id == person_id)).all()
    forget(session, person_id, pseudonym=pseudonym, bookings=booked, applications=own)
    asked = session.scalars(select(PrivacyRequest.id).where(PrivacyRequest.person_id == person_id)).all()
    requests = [Subject("privacy_request", id) for id in asked]
    about = [Subject("person", person_id), *requests, *(Subject("booking", id) for id in booked), *held, *applied]
    erase_texts(session, subjects=about, actor_id=person_id, address=address)


def _close_requests(session: Session, person_id: UUID, *, now: datetime) -> None:
    """With the person go the words of their requests; what was still open is answered by that."""
    theirs = PrivacyRequest.person_id == person_id
    closed = {"state": RequestState.WITHDRAWN, "decided_at": now, "decided_by": person_id}
    session.execute(update(PrivacyRequest).where(theirs, PrivacyRequest.state == RequestState.OPEN).values(closed))
    session.execute(update(PrivacyRequest).where(theirs).values(note=None, reason=None))


def _unsay(session: Session, person_id: UUID, booked: Sequence[UUID], *, now: datetime) -> None:
    """Take away what they wrote, and what others wrote beside their bookings: reasons name people."""
    session.execute(update(Message).where(Message.sender_id == person_id).values(text=""))
    session.execute(update(ListingReport).where(ListingReport.reported_by == person_id).values(text=UNSAID))
    asked = Thread.person_id == person_id, Thread.booking_id.is_(None)
    session.execute(update(Thread).where(*asked).values(subject=UNSAID))
    theirs = or_(Booking.booked_by == person_id, Booking.person_id == person_id)
    session.execute(update(Booking).where(theirs).values(note=None))
    _unsay_travel(session, person_id, now=now)
    session.execute(update(Booking).where(theirs, Booking.override_reason.is_not(None)).values(override_reason=UNSAID))
    ended = select(HistoryEntry.subject_id).where(
        HistoryEntry.actor_id == person_id, HistoryEntry.verb.in_(("booking.declined", "booking.cancelled"))
    )
    reasoned = or_(Booking.person_id == person_id, Booking.id.in_(ended))
    session.execute(update(Booking).where(reasoned, Booking.end_reason.is_not(None)).values(end_reason=UNSAID))
    decided = or_(Gate.booking_id.in_(booked), Gate.decided_by == person_id)
    session.execute(update(Gate).where(decided, Gate.reason.is_not(None)).values(reason=UNSAID))
    unsay_uses(session, person_id, unsaid=UNSAID)
    unsay_machines(session, person_id, unsaid=UNSAID)


def _unsay_travel(session: Session, person_id: UUID, *, now: datetime) -> None:
    """Of who travelled keep from where to where and when: plans of bookings stay what they were otherwise."""
    stated = Booking.person_id == person_id, Booking.flows.is_not(None)
    for booking in session.scalars(select(Booking).where(*stated)):
        booking.flows = without_travellers(booking.flows or {})
    _unsay_named(session, person_id, now=now)
    rows = select(BookingPlan).join(Booking, Booking.id == BookingPlan.booking_id).where(*stated)
    for row in session.scalars(rows):
        row.facts = without_travellers(row.facts)
        row.vault = [each for each in row.vault if not str(each.get("holder")).startswith("people_flows")]
    session.flush()


def _unsay_named(session: Session, person_id: UUID, *, now: datetime) -> None:
    """The same of them as one of a team for which somebody else booked; the others' ways stay, and what is still to
    come is planned without them."""
    person = str(person_id)
    named = {TRAVELS: [{PERSON: person}]}
    live = set(session.scalars(planned_bookings(now).where(naming(person_id))))
    for booking in session.scalars(select(Booking).where(naming(person_id)).order_by(Booking.id)):
        booking.flows = without_travellers(booking.flows or {}, person)
        if booking.id in live:
            defer(session, REPLAN, {"booking": str(booking.id)}, now=now)
    for row in session.scalars(select(BookingPlan).where(BookingPlan.facts.contains(named))):
        ways = own_ways(row, person_id)
        row.facts = without_travellers(row.facts, person)
        row.vault = [each for each in row.vault if each.get("holder") not in ways]
    session.flush()


def _empty_vault(session: Session, person_id: UUID, *, now: datetime) -> list[Subject]:
    """Take away what they held, what they wrote about others' approvals, and what the screening list found in them.

    An approval that a booking leaned on keeps an empty row: figures are counted from such uses, and stay what they
    were. The subjects are those whose history told of the approvals and the matches.
    """
    mine, said = VaultEntry.person_id == person_id, VaultEntry.reason.is_not(None)
    held = [Subject("vault_entry", id) for id in session.scalars(select(VaultEntry.id).where(mine))]
    used = select(VaultUse.entry_id).where(VaultUse.entry_id == VaultEntry.id).exists()
    session.execute(delete(VaultEntry).where(mine, not_(used)))
    revoked = {"state": VaultState.REVOKED, "revoked_at": func.coalesce(VaultEntry.revoked_at, now)}
    blank: dict[str, Any] = {
        **dict.fromkeys(("title", "number", "issuer"), UNSAID), "scope": {}, "parties": [], "file_id": None,
    }  # fmt: skip
    session.execute(update(VaultEntry).where(mine).values(blank | revoked | {"reason": UNSAID}))
    judged = (VaultEntry.revoked_by == person_id) | VaultEntry.id.in_(_rejected_by(person_id))
    session.execute(update(VaultEntry).where(judged, said).values(reason=UNSAID))
    found = ScreeningMatch.person_id == person_id
    held += [Subject("screening_match", id) for id in session.scalars(select(ScreeningMatch.id).where(found))]
    session.execute(delete(ScreeningMatch).where(found))
    reviewed = ScreeningMatch.reviewed_by == person_id, ScreeningMatch.reason.is_not(None)
    session.execute(update(ScreeningMatch).where(*reviewed).values(reason=UNSAID))
    return held


def _rejected_by(person_id: UUID) -> Select[UUID]:
    rejected = HistoryEntry.actor_id == person_id, HistoryEntry.verb == "vault.rejected"
    return select(HistoryEntry.subject_id).where(*rejected)


def _unsay_applications(
    session: Session, person_id: UUID, booked: Sequence[UUID]
) -> tuple[Sequence[UUID], list[Subject]]:
    """Take away what applications for permits of their own say, and what was noted on those of their bookings or by
    them; what an organisation filed and an authority decided stays (`KEPT`), its papers under no name of theirs.

    Answers the papers that nobody needs any more, and the subjects whose history told of all that.
    """
    own, about = Application.person_id == person_id, Application.booking_id.in_(booked)
    of_own = ApplicationEvent.application_id.in_(select(Application.id).where(own))
    of_theirs = ApplicationEvent.application_id.in_(select(Application.id).where(about))
    for name in ("number", "conditions", "reason"):
        said = getattr(Application, name) != ""
        session.execute(update(Application).where(own, said).values({name: UNSAID}))
    noted = (of_theirs | (ApplicationEvent.by == person_id)) & ApplicationEvent.verb.not_in(DECISIONS)
    session.execute(update(ApplicationEvent).where(of_own | noted, ApplicationEvent.note != "").values(note=UNSAID))
    bare = ApplicationEvent.details.op("-", return_type=JSONB)(cast(["number", "conditions"], ARRAY(Text)))
    needless = of_own | ((ApplicationEvent.by == person_id) & (ApplicationEvent.verb == Verb.NOTE))
    papers = session.scalars(
        select(ApplicationEvent.file_id).where(needless, ApplicationEvent.file_id.is_not(None))
    ).all()
    session.execute(update(ApplicationEvent).where(of_own).values(details=bare))
    session.execute(update(ApplicationEvent).where(needless).values(file_id=None))
    kept = StoredFile.id.in_(select(ApplicationEvent.file_id)), StoredFile.uploaded_by == person_id
    ending = func.coalesce(func.substring(StoredFile.name, r"\.[A-Za-z0-9]{1,8}$"), "")
    session.execute(update(StoredFile).where(*kept).values(name=func.concat(UNSAID, ending)))
    subjects = [Subject("application", id) for id in session.scalars(select(Application.id).where(own | about))]
    return [paper for paper in papers if paper], subjects


def _drop_files(session: Session, person_id: UUID, papers: Sequence[UUID] = ()) -> None:
    """Take away what they attached, their photos of faults too, what they uploaded for nothing, and `papers` that were
    about them alone; what listings, imports and records are made of stays."""
    written = select(Message.id).where(Message.sender_id == person_id)
    session.execute(delete(MessageFile).where(MessageFile.message_id.in_(written)))
    uploaded = select(StoredFile.id).where(StoredFile.uploaded_by == person_id)
    session.execute(delete(FaultPhoto).where(FaultPhoto.file_id.in_(uploaded)))
    kept = [
        select(name).where(name == StoredFile.id).exists()
        for name in (
            MessageFile.file_id,
            FacilityFile.file_id,
            ListingImport.file_id,
            ListingImport.prepared_id,
            VaultEntry.file_id,
            ApplicationEvent.file_id,
            OutcomeEvidence.file_id,
            CollaborationFile.file_id,
            Collaboration.report_file_id,
        )
    ]
    theirs = or_(StoredFile.uploaded_by == person_id, StoredFile.id.in_(papers))
    session.execute(delete(StoredFile).where(theirs, not_(or_(*kept))))


def _drop_documents(session: Session, person_id: UUID) -> None:
    """Take away the documents that name them; made again, they bear the pseudonym."""
    named = (
        select(AcceptanceDocument.id)
        .join(TermsAcceptance, TermsAcceptance.id == AcceptanceDocument.acceptance_id)
        .join(TermsVersion, TermsVersion.id == TermsAcceptance.terms_version_id)
        .where(or_(TermsAcceptance.accepted_by == person_id, TermsVersion.published_by == person_id))
    )
    gone = delete(AcceptanceDocument).where(AcceptanceDocument.id.in_(named)).returning(AcceptanceDocument.file_id)
    files = [file for file in session.scalars(gone).all() if file is not None]
    session.execute(delete(StoredFile).where(StoredFile.id.in_(files)))
