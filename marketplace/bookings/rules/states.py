"""The states of a booking and the verbs that lead from one to another: a table, read by every verb and tested whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from marketplace.bookings.models import BookingState
from marketplace.values.refusal import StateForbids


class Verb(Enum):
    """What can be done to a booking, by people or by the clock."""

    APPROVE = "approve"
    ACCEPT_TERMS = "accept_terms"
    CONFIRM = "confirm"
    DECLINE = "decline"
    CANCEL = "cancel"
    EXPIRE = "expire"
    MOVE = "move"
    REOPEN = "reopen"
    STATE_FLOWS = "state_flows"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    MISS = "miss"
    FAIL = "fail"


S, V = BookingState, Verb
MOVES: Mapping[tuple[BookingState, Verb], BookingState] = MappingProxyType(
    {
        (S.HELD, V.APPROVE): S.HELD,
        (S.HELD, V.ACCEPT_TERMS): S.HELD,
        (S.HELD, V.CONFIRM): S.CONFIRMED,
        (S.HELD, V.DECLINE): S.DECLINED,
        (S.HELD, V.CANCEL): S.CANCELLED,
        (S.HELD, V.EXPIRE): S.EXPIRED,
        # A condition that can no longer be met, as when an authority refuses.
        (S.HELD, V.FAIL): S.DECLINED,
        (S.HELD, V.MOVE): S.HELD,
        (S.HELD, V.REOPEN): S.HELD,
        (S.HELD, V.STATE_FLOWS): S.HELD,
        (S.CONFIRMED, V.STATE_FLOWS): S.CONFIRMED,
        (S.CONFIRMED, V.CANCEL): S.CANCELLED,
        (S.CONFIRMED, V.MOVE): S.CONFIRMED,
        (S.CONFIRMED, V.REOPEN): S.HELD,
        (S.CONFIRMED, V.CHECK_IN): S.IN_USE,
        (S.CONFIRMED, V.MISS): S.NO_SHOW,
        (S.IN_USE, V.CHECK_OUT): S.COMPLETED,
        # What has begun is not undone by a condition that falls away later: the parties are told, the state stays.
        (S.IN_USE, V.REOPEN): S.IN_USE,
        (S.COMPLETED, V.REOPEN): S.COMPLETED,
    }
)

# These keep the claim; all others have given it back.
CLAIMING = frozenset({S.HELD, S.CONFIRMED, S.IN_USE, S.COMPLETED})
# Still to come or going on: what limits count and what a person looks for first.
LIVE = frozenset({S.HELD, S.CONFIRMED, S.IN_USE})


def after(state: BookingState, verb: Verb) -> BookingState:
    """The state that a verb leads to; raises StateForbids with the present state."""
    try:
        return MOVES[state, verb]
    except KeyError:
        raise StateForbids(state.value, verb.value) from None


def state_at(state: BookingState, held_until: datetime | None, now: datetime) -> BookingState:
    """The state that counts at `now`: a hold is expired from its deadline on, whether or not a job has said so."""
    overdue = state is S.HELD and held_until is not None and held_until <= now
    return S.EXPIRED if overdue else state
