"""Sending mail: claimed in batches, each sent under a lock on its row and marked in the same transaction.

A mail can repeat only where a worker is killed between the server's yes and the commit; its Message-ID is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.accounts.queries.readers import mail_readers
from marketplace.jobs.rules import reason_of
from marketplace.notices.actions import outbox
from marketplace.notices.models import Mail
from marketplace.wording import mails
from marketplace.worker.postman import NotTaken, Postman
from marketplace.worker.registry import Workshop

log = structlog.get_logger()
BATCH: Final = 20


def send_due(workshop: Workshop, postman: Postman, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, up to one batch; returns how many mails were claimed."""
    database, clock = workshop.database, workshop.clock
    claimed = database.transact(lambda session: outbox.claim(session, now=clock(), limit=BATCH))
    for mail_id, attempts in claimed:
        if stopping():
            break
        with database.unit_of_work() as session:
            mail = outbox.lock_claimed(session, mail_id, attempts)
            if mail is not None:
                _send_one(session, mail, workshop, postman)
    if len(claimed) < BATCH:
        postman.rest()
    return len(claimed)


def _send_one(session: Session, mail: Mail, workshop: Workshop, postman: Postman) -> None:
    fail = partial(outbox.mark_failed, session, mail, now=workshop.clock())
    try:
        reader = mails.reader_of(mail, mail_readers(session, {mail.recipient_id} if mail.recipient_id else ()))
        if reader is None:
            session.delete(mail)  # its reader is gone, and nobody need look after it
            return
        settings = workshop.settings
        sender = mails.Sender(mail_from=settings.mail_from, public_url=settings.public_url)
        postman.deliver(mails.message_of(mail, reader, sender))
    except NotTaken as refused:
        fail(str(refused), final=refused.final)
    except DBAPIError:
        raise
    except Exception as error:
        # A mail that can't be made must not keep the others from being sent.
        fail(reason_of(error), final=False)
        log.warning("mail_failed", mail=str(mail.id), attempt=mail.attempts, error=type(error).__name__)
    else:
        outbox.mark_sent(session, mail, now=workshop.clock(), keep_links=not workshop.settings.mail_host)
