"""Bookings: asking for one, reading one's own, and every verb of their life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy.orm import Session
from werkzeug.exceptions import PreconditionFailed

from marketplace.accounts.policy import demand
from marketplace.api.booking_shapes import (
    BookingDetail,
    BookingItem,
    BookingPageDetail,
    booking_detail,
    booking_item,
    booking_page,
    permit_plan_of,
)
from marketplace.api.fields import Body, Instant, PageArguments, page_of
from marketplace.api.paging import cursor_of, moment
from marketplace.api.use_shapes import DetailsBody, details_of
from marketplace.bookings import actions
from marketplace.bookings.actions.locking import lock_for_move
from marketplace.bookings.models import Booking, BookingState, Purpose
from marketplace.bookings.queries import hosting, pages
from marketplace.bookings.rules import BookingRequest
from marketplace.bookings.rules.requests import LONGEST_NOTE, LONGEST_REASON
from marketplace.limits.actions import spend
from marketplace.operations import actions as operations
from marketplace.operations.queries.sessions import sessions_of
from marketplace.values.period import InvalidPeriod, Period
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.host_booking import by_address
from marketplace.web.request import actor, database, now, reading, transact

LONGEST_ADDRESS = 254
blueprint = Blueprint("api_bookings", __name__, description="Bookings from the request to the last check-out")


class BookingBody(Body):
    """What is asked for. `terms_version` accepts those terms at once; without it the terms gate stays open."""

    unit = fields.UUID(required=True)
    start = Instant(required=True)
    end = Instant(required=True)
    purpose = fields.Enum(Purpose, by_value=True, load_default=Purpose.RESEARCH)
    organisation = fields.UUID(load_default=None, allow_none=True)
    person = fields.UUID(load_default=None, allow_none=True, metadata={"description": "for whom a host books"})
    email = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, LONGEST_ADDRESS),
        metadata={"description": "the same by address, for verified hosts; few a day"},
    )
    flows = fields.Dict(load_default=None, allow_none=True)
    terms_version = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    note = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_NOTE))
    override_reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_REASON))
    copied_from = fields.UUID(load_default=None, allow_none=True)


class PeriodBody(Body):
    """From when to when; half-open."""

    start = Instant(required=True)
    end = Instant(required=True)


class MoveBody(PeriodBody):
    """Where a booking shall go; a host gives a reason."""

    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_REASON))
    override = fields.Boolean(load_default=False)


class TermsBody(Body):
    """Which terms are accepted: the id, number or digest of their version."""

    terms_version = fields.String(required=True, validate=validate.Length(max=100))


class ReasonBody(Body):
    """Why."""

    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_REASON))


class ListArguments(PageArguments):
    """Whose bookings, in which state, on which unit, and when; left out, all that the caller may see."""

    state = fields.Enum(BookingState, by_value=True, load_default=None)
    unit = fields.UUID(load_default=None)
    facility = fields.UUID(load_default=None)
    person = fields.UUID(load_default=None)
    organisation = fields.UUID(load_default=None, metadata={"description": "that books"})
    host = fields.UUID(load_default=None, metadata={"description": "the organisation whose facilities are booked"})
    time = fields.String(
        load_default="all",
        validate=validate.OneOf(["all", "coming", "past"]),
        metadata={"description": "those that are not over come soonest first, all others latest first"},
    )


@blueprint.route("/bookings", methods=["POST"])
@blueprint.arguments(BookingBody)
@blueprint.response(201, BookingDetail)
@allow("booking.ask")
def create(body: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Book a unit for a period."""
    spend(database(), "booking", str(actor().id), now=now())
    wish = wish_of(body)
    booking, gates = transact(lambda session: actions.request_with_gates(session, wish, now=now(), by=actor()))
    answer = booking_detail(booking, gates, now(), plan=permit_plan_of(reading(), booking))
    return answer, 201, {"ETag": etag(booking), "Location": f"/api/v1/bookings/{booking.id}"}


@blueprint.route("/bookings")
@blueprint.arguments(ListArguments, location="query")
@blueprint.response(200, page_of(BookingItem))
@allow("booking.list")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """The bookings that the caller may see, the latest start first; those that come, the soonest first."""
    time = arguments["time"]
    wanted = pages.Wanted(
        states=frozenset({arguments["state"]}) if arguments["state"] else frozenset(),
        unit_id=arguments["unit"],
        facility_id=arguments["facility"],
        person_id=arguments["person"],
        organisation_id=arguments["organisation"],
        host_id=arguments["host"],
        ahead=time == "coming",
        past=time == "past",
    )
    found = pages.bookings(
        reading(),
        wanted,
        by=actor(),
        now=now(),
        after=moment(arguments["cursor"]),
        limit=arguments["limit"] + 1,
    )
    shown, more = found[: arguments["limit"]], len(found) > arguments["limit"]
    last = shown[-1] if shown else None
    return {
        "items": [booking_item(row, now()) for row in shown],
        "next": cursor_of(last.booking.starts_at.isoformat(), last.booking.id) if more and last else None,
    }


