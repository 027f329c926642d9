"""What a terms text is: its canonical form, and the digest by which an acceptance names it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

LONGEST = 60_000


def digest(text: Mapping[str, str]) -> str:
    """SHA-256, hexadecimal, over the text's canonical JSON (keys in order, no spaces, UTF-8)."""
    canonical = json.dumps(dict(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
