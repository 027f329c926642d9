"""Permits of bookings: the gate, the plan that is kept, what the rules forbid, and talks before a letter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.accounts.policy import SYSTEM
from marketplace.availability.rules import UnitRules
from marketplace.bookings import actions
from marketplace.bookings.models import (
    Booking,
    BookingPlan,
    BookingState,
    BookingTransfer,
    Gate,
    GateKind,
    GateState,
    PlanCause,
)
from marketplace.bookings.queries.appraisal import preview
from marketplace.bookings.queries.permits import latest_plan, plan_again, plans
from marketplace.bookings.rules.permits import complete, transfers
from marketplace.permits.models import PermitRule
from marketplace.permits.queries import territories
from marketplace.permits.rules.counts import with_counts
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refusal, Refused, StateForbids
from marketplace.wording.refusals import sentence
from tests.factories.stage import Stage, hours

NOTHING: dict[str, Any] = {
    "mode": "on_site",
    "activity_class": None,
    "activity_purpose": "research",
    "joint_hk_sz_research": False,
    "data_flows": [],
    "goods_flows": [],
    "people_flows": [],
    "technology_flows": [],
    "chemicals": [],
    "results": [],
    "place": {"lab_bsl": None, "control_codes": {}},
}
KNOW_HOW: dict[str, Any] = {
    "from": "CN",
    "to": "HK",
    "export_catalogue_part": "free",
    "import_catalogue_part": "none",
    "contract_type": "technical_service",
}
RESTRICTED = {**NOTHING, "technology_flows": [{**KNOW_HOW, "export_catalogue_part": "restricted"}]}
FORBIDDEN = {**NOTHING, "technology_flows": [{**KNOW_HOW, "export_catalogue_part": "prohibited"}]}
PERSONAL: dict[str, Any] = {
    "from": "CN",
    "to": "HK",
    "exporter": "host",
    "pi_nonsensitive_persons": 12,
    "pi_sensitive_persons": 0,
    "important_data": False,
    "hgr_information": False,
    "ciio": False,
    "onward_outside_gba": False,
    "basis": "contract",
    "bulk_category": None,
}


def gate(stage: Stage, booking: Booking) -> Gate | None:
    """The permits gate of a booking."""
    chosen = Gate.booking_id == booking.id, Gate.kind == GateKind.PERMITS
    return stage.session.scalars(select(Gate).where(*chosen).execution_options(populate_existing=True)).one_or_none()


def test_nothing_stated_opens_no_gate_and_makes_no_plan(across: Stage) -> None:
    booking = across.book(hours(30, 9, 12))
    assert (gate(across, booking), latest_plan(across.session, booking.id)) == (None, None)
    assert booking.state is BookingState.CONFIRMED


def test_nothing_that_crosses_needs_nothing(across: Stage) -> None:
    booking = across.book(hours(30, 9, 12), flows=NOTHING)
    row = latest_plan(across.session, booking.id)
    assert row is not None and (row.number, row.cause, row.awaited, row.denied) == (1, PlanCause.REQUEST, [], [])
    assert gate(across, booking) is None and booking.state is BookingState.CONFIRMED


def test_what_is_unknown_is_awaited(across: Stage) -> None:
    booking = across.book(hours(30, 9, 12), flows={})
    row, waiting = latest_plan(across.session, booking.id), gate(across, booking)
    assert row is not None and "TEC-02" in row.awaited and row.not_before
    assert waiting is not None and waiting.state is GateState.OPEN and booking.state is BookingState.HELD


def test_the_gate_stands_open_for_as_long_as_the_host_says(across: Stage) -> None:
    near, far = (across.book(hours(day, 9, 12, month=month), flows=RESTRICTED) for day, month in ((30, 3), (29, 6)))
    assert gate(across, near).deadline == near.starts_at  # type: ignore[union-attr]
    sixty_days = across.now.astimezone(far.starts_at.tzinfo) + timedelta(days=61)
    assert gate(across, far).deadline.date() == (sixty_days - timedelta(hours=9)).date()  # type: ignore[union-attr]


def test_a_unit_bears_no_more_holds_than_its_host_says(across: Stage) -> None:
    across.rules(instant=True, most_permit_holds=1)
    across.book(hours(30, 9, 12), flows=RESTRICTED)
    with pytest.raises(Refused) as refused:
        across.book(hours(31, 9, 12), flows=RESTRICTED)
    assert refused.value.codes == ("too_many_permit_holds",)
    assert across.book(hours(31, 9, 12), flows=NOTHING).state is BookingState.CONFIRMED


def test_a_denied_flow_refuses_the_booking_and_writes_nothing(across: Stage) -> None:
    with pytest.raises(Refused) as refused:
        across.book(hours(30, 9, 12), flows=FORBIDDEN)
    told = refused.value.reasons[0]
    assert (told.code, told.details["rule"], told.details["flows"]) == (
        "flows_denied",
        "TEC-01",
        ["technology_flows/0"],
    )
    assert sentence(told, "en").endswith("(TEC-01).")
    more = Refusal("flows_denied", {**told.details, "variant": {"en": "Send a copy."}})
    assert sentence(more, "en").endswith("Send a copy.")
    assert across.session.scalar(select(func.count()).select_from(Booking)) == 0
    shown = preview(
        across.session, across.wish(hours(30, 9, 12), flows=FORBIDDEN), now=across.now, by=across.actor("ada")
    )
    assert [each.code for each in shown.refusals] == ["flows_denied"]


@pytest.mark.parametrize(
    ("flows", "field"),
    [
        ({"goods_flows": [{"returns": "yes"}]}, "flows/goods_flows/0/returns"),
        ({"goods_flow": []}, "flows/goods_flow"),
        ({"user": {"jurisdiction": 7}}, None),
        ({"vault": [{"id": "x", "rule": "TEC-02"}]}, "flows/vault"),
        ({"people_flows": "many"}, "flows/people_flows"),
    ],
)
def test_misshapen_facts_are_named_below_flows(across: Stage, flows: dict[str, Any], field: str | None) -> None:
    if field is None:  # what the records tell is not asked
        assert across.book(hours(30, 9, 12), flows=flows).id
        return
    with pytest.raises(Invalid) as invalid:
        across.book(hours(30, 9, 12), flows=flows)
    assert [error.field for error in invalid.value.errors] == [field]


class TestLetterFirst:
    """TEC-02: no substantive talks before the letter of intent (art 33 as the tables read it)."""

    def test_no_price_no_messages_no_terms(self, across: Stage) -> None:
        terms = across.terms()
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        row = latest_plan(across.session, booking.id)
        assert row is not None and row.letters == ["TEC-02"]
        assert (booking.total_minor, booking.rate_id) == (None, None)
        for act in (
            lambda: actions.accept_terms(
                across.session, booking.id, str(terms.id), now=across.now, by=across.actor("ada")
            ),
            lambda: actions.write_on_booking(
                across.session, booking.id, "Price?", now=across.now, by=across.actor("ada")
            ),
            lambda: actions.write_on_booking(
                across.session, booking.id, "Ours!", now=across.now, by=across.actor("bo")
            ),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.codes == ("letter_first",)

    @pytest.mark.parametrize("more", [{"note": "Let us talk."}, {"terms_version": "1"}])
    def test_nor_with_the_request_itself(self, across: Stage, more: dict[str, str]) -> None:
        across.terms()
        with pytest.raises(Refused) as refused:
            across.book(hours(30, 9, 12), flows=RESTRICTED, **more)
        assert refused.value.codes == ("letter_first",)

    def test_free_technology_may_be_talked_about(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows={**NOTHING, "technology_flows": [KNOW_HOW]}, note="Hello")
        row = latest_plan(across.session, booking.id)
        assert row is not None and row.letters == []
        assert actions.write_on_booking(across.session, booking.id, "Price?", now=across.now, by=across.actor("ada"))


class TestFactsThatChange:
    """A new plan beside the old, and only what changed is asked again."""

    def test_a_confirmed_booking_is_held_again_and_confirmed_by_the_next_statement(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=NOTHING)
        self.state(across, booking, RESTRICTED)
        assert booking.state is BookingState.HELD
        self.state(across, booking, NOTHING)
        assert booking.state is BookingState.CONFIRMED
        found = plans(across.session, booking.id)
        assert [(row.number, row.cause, bool(row.awaited)) for row in found] == [
            (3, PlanCause.FACTS, False),
            (2, PlanCause.FACTS, True),
            (1, PlanCause.REQUEST, False),
        ]

    def test_the_price_is_named_once_talks_are_lawful(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=NOTHING)
        named = booking.total_minor
        assert named == 3 * 120_000
        self.state(across, booking, RESTRICTED)
        assert booking.total_minor is None
        self.state(across, booking, NOTHING)
        assert booking.total_minor == named

    def test_what_is_forbidden_is_refused(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=NOTHING)
        point = across.session.begin_nested()
        with pytest.raises(Refused) as refused:
            self.state(across, booking, FORBIDDEN)
        point.rollback()
        assert refused.value.codes == ("flows_denied",)
        assert len(plans(across.session, booking.id)) == 1

    def test_only_those_who_booked_state_facts(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=NOTHING)
        with pytest.raises(Forbidden):
            self.state(across, booking, NOTHING, by="bo")
        with pytest.raises(NotFound):
            self.state(across, booking, NOTHING, by="eve")

    def test_what_is_over_is_not_planned_anew(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=NOTHING)
        actions.cancel(across.session, booking.id, now=across.now, by=across.actor("ada"))
        with pytest.raises(StateForbids):
            self.state(across, booking, RESTRICTED)
        assert actions.replan(across.session, booking.id, PlanCause.RULES, now=across.now, by=SYSTEM) is None

    def test_nothing_new_makes_no_new_plan(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        later = across.now + timedelta(days=1)
        assert actions.replan(across.session, booking.id, PlanCause.RULES, now=later, by=SYSTEM) is None

    def test_moving_judges_the_new_day(self, across: Stage) -> None:
        booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
        change = actions.Change(period=hours(28, 9, 12, month=5))
        actions.move(across.session, booking.id, change, now=across.now, by=across.actor("ada"))
        row = latest_plan(across.session, booking.id)
        assert row is not None and row.awaited == ["TEC-02"]
        assert gate(across, booking).deadline > hours(30, 9, 12).start  # type: ignore[union-attr]

    def state(self, stage: Stage, booking: Booking, flows: dict[str, Any], by: str = "ada") -> BookingPlan:
        return actions.state_flows(stage.session, booking.id, flows, now=stage.now, by=stage.actor(by))


def test_a_stored_plan_reads_the_same_after_the_rules_changed(across: Stage) -> None:
    booking = across.book(hours(30, 9, 12), flows=RESTRICTED)
    row = latest_plan(across.session, booking.id)
    assert row is not None
    before = plan_again(across.session, row)
    law = across.session.scalars(select(PermitRule).where(PermitRule.rule_id == "TEC-02")).one()
    told = {**law.told, "clock": [{"max_days": 1, "day_kind": "calendar"}]}
    newer = {"version": 2, "told": told, "digest": "other", "entered_at": across.now + timedelta(hours=1)}
    across.session.add(PermitRule(rule_id="TEC-02", effective_from=law.effective_from, **newer))
    across.session.flush()
    again = plan_again(across.session, row)
    assert (again.rules_version, again.earliest_start) == (before.rules_version, row.earliest_start)
    assert {each.rule_id: each.verdict.rule.version for each in again.requirements}["TEC-02"] == 1
    later = across.now + timedelta(hours=2)
    anew = actions.replan(across.session, booking.id, PlanCause.RULES, now=later, by=SYSTEM)
    assert anew is not None and anew.earliest_start != row.earliest_start


class TestYearToDate:
    """The counts of a year are summed over the bookings that are agreed, by exporter, territory and year."""

    def test_agreed_bookings_count_and_others_do_not(self, across: Stage) -> None:
        flows = {**NOTHING, "data_flows": [{**PERSONAL, "pi_nonsensitive_persons": 70_000}]}
        first = across.book(hours(30, 9, 12), flows=flows)
        self.agree(across, first)
        second = across.book(hours(31, 9, 12), flows=flows)
        row = latest_plan(across.session, second.id)
        assert row is not None and row.facts["data_flows"][0]["pi_ytd_nonsensitive"] == 70_000
        assert latest_plan(across.session, first.id).facts["data_flows"][0]["pi_ytd_nonsensitive"] == 0  # type: ignore[union-attr]
        actions.cancel(across.session, first.id, now=across.now, by=across.actor("ada"))
        again = actions.replan(across.session, second.id, PlanCause.RULES, now=across.now, by=SYSTEM)
        counted = (again or row).facts["data_flows"][0]["pi_ytd_nonsensitive"]
        assert counted == (0 if again else 70_000)

    def test_what_was_stated_anew_replaces_what_was_counted(self, across: Stage) -> None:
        flows = {**NOTHING, "data_flows": [PERSONAL]}
        booking = across.book(hours(30, 9, 12), flows=flows)
        actions.state_flows(across.session, booking.id, NOTHING, now=across.now, by=across.actor("ada"))
        kept = select(func.count()).select_from(BookingTransfer).where(BookingTransfer.booking_id == booking.id)
        assert across.session.scalar(kept) == 0

    def test_more_that_was_sent_elsewhere_counts(self, across: Stage) -> None:
        where = territories(across.session)
        flow = {**PERSONAL, "date": "2026-03-30"}
        counts = {("host", "CN", 2026): (500, 3)}
        for stated, expected in ((None, 500), (100, 500), (900, 900)):
            told = {**flow, "pi_ytd_nonsensitive": stated}
            found = with_counts({"data_flows": [told]}, counts, where)["data_flows"][0]
            assert (found["pi_ytd_nonsensitive"], found["pi_ytd_sensitive"]) == (expected, 3)
        assert [each.persons for each in transfers({"data_flows": [flow]}, where)] == [12]
        assert list(transfers({"data_flows": [{**flow, "exporter": None}, {**flow, "from": None}]}, where)) == []

    def agree(self, stage: Stage, booking: Booking) -> None:
        for each in stage.session.scalars(select(Gate).where(Gate.booking_id == booking.id)):
            actions.pass_gate(stage.session, booking.id, each.kind, now=stage.now, by=SYSTEM)
        stage.session.refresh(booking)
        assert booking.state is BookingState.CONFIRMED


def test_the_records_have_the_last_word_on_the_parties() -> None:
    recorded = {"user": {"jurisdiction": "HK"}, "host": {"jurisdiction": "CN"}, "place": {"zone": None}}
    stated = {
        "user": {"jurisdiction": "CN", "export_penalty": True},
        "people_flows": [{"from": "HK"}, {"date": "2026-04-01"}],
    }
    facts = complete(stated, recorded, date(2026, 3, 30))
    assert facts["user"] == {"jurisdiction": "HK", "export_penalty": True}
    assert [each["date"] for each in facts["people_flows"]] == ["2026-03-30", "2026-04-01"]


def test_the_host_says_how_long_and_how_often(stage: Stage) -> None:
    for values in ({"permit_days": 0}, {"most_permit_holds": -1}, {"permit_days": 10_000}):
        with pytest.raises(Invalid) as invalid:
            stage.rules(**values)
        assert [error.field for error in invalid.value.errors] == list(values)
    assert UnitRules().permit_days == 90
