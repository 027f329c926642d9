"""Asking for a booking: what is written, what is refused and why, retries, and booking for others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from marketplace.accounts.models import Role, Verification
from marketplace.accounts.policy import Actor
from marketplace.availability.models import BookingMode, Claim
from marketplace.bookings.actions import approve, cancel, request_booking
from marketplace.bookings.models import Booking, BookingState, Gate, Purpose
from marketplace.bookings.queries.appraisal import preview
from marketplace.bookings.rules import BookingRequest
from marketplace.catalogue.models import ListingState, UnitState
from marketplace.pricing.actions import set_rate
from marketplace.pricing.models import RatePer
from marketplace.values.money import Money
from marketplace.values.period import Period
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused
from tests.cast import actor_of, join, make_person
from tests.factories.listings import make_unit
from tests.factories.stage import Stage, at, hours


def refused(stage: Stage, period: Period, **more: Any) -> list[str]:
    """The codes with which Ada's wish is refused; the preview says the same beforehand."""
    request = stage.wish(period, **more)
    foretold = preview(stage.session, request, now=stage.now, by=stage.actor("ada"))
    with pytest.raises(Refused) as caught:
        request_booking(stage.session, request, now=stage.now, by=stage.actor("ada"))
    codes = [reason.code for reason in caught.value.reasons]
    assert [each.code for each in foretold.refusals][: len(codes)] == codes
    return codes


def test_a_wish_is_held_until_the_host_decides(stage: Stage) -> None:
    foretold = preview(stage.session, stage.wish(hours(4, 10, 12)), now=stage.now, by=stage.actor("ada"))
    booking = stage.book(hours(4, 10, 12), note="Two wafers")
    assert foretold.accepted
    assert (booking.state, booking.place, booking.version) == (BookingState.HELD, 1, 1)
    assert booking.organisation_id == stage.cast.university.id, "the only one she books for"
    claim = stage.session.scalars(select(Claim).where(Claim.holder_id == booking.id)).one()
    assert claim.held_until == booking.held_until == foretold.gates[0].deadline.at
    approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
    stage.session.refresh(claim)
    assert (booking.state, claim.held_until) == (BookingState.CONFIRMED, None)


def test_set_up_and_clean_up_are_claimed_with_it(stage: Stage) -> None:
    stage.rules(set_up=30, clean_up=60)
    stage.book(hours(4, 9, 12))
    blocked = stage.session.scalars(select(Claim.blocked)).one()
    assert (blocked.lower, blocked.upper) == (at(4, 8, 30), at(4, 13))
    assert refused(stage, hours(4, 13, 14)) == ["taken"]
    stage.book(Period(at(4, 13, 30), at(4, 15)))


def test_the_lowest_free_place_is_claimed(stage: Stage) -> None:
    stage.unit.places = 3
    stage.session.flush()
    found = [stage.book(hours(4, 10, 12)) for _ in range(3)]
    assert [booking.place for booking in found] == [1, 2, 3]
    cancel(stage.session, found[1].id, now=stage.now, by=stage.actor("ada"))
    assert stage.book(hours(4, 11, 13)).place == 2
    assert refused(stage, hours(4, 11, 12)) == ["taken"]


def test_friday_to_monday_over_a_closed_weekend(stage: Stage) -> None:
    stage.rules(mode=BookingMode.DAY, shortest=1440)
    booking = stage.book(Period(at(6, 9), at(9, 18)))
    blocked = stage.session.scalars(select(Claim.blocked)).one()
    assert (blocked.lower, blocked.upper) == (booking.starts_at, booking.ends_at)
    assert refused(stage, Period(at(9, 9), at(10, 18))) == ["taken"]


class TestTaken:
    """No place is free."""

    def test_near_alternatives_are_named_and_would_be_granted(self, stage: Stage) -> None:
        other = make_unit(stage.session, stage.facility.id, by=stage.actor("bo"), now=stage.now)
        stage.book(hours(4, 10, 12))
        with pytest.raises(Refused) as caught:
            stage.book(hours(4, 11, 13))
        (reason,) = caught.value.reasons
        offered: Any = reason.details["alternatives"]
        assert [each["kind"] for each in offered] == ["earlier", "later", "shorter", "similar_unit"]
        assert offered[-1]["unit"] == str(other.id)
        for each in offered:
            period = Period.parse(each["start"], each["end"])
            wish = BookingRequest(unit_id=stage.unit.id if each["kind"] != "similar_unit" else other.id, period=period)
            assert preview(stage.session, wish, now=stage.now, by=stage.actor("ada")).accepted, each

    def test_nothing_is_left_behind(self, stage: Stage) -> None:
        stage.book(hours(4, 10, 12))
        with pytest.raises(Refused), stage.session.begin_nested():
            stage.book(hours(4, 11, 13))
        for table in (Booking, Claim, Gate):
            assert stage.session.scalar(select(func.count()).select_from(table)) == 1


