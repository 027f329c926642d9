"""Cursors: the sort key of the last row shown, opaque to its reader."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from marketplace.values.refusal import Invalid


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
