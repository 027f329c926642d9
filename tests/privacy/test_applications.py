"""Applications for permits: taken along whole; of those who leave no word stays but what is the law's record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import Application, ApplicationEvent, Verb
from marketplace.applications.queries.rows import events_of
from marketplace.applications.rules.steps import Step
from marketplace.bookings.actions import cancel
from marketplace.files.models import StoredFile
from marketplace.history.models import HistoryEntry, HistoryText
from marketplace.notices.models import Mail, Notice
from marketplace.privacy.actions import erase
from marketplace.privacy.queries import KINDS, everything_about
from tests.applications.conftest import LICENCE, Office, make_office, open_agency
from tests.applications.test_counterparts import FLOWS, RULE
from tests.cast import actor_of

V = Verb


@pytest.fixture
def office(session: Session, settings: Settings, now: Any) -> Office:
    return make_office(session, settings, now)


def filed(office: Office) -> tuple[Application, Application]:
    """Ada's filing and her host's of one contract, decided with words and papers; her booking is over."""
    officer = actor_of(office.session, open_agency(office.session, "AGY-HK-DPO", "Hoi", now=office.now), now=office.now)
    booking = office.book(FLOWS)
    rows = office.applications(booking)
    mine, hosts = rows[RULE], rows[f"{RULE}/host"]
    office.step(mine, V.FILE, "ada", number="HK-1", note="Leung files", file_id=office.file("ada", "the contract"))
    office.step(mine, V.NOTE, "ada", note="Leung adds", file_id=office.file("ada", "a letter"))
    office.step(hosts, V.FILE, "bo", note="For Ada Leung")
    step = Step(number="HK-1A", conditions="Only as filed.", note="So decided.")
    take_step(office.session, mine.id, V.GRANT, step, now=office.now, by=officer)
    cancel(office.session, booking.id, "Ill", now=office.now, by=office.actor("ada"))
    return mine, hosts


def rename(office: Office) -> None:
    for file in office.session.scalars(select(StoredFile)):
        file.name = f"leung {file.size}.txt"
    office.session.flush()


def test_steps_texts_and_papers_are_taken_along_with_what_stays(office: Office) -> None:
    mine, hosts = filed(office)
    told = everything_about(office.session, office.stage.cast.ada.id, now=office.now)
    assert set(told) == {"exported_at", *KINDS}
    listed = {row["id"] for row in told["applications"]}
    assert str(mine.id) in listed
    assert str(hosts.id) not in listed
    assert {"Leung files", "Leung adds", "So decided."} <= {row["note"] for row in told["application_steps"]}
    assert "For Ada Leung" not in str(told["application_steps"]), "the other side's words are not hers"
    assert len(told["application_files"]) == 2
    assert all(row["path"] == f"/files/{row['id']}" for row in told["application_files"])
    assert {row["list"] for row in told["kept_after_leaving"]} <= set(KINDS)
    assert all(set(row["why"]) == {"en", "zh-Hant", "zh-Hans"} for row in told["kept_after_leaving"])
    bos = everything_about(office.session, office.stage.cast.bo.id, now=office.now)
    assert [row["note"] for row in bos["application_steps"]] == ["For Ada Leung"]
    assert bos["applications"] == []


def test_words_go_and_the_record_of_an_organisation_stays(office: Office) -> None:
    mine, hosts = filed(office)
    rename(office)
    session = office.session
    erase(session, office.stage.cast.ada.id, now=office.now + timedelta(days=1))
    session.expire_all()
    notes = {(each.application_id, each.verb): each.note for each in session.scalars(select(ApplicationEvent))}
    assert notes[mine.id, V.FILE] == notes[mine.id, V.NOTE] == notes[hosts.id, V.FILE] == "…"
    assert notes[mine.id, V.GRANT] == "So decided."
    assert (mine.number, mine.conditions) == ("HK-1A", "Only as filed.")
    papers = {each.verb: each.file_id for each in events_of(session, mine.id)}
    assert papers[V.FILE] is not None
    assert papers[V.NOTE] is None
    assert [file.name for file in session.scalars(select(StoredFile))] == ["….txt"]
    words = f"{session.scalars(select(Notice.details)).all()}{session.scalars(select(Mail.details)).all()}"
    texts = select(HistoryText.text).join(HistoryEntry).where(HistoryEntry.subject_kind == "application")
    assert "Leung" not in words + str(session.scalars(texts).all())


def test_of_a_permit_of_ones_own_only_the_course_stays(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    row.person_id, row.side = office.stage.cast.ada.id, "user"
    office.session.flush()
    office.step(row, V.FILE, "ada", number="H0123", file_id=office.file("ada"))
    paper = office.file("cheng", "refused")
    office.step(row, V.REFUSE, "cheng", note="Leung was here before.", number="R-9", file_id=paper)
    erase(office.session, office.stage.cast.ada.id, now=office.now + timedelta(days=1))
    office.session.expire_all()
    assert (row.number, row.reason) == ("…", "…")
    events = events_of(office.session, row.id)
    assert [each.verb for each in events] == [V.DRAFT, V.FILE, V.REFUSE]
    assert {each.note for each in events} <= {"", "…"}
    assert not any("number" in each.details for each in events)
    assert office.session.scalars(select(StoredFile)).all() == []


def test_an_officer_who_leaves_leaves_the_decision(office: Office) -> None:
    row = office.applications(office.book())[LICENCE]
    office.step(row, V.FILE, "bo")
    office.step(row, V.ASK, "cheng", note="The contract, says Cheng.")
    office.step(row, V.ANSWER, "bo", note="Here.")
    office.step(row, V.REFUSE, "cheng", note="On the list.")
    erase(office.session, office.stage.cast.cheng.id, now=office.now + timedelta(days=1))
    office.session.expire_all()
    notes = {each.verb: each.note for each in events_of(office.session, row.id)}
    assert (notes[V.ASK], notes[V.ANSWER], notes[V.REFUSE]) == ("…", "Here.", "On the list.")
    assert row.reason == "On the list."
