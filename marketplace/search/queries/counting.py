"""How many listings stand where."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.search.models import SearchRow


def facilities_by_zone(session: Session) -> Mapping[str, int]:
    """The number of published facilities in each zone itself, those in zones below it not counted."""
    counted = select(SearchRow.zone_code, func.count()).where(SearchRow.zone_code.is_not(None))
    return {code: number for code, number in session.execute(counted.group_by(SearchRow.zone_code)) if code}
