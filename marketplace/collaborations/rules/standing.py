"""Who may do what with a collaboration: by its state, and by how a party stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from marketplace.collaborations.models import CollaborationParty, CollaborationState

State = CollaborationState
PartyStanding = Literal["asked", "member", "declined", "left"]


class Deed(StrEnum):
    """What is done with a collaboration."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    CHANGE = "change"
    ASK = "ask"
    LEAVE = "leave"
    NAME = "name"
    FUND = "fund"
    PLAN = "plan"
    FILE = "file"
    MOVE_BOOKING = "move_booking"
    COMPLETE = "complete"
    END = "end"


_GROWING: Final = frozenset({Deed.CHANGE, Deed.ASK, Deed.NAME, Deed.FUND, Deed.PLAN, Deed.FILE})
# A closing report and its papers often come after the last day; people and money are then as they were.
OPEN: Final[Mapping[State, frozenset[Deed]]] = {
    State.PROPOSED: _GROWING | {Deed.ACCEPT, Deed.DECLINE, Deed.WITHDRAW},
    State.ACTIVE: _GROWING | {Deed.ACCEPT, Deed.DECLINE, Deed.LEAVE, Deed.MOVE_BOOKING, Deed.COMPLETE, Deed.END},
    State.COMPLETED: frozenset({Deed.FILE}),
    State.ENDED: frozenset({Deed.FILE}),
    State.DECLINED: frozenset(),
}
# The row of the policy that says by whom.
VERBS: Final[Mapping[Deed, str]] = {
    Deed.ACCEPT: "collaboration.answer",
    Deed.DECLINE: "collaboration.answer",
    Deed.WITHDRAW: "collaboration.answer",
    Deed.LEAVE: "collaboration.answer",
    Deed.ASK: "collaboration.answer",
    Deed.COMPLETE: "collaboration.answer",
    Deed.END: "collaboration.answer",
    **dict.fromkeys((Deed.CHANGE, Deed.NAME, Deed.FUND, Deed.PLAN, Deed.FILE), "collaboration.write"),
    Deed.MOVE_BOOKING: "collaboration.write",
}
ANSWERS: Final = frozenset({Deed.ACCEPT, Deed.DECLINE})


def standing_of(party: CollaborationParty) -> PartyStanding:
    """How a party stands: asked and silent, taking part, not taking part, or gone."""
    if party.left_on is not None:
        return "left"
    if party.declined_at is not None:
        return "declined"
    return "asked" if party.joined_on is None else "member"


def takes(deed: Deed) -> PartyStanding:
    """How a party must stand to do it: whoever was asked answers, all else is for those who take part."""
    return "asked" if deed in ANSWERS else "member"


def members(parties: Iterable[CollaborationParty]) -> list[CollaborationParty]:
    """The parties that take part at present."""
    return [party for party in parties if standing_of(party) == "member"]


def state_after_answer(state: State, parties: Iterable[CollaborationParty]) -> State:
    """A proposal begins once another party has accepted, and is declined once nobody is left to answer."""
    if state is not State.PROPOSED:
        return state
    standings = [standing_of(party) for party in parties]
    if standings.count("member") > 1:
        return State.ACTIVE
    return State.PROPOSED if "asked" in standings else State.DECLINED


def pair_of(one: UUID, other: UUID) -> str:
    """What two organisations are known by together, whoever hosts."""
    return ":".join(sorted((str(one), str(other))))


def seen_until(standings: Mapping[PartyStanding, date | None]) -> date | None:
    """The last day that somebody sees: none for those who take part or are asked, else the day on which they left."""
    if "member" in standings or "asked" in standings:
        return None
    return standings.get("left")
