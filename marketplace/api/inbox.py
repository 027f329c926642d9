"""The inbox: what the caller has been told, and which of it comes by mail too."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import Body, Instant, PageArguments, page_of
from marketplace.api.paging import before, following
from marketplace.notices import queries
from marketplace.notices.actions import choose, mark_read
from marketplace.notices.models import Notice
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, language, now, reading, transact
from marketplace.wording.notices import choices, render

blueprint = Blueprint("api_inbox", __name__, description="What the caller has been told")


class NoticeItem(Schema):
    """One line of the inbox: a code and what it is about, and the same in the caller's own language."""

    id = fields.UUID()
    code = fields.String()
    details = fields.Dict()
    subject = fields.String()
    text = fields.String()
    created_at = Instant()
    read_at = Instant(allow_none=True)


class Inbox(Schema):
    """Notices, newest first, and how many are unread in all."""

    items = fields.List(fields.Nested(NoticeItem))
    next = fields.String(allow_none=True)
    unread = fields.Integer()


class ReadBody(Body):
    """Which notices were read; left out, all of them."""

    notices = fields.List(fields.UUID(), load_default=None, allow_none=True)


class ChoicesBody(Body):
    """Which codes come by mail too."""

    by_mail = fields.Dict(keys=fields.String(), values=fields.Boolean(), required=True)


class ChoiceItem(Schema):
    """One kind of notice that one may do without by mail."""

    code = fields.String()
    name = fields.String()
    by_mail = fields.Boolean()


ChoiceList = page_of(ChoiceItem, name="ChoiceList", says="Every kind of notice that may be chosen.")


@blueprint.route("/inbox")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, Inbox)
@allow("inbox.read")
def inbox(arguments: dict[str, Any]) -> dict[str, Any]:
    """What the caller has been told, newest first."""
    limit = arguments["limit"]
    found = queries.inbox(reading(), actor().id, limit=limit + 1, before=before(arguments["cursor"]))
    return {
        "items": [notice_item(notice) for notice in found[:limit]],
        "next": following(found, limit),
        "unread": queries.unread_count(reading(), actor().id),
    }


@blueprint.route("/inbox/read", methods=["POST"])
@blueprint.arguments(ReadBody, required=False)
@blueprint.response(204)
@allow("inbox.read")
def read(body: dict[str, Any]) -> None:
    """Mark notices as read."""
    chosen = body.get("notices")
    transact(lambda session: mark_read(session, actor().id, chosen, now=now()))


@blueprint.route("/inbox/choices")
@blueprint.response(200, ChoiceList)
@allow("inbox.read")
def chosen() -> dict[str, Any]:
    """Which kinds of notices come by mail too."""
    unwanted = queries.unmailed_codes(reading(), actor().id)
    known = choices(language())
    items = [{"code": code, "name": name, "by_mail": code not in unwanted} for code, name in known]
    return {"items": items, "next": None}


@blueprint.route("/inbox/choices", methods=["PUT"])
@blueprint.arguments(ChoicesBody)
@blueprint.response(204)
@allow("inbox.read")
def choose_mails(body: dict[str, Any]) -> None:
    """Choose which codes come by mail too; the inbox gets them all."""
    unknown = set(body["by_mail"]) - {code for code, _ in choices("en")}
    if unknown:
        raise Invalid.one("by_mail", "unknown", value=sorted(unknown)[0])
    transact(lambda session: choose(session, actor().id, body["by_mail"]))


def notice_item(notice: Notice) -> dict[str, Any]:
    """A notice in the shape of `NoticeItem`; instants inside the text are in the caller's own zone."""
    told = render(notice.code, notice.details, language(), zone=actor().time_zone)
    same = ("id", "code", "details", "created_at", "read_at")
    return {**{name: getattr(notice, name) for name in same}, "subject": told.subject, "text": told.text}
