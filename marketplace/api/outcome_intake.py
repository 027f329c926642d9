"""What came of collaborations, brought in files and pastes; and the question of the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from marketplace.api.fields import Body, Instant, LocalizedText, page_of
from marketplace.api.uploads import multipart, sent_file, sent_text
from marketplace.outcomes.actions import yearly
from marketplace.outcomes.actions.entering import enter as enter_outcome
from marketplace.outcomes.actions.entering import statement_for
from marketplace.outcomes.formats import entries
from marketplace.outcomes.formats.entries import Entries
from marketplace.outcomes.queries.alike import Alike, alike, recorded_told
from marketplace.outcomes.queries.sides import collaboration, reporting_for
from marketplace.outcomes.queries.yearly import Question, open_questions
from marketplace.values.refusal import FieldError, Forbidden, Invalid, NotFound
from marketplace.web.access import allow
from marketplace.web.limiting import spend_uploads
from marketplace.web.outcome_words import today
from marketplace.web.registers import looked_up
from marketplace.web.request import actor, language, now, reading, transact
from marketplace.wording.refusals import sentence, sentence_of_error

blueprint = Blueprint("api_outcome_intake", __name__, description="Outcomes brought in, and the question of the year")
MOST_ENTRIES = 500
LAST_YEAR = 9999


class PasteBody(Body):
    """What is pasted: lines with DOIs or patent numbers, BibTeX, RIS, CSL-JSON, Crossref, ORCID or OpenAlex JSON."""

    text = fields.String(required=True)
    format = fields.String(load_default=None, allow_none=True)


class AlikeItem(Schema):
    """What stands here already and may be the same."""

    id = fields.UUID()
    title = fields.Nested(LocalizedText)
    certain = fields.Boolean()
    reasons = fields.List(fields.Dict())


class OutcomePreviewEntry(Schema):
    """One entry as the fields of an outcome, with what is doubtful and what is like it."""

    row = fields.Integer()
    says = fields.Dict()
    warnings = fields.List(fields.Dict())
    alike = fields.List(fields.Nested(AlikeItem))


class RejectedOutcome(Schema):
    """An entry or a cell that can't be used, and why."""

    row = fields.Integer()
    field = fields.String()
    rule = fields.String()
    reason = fields.String()


class OutcomePreview(Schema):
    """What was read; nothing is kept."""

    format = fields.String()
    entries = fields.List(fields.Nested(OutcomePreviewEntry))
    rejected = fields.List(fields.Nested(RejectedOutcome))


class OutcomeImport(Schema):
    """What became of a file: drafts made, entries added to what stood here, and what was rejected."""

    read = fields.Integer()
    created = fields.Integer()
    added = fields.Integer()
    rejected = fields.List(fields.Nested(RejectedOutcome))


class YearQuestion(Schema):
    """A question about a year that nobody of the organisation has answered."""

    collaboration = fields.UUID()
    organisation = fields.UUID()
    year = fields.Integer()
    asked_at = Instant()


class YearAnswer(Schema):
    """How a question was answered."""

    collaboration = fields.UUID()
    organisation = fields.UUID()
    year = fields.Integer()
    answer = fields.String(metadata={"enum": ["reported", "nothing"]})
    answered_at = Instant()


YearQuestions = page_of(YearQuestion, name="YearQuestions", says="Open questions about a year, the oldest first.")


@blueprint.route("/outcomes/questions")
@blueprint.response(200, YearQuestions)
@allow("outcome.list")
def questions() -> dict[str, Any]:
    """Questions about a year that wait for the caller's organisations."""
    return {"items": [question_item(each) for each in open_questions(reading(), by=actor())], "next": None}


@blueprint.route(
    "/outcomes/questions/<uuid:collaboration_id>/<uuid:organisation_id>/<int:year>/nothing", methods=["POST"]
)
@blueprint.response(200, YearAnswer)
@allow("outcome.answer")
def nothing(collaboration_id: UUID, organisation_id: UUID, year: int) -> dict[str, Any]:
    """Answer that a year brought nothing to report."""
    if year > LAST_YEAR:
        raise NotFound("question")
    row = transact(
        lambda work: yearly.nothing_to_report(work, collaboration_id, organisation_id, year, now=now(), by=actor())
    )
    same = {"answer": row.answer, "answered_at": row.answered_at, "year": row.year}
    return same | {"collaboration": row.collaboration_id, "organisation": row.organisation_id}


