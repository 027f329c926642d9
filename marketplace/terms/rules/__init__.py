"""What terms are: their canonical form, and the digest by which an acceptance names them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

LONGEST: Final = 60_000


def digest(text: Mapping[str, str], clauses: Mapping[str, Any] | None = None) -> str:
    """SHA-256, hexadecimal, over the canonical JSON (keys in order, no spaces, UTF-8): of the text alone where there
    are no clauses, else of both."""
    whole: Mapping[str, Any] = {"clauses": dict(clauses), "text": dict(text)} if clauses else dict(text)
    canonical = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
