"""The administrators' overview: what waits and nothing else, for overseers alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.jobs.actions import defer
from marketplace.jobs.models import Task, TaskState
from tests.cast import Cast, make_organisation, signed_in


def test_an_orderly_house_says_so(client: FlaskClient, cast: Cast) -> None:
    page = signed_in(client, cast.dee).get("/en/admin").text
    assert "All is done" in page


def test_what_waits_is_named_with_its_number(client: FlaskClient, cast: Cast, session: Session, now: datetime) -> None:
    make_organisation(session, "New Firm", now=now, verified=False)
    defer(session, "search.refresh_facility", {}, now=now)
    session.execute(update(Task).values(state=TaskState.DEAD))
    defer(session, "search.refresh_facility", {}, now=now - timedelta(minutes=6))
    page = signed_in(client, cast.dee).get("/en/admin").text
    for line in ("Organisations to verify: 1", "Tasks given up: 1", "Tasks overdue: 1"):
        assert line in page
    assert "Mails given up" not in page


@pytest.mark.parametrize("who", ["ada", "bo", "cheng", "eve"])
def test_others_find_nothing_there(client: FlaskClient, cast: Cast, who: str) -> None:
    assert signed_in(client, cast.people[who]).get("/en/admin").status_code == 404
