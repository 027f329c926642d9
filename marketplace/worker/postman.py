"""Handing mails to a mail server, or keeping them for the mailbox page where there is none (development)."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from typing import Final, Protocol

from config import Settings
from marketplace.notices.rules import is_final

SMTPS_PORT: Final = 465
TIMEOUT: Final = 20.0  # seconds


class NotTaken(Exception):
    """The server did not take a mail; `final` where trying again is of no use."""

    def __init__(self, reason: str, *, final: bool) -> None:
        self.final = final
        super().__init__(reason)


class Postman(Protocol):
    """Takes mails away."""

    def deliver(self, mail: EmailMessage) -> None:
        """Return once the mail is somebody else's; raises `NotTaken`."""

    def rest(self) -> None:
        """Nothing more to deliver for now."""


class MailServer:
    """An SMTP server, spoken to over one connection as long as there are mails."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None

    def deliver(self, mail: EmailMessage) -> None:
        """Send one mail; a connection that has died meanwhile is opened once more."""
        try:
            self._send(mail)
        except smtplib.SMTPServerDisconnected:
            self._connection = None
            self._send_again(mail)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._fail(error)

    def rest(self) -> None:
        """Take leave of the server."""
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._connection = None

    def _send_again(self, mail: EmailMessage) -> None:
        try:
            self._send(mail)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._fail(error)

    def _send(self, mail: EmailMessage) -> None:
        if self._connection is None:
            self._connection = self._connect()
        self._connection.send_message(mail)

    def _connect(self) -> smtplib.SMTP:
        host, port = self._settings.mail_host, self._settings.mail_port
        if port == SMTPS_PORT:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(host, port, timeout=TIMEOUT)
            if self._settings.mail_starttls:
                connection.starttls(context=ssl.create_default_context())
        if self._settings.mail_user:
            connection.login(self._settings.mail_user, self._settings.mail_password)
        return connection

    def _fail(self, error: Exception) -> None:
        """Whatever the server meant, as `NotTaken`; the reply's text is left out, it quotes addresses."""
        with suppress(smtplib.SMTPException, OSError):
            if self._connection is not None:
                self._connection.rset()
        code = _reply_code(error)
        # A sender or a password that is refused is our own setting's fault: the mails wait until it is mended.
        ours = isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused)
        raise NotTaken(f"{type(error).__name__} {code or ''}".strip(), final=is_final(code) and not ours) from error


class Mailbox:
    """Development without a mail server: mails are as good as sent, and read on the mailbox page."""

    def deliver(self, mail: EmailMessage) -> None:
        """Keep nothing: the page makes the mail again from its row."""

    def rest(self) -> None:
        """Nothing is open."""


def postman_for(settings: Settings) -> Postman:
    """The mail server of the settings, else the mailbox."""
    return MailServer(settings) if settings.mail_host else Mailbox()


def _reply_code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
