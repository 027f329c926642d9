"""What people ask for about their own data: to have it, or to have it erased; each is answered by a day."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Id, Instant, text_enum


class RequestKind(Enum):
    """To have everything that is kept, or to have it erased."""

    EXPORT = "export"
    ERASURE = "erasure"


class RequestLaw(Enum):
    """Whose law counts the days."""

    HK = "hk"
    CN = "cn"
    MO = "mo"
    OTHER = "other"


class RequestState(Enum):
    """Open until an administrator's word, or until whoever asked takes it back."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PrivacyRequest(Base):
    """One request about somebody's own data. Of each kind only one is open at a time."""

    __tablename__ = "privacy_requests"
    __table_args__ = (
        CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
            name="decided_when_closed",
        ),
        Index("uq_privacy_requests_open", "person_id", "kind", unique=True, postgresql_where="state = 'open'"),
        Index("ix_privacy_requests_due", "due_on", postgresql_where="state = 'open'"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[RequestKind] = mapped_column(text_enum(RequestKind))
    law: Mapped[RequestLaw] = mapped_column(text_enum(RequestLaw))
    state: Mapped[RequestState] = mapped_column(text_enum(RequestState), default=RequestState.OPEN)
    asked_at: Mapped[Instant] = mapped_column(doc="when it reached us: a letter may be entered days later")
    due_on: Mapped[dt.date] = mapped_column(doc="the last day for the answer")
    entered_by: Mapped[UUID] = mapped_column(doc="themselves, or the administrator who took their letter")
    entered_at: Mapped[Instant]
    note: Mapped[str | None] = mapped_column(Text, doc="what was asked, in their words; erased with the person")
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(Text, doc="what they were told; erased with the person")
    kept: Mapped[list[str]] = mapped_column(JSONB, default=list, doc="codes of what stayed after an erasure")
