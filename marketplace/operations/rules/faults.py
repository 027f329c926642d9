"""How long a fault keeps a unit from being booked: nobody knows for sure, so the stop moves on until it is mended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

# Where nobody knows when the unit is back, this much ahead can't be booked.
UNKNOWN: Final = timedelta(days=30)
# Where it should be back and nobody has said that it is, the stop lasts this much longer, again and again.
OVERDUE: Final = timedelta(days=1)
# A stop is moved on before it ends, so that nobody slips in between.
AHEAD: Final = timedelta(hours=1)


def stop_until(expected_back: datetime | None, now: datetime) -> datetime:
    """Until when a stop holds the unit, as far as one knows now."""
    if expected_back is None:
        return now + UNKNOWN
    return expected_back if expected_back > now + AHEAD else now + OVERDUE