@blueprint.route("/bookings/<uuid:booking_id>")
@blueprint.response(200, BookingPageDetail)
@allow("booking.see")
def one(booking_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """One booking with its gates and, once confirmed, the way there."""
    found = pages.booking_page(reading(), booking_id, by=actor(), now=now())
    uses = sessions_of(reading(), [booking_id]).get(booking_id, [])
    plan = permit_plan_of(reading(), found.row.booking)
    return {**booking_page(found, uses, now()), "permit_plan": plan}, 200, {"ETag": etag(found.row.booking)}


@blueprint.route("/bookings/<uuid:booking_id>", methods=["PATCH"])
@blueprint.arguments(MoveBody)
@blueprint.response(200, BookingDetail)
@allow("booking.move")
def move(body: dict[str, Any], booking_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Change the period: the same rules and the same constraint."""
    period = period_of(body["start"], body["end"])
    change = actions.Change(period=period, reason=body["reason"], override=body["override"])

    def work(session: Session) -> Booking:
        if request.if_match:
            lock_for_move(session, booking_id)
            demand_unchanged(session, booking_id)
        return actions.move(session, booking_id, change, now=now(), by=actor())

    return done(work)


@blueprint.route("/bookings/<uuid:booking_id>/accept-terms", methods=["POST"])
@blueprint.arguments(TermsBody)
@blueprint.response(200, BookingDetail)
@allow("booking.accept_terms")
def accept_terms(body: dict[str, str], booking_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Accept the terms that the booking pins."""
    version = body["terms_version"]
    return done(lambda session: actions.accept_terms(session, booking_id, version, now=now(), by=actor()))


@blueprint.route("/bookings/<uuid:booking_id>/approve", methods=["POST"])
@blueprint.arguments(ReasonBody, required=False)
@blueprint.response(200, BookingDetail)
@allow("booking.approve")
def approve(body: dict[str, Any], booking_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The host says yes."""
    note = body.get("reason")
    return done(lambda session: actions.approve(session, booking_id, now=now(), by=actor(), note=note))


@blueprint.route("/bookings/<uuid:booking_id>/decline", methods=["POST"])
@blueprint.arguments(ReasonBody)
@blueprint.response(200, BookingDetail)
@allow("booking.decline")
def decline(body: dict[str, Any], booking_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The host says no, and why."""
    reason = body.get("reason") or ""
    return done(lambda session: actions.decline(session, booking_id, reason, now=now(), by=actor()))


@blueprint.route("/bookings/<uuid:booking_id>/cancel", methods=["POST"])
@blueprint.arguments(ReasonBody, required=False)
@blueprint.response(200, BookingDetail)
@allow("booking.cancel")
def cancel(body: dict[str, Any], booking_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Call it off; a host says why."""
    reason = body.get("reason")
    return done(lambda session: actions.cancel(session, booking_id, reason, now=now(), by=actor()))


@blueprint.route("/bookings/<uuid:booking_id>/check-in", methods=["POST"])
@blueprint.response(200, BookingDetail)
@allow("booking.check_in")
def check_in(booking_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Use begins."""
    return done(lambda session: operations.check_in(session, booking_id, now=now(), by=actor()))


@blueprint.route("/bookings/<uuid:booking_id>/check-out", methods=["POST"])
@blueprint.arguments(DetailsBody, required=False)
@blueprint.response(200, BookingDetail)
@allow("booking.check_in")
def check_out(body: dict[str, Any], booking_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Use ends; what was used may be told at once."""
    told = details_of(body)
    return done(lambda session: operations.check_out(session, booking_id, told, now=now(), by=actor()))


def wish_of(body: dict[str, Any]) -> BookingRequest:
    """What a body asks for, under the request's key; for somebody else only by a host of the unit."""
    return BookingRequest(
        unit_id=body["unit"],
        period=period_of(body["start"], body["end"]),
        purpose=body["purpose"],
        organisation_id=body["organisation"],
        person_id=person_of(body),
        note=body["note"],
        flows=body["flows"],
        terms_version=body["terms_version"],
        override_reason=body["override_reason"],
        copied_from=body["copied_from"],
        idempotency_key=request.headers.get("Idempotency-Key"),
    )


def person_of(body: dict[str, Any]) -> UUID | None:
    """For whom, by id or by address. The verb judges an id; only a host of the unit may ask for an address."""
    person_id: UUID | None = body["person"]
    if body["email"] is None:
        return person_id
    unit = hosting.host_unit(reading(), body["unit"], by=actor())
    demand(actor(), "booking.book_for", host=unit.host_id)
    found = by_address(unit.host_id, body["email"])
    if found is None or person_id not in (None, found):
        raise Invalid.one("email", "nobody_to_book_for")
    return found


def period_of(start: datetime, end: datetime) -> Period:
    """The period between two instants; `Invalid` names `end` where it does not lie after `start`."""
    try:
        return Period(start, end)
    except InvalidPeriod:
        raise Invalid.one("end", "after_start") from None


def etag(booking: Booking) -> str:
    """What a client quotes back to change just this version."""
    return f'"{booking.version}"'


def demand_unchanged(session: Session, booking_id: UUID) -> None:
    """412 where If-Match names another version than the one that stands; under a lock, or two may think it theirs."""
    booking = pages.booking_row(session, booking_id, by=actor(), now=now()).booking
    if not request.if_match.contains(str(booking.version)):
        raise PreconditionFailed


def done(verb: Callable[[Session], Booking]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Do a verb in the one transaction and answer the booking as it then stands."""

    def work(session: Session) -> tuple[dict[str, Any], str]:
        booking = verb(session)
        session.flush()
        plan = permit_plan_of(session, booking)
        return booking_detail(booking, pages.gates_of(session, booking.id), now(), plan=plan), etag(booking)

    answer, tag = transact(work)
    return answer, 200, {"ETag": tag}
