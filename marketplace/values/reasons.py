"""Reasons that people give for what they do to others."""

from __future__ import annotations

from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid

LONGEST_REASON = 1000


def reason_given(text: str) -> str:
    """A reason that was really given. Raises `Invalid` (rule required)."""
    reason = clean_text(text, LONGEST_REASON, field="reason", multiline=True)
    if not reason:
        raise Invalid.one("reason", "required")
    return reason
