"""The photos and documents of a listing: added, described, put in order, taken off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from marketplace.api.facility_shapes import AttachmentItem, attachment_item
from marketplace.api.fields import Body, page_of
from marketplace.api.once import made_once
from marketplace.api.uploads import multipart, sent_file, sent_object, sent_text
from marketplace.catalogue import actions, queries
from marketplace.catalogue.models import AttachmentKind
from marketplace.catalogue.queries.facilities import attachments
from marketplace.files.actions import Purpose, keep
from marketplace.limits.actions import spend
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, database, now, reading, store, transact

blueprint = Blueprint("api_listing_files", __name__, description="Photos and documents of listings")
PURPOSES = {AttachmentKind.PHOTO: Purpose.PHOTO, AttachmentKind.DOCUMENT: Purpose.DOCUMENT}
CAPTION = {"type": "string", "description": "a JSON object: the caption in up to three languages"}
CREDIT = {"type": "string", "description": "whose work it is"}


AttachmentList = page_of(AttachmentItem, name="AttachmentList", says="Photos and documents in the host's order.")


class AttachmentBody(Body):
    """What is written beside a file, and by how many places it moves; what is left out stays."""

    caption = fields.Dict(keys=fields.String(), values=fields.String())
    credit = fields.String(allow_none=True)
    move = fields.Integer(
        validate=validate.OneOf([-1, 1]), metadata={"description": "-1 one place up, 1 one place down"}
    )


@blueprint.route("/listings/<uuid:facility_id>/files")
@blueprint.response(200, AttachmentList)
@allow("facility.change")
def listed(facility_id: UUID) -> dict[str, Any]:
    """The photos and documents of one of the caller's listings."""
    queries.listing_for_change(reading(), facility_id, actor())
    return {"items": [attachment_item(each) for each in attachments(reading(), facility_id)], "next": None}


@blueprint.route("/listings/<uuid:facility_id>/files/<any(photo, document):kind>", methods=["POST"])
@blueprint.doc(requestBody=multipart(caption=CAPTION, credit=CREDIT))
@blueprint.response(201, AttachmentItem)
@allow("facility.change")
def add(facility_id: UUID, kind: str) -> dict[str, Any]:
    """Add a photo or document: multipart form data, at most 20 MB. The same file twice stays one."""
    queries.listing_for_change(reading(), facility_id, actor())  # before a byte of the upload is looked at
    spend(database(), "upload", str(actor().id), now=now())
    upload, what = sent_file(), AttachmentKind(kind)
    content, name, where = upload.read(), upload.filename or "file", store()
    caption, credit = sent_object("caption"), sent_text("credit")

    def work(session: Session) -> UUID:
        kept = keep(session, where, content, name=name, by=actor().id, now=now(), purpose=PURPOSES[what])
        row = actions.attach(session, facility_id, kept.id, what, caption=caption, credit=credit, now=now(), by=actor())
        session.flush()
        return row.id

    return attached(facility_id, made_once(work, content=content))


@blueprint.route("/listings/<uuid:facility_id>/files/<uuid:attachment_id>", methods=["PATCH"])
@blueprint.arguments(AttachmentBody)
@blueprint.response(200, AttachmentItem)
@allow("facility.change")
def change(body: dict[str, Any], facility_id: UUID, attachment_id: UUID) -> dict[str, Any]:
    """Change what is written beside a file, or its place in the order."""
    transact(
        lambda session: actions.change_attachment(session, facility_id, attachment_id, body, now=now(), by=actor()).id
    )
    return attached(facility_id, attachment_id)


@blueprint.route("/listings/<uuid:facility_id>/files/<uuid:attachment_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("facility.change")
def remove(facility_id: UUID, attachment_id: UUID) -> None:
    """Take a photo or document off a listing."""
    transact(lambda session: actions.detach(session, facility_id, attachment_id, now=now(), by=actor()))


def attached(facility_id: UUID, attachment_id: UUID) -> dict[str, Any]:
    """One file of a listing in the shape of `AttachmentItem`."""
    for each in attachments(reading(), facility_id):
        if each.attachment.id == attachment_id:
            return attachment_item(each)
    raise NotFound("file")
