"""Documents as PDF: WeasyPrint in a process of its own, so that its native libraries end with the document."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import UUID

from marketplace.accounts.policy import SYSTEM
from marketplace.bookings.queries.pages import booking_row
from marketplace.terms.actions import keep_document
from marketplace.terms.actions.documents import WORK
from marketplace.terms.models import AcceptanceDocument
from marketplace.terms.queries.acceptances import acceptance_record
from marketplace.values.localized import Language
from marketplace.wording.acceptances import BookedTime, acceptance_html, acceptance_name
from marketplace.worker.registry import Workshop, long_task

# Standard input to standard output, tagged for screen readers; nothing is fetched from anywhere.
COMMAND: Final = (
    *(sys.executable, "-m", "weasyprint", "--quiet", "--encoding", "utf-8", "--pdf-tags"),
    *("--allowed-protocols", "data", "-", "-"),
)
LONGEST: Final = 120.0  # seconds


class NotMade(RuntimeError):
    """The document could not be made; the work is tried again."""


@long_task(WORK)
def make_acceptance(workshop: Workshop, arguments: Mapping[str, Any]) -> None:
    """Make the PDF of an acceptance and keep it; one that is there already, or gone, is left alone."""
    now, id = workshop.clock(), UUID(arguments["document"])
    with workshop.database.reading() as session:
        document = session.get(AcceptanceDocument, id)
        if document is None or document.file_id is not None:
            return
        record = acceptance_record(session, document.acceptance_id)
        row = booking_row(session, record.acceptance.subject_id, by=SYSTEM, now=now)
        booked = BookedTime(row.booking.reference, row.period.start, row.period.end, row.zone)
        language = cast(Language, document.language)
        html = acceptance_html(record, booked, language, at=now)
    content, name = pdf_of(html), acceptance_name(booked, language)
    workshop.database.transact(
        lambda session: keep_document(session, workshop.store, id, content, name=name, now=now),
    )


def pdf_of(html: str) -> bytes:
    """A page of ours as PDF with its fonts embedded. Raises `NotMade`."""
    try:
        made = subprocess.run(  # noqa: S603 - our own interpreter, no shell, nothing of a user's in the arguments
            COMMAND, input=html.encode(), capture_output=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotMade("it took too long") from None
    if made.returncode or not made.stdout.startswith(b"%PDF-"):
        raise NotMade(made.stderr.decode("utf-8", "replace").strip()[-300:])
    return made.stdout
