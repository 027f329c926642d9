"""Random secrets that people carry (links, cookies, tokens) and the digests that are all we keep of them."""

from __future__ import annotations

import hashlib


def digest(token: str) -> bytes:
    """SHA-256 of a random token of 256 bits: one that long needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()
