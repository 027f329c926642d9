"""Writing down what happened, sealing it, and erasing the texts that a person may ask to have erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.history import rules
from marketplace.history.rules import Subject, Written

__all__ = ["Event", "Subject", "record", "record_many"]

# Locking the head makes writers of one subject stand in line; writers of different subjects never meet.
_HEADS = text("""
    SELECT h.kind, h.subject_id, h.entries, h.head
      FROM history_subjects h
      JOIN unnest(CAST(:kinds AS text[]), CAST(:ids AS uuid[])) AS wanted (kind, subject_id)
        ON h.kind = wanted.kind AND h.subject_id = wanted.subject_id
     ORDER BY h.kind, h.subject_id
       FOR NO KEY UPDATE OF h
""")

# Heads, entries and texts of many in one statement. A subject whose head another transaction wrote meanwhile gets none:
# it is missing from what comes back, and is tried again on top of the other's head.
_WRITE_MANY = text("""
    WITH fresh AS (
      INSERT INTO history_subjects (kind, subject_id, entries, head, mark)
      SELECT s->>'kind', (s->>'id')::uuid, (s->>'entries')::int, decode(s->>'head', 'hex'), decode(s->>'mark', 'hex')
        FROM jsonb_array_elements(:heads) AS s WHERE (s->>'before')::int = 0
      ON CONFLICT DO NOTHING
      RETURNING kind, subject_id
    ), grown AS (
      UPDATE history_subjects h
         SET entries = (s->>'entries')::int, head = decode(s->>'head', 'hex'), mark = decode(s->>'mark', 'hex')
        FROM jsonb_array_elements(:heads) AS s
       WHERE (s->>'before')::int > 0 AND h.kind = s->>'kind' AND h.subject_id = (s->>'id')::uuid
      RETURNING h.kind, h.subject_id
    ), written AS (
      SELECT kind, subject_id FROM fresh UNION ALL SELECT kind, subject_id FROM grown
    ), entries AS (
      INSERT INTO history_entries (id, subject_kind, subject_id, number, at, actor_id, verb, details, text_digest, mark)
      SELECT (e->>'id')::uuid, e->>'kind', (e->>'subject_id')::uuid, (e->>'number')::int, (e->>'at')::timestamptz,
             (e->>'actor_id')::uuid, e->>'verb', e->'details', decode(e->>'text_digest', 'hex'),
             decode(e->>'mark', 'hex')
        FROM jsonb_array_elements(:entries) AS e
        JOIN written w ON w.kind = e->>'kind' AND w.subject_id = (e->>'subject_id')::uuid
      RETURNING id
    ), texts AS (
      INSERT INTO history_texts (entry_id, salt, text)
      SELECT entries.id, decode(e->>'salt', 'hex'), e->'text'
        FROM jsonb_array_elements(:entries) AS e JOIN entries ON entries.id = (e->>'id')::uuid
       WHERE e->>'salt' IS NOT NULL
    )
    SELECT kind, subject_id FROM written
""").bindparams(bindparam("heads", type_=JSONB), bindparam("entries", type_=JSONB))

_NEW_HEAD = """
    INSERT INTO history_subjects (kind, subject_id, entries, head, mark)
    VALUES (:kind, :subject_id, :number, :mark, :head_mark) ON CONFLICT DO NOTHING RETURNING kind
"""
_GROWN_HEAD = """
    UPDATE history_subjects SET entries = :number, head = :mark, mark = :head_mark
     WHERE kind = :kind AND subject_id = :subject_id RETURNING kind
"""


def _write_one(head: str, *, with_text: bool) -> TextClause:
    """The same for one event, without the detour through JSON: nearly every verb writes exactly one."""
    words = """,
    words AS (INSERT INTO history_texts (entry_id, salt, text)
              SELECT id, CAST(:salt AS bytea), CAST(:text AS jsonb) FROM entry)"""
    return text(f"""
    WITH head AS ({head}),
    entry AS (
      INSERT INTO history_entries (id, subject_kind, subject_id, number, at, actor_id, verb, details, text_digest, mark)
      SELECT CAST(:id AS uuid), CAST(:kind AS text), CAST(:subject_id AS uuid), CAST(:number AS int),
             CAST(:at AS timestamptz), CAST(:actor_id AS uuid), CAST(:verb AS text), CAST(:details AS jsonb),
             CAST(:text_digest AS bytea), CAST(:mark AS bytea)
        FROM head
      RETURNING id
    ){words if with_text else ""}
    SELECT kind FROM head
    """).bindparams(bindparam("details", type_=JSONB), *([bindparam("text", type_=JSONB)] if with_text else []))


_ONE = {
    (new, worded): _write_one(_NEW_HEAD if new else _GROWN_HEAD, with_text=worded)
    for new in (True, False)
    for worded in (True, False)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing to record. `details` holds ids and codes; names and free text go into `text`, which can be erased."""

    subject: Subject
    verb: str
    details: Mapping[str, Any] | None = None
    text: Mapping[str, Any] | None = None


