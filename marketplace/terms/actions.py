"""Publishing a version of the terms, and accepting one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.catalogue.actions.facilities import locked
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.terms.models import TermsAcceptance, TermsVersion
from marketplace.terms.queries import current_terms
from marketplace.terms.rules import LONGEST, digest
from marketplace.values.localized import normalise


def publish_terms(
    session: Session, facility_id: UUID, text: Mapping[str, str], *, now: datetime, by: Actor
) -> TermsVersion:
    """A new version of the terms, in force at once for new bookings; the text in force, given again, stays it.
    Bookings keep the version they were made under. Raises `Invalid` for an empty text."""
    facility = locked(session, facility_id, by)  # one at a time, so that numbers have no gap
    kept = normalise(dict(text), field="terms", max_length=LONGEST, required=True, multiline=True)
    present = current_terms(session, facility_id)
    if present is not None and present.digest == digest(kept):
        return present
    version = TermsVersion(
        id=new_id(),
        facility_id=facility.id,
        number=present.number + 1 if present else 1,
        text=kept,
        digest=digest(kept),
        published_at=now,
        published_by=by.person_id,
    )
    session.add(version)
    details = {"number": version.number, "digest": version.digest}
    record(session, Subject("facility", facility.id), "terms.published", now=now, by=by.person_id, details=details)
    session.flush()
    return version


def accept(
    session: Session, version: TermsVersion, subject_id: UUID, organisation_id: UUID, *, now: datetime, by: UUID
) -> TermsAcceptance:
    """Note that a person accepted a version for an organisation and a booking; a second time changes nothing.
    Whether the person may do so is the caller's question."""
    row = {
        "id": new_id(),
        "terms_version_id": version.id,
        "subject_id": subject_id,
        "organisation_id": organisation_id,
        "accepted_by": by,
        "accepted_at": now,
        "digest": version.digest,
    }
    session.execute(insert(TermsAcceptance).values(row).on_conflict_do_nothing())
    chosen = TermsAcceptance.terms_version_id == version.id, TermsAcceptance.subject_id == subject_id
    return session.scalars(
        select(TermsAcceptance).where(*chosen, TermsAcceptance.organisation_id == organisation_id)
    ).one()
