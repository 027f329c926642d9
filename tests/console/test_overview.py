"""What needs a decision: each kind with its number and its first, in one statement whatever there is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.console.queries.deadlines import ending
from marketplace.console.queries.overview import Waiting, today, waiting
from marketplace.database import Database
from marketplace.jobs.actions import defer
from marketplace.jobs.models import Task, TaskState
from marketplace.notices.actions import mail_to_address
from marketplace.notices.models import Mail, MailState
from marketplace.privacy.actions.requests import Asked, ask
from marketplace.privacy.models import RequestKind
from tests.cast import Cast, actor_of, make_organisation
from tests.database import counting_statements
from tests.factories.approvals import entered, verified


def fill(session: Session, cast: Cast, now: datetime) -> None:
    early = make_organisation(session, "New Firm", now=now, verified=False)
    early.submitted_at = now - timedelta(days=3)
    make_organisation(session, "Newer Firm", now=now, verified=False)
    entered(session, cast, now=now)
    verified(session, cast, now=now, number="ends", valid_to=today(now) + timedelta(days=12))
    verified(session, cast, now=now, number="lasts", valid_to=today(now) + timedelta(days=31))
    ask(session, Asked(kind=RequestKind.EXPORT), now=now, by=actor_of(session, cast.ada, now=now))
    defer(session, "search.refresh_facility", {}, now=now - timedelta(hours=1))
    session.execute(update(Task).values(state=TaskState.DONE))
    session.execute(update(Mail).values(state=MailState.SENT))
    defer(session, "search.refresh_facility", {}, now=now - timedelta(minutes=6))
    mail_to_address(session, "new@example.org", "sign_up", {"path": "x"}, language="en", now=now)
    session.execute(update(Mail).where(Mail.address == "new@example.org").values(state=MailState.DEAD))
    session.flush()


def test_each_kind_is_counted_and_its_first_named(session: Session, cast: Cast, now: datetime) -> None:
    dee = actor_of(session, cast.dee, now=now)
    assert waiting(session, by=dee, now=now) == []
    fill(session, cast, now)
    found = {one.kind: one for one in waiting(session, by=dee, now=now)}
    assert {kind: one.count for kind, one in found.items()} == {
        Waiting.ORGANISATIONS: 2,
        Waiting.PRIVACY: 1,
        Waiting.VAULT: 1,
        Waiting.APPROVALS_ENDING: 1,
        Waiting.MAILS_DEAD: 1,
        Waiting.TASKS_OVERDUE: 1,
    }
    assert found[Waiting.ORGANISATIONS].since == now - timedelta(days=3)
    assert found[Waiting.PRIVACY].day == date(2026, 4, 11), "forty days in Hong Kong"
    assert found[Waiting.APPROVALS_ENDING].day == date(2026, 3, 14)
    assert list(found) == [kind for kind in Waiting if kind in found], "who would suffer first comes first"


def test_it_takes_one_statement(session: Session, cast: Cast, now: datetime, database: Database) -> None:
    dee = actor_of(session, cast.dee, now=now)
    fill(session, cast, now)
    with counting_statements(database) as statements:
        waiting(session, by=dee, now=now)
    assert len(statements) == 1


def test_what_ends_soon_is_listed_by_its_day(session: Session, cast: Cast, now: datetime) -> None:
    fill(session, cast, now)
    (row,) = ending(session, on=today(now), limit=10)
    assert (row.kind, row.day) == ("approval", date(2026, 3, 14))
    assert ending(session, on=today(now), limit=10, offset=1) == []
