"""When work that failed is tried again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

MAX_ATTEMPTS: Final = 8
# Claimed work that is not finished within this time belonged to a worker that died.
LEASE: Final = timedelta(seconds=30)
_FIRST_SECONDS: Final = 5
_LONGEST: Final = timedelta(hours=1)
_ERROR_LENGTH: Final = 500


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 5 s, then three times longer each time, at most an hour."""
    return min(timedelta(seconds=_FIRST_SECONDS * 3.0 ** (attempts - 1)), _LONGEST)


def is_last(attempts: int) -> bool:
    """Whether no further attempt follows this one."""
    return attempts >= MAX_ATTEMPTS


def reason_of(error: BaseException) -> str:
    """What went wrong, for an administrator: the kind of error and the first line of what it says."""
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}"[:_ERROR_LENGTH]
