"""Files of loggers over the API: what becomes of each row, and taking those that fit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.fields import Body, Instant, ProblemField
from marketplace.operations.actions.logging_files import LONGEST_NAME, Judged, bring, preview
from marketplace.operations.queries.doors import devices_of
from marketplace.operations.rules.logger_files import MOST_BYTES
from marketplace.values.refusal import FieldError
from marketplace.web.access import allow
from marketplace.web.request import actor, language, now, reading, transact
from marketplace.wording.refusals import sentence_of_error

blueprint = Blueprint("api_logger_files", __name__, description="Sessions from the files of loggers")
FATES = ("fits", "known", "overlaps", "bad")


class LoggerFileBody(Body):
    """CSV with the columns start and end, and place and samples; with `dry_run` nothing is taken."""

    name = fields.String(load_default="", validate=validate.Length(max=LONGEST_NAME))
    text = fields.String(required=True, validate=validate.Length(max=MOST_BYTES))
    dry_run = fields.Boolean(load_default=False)


class LoggerRow(Schema):
    """One row and what became of it; of a bad one every field with its rule."""

    row = fields.Integer()
    fate = fields.String(metadata={"enum": list(FATES)})
    began = Instant(allow_none=True)
    ended = Instant(allow_none=True)
    place = fields.Integer()
    errors = fields.List(fields.Nested(ProblemField))


class LoggerReport(Schema):
    """What became of a file's rows: those that fit were added unless it was a dry run."""

    added = fields.Integer()
    rows = fields.List(fields.Nested(LoggerRow))


@blueprint.route("/units/<uuid:unit_id>/logger-files", methods=["POST"])
@blueprint.arguments(LoggerFileBody)
@blueprint.response(200, LoggerReport)
@allow("feed.manage")
def take(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Make sessions of the rows that fit; the same file again changes nothing."""
    devices_of(reading(), unit_id, by=actor())
    name, text = body["name"], body["text"]
    if body["dry_run"]:
        judged = preview(reading(), unit_id, text, now=now(), by=actor())
    else:
        judged = transact(lambda work: bring(work, unit_id, name, text, now=now(), by=actor()))
    added = 0 if body["dry_run"] else sum(each.fate == "fits" for each in judged)
    return {"added": added, "rows": [_told(each) for each in judged]}


def _told(each: Judged) -> dict[str, Any]:
    row = each.row
    told = {"row": row.number, "fate": each.fate, "began": row.began, "ended": row.ended, "place": row.place}
    return told | {"errors": [_error(error) for error in row.errors]}


def _error(error: FieldError) -> dict[str, str]:
    return {"field": error.field, "rule": error.rule, "message": sentence_of_error(error, language())}
