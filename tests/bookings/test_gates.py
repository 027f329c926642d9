"""Gates and deadlines: in working days of the host's calendar, until the start at the latest, and who hears of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from marketplace.availability.models import Claim
from marketplace.availability.rules import Setting, UnitRules
from marketplace.bookings.actions import (
    accept_terms,
    approve,
    cancel,
    decline,
    expire,
    expire_due,
    miss_due,
    remind_of_deadlines,
    remind_of_starts,
    reopen_gate,
)
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.bookings.rules import Demands, deadline, deadline_of_reopened, held_until, openings
from marketplace.history.models import HistoryEntry
from marketplace.jurisdictions.rules import WorkingCalendar
from marketplace.notices.models import Mail, Notice
from marketplace.operations.actions.checking import check_in, check_out
from marketplace.terms.models import TermsAcceptance
from marketplace.values.period import Period
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.factories.stage import HONG_KONG, Stage, at, hours

WEEK = frozenset({1, 2, 3, 4, 5})
CALENDAR = WorkingCalendar("T", WEEK, off=frozenset({date(2026, 3, 4)}), official_years=frozenset({2026}))


def unit(**rules: int) -> Setting:
    """A unit in Hong Kong with a calendar of which Wednesday 4 March is off."""
    return Setting(unit_id=UUID(int=1), zone=HONG_KONG, rules=UnitRules(**rules), calendar=CALENDAR)  # type: ignore[arg-type]


class TestDeadlines:
    """When a gate closes."""

    @pytest.mark.parametrize(
        ("opened", "days", "expected"),
        [
            (at(2, 9), 1, at(4)),
            (at(2, 23, 59), 1, at(4)),
            (at(2, 9), 2, at(6)),
            (at(2, 9), 3, at(7)),
            (at(6, 9), 1, at(10)),
            (at(7, 9), 1, at(10)),
        ],
    )
    def test_the_allowance_ends_with_its_last_working_day(
        self, opened: datetime, days: int, expected: datetime
    ) -> None:
        found = deadline(unit(approval_days=days), GateKind.HOST_APPROVAL, hours(30, 9, 10), opened)
        assert (found.at, found.provisional) == (expected, False)

    def test_the_start_minus_the_cut_off_comes_first(self) -> None:
        found = deadline(unit(cut_off=120), GateKind.HOST_APPROVAL, hours(3, 12, 13), at(2, 9))
        assert found.at == at(3, 10)

    def test_a_cut_off_that_was_set_aside_leaves_time_until_the_start(self) -> None:
        found = deadline(unit(cut_off=1440), GateKind.TERMS, hours(2, 12, 13), at(2, 9))
        assert found.at == at(2, 12)

    def test_a_gate_that_reopens_has_time_until_the_start(self) -> None:
        found = deadline_of_reopened(unit(cut_off=120), GateKind.HOST_APPROVAL, hours(3, 12, 13), at(2, 9))
        assert found.at == at(3, 12)

    def test_a_year_without_an_official_calendar_is_provisional(self) -> None:
        later = datetime(2027, 3, 1, 9, tzinfo=HONG_KONG)
        period = Period(later + timedelta(days=60), later + timedelta(days=60, hours=1))
        assert deadline(unit(), GateKind.HOST_APPROVAL, period, later).provisional
        near = Period(later + timedelta(hours=1), later + timedelta(hours=2))
        assert not deadline(unit(), GateKind.HOST_APPROVAL, near, later).provisional

    def test_the_hold_lasts_until_the_earliest_open_deadline(self) -> None:
        assert held_until([at(5), at(4), at(6)]) == at(4)
        assert held_until([]) is None

    @pytest.mark.parametrize("host_decides", [True, False])
    @pytest.mark.parametrize("terms", [True, False])
    def test_only_what_is_demanded_opens(self, host_decides: bool, terms: bool) -> None:
        demands = Demands(host_decides=host_decides, terms=terms)
        kinds = [each.kind for each in openings(unit(), demands, hours(10, 9, 10), at(2, 9))]
        expected = [GateKind.HOST_APPROVAL] * host_decides + [GateKind.TERMS] * terms
        assert kinds == expected


def gate(stage: Stage, booking: Booking, kind: GateKind) -> Gate:
    """One gate as it stands."""
    return stage.session.scalars(select(Gate).where(Gate.booking_id == booking.id, Gate.kind == kind)).one()


def told(stage: Stage, code: str) -> set[str]:
    """The first names of those who were told this."""
    ids = set(stage.session.scalars(select(Notice.recipient_id).where(Notice.code == code)))
    return {name for name, person in stage.cast.people.items() if person.id in ids}


def verbs(stage: Stage, booking: Booking) -> list[str]:
    """The booking's history."""
    chosen = select(HistoryEntry.verb).where(HistoryEntry.subject_id == booking.id).order_by(HistoryEntry.number)
    return list(stage.session.scalars(chosen))


