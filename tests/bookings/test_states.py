"""The table of states: every verb in every state, from the table and through the verbs themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.availability.models import Claim
from marketplace.bookings.actions import (
    Change,
    accept_terms,
    approve,
    cancel,
    decline,
    expire,
    miss,
    move,
    pass_gate,
    reopen_gate,
)
from marketplace.bookings.models import Booking, BookingState, GateKind
from marketplace.bookings.rules import CLAIMING, MOVES, Verb, after, state_at
from marketplace.operations.actions.checking import check_in, check_out
from marketplace.values.refusal import StateForbids
from tests.factories.stage import Stage, at, hours

S, V = BookingState, Verb
TODAY = hours(2, 10, 12)


@pytest.mark.parametrize("verb", V)
@pytest.mark.parametrize("state", S)
def test_the_table_answers_for_every_state_and_verb(state: BookingState, verb: Verb) -> None:
    if (state, verb) in MOVES:
        assert after(state, verb) is MOVES[state, verb]
    else:
        with pytest.raises(StateForbids) as forbidden:
            after(state, verb)
        assert (forbidden.value.state, forbidden.value.verb) == (state.value, verb.value)


def test_an_end_is_an_end() -> None:
    ends = set(S) - CLAIMING
    assert not [move for move in MOVES if move[0] in ends]
    assert {MOVES[move] for move in MOVES if move[1] in (V.DECLINE, V.CANCEL, V.EXPIRE, V.MISS)} == ends


def test_every_state_can_be_reached_from_a_hold() -> None:
    reached, before = {S.HELD}, set[BookingState]()
    while reached != before:
        before = set(reached)
        reached |= {end for (state, _), end in MOVES.items() if state in reached}
    assert reached == set(S)


@pytest.mark.parametrize("state", S)
def test_the_clock_expires_holds_and_nothing_else(state: BookingState) -> None:
    now = at(2, 9)
    assert state_at(state, now, now) is (S.EXPIRED if state is S.HELD else state)
    assert state_at(state, now + timedelta(microseconds=1), now) is state
    assert state_at(state, None, now) is state


def bring(stage: Stage, state: BookingState) -> Booking:
    """A booking of Ada's for today at ten, with terms and approval as gates, brought into a state by the verbs."""
    stage.terms()
    booking = stage.book(TODAY)
    session, bo, ada, now = stage.session, stage.actor("bo"), stage.actor("ada"), stage.now
    if state is S.DECLINED:
        decline(session, booking.id, "No staff that day.", now=now, by=bo)
    if state is S.EXPIRED:
        assert expire(session, booking.id, now=at(2, 10))
    if state is S.CANCELLED:
        cancel(session, booking.id, now=now, by=ada)
    if state in (S.CONFIRMED, S.IN_USE, S.COMPLETED, S.NO_SHOW):
        approve(session, booking.id, now=now, by=bo)
        accept_terms(session, booking.id, "1", now=now, by=ada)
    if state is S.NO_SHOW:
        miss(session, booking.id, now=at(2, 11))
    if state in (S.IN_USE, S.COMPLETED):
        check_in(session, booking.id, now=now, by=ada)
    if state is S.COMPLETED:
        check_out(session, booking.id, now=now, by=ada)
    session.flush()
    assert booking.state is state
    return booking


Act = Callable[[Stage, Booking, datetime], Any]
ACTS: dict[Verb, Act] = {
    V.APPROVE: lambda stage, booking, now: approve(stage.session, booking.id, now=now, by=stage.actor("bo")),
    V.ACCEPT_TERMS: lambda stage, booking, now: accept_terms(
        stage.session, booking.id, "1", now=now, by=stage.actor("ada")
    ),
    V.DECLINE: lambda stage, booking, now: decline(stage.session, booking.id, "No.", now=now, by=stage.actor("bo")),
    V.CANCEL: lambda stage, booking, now: cancel(stage.session, booking.id, now=now, by=stage.actor("ada")),
    V.MOVE: lambda stage, booking, now: move(
        stage.session, booking.id, Change(period=hours(2, 10, 11)), now=now, by=stage.actor("ada")
    ),
    V.REOPEN: lambda stage, booking, now: reopen_gate(
        stage.session, booking.id, GateKind.HOST_APPROVAL, now=now, by=stage.actor("bo")
    ),
    V.CHECK_IN: lambda stage, booking, now: check_in(stage.session, booking.id, now=now, by=stage.actor("ada")),
    V.CHECK_OUT: lambda stage, booking, now: check_out(stage.session, booking.id, now=now, by=stage.actor("ada")),
}


@pytest.mark.parametrize("verb", ACTS)
@pytest.mark.parametrize("state", S)
def test_the_verbs_obey_the_table(stage: Stage, state: BookingState, verb: Verb) -> None:
    booking = bring(stage, state)
    version = booking.version
    if (state, verb) in MOVES:
        ACTS[verb](stage, booking, stage.now)
        assert booking.state is MOVES[state, verb]
        assert booking.version > version
    else:
        with pytest.raises(StateForbids) as forbidden:
            ACTS[verb](stage, booking, stage.now)
        assert (forbidden.value.state, booking.state, booking.version) == (state.value, state, version)
    claims = stage.session.scalars(select(Claim).where(Claim.holder_id == booking.id)).all()
    assert len(claims) == (1 if booking.state in CLAIMING else 0)
    assert all(claim.held_until == booking.held_until for claim in claims)


@pytest.mark.parametrize("verb", [verb for verb in ACTS if (S.HELD, verb) in MOVES])
def test_a_verb_that_comes_too_late_hears_expired_before_any_job_ran(stage: Stage, verb: Verb) -> None:
    booking = bring(stage, S.HELD)
    assert booking.held_until is not None
    with pytest.raises(StateForbids) as forbidden:
        ACTS[verb](stage, booking, booking.held_until)
    assert forbidden.value.state == "expired"
    assert booking.state is S.HELD, "it is the job that writes it down"


def test_gates_of_later_packages_use_the_same_two_verbs(stage: Stage) -> None:
    booking = bring(stage, S.CONFIRMED)
    reopen_gate(stage.session, booking.id, GateKind.PERMITS, now=stage.now, by=stage.actor("bo"), reason="Lapsed")
    assert booking.state is S.HELD
    pass_gate(stage.session, booking.id, GateKind.PERMITS, now=stage.now, by=stage.actor("bo"))
    assert booking.state is S.CONFIRMED
