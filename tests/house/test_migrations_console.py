"""The console's step, down and up again with rows in its tables and in the states that it brought."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.actions.seeing import begin
from marketplace.accounts.models import SignInSession
from marketplace.catalogue.actions.reviewing import suspend
from marketplace.database import Database
from marketplace.jobs.actions import defer
from marketplace.jobs.models import Task, TaskState
from marketplace.migrating import migrate, unmigrate
from marketplace.notices.models import Mail, MailState
from marketplace.platform.actions import change
from marketplace.platform.rules import MAILS_KEPT
from marketplace.privacy.actions.requests import Asked, ask
from marketplace.privacy.models import RequestKind
from tests.conftest import INFO
from tests.database import Server
from tests.factories.figures import at
from tests.factories.stage import make_stage

NOW = at(2026, 3, 2, 9)
STATES = "SELECT (SELECT min(state) FROM tasks), (SELECT min(state) FROM mails), (SELECT state FROM facilities)"


def fill(session: Session) -> None:
    stage = make_stage(session, NOW)
    dee = stage.actor("dee")
    suspend(session, stage.facility.id, "No such hood.", now=NOW, by=dee)
    ask(session, Asked(kind=RequestKind.EXPORT), now=NOW, by=stage.actor("ada"))
    change(session, MAILS_KEPT, "60", seen=0, reason="Enough.", now=NOW, by=dee.id)
    browser = SignInSession(
        token_digest=b"x", person_id=dee.id, created_at=NOW, last_seen_at=NOW, methods=["password"], browser=""
    )
    session.add(browser)
    session.flush()
    begin(session, stage.cast.ada.id, browser.id, "Her desk is empty.", now=NOW, by=dee)
    defer(session, "search.refresh_facility", {}, now=NOW + timedelta(hours=1))
    for task in session.scalars(select(Task)):
        task.state, task.done_at = TaskState.CANCELLED, NOW
    for mail in session.scalars(select(Mail)):
        mail.state = MailState.CANCELLED
    session.flush()


def test_what_has_a_new_state_takes_the_nearest_old_one(server: Server) -> None:
    with server.copy() as url:
        database = Database(url, pool_size=1, info=INFO)
        database.transact(fill)
        with database.reading() as session:
            assert tuple(session.execute(text(STATES)).one()) == ("cancelled", "cancelled", "suspended")
        database.dispose()
        unmigrate(url, revision="0039")
        with database.reading() as session:
            assert tuple(session.execute(text(STATES)).one()) == ("dead", "dead", "paused")
        database.dispose()
        migrate(url)
        with database.reading() as session:
            counts = "SELECT count(*) FROM privacy_requests"
            assert session.execute(text(counts)).scalar_one() == 0
        database.dispose()
