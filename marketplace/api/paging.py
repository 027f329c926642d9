"""Cursors: the sort key of the last row shown, opaque to its reader."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from marketplace.values.refusal import Invalid

# How deep a list without a key of its own is read; nobody means a page beyond it.
FARTHEST = 10_000


class Row(Protocol):
    """Anything with an id by which its list is ordered."""

    @property
    def id(self) -> UUID:
        """A UUIDv7: it rises with time."""


R = TypeVar("R", bound=Row)


def cursor_of(*key: Any) -> str:
    """The cursor that continues after the row with this sort key."""
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in key]).encode()).decode().rstrip("=")


def key_of(cursor: str | None, parts: int) -> list[str] | None:
    """The sort key in a cursor of ours; `Invalid` names the field where it is not one."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error, UnicodeError):
        raise Invalid.one("cursor", "cursor_unknown") from None
    if not isinstance(key, list) or len(key) != parts or not all(isinstance(part, str) for part in key):
        raise Invalid.one("cursor", "cursor_unknown")
    return key


def before(cursor: str | None) -> UUID | None:
    """The id after which a list that is ordered by id goes on; `Invalid` names the field where it is not a cursor."""
    key = key_of(cursor, 1)
    try:
        return UUID(key[0]) if key else None
    except ValueError:
        raise Invalid.one("cursor", "cursor_unknown") from None


def moment(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Instant and id of the row after which a list by time goes on; `Invalid` where it is not a cursor of ours."""
    key = key_of(cursor, 2)
    if key is None:
        return None
    try:
        at, row = datetime.fromisoformat(key[0]), UUID(key[1])
    except ValueError:
        raise Invalid.one("cursor", "cursor_unknown") from None
    if at.tzinfo is None:
        raise Invalid.one("cursor", "cursor_unknown")
    return at, row


def offset(cursor: str | None, *, farthest: int = FARTHEST) -> int:
    """How many rows of a list without a key were shown already; `Invalid` where it is not a cursor of ours."""
    key = key_of(cursor, 1)
    if key is None:
        return 0
    if not (key[0].isascii() and key[0].isdigit() and len(key[0]) < 6 and int(key[0]) <= farthest):
        raise Invalid.one("cursor", "cursor_unknown")
    return int(key[0])


def following(found: Sequence[R], limit: int) -> str | None:
    """The cursor of what comes after, when one row more than `limit` was found in a list that is ordered by id."""
    return cursor_of(found[limit - 1].id) if len(found) > limit else None


def further(found: Sequence[object], limit: int, shown: int) -> str | None:
    """The cursor of what comes after the `shown` rows and this page, when one row more than `limit` was found."""
    return cursor_of(shown + limit) if len(found) > limit and shown + limit <= FARTHEST else None
