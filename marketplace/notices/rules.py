"""How long a mail is tried, and which answers of a mail server are final."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

MAX_ATTEMPTS: Final = 10
# A claimed mail that is neither sent nor failed within this time belonged to a worker that died.
LEASE: Final = timedelta(minutes=2)
_FIRST_SECONDS: Final = 60
_LONGEST: Final = timedelta(hours=6)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: a minute, then three times longer each time, up to six hours."""
    return min(timedelta(seconds=_FIRST_SECONDS * 3.0 ** (attempts - 1)), _LONGEST)


def is_last(attempts: int) -> bool:
    """Whether no further attempt follows this one."""
    return attempts >= MAX_ATTEMPTS


def is_final(reply_code: int) -> bool:
    """Whether an SMTP reply says that trying again is of no use (RFC 5321, 4.2.1: 5yz)."""
    return 500 <= reply_code <= 599
