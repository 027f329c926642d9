"""What one side of a booking says to the other: nothing while a rule asks for a letter first (TEC-02)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.bookings.queries.talks import letters_of
from marketplace.bookings.rules.permits import letter_first
from marketplace.bookings.rules.requests import LONGEST_REASON
from marketplace.values import refusal
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid


def demand_talks(session: Session, booking_id: UUID) -> None:
    """Raise Refused (`letter_first`) while rules forbid talks on price and terms of this booking."""
    demand_letters(letters_of(session, booking_id))


def demand_letters(rules: Sequence[str]) -> None:
    """Raise Refused (`letter_first`) where rules ask for a letter first."""
    refusal.demand([letter_first(rules)] if rules else [])


def said(
    session: Session, booking_id: UUID, text: str | None, *, field: str = "reason", required: bool = False
) -> str | None:
    """The words that go with a verb to the other side, cleaned; None for none. Before the letter there are none: they
    are refused, and nobody has to give any."""
    cleaned = clean_text(text or "", LONGEST_REASON, field=field, multiline=True)
    if cleaned:
        demand_talks(session, booking_id)
    elif required and not letters_of(session, booking_id):
        raise Invalid.one(field, "required")
    return cleaned or None
