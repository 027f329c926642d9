"""The second factor: six digits from an authenticator application (RFC 6238), or a recovery code."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from hmac import compare_digest
from urllib.parse import quote

import pyotp

STEP = 30
ISSUER = "Benchbridge"
# A clock may be one step off in either direction (RFC 6238, 5.2).
TOLERANCE = (0, -1, 1)


def normal_code(text: str) -> str | None:
    """Six ASCII digits, typed in full width or as two groups of three if they like; None for anything else."""
    plain = unicodedata.normalize("NFKC", text).strip(" ")
    found = re.fullmatch(r"([0-9]{3}) ?([0-9]{3})", plain)
    return found[1] + found[2] if found else None


def matching_step(secret: str, code: str, *, now: datetime, used: int | None) -> int | None:
    """The time step whose code this is; None for a wrong one, and for steps up to `used`: a code works once."""
    digits = normal_code(code)
    if digits is None:
        return None
    generator = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP
    steps = [current + off for off in TOLERANCE if compare_digest(generator.generate_otp(current + off), digits)]
    return next((step for step in steps if used is None or step > used), None)


def address_of(secret: str, email: str) -> str:
    """The otpauth address that an authenticator application reads from the picture."""
    label = quote(f"{ISSUER}:{email}", safe="@")
    return f"otpauth://totp/{label}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits=6&period={STEP}"


def recovery_digest(code: str) -> str:
    """What is kept of a recovery code; capitals, hyphens and spaces do not matter."""
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", code)).upper()
    return hashlib.sha256(plain.encode()).hexdigest()
