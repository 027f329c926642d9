"""What a reader does with their notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.notices.models import Mail, Notice, NoticeChoice

UNSAID = "…"


def mark_read(session: Session, person_id: UUID, ids: Iterable[UUID] | None, *, now: datetime) -> None:
    """Mark a person's notices as read: those of `ids`, or all for None. Other people's ids change nothing."""
    change = update(Notice).where(Notice.recipient_id == person_id, Notice.read_at.is_(None)).values(read_at=now)
    session.execute(change if ids is None else change.where(Notice.id.in_(list(ids))))


def choose(session: Session, person_id: UUID, by_mail: Mapping[str, bool]) -> None:
    """Keep a person's choice for each code: by mail too, or in the inbox alone."""
    if not by_mail:
        return
    rows = [{"person_id": person_id, "code": code, "by_mail": wanted} for code, wanted in by_mail.items()]
    put = insert(NoticeChoice).values(rows)
    session.execute(
        put.on_conflict_do_update(index_elements=["person_id", "code"], set_={"by_mail": put.excluded.by_mail})
    )


# Of everybody's lines and mails: names of the person become the pseudonym; their words, and all that was said about
# their bookings and their own applications, become a mark that something was said.
_UNNAME = """
    UPDATE {table} SET details = details
      || coalesce((SELECT jsonb_object_agg(n.key, to_jsonb(CAST(:pseudonym AS text)))
                     FROM jsonb_each_text(details->'named') AS n WHERE n.value = :person), '{{}}')
      || coalesce((SELECT jsonb_object_agg(w.key, to_jsonb(CAST(:unsaid AS text)))
                     FROM jsonb_each_text(details->'worded') AS w
                    WHERE w.value = :person OR details->>'booking' = ANY(:bookings)
                       OR details->>'application' = ANY(:applications)), '{{}}')
     WHERE details->>'booking' = ANY(:bookings)
        OR details->>'application' = ANY(:applications)
        OR jsonb_path_exists(details, '$.*.* ? (@ == $person)', jsonb_build_object('person', CAST(:person AS text)))
"""


def forget(
    session: Session,
    person_id: UUID,
    *,
    pseudonym: str,
    bookings: Iterable[UUID] = (),
    applications: Iterable[UUID] = (),
) -> None:
    """Delete an erased person's notices, choices and mails, and take their name, their words, and what was said about
    their `bookings` and their own `applications` out of other people's."""
    values = {
        "person": str(person_id),
        "pseudonym": pseudonym,
        "unsaid": UNSAID,
        "bookings": [str(id) for id in bookings],
        "applications": [str(id) for id in applications],
    }
    for table in ("notices", "mails"):
        session.execute(text(_UNNAME.format(table=table)), values)
    session.execute(delete(Notice).where(Notice.recipient_id == person_id))
    session.execute(delete(NoticeChoice).where(NoticeChoice.person_id == person_id))
    session.execute(delete(Mail).where(Mail.recipient_id == person_id))
