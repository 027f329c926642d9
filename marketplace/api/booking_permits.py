"""The permits of a booking: stating what crosses a boundary, and every plan that was made of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.booking_shapes import BookingDetail, plan_detail
from marketplace.api.bookings import done
from marketplace.api.fields import Body, Instant, page_of
from marketplace.api.permits import PlanDetail
from marketplace.bookings import actions
from marketplace.bookings.models import Booking, BookingPlan, PlanCause
from marketplace.bookings.queries import pages
from marketplace.bookings.queries.pages import BookingRow
from marketplace.bookings.queries.permits import own_ways, plans, seen_by
from marketplace.limits.actions import spend
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, database, now, reading

blueprint = Blueprint("api_booking_permits", __name__, description="The permit plans of a booking")


class FlowsBody(Body):
    """What crosses a boundary, whole: it takes the place of what was stated before."""

    flows = fields.Dict(keys=fields.String(), required=True, metadata={"description": "facts as in POST /permit-plans"})


class BookingPlanItem(Schema):
    """One plan among those of a booking; the one with the highest number counts."""

    number = fields.Integer()
    cause = fields.String(metadata={"enum": [each.value for each in PlanCause]})
    made_at = Instant()
    counted_from = fields.Date(metadata={"description": "the day from which clocks run"})
    rules_version = fields.String()
    awaited = fields.List(fields.String(), metadata={"description": "rules that hold the booking up"})
    letters = fields.List(fields.String(), metadata={"description": "rules that forbid talks before their letter"})
    denied = fields.List(fields.String())
    earliest_start = fields.Date(allow_none=True)
    not_before = fields.Boolean()


class BookingPlanDetail(BookingPlanItem):
    """The same with the whole plan, and the facts and approvals that it was made from."""

    facts = fields.Dict()
    vault = fields.List(fields.Dict())
    permit_plan = fields.Nested(PlanDetail)


@blueprint.route("/bookings/<uuid:booking_id>/flows", methods=["POST"])
@blueprint.arguments(FlowsBody)
@blueprint.response(200, BookingDetail)
@allow("booking.state_flows")
def state(body: dict[str, Any], booking_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """State what crosses a boundary: a new plan beside those before it, and only what changed is asked for."""
    spend(database(), "booking", str(actor().id), now=now())

    def work(session: Any) -> Booking:
        row = actions.state_flows(session, booking_id, body["flows"], now=now(), by=actor())
        return session.get_one(Booking, row.booking_id)  # type: ignore[no-any-return]

    return done(work)


@blueprint.route("/bookings/<uuid:booking_id>/permit-plans")
@blueprint.response(200, page_of(BookingPlanItem))
@allow("booking.see")
def listed(booking_id: UUID) -> dict[str, Any]:
    """Every plan of a booking, the latest first."""
    pages.booking_row(reading(), booking_id, by=actor(), now=now())
    return {"items": [_item(row) for row in plans(reading(), booking_id)], "next": None}


@blueprint.route("/bookings/<uuid:booking_id>/permit-plans/<int:number>")
@blueprint.response(200, BookingPlanDetail)
@allow("booking.see")
def one(booking_id: UUID, number: int) -> dict[str, Any]:
    """One plan with all its words, by the rules that were known when it was made; of the facts and approvals what
    belongs to the caller's side."""
    page = pages.booking_row(reading(), booking_id, by=actor(), now=now())
    row = next((each for each in plans(reading(), booking_id) if each.number == number), None)
    if row is None:
        raise NotFound("plan")
    by, own = actor().person_id, _own(page)
    own |= own_ways(row, by, page.booking.person_id) if by is not None else set()
    facts, vault = seen_by(row, own)
    return {**_item(row), "facts": facts, "vault": vault, "permit_plan": plan_detail(reading(), row)}


def _own(page: BookingRow) -> set[str]:
    """The sides on which the caller stands."""
    by, booking = actor(), page.booking
    own = {"overseer"} if by.administrator or by.auditor else set()
    if booking.organisation_id in by.organisations():
        own.add("user")
    if page.host_id in by.organisations():
        own.add("host")
    return own | ({"user"} if by.person_id == booking.person_id else set())


def _item(row: BookingPlan) -> dict[str, Any]:
    same = (
        "number", "made_at", "counted_from", "rules_version", "awaited", "letters", "denied", "earliest_start",
        "not_before",
    )  # fmt: skip
    return {**{name: getattr(row, name) for name in same}, "cause": row.cause.value}
