"""Erasing a person from every concept that knows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.actions import profile
from marketplace.accounts.models import Person
from marketplace.bookings.models import Booking, BookingState, Message, MessageFile, Thread
from marketplace.history.actions import Subject, erase_texts
from marketplace.notices.actions.inbox import forget
from marketplace.notices.models import Mail
from marketplace.values.refusal import Refusal, demand

UNSAID = "…"
HOLDING = (BookingState.HELD, BookingState.CONFIRMED, BookingState.IN_USE)


def erase(session: Session, person_id: UUID, *, now: datetime) -> None:
    """Erase a person: account, notices, messages and notes they wrote, and the history's texts about them.

    Bookings stay, under the pseudonym. Refused while one of theirs still lies ahead, or the account may not go yet.
    """
    # Whoever books waits for the person too: no booking comes between the look at those ahead and the erasure.
    address = session.scalar(select(Person.email).where(Person.id == person_id).with_for_update(key_share=True))
    ahead = session.scalars(
        select(Booking.reference)
        .where(Booking.person_id == person_id, Booking.state.in_(HOLDING), Booking.ends_at > now)
        .order_by(Booking.starts_at)
    ).all()
    demand([Refusal("bookings_ahead", {"references": list(ahead)})] if ahead else [])
    written = select(Message.id).where(Message.sender_id == person_id)
    session.execute(delete(MessageFile).where(MessageFile.message_id.in_(written)))
    session.execute(update(Message).where(Message.sender_id == person_id).values(text=""))
    asked = Thread.person_id == person_id, Thread.booking_id.is_(None)
    session.execute(update(Thread).where(*asked).values(subject=UNSAID))
    session.execute(update(Booking).where(Booking.booked_by == person_id).values(note=None))
    if address is not None:
        # What was written to the bare address: sign-ups, resets, invitations. The last mail of all follows.
        session.execute(delete(Mail).where(func.lower(Mail.address) == address.lower()))
    profile.erase(session, person_id, now=now)
    forget(session, person_id)
    erase_texts(session, subjects=[Subject("person", person_id)], actor_id=person_id)
