"""Collaborations that many open or answer at once: one of a pair, one answer that stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.bookings.models import Booking
from marketplace.collaborations.actions.joining import join_booking
from marketplace.collaborations.actions.proposing import accept
from marketplace.collaborations.models import Collaboration, CollaborationBooking, CollaborationParty
from marketplace.database import Database
from tests.cast import make_cast
from tests.database import Server
from tests.factories.collaborations import make_sides
from tests.factories.stage import hours
from tests.races.conftest import CLIENTS, INFO, Track

BOOKINGS = 8
ROUNDS = 4


@dataclass
class Table:
    """Confirmed bookings of one pair, and an invitation, all committed."""

    track: Track
    bookings: list[UUID]
    invitation: UUID
    bo: Actor
    now: datetime

    def join(self, booking_id: UUID) -> Callable[[Session], object]:
        """What the worker does with a confirmation."""
        return lambda session: join_booking(session, booking_id, now=self.now)

    def count(self, kind: type) -> int:
        """How many rows there are."""
        with self.track.database.reading() as session:
            return session.scalar(select(func.count()).select_from(kind)) or 0

    def clear(self) -> None:
        """As before anything was joined."""

        def work(session: Session) -> None:
            session.execute(text("DELETE FROM collaboration_bookings"))
            pairs = "(SELECT id FROM collaborations WHERE pair IS NOT NULL)"
            session.execute(text(f"DELETE FROM collaboration_parties WHERE collaboration_id IN {pairs}"))
            session.execute(text("DELETE FROM collaborations WHERE pair IS NOT NULL"))

        self.track.do(work)


@pytest.fixture
def table(server: Server, now: datetime) -> Iterator[Table]:
    with server.copy() as url:
        database = Database(url, pool_size=CLIENTS + 2, info=INFO)
        yield database.transact(lambda session: _laid(session, database, now))
        database.dispose()


def _laid(session: Session, database: Database, now: datetime) -> Table:
    sides = make_sides(session, make_cast(session, now=now), now)
    bookings: list[Booking] = [sides.booked(hours(3 + day, 10, 12)) for day in range(3)]
    bookings += [sides.booked(hours(3 + day, 13, 15)) for day in range(3)]
    bookings += [sides.booked(hours(3 + day, 16, 17)) for day in range(2)]
    invitation = sides.proposed(sides.institute.id, sides.cast.firm.id)
    bo = sides.actor("bo")
    track = Track(database, now, sides.stage.unit.id, bo, [])
    return Table(track, [each.id for each in bookings], invitation.id, bo, now)


def test_one_pair_opens_one(table: Table) -> None:
    for _ in range(ROUNDS):
        answers = table.track.race([table.join(id) for id in table.bookings])
        assert answers.counts == {"won": BOOKINGS}, answers.errors
        assert table.count(Collaboration) == 2  # the invitation is the other
        assert table.count(CollaborationBooking) == BOOKINGS
        assert table.count(CollaborationParty) == 3 + 2
        table.clear()


def test_without_the_index_there_would_be_several(table: Table) -> None:
    """The control: it is the index that makes it one, so the race really runs."""
    table.track.do(lambda session: session.execute(text("DROP INDEX uq_collaborations_pair")))
    most = 0
    for _ in range(ROUNDS):
        table.track.race([table.join(id) for id in table.bookings])
        most = max(most, table.count(Collaboration) - 1)
        table.clear()
    assert most > 1


def test_the_same_confirmation_told_twice_is_one(table: Table) -> None:
    answers = table.track.race([table.join(table.bookings[0]) for _ in range(CLIENTS)])
    assert answers.counts == {"won": CLIENTS}, answers.errors
    assert table.count(CollaborationBooking) == 1 and table.count(Collaboration) == 2


def test_one_of_many_answers_stands(table: Table) -> None:
    later = table.now + timedelta(minutes=1)
    works: list[Callable[[Session], object]] = [
        lambda session: accept(session, table.invitation, 1, now=later, by=table.bo) for _ in range(CLIENTS)
    ]
    answers = table.track.race(works)
    assert answers.counts == {"won": 1, "StateForbids": CLIENTS - 1}, answers.errors
