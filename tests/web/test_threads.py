"""Questions before a booking: asked from a listing's page, answered by its host, read by nobody else."""

from __future__ import annotations

import io
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.actions import ask, write_on_booking
from marketplace.bookings.models import Message, MessageFile, Thread
from marketplace.catalogue.models import ListingState
from marketplace.limits.rules import LIMITS
from tests.cast import signed_in
from tests.database import counting_statements
from tests.factories.stage import Stage, hours, make_stage


@pytest.fixture
def stage(session: Session, now: Any) -> Stage:
    return make_stage(session, now)


def question(stage: Stage, text: str = "Do you take <six> inch masks?") -> Thread:
    return ask(stage.session, stage.facility.id, "Masks", text, now=stage.now, by=stage.actor("ada"))


def test_ada_asks_from_the_page_of_the_facility(client: FlaskClient, stage: Stage, session: Session) -> None:
    ada = signed_in(client, stage.cast.ada)
    address = f"/en/facilities/{stage.facility.slug}/ask"
    assert address in ada.get(f"/en/facilities/{stage.facility.slug}").text
    assert ada.get(address).status_code == 200
    form = {"subject": "Masks", "text": "Six <inch>?", "files": (io.BytesIO(b"a,b\n1,2\n"), "list.csv")}
    answer = ada.post(address, data=form, content_type="multipart/form-data", follow_redirects=True)
    assert "Six &lt;inch&gt;?" in answer.text
    assert "list.csv" in answer.text
    assert session.scalars(select(Thread)).one().organisation_id == stage.cast.university.id
    assert session.scalars(select(MessageFile.file_id)).all()


def test_an_empty_question_is_sent_back_with_what_was_typed(
    client: FlaskClient, stage: Stage, session: Session
) -> None:
    address = f"/en/facilities/{stage.facility.slug}/ask"
    answer = signed_in(client, stage.cast.ada).post(address, data={"subject": "", "text": "Kept words"})
    assert answer.status_code == 422
    assert "Kept words</textarea>" in answer.text
    assert session.scalars(select(Thread)).all() == []


def test_hosts_are_not_flooded_with_questions(client: FlaskClient, stage: Stage) -> None:
    client.application.extensions["benchbridge"][1].info["rate_limits"] = True
    eve = signed_in(client, stage.cast.eve)
    form = {"subject": "Buy", "text": "Cheap masks"}
    address = f"/en/facilities/{stage.facility.slug}/ask"
    most = LIMITS["question"].capacity
    assert [eve.post(address, data=form).status_code for _ in range(most + 1)] == [303] * most + [429]


def test_drafts_take_no_questions(client: FlaskClient, stage: Stage) -> None:
    stage.facility.state = ListingState.DRAFT
    for person in (stage.cast.ada, stage.cast.bo):
        assert signed_in(client, person).get(f"/en/facilities/{stage.facility.slug}/ask").status_code == 404


def test_visitors_sign_in_first(client: FlaskClient, stage: Stage) -> None:
    answer = client.get(f"/en/facilities/{stage.facility.slug}/ask")
    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_the_host_answers_and_ada_reads_it(client: FlaskClient, stage: Stage) -> None:
    thread = question(stage)
    bo = signed_in(client, stage.cast.bo)
    assert "Do you take &lt;six&gt; inch masks?" in bo.get(f"/en/threads/{thread.id}").text
    assert bo.post(f"/en/threads/{thread.id}", data={"text": "Yes, and five."}).status_code == 303
    assert bo.post(f"/en/threads/{thread.id}", data={"text": "  "}).status_code == 422
    ada = signed_in(client, stage.cast.ada)
    assert "Yes, and five." in ada.get(f"/en/threads/{thread.id}").text
    assert "Yes, and five." in ada.get("/en/threads").text
    assert "Masks" in ada.get("/en/desk").text


def test_a_stranger_neither_reads_nor_writes(client: FlaskClient, stage: Stage, session: Session) -> None:
    thread = question(stage)
    eve = signed_in(client, stage.cast.eve)
    assert eve.get(f"/en/threads/{thread.id}").status_code == 404
    assert eve.post(f"/en/threads/{thread.id}", data={"text": "Hello"}).status_code == 404
    assert "Masks" not in eve.get("/en/threads").text
    assert len(session.scalars(select(Message)).all()) == 1


def test_an_overseer_reads_but_does_not_write(client: FlaskClient, stage: Stage) -> None:
    thread = question(stage)
    dee = signed_in(client, stage.cast.dee)
    page = dee.get(f"/en/threads/{thread.id}")
    assert page.status_code == 200
    assert "<textarea" not in page.text
    assert dee.post(f"/en/threads/{thread.id}", data={"text": "Hello"}).status_code in (403, 404)


def test_what_was_written_on_a_booking_leads_to_it(client: FlaskClient, stage: Stage, session: Session) -> None:
    booking = stage.book(hours(4, 10, 12))
    write_on_booking(session, booking.id, "Hello", now=stage.now, by=stage.actor("ada"))
    thread = session.scalars(select(Thread)).one()
    answer = signed_in(client, stage.cast.bo).get(f"/en/threads/{thread.id}")
    assert answer.location == f"/en/bookings/{booking.id}#messages"


def test_an_empty_list_says_what_to_do(client: FlaskClient, stage: Stage) -> None:
    assert "Ask a host something" in signed_in(client, stage.cast.ada).get("/en/threads?before=x").text


def test_long_lists_go_on_and_take_the_same_number_of_statements(
    client: FlaskClient, stage: Stage, database: Any
) -> None:
    ada = signed_in(client, stage.cast.ada)
    counts = []
    for _ in range(2):
        for _ in range(16):
            thread = question(stage)
        with counting_statements(database) as statements:
            page = ada.get("/en/threads").text
            ada.get(f"/en/threads/{thread.id}")
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert 'rel="next"' in page


def test_what_was_written_long_ago_is_read_page_by_page(client: FlaskClient, stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    for number in range(203):
        write_on_booking(stage.session, booking.id, f"Line {number}.", now=stage.now, by=stage.actor("ada"))
    bo = signed_in(client, stage.cast.bo)
    page = bo.get(f"/en/bookings/{booking.id}").text
    assert "Line 202." in page and "Line 3." in page and "Line 2." not in page
    earlier = unescape(page.partition(">Earlier messages<")[0].rpartition('href="')[2].rstrip('"'))
    before = bo.get(earlier).text
    assert "Line 0." in before and "Line 2." in before and "Line 3." not in before
    assert "Earlier messages" not in before and "<textarea" not in before
    assert signed_in(client, stage.cast.eve).get(earlier).status_code == 404
