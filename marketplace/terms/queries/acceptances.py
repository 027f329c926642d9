"""The record of an acceptance: both sides, who acted for each, when, and which version by its digest."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import Organisation
from marketplace.accounts.queries import names_of
from marketplace.catalogue.models import Facility
from marketplace.terms.models import AcceptanceDocument, TermsAcceptance, TermsVersion
from marketplace.values.refusal import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceRecord:
    """The host accepts by publishing the version, the user's side by accepting it for a booking."""

    acceptance: TermsAcceptance
    version: TermsVersion
    facility: Facility
    host: Organisation
    organisation: Organisation
    accepted_by: str
    published_by: str


def acceptance_record(session: Session, acceptance_id: UUID) -> AcceptanceRecord:
    """One acceptance with all that stands beside it; who may see its booking is the caller's question."""
    host, user = aliased(Organisation), aliased(Organisation)
    wanted = (
        select(TermsAcceptance, TermsVersion, Facility, host, user)
        .join(TermsVersion, TermsVersion.id == TermsAcceptance.terms_version_id)
        .join(Facility, Facility.id == TermsVersion.facility_id)
        .join(host, host.id == Facility.organisation_id)
        .join(user, user.id == TermsAcceptance.organisation_id)
    )
    found = session.execute(wanted.where(TermsAcceptance.id == acceptance_id)).first()
    if found is None:
        raise NotFound("acceptance")
    acceptance, version, facility, its_host, organisation = found
    acted = {acceptance.accepted_by} | ({version.published_by} if version.published_by else set())
    names = names_of(session, acted)
    return AcceptanceRecord(
        acceptance=acceptance,
        version=version,
        facility=facility,
        host=its_host,
        organisation=organisation,
        accepted_by=names.get(acceptance.accepted_by, ""),
        published_by=names.get(version.published_by, "") if version.published_by else "",
    )


def acceptance_document(session: Session, acceptance_id: UUID, language: str) -> AcceptanceDocument | None:
    """The PDF of an acceptance in a language, asked for or made; None where nobody asked."""
    chosen = AcceptanceDocument.acceptance_id == acceptance_id, AcceptanceDocument.language == language
    return session.scalar(select(AcceptanceDocument).where(*chosen))
