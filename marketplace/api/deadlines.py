"""What is late or ends soon, for those who oversee the platform."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.applications import ApplicationList, line_page, place_of
from marketplace.api.fields import LocalizedText, PageArguments, page_of
from marketplace.api.paging import further, offset
from marketplace.applications.queries.lines import overdue
from marketplace.console.queries.deadlines import Ending, ending
from marketplace.console.queries.overview import today
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading

blueprint = Blueprint("api_deadlines", __name__, description="What is late or ends soon, for those who oversee")


class EndingItem(Schema):
    """An approval of the vault or a framework agreement that ends within 30 days. `organisation` or `person` owns it;
    `other` is the host of an agreement."""

    kind = fields.String(metadata={"enum": ["approval", "framework"]})
    id = fields.UUID()
    day = fields.Date(metadata={"description": "the last day on which it holds"})
    rule = fields.String(allow_none=True)
    title = fields.String()
    organisation = fields.Nested(LocalizedText, allow_none=True)
    person = fields.String(allow_none=True)
    other = fields.Nested(LocalizedText, allow_none=True)


@blueprint.route("/overdue-applications")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, ApplicationList)
@allow("deadline.oversee")
def overdue_applications(arguments: dict[str, Any]) -> dict[str, Any]:
    """Applications that authorities have not decided by their day, the longest overdue first."""
    limit, after = arguments["limit"], place_of(arguments["cursor"])
    return line_page(overdue(reading(), actor(), now=now(), limit=limit + 1, after=after), limit)


@blueprint.route("/ending")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(EndingItem))
@allow("deadline.oversee")
def expiring(arguments: dict[str, Any]) -> dict[str, Any]:
    """Approvals and framework agreements that end within 30 days, the first to end on top."""
    limit, shown = arguments["limit"], offset(arguments["cursor"])
    found = ending(reading(), on=today(now()), limit=limit + 1, offset=shown)
    return {"items": [_item(row) for row in found[:limit]], "next": further(found, limit, shown)}


def _item(row: Ending) -> dict[str, Any]:
    same = ("kind", "id", "day", "title", "organisation", "person", "other")
    return {**{name: getattr(row, name) for name in same}, "rule": row.rule_id}
