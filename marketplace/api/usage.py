"""Use over the API: the rows that pages show and commands write, and what each export was."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import INCLUDE, Schema, fields, validate

from marketplace.api.fields import Instant, LocalizedText, PageArguments
from marketplace.api.paging import further, offset
from marketplace.statistics.dictionary import VERSION, columns, indicators, rules
from marketplace.statistics.queries import exports
from marketplace.statistics.queries.looking import page_of
from marketplace.statistics.queries.reach import reach_of
from marketplace.statistics.rules.manifests import manifest
from marketplace.statistics.rules.reach import check
from marketplace.statistics.rules.wishes import GROUPS, RAW, Wish, wish_of
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading
from marketplace.web.usage import FORMATS, sent

blueprint = Blueprint("api_usage", __name__, description="Use of units: rows, roll-ups and exports")
LONGEST: Final = 4000


class UsageArguments(PageArguments):
    """Which rows, and as what; `to` is the last day included."""

    locals().update(
        {
            name: fields.String(load_default="", validate=validate.Length(max=20), metadata={"format": "date"})
            for name in ("from", "to")
        }
    )
    group_by = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={
            "description": f"{', '.join(RAW)} (the first where left out), or up to three of: {', '.join(GROUPS)}"
        },
    )
    format = fields.String(load_default="json", validate=validate.OneOf(("json", *FORMATS)))
    filter = fields.List(
        fields.String(validate=validate.Length(max=300)),
        load_default=list,
        metadata={"description": "NAME=VALUE, such as user_jurisdiction=CN; the same name again widens"},
    )
    columns = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST),
        metadata={"description": "their ids with commas; else all but those about people"},
    )
    purpose = fields.String(
        load_default=None,
        validate=validate.Length(max=500),
        metadata={"description": "what columns about people are needed for; it is logged"},
    )


class UsageRows(Schema):
    """Rows by the ids of their columns; the next page continues."""

    items = fields.List(fields.Dict())
    next = fields.String(allow_none=True)
    as_of = Instant()


class UsageColumn(Schema):
    """A column of rows."""

    id = fields.String()
    kind = fields.String()
    personal = fields.Boolean()
    name = fields.Nested(LocalizedText)
    meaning = fields.Nested(LocalizedText)


class UsageIndicator(Schema):
    """One sum over another."""

    id = fields.String()
    metric = fields.String(allow_none=True)
    numerator = fields.List(fields.String())
    denominator = fields.List(fields.String())
    name = fields.Nested(LocalizedText)
    meaning = fields.Nested(LocalizedText)


class UsageDictionary(Schema):
    """Columns, indicators and rules of counting."""

    version = fields.Integer()
    columns = fields.List(fields.Nested(UsageColumn))
    indicators = fields.List(fields.Nested(UsageIndicator))
    rules = fields.Dict(keys=fields.String(), values=fields.Nested(LocalizedText))


class UsageManifest(Schema):
    """What an export holds; further members tell its rules and dictionary."""

    class Meta:
        unknown = INCLUDE

    export = fields.UUID()
    complete = fields.Boolean()
    rows = fields.Integer(allow_none=True)
    bytes = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True)


class UsageManifests(Schema):
    """Exports, the newest first, each with its manifest."""

    items = fields.List(fields.Dict())
    next = fields.String(allow_none=True)


@blueprint.route("/usage")
@blueprint.arguments(UsageArguments, location="query")
@blueprint.response(200, UsageRows)
@allow("usage.export")
def listed(arguments: dict[str, Any]) -> dict[str, Any] | Response:
    """Sessions, bookings or roll-ups: as JSON page by page, or whole as a file, which is logged; the header X-Export
    names its manifest. CSV has the same bytes as the page's and the command's."""
    reach = reach_of(reading(), actor())
    wish = _wish(arguments)
    if arguments["format"] != "json":
        return sent(wish, arguments["format"], arguments["purpose"], via="api")
    session, shown, limit = reading(), offset(arguments["cursor"], farthest=10**5 - 1), arguments["limit"]
    if wish.personal:
        # Whose rows leave with people in them is written down: as a file.
        check(wish, reach, arguments["purpose"])
        raise Invalid.one("format", "people_as_file")
    # Before the rows: what is summed in between may be in them, but is never claimed and left out.
    as_of = exports.as_of(session, now()) if wish.shape == "groups" else now()
    found = page_of(session, wish, reach, now=now(), limit=limit + 1, offset=shown)
    return {"items": [_plain(each) for each in found[:limit]], "next": further(found, limit, shown), "as_of": as_of}


@blueprint.route("/usage/dictionary")
@blueprint.response(200, UsageDictionary)
@allow("metric.see")
def dictionary() -> dict[str, Any]:
    """What each column and indicator is, and the rules of counting."""
    rates = [
        {"id": id, "metric": each.metric, "numerator": each.above, "denominator": each.below, "name": each.name,
         "meaning": each.meaning}
        for id, each in indicators().items()
    ]  # fmt: skip
    return {"version": VERSION, "columns": list(columns().values()), "indicators": rates, "rules": rules()}


@blueprint.route("/usage/exports")
@blueprint.response(200, UsageManifests)
@allow("usage.see")
def logged() -> dict[str, Any]:
    """The newest exports of one's own, of everybody for overseers."""
    reach_of(reading(), actor())
    return {"items": [manifest(row) for row in exports.exports_of(reading(), by=actor())], "next": None}


@blueprint.route("/usage/exports/<uuid:export_id>/manifest")
@blueprint.response(200, UsageManifest)
@allow("usage.manifest")
def told(export_id: UUID) -> Response:
    """What an export holds, by which rules, and the digest of its bytes."""
    return jsonify(manifest(exports.export_for(reading(), export_id, by=actor())))


def _wish(arguments: dict[str, Any]) -> Wish:
    pairs = []
    for each in arguments["filter"]:
        name, sign, value = each.partition("=")
        if not sign:
            raise Invalid.one("filter", "name_and_value")
        pairs.append((name, value))
    days = _day(arguments["from"], "from"), _day(arguments["to"], "to")
    return wish_of(days, arguments["group_by"], pairs, arguments["columns"])


def _day(written: str, field: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid.one(field, "date") from None


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _written(value) for name, value in row.items()}


def _written(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    return float(value) if hasattr(value, "quantize") else str(value)