def test_gates_run_in_parallel_and_the_last_one_confirms(stage: Stage) -> None:
    version = stage.terms()
    booking = stage.book(hours(20, 10, 12))
    session = stage.session
    assert {each.kind for each in session.scalars(select(Gate))} == {GateKind.HOST_APPROVAL, GateKind.TERMS}
    assert told(stage, "booking_requested") == {"bo"}
    accept_terms(session, booking.id, str(version.number), now=stage.now, by=stage.actor("ada"))
    assert booking.state is BookingState.HELD
    assert booking.held_until == gate(stage, booking, GateKind.HOST_APPROVAL).deadline
    approve(session, booking.id, now=stage.now, by=stage.actor("bo"))
    assert (booking.state, booking.held_until) == (BookingState.CONFIRMED, None)
    assert told(stage, "booking_confirmed") == {"ada", "bo"}
    mails = session.scalars(select(Mail).where(Mail.code == "booking_confirmed")).all()
    assert {mail.details["invitation"]["method"] for mail in mails} == {"REQUEST"}
    assert len(mails) == 2
    assert verbs(stage, booking) == [
        "booking.requested",
        "booking.terms_accepted",
        "booking.approved",
        "booking.confirmed",
    ]
    acceptance = session.scalars(select(TermsAcceptance)).one()
    assert (acceptance.subject_id, acceptance.accepted_by) == (booking.id, stage.cast.ada.id)


def test_the_earliest_open_deadline_holds_and_moves_when_its_gate_passes(stage: Stage) -> None:
    stage.terms()
    stage.rules(approval_days=1)
    booking = stage.book(hours(20, 10, 12))
    approval, terms = gate(stage, booking, GateKind.HOST_APPROVAL), gate(stage, booking, GateKind.TERMS)
    assert booking.held_until == approval.deadline == at(4)
    approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
    assert booking.held_until == terms.deadline == at(6)
    claim = stage.session.scalars(select(Claim)).one()
    assert claim.held_until == at(6)


def test_terms_accepted_with_the_request(stage: Stage) -> None:
    version = stage.terms()
    booking = stage.book(hours(20, 10, 12), terms_version=version.digest)
    assert gate(stage, booking, GateKind.TERMS).state is GateState.PASSED
    assert stage.session.scalars(select(TermsAcceptance)).one().digest == version.digest


def test_terms_that_changed_meanwhile_are_not_accepted_by_accident(stage: Stage) -> None:
    stage.terms("One")
    booking = stage.book(hours(20, 10, 12))
    stage.terms("Two")
    with pytest.raises(Refused) as refused:
        stage.book(hours(21, 10, 12), terms_version="1")
    assert "terms_changed" in refused.value.codes
    with pytest.raises(Refused):
        accept_terms(stage.session, booking.id, "2", now=stage.now, by=stage.actor("ada"))
    accept_terms(stage.session, booking.id, "1", now=stage.now, by=stage.actor("ada"))
    assert gate(stage, booking, GateKind.TERMS).state is GateState.PASSED, "pinned at the request"


def test_a_unit_without_conditions_confirms_at_once(stage: Stage) -> None:
    stage.rules(instant=True)
    booking = stage.book(hours(4, 10, 12))
    assert booking.state is BookingState.CONFIRMED
    assert told(stage, "booking_confirmed") == {"ada", "bo"}
    assert verbs(stage, booking) == ["booking.requested", "booking.confirmed"]


def test_approving_what_still_waits_for_terms_twice_is_idle(stage: Stage) -> None:
    stage.terms()
    booking = stage.book(hours(4, 10, 12))
    for _ in range(2):
        approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
    assert verbs(stage, booking) == ["booking.requested", "booking.approved"]


