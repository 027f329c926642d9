"""The versions of a facility's terms: the one in force, all versions, and who accepted which for what."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.terms.models import TermsAcceptance, TermsVersion


def current_terms(session: Session, facility_id: UUID) -> TermsVersion | None:
    """The version in force: the last one published, None where the host demands nothing."""
    versions = select(TermsVersion).where(TermsVersion.facility_id == facility_id)
    return session.scalar(versions.order_by(TermsVersion.number.desc()).limit(1))


def terms_version(session: Session, facility_id: UUID, number: int) -> TermsVersion | None:
    """One version by its number, None where there is no such version."""
    chosen = TermsVersion.facility_id == facility_id, TermsVersion.number == number
    return session.scalar(select(TermsVersion).where(*chosen))


def version_by_id(session: Session, version_id: UUID) -> TermsVersion | None:
    """One version by its id; who may see its facility is the caller's question."""
    return session.get(TermsVersion, version_id)


def terms_versions(session: Session, facility_id: UUID) -> Sequence[TermsVersion]:
    """All versions, the newest first."""
    versions = select(TermsVersion).where(TermsVersion.facility_id == facility_id)
    return session.scalars(versions.order_by(TermsVersion.number.desc())).all()


def acceptance_for(session: Session, subject_id: UUID) -> TermsAcceptance | None:
    """The latest acceptance for one booking."""
    chosen = select(TermsAcceptance).where(TermsAcceptance.subject_id == subject_id)
    return session.scalar(chosen.order_by(TermsAcceptance.accepted_at.desc()).limit(1))
