"""Files that programs send: multipart form data, said in the document and read out of a request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import Schema, fields
from werkzeug.datastructures import FileStorage

from marketplace.files.models import StoredFile
from marketplace.values.refusal import Invalid

# How the document writes the bytes of a file, in a part of a form and as an answer.
BYTES: Mapping[str, str] = {"type": "string", "format": "binary"}


class FileItem(Schema):
    """An upload: `GET /files/{id}` hands it out. `media_type` is what it turned out to be, `size` is in bytes."""

    id = fields.UUID()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()


def file_item(file: StoredFile) -> dict[str, Any]:
    """An upload in the shape of `FileItem`."""
    return {name: getattr(file, name) for name in ("id", "name", "media_type", "size")}


def multipart(**more: Mapping[str, Any]) -> dict[str, Any]:
    """What the document says of a form with one part named `file`, and of the text parts beside it."""
    schema = {"type": "object", "properties": {"file": dict(BYTES), **more}, "required": ["file"]}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def sent_file() -> FileStorage:
    """The part named `file`; `Invalid` where there is none."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid.one("file", "required")
    return upload


def sent_object(part: str) -> dict[str, Any]:
    """A text part that holds a JSON object, empty where it was left out; `Invalid` where it holds anything else."""
    text = request.form.get(part, "")
    if not text:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid.one(part, "json")
    return found


def sent_text(part: str) -> str | None:
    """A text part; None where it was left out or is empty."""
    return request.form.get(part) or None
