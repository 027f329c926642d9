"""What a booking or a move would bring, before it is asked for: from the rules that will judge it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.accounts.policy import demand
from marketplace.api.booking_shapes import TermsRef, terms_ref
from marketplace.api.bookings import BookingBody, PeriodBody, period_of, wish_of
from marketplace.api.fields import Instant, LocalizedText, MoneyAmount
from marketplace.api.permits import PlanDetail
from marketplace.bookings.models import GateState
from marketplace.bookings.queries import pages
from marketplace.bookings.queries.appraisal import Alternative, Preview, demand_vouched, preview
from marketplace.bookings.queries.moves import preview_move
from marketplace.bookings.rules import OVERRIDABLE, Opening
from marketplace.bookings.rules.requests import demand_near
from marketplace.catalogue.queries import unit_page
from marketplace.permits.queries import vocabulary
from marketplace.pricing.rules import Priced
from marketplace.values.period import Period
from marketplace.values.refusal import Refusal
from marketplace.web.access import allow
from marketplace.web.request import actor, language, now, reading
from marketplace.wording.permits import plan_document
from marketplace.wording.refusals import sentence

blueprint = Blueprint("api_previews", __name__, description="What would happen, before anything does")


class ReasonItem(Schema):
    """One reason against it; `overridable` where a host may set it aside with an `override_reason`."""

    code = fields.String()
    details = fields.Dict()
    message = fields.String()
    overridable = fields.Boolean()


class PriceLine(Schema):
    """So many hours, days, weeks or runs at a rate; the amount is rounded half up to the minor unit."""

    per = fields.String(metadata={"enum": ["hour", "day", "week", "run"]})
    quantity = fields.Float()
    rate = fields.Nested(MoneyAmount)
    amount = fields.Nested(MoneyAmount)


class AlternativeItem(Schema):
    """Something else that would be granted at this moment."""

    kind = fields.String(metadata={"enum": ["earlier", "later", "shorter", "similar_unit"]})
    unit = fields.UUID()
    start = Instant()
    end = Instant()


class OpeningItem(Schema):
    """A condition that would be opened; `passed` where the very act of asking meets it."""

    kind = fields.String()
    state = fields.String(metadata={"enum": ["open", "passed"]})
    deadline = Instant()
    provisional = fields.Boolean()


class Outlook(Schema):
    """Whether it would be granted, every reason against it, what it costs and what is free nearby."""

    accepted = fields.Boolean()
    start = Instant()
    end = Instant()
    timezone = fields.String()
    blocked_start = Instant(metadata={"description": "with the host's set-up time"})
    blocked_end = Instant(metadata={"description": "with the host's clean-up time"})
    reasons = fields.List(fields.Nested(ReasonItem))
    lines = fields.List(fields.Nested(PriceLine))
    total = fields.Nested(MoneyAmount, allow_none=True)
    alternatives = fields.List(fields.Nested(AlternativeItem))


class PreviewDetail(Outlook):
    """What `POST /bookings` would answer to the same body. The gates are those that it would open."""

    unit = fields.UUID()
    unit_name = fields.Nested(LocalizedText)
    facility = fields.UUID()
    facility_name = fields.Nested(LocalizedText)
    organisation = fields.UUID(allow_none=True)
    gates = fields.List(fields.Nested(OpeningItem))
    terms = fields.Nested(TermsRef, allow_none=True)
    permit_plan = fields.Nested(PlanDetail, allow_none=True, metadata={"description": "null where nothing was stated"})


class MoveOutlook(Outlook):
    """What `PATCH /bookings/{id}` would answer; `asks_again` where the host has to approve the new period."""

    asks_again = fields.Boolean()


class CopyDetail(Schema):
    """A body for `POST /bookings`: the same again, whole weeks later at the same wall time."""

    unit = fields.UUID()
    start = Instant()
    end = Instant()
    purpose = fields.String()
    organisation = fields.UUID(allow_none=True)
    note = fields.String(allow_none=True)
    flows = fields.Dict(allow_none=True)
    copied_from = fields.UUID()


@blueprint.route("/bookings/preview", methods=["POST"])
@blueprint.arguments(BookingBody)
@blueprint.response(200, PreviewDetail)
@allow("booking.preview", reads=True)
def of_booking(body: dict[str, Any]) -> dict[str, Any]:
    """What asking for a booking would bring; nothing is held by it, and no key is needed.

    Without a token the times, the price and the unit's own rules are told, and that one has to sign in.
    """
    wish = replace(wish_of(body), idempotency_key=None)
    if wish.person_id not in (None, actor().person_id):
        # Somebody else's limits and organisations are told to their host alone.
        _, place = unit_page(reading(), wish.unit_id, actor())
        demand(actor(), "booking.book_for", host=place.organisation_id)
        demand_vouched(actor(), place.organisation_id)
    return preview_detail(preview(reading(), wish, now=now(), by=actor()), wish.period)


@blueprint.route("/bookings/<uuid:booking_id>/move/preview", methods=["POST"])
@blueprint.arguments(PeriodBody)
@blueprint.response(200, MoveOutlook)
@allow("booking.move", reads=True)
def of_move(body: dict[str, Any], booking_id: UUID) -> dict[str, Any]:
    """What moving a booking would bring; its own claim does not stand in its way."""
    row = pages.booking_row(reading(), booking_id, by=actor(), now=now())
    booking = row.booking
    demand(actor(), "booking.move", owner=booking.person_id, organisation=booking.organisation_id, host=row.host_id)
    period = period_of(body["start"], body["end"])
    demand_near(period)
    found = preview_move(reading(), row, period, now=now(), by=actor())
    blocked = found.setting.rules.blocked(period)
    return {
        **outlook(found.refusals, found.price, found.alternatives, zone=row.zone),
        **{"start": period.start, "end": period.end, "blocked_start": blocked.start, "blocked_end": blocked.end},
        "asks_again": found.asks_again,
    }


@blueprint.route("/bookings/<uuid:booking_id>/copy")
@blueprint.response(200, CopyDetail)
@allow("booking.see")
def copy(booking_id: UUID) -> dict[str, Any]:
    """A body like this booking, ahead of now; it is judged like any other once it is sent."""
    wish = pages.copy_of(reading(), booking_id, by=actor(), now=now())
    return {
        "unit": wish.unit_id,
        "start": wish.period.start,
        "end": wish.period.end,
        "purpose": wish.purpose.value,
        "organisation": wish.organisation_id,
        "note": wish.note,
        "flows": wish.flows,
        "copied_from": wish.copied_from,
    }


def preview_detail(found: Preview, period: Period) -> dict[str, Any]:
    """A preview in the shape of `PreviewDetail`."""
    known, blocked = found.offer, found.setting.rules.blocked(period)
    return {
        **outlook(found.refusals, found.price, found.alternatives, zone=str(found.setting.zone)),
        **{"start": period.start, "end": period.end, "blocked_start": blocked.start, "blocked_end": blocked.end},
        "unit": known.unit_id,
        "unit_name": known.unit_name,
        "facility": known.facility_id,
        "facility_name": known.facility_name,
        "organisation": known.party.organisation_id,
        "gates": [gate_to_open(each) for each in found.gates],
        "terms": known.terms and terms_ref(known.terms),
        "permit_plan": found.planned and plan_document(found.planned.plan, vocabulary(reading()), language()),
    }


def outlook(
    refusals: Sequence[Refusal], price: Priced | None, near: Sequence[Alternative], *, zone: str
) -> dict[str, Any]:
    """What both kinds of preview share."""
    return {
        "accepted": not refusals,
        "timezone": zone,
        "reasons": [reason_item(each, zone) for each in refusals],
        "lines": [price_line(price)] if price else [],
        "total": price and price.total.as_json(),
        "alternatives": [
            {"kind": each.kind, "unit": each.unit_id, "start": each.period.start, "end": each.period.end}
            for each in near
        ],
    }


def reason_item(reason: Refusal, zone: str) -> dict[str, Any]:
    """A refusal in the shape of `ReasonItem`; what is free nearby stands beside the reasons, not in them."""
    details = {name: value for name, value in reason.details.items() if name != "alternatives"}
    return {
        "code": reason.code,
        "details": details,
        "message": sentence(reason, language(), zone=zone),
        "overridable": reason.code in OVERRIDABLE,
    }


def price_line(price: Priced) -> dict[str, Any]:
    """A sum in the shape of `PriceLine`."""
    return {
        "per": price.per.value,
        "quantity": float(price.quantity),
        "rate": price.rate.as_json(),
        "amount": price.total.as_json(),
    }


def gate_to_open(opening: Opening) -> dict[str, Any]:
    """A gate that would be opened, in the shape of `OpeningItem`."""
    return {
        "kind": opening.kind.value,
        "state": (GateState.PASSED if opening.passed else GateState.OPEN).value,
        "deadline": opening.deadline.at,
        "provisional": opening.deadline.provisional,
    }
