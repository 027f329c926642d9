"""Private calendar feeds: which there may be, and making, replacing and ending their secret addresses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import page_of
from marketplace.bookings.actions.feeds import end_feed
from marketplace.bookings.rules.feeds import FeedKind
from marketplace.web.access import allow
from marketplace.web.calendar_feeds import lines, renewed
from marketplace.web.request import actor, now, transact

blueprint = Blueprint("api_calendar_feeds", __name__, description="Calendars that programs fetch by a secret address")
KINDS = {kind.value: kind for kind in FeedKind}
KIND = f"<any({', '.join(KINDS)}):kind>"


class FeedItem(Schema):
    """A feed that the caller may make; `on` where it has an address at present, which is never told again."""

    kind = fields.String(metadata={"enum": list(KINDS)})
    subject = fields.UUID(metadata={"description": "the person, unit or organisation whose bookings it holds"})
    name = fields.String()
    note = fields.String()
    on = fields.Boolean()


FeedList = page_of(
    FeedItem,
    name="FeedList",
    says="The caller's own, those of the organisations they manage, and those of the units they host.",
)


class FeedMade(Schema):
    """The address, told this once: whoever has it reads the calendar."""

    url = fields.String()


@blueprint.route("/calendar-feeds")
@blueprint.response(200, FeedList)
@allow("account.manage")
def listed() -> dict[str, Any]:
    """The feeds that the caller may make, replace and end."""
    same = ("name", "note", "on")
    items = [
        {"kind": line.kind.value, "subject": line.id, **{name: getattr(line, name) for name in same}}
        for line in lines()
    ]
    return {"items": items, "next": None}


@blueprint.route(f"/calendar-feeds/{KIND}/<uuid:subject_id>", methods=["POST"])
@blueprint.response(201, FeedMade)
@allow("calendar_feed.manage")
def renew(kind: str, subject_id: UUID) -> dict[str, str]:
    """Make a feed, or give it another address: the earlier one answers nobody from now on."""
    return {"url": renewed(KINDS[kind], subject_id)}


@blueprint.route(f"/calendar-feeds/{KIND}/<uuid:subject_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("calendar_feed.manage")
def end(kind: str, subject_id: UUID) -> None:
    """No feed any more; ending one that is not there is idle."""
    transact(lambda session: end_feed(session, KINDS[kind], subject_id, now=now(), by=actor()))
