"""Whoever leaves leaves no name and no words behind: not in other people's notices, nor beside bookings."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.actions import invitations, members
from marketplace.accounts.models import Role
from marketplace.accounts.queries import invitations_to
from marketplace.accounts.rules.deputies import DeputyWish
from marketplace.bookings.actions import accept_terms, approve, ask, book_for, cancel, decline, write
from marketplace.bookings.models import Booking, BookingState, Gate
from marketplace.bookings.rules import BookingRequest
from marketplace.database import Base
from marketplace.files.models import StoredFile
from marketplace.files.store import FileStore
from marketplace.notices.actions.inbox import UNSAID
from marketplace.notices.models import Mail, Notice
from marketplace.operations.actions.correcting import correct, describe
from marketplace.operations.actions.corrections import Correction as StateSaid
from marketplace.operations.actions.corrections import correct_state, take_back_correction
from marketplace.operations.actions.faults import Report, report_fault, resolve_fault
from marketplace.operations.actions.runs import RunSheet, correct_run, enter_run, take_back_run
from marketplace.operations.models import (
    Fault,
    FaultPhoto,
    LoggerFile,
    MachineState,
    Run,
    Substate,
    Urgency,
    UseSession,
)
from marketplace.operations.rules.details import Correction, Details
from marketplace.privacy.actions.erasing import _drop_documents, erase
from marketplace.privacy.queries.everything import everything_about
from marketplace.terms.actions import ask_for_document, keep_document
from marketplace.terms.models import AcceptanceDocument, TermsVersion
from marketplace.terms.queries import acceptance_for
from marketplace.wording.notices import render
from tests.cast import actor_of, join
from tests.factories.stage import Stage, at, hours, make_stage
from tests.factories.uses import marked


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    return make_stage(session, now)


def rows_with(session: Session, words: str) -> dict[str, int]:
    """In which tables, the erased person's own row aside, any column holds some words."""
    found = {}
    for table in Base.metadata.sorted_tables:
        count = session.scalar(
            text(f"SELECT count(*) FROM {table.name} AS t WHERE position(:words IN lower(t::text)) > 0"),
            {"words": words.lower()},
        )
        if count:
            found[table.name] = count
    return found


def uploaded(stage: Stage, name: str) -> StoredFile:
    row = StoredFile(
        sha256="0" * 64,
        size=3,
        media_type="text/plain",
        name="recipe of leung.txt",
        uploaded_by=stage.cast.people[name].id,
        uploaded_at=stage.now,
    )
    stage.session.add(row)
    stage.session.flush()
    return row


def busy_life(stage: Stage) -> None:
    """Ada asks, books, is declined, cancels, is booked for, invites, joins and stands in; others write about her."""
    session, now, ada, bo = stage.session, stage.now, stage.actor("ada"), stage.actor("bo")
    thread = ask(session, stage.facility.id, "Leung asks", "It is me, Leung.", now=now, by=ada)
    write(session, thread.id, "See my recipe", now=now, by=ada, files=[uploaded(stage, "ada").id])
    uploaded(stage, "ada")  # and sends it nowhere
    first = stage.book(hours(4, 10, 12), note="Leung comes")
    decline(session, first.id, "Ada Leung was late last time", now=now, by=bo)
    second = stage.book(hours(5, 10, 12))
    approve(session, second.id, now=now, by=bo, note="Welcome, Ada Leung")
    cancel(session, second.id, "I, Leung, am ill", now=now, by=ada)
    wish = BookingRequest(
        unit_id=stage.unit.id,
        period=hours(6, 10, 12),
        organisation_id=stage.cast.university.id,
        override_reason="For Ada Leung",
    )
    third = book_for(session, wish, person_id=stage.cast.ada.id, now=now, by=bo)
    cancel(session, third.id, "Leung cancelled by telephone", now=now, by=bo)
    invitations.invite(session, stage.cast.firm.id, "ADA@example.org", roles={Role.HOST_MANAGER}, now=now, by=bo)
    ((link, _),) = invitations_to(session, stage.cast.ada.id, now=now)
    invitations.accept_listed(session, link.id, now=now, by=ada)
    days = {"starts_on": at(9).date(), "ends_on": at(10).date()}
    wished = DeputyWish(stage.cast.firm.id, stage.cast.bo.id, stage.cast.ada.id, **days)
    members.name_deputy(session, wished, now=now, by=bo)
    join(session, stage.cast.ada, stage.cast.firm, Role.MANAGER, now=now)
    manager = actor_of(session, stage.cast.ada, now=now)
    invitations.invite(session, stage.cast.firm.id, "gil@example.org", roles={Role.RESEARCHER}, now=now, by=manager)


