"""Which outcomes of a frame count: submitted or confirmed, verified far enough, and of those that are one the best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.outcomes.models import OutcomeType
from marketplace.outcomes.rules.duplicates import NAMING_FOR_PARTY, Recorded, named_works
from marketplace.spillovers.rules.counting import COUNTED


def counting(row: str) -> str:
    """The condition on the status and level of a row."""
    return f"{row}.status IN {COUNTED} AND {row}.level >= :floor"


# Whose identifiers name a work only among the records of a party; of no others the parties are asked.
_SCHEMES: Final = " || ".join(f'@.scheme == "{each}"' for each in sorted(NAMING_FOR_PARTY))
CANDIDATES: Final = f"""
    SELECT s.outcome_id, s.level, s.type, s.date_event, v.identifiers, v.priorities,
           CASE WHEN v.identifiers @? CAST('$[*] ? ({_SCHEMES})' AS jsonpath) THEN (
             SELECT array_agg(DISTINCT p.organisation_id) FROM outcome_parties p WHERE p.version_id = v.id
           ) END AS parties
      FROM stood s JOIN outcome_versions v ON v.id = s.version_id
     WHERE {counting("s")} ORDER BY s.level DESC, s.outcome_id
"""
_MARK: Final = text("""
    UPDATE stood SET counted = true, key = known.key
      FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS text[])) AS known (id, key) WHERE known.id = stood.outcome_id
""")


def mark_counted(session: Session, floor: int) -> None:
    """Mark in the table `stood` what counts, with the key that it is told apart by: of outcomes that are one work the
    best verified, then the first entered."""
    session.execute(text("UPDATE stood SET counted = false, key = NULL"))
    found = counted(session.execute(text(CANDIDATES), {"floor": floor}).all())
    session.execute(_MARK, {"ids": list(found), "keys": list(found.values())})


def counted(rows: Sequence[Any]) -> dict[UUID, str | None]:
    """Of rows of `CANDIDATES` those that count, each with the key that it is told apart by."""
    works = [_recorded(row) for row in rows]
    places = {work.id: place for place, work in enumerate(works)}
    found: dict[UUID, str | None] = {}
    for group, name in named_works(works):
        first = min(map(places.__getitem__, group))
        found[rows[first].outcome_id] = name or _own(works[first])
    return found


def _recorded(row: Any) -> Recorded:
    return Recorded(
        id=str(row.outcome_id),
        type=OutcomeType(row.type),
        identifiers=frozenset((each["scheme"], each["normalised"]) for each in row.identifiers if each["normalised"]),
        priorities=frozenset(row.priorities),
        parties=frozenset(map(str, row.parties or ())),
    )


def _own(work: Recorded) -> str | None:
    """The key of a work whose identifiers name it only together with something else."""
    return f"own {work.id}" if work.identifiers else None
