"""Collaborations of the set: those that people proposed, and those that confirmed bookings opened, in their order."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.bookings.actions.confirming import CONFIRMED
from marketplace.collaborations.actions.closing import complete
from marketplace.collaborations.actions.joining import join_booking
from marketplace.collaborations.actions.parts import (
    add_funding,
    add_milestone,
    name_person,
    reach_milestone,
    replan_milestone,
)
from marketplace.collaborations.actions.proposing import accept, propose
from marketplace.collaborations.models import Collaboration, CollaborationKind, PartyRole, ReadinessScheme
from marketplace.collaborations.rules.days import today_of
from marketplace.collaborations.rules.parts import Money
from marketplace.collaborations.rules.sheet import PartyWish, Proposal, Sheet
from marketplace.jobs.models import Task, TaskState
from marketplace.sample import sheets
from marketplace.sample.actions.founding import Founded, actor

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Step = tuple[datetime, Callable[[], object]]


def collaborate(session: Session, founded: Founded, *, now: datetime) -> None:
    """Let people and bookings open the collaborations of the set, each at its moment up to `now`."""
    order = count()
    steps: list[tuple[datetime, int, Callable[[], object]]] = []
    for moment, work in _steps(session, founded, now):
        heapq.heappush(steps, (moment, next(order), work))
    while steps:
        heapq.heappop(steps)[2]()
    waiting = Task.name == CONFIRMED, Task.state == TaskState.WAITING
    session.execute(update(Task).where(*waiting).values(state=TaskState.DONE, done_at=now))


def _steps(session: Session, founded: Founded, now: datetime) -> Iterator[Step]:
    confirmed = select(Task).where(Task.name == CONFIRMED, Task.state == TaskState.WAITING).order_by(Task.id)
    for task in session.scalars(confirmed):
        yield task.created_at, _joining(session, task)
    for sheet in sheets.collaborations():
        told = _Told(session, founded, sheet, now)
        yield told.began, told.begin
        if "completed" in sheet:
            yield now - sheet["completed"] * DAY, told.complete


def _joining(session: Session, task: Task) -> Callable[[], object]:
    return lambda: join_booking(session, UUID(task.arguments["booking"]), now=task.created_at)


class _Told:
    """One collaboration as it is written down, played by its people."""

    def __init__(self, session: Session, founded: Founded, sheet: sheets.Sheet, now: datetime) -> None:
        self.session, self.founded, self.sheet, self.now = session, founded, sheet, now
        self.began = now - sheet["days_ago"] * DAY
        self.row: Collaboration | None = None

    def by(self, key: str, moment: datetime) -> Actor:
        """Somebody of the set."""
        return actor(self.session, self.founded.people[key], now=moment)

    def begin(self) -> None:
        """Propose it, have it accepted, and write down what hangs on it."""
        by = self.by(self.sheet["proposer"], self.began)
        self.row = row = propose(self.session, self._proposal(by), now=self.began, by=by)
        for number, key in enumerate(self.sheet["accepts"], start=1):
            moment = self.began + number * HOUR
            accept(self.session, row.id, row.version, now=moment, by=self.by(key, moment))
        self._parts(row, self.began + 4 * HOUR)

    def complete(self) -> None:
        """Close it with its report."""
        moment = self.now - self.sheet["completed"] * DAY
        by = self.by(self.sheet["proposer"], moment)
        assert self.row is not None
        complete(self.session, self.row.id, today_of(by, moment), self.sheet["report"], now=moment, by=by)

    def _proposal(self, by: Actor) -> Proposal:
        sheet, first = self.sheet, today_of(by, self.began)
        said = Sheet(
            title=sheets.localized(sheet["title"]),
            kind=CollaborationKind(sheet["kind"]),
            starts_on=first,
            ends_on=first + sheet["lasts"] * DAY,
            aim=sheet["aim"],
            scheme=ReadinessScheme(sheet["scheme"]) if "scheme" in sheet else None,
            level_now=sheet.get("level_now"),
            level_wanted=sheet.get("level_wanted"),
            agreement_number=sheet["agreement"],
            clauses=sheet.get("clauses", {}),
        )
        wishes = [
            PartyWish(self.founded.organisations[key], frozenset(PartyRole(role) for role in roles))
            for key, roles in sheet["parties"]
        ]
        return Proposal(sheet=said, parties=wishes)

    def _parts(self, row: Collaboration, moment: datetime) -> None:
        for named_by, key, role in self.sheet["people"]:
            by = self.by(named_by, moment)
            name_person(self.session, row.id, self.founded.people[key], role, now=moment, by=by)
        by = self.by(self.sheet["proposer"], moment)
        for funder, public, programme, award, minor, currency in self.sheet["funding"]:
            money = Money(
                funder=funder, public=public, programme=programme, award_number=award, amount_minor=minor,
                currency=currency,
            )  # fmt: skip
            add_funding(self.session, row.id, money, now=moment, by=by)
        for title, due, fate, late in self.sheet["milestones"]:
            made = add_milestone(self.session, row.id, title, row.starts_on + due * DAY, now=moment, by=by)
            if fate == "moved":
                replan_milestone(self.session, row.id, made.id, row.starts_on + late * DAY, now=moment, by=by)
            elif fate == "reached":
                day = self.began + late * DAY
                reach_milestone(
                    self.session,
                    row.id,
                    made.id,
                    row.starts_on + late * DAY,
                    now=day,
                    by=self.by(self.sheet["proposer"], day),
                )