class TestRefusals:
    """Every reason, all at once."""

    def test_all_reasons_come_together(self, stage: Stage) -> None:
        stage.rules(step=60, longest=120, horizon_days=3)
        assert refused(stage, Period(at(7, 10, 30), at(7, 14))) == ["beyond_horizon", "off_step", "too_long", "closed"]

    @pytest.mark.parametrize("fallen", [{"suspended_at": at(1)}, {"verification": Verification.REFUSED}])
    def test_a_host_that_is_suspended_or_no_longer_verified(self, stage: Stage, fallen: dict[str, Any]) -> None:
        for name, value in fallen.items():
            setattr(stage.cast.firm, name, value)
        stage.session.flush()
        with pytest.raises(NotFound):
            stage.book(hours(4, 10, 12))
        with pytest.raises(Refused) as caught:
            stage.book(hours(4, 10, 12), by="bo", purpose=Purpose.OWN_USE)
        assert caught.value.codes[0] == "listing_not_published"

    @pytest.mark.parametrize("whose", ["firm", "university"])
    def test_what_was_held_before_a_suspension_is_not_agreed_to(self, stage: Stage, whose: str) -> None:
        booking = stage.book(hours(4, 10, 12))
        getattr(stage.cast, whose).suspended_at = stage.now
        stage.session.flush()
        with pytest.raises(Refused) as caught:
            approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
        assert caught.value.codes == ("organisation_suspended",)
        assert booking.state is BookingState.HELD

    def test_a_paused_unit_and_a_paused_listing(self, stage: Stage) -> None:
        stage.unit.state = UnitState.PAUSED
        stage.facility.state = ListingState.PAUSED
        stage.session.flush()
        assert refused(stage, hours(4, 10, 12)) == ["listing_not_published", "unit_paused"]

    def test_a_draft_is_not_there(self, stage: Stage) -> None:
        stage.facility.state = ListingState.DRAFT
        stage.session.flush()
        with pytest.raises(NotFound):
            stage.book(hours(4, 10, 12))

    def test_an_organisation_of_somebody_elses(self, stage: Stage) -> None:
        assert refused(stage, hours(4, 10, 12), organisation_id=stage.cast.firm.id) == ["organisation_needed"]

    def test_nothing_is_told_of_an_organisation_of_somebody_elses(self, stage: Stage) -> None:
        stage.book(hours(3, 10, 12))
        stage.rules(organisation_weekly_hours=3)
        stage.cast.university.suspended_at = stage.now
        stage.session.flush()
        for by in (stage.actor("eve"), Actor()):
            wish = BookingRequest(
                unit_id=stage.unit.id, period=hours(4, 10, 12), organisation_id=stage.cast.university.id
            )
            codes = {reason.code for reason in preview(stage.session, wish, now=stage.now, by=by).refusals}
            assert not codes & {"not_a_member", "organisation_suspended", "organisation_hours"}

    def test_a_host_that_nobody_verified_books_for_nobody_else(self, stage: Stage) -> None:
        stage.cast.firm.verification = Verification.PENDING
        stage.session.flush()
        with pytest.raises((Forbidden, NotFound)):
            stage.book(hours(4, 10, 12), by="bo", person_id=stage.cast.ada.id)

    def test_an_unverified_organisation(self, stage: Stage) -> None:
        stage.cast.university.verification = Verification.PENDING
        stage.session.flush()
        assert refused(stage, hours(4, 10, 12)) == ["organisation_unverified"]

    def test_a_suspended_organisation(self, stage: Stage) -> None:
        stage.cast.university.suspended_at = stage.now
        stage.session.flush()
        assert refused(stage, hours(4, 10, 12)) == ["organisation_suspended"]

    def test_somebody_in_two_organisations_names_one(self, stage: Stage) -> None:
        join(stage.session, stage.cast.ada, stage.cast.elsewhere, Role.MANAGER, now=stage.now)
        assert refused(stage, hours(4, 10, 12)) == ["organisation_needed"]
        assert stage.book(hours(4, 10, 12), organisation_id=stage.cast.elsewhere.id).organisation_id

    def test_an_officer_books_for_nobody(self, stage: Stage) -> None:
        with pytest.raises(Refused) as caught:
            stage.book(hours(4, 10, 12), by="cheng")
        assert caught.value.codes == ("organisation_needed",)

    def test_own_use_is_the_hosts(self, stage: Stage) -> None:
        assert refused(stage, hours(4, 10, 12), purpose=Purpose.OWN_USE) == ["own_use_elsewhere"]

    def test_nobody_signed_in(self, stage: Stage) -> None:
        nobody = type(stage.actor("ada"))()
        with pytest.raises(Forbidden):
            request_booking(stage.session, stage.wish(hours(4, 10, 12)), now=stage.now, by=nobody)
        seen = preview(stage.session, stage.wish(hours(7, 10, 12)), now=stage.now, by=nobody)
        assert [each.code for each in seen.refusals] == ["sign_in_needed", "closed"]

    @pytest.mark.parametrize("note", ["a\x00b", "x" * 2001, "\ud800"])
    def test_notes_that_cannot_be_kept(self, stage: Stage, note: str) -> None:
        with pytest.raises(Invalid):
            stage.book(hours(4, 10, 12), note=note)

    @pytest.mark.parametrize("flows", [{"a": "x\x00y"}, {"a": "\ud800"}, {"a": float("nan")}, {"a": "x" * 60_000}])
    def test_facts_that_cannot_be_kept(self, stage: Stage, flows: dict[str, object]) -> None:
        with pytest.raises(Invalid):
            stage.book(hours(4, 10, 12), flows=flows)

    @pytest.mark.parametrize("year", [1, 1989, 2200, 9998])
    def test_years_that_nobody_means(self, stage: Stage, year: int) -> None:
        with pytest.raises(Invalid):
            stage.wish(Period(at(4, 10).replace(year=year), at(4, 12).replace(year=year)))

    @pytest.mark.parametrize("year", [1990, 2199])
    def test_years_that_somebody_might_mean(self, stage: Stage, year: int) -> None:
        codes = refused(stage, Period(at(4, 10).replace(year=year), at(4, 12).replace(year=year)))
        assert set(codes) & {"past", "beyond_horizon"}


