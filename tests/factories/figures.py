"""Rows that figures rest on, written plainly so that every instant and status is the test's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.bookings.actions.request import new_reference
from marketplace.bookings.models import Booking, BookingState, Purpose
from marketplace.collaborations.models import Collaboration, CollaborationBooking
from marketplace.database import new_id
from marketplace.operations.models import UseSession
from marketplace.outcomes.models import (
    Confidentiality,
    DatePrecision,
    Outcome,
    OutcomeCollaboration,
    OutcomeEvent,
    OutcomeParty,
    OutcomeShare,
    OutcomeStatus,
    OutcomeType,
    OutcomeVerb,
    OutcomeVersion,
)
from marketplace.spillovers.actions.snapshots import computed
from marketplace.spillovers.measuring import plain
from marketplace.spillovers.models import MetricValue
from marketplace.spillovers.queries.gathering import desk_for
from marketplace.spillovers.rules.scopes import PLATFORM, Frame, Scope, year_span
from tests.cast import Cast
from tests.factories.outcomes import collaboration_of
from tests.factories.stage import Stage
from tests.factories.uses import free_place, marked

HERE = ZoneInfo("Asia/Hong_Kong")
VERBS = {
    "draft": OutcomeVerb.DRAFT,
    "submitted": OutcomeVerb.SUBMIT,
    "confirmed": OutcomeVerb.CONFIRM,
    "disputed": OutcomeVerb.DISPUTE,
    "withdrawn": OutcomeVerb.WITHDRAW,
    "rejected": OutcomeVerb.SETTLE,
}


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    """An instant in Hong Kong."""
    return datetime(year, month, day, hour, tzinfo=HERE)


@dataclass
class Books:
    """Ada's university that uses what Bo's firm provides, and short ways to write down what came of it."""

    session: Session
    cast: Cast
    stage: Stage
    collaboration: Collaboration

    def outcome(self, type: str = "publication", status: str = "confirmed", **more: Any) -> Outcome:
        """An outcome with one version and the events until its status; `more` are fields of the version, and `day`,
        `level`, `known` (when it was entered), `doi`, `parties`, `shares`, `collaboration`."""
        day: date = more.pop("day", date(2025, 3, 1))
        known: datetime = more.pop("known", at(2025, 4, 1))
        level = more.pop("level", 2 if status == "confirmed" else 0)
        collaboration = more.pop("collaboration", self.collaboration)
        row = Outcome(
            id=new_id(),
            reference=new_reference(),
            collaboration_id=collaboration.id,
            organisation_id=self.cast.university.id,
            type=OutcomeType(type),
            status=OutcomeStatus(status),
            level=level,
            version=1,
            date_event=day,
            confidentiality=Confidentiality.PARTIES,
            created_at=known,
            submitted_at=None if status == "draft" else known,
        )
        self.session.add(row)
        self.session.flush()
        self.session.add(OutcomeCollaboration(outcome_id=row.id, collaboration_id=collaboration.id))
        self.version(row, 1, day=day, known=known, **more)
        steps = ["draft", *(["submitted"] if status != "draft" else []), *({status} - {"draft", "submitted"})]
        for number, step in enumerate(steps):
            self.event(row, step, known + timedelta(hours=number), level=level if step == status else 0)
        return row

    def version(self, row: Outcome, number: int, *, day: date, known: datetime, **more: Any) -> OutcomeVersion:
        """One version of what it says."""
        doi, parties, shares = more.pop("doi", None), more.pop("parties", None), more.pop("shares", {})
        precision = more.pop("precision", DatePrecision.DAY)
        identifiers = more.pop("identifiers", [("doi", doi)] if doi else [])
        version = OutcomeVersion(
            id=new_id(),
            outcome_id=row.id,
            number=number,
            recorded_at=known,
            type=row.type,
            title={"en": "Something"},
            date_event=day,
            precision=precision,
            identifiers=[{"scheme": s, "value": v, "normalised": v, "check_ok": True} for s, v in identifiers],
            confidentiality=more.pop("confidentiality", Confidentiality.PARTIES),
            creators=[{"organisations": [str(one.id) for one in author], "affiliations": list(names)}
                      for author, names in more.pop("authors", ())],
            **more,
        )  # fmt: skip
        self.session.add(version)
        self.session.flush()
        self._parties(version.id, parties, shares)
        return version

    def event(
        self, row: Outcome, status: str, when: datetime, *, level: int = 0, verb: str = "", version: int = 1
    ) -> None:
        """One event; the outcome is left as it stands."""
        said = self.cast.firm.id if status in ("confirmed", "disputed") else None
        known = self.session.query(OutcomeEvent).filter_by(outcome_id=row.id).count()
        self.session.add(
            OutcomeEvent(
                id=new_id(),
                outcome_id=row.id,
                number=known + 1,
                verb=OutcomeVerb(verb) if verb else VERBS[status],
                version=version,
                organisation_id=said,
                at=when,
                status=OutcomeStatus(status),
                level=level,
            )
        )
        self.session.flush()

    def use(self, who: Organisation, start: datetime, end: datetime | None, *, linked: bool = True) -> UseSession:
        """A booking of Bo's unit for whole hours around, and its session."""
        booking = Booking(
            id=new_id(),
            reference=new_reference(),
            unit_id=self.stage.unit.id,
            place=free_place(self.session, self.stage.unit.id, start, end),
            organisation_id=who.id,
            person_id=self.cast.ada.id,
            booked_by=self.cast.ada.id,
            state=BookingState.COMPLETED if end else BookingState.IN_USE,
            purpose=Purpose.RESEARCH,
            starts_at=start,
            ends_at=end or start + timedelta(hours=2),
            created_at=start - timedelta(days=9),
            updated_at=start,
        )
        self.session.add(booking)
        self.session.flush()
        if linked:
            link = CollaborationBooking(booking_id=booking.id, collaboration_id=self.collaboration.id, at=start)
            self.session.add(link)
        used = UseSession(
            id=new_id(),
            booking_id=booking.id,
            unit_id=booking.unit_id,
            checked_in_at=start,
            checked_in_by=self.cast.ada.id,
            checked_out_at=end,
            **marked(booking, start, end),
        )
        self.session.add(used)
        self.session.flush()
        return used

    def _parties(
        self, version: UUID, parties: Sequence[tuple[Organisation, str]] | None, shares: Mapping[Any, str]
    ) -> None:
        both = [(self.cast.firm, "provider"), (self.cast.university, "user")]
        for organisation, role in both if parties is None else parties:
            place = {"jurisdiction": organisation.jurisdiction_code, "sector": organisation.kind.value}
            row = OutcomeParty(version_id=version, organisation_id=organisation.id, role=role, **place)
            self.session.add(row)
        for organisation_id, share in shares.items():
            told = {"organisation_id": organisation_id, "share": Decimal(share), "basis": "agreement"}
            self.session.add(OutcomeShare(id=new_id(), version_id=version, **told))
        self.session.flush()


def make_books(session: Session, stage: Stage) -> Books:
    """A collaboration of the university and the firm since January 2024, without anything in it."""
    parties = [(stage.cast.firm, ["provider"]), (stage.cast.university, ["user"])]
    row = collaboration_of(session, parties, now=at(2024, 1, 8), starts_on=date(2024, 1, 8))
    return Books(session, stage.cast, stage, row)


def frame(scope: Scope = PLATFORM, year: int = 2025, as_of: datetime | None = None) -> Frame:
    """A year as it was known, in the end or at an instant."""
    return Frame(scope, year_span(year), (as_of or at(2026, 3, 1)).astimezone(UTC))


def figures(session: Session, of: Frame | None = None) -> dict[tuple[str, str], MetricValue]:
    """Every figure by metric and variant, computed from rows."""
    return {(each.metric, each.variant): each for each in computed(desk_for(session, of or frame()))}


def value(session: Session, metric: str, of: Frame | None = None, variant: str = "") -> Any:
    """One figure's value as numbers."""
    return plain(figures(session, of)[metric, variant].value)
