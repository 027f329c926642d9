"""Attachments of messages: each counted, checked and kept before the message that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.bookings.actions.messages import MOST_FILES
from marketplace.files.actions import Purpose, keep
from marketplace.values.refusal import Invalid
from marketplace.web.request import actor, now, store


def kept(work: Session, uploads: Sequence[Any]) -> list[UUID]:
    """The ids of the files that came with a form, kept in the message's own transaction."""
    if len(uploads) > MOST_FILES:
        raise Invalid.one("files", "too_many_items", max=MOST_FILES)
    return [_kept_one(work, upload) for upload in uploads]


def _kept_one(work: Session, upload: Any) -> UUID:
    upload.stream.seek(0)  # a unit of work may be done a second time
    content = upload.read()
    who = actor().id
    return keep(work, store(), content, name=upload.filename, purpose=Purpose.ATTACHMENT, by=who, now=now()).id
