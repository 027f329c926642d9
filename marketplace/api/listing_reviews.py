"""Listings under review: reporting one, and what administrators do about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.policy import demand
from marketplace.api.fields import Body, Instant, LocalizedText, PageArguments, ReasonGiven, page_of
from marketplace.api.paging import further, offset
from marketplace.catalogue.actions import reviewing
from marketplace.catalogue.actions.reviewing import LONGEST_REPORT
from marketplace.catalogue.models import ReportReason
from marketplace.catalogue.queries import reviewing as queries
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_listing_reviews", __name__, description="Listings under review")


class ReportBody(Body):
    """What is wrong with a listing."""

    reason = fields.Enum(ReportReason, by_value=True, required=True)
    text = fields.String(required=True, validate=validate.Length(1, LONGEST_REPORT))


class ReportItem(Schema):
    """One open report."""

    id = fields.UUID()
    facility = fields.UUID()
    facility_name = fields.Nested(LocalizedText)
    host = fields.Nested(LocalizedText)
    reason = fields.String(metadata={"enum": [reason.value for reason in ReportReason]})
    text = fields.String()
    reported_by = fields.UUID()
    reported_at = Instant()


class SuspendedItem(Schema):
    """One suspended listing."""

    facility = fields.UUID()
    facility_name = fields.Nested(LocalizedText)
    host = fields.Nested(LocalizedText)
    updated_at = Instant()


@blueprint.route("/facilities/<uuid:facility_id>/reports", methods=["POST"])
@blueprint.arguments(ReportBody)
@blueprint.response(204)
@allow("listing.report")
def report(body: dict[str, Any], facility_id: UUID) -> None:
    """Say that a public listing is not as it should be."""
    transact(lambda work: reviewing.report(work, facility_id, body["reason"], body["text"], now=now(), by=actor()))


@blueprint.route("/listing-reports")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(ReportItem))
@allow("listing.review")
def reported(arguments: dict[str, Any]) -> dict[str, Any]:
    """Open reports, the oldest first."""
    limit, shown = arguments["limit"], offset(arguments["cursor"])
    found = queries.reports(reading(), limit=limit + 1, offset=shown)
    same = ("id", "text", "reported_by", "reported_at")
    items = [
        {
            **{name: getattr(row.report, name) for name in same},
            "reason": row.report.reason.value,
            "facility": row.facility.id,
            "facility_name": row.facility.name,
            "host": row.host,
        }
        for row in found[:limit]
    ]
    return {"items": items, "next": further(found, limit, shown)}


@blueprint.route("/suspended-listings")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(SuspendedItem))
@allow("listing.review")
def suspended(arguments: dict[str, Any]) -> dict[str, Any]:
    """Suspended listings, the latest change first."""
    limit, shown = arguments["limit"], offset(arguments["cursor"])
    found = queries.suspended(reading(), limit=limit + 1, offset=shown)
    items = [
        {
            "facility": row.facility.id,
            "facility_name": row.facility.name,
            "host": row.host,
            "updated_at": row.facility.updated_at,
        }
        for row in found[:limit]
    ]
    return {"items": items, "next": further(found, limit, shown)}


@blueprint.route("/facilities/<uuid:facility_id>/<any(suspend, readmit):deed>", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(204)
@allow("listing.suspend")
def stand(body: dict[str, Any], facility_id: UUID, deed: str) -> None:
    """Suspend a listing or end that, with the reason that its host is told."""
    demand(actor(), "listing.suspend")
    act = reviewing.suspend if deed == "suspend" else reviewing.readmit
    transact(lambda work: act(work, facility_id, body["reason"], now=now(), by=actor()))


@blueprint.route("/listing-reports/<uuid:report_id>/dismiss", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(204)
@allow("listing.suspend")
def dismiss(body: dict[str, Any], report_id: UUID) -> None:
    """Leave a listing as it is, with the reason that whoever reported it is told."""
    demand(actor(), "listing.suspend")
    transact(lambda work: reviewing.dismiss(work, report_id, body["reason"], now=now(), by=actor()))
