"""A notice as a mail: text, HTML and, where it is about a booking, an invitation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config import ROOT
from marketplace.accounts.queries.readers import MailReader
from marketplace.notices.models import Mail
from marketplace.values.localized import Language
from marketplace.wording.dictionary import spoken
from marketplace.wording.filling import fill
from marketplace.wording.invitations import Parties, invitation
from marketplace.wording.notices import Told, render
from marketplace.wording.platform import FRAME

CHOICES_PATH: Final = "inbox/choices"
PREFIXES: Final[dict[Language, str]] = {"en": "en", "zh-Hant": "zh-hant", "zh-Hans": "zh-hans"}
TAGS: Final[dict[Language, str]] = {"en": "en", "zh-Hant": "zh-Hant-HK", "zh-Hans": "zh-Hans-CN"}
# Our own template, filled with escaped data; never one that a user wrote.
_templates = Environment(
    loader=FileSystemLoader(ROOT / "templates" / "mail"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets the mail: their address, language and time zone, and whether they have an account."""

    address: str
    language: str
    zone: str = ""
    has_account: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends it: the `From` of the settings and the site's own address."""

    mail_from: str
    public_url: str

    @property
    def host(self) -> str:
        """The site's host name, for ids that must be the world's only ones."""
        return urlsplit(self.public_url).hostname or "localhost"


def reader_of(mail: Mail, known: Mapping[UUID, MailReader]) -> Reader | None:
    """Who reads a mail of the outbox, given how to write to people; None where the person is gone."""
    if mail.address is not None:
        return Reader(address=mail.address, language=mail.language or "en", has_account=False)
    person = known.get(mail.recipient_id) if mail.recipient_id else None
    return None if person is None else Reader(person.address, person.language, person.time_zone)


def message_of(mail: Mail, reader: Reader, sender: Sender) -> EmailMessage:
    """The message of a row of the outbox."""
    return message(
        mail.code,
        mail.details,
        reader=reader,
        sender=sender,
        message_id=mail.message_id,
        written_at=mail.created_at,
    )


def message(
    code: str,
    details: Mapping[str, Any],
    *,
    reader: Reader,
    sender: Sender,
    message_id: str,
    written_at: datetime,
) -> EmailMessage:
    """The whole mail. The same row gives the same message and `Message-ID`, however often it is made."""
    language = spoken(reader.language)
    told = render(code, details, language, zone=reader.zone)
    link = address_of(details, language, public_url=sender.public_url)
    mail = EmailMessage(policy=SMTP.clone(max_line_length=76))
    mail["Subject"] = told.subject
    mail["From"] = _header_address(sender.mail_from)
    mail["To"] = _header_address(reader.address)
    mail["Date"] = format_datetime(written_at)
    mail["Message-ID"] = f"<{message_id}@{sender.host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_plain(told, link, language, reader=reader, sender=sender), cte="quoted-printable")
    mail.add_alternative(
        _html(told, link, language, reader=reader, sender=sender), subtype="html", cte="quoted-printable"
    )
    if isinstance(details.get("invitation"), Mapping):
        _invite(mail, details["invitation"], language, reader=reader, sender=sender, link=link, stamped=written_at)
    mail["Content-Language"] = TAGS[language]  # last: adding a part moves all Content- headers into the first
    return mail


def address_of(details: Mapping[str, Any], language: Language, *, public_url: str) -> str:
    """Where a notice leads: its `path`, below the reader's language; empty where it leads nowhere.

    A path that names a host, a scheme or a way back up leads nowhere either.
    """
    path = details.get("path")
    if not isinstance(path, str) or not path.strip("/"):
        return ""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or "\\" in path or ".." in path.split("/"):
        return ""
    return f"{public_url.rstrip('/')}/{PREFIXES[language]}/{path.lstrip('/')}"


def _header_address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address)


def _plain(told: Told, link: str, language: Language, *, reader: Reader, sender: Sender) -> str:
    words = _words(language, reader, sender)
    parts = [told.text, link, f"-- \n{words['why']}"]
    if reader.has_account:
        parts.append(f"{words['choose']}\n{_choices(language, sender)}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _html(told: Told, link: str, language: Language, *, reader: Reader, sender: Sender) -> str:
    return _templates.get_template("notice.html").render(
        lang=TAGS[language],
        subject=told.subject,
        paragraphs=told.paragraphs,
        link=link,
        words=_words(language, reader, sender),
        choices=_choices(language, sender) if reader.has_account else "",
    )


def _words(language: Language, reader: Reader, sender: Sender) -> dict[str, str]:
    why = FRAME["why_person" if reader.has_account else "why_address"][language]
    gap = " " if language == "en" else ""
    foot = f"{fill(why, {'site': sender.host}, language)}{gap}{FRAME['no_reply'][language]}"
    return {"open": FRAME["open"][language], "choose": FRAME["choose"][language], "why": foot}


def _choices(language: Language, sender: Sender) -> str:
    return f"{sender.public_url.rstrip('/')}/{PREFIXES[language]}/{CHOICES_PATH}"


def _invite(
    mail: EmailMessage,
    details: Mapping[str, Any],
    language: Language,
    *,
    reader: Reader,
    sender: Sender,
    link: str,
    stamped: datetime,
) -> None:
    """Beside the text for clients that read invitations in the body, and attached for those that open files."""
    name, address = parseaddr(sender.mail_from)
    parties = Parties(organiser=address, organiser_name=name, attendee=reader.address, host=sender.host)
    calendar, method = invitation(details, language, parties=parties, link=link, stamped=stamped)
    mail.add_alternative(calendar, subtype="calendar", params={"method": method, "component": "VEVENT"}, cte="base64")
    mail.add_attachment(calendar.encode(), maintype="application", subtype="ics", filename="booking.ics")
