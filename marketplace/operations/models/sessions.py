"""Sessions: stretches of real use of one place of a unit, kept so that what was known then can be read again."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.bookings.models import Purpose
from marketplace.database import Base, Id, Instant, text_enum

if TYPE_CHECKING:
    from sqlalchemy.engine.default import DefaultExecutionContext


class Source(Enum):
    """Who said when a session began or ended."""

    PERSON = "person"
    KIOSK = "kiosk"
    FEED = "feed"
    FILE = "file"
    RULE = "rule"


def _own_id(context: DefaultExecutionContext) -> UUID:
    found: UUID = context.get_current_parameters()["id"]  # type: ignore[no-untyped-call]
    return found


class UseSession(Base):
    """One stretch of real use, as it was recorded at an instant; a row with `superseded_at` is history.

    A row is written over in one way only: an open session gets its end at the very moment at which it ends. All else
    that is learnt later, an end that a rule supplies or a correction, is a new row which replaces the old one; the rows
    of one session share `line_id`. The exclusion constraint is the last word on two sessions at one place: an open one
    reaches to infinity.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        ExcludeConstraint(
            (text("uuidrange(unit_id, unit_id, '[]')"), "&&"),
            (text("int4range(place, place, '[]')"), "&&"),
            (text("tstzrange(checked_in_at, checked_out_at, '[)')"), "&&"),
            name="ex_sessions_one_per_place",
            using="gist",
            where=text("superseded_at IS NULL"),
        ),
        CheckConstraint("checked_out_at IS NULL OR checked_in_at <= checked_out_at", name="period_ascends"),
        CheckConstraint("place > 0", name="place_positive"),
        CheckConstraint("(checked_out_at IS NULL) = (end_source IS NULL)", name="ended_by_somebody"),
        CheckConstraint("(start_rule IS NOT NULL) = (start_source = 'rule')", name="start_by_rule"),
        CheckConstraint("(end_rule IS NOT NULL) = coalesce(end_source = 'rule', false)", name="end_by_rule"),
        CheckConstraint(
            "idle_seconds >= 0 AND preparation_seconds >= 0 AND post_seconds >= 0 AND samples >= 0"
            " AND operator_minutes >= 0",
            name="details_not_negative",
        ),
        CheckConstraint("superseded_at IS NULL OR superseded_at >= recorded_at", name="record_ascends"),
        CheckConstraint("(replaces_id IS NULL) = (line_id = id)", name="first_of_line"),
        UniqueConstraint("replaces_id"),
        Index(
            "uq_sessions_open",
            "booking_id",
            unique=True,
            postgresql_where="checked_out_at IS NULL AND superseded_at IS NULL",
        ),
        Index("ix_sessions_unit_id", "unit_id", "checked_in_at"),
        Index("ix_sessions_booking_id", "booking_id"),
        Index("ix_sessions_period", text("tstzrange(checked_in_at, checked_out_at)"), postgresql_using="gist"),
        Index("ix_sessions_line_id", "line_id"),
        Index("ix_sessions_person_id", "person_id", "checked_in_at"),
        Index("ix_sessions_superseded_at", "superseded_at", postgresql_where="superseded_at IS NOT NULL"),
        Index(
            "ix_sessions_running",
            "checked_in_at",
            postgresql_where="checked_out_at IS NULL AND superseded_at IS NULL",
        ),
    )

    id: Mapped[Id]
    booking_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("bookings.id"), doc="null for use without a booking, which is the host's own"
    )
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    place: Mapped[int]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), doc="whose use it is")
    person_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), doc="whose use it is; null where only a feed knows"
    )
    purpose: Mapped[Purpose | None] = mapped_column(text_enum(Purpose), doc="null: the booking's")
    checked_in_at: Mapped[Instant]
    checked_in_by: Mapped[UUID | None]
    checked_out_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    checked_out_by: Mapped[UUID | None]
    start_source: Mapped[Source] = mapped_column(text_enum(Source, name="start_source"), default=Source.PERSON)
    end_source: Mapped[Source | None] = mapped_column(text_enum(Source, name="end_source"))
    start_rule: Mapped[str | None] = mapped_column(Text, doc="null: measured; else the rule by which it was estimated")
    end_rule: Mapped[str | None] = mapped_column(Text, doc="null: measured; else the rule by which it was estimated")
    idle_seconds: Mapped[int | None] = mapped_column(
        doc="of the stretch, in which the machine stood by; null: nobody measured it. Effective = length - idle"
    )
    preparation_seconds: Mapped[int | None] = mapped_column(doc="of the stretch, before the test; null: not measured")
    post_seconds: Mapped[int | None] = mapped_column(doc="of the stretch, after the test; null: not measured")
    samples: Mapped[int | None]
    operator_minutes: Mapped[int | None] = mapped_column(doc="work of the host's operators")
    consumables: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[Instant] = mapped_column(doc="from when on this row stood")
    recorded_by: Mapped[UUID | None]
    superseded_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), doc="from when on another row stood in its place"
    )
    line_id: Mapped[UUID] = mapped_column(
        ForeignKey("sessions.id"),
        default=_own_id,
        doc="the first row of the session; its own id where none came before",
    )
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("sessions.id"))
    correction_reason: Mapped[str | None] = mapped_column(Text)

    @property
    def estimated(self) -> bool:
        """Whether a rule, and nobody's word, gave its beginning or end."""
        return self.start_rule is not None or self.end_rule is not None
