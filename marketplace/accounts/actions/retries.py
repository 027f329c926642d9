"""Requests that programs repeat: by their key the thing that was made is found again, and nothing is made twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.models import AnsweredRequest
from marketplace.values.refusal import Invalid

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as its sender names it: the key, and a digest of everything that it asks for."""

    key: str
    digest: bytes


def make_once(session: Session, asked: Asked, verb: Callable[[Session], UUID], *, now: datetime, by: UUID) -> UUID:
    """Do a verb that answers the id of what it made, or find what it made before under this key.

    Two at the same moment wait for one another. Raises `Invalid` for a key that is none (`key`), or that stands for
    another request (`key_reused`).
    """
    if not (0 < len(asked.key) <= LONGEST_KEY and asked.key.isprintable()):
        raise Invalid.one("idempotency_key", "key", max=LONGEST_KEY)
    mine = AnsweredRequest.person_id == by, AnsweredRequest.key == asked.key
    row = {"person_id": by, "key": asked.key, "digest": asked.digest, "at": now}
    first = insert(AnsweredRequest).values(row).on_conflict_do_nothing().returning(AnsweredRequest.key)
    if session.scalar(first) is None:
        before = session.scalars(select(AnsweredRequest).where(*mine)).one()
        if before.digest != asked.digest or before.subject_id is None:
            raise Invalid.one("idempotency_key", "key_reused")
        return before.subject_id
    made = verb(session)
    session.execute(update(AnsweredRequest).where(*mine).values(subject_id=made))
    return made


def forget_answered(session: Session, *, before: datetime) -> None:
    """Delete the keys of requests that nobody repeats any more."""
    session.execute(delete(AnsweredRequest).where(AnsweredRequest.at < before))
