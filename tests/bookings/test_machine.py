"""A state machine of bookings against a calendar in plain Python: whatever is done in whatever order, they agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.availability.actions import ClosureRequest, close, lift, set_places
from marketplace.availability.models import Claim, ClaimKind
from marketplace.availability.queries import free
from marketplace.bookings.actions import Change, approve, cancel, decline, expire_due, move, request_booking
from marketplace.bookings.models import Booking
from marketplace.bookings.rules import BookingRequest
from marketplace.operations.actions.checking import check_in, check_out
from marketplace.values.period import Period
from marketplace.values.refusal import Refused, StateForbids
from tests.database import PinnedDatabase
from tests.factories.stage import Stage, at, make_stage

PLACES = 2
SET_UP, CLEAN_UP = timedelta(minutes=30), timedelta(minutes=60)
OPENS, CLOSES = 9, 18
DAYS = range(3, 7)  # Tuesday 3 to Friday 6 March 2026
NAMES = ("ada", "eve")


@dataclass
class Entry:
    """One booking or closure as a child would note it on a wall calendar."""

    id: UUID
    place: int | None
    period: Period
    state: str
    held_until: datetime | None = None
    who: str = ""

    def blocks(self, now: datetime) -> bool:
        """Whether it stands in others' way."""
        overdue = self.state == "held" and self.held_until is not None and self.held_until <= now
        return self.state in ("held", "confirmed", "in_use", "completed", "closure") and not overdue

    @property
    def blocked(self) -> Period:
        """With set-up and clean-up; a closure has none."""
        return self.period if self.state == "closure" else self.period.widened(SET_UP, CLEAN_UP)