class TestEnding:
    """Declined, cancelled, expired, missed."""

    def test_declining_needs_a_reason_that_the_asker_reads(self, stage: Stage) -> None:
        booking = stage.book(hours(4, 10, 12))
        with pytest.raises(Invalid):
            decline(stage.session, booking.id, "  ", now=stage.now, by=stage.actor("bo"))
        decline(stage.session, booking.id, "The pump is broken.", now=stage.now, by=stage.actor("bo"))
        notice = stage.session.scalars(select(Notice).where(Notice.code == "booking_declined")).one()
        assert (notice.recipient_id, notice.details["reason"]) == (stage.cast.ada.id, "The pump is broken.")
        assert gate(stage, booking, GateKind.HOST_APPROVAL).state is GateState.FAILED
        stage.book(hours(4, 10, 12))

    def test_the_host_must_say_why_it_cancels_and_the_asker_need_not(self, stage: Stage) -> None:
        first, second = stage.book(hours(4, 10, 12)), stage.book(hours(5, 10, 12))
        with pytest.raises(Invalid):
            cancel(stage.session, first.id, now=stage.now, by=stage.actor("bo"))
        cancel(stage.session, first.id, "Fire drill", now=stage.now, by=stage.actor("bo"))
        assert told(stage, "booking_cancelled") == {"ada"}
        cancel(stage.session, second.id, now=stage.now, by=stage.actor("ada"))
        assert told(stage, "booking_cancelled") == {"ada", "bo"}
        ended = HistoryEntry.verb == "booking.cancelled"
        entries = stage.session.scalars(select(HistoryEntry).where(ended))
        sides = {each.subject_id: each.details for each in entries}
        assert sides == {first.id: {"side": "host"}, second.id: {"side": "user"}}

    def test_what_is_over_is_not_cancelled(self, stage: Stage) -> None:
        stage.rules(instant=True)
        booking = stage.book(hours(2, 10, 12))
        with pytest.raises(StateForbids):
            cancel(stage.session, booking.id, now=at(2, 12), by=stage.actor("ada"))

    def test_expiry_is_written_down_once_and_told_to_both(self, stage: Stage) -> None:
        booking = stage.book(hours(20, 10, 12))
        assert booking.held_until is not None
        assert expire_due(stage.session, now=booking.held_until - timedelta(seconds=1)) == 0
        late = booking.held_until
        assert expire_due(stage.session, now=late) == 1
        assert expire_due(stage.session, now=late) == 0
        assert not expire(stage.session, booking.id, now=late)
        assert told(stage, "booking_expired") == {"ada", "bo"}
        assert verbs(stage, booking)[-1] == "booking.expired"

    def test_a_slot_whose_hold_is_over_is_taken_before_any_job_ran(self, stage: Stage) -> None:
        first = stage.book(hours(20, 10, 12))
        assert first.held_until is not None
        second = stage.book(hours(20, 10, 12), now=first.held_until)
        assert (second.place, second.state) == (1, BookingState.HELD)
        assert expire_due(stage.session, now=second.created_at) == 1
        assert stage.session.scalars(select(Claim.holder_id)).all() == [second.id]

    def test_a_hold_whose_place_another_took_is_not_confirmed_by_a_slower_clock(self, stage: Stage) -> None:
        first = stage.book(hours(20, 10, 12))
        assert first.held_until is not None
        second = stage.book(hours(20, 10, 12), now=first.held_until)
        with pytest.raises(StateForbids) as forbidden:
            approve(stage.session, first.id, now=first.held_until - timedelta(seconds=1), by=stage.actor("bo"))
        assert forbidden.value.state == "expired"
        assert stage.session.scalars(select(Claim.holder_id)).all() == [second.id]

    def test_nobody_came(self, stage: Stage) -> None:
        stage.rules(instant=True, missed_threshold=30)
        missed, used = stage.book(hours(2, 10, 12)), stage.book(hours(2, 12, 14))
        check_in(stage.session, used.id, now=at(2, 12), by=stage.actor("ada"))
        assert miss_due(stage.session, now=at(2, 10, 29)) == 0
        assert miss_due(stage.session, now=at(2, 12, 40)) == 1
        assert (missed.state, used.state) == (BookingState.NO_SHOW, BookingState.IN_USE)


