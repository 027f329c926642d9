"""The mailbox of a development instance without a mail server: what would have been sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import EmailMessage
from uuid import UUID

from flask import Blueprint, render_template

from config import LOOPBACK
from marketplace.accounts.queries.readers import mail_readers
from marketplace.notices import queries
from marketplace.notices.models import Mail
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.cursors import before, following
from marketplace.web.request import reading, settings
from marketplace.wording import mails

blueprint = Blueprint("mailbox", __name__)
PER_PAGE = 30
_LINK = re.compile(r"https?://\S+")


@blueprint.get("/mailbox")
@allow("mailbox.see")
def mailbox() -> str:
    """All mails, newest first."""
    _demand_development()
    found = queries.mails(reading(), limit=PER_PAGE + 1, before=before())
    shown = found[:PER_PAGE]
    return render_template(
        "mailbox/mailbox.html",
        mails=list(zip(shown, _messages(shown), strict=True)),
        next=following(found, PER_PAGE),
    )


@blueprint.get("/mailbox/<uuid:mail_id>")
@allow("mailbox.see")
def mail(mail_id: UUID) -> str:
    """One mail as its reader gets it."""
    _demand_development()
    row = queries.mail(reading(), mail_id)
    message = _messages([row])[0] if row else None
    if row is None or message is None:
        raise NotFound("mail")
    text = _content(message, "text/plain")
    return render_template(
        "mailbox/mail.html",
        mail=row,
        message=message,
        text=text,
        links=_LINK.findall(text),
        calendar=_content(message, "text/calendar"),
    )


def _messages(rows: Sequence[Mail]) -> list[EmailMessage | None]:
    """The rows as messages; None for those whose reader is gone."""
    known = mail_readers(reading(), {row.recipient_id for row in rows if row.recipient_id})
    sender = mails.Sender(mail_from=settings().mail_from, public_url=settings().public_url)
    readers = [mails.reader_of(row, known) for row in rows]
    return [
        None if reader is None else mails.message_of(row, reader, sender)
        for row, reader in zip(rows, readers, strict=True)
    ]


def _content(message: EmailMessage, kind: str) -> str:
    part = next((part for part in message.walk() if part.get_content_type() == kind), None)
    return str(part.get_content()).replace("\r\n", "\n") if isinstance(part, EmailMessage) else ""


def _demand_development() -> None:
    """Mails hold one-time links: nobody but a developer at their own machine may read others' mails."""
    if settings().environment != "development" or settings().mail_host or settings().host not in LOOPBACK:
        raise NotFound("mailbox")
