"""Which plans lean on which entries of the vault, noted beside each plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.permits.models import UseEffect, VaultEntry, VaultUse
from marketplace.permits.rules.vault import basis_of, strongest


def note_uses(session: Session, booking_id: UUID, uses: Sequence[Mapping[str, Any]], *, now: datetime) -> int:
    """Make a booking's rows equal to the `vault_used` of its plan; the number of those that stand.

    A use that the plan no longer has is marked as ended, never deleted; one that comes back goes on, with the instant
    at which it was first noted. The caller holds the booking's lock.
    """
    wanted = strongest(uses)
    ids = {entry_id for entry_id, _ in wanted}
    known = select(VaultEntry.id, VaultEntry.rule_id).where(VaultEntry.id.in_(ids))
    held = {row.id: row.rule_id for row in session.execute(known)}
    standing = {key: found for key, found in wanted.items() if key[0] in held}
    rows = session.scalars(select(VaultUse).where(VaultUse.booking_id == booking_id)).all()
    for row in rows:
        if row.ended_at is None and (row.entry_id, row.rule_id) not in standing:
            row.ended_at = now
    session.flush()
    if standing:
        _put(
            session, [_row(key, found, held[key[0]], booking_id=booking_id, now=now) for key, found in standing.items()]
        )
        for row in rows:
            session.expire(row)
    return len(standing)


def _put(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    put = insert(VaultUse).values(rows)
    same = {"effect": put.excluded.effect, "basis": put.excluded.basis, "ended_at": None}
    session.execute(put.on_conflict_do_update(index_elements=["entry_id", "booking_id", "rule_id"], set_=same))


def _row(
    key: tuple[UUID, str], found: tuple[UseEffect, str], held_under: str | None, *, booking_id: UUID, now: datetime
) -> dict[str, Any]:
    (entry_id, rule_id), (effect, basis) = key, found
    return {
        "id": new_id(),
        "entry_id": entry_id,
        "booking_id": booking_id,
        "rule_id": rule_id,
        "effect": effect,
        "basis": basis or basis_of(held_under, rule_id, effect),
        "noted_at": now,
        "ended_at": None,
    }
