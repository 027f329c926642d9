"""Asking for a booking."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from marketplace.availability.models import Claim
from marketplace.bookings.actions import approve
from marketplace.bookings.models import BookingState
from marketplace.values.refusal import Refused
from tests.factories.stage import Stage, hours


def test_a_wish_is_held_until_the_host_decides(stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    assert booking.state is BookingState.HELD
    claim = stage.session.scalars(select(Claim).where(Claim.holder_id == booking.id)).one()
    assert claim.held_until == booking.held_until
    approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
    assert booking.state is BookingState.CONFIRMED
    stage.session.refresh(claim)
    assert claim.held_until is None


def test_a_taken_slot_answers_with_alternatives(stage: Stage) -> None:
    stage.book(hours(4, 10, 12))
    with pytest.raises(Refused) as refused:
        stage.book(hours(4, 11, 13))
    assert refused.value.codes == ("taken",)
    print(refused.value.reasons)


def test_statements(stage: Stage) -> None:
    stage.terms()
    count = []
    connection = stage.session.connection()
    stage.actor("ada")
    event.listen(connection, "before_cursor_execute", lambda c, cur, s, *a: count.append(s))
    stage.book(hours(4, 10, 12))
    print("\n----\n".join(" ".join(s.split())[:100] for s in count))
    assert len(count) <= 12
