"""How a controller signs what it sends, and which of it is taken."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from marketplace.operations.models import FeedEventKind
from marketplace.values.refusal import FieldError

VERSION: Final = "v1"
# Between the clock of a controller and ours; what is older may have been recorded by somebody and sent again.
AGE: Final = timedelta(minutes=5)
# A controller that was cut off may tell so much later what happened.
REACH: Final = timedelta(days=30)
MOST_EVENTS: Final = 200
LONGEST_ID: Final = 200
LONGEST_STATE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event as a controller tells it."""

    id: str
    kind: FeedEventKind
    at: datetime
    place: int = 1
    state: str | None = None


def signature(timestamp: str, body: bytes, *, secret: str) -> str:
    """HMAC-SHA-256 over the timestamp (Unix seconds), a full stop and the body, in hexadecimal, with its version."""
    mark = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"{VERSION}={mark}"


def signed(timestamp: str, body: bytes, given: str, *, secret: str, now: datetime) -> bool:
    """Whether the body was signed with the secret, and lately."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    sent = datetime.fromtimestamp(min(int(timestamp), 10**11), UTC)
    right = hmac.compare_digest(signature(timestamp, body, secret=secret).encode(), given.encode("utf-8", "replace"))
    return right and abs(now - sent) <= AGE


def in_turn(events: Sequence[Event], now: datetime) -> list[Event]:
    """The events in the order of time, a stop before a start of the same instant. What a clock that is ahead of ours
    stamped later than now has just happened, one after the other."""
    turned: list[Event] = []
    latest = now
    for event in sorted(events, key=lambda each: (each.at, each.kind is FeedEventKind.START, each.id), reverse=True):
        turned.append(replace(event, at=latest) if event.at > now else event)
        latest -= timedelta(microseconds=event.at > now)
    return turned[::-1]


def event_errors(events: Sequence[Event], *, places: int, now: datetime) -> Iterator[FieldError]:
    """Events that nobody can mean, each with its number."""
    for number, event in enumerate(events):
        if not 1 <= event.place <= places:
            yield FieldError(f"events.{number}.place", "between", "between", {"min": 1, "max": places})
        if event.at > now + AGE:
            yield FieldError(f"events.{number}.at", "not_in_future", "not_in_future")
        if event.at < now - REACH:
            yield FieldError(f"events.{number}.at", "too_long_ago", "too_long_ago", {"days": REACH.days})
        if (event.state is not None) != (event.kind is FeedEventKind.STATE):
            yield FieldError(f"events.{number}.state", "state_of_states", "state_of_states")
