"""How a booking is written for programs: its state, gates and total, and the names around it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from marketplace.api.fields import Instant, LocalizedText, MoneyAmount
from marketplace.bookings.models import Booking, BookingPlan, BookingState, Gate
from marketplace.bookings.queries.facts import Terms
from marketplace.bookings.queries.pages import BookingPage, BookingRow
from marketplace.bookings.queries.permits import flows_told, latest_plan, plan_again
from marketplace.bookings.rules import state_at
from marketplace.operations.models import UseSession
from marketplace.permits.queries import vocabulary
from marketplace.terms.models import TermsVersion
from marketplace.web.bookings import door_code_of
from marketplace.web.request import actor, language
from marketplace.wording.permits import plan_document


class GateItem(Schema):
    """One condition: open, passed or failed, and until when."""

    kind = fields.String()
    state = fields.String()
    deadline = Instant()
    provisional = fields.Boolean()
    decided_at = Instant(allow_none=True)
    reason = fields.String(allow_none=True)


class BookingDetail(Schema):
    """A booking as its verbs answer it. `permit_plan` is null in lists, and where nothing was stated yet."""

    id = fields.UUID()
    reference = fields.String()
    state = fields.String(metadata={"enum": [state.value for state in BookingState]})
    held_until = Instant(allow_none=True)
    unit = fields.UUID()
    place = fields.Integer()
    organisation = fields.UUID()
    person = fields.UUID()
    purpose = fields.String()
    start = Instant()
    end = Instant()
    note = fields.String(allow_none=True)
    flows = fields.Dict(allow_none=True)
    gates = fields.List(fields.Nested(GateItem))
    permit_plan = fields.Dict(allow_none=True)
    terms_version = fields.UUID(allow_none=True)
    total = fields.Nested(MoneyAmount, allow_none=True)
    overridden = fields.List(fields.String())
    reason = fields.String(allow_none=True)
    version = fields.Integer()
    created_at = Instant()


class BookingItem(BookingDetail):
    """A booking in a list, with the names around it and what the caller may do to it now."""

    unit_name = fields.Nested(LocalizedText)
    facility = fields.UUID()
    facility_name = fields.Nested(LocalizedText)
    host = fields.UUID()
    host_name = fields.Nested(LocalizedText)
    organisation_name = fields.Nested(LocalizedText)
    person_name = fields.String()
    timezone = fields.String()
    verbs = fields.List(fields.String())


class TermsRef(Schema):
    """A version of the terms; `GET /facilities/{id}/terms?version={number}` tells its text."""

    terms_version = fields.UUID()
    number = fields.Integer()
    digest = fields.String()


class UseItem(Schema):
    """One stretch of real use, from check-in to check-out."""

    id = fields.UUID(metadata={"description": "`GET /uses/{id}` tells more"})
    checked_in_at = Instant()
    checked_out_at = Instant(allow_none=True)
    estimated = fields.Boolean(metadata={"description": "a rule gave its beginning or end"})


class BookingPageDetail(BookingItem):
    """One booking with the way there, once confirmed, the terms it was made under, and when it was really used."""

    booked_by_name = fields.String()
    terms = fields.Nested(TermsRef, allow_none=True)
    sessions = fields.List(fields.Nested(UseItem))
    door_code = fields.String(
        allow_none=True, metadata={"description": "checks its person in at the unit's kiosk; told to them alone"}
    )

    address = fields.Nested(LocalizedText)
    directions = fields.Nested(LocalizedText)
    arrival_contact = fields.String(allow_none=True)


def permit_plan_of(session: Session, booking: Booking) -> dict[str, Any] | None:
    """The permit plan that counts, in the shape of the public interface; None where nothing was stated yet."""
    row = latest_plan(session, booking.id) if booking.flows is not None else None
    return plan_detail(session, row) if row else None


def plan_detail(session: Session, row: BookingPlan) -> dict[str, Any]:
    """A stored plan with all its words."""
    return plan_document(plan_again(session, row), vocabulary(session), language())


def booking_detail(
    booking: Booking, gates: Iterable[Gate], now: datetime, *, plan: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A booking in the shape of `BookingDetail`; the state is the one that counts at `now`."""
    state = state_at(booking.state, booking.held_until, now)
    total = None
    if booking.total_minor is not None:
        total = {"amount_minor": booking.total_minor, "currency": booking.total_currency}
    same = ("id", "reference", "place", "note", "overridden", "version", "created_at")
    return {
        **{name: getattr(booking, name) for name in same},
        "flows": flows_told(booking, actor()),
        "state": state.value,
        "held_until": booking.held_until if state is BookingState.HELD else None,
        "unit": booking.unit_id,
        "organisation": booking.organisation_id,
        "person": booking.person_id,
        "purpose": booking.purpose.value,
        "start": booking.starts_at,
        "end": booking.ends_at,
        "gates": [gate_item(gate) for gate in gates],
        "permit_plan": plan,
        "terms_version": booking.terms_version_id,
        "total": total,
        "reason": booking.end_reason,
    }


def gate_item(gate: Gate) -> dict[str, Any]:
    """A gate in the shape of `GateItem`."""
    same = ("deadline", "provisional", "decided_at", "reason")
    return {**{name: getattr(gate, name) for name in same}, "kind": gate.kind.value, "state": gate.state.value}


def booking_item(row: BookingRow, now: datetime) -> dict[str, Any]:
    """A row of a list in the shape of `BookingItem`."""
    same = ("unit_name", "facility_name", "host_name", "organisation_name", "person_name")
    return {
        **booking_detail(row.booking, row.gates, now),
        **{name: getattr(row, name) for name in same},
        "facility": row.facility_id,
        "host": row.host_id,
        "timezone": row.zone,
        "verbs": sorted(row.verbs),
    }


def booking_page(page: BookingPage, uses: Iterable[UseSession], now: datetime) -> dict[str, Any]:
    """One booking in the shape of `BookingPageDetail`."""
    same = ("address", "directions", "arrival_contact", "booked_by_name")
    return {
        **booking_item(page.row, now),
        **{name: getattr(page, name) for name in same},
        "terms": page.terms and terms_ref(page.terms),
        "door_code": door_code_of(page.row.booking),
        "sessions": [{name: getattr(use, name) for name in UseItem._declared_fields} for use in uses],
    }


def terms_ref(terms: Terms | TermsVersion) -> dict[str, Any]:
    """A version of the terms in the shape of `TermsRef`."""
    return {"terms_version": terms.id, "number": terms.number, "digest": terms.digest}
