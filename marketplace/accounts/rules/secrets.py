"""Random secrets that people carry (links, cookies, tokens) and the digests that are all we keep of them."""

from __future__ import annotations

import hashlib
import secrets

LEADING = "bb_"
# Without letters and digits that are mistaken for each other when a code is copied from paper.
LEGIBLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def digest(token: str) -> bytes:
    """SHA-256 of a random token of 256 bits: one that long needs no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def new_secret() -> str:
    """256 random bits that fit an address or a cookie."""
    return secrets.token_urlsafe(32)


def new_api_token() -> str:
    """An API token; its prefix lets scanners of source code find one that leaked."""
    return LEADING + new_secret()


def new_recovery_code() -> str:
    """Ten legible characters (49 bits) in two groups."""
    drawn = "".join(secrets.choice(LEGIBLE) for _ in range(10))
    return f"{drawn[:5]}-{drawn[5:]}"


def new_pseudonym() -> str:
    """What stands for a person once their name is erased."""
    return "person-" + "".join(secrets.choice(LEGIBLE.lower()) for _ in range(8))
