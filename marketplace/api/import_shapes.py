"""How an import is written for programs: the file and its report, its columns, and what becomes of each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from marketplace.api.fields import Body, Instant, page_of
from marketplace.catalogue.formats import uniquip
from marketplace.catalogue.formats.parsing import FORMATS
from marketplace.catalogue.models import ImportState, ListingImport
from marketplace.files.queries import stored_files
from marketplace.values.refusal import Invalid
from marketplace.web.request import reading

FIGURES = ("read", "created", "updated", "unchanged", "kept", "rejected")


class ImportReport(Schema):
    """How many rows came to what; every row is created, updated, unchanged, kept or rejected."""

    locals().update({name: fields.Integer() for name in FIGURES})


class KeptField(Schema):
    """A field that stays as the host edited it."""

    row = fields.Integer()
    field = fields.String()


class ImportDetail(Schema):
    """A file on its way in. `report` grows while it runs; `reason` is the code of what made it fail.

    `columns_needed` where its columns have to be assigned first.
    """

    id = fields.UUID()
    organisation = fields.UUID()
    file_name = fields.String()
    format = fields.String(metadata={"enum": list(FORMATS)})
    encoding = fields.String()
    zone = fields.String(allow_none=True)
    mapping = fields.Dict(keys=fields.String(), values=fields.String())
    state = fields.String(metadata={"enum": [state.value for state in ImportState]})
    columns_needed = fields.Boolean()
    rows = fields.Integer(allow_none=True, metadata={"description": "of the file, once it runs"})
    rows_done = fields.Integer()
    report = fields.Nested(ImportReport, allow_none=True)
    kept_fields = fields.List(fields.Nested(KeptField))
    reason = fields.String(allow_none=True)
    created_at = Instant()
    finished_at = Instant(allow_none=True)


ImportList = page_of(ImportDetail, name="ImportList", says="The latest imports, the newest first.")


class FieldItem(Schema):
    """One of our fields, and its title in the standard."""

    field = fields.String()
    title = fields.String()


class ColumnsDetail(Schema):
    """The columns of a file with its first rows, how they are assigned, and what they may be assigned to."""

    head = fields.List(fields.String())
    samples = fields.List(fields.List(fields.String()))
    mapping = fields.Dict(keys=fields.String(), values=fields.String())
    fields_ = fields.List(fields.Nested(FieldItem), attribute="fields", data_key="fields")


class ColumnsBody(Body):
    """Column of the file to field; what is left out is not read. Everything stands in `zone`, if one is named."""

    mapping = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    zone = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))


class PreviewLine(Schema):
    """What would become of one row; the head counts as row 1. A rejected one says at which field and why."""

    row = fields.Integer()
    name = fields.String()
    outcome = fields.String(metadata={"enum": ["created", "updated", "unchanged", "kept", "rejected"]})
    becomes = fields.String(metadata={"enum": ["facility", "unit", "instrument"]})
    part_of = fields.String(metadata={"description": "the Related Facility IDs of a unit"})
    written = fields.List(fields.String())
    kept = fields.List(fields.String())
    paused = fields.Boolean()
    place = fields.String(metadata={"description": "a place that is not loaded, kept as text"})
    field = fields.String()
    rule = fields.String()
    reason = fields.String()


class ImportPreview(Schema):
    """One page of rows, and how many there are; `unused` are the columns that are left out."""

    items = fields.List(fields.Nested(PreviewLine))
    next = fields.String(allow_none=True)
    rows = fields.Integer()
    unused = fields.List(fields.String())


class RejectedItem(Schema):
    """A row that was not brought in: its number, the field, the rule it breaks, and the same in words."""

    row = fields.Integer()
    field = fields.String()
    rule = fields.String()
    reason = fields.String()
    cells = fields.Dict(keys=fields.String(), values=fields.String())


def details(rows: Sequence[ListingImport]) -> list[dict[str, Any]]:
    """Imports in the shape of `ImportDetail`, with the names of their files in one statement."""
    files = stored_files(reading(), {row.file_id for row in rows})
    return [_detail(row, files[row.file_id].name) for row in rows]


def _detail(row: ListingImport, file_name: str) -> dict[str, Any]:
    same = ("id", "format", "encoding", "mapping", "rows_done", "created_at", "finished_at")
    report = row.report
    return {
        **{name: getattr(row, name) for name in same},
        "organisation": row.organisation_id,
        "file_name": file_name,
        "zone": row.zone_code,
        "state": row.state.value,
        "columns_needed": row.state is ImportState.UPLOADED and not assigned(row),
        "rows": row.rows_total,
        "report": {name: report.get(name, 0) for name in FIGURES} if "read" in report else None,
        "kept_fields": report.get("kept_fields", []),
        "reason": report.get("reason"),
    }


def assigned(row: ListingImport) -> bool:
    """Whether the columns of a file say enough; those of other formats always do."""
    try:
        if row.format == "uniquip":
            uniquip.check_mapping(list(row.mapping), row.mapping)
    except Invalid:
        return False
    return True


def preview_line(line: dict[str, Any]) -> dict[str, Any]:
    """What would become of a row, in the shape of `PreviewLine`."""
    if line["outcome"] == "rejected":
        return line
    becomes = "facility" if line["facility"] else "unit" if line["part_of"] else "instrument"
    return {**line, "becomes": becomes}
