"""Files of listings, in and out: upload, columns, preview of every row, run, report, rejected rows; and the exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.policy import demand
from marketplace.api.fields import PageArguments, page_of
from marketplace.api.import_shapes import (
    ColumnsBody,
    ColumnsDetail,
    ImportDetail,
    ImportList,
    ImportPreview,
    RejectedItem,
    details,
    preview_line,
)
from marketplace.api.once import made_once
from marketplace.api.paging import cursor_of, offset
from marketplace.api.uploads import BYTES, multipart, sent_file, sent_object, sent_text
from marketplace.catalogue.formats import uniquip
from marketplace.catalogue.formats.encodings import ENCODINGS, known_encoding
from marketplace.catalogue.formats.parsing import FORMATS
from marketplace.catalogue.formats.reading import MAX_ROWS
from marketplace.catalogue.models import ImportState
from marketplace.catalogue.queries.exporting import ENDINGS
from marketplace.catalogue.queries.importing import imports_of, listing_import, origin_of, rejected_of
from marketplace.values.refusal import Invalid
from marketplace.web import sheets
from marketplace.web.access import allow
from marketplace.web.request import actor, reading

blueprint = Blueprint("api_imports", __name__, description="Files of listings, in and out")
SAMPLES = 3
PARTS: Mapping[str, Mapping[str, Any]] = {
    "organisation": {"type": "string", "format": "uuid", "description": "whose listings they are"},
    "format": {"type": "string", "enum": list(FORMATS), "description": "found by looking where left out"},
    "encoding": {"type": "string", "enum": list(ENCODINGS), "description": "only Unicode is found by looking"},
    "mapping": {"type": "string", "description": "a JSON object: column of the file to field, for uniquip"},
    "zone": {"type": "string", "description": "the zone in which everything stands"},
}


class ExportArguments(Schema):
    """In which format; `ending` decides between those it can be written with, the usual one where left out."""

    format = fields.String(required=True, validate=validate.OneOf(sorted(ENDINGS)))
    ending = fields.String(load_default=None, validate=validate.OneOf(sorted({*sum(ENDINGS.values(), ())})))


@blueprint.route("/listings/imports")
@blueprint.response(200, ImportList)
@allow("host_desk.see")
def listed() -> dict[str, Any]:
    """The latest twenty imports of the organisations that the caller hosts for."""
    return {"items": details([row for row, _ in imports_of(reading(), actor())]), "next": None}


@blueprint.route("/listings/imports", methods=["POST"])
@blueprint.doc(requestBody=multipart(**PARTS))
@blueprint.response(201, ImportDetail)
@allow("host_desk.see")  # as on the page: the verb itself demands listing.import
def bring() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Upload a file of listings, at most 25 MB and 50,000 rows; it is read, and nothing is made of it yet."""
    host = organisation_sent()
    demand(actor(), "listing.import", host=host)
    zone = known_zone(host, sent_text("zone"))
    encoding = sent_text("encoding")
    upload, mapping = sent_file(), sent_mapping()
    content, name = upload.read(), upload.filename or "file"
    looked = sheets.looked_at(
        content, name, format=sent_text("format"), encoding=known_encoding(encoding) if encoding else None, zone=zone
    )
    if mapping:
        looked = sheets.with_columns(looked, mapping)
    made = made_once(lambda work: sheets.begin(work, host, content, looked).id, content=content)
    return detail(made), 201, {"Location": f"/api/v1/listings/imports/{made}"}


@blueprint.route("/listings/imports/<uuid:import_id>")
@blueprint.response(200, ImportDetail)
@allow("listing.import")
def one(import_id: UUID) -> dict[str, Any]:
    """How an import went, or how far it is."""
    return detail(import_id)


@blueprint.route("/listings/imports/<uuid:import_id>/columns")
@blueprint.response(200, ColumnsDetail)
@allow("listing.import")
def columns(import_id: UUID) -> dict[str, Any]:
    """The columns of a file that waits."""
    row = sheets.waiting(import_id)
    known = sheets.head_of(row)
    first = sheets.rows_of(row, known, first=0, count=SAMPLES).cells
    return {
        "head": known.head,
        "samples": [[cells.get(title, "") for title in known.head] for _, cells in sorted(first.items())],
        "mapping": row.mapping,
        "fields": [{"field": column.field, "title": column.title} for column in uniquip.MAPPABLE],
    }


@blueprint.route("/listings/imports/<uuid:import_id>/columns", methods=["PUT"])
@blueprint.arguments(ColumnsBody)
@blueprint.response(200, ImportDetail)
@allow("listing.import")
def assign(body: dict[str, Any], import_id: UUID) -> dict[str, Any]:
    """Say which column is which field, and in which zone everything stands."""
    row = sheets.waiting(import_id)
    if row.format != "uniquip":
        raise Invalid.one("mapping", "mapping_unknown")
    sheets.assign(row, body["mapping"], known_zone(row.organisation_id, body["zone"]))
    return detail(import_id)


