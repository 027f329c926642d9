"""Applications for permits: the caller's own, an authority's desk, one with its timeline, and each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.fields import Body, Instant, LocalizedText, PageArguments, page_of
from marketplace.api.paging import cursor_of, key_of
from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import ApplicationState, ClockEffect, Verb
from marketplace.applications.queries.lines import Line, Place, of_parties, on_desk
from marketplace.applications.queries.looking import Look, look
from marketplace.applications.rules.clocks import ClockState
from marketplace.applications.rules.steps import Step
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_applications", __name__, description="Applications for permits, and what authorities decide")
STATES = [each.value for each in ApplicationState]
VERBS = [each.value for each in Verb if each is not Verb.DRAFT]


class ApplicationLine(Schema):
    """An application in a list. Where `whole` is false only what is not null here may be seen."""

    id = fields.UUID()
    booking = fields.UUID()
    reference = fields.String(metadata={"description": "of the booking"})
    rule = fields.String()
    title = fields.Nested(LocalizedText)
    state = fields.String(metadata={"enum": STATES})
    agency = fields.String(allow_none=True, metadata={"description": "an authority's code; null: an own duty"})
    applicant = fields.UUID()
    side = fields.String(metadata={"enum": ["user", "host"]})
    whole = fields.Boolean()
    filed_on = fields.Date(allow_none=True)
    file_by = fields.Date(allow_none=True)
    due_on = fields.Date(allow_none=True)
    due_provisional = fields.Boolean(allow_none=True)
    days_left = fields.Integer(allow_none=True, metadata={"description": "by the authority's calendar; below 0: over"})


class ApplicationStep(Schema):
    """One thing that happened to an application."""

    verb = fields.String(metadata={"enum": [each.value for each in Verb]})
    on = fields.Date()
    at = Instant()
    by = fields.UUID(allow_none=True, metadata={"description": "null: the platform"})
    outside = fields.Boolean(metadata={"description": "recorded by the applicant"})
    effect = fields.String(metadata={"enum": [each.value for each in ClockEffect]})
    note = fields.String()
    file = fields.UUID(allow_none=True)
    details = fields.Dict()


class ApplicationDetail(ApplicationLine):
    """One application with all that the caller may see and do."""

    rule_version = fields.Integer()
    covers = fields.List(fields.String(), metadata={"description": "the rules that are decided with it"})
    flows = fields.List(fields.String())
    number = fields.String()
    filed_outside = fields.Boolean()
    decided_on = fields.Date(allow_none=True)
    valid_from = fields.Date(allow_none=True)
    valid_to = fields.Date(allow_none=True)
    conditions = fields.String()
    reason = fields.String()
    clock = fields.Dict(metadata={"description": "the limit of the rule's row"})
    clock_state = fields.String(metadata={"enum": [each.value for each in ClockState]})
    facts = fields.Dict(metadata={"description": "what was stated of its flows"})
    timeline = fields.List(fields.Nested(ApplicationStep))
    steps = fields.List(fields.String(), metadata={"description": "the verbs that the caller may use now"})
    awaits_other = fields.Boolean(
        metadata={"description": "granted, but it counts only once the other side's office has agreed too"}
    )
    counterparts = fields.List(
        fields.Dict(), metadata={"description": "the counterpart authority's steps, without personal data"}
    )


class StepBody(Body):
    """One step. What the verb does not ask for is left out."""

    verb = fields.String(required=True, validate=validate.OneOf(VERBS))
    on = fields.Date(load_default=None, allow_none=True, metadata={"description": "left out: today"})
    note = fields.String(load_default="")
    conditions = fields.String(load_default="")
    number = fields.String(load_default="")
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_to = fields.Date(load_default=None, allow_none=True)
    days = fields.Integer(load_default=None, allow_none=True, strict=True)
    step = fields.String(load_default="", metadata={"description": "a time that the rule does not count"})
    agency = fields.String(load_default=None, allow_none=True)
    file = fields.UUID(load_default=None, allow_none=True, metadata={"description": "brought by `POST /files`"})


class DeskArguments(PageArguments):
    """Which applications, how many, and from where."""

    decided = fields.Boolean(load_default=False)


ApplicationList = page_of(ApplicationLine, name="ApplicationList", says="Applications, what is due first on top.")


@blueprint.route("/applications")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, ApplicationList)
@allow("application.list")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """Applications of the caller's bookings and of those at their facilities."""
    limit = arguments["limit"]
    return line_page(of_parties(reading(), actor(), limit=limit + 1, after=place_of(arguments["cursor"])), limit)


