"""Verbs of bookings: asking, deciding, moving, ending, and talking about them."""

from __future__ import annotations

from marketplace.bookings.actions.ending import cancel, decline, expire, expire_due, miss, miss_due
from marketplace.bookings.actions.gates import accept_terms, approve, pass_gate, reopen_gate
from marketplace.bookings.actions.messages import ask, write, write_on_booking
from marketplace.bookings.actions.moving import Change, move
from marketplace.bookings.actions.permits import replan, state_flows
from marketplace.bookings.actions.reminding import remind_of_deadlines, remind_of_starts
from marketplace.bookings.actions.request import book_for, request_booking, request_with_gates

__all__ = [
    "Change",
    "accept_terms",
    "approve",
    "ask",
    "book_for",
    "cancel",
    "decline",
    "expire",
    "expire_due",
    "miss",
    "miss_due",
    "move",
    "pass_gate",
    "remind_of_deadlines",
    "remind_of_starts",
    "reopen_gate",
    "replan",
    "request_booking",
    "request_with_gates",
    "state_flows",
    "write",
    "write_on_booking",
]
