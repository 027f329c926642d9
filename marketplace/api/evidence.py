"""Packs of evidence over the API: asked for, and the archive and the document once they are made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.fields import Body, Instant, LocalizedText, page_of
from marketplace.spillovers.actions.evidence import ask_for_pack, frame_of
from marketplace.spillovers.models import EvidencePack
from marketplace.spillovers.queries.evidence import packs_of
from marketplace.spillovers.rules.scopes import scope_of
from marketplace.values.localized import LANGUAGES
from marketplace.web.acceptances import pdf_response
from marketplace.web.access import allow
from marketplace.web.evidence import file_of, last_day, owned
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_evidence", __name__, description="Packs of evidence")
STATES = ("preparing", "ready", "refused")


class PackBody(Body):
    """What a pack is about, and in which language its document is made."""

    scope = fields.String(
        required=True,
        validate=validate.Length(1, 100),
        metadata={"description": "`collaboration:ID`, `organisation:ID` or `zone:CODE`"},
    )
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    as_of = Instant(load_default=None, metadata={"description": "nothing recorded later is in it; now where left out"})
    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))


class PackShape(Schema):
    """A pack; `refused` is the code of why it was not made."""

    id = fields.UUID()
    scope = fields.String()
    name = fields.Nested(LocalizedText)
    first_day = fields.Date()
    last_day = fields.Date()
    as_of = Instant()
    language = fields.String()
    asked_at = Instant()
    made_at = Instant(allow_none=True)
    state = fields.String(metadata={"enum": list(STATES)})
    refused = fields.String(allow_none=True)


PackList = page_of(PackShape, name="EvidencePackList", says="One's own packs, the last first.")


@blueprint.route("/evidence-packs")
@blueprint.response(200, PackList)
@allow("evidence.list")
def listed() -> dict[str, Any]:
    """The packs that one asked for."""
    return {"items": [_shown(each) for each in packs_of(reading(), actor().id)], "next": None}


@blueprint.route("/evidence-packs", methods=["POST"])
@blueprint.arguments(PackBody)
@blueprint.response(202, PackShape)
@allow("evidence.ask")
def ask(body: dict[str, Any]) -> dict[str, Any]:
    """Have a pack made of a collaboration, an organisation or a zone that one may have figures of."""
    scope, days = scope_of(body["scope"]), (body["first_day"], body["last_day"])
    frame = frame_of(scope, *days, body["as_of"], now=now())
    made = transact(lambda work: ask_for_pack(work, frame, body["language"], now=now(), by=actor()).id)
    return _shown(owned(made))


@blueprint.route("/evidence-packs/<uuid:pack_id>")
@blueprint.response(200, PackShape)
@allow("evidence.see")
def one(pack_id: UUID) -> dict[str, Any]:
    """One's own pack, and whether it is made."""
    return _shown(owned(pack_id))


@blueprint.route("/evidence-packs/<uuid:pack_id>/pack.zip")
@blueprint.response(200, content_type="application/zip")
@allow("evidence.see")
def archive(pack_id: UUID) -> Response:
    """The archive; 404 until it is made."""
    return pdf_response(file_of(owned(pack_id).archive_id))


@blueprint.route("/evidence-packs/<uuid:pack_id>/pack.pdf")
@blueprint.response(200, content_type="application/pdf")
@allow("evidence.see")
def document(pack_id: UUID) -> Response:
    """The document; 404 until it is made."""
    return pdf_response(file_of(owned(pack_id).document_id))


def _shown(row: EvidencePack) -> dict[str, Any]:
    names = ("id", "name", "first_day", "as_of", "language", "asked_at", "made_at", "state", "refused")
    return {**{name: getattr(row, name) for name in names}, "scope": str(row.scope), "last_day": last_day(row)}
