"""History for administrators: filtered, paged, and whether a chain holds."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.database import Database, new_id
from marketplace.history.actions import Subject, erase_texts, record
from marketplace.history.queries import WHOLE
from tests.cast import Cast, signed_in
from tests.database import counting_statements

PAGE = "/en/admin/history"


@pytest.fixture
def subject(session: Session, cast: Cast, now: datetime) -> Subject:
    subject = Subject("task", new_id())
    for name in ("first", "second"):
        record(session, subject, "task.retried", now=now, by=cast.dee.id, details={"name": name}, text={"why": "y"})
    return subject


def test_what_happened_is_told_with_names(client: FlaskClient, cast: Cast, subject: Subject) -> None:
    page = signed_in(client, cast.dee).get(PAGE).text
    assert "Dee Marr" in page
    assert "Task second set to run again" in page


def test_filters_narrow_and_nonsense_does_not_break(client: FlaskClient, cast: Cast, subject: Subject) -> None:
    dee = signed_in(client, cast.dee)
    assert "Task first" in dee.get(f"{PAGE}?actor={cast.dee.id}&since=2026-03-02&until=2026-03-02").text
    assert "Nothing happened that fits" in dee.get(f"{PAGE}?actor={cast.ada.id}").text
    assert "Nothing happened that fits" in dee.get(f"{PAGE}?since=2026-03-03").text
    for odd in (
        "subject=x",
        "since=0001-01-01",
        "until=9999-12-31",
        "before=x",
        "kind=%00",
        "verb=%25",
        "since=2026-02-30",
    ):
        assert dee.get(f"{PAGE}?{odd}").status_code in (200, 400), odd


def test_one_subject_s_chain_is_looked_at(client: FlaskClient, cast: Cast, subject: Subject, session: Session) -> None:
    dee = signed_in(client, cast.dee)
    address = f"{PAGE}?kind=task&subject={subject.id}"
    assert "This chain holds" in dee.get(address).text
    session.execute(text("UPDATE history_entries SET verb = 'task.other' WHERE number = 1"))
    assert "#1: this entry is not what was written" in dee.get(address).text
    assert "#1: 此紀錄與寫入時不符" in dee.get(address.replace("/en/", "/zh-hant/")).text
    session.execute(text("DELETE FROM history_texts"))
    session.execute(text("DELETE FROM history_entries"))
    assert "all after it are missing" in dee.get(address).text


def test_erased_words_are_said_to_be_erased(
    client: FlaskClient, cast: Cast, subject: Subject, session: Session
) -> None:
    erase_texts(session, subjects=[subject])
    assert "The words to this were erased." in signed_in(client, cast.dee).get(PAGE).text


def test_others_find_nothing_there(client: FlaskClient, cast: Cast, subject: Subject) -> None:
    assert signed_in(client, cast.ada).get(PAGE).status_code == 404


def test_a_long_history_takes_the_same_number_of_statements_and_goes_on(
    client: FlaskClient, cast: Cast, subject: Subject, session: Session, database: Database, now: datetime
) -> None:
    dee = signed_in(client, cast.dee)
    counts = []
    for _ in range(2):
        for n in range(30):
            record(session, subject, "task.retried", now=now, by=cast.dee.id, details={"name": str(n)})
        with counting_statements(database) as statements:
            page = dee.get(PAGE).text
        counts.append(len(statements))
    assert counts[0] == counts[1]
    following = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Task first" in dee.get(following).text


def test_the_filtered_rows_leave_as_a_sheet(
    client: FlaskClient, cast: Cast, subject: Subject, session: Session
) -> None:
    odd = {"name": "=1+1"}
    record(session, subject, "task.retried", now=cast.dee.created_at, by=cast.ada.id, details=odd)
    dee = signed_in(client, cast.dee)
    sheet = dee.get(f"{PAGE}.csv?actor={cast.dee.email}")
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(sheet.data.decode("utf-8-sig"))))
    assert [row["actor"] for row in rows] == ["Dee Marr"] * 2
    assert json.loads(rows[0]["details"]) == {"name": "second"}
    assert len(dee.get(f"{PAGE}.csv?actor=nobody@example.org").data.splitlines()) == 1
    assert signed_in(client, cast.ada).get(f"{PAGE}.csv").status_code == 404


def test_all_of_history_is_read_when_asked_and_what_was_found_is_shown(
    client: FlaskClient, cast: Cast, subject: Subject, session: Session, now: datetime
) -> None:
    dee = signed_in(client, cast.dee)
    assert "Not looked at yet" in dee.get(PAGE).text
    assert dee.post(f"{PAGE}/verify").status_code == 303
    assert "history.verify" in dee.get("/en/admin/jobs/long").text
    told = {"entries": 12, "seals": 1, "findings": 0}
    record(session, WHOLE, "history.verified", now=now, by=None, details=told)
    assert "All holds" in dee.get(PAGE).text
    record(session, WHOLE, "history.verified", now=now, by=None, details={**told, "findings": 3})
    assert "3 findings" in dee.get(PAGE).text
    assert signed_in(client, cast.ada).post(f"{PAGE}/verify").status_code == 404
