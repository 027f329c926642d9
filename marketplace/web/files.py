"""Uploads, handed out so that no browser runs them: as attachments of their true kind, sandboxed."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from marketplace.applications.queries.papers import paper_for
from marketplace.bookings.queries.files import file_for
from marketplace.collaborations.queries.files import shared_file
from marketplace.collaborations.rules.days import HERE
from marketplace.files.photos import SMALL_WIDTHS
from marketplace.files.queries import blob_key
from marketplace.operations.queries.faults import fault_photo
from marketplace.outcomes.queries.papers import evidence_file
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, store

blueprint = Blueprint("files", __name__)
INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Download-Options": "noopen",
}


@blueprint.get("/files/<uuid:file_id>")
@allow("file.see")
def file(file_id: UUID) -> Response:
    """One upload, to whoever may see what it hangs on; `?width=480` asks for a narrower photo."""
    return handed_out(file_id, _width())


def handed_out(file_id: UUID, width: int | None) -> Response:
    """An upload as an answer that no browser runs; NotFound for whoever may not see what it hangs on."""
    row = (
        file_for(reading(), file_id, by=actor())
        or paper_for(reading(), file_id, by=actor(), now=now())
        or fault_photo(reading(), file_id, by=actor())
        or shared_file(reading(), file_id, by=actor(), now=now())
        or evidence_file(reading(), file_id, by=actor(), today=now().astimezone(HERE).date())
    )
    if row is None:
        raise NotFound("file")
    key = blob_key(row, width=width)
    response = Response(store().read(key), content_type=row.media_type)
    response.headers.update(INERT)
    response.headers.set("Content-Disposition", "attachment", filename=row.name)
    response.set_etag(key)
    response.cache_control.private = True
    response.cache_control.max_age = 3600
    return response.make_conditional(request)  # type: ignore[return-value]


def _width() -> int | None:
    asked = request.args.get("width", "")
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked[:5]) <= max(SMALL_WIDTHS) else None
