"""Faults: reported by whoever may use a unit, stopped and closed by its host."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import Body, Instant, LocalizedText, ReasonGiven, page_of
from marketplace.api.once import made_once
from marketplace.api.uploads import FileItem, file_item
from marketplace.operations.actions import faults as verbs
from marketplace.operations.actions.faults import Report, knows_unit
from marketplace.operations.models import FaultState, Urgency
from marketplace.operations.queries.faults import FaultRow, fault_page, host_faults, own_faults, standing_still
from marketplace.operations.queries.units import unit_around
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_faults", __name__, description="What is broken at units")


class WantedFaults(Schema):
    """Which faults of the caller's units; left out, all."""

    state = fields.Enum(FaultState, by_value=True, load_default=None)
    unit = fields.UUID(load_default=None)


class FaultBody(Body):
    """What is broken; `photos` are ids of uploads of the caller's."""

    urgency = fields.Enum(Urgency, by_value=True, required=True)
    text = fields.String(required=True)
    photos = fields.List(fields.UUID(), load_default=list)


class StopBody(Body):
    """Since when the unit stands still, and when it is expected back; null: nobody knows yet."""

    since = Instant(required=True)
    expected_back = Instant(load_default=None, allow_none=True)


class ExpectBody(Body):
    """When the unit is expected back; null: nobody knows yet."""

    expected_back = Instant(required=True, allow_none=True)


class ResolveBody(Body):
    """What it was, and what was done."""

    cause = fields.String(required=True)
    resolution = fields.String(required=True)


class FaultItem(Schema):
    """A fault; `stopped_from` is set where it stopped its unit, `back_at` since when that runs again."""

    id = fields.UUID()
    unit = fields.UUID()
    unit_name = fields.Nested(LocalizedText)
    facility_name = fields.Nested(LocalizedText)
    reported_by = fields.UUID()
    reporter = fields.String()
    reported_at = Instant()
    urgency = fields.String(metadata={"enum": [each.value for each in Urgency]})
    text = fields.String()
    state = fields.String(metadata={"enum": [each.value for each in FaultState]})
    stopped_from = Instant(allow_none=True)
    expected_back = Instant(allow_none=True)
    back_at = Instant(allow_none=True)
    cause = fields.String(allow_none=True)
    resolution = fields.String(allow_none=True)
    closed_at = Instant(allow_none=True)


class FaultDetail(FaultItem):
    """A fault with its photos."""

    photos = fields.List(fields.Nested(FileItem))


class StandstillItem(Schema):
    """Whether a unit stands still for a fault, since when, and when it is expected back, if anybody knows."""

    stands_still = fields.Boolean()
    since = Instant(allow_none=True)
    expected_back = Instant(allow_none=True)


FaultList = page_of(FaultItem, name="FaultList", says="Faults, the newest first, at most 200.")


@blueprint.route("/faults")
@blueprint.arguments(WantedFaults, location="query")
@blueprint.response(200, FaultList)
@allow("host_desk.see")
def hosted(arguments: dict[str, Any]) -> dict[str, Any]:
    """The faults of the units that the caller hosts."""
    rows = host_faults(reading(), by=actor(), state=arguments["state"], unit_id=arguments["unit"])
    return {"items": [_item(row) for row in rows], "next": None}


@blueprint.route("/units/<uuid:unit_id>/faults")
@blueprint.response(200, FaultList)
@allow("fault.report")
def own(unit_id: UUID) -> dict[str, Any]:
    """What the caller reported of a unit."""
    knows_unit(reading(), unit_around(reading(), unit_id), actor())
    return {"items": [_item(row) for row in own_faults(reading(), unit_id, by=actor())], "next": None}


@blueprint.route("/units/<uuid:unit_id>/standstill")
@blueprint.response(200, StandstillItem)
@allow("fault.report")
def standstill(unit_id: UUID) -> dict[str, Any]:
    """Whether a unit is stopped for a fault."""
    knows_unit(reading(), unit_around(reading(), unit_id), actor())
    found = standing_still(reading(), [unit_id]).get(unit_id)
    if found is None:
        return {"stands_still": False, "since": None, "expected_back": None}
    return {"stands_still": True, "since": found.since, "expected_back": found.expected_back}


@blueprint.route("/units/<uuid:unit_id>/faults", methods=["POST"])
@blueprint.arguments(FaultBody)
@blueprint.response(201, FaultDetail)
@allow("fault.report")
def report(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Tell the host what is broken."""
    said = Report(urgency=body["urgency"], text=body["text"], photos=body["photos"])
    made = made_once(lambda session: verbs.report_fault(session, unit_id, said, now=now(), by=actor()).id)
    return _detail(made)


@blueprint.route("/faults/<uuid:fault_id>")
@blueprint.response(200, FaultDetail)
@allow("fault.see")
def one(fault_id: UUID) -> dict[str, Any]:
    """One fault, to its host and to whoever reported it."""
    return _detail(fault_id)


@blueprint.route("/faults/<uuid:fault_id>/stop", methods=["POST"])
@blueprint.arguments(StopBody)
@blueprint.response(200, FaultDetail)
@allow("fault.manage")
def stop(body: dict[str, Any], fault_id: UUID) -> dict[str, Any]:
    """Stop the unit: nobody books it until it is back, and whose bookings stand in that time are told."""
    said = body["since"], body["expected_back"]
    transact(lambda session: verbs.stop_unit(session, fault_id, *said, now=now(), by=actor()))
    return _detail(fault_id)


@blueprint.route("/faults/<uuid:fault_id>/expect", methods=["POST"])
@blueprint.arguments(ExpectBody)
@blueprint.response(200, FaultDetail)
@allow("fault.manage")
def expect(body: dict[str, Any], fault_id: UUID) -> dict[str, Any]:
    """Change when the unit is expected back."""
    back = body["expected_back"]
    transact(lambda session: verbs.expect_back(session, fault_id, back, now=now(), by=actor()))
    return _detail(fault_id)


@blueprint.route("/faults/<uuid:fault_id>/resolve", methods=["POST"])
@blueprint.arguments(ResolveBody)
@blueprint.response(200, FaultDetail)
@allow("fault.manage")
def resolve(body: dict[str, Any], fault_id: UUID) -> dict[str, Any]:
    """The fault is mended; the unit runs again."""
    said = body["cause"], body["resolution"]
    transact(lambda session: verbs.resolve_fault(session, fault_id, *said, now=now(), by=actor()))
    return _detail(fault_id)


@blueprint.route("/faults/<uuid:fault_id>/cancel", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(200, FaultDetail)
@allow("fault.manage")
def cancel(body: dict[str, Any], fault_id: UUID) -> dict[str, Any]:
    """It was no fault, and why; the unit runs again."""
    reason = body["reason"]
    transact(lambda session: verbs.cancel_fault(session, fault_id, reason, now=now(), by=actor()))
    return _detail(fault_id)


def _detail(fault_id: UUID) -> dict[str, Any]:
    found = fault_page(reading(), fault_id, by=actor())
    return _item(found.row) | {"photos": [file_item(each) for each in found.photos]}


def _item(row: FaultRow) -> dict[str, Any]:
    fault = row.fault
    names = ("id", "reported_by", "reported_at", "text", "stopped_from", "expected_back", "back_at", "cause")
    said = {name: getattr(fault, name) for name in (*names, "resolution", "closed_at")}
    said |= {"unit": fault.unit_id, "urgency": fault.urgency.value, "state": fault.state.value}
    return said | {"unit_name": row.unit_name, "facility_name": row.facility_name, "reporter": row.reporter}
