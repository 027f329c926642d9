"""When a session ended that nobody ended, and who may begin while another is in session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

# A feed that began a session without a booking and then fell silent for so long has lost its stop.
SILENCE: Final = timedelta(hours=24)


class EndRule(Enum):
    """By which rule the end of a session was estimated."""

    NEXT_BEGAN = "next_began"
    BOOKED_END = "booked_end"
    LAST_SIGN = "last_sign"


class StartRule(Enum):
    """By which rule the beginning of a session was estimated."""

    BOOKED_START = "booked_start"
    STOP_ALONE = "stop_alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An open session: when it began, until when it was booked (None: use without a booking), the last event of a feed
    since it began, and how long after the booked end one waits for a word."""

    began: datetime
    booked_end: datetime | None
    last_sign: datetime | None = None
    grace: timedelta

    @property
    def expected_end(self) -> datetime:
        """Until when it surely or probably lasted: to the booked end, or on to the last sign of life; without a
        booking nothing is assumed beyond what a feed has shown."""
        return max(at for at in (self.began, self.booked_end, self.last_sign) if at is not None)

    @property
    def due(self) -> datetime:
        """From when on no word is expected any more, so that the rule decides."""
        return self.expected_end + (self.grace if self.booked_end is not None else SILENCE)


@dataclass(frozen=True, slots=True)
class Estimate:
    """An end by rule."""

    at: datetime
    rule: EndRule


def estimated_end(running: Running, *, next_began: datetime | None, now: datetime) -> Estimate | None:
    """The end of a session that nobody ended; None while a word may still come.

    It does not depend on when one looks: the same sessions get the same ends whether the sweep runs each minute or has
    stood still for a day. An end never lies before its beginning, after `now`, or after the next beginning.
    """
    if next_began is not None and next_began <= running.due:
        return Estimate(max(next_began, running.began), EndRule.NEXT_BEGAN)
    if running.due > now:
        return None
    at = running.expected_end
    return Estimate(at, EndRule.BOOKED_END if at == running.booked_end else EndRule.LAST_SIGN)


def keeps_place(running: Running, *, at: datetime) -> bool:
    """Whether the one in session may stay although another wants to begin: until its booked end."""
    return running.booked_end is not None and at < running.booked_end
