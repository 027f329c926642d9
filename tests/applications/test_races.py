"""Officers who decide at once, workers who draft at once: one decision, one draft; with a control that must fail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from config import Settings
from marketplace.accounts.models import Person, Role
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries.organisations import people_with_role
from marketplace.applications.actions.drafting import draft
from marketplace.applications.actions.loading import Loaded, demand_verb
from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import Application, ApplicationEvent, Verb
from marketplace.applications.rules.steps import Step
from marketplace.bookings.models import Booking
from marketplace.bookings.queries.permits import latest_plan
from marketplace.database import Database
from marketplace.permits.models import VaultEntry
from marketplace.values.refusal import StateForbids
from tests.applications.conftest import LICENCE, RESTRICTED, make_office, open_agency
from tests.applications.test_counterparts import FLOWS, RULE
from tests.cast import actor_of, join, make_person
from tests.factories.stage import hours

ROUNDS = 3


def lay(database: Database, settings: Settings, now: object, *, filed: bool) -> tuple[UUID, UUID, list[Actor]]:
    """A booking with its application filed, and two officers of one authority."""

    def work(session: Session) -> tuple[UUID, UUID, list[Actor]]:
        office = make_office(session, settings, now)  # type: ignore[arg-type]
        other = make_person(session, "Chun Ho", now=office.now)
        join(session, other, office.stage.cast.agency, Role.AGENCY_OFFICER, now=office.now)
        both = [office.actor("cheng"), actor_of(session, other, now=office.now)]
        booking = office.stage.book(hours(30, 10, 12, month=7), flows=RESTRICTED)
        if not filed:
            return booking.id, booking.id, both
        draft(session, booking.id, now=office.now)
        row = office.applications(booking)[LICENCE]
        office.step(row, Verb.FILE, "bo")
        return booking.id, row.id, both

    return database.transact(work)


@pytest.mark.parametrize("verbs", [(Verb.GRANT, Verb.GRANT), (Verb.GRANT, Verb.REFUSE)])
def test_two_officers_decide_at_once_and_one_decision_stands(
    committed: Database, settings: Settings, now: object, verbs: tuple[Verb, Verb]
) -> None:
    booking_id, row_id, officers = lay(committed, settings, now, filed=True)
    gate = Barrier(2)

    def decide(number: int) -> str:
        gate.wait()
        try:
            step = Step(note="Decided.")
            committed.transact(
                lambda session: take_step(session, row_id, verbs[number], step, now=now, by=officers[number])  # type: ignore[arg-type]
            )
        except StateForbids:
            return "late"
        return "decided"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(decide, range(2)))
    assert answers == ["decided", "late"]
    with committed.reading() as session:
        decisions = select(func.count()).where(
            ApplicationEvent.application_id == row_id, ApplicationEvent.verb.in_((Verb.GRANT, Verb.REFUSE))
        )
        assert session.scalar(decisions) == 1
        granted = session.get_one(Application, row_id).entries
        assert session.scalar(select(func.count()).select_from(VaultEntry)) == len(granted)
        assert session.get_one(Booking, booking_id).version > 1


def test_two_offices_take_the_filing_at_once_and_it_counts(
    committed: Database, settings: Settings, now: object
) -> None:
    def work(session: Session) -> tuple[UUID, list[tuple[UUID, Actor]]]:
        office = make_office(session, settings, now)  # type: ignore[arg-type]
        officers = [open_agency(session, code, code, now=office.now) for code in ("AGY-HK-DPO", "AGY-CN-CAC-GD")]
        rows = office.applications(booking := office.book(FLOWS))
        sides = ((rows[RULE], "ada"), (rows[f"{RULE}/host"], "bo"))
        for row, who in sides:
            office.step(row, Verb.FILE, who)
        return booking.id, [
            (row.id, actor_of(session, each, now=office.now)) for (row, _), each in zip(sides, officers, strict=True)
        ]

    booking_id, sides = committed.transact(work)
    gate = Barrier(2)

    def grant(number: int) -> None:
        row_id, by = sides[number]
        gate.wait()
        committed.transact(
            lambda session: take_step(session, row_id, Verb.GRANT, Step(), now=now, by=by)  # type: ignore[arg-type]
        )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(grant, range(2)))
    with committed.reading() as session:
        plan = latest_plan(session, booking_id)
        assert plan is not None
        assert "DAT-02" not in plan.awaited
        entries = session.scalars(select(VaultEntry)).all()
        assert sorted(entry.beside for entry in entries) == sorted([[row_id] for row_id, _ in sides])


@pytest.mark.parametrize("late", [Verb.WITHDRAW, Verb.NOTE])
def test_what_is_withdrawn_while_it_is_granted_is_one_or_the_other(
    committed: Database, settings: Settings, now: object, late: Verb
) -> None:
    _, row_id, officers = lay(committed, settings, now, filed=True)

    def applicant(session: Session) -> Actor:
        row = session.get_one(Application, row_id)
        [person] = people_with_role(session, row.applicant_id, [Role.HOST_MANAGER], now)  # type: ignore[arg-type]
        return actor_of(session, session.get_one(Person, person), now=now)  # type: ignore[arg-type]

    by = [committed.transact(applicant), officers[0]]
    gate = Barrier(2)

    def step(number: int) -> str:
        gate.wait()
        verb, told = (late, Step(note="Mine.")) if number == 0 else (Verb.GRANT, Step())
        try:
            committed.transact(lambda session: take_step(session, row_id, verb, told, now=now, by=by[number]))  # type: ignore[arg-type]
        except StateForbids:
            return "late"
        return verb.value

    with ThreadPoolExecutor(2) as pool:
        answers = set(pool.map(step, range(2)))
    with committed.reading() as session:
        row = session.get_one(Application, row_id)
        events = session.scalars(select(ApplicationEvent).where(ApplicationEvent.application_id == row_id)).all()
        assert sorted(each.number for each in events) == list(range(1, len(events) + 1))
        assert row.state.value == ("withdrawn" if "withdraw" in answers else "granted")
        assert len(row.entries) == (row.state.value == "granted")


def test_two_workers_draft_at_once_and_each_application_is_there_once(
    committed: Database, settings: Settings, now: object
) -> None:
    booking_id, _, _ = lay(committed, settings, now, filed=False)
    gate = Barrier(2)

    def work(_: int) -> int:
        gate.wait()
        return committed.transact(lambda session: draft(session, booking_id, now=now))  # type: ignore[arg-type]

    with ThreadPoolExecutor(2) as pool:
        changed = sorted(pool.map(work, range(2)))
    assert changed[0] == 0
    assert changed[1] >= 1


def test_without_the_lock_both_would_decide(
    committed: Database, settings: Settings, now: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: if nothing goes wrong here, the races above prove nothing."""
    free = text("SELECT id FROM units WHERE id = (SELECT unit_id FROM bookings WHERE id = :booking)")
    monkeypatch.setattr("marketplace.bookings.actions.locking._FOR_BOOKING", free)
    _, row_id, officers = lay(committed, settings, now, filed=True)
    looked = Barrier(2, timeout=10)

    def demand_and_wait(session: Session, found: Loaded, verb: Verb, by: Actor) -> bool:
        outside = demand_verb(session, found, verb, by)
        looked.wait()
        return outside

    monkeypatch.setattr("marketplace.applications.actions.steps.demand_verb", demand_and_wait)
    refused = []

    def decide(number: int) -> None:
        try:
            with committed.unit_of_work() as session:
                take_step(session, row_id, Verb.GRANT, Step(), now=now, by=officers[number])  # type: ignore[arg-type]
        except Exception as error:
            refused.append(type(error))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(decide, range(2)))
    assert StateForbids not in refused, "nobody was told in time that it is decided"
    assert len(refused) <= 1
