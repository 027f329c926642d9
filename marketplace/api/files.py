"""Uploads: brought before the message that carries them, and handed out to whoever may see what they hang on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from marketplace.api.once import made_once
from marketplace.api.uploads import BYTES, FileItem, file_item, multipart, sent_file
from marketplace.files.actions import Purpose, keep
from marketplace.files.photos import SMALL_WIDTHS
from marketplace.files.queries import stored_file
from marketplace.limits.actions import spend
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.files import handed_out
from marketplace.web.request import actor, database, now, reading, store

blueprint = Blueprint("api_files", __name__, description="Uploads and downloads")
WIDEST = 10_000


class WidthArguments(Schema):
    """How wide a photo shall be at least, in pixels; the narrowest that is kept and wide enough is given."""

    width = fields.Integer(
        load_default=None,
        validate=validate.Range(1, WIDEST),
        metadata={"description": f"kept are {', '.join(map(str, SMALL_WIDTHS))} and the whole"},
    )


@blueprint.route("/files", methods=["POST"])
@blueprint.doc(requestBody=multipart())
@blueprint.response(201, FileItem)
@allow("file.upload")
def bring() -> dict[str, Any]:
    """Upload a file for a message: multipart form data, one part named `file`, at most 20 MB.

    Nobody but the uploader sees it until a message carries it.
    """
    spend(database(), "upload", str(actor().id), now=now())
    upload = sent_file()
    content, name, where = upload.read(), upload.filename or "file", store()

    def work(session: Session) -> UUID:
        purpose = Purpose.ATTACHMENT
        return keep(session, where, content, name=name, purpose=purpose, by=actor().id, now=now()).id

    kept = stored_file(reading(), made_once(work, content=content))
    if kept is None:
        raise NotFound("file")
    return file_item(kept)


@blueprint.route("/files/<uuid:file_id>")
@blueprint.arguments(WidthArguments, location="query")
@blueprint.response(200, BYTES, content_type="application/octet-stream", description="The file, of its own media type.")
@allow("file.see")
def download(arguments: dict[str, Any], file_id: UUID) -> Response:
    """The bytes of an upload, to whoever may see the message or listing that it hangs on."""
    return handed_out(file_id, arguments["width"])