def test_no_name_no_address_and_no_words_are_left(stage: Stage) -> None:
    session = stage.session
    busy_life(stage)
    assert {"notices", "mails", "bookings", "gates", "history_texts", "stored_files"} <= set(
        rows_with(session, "leung")
    )
    erase(session, stage.cast.ada.id, now=stage.now + timedelta(days=8))
    session.flush()
    assert rows_with(session, "leung") == {}
    last = session.scalars(select(Mail.code).where(Mail.address == "ada@example.org")).all()
    assert last == ["account_erased"]
    assert set(rows_with(session, "ada@example.org")) == {"mails"}
    assert session.scalars(select(StoredFile)).all() == []


@pytest.mark.parametrize("name", ["ada", "bo"])
def test_documents_that_name_the_erased_go_and_those_of_others_stay(stage: Stage, name: str, tmp_path: Path) -> None:
    session, ada = stage.session, stage.actor("ada")
    stage.terms("Wear shoes.")
    first, second = stage.book(hours(4, 10, 12)), stage.book(hours(5, 10, 12))
    for booking in (first, second):
        accept_terms(session, booking.id, "1", now=stage.now, by=ada)
    accepted = {booking.id: acceptance_for(session, booking.id) for booking in (first, second)}
    for booking, person in ((first, stage.cast.people[name]), (second, stage.cast.eve)):
        row = accepted[booking.id]
        assert row is not None
        asked = ask_for_document(session, row.id, "en", now=stage.now, by=ada)
        keep_document(session, FileStore("", tmp_path), asked.id, b"%PDF-", name="a.pdf", now=stage.now)
        row.accepted_by = person.id
    if name == "bo":
        session.get_one(TermsVersion, accepted[first.id].terms_version_id).published_by = None  # type: ignore[union-attr]
    session.flush()
    _drop_documents(session, stage.cast.people[name].id)
    left = session.scalars(select(AcceptanceDocument.acceptance_id)).all()
    assert left == [accepted[second.id].id]  # type: ignore[union-attr]
    assert len(session.scalars(select(StoredFile)).all()) == 1


def test_what_is_left_can_still_be_read(stage: Stage) -> None:
    session = stage.session
    busy_life(stage)
    pseudonym = stage.cast.ada.pseudonym
    erase(session, stage.cast.ada.id, now=stage.now + timedelta(days=8))
    session.expire_all()
    notices = session.scalars(select(Notice).where(Notice.recipient_id == stage.cast.bo.id)).all()
    told = {notice.code: render(notice.code, notice.details, "en") for notice in notices}
    assert pseudonym in str(told["booking_requested"])
    assert pseudonym in told["message_received"].subject + told["message_received"].text
    assert pseudonym in told["invitation_accepted"].subject
    assert "…" in told["booking_cancelled"].text
    assert set(session.scalars(select(Booking.end_reason))) == {"…"}
    assert set(session.scalars(select(Gate.reason).where(Gate.reason.is_not(None)))) == {"…"}


def test_what_others_said_to_each_other_stays(stage: Stage) -> None:
    session, now = stage.session, stage.now
    eves = stage.book(hours(4, 14, 16), by="eve", organisation_id=stage.cast.elsewhere.id)
    decline(session, eves.id, "No room", now=now, by=stage.actor("bo"))
    asked = ask(session, stage.facility.id, "Masks", "Do you make masks?", now=now, by=stage.actor("eve"))
    before = [dict(notice.details) for notice in session.scalars(select(Notice).order_by(Notice.id))]
    erase(session, stage.cast.ada.id, now=now)
    session.expire_all()
    assert [dict(notice.details) for notice in session.scalars(select(Notice).order_by(Notice.id))] == before
    assert (session.get_one(Booking, eves.id).end_reason, asked.subject) == ("No room", "Masks")


def test_reasons_that_the_erased_gave_to_others_go(stage: Stage) -> None:
    session, now = stage.session, stage.now
    join(session, stage.cast.cheng, stage.cast.firm, Role.MANAGER, now=now)
    booking = stage.book(hours(4, 10, 12))
    decline(session, booking.id, "Bo says no", now=now, by=stage.actor("bo"))
    erase(session, stage.cast.bo.id, now=now)
    session.expire_all()
    assert session.get_one(Booking, booking.id).end_reason == "…"
    notice = session.scalars(select(Notice).where(Notice.recipient_id == stage.cast.ada.id)).one()
    assert notice.details["reason"] == "…"
    assert notice.details["person"] == "Ada Leung"


LATER = at(2, 12)


