"""What a step may not say, who may not decide, and what stays with whom it belongs to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import ApplicationState, Verb
from marketplace.applications.queries.looking import look
from marketplace.applications.queries.papers import paper_for
from marketplace.applications.queries.rows import events_of
from marketplace.applications.rules.steps import Step
from marketplace.bookings.models import BookingState, EndCause
from marketplace.notices.models import Notice
from marketplace.values.refusal import Forbidden, Invalid, NotFound, StateForbids
from tests.applications.conftest import LICENCE, Office, open_agency
from tests.applications.test_counterparts import FLOWS, RULE
from tests.cast import actor_of, join

S, V = ApplicationState, Verb


@pytest.mark.parametrize(
    ("verb", "by", "told", "field"),
    [
        (V.NOTE, "bo", {"note": "x", "number": "MINE-1"}, "number"),
        (V.WITHDRAW, "bo", {"number": "MINE-1"}, "number"),
        (V.NOTE, "bo", {"note": "x", "step": "later"}, "step"),
        (V.NOTE, "bo", {"note": "x", "agency": "AGY-CN-NHC"}, "agency"),
        (V.ASK, "cheng", {"note": "x", "conditions": "Only then."}, "conditions"),
        (V.ASK, "cheng", {"note": "x", "days": 4}, "days"),
        (V.REFUSE, "cheng", {"note": "x", "valid_to": date(2026, 9, 1)}, "valid_to"),
    ],
)
def test_what_a_verb_does_not_ask_for_is_named(
    office: Office, verb: Verb, by: str, told: dict[str, Any], field: str
) -> None:
    row = office.applications(office.book())[LICENCE]
    office.step(row, V.FILE, "bo", number="F-1")
    with pytest.raises(Invalid) as invalid:
        office.step(row, verb, by, **told)
    assert [(error.field, error.rule) for error in invalid.value.errors] == [(field, "not_asked")]
    assert row.number == "F-1"


def test_nobody_decides_what_they_apply_for(office: Office) -> None:
    row = office.applications(office.book())[LICENCE]
    join(office.session, office.stage.cast.cheng, office.stage.cast.firm, Role.HOST_MANAGER, now=office.now)
    office.step(row, V.FILE, "cheng")
    assert V.GRANT not in look(office.session, row.id, by=office.actor("cheng"), now=office.now).verbs
    for verb in (V.GRANT, V.ACCEPT, V.REFUSE):
        with pytest.raises(Forbidden):
            office.step(row, verb, "cheng", note="Mine.")
    office.step(row, V.NOTE, "cheng", note="As the applicant.")


def test_time_is_not_lengthened_before_it_begins(office: Office) -> None:
    row = office.applications(office.book())[LICENCE]
    row.clock = {**row.clock, "start": "acceptance"}
    office.step(row, V.FILE, "bo")
    assert V.EXTEND not in look(office.session, row.id, by=office.actor("cheng"), now=office.now).verbs
    with pytest.raises(StateForbids):
        office.step(row, V.EXTEND, "cheng", days=5)
    office.step(row, V.ACCEPT, "cheng")
    office.step(row, V.EXTEND, "cheng", days=5)
    assert row.due_on == date(2026, 5, 14)


def test_accepting_papers_starts_the_clock_that_waits_for_them(office: Office) -> None:
    row = office.applications(office.book())[LICENCE]
    row.clock = {**row.clock, "start": "acceptance", "excluded_steps": ["completeness"]}
    office.step(row, V.FILE, "bo")
    office.step(row, V.ASK, "cheng", note="The contract.")
    office.step(row, V.ACCEPT, "cheng", now=office.now + timedelta(days=2))
    assert row.due_on == date(2026, 5, 11)


def test_the_year_of_the_exporter_is_shown_to_nobody_else(office: Office) -> None:
    rows = office.applications(office.book(FLOWS))
    user, host = rows[RULE], rows[f"{RULE}/host"]
    dpo = actor_of(office.session, open_agency(office.session, "AGY-HK-DPO", "Hoi", now=office.now), now=office.now)
    office.step(user, V.FILE, "ada")
    for row, by in ((user, office.actor("ada")), (user, dpo)):
        told = look(office.session, row.id, by=by, now=office.now).facts["data_flows/0"]
        assert not [name for name in told if name.startswith("pi_ytd_")]
        assert told["pi_sensitive_persons"] == 7
    own = look(office.session, host.id, by=office.actor("bo"), now=office.now).facts["data_flows/0"]
    assert "pi_ytd_sensitive" in own


def test_what_went_on_with_one_authority_stays_there(office: Office) -> None:
    """Refused by one, filed with the other that the rule names."""
    gd, dpo = (
        actor_of(office.session, open_agency(office.session, f"AGY-{code}", code, now=office.now), now=office.now)
        for code in ("CN-CAC-GD", "HK-DPO")
    )
    row = office.applications(office.book(FLOWS))[f"{RULE}/host"]
    office.step(row, V.FILE, "bo", note="Seven patients", file_id=office.file("bo"))
    paper = events_of(office.session, row.id)[-1].file_id
    assert paper is not None
    take_step(office.session, row.id, V.REFUSE, Step(note="Of a named clinic."), now=office.now, by=gd)
    office.step(row, V.REDRAFT, "bo")
    office.step(row, V.FILE, "bo", agency="AGY-HK-DPO")
    seen = look(office.session, row.id, by=dpo, now=office.now)
    assert [each.verb for each in seen.events] == [V.REDRAFT, V.FILE]
    assert paper_for(office.session, paper, by=dpo, now=office.now) is None
    assert paper_for(office.session, paper, by=office.actor("bo"), now=office.now) is not None
    with pytest.raises(NotFound):
        look(office.session, row.id, by=gd, now=office.now)
    take_step(office.session, row.id, V.REFUSE, Step(note="No."), now=office.now, by=dpo)
    office.step(row, V.REDRAFT, "bo")
    office.step(row, V.FILE, "bo", agency="AGY-CN-CAC-GD")
    mine = look(office.session, row.id, by=gd, now=office.now).events
    assert [each.verb for each in mine] == [V.DRAFT, V.FILE, V.REFUSE, V.REDRAFT, V.FILE]


def test_why_a_person_got_no_permit_is_not_told_to_the_other_side(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    row.person_id, row.side, row.applicant_id = booking.person_id, "user", booking.organisation_id
    office.session.flush()
    office.step(row, V.FILE, "ada")
    office.step(row, V.REFUSE, "cheng", note="An earlier conviction.")
    assert (booking.state, booking.end_cause) == (BookingState.DECLINED, EndCause.PERMIT_REFUSED)
    assert booking.end_reason is None
    notices = office.session.scalars(select(Notice)).all()
    assert any(each.recipient_id == office.stage.cast.bo.id for each in notices)
    told = {each.recipient_id for each in notices if "conviction" in str(each.details)}
    assert told == {office.stage.cast.ada.id}
