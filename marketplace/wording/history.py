"""What happened, as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.wording.dictionary import sentence as found
from marketplace.wording.dictionary import spoken
from marketplace.wording.filling import fill


def sentence(
    verb: str,
    details: Mapping[str, Any],
    language: str,
    *,
    text: Mapping[str, Any] | None = None,
    zone: str = "",
) -> str:
    """What the verb says with an entry's details and, where it still stands, its text."""
    template = found("HISTORY", verb, language)
    if template is None:
        return verb
    return fill(template, {**details, **(text or {})}, spoken(language), zone=zone)