@blueprint.route("/collaborations/<uuid:collaboration_id>/outcomes/preview", methods=["POST"])
@blueprint.arguments(PasteBody)
@blueprint.response(200, OutcomePreview)
@allow("outcome.draft", reads=True)
def preview(body: dict[str, Any], collaboration_id: UUID) -> dict[str, Any]:
    """Read what is pasted into the fields of outcomes, and show what stands here already; nothing is kept."""
    around = _door(collaboration_id)
    found = looked_up(_few(entries.of_bibliography(body["text"], body["format"])), around)
    new = [recorded_told(each.told, str(each.row), around) for each in found.entries]
    return preview_of(found, alike(reading(), new, around, by=actor(), today=today()))


@blueprint.route("/collaborations/<uuid:collaboration_id>/outcomes/import", methods=["POST"])
@blueprint.doc(requestBody=multipart(dry_run={"type": "string", "description": "1: nothing is kept"}))
@blueprint.response(200, OutcomeImport)
@allow("outcome.draft")
def bring(collaboration_id: UUID) -> dict[str, Any]:
    """Bring a sheet (CSV, XLSX) or a bibliography in: each entry that holds becomes a draft. A rejected one stops no
    other; nothing is kept with `dry_run`."""
    around = _door(collaboration_id)
    spend_uploads(1)
    upload = sent_file()
    found = looked_up(_few(entries.of_anything(upload.read(), upload.filename or "file")), around)
    rejected = rejected_of(found)
    created = added = 0
    if not sent_text("dry_run"):
        created, added, more = transact(lambda session: _bring(session, around, found))
        rejected += more
    return {"read": len(found.entries) + len({bad.row for bad in found.rejected}), "created": created,
            "added": added, "rejected": rejected}  # fmt: skip


def _door(collaboration_id: UUID) -> UUID:
    """The collaboration, of which the caller may report. Raises NotFound and Forbidden."""
    around = collaboration(reading(), collaboration_id, by=actor())
    if not reporting_for(reading(), around.id, by=actor(), today=today()):
        raise Forbidden("outcome.draft")
    return around.id


def _few(found: entries.Entries) -> entries.Entries:
    if len(found.entries) > MOST_ENTRIES:
        raise Invalid.one("file", "file_too_many_rows", max=MOST_ENTRIES)
    return found


def _bring(session: Session, around: UUID, found: entries.Entries) -> tuple[int, int, list[dict[str, Any]]]:
    """How many drafts were made and entries added, and what could not be."""
    created = added = 0
    rejected: list[dict[str, Any]] = []
    for each in found.entries:
        try:
            said = statement_for(session, around, each.told, now=now(), source="file")
            with session.begin_nested():
                is_new = enter_outcome(session, around, said, now=now(), by=actor())[1]
        except Invalid as invalid:
            rejected += [_bad(each.row, error) for error in invalid.errors]
            continue
        created, added = created + is_new, added + (not is_new)
    return created, added, rejected


def _bad(row: int, error: FieldError) -> dict[str, Any]:
    return {"row": row, "field": error.field, "rule": error.rule, "reason": sentence_of_error(error, language())}


def question_item(one: Question) -> dict[str, Any]:
    """A question in the shape of `YearQuestion`."""
    row = one.row
    return {
        "collaboration": row.collaboration_id,
        "organisation": row.organisation_id,
        "year": row.year,
        "asked_at": row.waits_since,
    }


def preview_of(found: Entries, near: Mapping[str, Sequence[Alike]]) -> dict[str, Any]:
    """What was read in the shape of `OutcomePreview`."""
    return {
        "format": found.format,
        "entries": [
            {
                "row": each.row,
                "says": dict(each.told),
                "warnings": [
                    {"field": one.field, "rule": one.rule, "message": sentence_of_error(one, language())}
                    for one in each.warnings
                ],
                "alike": [_alike(one) for one in near.get(str(each.row), ())],
            }
            for each in found.entries
        ],
        "rejected": rejected_of(found),
    }


def rejected_of(found: Entries) -> list[dict[str, Any]]:
    """What could not be used."""
    return [
        {"row": bad.row, "field": bad.field, "rule": bad.rule, "reason": sentence_of_error(bad.error, language())}
        for bad in found.rejected
    ]


def _alike(one: Alike) -> dict[str, Any]:
    reasons = [{**reason.as_json(), "message": sentence(reason, language())} for reason in one.likeness.reasons]
    return {"id": one.outcome.id, "title": one.title, "certain": one.likeness.certain, "reasons": reasons}
