"""Applications of a team: each person's permit, told to and decided for that person alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Person, Role
from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import Application, Verb
from marketplace.applications.queries.lines import of_one_booking, of_parties
from marketplace.applications.queries.looking import look
from marketplace.applications.queries.rows import of_booking
from marketplace.applications.rules.steps import Step
from marketplace.bookings.models import Booking, BookingState
from marketplace.notices.models import Mail, Notice
from marketplace.privacy.actions import erase
from marketplace.values.refusal import NotFound
from tests.applications.conftest import NOTHING, Office
from tests.cast import actor_of, join, make_person

# A resident of the mainland needs an endorsement, of talent or of business (PPL-01, PPL-02).
GUEST: dict[str, Any] = {
    "from": "CN",
    "to": "HK",
    "nationality": "CN",
    "residence": "CN",
    "pr_hk_mo": False,
    "days_each_stay": 3,
    "talent_class": "research",
    "hands_on_work": False,
}


@pytest.fixture
def ivy(office: Office) -> Person:
    """A colleague of Ada's."""
    found = make_person(office.session, "Ivy Mak", now=office.now)
    join(office.session, found, office.stage.cast.university, Role.RESEARCHER, now=office.now)
    return found


def southward(office: Office, ivy: Person) -> Booking:
    """Ada and Ivy come from the mainland to a bench in Hong Kong."""
    cast, facility = office.stage.cast, office.stage.facility
    cast.university.jurisdiction_code, cast.university.city = "CN-GD", "Shenzhen"
    facility.jurisdiction_code, facility.city = "HK", "Hong Kong"
    cast.agency.agency_code = "AGY-CN-NIA"
    office.session.flush()
    return office.book({**NOTHING, "people_flows": [GUEST, {**GUEST, "person": str(ivy.id)}]})


def of(office: Office, booking: Booking, rule: str, person: Person) -> Application:
    """One person's application under a rule."""
    rows = of_booking(office.session, booking.id)
    return next(row for row in rows if (row.rule_id, row.person_id) == (rule, person.id))


def test_what_one_is_refused_takes_no_way_of_anothers(office: Office, ivy: Person) -> None:
    booking = southward(office, ivy)
    ada = office.stage.cast.ada
    for rule, person in (("PPL-01", ada), ("PPL-02", ivy)):
        row = of(office, booking, rule, person)
        office.step(row, Verb.FILE, "ada")
        office.step(row, Verb.REFUSE, "cheng", note="Not of this class.")
    assert booking.state is BookingState.HELD
    row = of(office, booking, "PPL-01", ivy)
    office.step(row, Verb.FILE, "ada")
    office.step(row, Verb.REFUSE, "cheng", note="Nor of this.")
    assert booking.state is BookingState.DECLINED


def test_whose_permit_it_is_sees_it_is_told_and_files_it(office: Office, ivy: Person) -> None:
    booking = southward(office, ivy)
    hers, other = (of(office, booking, "PPL-02", person) for person in (ivy, office.stage.cast.ada))
    by = actor_of(office.session, ivy, now=office.now)
    assert {line.row.person_id for line in of_parties(office.session, by, limit=100)} == {ivy.id}
    assert of_one_booking(office.session, by, booking.id)[0].whole
    with pytest.raises(NotFound):
        look(office.session, other.id, by=by, now=office.now)
    told = office.session.scalars(select(Notice.details).where(Notice.recipient_id == ivy.id)).all()
    assert str(hers.id) in {each.get("application") for each in told}
    assert str(other.id) not in {each.get("application") for each in told}
    assert Verb.FILE in look(office.session, hers.id, by=by, now=office.now).verbs
    take_step(office.session, hers.id, Verb.FILE, Step(), now=office.now, by=by)
    with pytest.raises(NotFound):
        take_step(office.session, other.id, Verb.FILE, Step(), now=office.now, by=by)


def test_what_others_were_told_of_ones_own_permit_goes_with_them(office: Office, ivy: Person) -> None:
    booking = southward(office, ivy)
    for rule, person in (("PPL-01", ivy), ("PPL-01", office.stage.cast.ada)):
        row = of(office, booking, rule, person)
        office.step(row, Verb.FILE, "ada")
        office.step(row, Verb.REFUSE, "cheng", note=f"Of {person.name}.")
    for kind in (Notice, Mail):
        assert "Of Ivy Mak." in str(office.session.scalars(select(kind.details)).all())
    erase(office.session, ivy.id, now=office.now)
    for kind in (Notice, Mail):
        said = str(office.session.scalars(select(kind.details)).all())
        assert "Of Ivy Mak." not in said and "Of Ada" in said
