"""My desk: what waits for me by deadline, whom it lets check in, and what comes next."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.bookings.actions import approve
from tests.cast import signed_in
from tests.database import counting_statements
from tests.factories.stage import Stage, at, hours, make_stage


@pytest.fixture
def stage(session: Session, now: Any) -> Stage:
    return make_stage(session, now)


def test_terms_wait_by_their_deadline(client: FlaskClient, stage: Stage) -> None:
    stage.terms()
    later, sooner = stage.book(hours(5, 10, 12)), stage.book(hours(2, 14, 16))
    page = signed_in(client, stage.cast.ada).get("/en/desk").text
    waiting = page.partition("Waits for you")[2].partition("What is next")[0]
    assert waiting.index(str(sooner.id)) < waiting.index(str(later.id))
    assert waiting.count(">Accept the terms<") == 2


def test_what_is_next_and_who_may_check_in(client: FlaskClient, app: Flask, stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
    page = signed_in(client, stage.cast.ada).get("/en/desk").text
    assert "Nothing waits for you at the moment." in page
    assert booking.reference in page.partition("What is next")[2]
    app.config["CLOCK"] = lambda: at(4, 9, 30)
    page = signed_in(client, stage.cast.ada).get("/en/desk").text
    assert ">Check in<" in page.partition("Waits for you")[2].partition("What is next")[0]


def test_a_stranger_s_desk_is_empty_and_says_what_to_do(client: FlaskClient, stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    page = signed_in(client, stage.cast.eve).get("/en/desk").text
    assert booking.reference not in page
    assert "Nothing is booked yet" in page


def test_nobody_has_no_desk(client: FlaskClient) -> None:
    assert client.get("/en/desk").status_code == 303


def test_more_bookings_take_no_more_statements(client: FlaskClient, stage: Stage, database: Any) -> None:
    stage.terms()
    ada = signed_in(client, stage.cast.ada)
    counts = []
    for day in (3, 4, 5):
        stage.book(hours(day, 10, 12))
        with counting_statements(database) as statements:
            ada.get("/en/desk")
        counts.append(len(statements))
    assert len(set(counts)) == 1