class TestReopening:
    """A condition that falls away."""

    def test_a_confirmed_booking_is_held_again_and_keeps_its_claim(self, stage: Stage) -> None:
        booking = stage.book(hours(20, 10, 12))
        approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
        reopen_gate(stage.session, booking.id, GateKind.HOST_APPROVAL, now=at(10, 9), by=stage.actor("bo"))
        assert (booking.state, booking.held_until) == (BookingState.HELD, at(14))
        claim = stage.session.scalars(select(Claim)).one()
        assert (claim.holder_id, claim.held_until) == (booking.id, at(14))

    @pytest.mark.parametrize("over", [False, True])
    def test_what_has_begun_keeps_its_state_and_the_parties_are_told(self, stage: Stage, over: bool) -> None:
        stage.rules(instant=True)
        booking = stage.book(hours(2, 10, 12))
        check_in(stage.session, booking.id, now=at(2, 10), by=stage.actor("ada"))
        if over:
            check_out(stage.session, booking.id, now=at(2, 11), by=stage.actor("ada"))
        state = booking.state
        reopen_gate(stage.session, booking.id, GateKind.PERMITS, now=at(2, 11), by=stage.actor("bo"))
        assert (booking.state, booking.held_until) == (state, None)
        assert told(stage, "booking_gate_reopened") == {"ada", "bo"}


class TestArrival:
    """Check-in and check-out by button."""

    @pytest.mark.parametrize("name", ["ada", "bo"])
    def test_by_whom_it_is_for_and_by_the_host(self, stage: Stage, name: str) -> None:
        stage.rules(instant=True)
        booking = stage.book(hours(2, 10, 12))
        check_in(stage.session, booking.id, now=at(2, 9, 50), by=stage.actor(name))
        check_out(stage.session, booking.id, now=at(2, 11), by=stage.actor(name))
        assert booking.state is BookingState.COMPLETED
        assert verbs(stage, booking)[-2:] == ["booking.checked_in", "booking.checked_out"]

    def test_on_the_day_and_not_after_the_end(self, stage: Stage) -> None:
        stage.rules(instant=True)
        booking = stage.book(hours(4, 10, 12))
        for moment, code in ((at(3, 23, 59), "check_in_too_early"), (at(4, 12), "check_in_too_late")):
            with pytest.raises(Refused) as refused:
                check_in(stage.session, booking.id, now=moment, by=stage.actor("ada"))
            assert refused.value.codes == (code,)
        check_in(stage.session, booking.id, now=at(4), by=stage.actor("ada"))

    def test_a_stranger_finds_nothing(self, stage: Stage) -> None:
        booking = stage.book(hours(2, 10, 12))
        with pytest.raises(NotFound):
            check_in(stage.session, booking.id, now=at(2, 10), by=stage.actor("eve"))


class TestReminders:
    """Once for each deadline, and not to those who acted just now."""

    def test_the_host_is_reminded_a_day_before_its_deadline(self, stage: Stage) -> None:
        booking = stage.book(hours(20, 10, 12))
        assert booking.held_until is not None
        assert remind_of_deadlines(stage.session, now=booking.held_until - timedelta(hours=25)) == 0
        assert remind_of_deadlines(stage.session, now=booking.held_until - timedelta(hours=23)) == 1
        assert remind_of_deadlines(stage.session, now=booking.held_until - timedelta(hours=22)) == 0
        assert told(stage, "booking_waits_for_host") == {"bo"}

    def test_the_user_is_reminded_of_terms(self, stage: Stage) -> None:
        stage.terms()
        booking = stage.book(hours(20, 10, 12))
        approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
        assert remind_of_deadlines(stage.session, now=at(5, 12)) == 1
        assert told(stage, "booking_waits_for_user") == {"ada"}

    def test_whoever_comes_is_reminded_a_day_before(self, stage: Stage) -> None:
        stage.rules(instant=True)
        stage.book(hours(4, 10, 12))
        assert remind_of_starts(stage.session, now=at(3, 9)) == 0
        assert remind_of_starts(stage.session, now=at(3, 11)) == 1
        assert remind_of_starts(stage.session, now=at(3, 12)) == 0
        assert told(stage, "booking_starts_soon") == {"ada"}


@pytest.mark.parametrize("name", ["ada", "eve", "cheng", "dee"])
def test_only_the_host_decides(stage: Stage, name: str) -> None:
    booking = stage.book(hours(4, 10, 12))
    expected = NotFound if name in ("eve", "cheng") else Forbidden
    with pytest.raises(expected):
        approve(stage.session, booking.id, now=stage.now, by=stage.actor(name))
    with pytest.raises(expected):
        decline(stage.session, booking.id, "No", now=stage.now, by=stage.actor(name))
