"""Jobs and mails for administrators: shown to overseers, retried by administrators alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole
from marketplace.jobs import actions as jobs
from marketplace.jobs.actions import defer, defer_long
from marketplace.jobs.models import Task, TaskState
from marketplace.notices.actions import mail_to_address, outbox
from marketplace.notices.models import Mail, MailState
from tests.cast import Cast, make_person, signed_in

PAGES = ("/en/admin/jobs", "/en/admin/jobs?state=dead", "/en/admin/jobs/long", "/en/admin/jobs/mails?state=nonsense")


@pytest.fixture
def dead(session: Session, now: datetime) -> tuple[Task, Mail]:
    defer(session, "search.refresh_facility", {"facility": "f"}, now=now)
    defer_long(session, "listings.import", {"file": "f"})
    mail_to_address(session, "new@example.org", "sign_up", {"path": "sign-up/s3cret"}, language="en", now=now)
    task, mail = session.scalars(select(Task)).one(), session.scalars(select(Mail)).one()
    task.state, task.last_error = TaskState.DEAD, "ValueError: <b>boom</b>"
    mail.state = MailState.DEAD
    return task, mail


def test_overseers_see_all_work_and_no_secret(client: FlaskClient, cast: Cast, dead: object) -> None:
    dee = signed_in(client, cast.dee)
    pages = [dee.get(page) for page in PAGES]
    assert [page.status_code for page in pages] == [200] * 4
    text = "".join(page.text for page in pages)
    assert "search.refresh_facility" in text and "listings.import" in text and "new@example.org" in text
    assert "s3cret" not in text
    assert "<b>boom" not in text


@pytest.mark.parametrize("who", ["ada", "bo", "cheng", "eve"])
def test_others_find_nothing_there(client: FlaskClient, cast: Cast, dead: object, who: str) -> None:
    visitor = signed_in(client, cast.people[who])
    assert {visitor.get(page).status_code for page in PAGES} == {404}


def test_an_administrator_gives_another_chance(
    client: FlaskClient, cast: Cast, dead: tuple[Task, Mail], session: Session
) -> None:
    dee = signed_in(client, cast.dee)
    assert dee.post(f"/en/admin/jobs/tasks/{dead[0].id}/retry").status_code == 303
    assert dee.post(f"/en/admin/jobs/mails/{dead[1].id}/retry").status_code == 303
    assert session.scalars(select(Task.state)).one() is TaskState.WAITING
    assert session.scalars(select(Mail.state)).one() is MailState.WAITING
    assert dee.post(f"/en/admin/jobs/tasks/{dead[0].id}/retry").status_code == 409


def test_an_auditor_reads_only(
    client: FlaskClient, cast: Cast, dead: tuple[Task, Mail], session: Session, now: datetime
) -> None:
    fay = make_person(session, "Fay Ho", now=now, platform_role=PlatformRole.AUDITOR)
    auditor = signed_in(client, fay)
    page = auditor.get("/en/admin/jobs?state=dead")
    assert page.status_code == 200
    assert "/retry" not in page.text
    assert auditor.post(f"/en/admin/jobs/tasks/{dead[0].id}/retry").status_code in (403, 404)
    assert session.scalars(select(Task.state)).one() is TaskState.DEAD


def test_what_nobody_needs_is_cancelled_with_a_reason(
    client: FlaskClient, cast: Cast, dead: tuple[Task, Mail], session: Session
) -> None:
    dee = signed_in(client, cast.dee)
    for kind, row in (("tasks", dead[0]), ("mails", dead[1])):
        path = f"/en/admin/jobs/{kind}/{row.id}/cancel"
        assert dee.get(path).status_code == 200
        assert dee.post(path, data={"reason": " "}).status_code == 422
        assert dee.post(path, data={"reason": "The address is wrong."}).status_code == 303
        assert dee.post(path, data={"reason": "Again."}).status_code == 409
    task, mail = session.scalars(select(Task).where(Task.id == dead[0].id)).one(), session.get_one(Mail, dead[1].id)
    assert (task.state, mail.state) == (TaskState.CANCELLED, MailState.CANCELLED)
    assert "path" not in mail.details, "a link that was never sent is forgotten"
    assert "The address is wrong." in dee.get("/en/admin/history?verb=mail.cancelled").text
    assert "Cancelled" in dee.get("/en/admin/jobs?state=cancelled").text
    assert "Tasks given up" not in dee.get("/en/admin").text


def test_what_is_cancelled_is_pruned_in_time(
    dead: tuple[Task, Mail], cast: Cast, session: Session, now: datetime
) -> None:
    jobs.cancel(session, dead[0].id, "Nobody needs it.", now=now, by=cast.dee.id)
    outbox.cancel(session, dead[1].id, "Nobody needs it.", now=now, by=cast.dee.id)
    assert (jobs.prune(session, now=now), outbox.prune(session, now=now)) == (0, 0)
    late = now + timedelta(days=401)
    assert (jobs.prune(session, now=late), outbox.prune(session, now=late)) == (1, 1)
