"""Where organisations stand, as a condition of statements: what `rules.standing.standing_refusals` says of one row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from marketplace.accounts.models import Organisation, Verification


def in_standing(place: Any = Organisation) -> ColumnElement[bool]:
    """Organisations with which nothing is wrong: verified and not suspended. `place` may be an alias of them."""
    return and_(place.verification == Verification.VERIFIED, place.suspended_at.is_(None))
