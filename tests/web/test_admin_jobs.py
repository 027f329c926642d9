"""Jobs and mails for administrators: shown to overseers, retried by administrators alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole
from marketplace.jobs.actions import defer, defer_long
from marketplace.jobs.models import Task, TaskState
from marketplace.notices.actions import mail_to_address
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
