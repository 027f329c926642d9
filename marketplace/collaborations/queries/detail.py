"""All that hangs on one collaboration, as far as one reader sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.accounts.queries import names_of
from marketplace.applications.models import ApplicationState
from marketplace.applications.queries.lines import counts_of
from marketplace.bookings.models import Booking
from marketplace.bookings.queries.pages import BookingRow, rows_of
from marketplace.collaborations.models import (
    Collaboration,
    CollaborationBooking,
    CollaborationFile,
    CollaborationPerson,
    Funding,
    Milestone,
)
from marketplace.collaborations.queries.departed import told_titles
from marketplace.collaborations.queries.pages import CollaborationRow, collaboration_row
from marketplace.collaborations.queries.seats import visible_to
from marketplace.collaborations.rules.days import today_of
from marketplace.collaborations.rules.parts import MilestoneStanding, milestone_standing
from marketplace.files.models import StoredFile
from marketplace.operations.models import UseSession
from marketplace.operations.queries.sessions import sessions_of
from marketplace.terms.models import Framework

MOST_BOOKINGS = 100


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody whom a party named."""

    named: CollaborationPerson
    name: str


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone and how it stands on the reader's day."""

    milestone: Milestone
    standing: MilestoneStanding


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper with the name and size of its file, and whether the reader shared it."""

    paper: CollaborationFile
    file: StoredFile
    own: bool


@dataclass(frozen=True, slots=True)
class Use:
    """What really happened in the bookings that the reader sees: how often, and for how long, so far."""

    sessions: int = 0
    length: timedelta = timedelta()
    first: datetime | None = None
    of_each: Mapping[UUID, Use] = field(default_factory=dict)  # by booking


@dataclass(frozen=True, slots=True, kw_only=True)
class CollaborationPage:
    """One collaboration with everything on its page; `elsewhere` counts bookings that the reader may not see."""

    row: CollaborationRow
    today: date
    people: Sequence[PersonRow]
    funding: Sequence[Funding]
    milestones: Sequence[MilestoneRow]
    papers: Sequence[PaperRow]
    bookings: Sequence[BookingRow]
    elsewhere: int
    use: Use
    applications: Mapping[UUID, Mapping[ApplicationState, int]]
    framework: Framework | None

    @property
    def due(self) -> list[MilestoneRow]:
        """What is due soon or late, the earliest first."""
        return [row for row in self.milestones if row.standing in ("soon", "late")]

    @property
    def application_states(self) -> Mapping[ApplicationState, int]:
        """How many applications there are in each state."""
        found: Counter[ApplicationState] = Counter()
        for states in self.applications.values():
            found.update(states)
        return found


def collaboration_page(session: Session, collaboration_id: UUID, *, by: Actor, now: datetime) -> CollaborationPage:
    """One collaboration with all its parts, in a fixed number of statements; NotFound for a stranger."""
    row = collaboration_row(session, collaboration_id, by=by, now=now)
    today = today_of(by, now)
    bookings = _bookings(session, row, by=by, now=now)
    framework_id = row.sheet.framework_id
    return CollaborationPage(
        row=row,
        today=today,
        people=_people(session, row),
        funding=_funding(session, row),
        milestones=_milestones(session, row, today),
        papers=_papers(session, row, by),
        bookings=bookings,
        elsewhere=_linked_count(session, row) - len(bookings),
        use=_use(session, bookings, now),
        applications=counts_of(session, by, [each.id for each in bookings]) if bookings else {},
        framework=session.get(Framework, framework_id) if framework_id else None,
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A collaboration by its title."""

    id: UUID
    title: Mapping[str, str]


def collaboration_of(session: Session, booking_id: UUID, *, by: Actor, now: datetime) -> Named | None:
    """The collaboration that a booking belongs to, None where there is none that the reader sees."""
    linked = CollaborationBooking.collaboration_id == Collaboration.id, CollaborationBooking.booking_id == booking_id
    wanted = select(Collaboration).join(CollaborationBooking, linked[0]).where(linked[1], visible_to(by))
    row = session.scalar(wanted)
    return Named(row.id, told_titles(session, [row], by=by, now=now)[row.id]) if row else None


def _bookings(session: Session, row: CollaborationRow, *, by: Actor, now: datetime) -> list[BookingRow]:
    if row.sight.asked:
        return []
    linked = select(CollaborationBooking).where(CollaborationBooking.collaboration_id == row.id)
    ids = [one.booking_id for one in session.scalars(linked) if row.sight.saw(one.at)]
    return rows_of(session, Booking.id.in_(ids), by=by, now=now, limit=MOST_BOOKINGS) if ids else []


def _linked_count(session: Session, row: CollaborationRow) -> int:
    if row.sight.asked or row.sight.until is not None:
        return 0
    count = select(func.count()).where(CollaborationBooking.collaboration_id == row.id)
    return session.scalar(count) or 0


def _use(session: Session, bookings: Sequence[BookingRow], now: datetime) -> Use:
    found = sessions_of(session, [row.id for row in bookings])
    each = {id: _added_up(uses, now) for id, uses in found.items()}
    return replace(_added_up([use for uses in found.values() for use in uses], now), of_each=each)


def _added_up(uses: Sequence[UseSession], now: datetime) -> Use:
    lengths = [(use.checked_out_at or now) - use.checked_in_at for use in uses]
    return Use(len(uses), sum(lengths, timedelta()), min((use.checked_in_at for use in uses), default=None))


def _people(session: Session, row: CollaborationRow) -> list[PersonRow]:
    if row.sight.asked:
        return []
    wanted = select(CollaborationPerson).where(CollaborationPerson.collaboration_id == row.id)
    order = CollaborationPerson.organisation_id, CollaborationPerson.role != "lead", CollaborationPerson.named_at
    found = [one for one in session.scalars(wanted.order_by(*order)) if row.sight.saw(one.named_at)]
    names = names_of(session, {one.person_id for one in found})
    return [PersonRow(one, names.get(one.person_id, "")) for one in found]


def _funding(session: Session, row: CollaborationRow) -> list[Funding]:
    if row.sight.asked:
        return []
    wanted = select(Funding).where(Funding.collaboration_id == row.id, Funding.removed_at.is_(None))
    found = session.scalars(wanted.order_by(Funding.entered_at, Funding.id))
    return [one for one in found if row.sight.saw(one.entered_at)]


def _milestones(session: Session, row: CollaborationRow, today: date) -> list[MilestoneRow]:
    wanted = select(Milestone).where(Milestone.collaboration_id == row.id)
    found = session.scalars(wanted.order_by(Milestone.planned_on, Milestone.id))
    seen = [one for one in found if row.sight.saw(one.entered_at)]
    return [MilestoneRow(one, milestone_standing(one, row.sight.until or today)) for one in seen]


def _papers(session: Session, row: CollaborationRow, by: Actor) -> list[PaperRow]:
    wanted = (
        select(CollaborationFile, StoredFile)
        .join(StoredFile, StoredFile.id == CollaborationFile.file_id)
        .where(CollaborationFile.collaboration_id == row.id)
        .order_by(CollaborationFile.added_at, CollaborationFile.id)
    )
    return [
        PaperRow(paper, file, paper.added_by == by.person_id)
        for paper, file in session.execute(wanted)
        if row.sight.saw(paper.added_at) and (paper.kind == "agreement" or not row.sight.asked)
    ]