@blueprint.route("/agency/applications")
@blueprint.arguments(DeskArguments, location="query")
@blueprint.response(200, ApplicationList)
@allow("agency_desk.see")
def desk(arguments: dict[str, Any]) -> dict[str, Any]:
    """What lies with the caller's authority, or what it decided; 404 for who is no officer."""
    limit, after = arguments["limit"], place_of(arguments["cursor"])
    found = on_desk(reading(), actor(), now=now(), limit=limit + 1, after=after, decided=arguments["decided"])
    return line_page(found, limit)


def place_of(cursor: str | None) -> Place | None:
    """The place in a cursor of ours; `Invalid` where it is not one."""
    key = key_of(cursor, 3)
    try:
        return Place.read(key) if key else None
    except ValueError:
        raise Invalid.one("cursor", "cursor_unknown") from None


def line_page(found: Sequence[Line], limit: int) -> dict[str, Any]:
    """A page of applications in the shape of `ApplicationList`, when one line more than `limit` was found."""
    last = found[limit - 1].place if len(found) > limit else None
    return {"items": [line_item(each) for each in found[:limit]], "next": cursor_of(*last.parts()) if last else None}


@blueprint.route("/applications/<uuid:application_id>")
@blueprint.response(200, ApplicationDetail)
@allow("application.see")
def one(application_id: UUID) -> dict[str, Any]:
    """One application, for its applicant and the officers of its authority."""
    return detail_item(look(reading(), application_id, by=actor(), now=now()))


@blueprint.route("/applications/<uuid:application_id>/steps", methods=["POST"])
@blueprint.arguments(StepBody)
@blueprint.response(200, ApplicationDetail)
@allow("application.step")
def step(body: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Take a step: as the applicant, or as an officer of its authority."""
    verb = Verb(body.pop("verb"))
    told = Step(file_id=body.pop("file"), **body)
    transact(lambda session: take_step(session, application_id, verb, told, now=now(), by=actor()))
    return detail_item(look(reading(), application_id, by=actor(), now=now()))


def line_item(line: Line) -> dict[str, Any]:
    """One line as JSON."""
    row = line.row
    dates = ("filed_on", "file_by", "due_on", "due_provisional")
    return {
        "id": row.id,
        "booking": row.booking_id,
        "reference": line.reference,
        "rule": row.rule_id,
        "title": dict(line.title),
        "state": row.state.value,
        "agency": row.agency_code,
        "applicant": row.applicant_id,
        "side": row.side,
        "whole": line.whole,
        **{name: getattr(row, name) if line.whole else None for name in dates},
        "days_left": line.left,
    }


def detail_item(found: Look) -> dict[str, Any]:
    """One application as JSON."""
    row = found.line.row
    same = (
        "rule_version", "covers", "flows", "number", "filed_outside", "decided_on", "valid_from", "valid_to",
        "conditions", "reason", "clock",
    )  # fmt: skip
    return {
        **line_item(found.line),
        **{name: getattr(row, name) for name in same},
        "clock_state": found.reading.state.value,
        "facts": {flow: dict(entry) for flow, entry in found.facts.items()},
        "timeline": [
            {
                "verb": each.verb.value,
                "on": each.happened_on,
                "at": each.at,
                "by": each.by,
                "outside": each.outside,
                "effect": each.effect.value,
                "note": each.note,
                "file": each.file_id,
                "details": each.details,
            }
            for each in found.events
        ],
        "awaits_other": found.awaits_other,
        "steps": [verb.value for verb in found.verbs],
        "counterparts": [_dated(each) for each in found.counterparts],
    }


def _dated(told: Mapping[str, Any]) -> dict[str, Any]:
    """What crosses, with its days as ISO 8601."""
    days = {name: day.isoformat() for name, day in told.items() if isinstance(day, date)}
    timeline = [{**each, "on": each["on"].isoformat()} for each in told["timeline"]]
    return {**told, **days, "timeline": timeline}
