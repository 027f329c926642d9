"""Who is shown at a unit's door, and the code by which somebody who is not signed in proves a booking to be theirs."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import Final
from uuid import UUID

DIGITS: Final = 6


def door_code(booking_id: UUID, *, key: str) -> str:
    """Six digits that only whoever may see the booking is told: nothing is kept, and no two bookings share a key.

    Guesses are counted per booking and per unit, see `limits`.
    """
    mark = hmac.new(key.encode(), f"benchbridge door 1 {booking_id}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mark[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def fits(code: str, booking_id: UUID, *, key: str) -> bool:
    """Whether a code is the booking's, told in the same time for every wrong one; digits of any script count."""
    digits = "".join(str(unicodedata.digit(each)) for each in code if unicodedata.digit(each, None) is not None)
    return hmac.compare_digest(digits, door_code(booking_id, key=key))


def initials(name: str) -> str:
    """As much of a name as strangers at a door may read: first letters, and of a Chinese name its first character."""
    words = [word for word in name.split() if word]
    if not words:
        return "–"
    if any("\u3400" <= each <= "\u9fff" for each in words[0]):
        return f"{words[0][0]}＊"
    return "".join(word[0].upper() for word in words[:3])
