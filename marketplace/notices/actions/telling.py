"""Telling people: an inbox line and a mail on its way out, written beside the change that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from marketplace.database import new_id

# The inbox always gets its line; the mail is left out where the person chose so for this code.
_TELL = text("""
    WITH told AS (
      SELECT * FROM unnest(CAST(:people AS uuid[]), CAST(:notices AS uuid[]), CAST(:mails AS uuid[]))
        AS told (person_id, notice_id, mail_id)
    ), lines AS (
      INSERT INTO notices (id, recipient_id, code, details, created_at)
      SELECT notice_id, person_id, :code, :details, :now FROM told
    )
    INSERT INTO mails (id, recipient_id, code, details, message_id, state, created_at, next_at, attempts)
    SELECT mail_id, told.person_id, :code, :details, mail_id::text, 'waiting', :now, :now, 0
      FROM told
      LEFT JOIN notice_choices c ON c.person_id = told.person_id AND c.code = :code
     WHERE :by_mail AND coalesce(c.by_mail, true)
""").bindparams(bindparam("details", type_=JSONB))

_MAIL = text("""
    INSERT INTO mails (id, address, language, code, details, message_id, state, created_at, next_at, attempts)
    VALUES (:id, :address, :language, :code, :details, :message_id, 'waiting', :now, :now, 0)
""").bindparams(bindparam("details", type_=JSONB))


def tell(
    session: Session,
    recipients: Iterable[UUID],
    code: str,
    details: Mapping[str, Any],
    *,
    now: datetime,
    by_mail: bool = True,
) -> None:
    """Tell people (ids) of something: one inbox line each and, unless they chose otherwise, one mail each.

    `details` are JSON, enough to render the mail later without asking for more: `path` is where it leads. What names
    a person, or is in somebody's own words, says whose it is (`of_people`), so that it can go with them.
    """
    people = list(dict.fromkeys(recipients))
    if not people:
        return
    values = {
        "people": people,
        "notices": [new_id() for _ in people],
        "mails": [new_id() for _ in people],
        "code": code,
        "details": dict(details),
        "now": now,
        "by_mail": by_mail,
    }
    session.execute(_TELL, values)


def of_people(
    *, named: Mapping[str, UUID | None] | None = None, worded: Mapping[str, UUID | None] | None = None
) -> dict[str, Any]:
    """Further details that say which of them are a person's name, and which are words that a person wrote."""
    given = {"named": named or {}, "worded": worded or {}}
    return {kind: {key: str(id) for key, id in of.items() if id is not None} for kind, of in given.items() if of}


def mail_to_address(
    session: Session, address: str, code: str, details: Mapping[str, Any], *, language: str, now: datetime
) -> None:
    """Write to an address that has no account yet, or whose owner must prove that it is theirs, in `language`."""
    id = new_id()
    values = {
        "id": id,
        "address": address,
        "language": language,
        "code": code,
        "details": dict(details),
        "message_id": str(id),
        "now": now,
    }
    session.execute(_MAIL, values)