class TestLimits:
    """Limits of one person and of one organisation, on one unit."""

    @pytest.mark.parametrize(
        ("rules", "periods", "wanted", "codes"),
        [
            ({"max_per_day": 1}, [hours(4, 9, 10)], hours(4, 12, 13), ["too_many_per_day"]),
            ({"max_per_day": 1}, [hours(4, 9, 10)], hours(5, 12, 13), []),
            ({"max_at_once": 2}, [hours(4, 9, 10), hours(5, 9, 10)], hours(6, 9, 10), ["too_many_at_once"]),
            ({"max_at_once": 2}, [hours(4, 9, 10)], hours(6, 9, 10), []),
            ({"max_future_minutes": 180}, [hours(4, 9, 11)], hours(5, 9, 10), []),
            ({"max_future_minutes": 180}, [hours(4, 9, 11)], hours(5, 9, 11), ["too_many_minutes"]),
            ({"min_gap": 60}, [hours(4, 9, 10)], Period(at(4, 10, 30), at(4, 11)), ["gap_too_short"]),
            ({"min_gap": 60}, [hours(4, 9, 10)], hours(4, 11, 12), []),
            ({"min_gap": 60}, [hours(4, 12, 13)], Period(at(4, 11), at(4, 11, 30)), ["gap_too_short"]),
            ({"organisation_weekly_hours": 3}, [hours(4, 9, 11)], hours(6, 9, 11), ["organisation_hours"]),
            ({"organisation_weekly_hours": 3}, [hours(4, 9, 11)], hours(6, 9, 10), []),
            ({"organisation_weekly_hours": 3}, [hours(4, 9, 11)], hours(9, 9, 12), []),
        ],
    )
    def test_limits(
        self, stage: Stage, rules: dict[str, int], periods: list[Period], wanted: Period, codes: list[str]
    ) -> None:
        stage.rules(**rules)
        for period in periods:
            stage.book(period)
        if codes:
            assert refused(stage, wanted) == codes
        else:
            stage.book(wanted)

    def test_the_organisation_counts_its_other_people(self, stage: Stage) -> None:
        stage.rules(organisation_weekly_hours=3)
        colleague = make_person(stage.session, "Fay Ho", now=stage.now)
        join(stage.session, colleague, stage.cast.university, Role.RESEARCHER, now=stage.now)
        fay = actor_of(stage.session, colleague, now=stage.now)
        request_booking(stage.session, stage.wish(hours(4, 9, 11)), now=stage.now, by=fay)
        assert refused(stage, hours(5, 9, 11)) == ["organisation_hours"]
        stage.book(hours(5, 9, 11), by="eve")

    def test_what_ended_or_expired_counts_no_more(self, stage: Stage) -> None:
        stage.rules(max_at_once=1, approval_days=1)
        first = stage.book(hours(20, 9, 10))
        assert first.held_until is not None
        second = stage.book(hours(20, 12, 13), now=first.held_until)
        cancel(stage.session, second.id, now=first.held_until, by=stage.actor("ada"))
        stage.book(hours(20, 12, 13), now=first.held_until)

    def test_open_holds_of_one_person(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("marketplace.bookings.rules.judging.MOST_HOLDS", 1)
        booking = stage.book(hours(4, 9, 10))
        assert refused(stage, hours(5, 9, 10)) == ["too_many_holds"]
        approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
        stage.book(hours(5, 9, 10))


class TestRetries:
    """The same key answers the same booking."""

    def test_a_retry_answers_with_the_first_booking(self, stage: Stage) -> None:
        first = stage.book(hours(4, 10, 12), idempotency_key="k1")
        assert stage.book(hours(4, 10, 12), idempotency_key="k1").id == first.id
        assert stage.session.scalar(select(func.count()).select_from(Booking)) == 1
        cancel(stage.session, first.id, now=stage.now, by=stage.actor("ada"))
        assert stage.book(hours(4, 10, 12), idempotency_key="k1").state is BookingState.CANCELLED

    def test_the_same_key_with_another_body_is_refused(self, stage: Stage) -> None:
        stage.book(hours(4, 10, 12), idempotency_key="k1")
        for change in ({"note": "else"}, {"purpose": Purpose.TEACHING}, {"flows": {}}):
            with pytest.raises(Invalid) as caught:
                stage.book(hours(4, 10, 12), idempotency_key="k1", **change)  # type: ignore[arg-type]
            assert caught.value.errors[0].rule == "key_reused"
        with pytest.raises(Invalid):
            stage.book(hours(4, 12, 13), idempotency_key="k1")

    def test_a_key_is_its_persons_own(self, stage: Stage) -> None:
        first = stage.book(hours(4, 10, 12), idempotency_key="k1")
        assert stage.book(hours(4, 12, 13), by="eve", idempotency_key="k1").id != first.id

    def test_a_stranger_learns_nothing_of_somebody_elses_keys(self, stage: Stage) -> None:
        stage.book(hours(4, 10, 12), idempotency_key="k1")
        for key in ("k1", "k2"):
            with pytest.raises(NotFound):
                stage.book(hours(4, 10, 12), by="eve", person_id=stage.cast.ada.id, idempotency_key=key)

    @pytest.mark.parametrize("key", ["", "x" * 201, "a\nb"])
    def test_keys_have_a_form(self, stage: Stage, key: str) -> None:
        with pytest.raises(Invalid):
            stage.book(hours(4, 10, 12), idempotency_key=key)


class TestPrice:
    """The public rate, frozen with the request."""

    @pytest.mark.parametrize(
        ("per", "mode", "period", "amount"),
        [
            (RatePer.HOUR, "hour", hours(4, 10, 12), 20_000),
            (RatePer.HOUR, "hour", Period(at(4, 10), at(4, 10, 30)), 5_000),
            (RatePer.DAY, "day", Period(at(6, 9), at(9, 18)), 20_000),
            (RatePer.HOUR, "day", Period(at(6, 9), at(9, 18)), 180_000),
            (RatePer.RUN, "hour", hours(4, 10, 12), 10_000),
        ],
    )
    def test_totals(self, stage: Stage, per: RatePer, mode: str, period: Period, amount: int) -> None:
        _rate(stage, per)
        stage.rules(mode=BookingMode(mode))
        booking = stage.book(period)
        assert (booking.total_minor, booking.total_currency) == (amount, "HKD")

    def test_a_later_rate_changes_nothing(self, stage: Stage) -> None:
        _rate(stage, RatePer.HOUR)
        booking = stage.book(hours(4, 10, 12))
        _rate(stage, RatePer.HOUR, 99_900, days=1)
        assert booking.total_minor == 20_000
        assert stage.book(hours(5, 10, 12)).total_minor == 199_800


def test_a_request_takes_at_most_twelve_statements(stage: Stage) -> None:
    stage.terms()
    _rate(stage, RatePer.HOUR)
    stage.rules(max_at_once=5)
    request, ada = stage.wish(hours(4, 10, 12)), stage.actor("ada")
    statements: list[str] = []
    connection = stage.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
    request_booking(stage.session, request, now=stage.now, by=ada)
    assert len(statements) <= 12, statements


def _rate(stage: Stage, per: RatePer, amount: int = 10_000, *, days: int = 0) -> None:
    start = (stage.now + timedelta(days=days)).date()
    set_rate(
        stage.session,
        stage.unit.id,
        Money(amount, "HKD"),
        per,
        valid_from=start,
        now=stage.now,
        by=stage.actor("bo"),
    )
