"""Before an authority's letter nothing passes between the two sides of a booking: no word, no sum, by no door."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Role
from marketplace.accounts.policy import SYSTEM
from marketplace.bookings import actions
from marketplace.bookings.actions.permits_failing import fail_permits
from marketplace.bookings.actions.training import decline_training, schedule_training
from marketplace.bookings.models import Booking, BookingState, Message, PlanCause
from marketplace.bookings.queries.desk import my_desk
from marketplace.bookings.queries.talks import letters_of, silent
from marketplace.history.models import HistoryEntry, HistoryText
from marketplace.notices.models import Mail, Notice
from marketplace.permits.models import VaultKind
from marketplace.terms.actions.training import ask as ask_training
from marketplace.terms.actions.training import set_need
from marketplace.terms.models import TrainingState
from marketplace.terms.rules.training import Need
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused
from tests.bookings.test_permits import NOTHING, RESTRICTED
from tests.bookings.test_permits_held import held_by
from tests.cast import actor_of, join, make_person
from tests.factories.listings import make_listing
from tests.factories.stage import Stage, hours

SECRET = "Eleven thousand, and we keep the patents."
SAYS: dict[str, tuple[str, Callable[[Stage, Booking], object]]] = {
    "approve": ("bo", lambda s, b: actions.approve(s.session, b.id, now=s.now, by=s.actor("bo"), note=SECRET)),
    "decline": ("bo", lambda s, b: actions.decline(s.session, b.id, SECRET, now=s.now, by=s.actor("bo"))),
    "cancel of the host": ("bo", lambda s, b: actions.cancel(s.session, b.id, SECRET, now=s.now, by=s.actor("bo"))),
    "cancel of the user": ("ada", lambda s, b: actions.cancel(s.session, b.id, SECRET, now=s.now, by=s.actor("ada"))),
    "move of the host": ("bo", lambda s, b: moved(s, b, "bo", reason=SECRET)),
    "move of the user": ("ada", lambda s, b: moved(s, b, "ada", reason=SECRET)),
    "limits set aside": ("bo", lambda s, b: moved(s, b, "bo", reason=SECRET, override=True)),
    "limits set aside for no reason": ("bo", lambda s, b: moved(s, b, "bo", override=True)),
    "a message of the user": ("ada", lambda s, b: wrote(s, b, "ada")),
    "a message of the user's manager": ("mara", lambda s, b: wrote(s, b, "mara")),
    "a message of the host": ("bo", lambda s, b: wrote(s, b, "bo")),
    "a message of the host's staff": ("stan", lambda s, b: wrote(s, b, "stan")),
}


def moved(stage: Stage, booking: Booking, who: str, **more: Any) -> Booking:
    change = actions.Change(period=hours(31, 9, 12), **more)
    return actions.move(stage.session, booking.id, change, now=stage.now, by=stage.actor(who))


def wrote(stage: Stage, booking: Booking, who: str) -> Message:
    return actions.write_on_booking(stage.session, booking.id, SECRET, now=stage.now, by=stage.actor(who))


def asked(stage: Stage, who: str, facility: Any = None, **more: Any) -> Any:
    where = facility or stage.facility
    return actions.ask(stage.session, where.id, "Price", SECRET, now=stage.now, by=stage.actor(who), **more)


@pytest.fixture
def both(across: Stage) -> Stage:
    """The stage with more people on either side, and a host who decides."""
    people = {"mara": (across.cast.university, Role.MANAGER), "stan": (across.cast.firm, Role.HOST_STAFF)}
    people["cole"] = (across.cast.university, Role.RESEARCHER)
    for name, (place, role) in people.items():
        person = make_person(across.session, name.title(), now=across.now)
        join(across.session, person, place, role, now=across.now)
        across.actors[name] = actor_of(across.session, person, now=across.now)
    across.rules(instant=False, permit_days=60)
    return across


@pytest.fixture
def waiting(both: Stage) -> Booking:
    return both.book(hours(30, 9, 12), flows=RESTRICTED)


def letter(stage: Stage, booking: Booking) -> None:
    held_by(stage, stage.cast.firm.id, VaultKind.LETTER)
    actions.replan(stage.session, booking.id, PlanCause.VAULT, now=stage.now, by=SYSTEM)


@pytest.mark.parametrize("door", SAYS)
def test_no_words_go_through_any_verb(both: Stage, waiting: Booking, door: str) -> None:
    with pytest.raises(Refused) as refused:
        SAYS[door][1](both, waiting)
    assert refused.value.codes == ("letter_first",)


@pytest.mark.parametrize("door", [door for door in SAYS if "no reason" not in door])
def test_with_the_letter_all_of_them_open(both: Stage, waiting: Booking, door: str) -> None:
    letter(both, waiting)
    assert SAYS[door][1](both, waiting)


def test_the_same_verbs_work_without_a_word(both: Stage, waiting: Booking) -> None:
    by = both.actor("bo")
    with pytest.raises(Invalid):
        plain = both.book(hours(31, 14, 16), flows=NOTHING)
        actions.decline(both.session, plain.id, "", now=both.now, by=by)
    actions.approve(both.session, waiting.id, now=both.now, by=by)
    moved(both, waiting, "bo")
    actions.cancel(both.session, waiting.id, now=both.now, by=by)
    assert (waiting.state, waiting.end_reason) == (BookingState.CANCELLED, None)
    other = both.book(hours(30, 14, 16), flows=RESTRICTED)
    actions.decline(both.session, other.id, "  ", now=both.now, by=by)
    assert other.state is BookingState.DECLINED


@pytest.mark.parametrize("more", [{"note": SECRET}, {"override_reason": SECRET}])
def test_nor_with_the_request(both: Stage, more: dict[str, str]) -> None:
    wish = both.wish(hours(30, 9, 12), flows=RESTRICTED, person_id=both.cast.ada.id, **more)
    who = "bo" if "override_reason" in more else "ada"
    with pytest.raises(Refused) as refused:
        actions.request_booking(both.session, wish, now=both.now, by=both.actor(who))
    assert "letter_first" in refused.value.codes


class TestConversations:
    """A conversation about a facility leads round the booking's own."""

    def test_whoever_it_is_for_asks_nothing_of_that_host(self, both: Stage, waiting: Booking) -> None:
        other, _ = make_listing(both.session, both.cast.firm.id, by=both.actor("bo"), now=both.now)
        for place in (both.facility, other):
            with pytest.raises(Refused) as refused:
                asked(both, "ada", place)
            assert refused.value.codes == ("letter_first",)
        assert waiting.state is BookingState.HELD

    @pytest.mark.parametrize("who", ["cole", "mara"])
    def test_nor_do_others_of_the_organisation_about_that_facility(
        self, both: Stage, waiting: Booking, who: str
    ) -> None:
        for more in ({}, {"organisation_id": waiting.organisation_id}):
            with pytest.raises(Refused):
                asked(both, who, **more)
        elsewhere, _ = make_listing(both.session, both.cast.firm.id, by=both.actor("bo"), now=both.now)
        assert asked(both, who, elsewhere).id

    @pytest.mark.parametrize("who", ["ada", "mara", "bo", "stan"])
    def test_one_that_was_begun_before_rests(self, both: Stage, who: str) -> None:
        thread = asked(both, "ada", organisation_id=both.cast.university.id)
        assert self.answer(both, thread, who)
        booking = both.book(hours(30, 9, 12), flows=RESTRICTED)
        with pytest.raises(Refused):
            self.answer(both, thread, who)
        letter(both, booking)
        assert self.answer(both, thread, who)

    def test_strangers_to_the_booking_ask_as_ever_and_an_ended_one_shuts_nothing(
        self, both: Stage, waiting: Booking
    ) -> None:
        thread = asked(both, "eve")
        assert self.answer(both, thread, "bo")
        with pytest.raises(NotFound):
            self.answer(both, thread, "ada")
        actions.cancel(both.session, waiting.id, now=both.now, by=both.actor("ada"))
        assert asked(both, "ada").id

    def test_a_hold_past_its_time_shuts_nothing(self, both: Stage, waiting: Booking) -> None:
        assert waiting.held_until is not None
        both.now = waiting.held_until
        assert asked(both, "ada").id

    def answer(self, stage: Stage, thread: Any, who: str) -> Message:
        return actions.write(stage.session, thread.id, "About the price", now=stage.now, by=stage.actor(who))