class Wall:
    """The calendar in plain Python: lists and comparisons, nothing else."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def place_for(self, period: Period, now: datetime, *, without: UUID | None = None, first: int = 1) -> int | None:
        """The lowest place on which nothing is in the way, `first` before all others."""
        wanted = period.widened(SET_UP, CLEAN_UP)
        order = [first, *(place for place in range(1, PLACES + 1) if place != first)]
        for place in order:
            near = [each for each in self.entries if each.id != without and each.place in (None, place)]
            if not any(each.blocks(now) and each.blocked.overlaps(wanted) for each in near):
                return place
        return None

    def refuses(self, period: Period, now: datetime) -> bool:
        """Whether clock or opening hours forbid it."""
        opening = Period(_at(period.start, OPENS), _at(period.start, CLOSES))
        return period.start <= now or not opening.contains(period)

    def live(self, *states: str) -> list[Entry]:
        """The bookings in these states."""
        return [each for each in self.entries if each.state in states]


def _at(instant: datetime, hour: int) -> datetime:
    return instant.astimezone(at(1).tzinfo).replace(hour=hour, minute=0)


PERIODS = st.builds(
    lambda day, start, length: Period(
        at(day, 8) + timedelta(minutes=30 * start), at(day, 8) + timedelta(minutes=30 * (start + length))
    ),
    st.sampled_from(DAYS),
    st.integers(0, 20),
    st.integers(1, 8),
)
PICK = st.integers(0, 1000)


class Bookings(RuleBasedStateMachine):
    """Every verb, by chance; after each the database and the wall calendar say the same."""

    database: ClassVar[PinnedDatabase]
    stage: Stage
    session: Session

    @initialize()
    def open_the_lab(self) -> None:
        """Two places, set-up and clean-up, a host who decides."""
        self.context = self.database.reading()
        self.session = self.context.__enter__()
        self.savepoint = self.session.begin_nested()
        self.now = at(2, 9)
        self.stage = make_stage(self.session, self.now)
        self.stage.rules(set_up=30, clean_up=60, approval_days=1)
        set_places(self.session, self.stage.unit.id, PLACES, now=self.now, by=self.stage.actor("bo"))
        self.wall = Wall()

    def teardown(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "savepoint"):
            self.savepoint.rollback()
            self.context.__exit__(None, None, None)

    def attempt(self, work: Any) -> Any:
        """Do something that may be refused; what is refused leaves nothing behind."""
        try:
            with self.session.begin_nested():
                return work()
        except (Refused, StateForbids) as no:
            self.session.expire_all()
            return no

    @rule(period=PERIODS, who=st.sampled_from(NAMES))
    def ask(self, period: Period, who: str) -> None:
        """Somebody asks for a place."""
        wish = BookingRequest(unit_id=self.stage.unit.id, period=period)
        by = self.stage.actor(who)
        answer = self.attempt(lambda: request_booking(self.session, wish, now=self.now, by=by))
        place = self.wall.place_for(period, self.now)
        if self.wall.refuses(period, self.now):
            assert isinstance(answer, Refused)
            assert "taken" not in answer.codes
        elif place is None:
            assert isinstance(answer, Refused)
            assert answer.codes == ("taken",)
        else:
            assert isinstance(answer, Booking)
            assert answer.place == place
            self.wall.entries.append(Entry(answer.id, place, period, "held", answer.held_until, who))

    @rule(pick=PICK, period=PERIODS)
    def move(self, pick: int, period: Period) -> None:
        """Somebody wants another time."""
        entry = self._some(pick, "held", "confirmed", "in_use", "completed", "cancelled", "expired")
        if entry is None:
            return
        by = self.stage.actor(entry.who)
        answer = self.attempt(lambda: move(self.session, entry.id, Change(period=period), now=self.now, by=by))
        fixed = not entry.blocks(self.now) or entry.state in ("in_use", "completed") or entry.period.start <= self.now
        place = self.wall.place_for(period, self.now, without=entry.id, first=entry.place or 1)
        if fixed:
            assert isinstance(answer, StateForbids)
        elif period == entry.period:
            assert isinstance(answer, Booking)
        elif self.wall.refuses(period, self.now):
            assert isinstance(answer, Refused)
        elif place is None:
            assert isinstance(answer, Refused)
            assert answer.codes == ("taken",)
        else:
            assert isinstance(answer, Booking)
            inside = entry.period.contains(period)
            entry.state = entry.state if inside or entry.state == "held" else "held"
            entry.period, entry.place, entry.held_until = period, place, answer.held_until
            assert answer.place == place

    @rule(pick=PICK, yes=st.booleans())
    def decide(self, pick: int, yes: bool) -> None:
        """The host says yes or no."""
        entry = self._some(pick, "held", "confirmed", "declined", "expired")
        if entry is None:
            return
        bo = self.stage.actor("bo")
        if yes:
            answer = self.attempt(lambda: approve(self.session, entry.id, now=self.now, by=bo))
        else:
            answer = self.attempt(lambda: decline(self.session, entry.id, "No", now=self.now, by=bo))
        if entry.state == "held" and entry.blocks(self.now):
            assert isinstance(answer, Booking)
            entry.state, entry.held_until = ("confirmed" if yes else "declined"), None
        else:
            assert isinstance(answer, StateForbids)

    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        """Somebody needs it no more."""
        entry = self._some(pick, "held", "confirmed", "in_use", "cancelled")
        if entry is None:
            return
        by = self.stage.actor(entry.who)
        answer = self.attempt(lambda: cancel(self.session, entry.id, now=self.now, by=by))
        if entry.state in ("held", "confirmed") and entry.blocks(self.now) and entry.period.end > self.now:
            assert isinstance(answer, Booking)
            entry.state = "cancelled"
        else:
            assert isinstance(answer, StateForbids)

    @rule(pick=PICK, leave=st.booleans())
    def arrive(self, pick: int, leave: bool) -> None:
        """Somebody comes, or goes."""
        entry = self._some(pick, "held", "confirmed", "in_use")
        if entry is None:
            return
        by = self.stage.actor(entry.who)
        verb = check_out if leave else check_in
        answer = self.attempt(lambda: verb(self.session, entry.id, now=self.now, by=by))
        today = _at(entry.period.start, 0) <= self.now < entry.period.end
        if leave and entry.state == "in_use":
            assert isinstance(answer, Booking)
            entry.state = "completed"
        elif not leave and entry.state == "confirmed" and today:
            assert isinstance(answer, Booking)
            entry.state = "in_use"
        else:
            assert isinstance(answer, (Refused, StateForbids))

    @rule(period=PERIODS)
    def close(self, period: Period) -> None:
        """The host closes the lab for a time."""
        bo = self.stage.actor("bo")
        request = ClosureRequest(period=period)
        answer = self.attempt(lambda: close(self.session, self.stage.unit.id, request, now=self.now, by=bo))
        bookings = [each for each in self.wall.entries if each.state != "closure" and each.blocks(self.now)]
        if any(each.blocked.overlaps(period) for each in bookings):
            assert isinstance(answer, Refused)
            assert answer.codes == ("bookings_in_the_way",)
        else:
            (closure,) = answer
            self.wall.entries.append(Entry(closure.id, None, period, "closure"))

    @rule(pick=PICK)
    @precondition(lambda self: any(each.state == "closure" for each in self.wall.entries))
    def open_again(self, pick: int) -> None:
        """The host lifts a closure."""
        entry = self._some(pick, "closure")
        assert entry is not None
        lift(self.session, entry.id, now=self.now, by=self.stage.actor("bo"))
        entry.state = "lifted"

    @rule(hours=st.integers(1, 30), tidy=st.booleans())
    def wait(self, hours: int, tidy: bool) -> None:
        """Time passes; the job may or may not have been there."""
        self.now = min(self.now + timedelta(hours=hours), at(8))
        if tidy:
            expire_due(self.session, now=self.now)
            for entry in self.wall.live("held"):
                if not entry.blocks(self.now):
                    entry.state = "expired"

    @invariant()
    def free_time_is_what_the_wall_leaves(self) -> None:
        """Every half hour of every day, place by place: free exactly where the wall has room for a half hour."""
        if not hasattr(self, "wall"):
            return
        day = DAYS[len(self.wall.entries) % len(DAYS)]
        stretches = free(self.session, self.stage.unit.id, Period(at(day), at(day + 1)), self.now)
        for half in range(2 * OPENS, 2 * CLOSES):
            slot = Period(at(day) + timedelta(minutes=30 * half), at(day) + timedelta(minutes=30 * half + 30))
            offered = any(stretch.period.contains(slot) for stretch in stretches)
            granted = not self.wall.refuses(slot, self.now) and self.wall.place_for(slot, self.now) is not None
            assert offered == granted, slot

    @invariant()
    def states_and_claims_agree(self) -> None:
        """Each booking stands where the wall says, and exactly those that block hold a claim."""
        if not hasattr(self, "wall"):
            return
        bookings = [each for each in self.wall.entries if each.state not in ("closure", "lifted")]
        rows = {row.id: row for row in self.session.scalars(select(Booking))}
        assert {each.id: each.state for each in bookings} == {id: row.state.value for id, row in rows.items()}
        held = select(Claim.holder_id, func.count()).where(Claim.kind == ClaimKind.BOOKING).group_by(Claim.holder_id)
        claims = dict(self.session.execute(held).all())
        needed = {each.id for each in bookings if each.blocks(self.now)}
        assert needed <= claims.keys(), "whoever blocks holds a claim"
        assert all(number == 1 for number in claims.values())

    def _some(self, pick: int, *states: str) -> Entry | None:
        entries = self.wall.live(*states)
        return entries[pick % len(entries)] if entries else None


def run(database: PinnedDatabase, *, examples: int, steps: int) -> None:
    """Play the machine so many times for so many steps."""
    Bookings.database = database
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Bookings, settings=chosen)


def test_bookings_agree_with_a_wall_calendar(database: PinnedDatabase) -> None:
    run(database, examples=8, steps=20)


@pytest.mark.full
def test_bookings_agree_with_a_wall_calendar_for_long(database: PinnedDatabase) -> None:
    run(database, examples=500, steps=50)
