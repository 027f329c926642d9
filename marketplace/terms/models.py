"""What the host demands: versions of a facility's terms, and who accepted which."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, Localized


class TermsVersion(Base):
    """Clauses and text as they were published, never changed afterwards; `digest` is what an acceptance names."""

    __tablename__ = "terms_versions"
    __table_args__ = (UniqueConstraint("facility_id", "number"),)

    id: Mapped[Id]
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"))
    number: Mapped[int]
    text: Mapped[Localized]
    clauses: Mapped[Document] = mapped_column(default=dict, doc="by name, as `terms.clauses` tells them")
    digest: Mapped[str] = mapped_column(Text, doc="SHA-256, hexadecimal, over the canonical JSON of text and clauses")
    published_at: Mapped[Instant]
    published_by: Mapped[UUID | None]


class TermsAcceptance(Base):
    """Somebody accepted one version for an organisation, for one booking."""

    __tablename__ = "terms_acceptances"
    __table_args__ = (UniqueConstraint("terms_version_id", "subject_id", "organisation_id"),)

    id: Mapped[Id]
    terms_version_id: Mapped[UUID] = mapped_column(ForeignKey("terms_versions.id"))
    subject_id: Mapped[UUID] = mapped_column(doc="the booking for which it was accepted")
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    accepted_by: Mapped[UUID]
    accepted_at: Mapped[Instant]
    digest: Mapped[str] = mapped_column(Text)
