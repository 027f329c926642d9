"""Sealing: a signed digest over every entry of a range of transactions that nobody can still write into.

A transaction's number is drawn when it first writes, and its rows show when it commits. Below the xmin of a snapshot no
transaction is in progress, so a range that ends there is complete: nothing more can ever appear in it by honest means.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.history import rules
from marketplace.history.copies import SealCopies
from marketplace.history.models import TRANSACTIONS_BEFORE, HistoryEntry, HistorySeal
from marketplace.history.rules import Sealed

_XMIN = text(f"SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + {TRANSACTIONS_BEFORE}")
_HIGHEST = text("SELECT coalesce(max(written_in), 0) + 1 FROM history_entries")
# One sealer at a time; the number is arbitrary and must only be the same for all of them.
_LOCK = text("SELECT pg_try_advisory_xact_lock(7316100003)")


class TransactionsRestarted(RuntimeError):
    """The database counts transactions from lower numbers than before: it was loaded from a dump."""

    def __init__(self, reached: int) -> None:
        super().__init__(
            "this database was loaded from a dump: history can be sealed again after "
            f"ALTER DATABASE ... SET benchbridge.transactions_before = {reached} and a restart of all its clients"
        )


def seal(session: Session, *, now: datetime) -> HistorySeal | None:
    """Seal what has been written since the last seal; None where nothing was, or another sealer is at work."""
    if not session.scalar(_LOCK):
        return None
    last = session.scalar(select(HistorySeal).order_by(HistorySeal.number.desc()).limit(1))
    start = last.to_transaction if last else 0
    end = session.scalar(_XMIN) or 0
    if end < start:
        raise TransactionsRestarted(max(start, session.scalar(_HIGHEST) or 0))
    entries, digest = rules.seal_digest(session.scalars(marks_between(start, end)))
    if entries == 0:
        return None
    sealed = Sealed(
        number=last.number + 1 if last else 1,
        sealed_at=now,
        from_transaction=start,
        to_transaction=end,
        entries=entries,
        digest=digest,
        previous=last.signature if last else rules.GENESIS,
    )
    return _kept(session, sealed)


def copy_seals(session: Session, copies: SealCopies) -> int:
    """Copy the seals that have no copy yet outside the database; returns their number."""
    missing = session.scalars(
        select(HistorySeal).where(HistorySeal.number > copies.last()).order_by(HistorySeal.number)
    ).all()
    for row in missing:
        copies.keep(row.number, as_copied(row))
    return len(missing)


def as_copied(row: HistorySeal) -> dict[str, Any]:
    """The seal as its copy says it."""
    return {
        "number": row.number,
        "sealed_at": row.sealed_at.isoformat(),
        "from_transaction": row.from_transaction,
        "to_transaction": row.to_transaction,
        "entries": row.entries,
        "digest": row.digest.hex(),
        "previous": row.previous.hex(),
        "signature": row.signature.hex(),
    }


def marks_between(start: int, end: int) -> Any:
    """The marks of the entries written by transactions from `start` up to, not including, `end`, by id."""
    return (
        select(HistoryEntry.mark)
        .where(HistoryEntry.written_in >= start, HistoryEntry.written_in < end)
        .order_by(HistoryEntry.id)
        .execution_options(yield_per=5000)
    )


def _kept(session: Session, sealed: Sealed) -> HistorySeal:
    key = rules.key_for("seal", session.info["history_key"])
    row = HistorySeal(
        number=sealed.number,
        sealed_at=sealed.sealed_at,
        from_transaction=sealed.from_transaction,
        to_transaction=sealed.to_transaction,
        entries=sealed.entries,
        digest=sealed.digest,
        previous=sealed.previous,
        signature=rules.seal_signature(sealed, key=key),
    )
    session.add(row)
    session.flush()
    return row