def test_training_is_scheduled_and_declined_without_words(both: Stage, waiting: Booking) -> None:
    set_need(both.session, both.unit.id, Need(name={"en": "Induction"}), now=both.now, by=both.actor("bo"))
    row = ask_training(both.session, both.unit.id, now=both.now, by=both.actor("ada"))
    by, when = both.actor("bo"), both.now + timedelta(days=3)
    for act in (
        lambda: schedule_training(both.session, row.id, at=when, trainer=SECRET, now=both.now, by=by),
        lambda: decline_training(both.session, row.id, SECRET, now=both.now, by=by),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.codes == ("letter_first",)
    schedule_training(both.session, row.id, at=when, trainer="", now=both.now, by=by)
    decline_training(both.session, row.id, "", now=both.now, by=by)
    assert (row.state, row.reason) == (TrainingState.DECLINED, "")
    again = ask_training(both.session, both.unit.id, now=both.now, by=both.actor("ada"))
    letter(both, waiting)
    with pytest.raises(Invalid):
        decline_training(both.session, again.id, "", now=both.now, by=by)
    assert decline_training(both.session, again.id, "No time", now=both.now, by=by).reason == "No time"


@pytest.mark.parametrize(("outside", "told"), [(True, False), (False, True)])
def test_what_one_side_writes_down_of_a_refusal_stays_with_it(
    both: Stage, waiting: Booking, outside: bool, told: bool
) -> None:
    authority = {"en": "Ministry"}
    by = both.actor("bo")
    fail_permits(both.session, waiting.id, SECRET, now=both.now, by=by, authority=authority, outside=outside)
    assert waiting.state is BookingState.DECLINED
    assert (waiting.end_reason == SECRET) is told
    assert spoken(both, SECRET) is told


@pytest.mark.parametrize("who", ["eve", "cheng", "dee"])
def test_others_are_told_that_they_may_not_and_no_more(both: Stage, waiting: Booking, who: str) -> None:
    by = both.actor(who)
    for act in (
        lambda: actions.decline(both.session, waiting.id, SECRET, now=both.now, by=by),
        lambda: actions.cancel(both.session, waiting.id, SECRET, now=both.now, by=by),
        lambda: actions.write_on_booking(both.session, waiting.id, SECRET, now=both.now, by=by),
    ):
        with pytest.raises((NotFound, Forbidden)):
            act()


def test_no_sum_stands_anywhere_and_nothing_waits_to_be_accepted(both: Stage) -> None:
    both.terms()
    booking = both.book(hours(30, 9, 12), flows=RESTRICTED)
    moved(both, booking, "bo")
    actions.approve(both.session, booking.id, now=both.now, by=both.actor("bo"))
    assert (booking.total_minor, booking.total_currency, booking.rate_id) == (None, None, None)
    assert not spoken(both, "360000") and not spoken(both, "3,600")
    assert booking.id not in [row.id for row in my_desk(both.session, by=both.actor("ada"), now=both.now).waiting]
    letter(both, booking)
    assert booking.total_minor == 360_000
    assert booking.id in [row.id for row in my_desk(both.session, by=both.actor("ada"), now=both.now).waiting]


def test_of_many_bookings_those_that_wait_for_a_letter(both: Stage, waiting: Booking) -> None:
    plain, planned = both.book(hours(31, 9, 12)), both.book(hours(31, 13, 15), flows=NOTHING)
    ids = [waiting.id, plain.id, planned.id]
    assert silent(both.session, ids) == {waiting.id} and silent(both.session, []) == set()
    assert [letters_of(both.session, each) for each in ids] == [["TEC-02"], [], []]
    letter(both, waiting)
    assert silent(both.session, ids) == set()


def spoken(stage: Stage, words: str) -> bool:
    """Whether words stand in any notice, mail or line of history."""
    rows = (Notice.details, Mail.details, HistoryEntry.details, HistoryText.text)
    found = [json.dumps(told) for column in rows for told in stage.session.scalars(select(column))]
    return any(words in told for told in found)