def used_and_corrected(stage: Stage) -> UseSession:
    """Ada used the unit and says what; Bo says more, corrects it and gives a reason."""
    session, now, began = stage.session, LATER, at(2, 9)
    stage.rules(instant=True)
    booking = stage.book(hours(2, 9, 10), now=at(2, 8))
    booking.state, booking.held_until = BookingState.COMPLETED, None
    row = {"checked_in_at": began, "checked_out_at": began + timedelta(hours=1), "unit_id": stage.unit.id}
    use = UseSession(booking_id=booking.id, **row, **marked(booking, began, began))
    session.add(use)
    session.flush()
    use = describe(session, use.id, Details(consumables="argon of leung"), now=now, by=stage.actor("ada"))
    wanted = Correction(began=began, ended=began + timedelta(minutes=50))
    return correct(session, use.id, wanted, "The clock that leung set", now=now, by=stage.actor("bo"))


@pytest.mark.parametrize(("name", "left"), [("ada", set()), ("bo", {"argon of leung"})])
def test_words_beside_sessions_go_with_whose_use_it_was_and_who_wrote_them(
    stage: Stage, name: str, left: set[str]
) -> None:
    session, person = stage.session, stage.cast.people[name]
    used_and_corrected(stage)
    uses = everything_about(session, person.id, now=LATER)["uses"]
    assert "The clock that leung set" in {use["correction_reason"] for use in uses}
    if name == "bo":
        join(session, stage.cast.eve, stage.cast.firm, Role.MANAGER, now=LATER)
    erase(session, person.id, now=LATER)
    session.expire_all()
    rows = session.scalars(select(UseSession).order_by(UseSession.recorded_at, UseSession.id)).all()
    assert {use.correction_reason for use in rows} == {None, UNSAID}
    assert {row.consumables for row in rows if row.recorded_by == stage.cast.ada.id and row.consumables} - {
        UNSAID
    } == left
    assert (len(rows), rows[0].checked_in_at) == (3, at(2, 9))


def test_who_reported_a_fault_with_a_photo_is_erased_and_the_photo_goes(stage: Stage) -> None:
    session, photo = stage.session, uploaded(stage, "ada")
    photo.media_type = "image/png"
    session.flush()
    report = Report(urgency=Urgency.HIGH, text="It smells, says Leung.", photos=[photo.id])
    fault = report_fault(session, stage.unit.id, report, now=stage.now, by=stage.actor("ada"))
    erase(session, stage.cast.ada.id, now=stage.now)
    session.flush()
    assert session.scalars(select(FaultPhoto)).all() == []
    assert session.scalars(select(StoredFile)).all() == []
    assert session.get_one(Fault, fault.id).reported_by == stage.cast.ada.id


def words_at_the_unit(stage: Stage) -> None:
    """Ada reports a fault; Bo closes it, enters and corrects runs and states, and reads a file in."""
    session, now, bo = stage.session, at(4), stage.actor("bo")
    report = Report(urgency=Urgency.HIGH, text="leung saw smoke")
    fault = report_fault(session, stage.unit.id, report, now=stage.now, by=stage.actor("ada"))
    resolve_fault(session, fault.id, "leung's sample", "leung cleaned", now=now, by=bo)
    sheet = RunSheet(period=hours(3, 9, 17), planned=60, down=0, ideal_cycle=Decimal(1), total=1, good=1, notes="leung")
    run = correct_run(
        session, enter_run(session, stage.unit.id, sheet, now=now, by=bo).id, sheet, "leung", now=now, by=bo
    )
    take_back_run(session, run.id, "leung again", now=now, by=bo)
    said = StateSaid(
        period=hours(2, 9, 10), state=MachineState.STANDBY, substate=Substate.WAITING, reason="leung idled"
    )
    correction = correct_state(session, stage.unit.id, said, now=now, by=bo)
    take_back_correction(session, correction.id, "leung worked", now=now, by=bo)
    row = {"digest": b"1", "rows": 1, "added": 1, "uploaded_at": now, "uploaded_by": bo.id}
    session.add(LoggerFile(unit_id=stage.unit.id, name="leung.csv", **row))
    session.flush()


def test_words_at_machines_go_with_who_wrote_them_or_whom_they_answer(stage: Stage) -> None:
    session, tables = stage.session, {"faults", "runs", "state_corrections", "logger_files"}
    words_at_the_unit(stage)
    assert set(rows_with(session, "leung")) >= tables
    join(session, stage.cast.eve, stage.cast.firm, Role.MANAGER, now=at(4))
    erase(session, stage.cast.bo.id, now=at(4))
    session.expire_all()
    fault = session.scalars(select(Fault)).one()
    assert (fault.text, fault.cause, fault.resolution) == ("leung saw smoke", UNSAID, UNSAID)
    assert set(rows_with(session, "leung")) & tables == {"faults"}, "what Ada wrote is hers"
    assert {run.notes for run in session.scalars(select(Run))} == {UNSAID}
    assert {run.reason for run in session.scalars(select(Run))} == {None, UNSAID}
    erase(session, stage.cast.ada.id, now=at(4))
    session.expire_all()
    assert set(rows_with(session, "leung")) & tables == set()
    assert fault.reported_at == stage.now
