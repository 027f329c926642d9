"""Bookings of organisations that have agreed on a host's terms for a period: nobody accepts them one by one."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.bookings.queries.pages import booking_page
from marketplace.catalogue.models import Unit
from marketplace.history.queries import entries
from marketplace.history.rules import Subject
from marketplace.terms.actions import frameworks
from marketplace.terms.queries import acceptance_for
from tests.cast import Cast
from tests.factories.frameworks import Parties, make_parties
from tests.factories.stage import Stage, hours


@pytest.fixture
def parties(session: Session, cast: Cast, now: datetime) -> Parties:
    return make_parties(session, cast, now)


@pytest.fixture
def stage(parties: Parties, now: datetime) -> Stage:
    """The stage on the facility that the framework is about, confirmed without the host's word."""
    unit = parties.session.scalars(select(Unit).where(Unit.facility_id == parties.facility.id)).first()
    assert unit is not None
    stage = Stage(parties.session, parties.cast, parties.facility, unit, now)
    stage.rules(instant=True)
    return stage


def terms_gate(stage: Stage, booking: Booking) -> Gate:
    chosen = Gate.booking_id == booking.id, Gate.kind == GateKind.TERMS
    return stage.session.scalars(select(Gate).where(*chosen)).one()


def test_without_a_framework_the_terms_wait(stage: Stage) -> None:
    booking = stage.book(hours(4, 9, 12))
    assert (booking.state, terms_gate(stage, booking).state) == (BookingState.HELD, GateState.OPEN)


def test_a_framework_stands_in_for_the_acceptance(stage: Stage, parties: Parties) -> None:
    framework = parties.agreed()
    booking = stage.book(hours(4, 9, 12))
    assert (booking.state, terms_gate(stage, booking).state) == (BookingState.CONFIRMED, GateState.PASSED)
    assert booking.terms_version_id == parties.version.id
    assert acceptance_for(stage.session, booking.id) is None
    asked = next(
        each for each in entries(stage.session, Subject("booking", booking.id)) if each.verb == "booking.requested"
    )
    assert asked.details["framework"] == str(framework.id)
    assert booking_page(stage.session, booking.id, by=stage.actor("ada"), now=stage.now).under_framework


def test_a_version_that_it_does_not_name_is_asked_for(stage: Stage, parties: Parties) -> None:
    parties.agreed()
    parties.publish("Wear clean shoes.")
    booking = stage.book(hours(4, 9, 12))
    assert terms_gate(stage, booking).state is GateState.OPEN


def test_one_that_was_ended_covers_nothing_after_its_notice(stage: Stage, parties: Parties) -> None:
    framework = parties.agreed(notice_days=0)
    frameworks.end(stage.session, framework.id, now=stage.now, by=parties.actor("bo"))
    booking = stage.book(hours(4, 9, 12), now=stage.now.replace(day=3))
    assert terms_gate(stage, booking).state is GateState.OPEN
