"""Spending from a token bucket before an act, in a unit of work of its own: what is spent stays spent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.database import Database
from marketplace.limits.rules import LIMITS, Limit, bucket_key

RETRY_WHEN_UNREADABLE = 30

_FILLED = "least(:capacity, b.tokens + :per_second * greatest(0, extract(epoch FROM CAST(:now AS timestamptz) - b.at)))"
# One statement decides and spends, so that racing requests can't both take the last token. A refused one writes none.
_SPEND = text(f"""
    INSERT INTO buckets AS b (key, tokens, at) VALUES (:key, :capacity - 1, :now)
    ON CONFLICT (key) DO UPDATE SET tokens = {_FILLED} - 1, at = greatest(b.at, excluded.at) WHERE {_FILLED} >= 1
    RETURNING tokens
""")
_LEFT = text(f"SELECT {_FILLED} FROM buckets b WHERE key = :key")
_FORGET = text("DELETE FROM buckets WHERE at < :before")


class TooMany(Exception):
    """The bucket is empty; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"again in {retry_after} s")


def spend(database: Database, kind: str, who: str, *, now: datetime) -> None:
    """Take one token from the bucket of `who` for `kind` (of `LIMITS`); raises `TooMany` when there is none."""
    limit = LIMITS[kind]
    if not database.info.get("rate_limits", True):
        return
    key = bucket_key(kind, who, key=_digest_key(database))
    try:
        retry_after = database.transact(lambda session: _spend(session, limit, key, now))
    except SQLAlchemyError:
        if limit.fail_closed:
            raise TooMany(RETRY_WHEN_UNREADABLE) from None
        return
    if retry_after is not None:
        raise TooMany(retry_after)


def forget_full(session: Session, *, before: datetime) -> int:
    """Delete buckets last spent from before an instant; by then they are full again. Returns their number."""
    return len(session.execute(text(f"{_FORGET.text} RETURNING 1"), {"before": before}).all())


def _spend(session: Session, limit: Limit, key: str, now: datetime) -> int | None:
    values = {"key": key, "capacity": float(limit.capacity), "per_second": limit.per_minute / 60, "now": now}
    if session.execute(_SPEND, values).first():
        return None
    return limit.seconds_until_one(session.execute(_LEFT, values).scalar_one())


def _digest_key(database: Database) -> bytes:
    key = database.info["history_key"]
    assert isinstance(key, bytes)
    return key
