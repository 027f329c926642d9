"""Collaborations that the reader's side has left: rows of a pack tell of them as they stood on that day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.collaborations.queries.seats import parties_of, seats_of, sight_of
from marketplace.collaborations.rules.sheet import Sheet, from_document

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Left:
    """The last day that is seen of a collaboration, and what it said then."""

    until: date
    sheet: Sheet | None


def left_by(session: Session, by: Actor, today: date) -> dict[str, Left]:
    """The collaborations of a frame that is laid out which the reader's side has left."""
    ids: Sequence[UUID] = session.scalars(text("SELECT id FROM tied")).all()
    found = {}
    for id, parties in parties_of(session, ids).items():
        seats = seats_of(session, parties, by, today)
        until = sight_of(seats, by).until
        if until is not None:
            kept = next((seat.party.left_with for seat in seats if seat.standing == "left"), None)
            found[str(id)] = Left(until, from_document(kept) if kept is not None else None)
    return found


def as_left(tables: Mapping[str, Sequence[Row]], left: Mapping[str, Left]) -> dict[str, list[dict[str, Any]]]:
    """The same rows without what came after the reader's side had left: another title or term, later parties."""
    found = {kind: [dict(row) for row in rows] for kind, rows in tables.items()}
    found["collaborations"] = [_collaboration(row, left.get(row["id"])) for row in found["collaborations"]]
    told = [(row, left.get(row["collaboration"])) for row in found["parties"]]
    found["parties"] = [_party(row, cut) for row, cut in told if cut is None or _day(row["joined_on"]) <= cut.until]
    return found


def _collaboration(row: dict[str, Any], left: Left | None) -> dict[str, Any]:
    if left is None or left.sheet is None:
        return row
    said = left.sheet
    days = {"starts_on": said.starts_on.isoformat(), "ends_on": said.ends_on.isoformat() if said.ends_on else None}
    more = {"kind": said.kind.value, "title": dict(said.title), "agreement_number": said.agreement_number}
    return row | days | more


def _party(row: dict[str, Any], left: Left | None) -> dict[str, Any]:
    later = left is not None and row["left_on"] is not None and _day(row["left_on"]) > left.until
    return row | {"left_on": None} if later else row


def _day(written: str) -> date:
    return date.fromisoformat(written)
