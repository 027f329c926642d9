"""Publishing a version of the terms, and accepting one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.catalogue.actions.facilities import locked
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.terms.actions.frameworks import ask_to_extend
from marketplace.terms.models import TermsAcceptance, TermsVersion
from marketplace.terms.queries import current_terms
from marketplace.terms.rules import LONGEST, digest
from marketplace.terms.rules.checking import Clauses, checked
from marketplace.values.localized import normalise
from marketplace.values.refusal import FieldError, Invalid


def publish_terms(
    session: Session,
    facility_id: UUID,
    text: Mapping[str, str],
    *,
    clauses: Mapping[str, Any] | None = None,
    now: datetime,
    by: Actor,
) -> TermsVersion:
    """A new version of the terms, in force at once for new bookings; what is in force, given again, stays it.
    Bookings keep the version they were made under. Raises `Invalid` where neither a text nor a clause says anything."""
    facility = locked(session, facility_id, by)  # one at a time, so that numbers have no gap
    settled, kept = _checked(text, clauses or {})
    present = current_terms(session, facility_id)
    if present is not None and present.digest == digest(kept, settled):
        return present
    version = TermsVersion(
        id=new_id(),
        facility_id=facility.id,
        number=present.number + 1 if present else 1,
        text=kept,
        clauses=settled,
        digest=digest(kept, settled),
        published_at=now,
        published_by=by.person_id,
    )
    session.add(version)
    details = {"number": version.number, "digest": version.digest}
    record(session, Subject("facility", facility.id), "terms.published", now=now, by=by.person_id, details=details)
    session.flush()
    ask_to_extend(session, facility, version, now=now, by=by)
    return version


def _checked(text: Mapping[str, str], clauses: Mapping[str, Any]) -> tuple[Clauses, dict[str, str]]:
    """Clauses and text as they are kept; every error of both at once."""
    errors: list[FieldError] = []
    settled: Clauses = {}
    kept: dict[str, str] = {}
    try:
        settled = checked(clauses)
    except Invalid as broken:
        errors += broken.errors
    try:
        needed = not settled and not errors
        kept = normalise(dict(text), field="terms", max_length=LONGEST, required=needed, multiline=True)
    except Invalid as broken:
        errors += broken.errors
    if errors:
        raise Invalid(errors)
    return settled, kept


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
