"""The outbox: mails claimed by a worker, then sent one by one, each marked under a lock on its row."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from marketplace.history.actions import Subject, record
from marketplace.notices import rules
from marketplace.notices.models import Mail, MailState
from marketplace.platform.queries import number
from marketplace.platform.rules import MAILS_KEPT
from marketplace.values.reasons import reason_given
from marketplace.values.refusal import NotFound, StateForbids

_BURY = text("""
    UPDATE mails SET state = 'dead', last_error = coalesce(last_error, 'its worker died')
     WHERE id IN (SELECT id FROM mails WHERE state = 'waiting' AND next_at <= :now AND attempts >= :most
                  FOR UPDATE SKIP LOCKED)
""")
_CLAIM = text("""
    UPDATE mails SET attempts = attempts + 1, next_at = :until
     WHERE id IN (SELECT id FROM mails WHERE state = 'waiting' AND next_at <= :now AND attempts < :most
                   ORDER BY next_at, id LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING id, attempts
""")
_PRUNE = text("""
    DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE state IN ('sent', 'cancelled') AND created_at < :before
                                    LIMIT 10000 FOR UPDATE SKIP LOCKED)
    RETURNING id
""")


def claim(session: Session, *, now: datetime, limit: int) -> list[tuple[UUID, int]]:
    """Take up to `limit` due mails for a worker: their ids and which attempt this is, oldest first."""
    session.execute(_BURY, {"now": now, "most": rules.MAX_ATTEMPTS})
    values = {"now": now, "until": now + rules.LEASE, "most": rules.MAX_ATTEMPTS, "limit": limit}
    return sorted((id, attempts) for id, attempts in session.execute(_CLAIM, values))


def lock_claimed(session: Session, mail_id: UUID, attempts: int) -> Mail | None:
    """The claimed mail, locked while it is sent; None when another worker holds it or has sent it since."""
    query = select(Mail).where(Mail.id == mail_id, Mail.state == MailState.WAITING, Mail.attempts == attempts)
    return session.scalar(query.with_for_update(skip_locked=True))


def mark_sent(session: Session, mail: Mail, *, now: datetime, keep_links: bool) -> None:
    """The mail server said yes. A one-time link is forgotten then, unless `keep_links` (for a development mailbox)."""
    mail.state, mail.sent_at, mail.last_error = MailState.SENT, now, None
    if mail.address is not None and not keep_links:
        mail.details = {name: value for name, value in mail.details.items() if name != "path"}
    session.flush()


def mark_failed(session: Session, mail: Mail, reason: str, *, final: bool, now: datetime) -> None:
    """Write down a failed attempt; after the last, or where the answer was `final`, the mail is dead."""
    dead = final or rules.is_last(mail.attempts)
    mail.state = MailState.DEAD if dead else MailState.WAITING
    mail.next_at, mail.last_error = now + rules.wait_after(mail.attempts), reason
    session.flush()


def retry(session: Session, mail_id: UUID, *, now: datetime, by: UUID) -> None:
    """Give a dead mail all its attempts again; raises `NotFound`, `StateForbids` for one that is not dead."""
    mail = session.get(Mail, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound(str(mail_id))
    if mail.state is not MailState.DEAD:
        raise StateForbids(mail.state.value, "retry")
    session.execute(update(Mail).where(Mail.id == mail_id).values(state=MailState.WAITING, attempts=0, next_at=now))
    session.expire(mail)
    record(session, Subject("mail", mail_id), "mail.retried", now=now, by=by, details={"code": mail.code})


def cancel(session: Session, mail_id: UUID, reason: str, *, now: datetime, by: UUID) -> None:
    """Have a mail that waits or was given up never sent, with the reason; raises `NotFound`, `StateForbids` for one
    that was sent or cancelled already. One that is being sent is waited for."""
    given = reason_given(reason)
    mail = session.get(Mail, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound(str(mail_id))
    if mail.state not in (MailState.DEAD, MailState.WAITING):
        raise StateForbids(mail.state.value, "cancel")
    mail.state = MailState.CANCELLED
    if mail.address is not None:
        # A one-time link to a bare address is forgotten, as when it is sent.
        mail.details = {name: value for name, value in mail.details.items() if name != "path"}
    session.flush()
    subject = Subject("mail", mail_id)
    record(session, subject, "mail.cancelled", now=now, by=by, details={"code": mail.code}, text={"reason": given})


def prune(session: Session, *, now: datetime) -> int:
    """Delete mails sent or cancelled that were written long ago, at most 10,000 at a time; returns their number."""
    before = now - timedelta(days=number(session, MAILS_KEPT))
    return len(session.execute(_PRUNE, {"before": before}).all())
