"""The acceptance of a booking's terms: who accepted what for either side, and the same as a PDF."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from marketplace.bookings.queries.pages import BookingRow, booking_row
from marketplace.files.models import StoredFile
from marketplace.files.queries import blob_key, stored_file
from marketplace.terms.actions import ask_for_document
from marketplace.terms.models import AcceptanceDocument, TermsAcceptance
from marketplace.terms.queries import acceptance_for
from marketplace.terms.queries.acceptances import acceptance_document, acceptance_record
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, language, now, reading, store, transact, url

blueprint = Blueprint("acceptances", __name__)


@blueprint.get("/bookings/<uuid:booking_id>/acceptance")
@allow("booking.see")
def acceptance(booking_id: UUID) -> str:
    """The record of the acceptance, and whether its PDF is there."""
    row, accepted = accepted_of(booking_id)
    return render_template(
        "bookings/acceptance.html",
        row=row,
        record=acceptance_record(reading(), accepted.id),
        document=acceptance_document(reading(), accepted.id, language()),
    )


@blueprint.post("/bookings/<uuid:booking_id>/acceptance")
@allow("booking.see")
def ask(booking_id: UUID) -> AnyResponse:
    """Have the PDF made in the reader's language."""
    _row, accepted = accepted_of(booking_id)
    tag = language()
    transact(lambda work: ask_for_document(work, accepted.id, tag, now=now(), by=actor()))
    return redirect(url("acceptances.acceptance", booking_id=booking_id), code=303)


@blueprint.get("/bookings/<uuid:booking_id>/acceptance.pdf")
@allow("booking.see")
def pdf(booking_id: UUID) -> Response:
    """The PDF in the reader's language, once it is made."""
    _row, accepted = accepted_of(booking_id)
    return pdf_response(file_of(acceptance_document(reading(), accepted.id, language())))


def accepted_of(booking_id: UUID) -> tuple[BookingRow, TermsAcceptance]:
    """A booking that the reader may see and the acceptance of its terms; NotFound where there is none."""
    row = booking_row(reading(), booking_id, by=actor(), now=now())
    accepted = acceptance_for(reading(), booking_id)
    if accepted is None:
        raise NotFound("acceptance")
    return row, accepted


def file_of(document: AcceptanceDocument | None) -> StoredFile:
    """The file of a document that is made; NotFound until then."""
    file = stored_file(reading(), document.file_id) if document and document.file_id else None
    if file is None:
        raise NotFound("document")
    return file


def pdf_response(file: StoredFile) -> Response:
    """A document of ours as a download that nobody else may keep."""
    response = Response(store().read(blob_key(file)), mimetype=file.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
