"""Keeping a short secret so that a copy of the database alone does not give it away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

NONCE = 16
TAG = 16


class Unsealable(ValueError):
    """The text was not sealed with this key, or was changed since."""


def seal(text: str, *, key: str) -> str:
    """The text (up to 32 bytes) under a pad that is drawn anew each time, with a mark against changes.

    The pad is HMAC-SHA-256 of a random nonce: a pseudo-random function used as a one-time pad, so that 32 bytes need no
    cipher. The mark covers nonce and padded text under a key of its own.
    """
    plain = text.encode()
    nonce = os.urandom(NONCE)
    body = nonce + _padded(plain, nonce, key)
    return base64.urlsafe_b64encode(body + _tag(body, key)).decode()


def unseal(sealed: str, *, key: str) -> str:
    """The text that was sealed. Raises `Unsealable`."""
    whole = base64.urlsafe_b64decode(sealed.encode())
    body, tag = whole[:-TAG], whole[-TAG:]
    if not hmac.compare_digest(tag, _tag(body, key)):
        raise Unsealable("sealed with another key, or changed")
    return _padded(body[NONCE:], body[:NONCE], key).decode()


def _padded(text: bytes, nonce: bytes, key: str) -> bytes:
    pad = hmac.new(_key("pad", key), nonce, hashlib.sha256).digest()
    if len(text) > len(pad):
        raise ValueError("too long to be sealed")
    return bytes(a ^ b for a, b in zip(text, pad, strict=False))


def _tag(body: bytes, key: str) -> bytes:
    return hmac.new(_key("tag", key), body, hashlib.sha256).digest()[:TAG]


def _key(purpose: str, key: str) -> bytes:
    return hmac.new(key.encode(), f"benchbridge sealing 1 {purpose}".encode(), hashlib.sha256).digest()
