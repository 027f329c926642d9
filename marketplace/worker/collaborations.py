"""What bookings, names and the clock mean for collaborations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.actions.organisations import RENAMED
from marketplace.bookings.actions.confirming import CONFIRMED
from marketplace.collaborations.actions.joining import join_booking
from marketplace.collaborations.actions.mergers import note_former_name
from marketplace.collaborations.actions.reminding import remind_of_milestones
from marketplace.worker.registry import every, task


@task(CONFIRMED)
def join(session: Session, arguments: Mapping[str, Any], now: datetime) -> bool:
    """A booking was confirmed: it joins the collaboration of its organisations, or opens it."""
    return join_booking(session, UUID(arguments["booking"]), now=now) is not None


@task(RENAMED)
def keep_name(session: Session, arguments: Mapping[str, Any], now: datetime) -> bool:
    """An organisation has another name: the one before is kept, with the last day on which it had it."""
    until = date.fromisoformat(arguments["day"])
    return note_former_name(session, UUID(arguments["organisation"]), arguments["name"], until, now=now) is not None


@every(3600, "collaborations.remind_of_milestones")
def remind(session: Session, now: datetime) -> int:
    """Tell of milestones that are due soon or have passed."""
    return remind_of_milestones(session, now=now)