@blueprint.route("/listings/imports/<uuid:import_id>/preview")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, ImportPreview)
@allow("listing.import")
def preview(arguments: dict[str, Any], import_id: UUID) -> dict[str, Any]:
    """What would become of every row, page by page in the order of the file; nothing is changed."""
    row = sheets.waiting(import_id)
    known = sheets.head_of(row)
    sheets.demand_assigned(row, known)
    first, limit = offset(arguments["cursor"], farthest=MAX_ROWS), arguments["limit"]
    parsed = sheets.rows_of(row, known, first=first, count=limit)
    lines = sheets.judged(row, parsed, sheets.rows_in_order(parsed))
    more = first + limit < known.rows
    return {
        "items": [preview_line(line) for line in lines],
        "next": cursor_of(first + limit) if more else None,
        "rows": known.rows,
        "unused": uniquip.unused_columns(known.head, row.mapping) if row.format == "uniquip" else (),
    }


@blueprint.route("/listings/imports/<uuid:import_id>/run", methods=["POST"])
@blueprint.response(200, ImportDetail)
@blueprint.alt_response(202, schema=ImportDetail, description="More than 1,000 rows: a job does it; ask `Location`.")
@allow("listing.import")
def run(import_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Make it so: at once for a small file, as a job for a large one. A rejected row stops no other."""
    sheets.run(import_id)
    answer = detail(import_id)
    done = answer["state"] != ImportState.RUNNING.value
    return answer, 200 if done else 202, {"Location": f"/api/v1/listings/imports/{import_id}"}


@blueprint.route("/listings/imports/<uuid:import_id>/rejected")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(RejectedItem))
@allow("listing.import")
def rejected(arguments: dict[str, Any], import_id: UUID) -> dict[str, Any]:
    """The rows that were not brought in, by row."""
    listing_import(reading(), import_id, actor())
    first, limit = offset(arguments["cursor"], farthest=MAX_ROWS), arguments["limit"]
    found = rejected_of(reading(), import_id, limit=limit + 1, offset=first)
    items = [{**sheets.reason_of(one.row, one.field, one.reason), "cells": one.cells} for one in found[:limit]]
    return {"items": items, "next": cursor_of(first + limit) if len(found) > limit else None}


@blueprint.route("/listings/imports/<uuid:import_id>/rejected.csv")
@blueprint.response(200, BYTES, content_type="text/csv", description="Row, field and reason, then the cells.")
@allow("listing.import")
def rejected_file(import_id: UUID) -> Response:
    """The same rows as a file, to be put right and brought in again; not found where none was rejected."""
    return downloaded(sheets.rejected_sheet(import_id), "rejected.csv", "text/csv; charset=utf-8")


@blueprint.route("/listings/export")
@blueprint.arguments(ExportArguments, location="query")
@blueprint.response(200, BYTES, content_type="application/octet-stream", description="The file, of its own media type.")
@allow("listing.export")
def export(arguments: dict[str, Any]) -> Response:
    """All public listings in one format, and of them what everybody sees."""
    format = arguments["format"]
    ending = arguments["ending"] or ENDINGS[format][0]
    if ending not in ENDINGS[format]:
        raise Invalid.one("ending", "ending", endings=", ".join(ENDINGS[format]))
    made = sheets.public_listings(format, ending)
    return downloaded(made.content, f"benchbridge-{format}.{ending}", made.media_type)


def organisation_sent() -> UUID:
    """Whose listings they are."""
    try:
        return UUID(sent_text("organisation") or "")
    except ValueError:
        raise Invalid.one("organisation", "required") from None


def sent_mapping() -> dict[str, str]:
    """Which column is which field, where the form says so."""
    mapping = sent_object("mapping")
    if not all(isinstance(field, str) for field in mapping.values()):
        raise Invalid.one("mapping", "mapping_unknown")
    return mapping


def known_zone(host: UUID, zone: str | None) -> str | None:
    """The code of a zone by code or slug; `Invalid` for one that is not loaded."""
    if zone is None:
        return None
    origin = origin_of(reading(), host, zone)
    return origin.zone.zone if origin.zone else None


def detail(import_id: UUID) -> dict[str, Any]:
    """An import of the caller's in the shape of `ImportDetail`."""
    return details([listing_import(reading(), import_id, actor())])[0]


def downloaded(content: bytes, name: str, media_type: str) -> Response:
    """A file as an answer that is kept nowhere on its way."""
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response
