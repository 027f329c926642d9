"""How a chain is marked and sealed: the same bytes for the same row, and keys that fit one purpose each.

Every entry's mark covers the entry and the mark before it, so that a changed, lost or inserted row breaks the chain at
that place. The subject's head covers the count and the last mark, so that a cut tail shows. Seals cover many chains at
once, so that a removed subject shows. All marks are HMAC-SHA-256: whoever lacks the key cannot make a chain that holds.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

GENESIS = b""
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What something happens to: a kind such as `booking`, and its id."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Everything of an entry that its mark covers."""

    id: UUID
    subject: Subject
    number: int
    at: datetime
    actor_id: UUID | None
    verb: str
    details: Mapping[str, Any]
    text_digest: bytes | None


@lru_cache(maxsize=16)
def key_for(purpose: str, history_key: bytes) -> bytes:
    """The key for one purpose (entry, head, seal), drawn from the deployment's own."""
    return hmac.new(history_key, f"benchbridge history 1 {purpose}".encode(), hashlib.sha256).digest()


def entry_mark(entry: Written, previous: bytes, *, key: bytes) -> bytes:
    """The mark of an entry: 32 bytes over all its columns and the mark before it (`GENESIS` for the first)."""
    covered = [
        str(entry.id),
        entry.subject.kind,
        str(entry.subject.id),
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        None if entry.actor_id is None else str(entry.actor_id),
        entry.verb,
        entry.details,
        None if entry.text_digest is None else entry.text_digest.hex(),
        previous.hex(),
    ]
    return hmac.new(key, canonical(covered), hashlib.sha256).digest()


def head_mark(subject: Subject, entries: int, head: bytes, *, key: bytes) -> bytes:
    """The mark over a subject's count and last entry: 32 bytes."""
    return hmac.new(key, canonical([subject.kind, str(subject.id), entries, head.hex()]), hashlib.sha256).digest()


def text_digest(salt: bytes, text: Mapping[str, Any]) -> bytes:
    """SHA-256 over salt and text: proves the text while it stands, tells nothing about it once the salt is gone."""
    return hashlib.sha256(salt + canonical(text)).digest()


def new_salt() -> bytes:
    """Random bytes that keep a short text from being guessed from its digest."""
    return os.urandom(SALT_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What one seal says: how many entries a range of transactions wrote, and the digest over their marks."""

    number: int
    sealed_at: datetime
    from_transaction: int
    to_transaction: int
    entries: int
    digest: bytes
    previous: bytes


def seal_digest(marks: Iterable[bytes]) -> tuple[int, bytes]:
    """The number of marks, and SHA-256 over them in the order of their ids."""
    digest, count = hashlib.sha256(), 0
    for mark in marks:
        digest.update(mark)
        count += 1
    return count, digest.digest()


def seal_signature(seal: Sealed, *, key: bytes) -> bytes:
    """The seal's signature: 32 bytes over all that it says and over the seal before it."""
    covered = [
        seal.number,
        seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        seal.from_transaction,
        seal.to_transaction,
        seal.entries,
        seal.digest.hex(),
        seal.previous.hex(),
    ]
    return hmac.new(key, canonical(covered), hashlib.sha256).digest()


def canonical(value: object) -> bytes:
    """One spelling for one value, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def plain(value: object) -> Any:
    """The value as JSON keeps it: ids and instants as text, whole floats as integers (the database spells them so)."""
    if isinstance(value, Mapping):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(member) for member in value)
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    return _plain_scalar(value)


def _plain_scalar(value: object) -> bool | int | float | str | None:
    if isinstance(value, Enum):
        return _plain_scalar(value.value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
