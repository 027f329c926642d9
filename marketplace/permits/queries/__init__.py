"""Reads about permit rules, and the plans made by them."""

from __future__ import annotations

from marketplace.permits.queries.rules import (
    calendars,
    naming,
    permit_plan,
    rule_book,
    rules,
    territories,
    titles,
    versions,
    vocabulary,
)

__all__ = [
    "calendars",
    "naming",
    "permit_plan",
    "rule_book",
    "rules",
    "territories",
    "titles",
    "versions",
    "vocabulary",
]
