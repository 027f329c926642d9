"""Deferring work: a row beside the change that causes it, so that both are kept or neither."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from marketplace.database import new_id

_DEFER = text("""
    INSERT INTO tasks (id, name, arguments, key, state, created_at, run_at, attempts)
    VALUES (:id, :name, :arguments, :key, 'waiting', :now, :run_at, 0)
    ON CONFLICT (key) DO NOTHING
    RETURNING id
""").bindparams(bindparam("arguments", type_=JSONB))


def defer(
    session: Session,
    name: str,
    arguments: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    run_at: datetime | None = None,
) -> bool:
    """Have the worker do `name` once this transaction is kept, not before `run_at`.

    `key` makes the effect happen once: for a key already deferred under the same name nothing is written and the answer
    is False. `arguments` are JSON: ids as text, instants in ISO 8601.
    """
    row = {
        "id": new_id(),
        "name": name,
        "arguments": dict(arguments),
        "key": None if key is None else f"{name}:{key}",
        "now": now,
        "run_at": run_at or now,
    }
    return session.execute(_DEFER, row).first() is not None
