"""The form that asks for a booking: what it shows beforehand, what it keeps, and what it makes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.availability.models import BookingMode
from marketplace.bookings.models import Booking, BookingState, Purpose
from marketplace.catalogue.actions import add_unit
from marketplace.pricing.actions import set_rate
from tests.cast import join, make_organisation, signed_in
from tests.factories.stage import Stage, hours, make_stage


@pytest.fixture
def stage(session: Session, now: Any) -> Stage:
    return make_stage(session, now)


def fields(stage: Stage, **more: Any) -> dict[str, Any]:
    given = {
        "start_on": "2026-03-04",
        "start_at": "10:00",
        "end_on": "2026-03-04",
        "end_at": "12:00",
        "purpose": "research",
        "note": "Two wafers & a <mask>",
        "key": str(uuid4()),
    }
    return {**given, **more}


def address(stage: Stage, more: str = "") -> str:
    return f"/en/units/{stage.unit.id}/book{more}"


def test_the_form_begins_with_the_next_free_time(client: FlaskClient, stage: Stage) -> None:
    page = signed_in(client, stage.cast.ada).get(address(stage)).text
    assert 'value="2026-03-02"' in page
    assert "Free, and nothing stands in the way." in page
    assert "Approval by the host" in page
