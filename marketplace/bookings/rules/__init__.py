"""Rules of bookings: what is asked for, every reason against it, its gates and its states."""

from __future__ import annotations

from marketplace.bookings.rules.arrival import arrival_refusals, check_in_opens
from marketplace.bookings.rules.gates import (
    Deadline,
    Demands,
    Opening,
    deadline,
    deadline_of_reopened,
    held_until,
    openings,
)
from marketplace.bookings.rules.judging import (
    BOOKING_ROLES,
    MOST_HOLDS,
    OVERRIDABLE,
    OWN_USE_ROLES,
    Case,
    Listing,
    Party,
    Standing,
    local_weeks,
    refusals,
    set_aside,
)
from marketplace.bookings.rules.requests import BookingRequest
from marketplace.bookings.rules.states import CLAIMING, LIVE, MOVES, Verb, after, state_at

__all__ = [
    "BOOKING_ROLES",
    "CLAIMING",
    "LIVE",
    "MOST_HOLDS",
    "MOVES",
    "OVERRIDABLE",
    "OWN_USE_ROLES",
    "BookingRequest",
    "Case",
    "Deadline",
    "Demands",
    "Listing",
    "Opening",
    "Party",
    "Standing",
    "Verb",
    "after",
    "arrival_refusals",
    "check_in_opens",
    "deadline",
    "deadline_of_reopened",
    "held_until",
    "local_weeks",
    "openings",
    "refusals",
    "set_aside",
    "state_at",
]
