"""The acceptance of a booking's terms over the API: the record, and the same as a PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.fields import Body, Instant, OrganisationRef
from marketplace.terms.actions import ask_for_document
from marketplace.terms.models import AcceptanceDocument
from marketplace.terms.queries.acceptances import acceptance_document, acceptance_record
from marketplace.values.localized import LANGUAGES
from marketplace.web.acceptances import accepted_of, file_of, pdf_response
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_acceptances", __name__, description="Acceptances of terms")
Tag = validate.OneOf(LANGUAGES)


class AcceptanceLanguage(Schema):
    """The language of the document."""

    language = fields.String(load_default="en", validate=Tag)


class AcceptanceBody(Body):
    """In which language the document is made."""

    language = fields.String(load_default="en", validate=Tag)


class AcceptedSide(Schema):
    """Who accepted for one side, and when: the host by publishing the version."""

    organisation = fields.Nested(OrganisationRef)
    person = fields.String(allow_none=True)
    at = Instant()


class Acceptance(Schema):
    """The record of an acceptance; `document` is none, preparing or ready."""

    booking = fields.UUID()
    reference = fields.String()
    facility = fields.UUID()
    terms_version = fields.UUID()
    number = fields.Integer()
    digest = fields.String()
    host = fields.Nested(AcceptedSide)
    user = fields.Nested(AcceptedSide)
    language = fields.String()
    document = fields.String()


@blueprint.route("/bookings/<uuid:booking_id>/acceptance")
@blueprint.arguments(AcceptanceLanguage, location="query")
@blueprint.response(200, Acceptance)
@allow("booking.see")
def one(arguments: dict[str, str], booking_id: UUID) -> dict[str, Any]:
    """Who accepted the terms of a booking for either side, when, and which version; 404 where nobody has yet."""
    return _shown(booking_id, arguments["language"])


@blueprint.route("/bookings/<uuid:booking_id>/acceptance", methods=["POST"])
@blueprint.arguments(AcceptanceBody)
@blueprint.response(202, Acceptance)
@allow("booking.see")
def ask(body: dict[str, str], booking_id: UUID) -> dict[str, Any]:
    """Have the record made into a PDF; asked again, nothing changes."""
    _row, accepted = accepted_of(booking_id)
    language = body["language"]
    transact(lambda session: ask_for_document(session, accepted.id, language, now=now(), by=actor()))
    return _shown(booking_id, language)


@blueprint.route("/bookings/<uuid:booking_id>/acceptance.pdf")
@blueprint.arguments(AcceptanceLanguage, location="query")
@blueprint.response(200, content_type="application/pdf")
@allow("booking.see")
def pdf(arguments: dict[str, str], booking_id: UUID) -> Response:
    """The PDF in a language; 404 until it is made."""
    _row, accepted = accepted_of(booking_id)
    return pdf_response(file_of(acceptance_document(reading(), accepted.id, arguments["language"])))


def _shown(booking_id: UUID, language: str) -> dict[str, Any]:
    row, accepted = accepted_of(booking_id)
    record = acceptance_record(reading(), accepted.id)
    published, taken = record.version.published_at, accepted.accepted_at
    return {
        "booking": booking_id,
        "reference": row.booking.reference,
        "facility": record.facility.id,
        "terms_version": record.version.id,
        "number": record.version.number,
        "digest": accepted.digest,
        "host": {"organisation": record.host, "person": record.published_by or None, "at": published},
        "user": {"organisation": record.organisation, "person": record.accepted_by or None, "at": taken},
        "language": language,
        "document": _state(acceptance_document(reading(), accepted.id, language)),
    }


def _state(document: AcceptanceDocument | None) -> str:
    if document is None:
        return "none"
    return "ready" if document.file_id else "preparing"
