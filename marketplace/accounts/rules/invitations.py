"""Mails to people who did not ask for them: what an organisation may send, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.accounts.models import Organisation, Verification
from marketplace.accounts.rules.standing import standing_refusals
from marketplace.values.refusal import Refusal

# Of invitations that may still be accepted, for one organisation: until an administrator has looked at it, it may
# gather the few with whom it drafts.
MOST_OPEN = 200
MOST_OPEN_WHILE_WAITING = 5
# Organisations that one person has entered and that are not verified.
MOST_WAITING = 3


def invitation_refusals(place: Organisation, open_ones: int) -> Iterator[Refusal]:
    """Why an organisation invites nobody more: refused, suspended, or enough invitations are open (`open_ones`)."""
    waits = place.verification is Verification.PENDING
    if place.suspended_at is not None or place.verification is Verification.REFUSED:
        yield from standing_refusals(place)
    most = MOST_OPEN_WHILE_WAITING if waits else MOST_OPEN
    if open_ones >= most:
        yield Refusal("too_many_invitations", {"most": most})


def entry_refusals(waiting: int) -> Iterator[Refusal]:
    """Why somebody enters no further organisation: so many of theirs wait for an administrator or were refused."""
    if waiting >= MOST_WAITING:
        yield Refusal("too_many_waiting", {"most": MOST_WAITING})


def names_itself(place: Organisation) -> bool:
    """Whether an invitation may quote names: those of an unverified organisation could say anything to anybody."""
    return not standing_refusals(place)