def record(
    session: Session,
    subject: Subject,
    verb: str,
    *,
    now: datetime,
    by: UUID | None,
    details: Mapping[str, Any] | None = None,
    text: Mapping[str, Any] | None = None,
    fresh: bool = False,
) -> None:
    """Write down what happened to `subject`; `by` is a person, or None for the platform itself.

    `fresh` says that the subject was made in this very transaction, which saves looking for its head.
    """
    event = Event(subject=subject, verb=verb, details=details, text=text)
    record_many(session, [event], now=now, by=by, fresh=fresh)


def record_many(
    session: Session, events: Iterable[Event], *, now: datetime, by: UUID | None, fresh: bool = False
) -> None:
    """Write down many events in two statements, whatever their number; of one subject, in the order given."""
    waiting: dict[Subject, list[Event]] = {}
    for event in events:
        waiting.setdefault(event.subject, []).append(event)
    heads = {} if fresh else _lock_heads(session, waiting)
    while waiting:
        write = _write if len(waiting) > 1 or len(next(iter(waiting.values()))) > 1 else _write_single
        written = write(session, waiting, heads, now=now, by=by)
        waiting = {subject: mine for subject, mine in waiting.items() if subject not in written}
        if waiting:
            heads = _lock_heads(session, waiting)


def _lock_heads(session: Session, subjects: Iterable[Subject]) -> dict[Subject, tuple[int, bytes]]:
    wanted = list(subjects)
    rows = session.execute(_HEADS, {"kinds": [s.kind for s in wanted], "ids": [s.id for s in wanted]})
    return {Subject(kind, id): (entries, head) for kind, id, entries, head in rows}


def _write_single(
    session: Session,
    events: Mapping[Subject, Sequence[Event]],
    heads: Mapping[Subject, tuple[int, bytes]],
    *,
    now: datetime,
    by: UUID | None,
) -> set[Subject]:
    history_key: bytes = session.info["history_key"]
    [(subject, [event])] = events.items()
    before, previous = heads.get(subject, (0, rules.GENESIS))
    row = _entry_row(event, before + 1, previous, now=now, by=by, key=rules.key_for("entry", history_key))
    head_mark = rules.head_mark(subject, before + 1, row["mark"], key=rules.key_for("head", history_key))
    statement = _ONE[before == 0, row["salt"] is not None]
    if row["salt"] is None:
        del row["salt"], row["text"]
    return {subject} if session.execute(statement, {**row, "head_mark": head_mark}).first() else set()


def _write(
    session: Session,
    events: Mapping[Subject, Sequence[Event]],
    heads: Mapping[Subject, tuple[int, bytes]],
    *,
    now: datetime,
    by: UUID | None,
) -> set[Subject]:
    history_key: bytes = session.info["history_key"]
    entry_key, head_key = rules.key_for("entry", history_key), rules.key_for("head", history_key)
    head_rows, entry_rows = [], []
    # In one order for everybody, so that two writers of the same subjects wait rather than lock each other out.
    for subject in sorted(events):
        before, mark = heads.get(subject, (0, rules.GENESIS))
        for number, event in enumerate(events[subject], start=before + 1):
            row = _entry_row(event, number, mark, now=now, by=by, key=entry_key)
            mark = row["mark"]
            entry_rows.append(_as_json(row))
        count = before + len(events[subject])
        head_rows.append(
            {
                "kind": subject.kind,
                "id": str(subject.id),
                "before": before,
                "entries": count,
                "head": mark.hex(),
                "mark": rules.head_mark(subject, count, mark, key=head_key).hex(),
            }
        )
    rows = session.execute(_WRITE_MANY, {"heads": head_rows, "entries": entry_rows})
    return {Subject(kind, id) for kind, id in rows}


def _entry_row(
    event: Event, number: int, previous: bytes, *, now: datetime, by: UUID | None, key: bytes
) -> dict[str, Any]:
    words = rules.plain(event.text) if event.text else None
    salt = rules.new_salt() if words else None
    digest = rules.text_digest(salt, words) if salt and words else None
    entry = Written(
        id=new_id(),
        subject=event.subject,
        number=number,
        at=now,
        actor_id=by,
        verb=event.verb,
        details=rules.plain(event.details or {}),
        text_digest=digest,
    )
    return {
        "id": entry.id,
        "kind": event.subject.kind,
        "subject_id": event.subject.id,
        "number": number,
        "at": now,
        "actor_id": by,
        "verb": event.verb,
        "details": entry.details,
        "text_digest": digest,
        "mark": rules.entry_mark(entry, previous, key=key),
        "salt": salt,
        "text": words,
    }


def _as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.hex() if isinstance(value, bytes) else rules.plain(value) for name, value in row.items()}
