"""A host books for others and for itself: whom, over which limits, and what is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.bookings.actions import book_for
from marketplace.bookings.models import BookingState, Gate, Purpose
from marketplace.notices.models import Notice
from marketplace.values.period import Period
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused
from tests.factories.stage import Stage, at, hours


class TestHosts:
    """Own use, and booking for somebody else."""

    def test_own_use_needs_no_approval_and_no_terms(self, stage: Stage) -> None:
        stage.terms()
        booking = stage.book(hours(4, 10, 12), by="bo", purpose=Purpose.OWN_USE)
        assert (booking.state, booking.total_minor) == (BookingState.CONFIRMED, None)
        assert booking.organisation_id == stage.cast.firm.id

    def test_a_host_books_for_somebody_who_still_accepts_the_terms(self, stage: Stage) -> None:
        stage.terms()
        wish = stage.wish(hours(4, 10, 12), terms_version="1")
        booking = book_for(stage.session, wish, person_id=stage.cast.ada.id, now=stage.now, by=stage.actor("bo"))
        assert (booking.person_id, booking.booked_by) == (stage.cast.ada.id, stage.cast.bo.id)
        assert booking.state is BookingState.HELD
        states = {gate.kind.value: gate.state.value for gate in stage.session.scalars(select(Gate))}
        assert states == {"host_approval": "passed", "terms": "open"}
        notices = stage.session.execute(select(Notice.recipient_id, Notice.code)).all()
        assert notices == [(stage.cast.ada.id, "booking_made_for_you")]

    def test_limits_yield_to_a_reason_and_the_codes_are_kept(self, stage: Stage) -> None:
        stage.rules(longest=60, cut_off=7 * 1440)
        wish = stage.wish(hours(4, 18, 22), override_reason="Night run agreed by telephone")
        booking = book_for(stage.session, wish, person_id=stage.cast.ada.id, now=stage.now, by=stage.actor("bo"))
        assert booking.overridden == ["closed", "cut_off", "too_long"]
        assert booking.state is BookingState.CONFIRMED

    def test_not_everything_yields(self, stage: Stage) -> None:
        wish = stage.wish(Period(at(2, 7), at(2, 8)), override_reason="Please")
        with pytest.raises(Refused) as caught:
            book_for(stage.session, wish, person_id=stage.cast.ada.id, now=stage.now, by=stage.actor("bo"))
        assert caught.value.codes == ("past",)

    def test_a_claim_never_yields(self, stage: Stage) -> None:
        stage.book(hours(4, 10, 12))
        with pytest.raises(Refused) as caught:
            stage.book(hours(4, 10, 12), by="bo", purpose=Purpose.OWN_USE, override_reason="Ours")
        assert caught.value.codes == ("taken",)

    def test_nobody_is_booked_for_who_is_not_there(self, stage: Stage) -> None:
        with pytest.raises((Invalid, Refused)):
            book_for(
                stage.session,
                stage.wish(hours(4, 10, 12)),
                person_id=stage.unit.id,
                now=stage.now,
                by=stage.actor("bo"),
            )

    def test_a_copy_is_of_ones_own(self, stage: Stage) -> None:
        original = stage.book(hours(4, 10, 12), by="eve")
        for strange in (original.id, stage.unit.id):
            with pytest.raises(Invalid):
                stage.book(hours(5, 10, 12), copied_from=strange)

    def test_only_hosts_book_for_others_or_set_limits_aside(self, stage: Stage) -> None:
        for more in ({"person_id": stage.cast.eve.id}, {"override_reason": "I am in a hurry"}):
            with pytest.raises((Forbidden, NotFound)):
                stage.book(hours(4, 10, 12), **more)
