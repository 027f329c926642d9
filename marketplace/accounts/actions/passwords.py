"""Passwords as argon2id hashes: made, checked, and renewed when the parameters have grown."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106, second recommended option, scaled to what OWASP names for interactive sign-in: 64 MiB would let a handful
# of guesses a second fill a small server, 19 MiB with two passes does not.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its salt and parameters."""
    return HASHER.hash(password)


def matches(password_hash: str | None, given: str) -> bool:
    """Whether `given` is the password. Without a hash the same work is done in vain, so that time tells nothing."""
    try:
        return HASHER.verify(password_hash or _nobodys(), given) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


@cache
def _nobodys() -> str:
    return HASHER.hash("nobody has this password")
