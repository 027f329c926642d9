"""The units of a listing: what is booked, when it is open, how, and at which rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from marketplace.api.facility_shapes import RateItem, UnitItem, rate_item, unit_item
from marketplace.api.fields import Body, MoneyAmount, page_of
from marketplace.api.listings import fields_of
from marketplace.api.once import made_once
from marketplace.availability import actions as availability
from marketplace.availability.actions.hours import ASKABLE
from marketplace.availability.models import BookingMode
from marketplace.availability.rules import Hours, UnitRules
from marketplace.catalogue import actions, queries
from marketplace.catalogue.rules.fields import UNIT
from marketplace.pricing.actions import set_rate, withdraw_rate
from marketplace.pricing.models import Rate, RatePer
from marketplace.pricing.queries import rates_of
from marketplace.values.money import InvalidMoney, Money
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact
from marketplace.web.standing import UnitOffer, offers_of

blueprint = Blueprint("api_listing_units", __name__, description="Units, their hours, rules and rates")
VERBS = {"pause": actions.pause_unit, "resume": actions.resume_unit, "archive": actions.archive_unit}
RULES = tuple(UnitRules.__dataclass_fields__)


class NewUnit(Body):
    """A new unit: its fields as the catalogue names them, and how many places it has."""

    fields_ = fields.Dict(keys=fields.String(), required=True, data_key="fields")
    places = fields.Integer(load_default=1, validate=validate.Range(1, 500))


class UnitFields(Body):
    """Fields to change, by the catalogue's names, and how many bookings the unit holds at once."""

    fields_ = fields.Dict(keys=fields.String(), load_default=dict, data_key="fields")
    places = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 500))


class HoursItem(Body):
    """One stretch of a weekday (ISO) in local minutes from midnight."""

    weekday = fields.Integer(required=True)
    opens = fields.Integer(required=True)
    closes = fields.Integer(required=True)


class HoursBody(Body):
    """The whole week; what is left out is closed."""

    hours = fields.List(fields.Nested(HoursItem), required=True)


class RulesBody(Body):
    """How a unit may be booked. Minutes unless the name says otherwise; null means no limit."""

    mode = fields.Enum(BookingMode, by_value=True, load_default=BookingMode.HOUR)
    step = fields.Integer(load_default=30)
    shortest = fields.Integer(load_default=30)
    longest = fields.Integer(load_default=None, allow_none=True)
    set_up = fields.Integer(load_default=0)
    clean_up = fields.Integer(load_default=0)
    cut_off = fields.Integer(load_default=0)
    horizon_days = fields.Integer(load_default=None, allow_none=True)
    max_per_day = fields.Integer(load_default=None, allow_none=True)
    max_at_once = fields.Integer(load_default=None, allow_none=True)
    max_future_minutes = fields.Integer(load_default=None, allow_none=True)
    min_gap = fields.Integer(load_default=None, allow_none=True)
    organisation_weekly_hours = fields.Integer(load_default=None, allow_none=True)
    missed_threshold = fields.Integer(load_default=None, allow_none=True)
    end_grace = fields.Integer(load_default=60)
    asks = fields.List(fields.String(validate=validate.OneOf(ASKABLE)), load_default=list)
    approval_days = fields.Integer(load_default=3)
    permit_days = fields.Integer(load_default=90)
    most_permit_holds = fields.Integer(load_default=None, allow_none=True)
    instant = fields.Boolean(load_default=False)
    calendar_code = fields.String(load_default=None, allow_none=True)
    closed_on_holidays = fields.Boolean(load_default=True)
    open_on_worked_weekends = fields.Boolean(load_default=False)


class RateBody(Body):
    """A public rate, from a local day on."""

    amount = fields.Nested(MoneyAmount, required=True)
    per = fields.Enum(RatePer, by_value=True, required=True)
    valid_from = fields.Date(required=True)
    note = fields.String(load_default="")


class OwnUnit(Schema):
    """A unit as its host set it up; `rate` is the one in force today."""

    id = fields.UUID()
    state = fields.String(metadata={"enum": ["active", "paused", "archived"]})
    places = fields.Integer()
    fields_ = fields.Dict(keys=fields.String(), attribute="fields", data_key="fields")
    hours = fields.List(fields.Nested(HoursItem))
    rules = fields.Nested(RulesBody)
    rate = fields.Nested(RateItem, allow_none=True)


OwnUnits = page_of(OwnUnit, name="OwnUnits", says="The units of a listing in the host's order, archived ones too.")


class SetRate(RateItem):
    """A rate as its host set it."""

    id = fields.UUID()
    unit = fields.UUID()
    note = fields.String(allow_none=True)


RateList = page_of(SetRate, name="RateList", says="The rates of a unit, past and to come, the newest first.")


@blueprint.route("/listings/<uuid:facility_id>/units")
@blueprint.response(200, OwnUnits)
@allow("facility.change")
def listed(facility_id: UUID) -> dict[str, Any]:
    """The units of one of the caller's listings with all that is set for them."""
    facility = queries.listing_for_change(reading(), facility_id, actor())
    units = queries.units_of(reading(), facility_id, archived=True)
    return {"items": [own_unit(offer) for offer in offers_of(reading(), facility, units)], "next": None}


@blueprint.route("/listings/<uuid:facility_id>/units", methods=["POST"])
@blueprint.arguments(NewUnit)
@blueprint.response(201, UnitItem)
@allow("facility.change")
def add(body: dict[str, Any], facility_id: UUID) -> dict[str, Any]:
    """Add a unit to a listing."""
    given, places = body["fields_"], body["places"]

    def work(session: Session) -> UUID:
        return actions.add_unit(session, facility_id, given, now=now(), by=actor(), places=places).id

    return unit_answer(made_once(work))


@blueprint.route("/units/<uuid:unit_id>", methods=["PATCH"])
@blueprint.arguments(UnitFields)
@blueprint.response(200, UnitItem)
@allow("facility.change")
def change(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Change fields of a unit, and its places: fewer only where no booking to come stands on one above."""
    given, places = body["fields_"], body["places"]

    def work(session: Session) -> None:
        unit = actions.change_unit(session, unit_id, given, now=now(), by=actor())
        if places is not None and places != unit.places:
            availability.set_places(session, unit_id, places, now=now(), by=actor())

    transact(work)
    return unit_answer(unit_id)


@blueprint.route("/units/<uuid:unit_id>/<any(pause, resume, archive):verb>", methods=["POST"])
@blueprint.response(200, UnitItem)
@allow("facility.change")
def move(unit_id: UUID, verb: str) -> dict[str, Any]:
    """Take a unit out of service, put it back, or take it off the listing; its bookings and history stay."""
    transact(lambda session: VERBS[verb](session, unit_id, now=now(), by=actor()).id)
    return unit_answer(unit_id)


@blueprint.route("/units/<uuid:unit_id>/hours", methods=["PUT"])
@blueprint.arguments(HoursBody)
@blueprint.response(204)
@allow("facility.change")
def set_hours(body: dict[str, Any], unit_id: UUID) -> None:
    """Replace a unit's week."""
    week = [Hours(**each) for each in body["hours"]]
    transact(lambda session: availability.set_opening_hours(session, unit_id, week, now=now(), by=actor()))


@blueprint.route("/units/<uuid:unit_id>/rules", methods=["PUT"])
@blueprint.arguments(RulesBody)
@blueprint.response(204)
@allow("facility.change")
def set_rules(body: dict[str, Any], unit_id: UUID) -> None:
    """Replace a unit's booking rules."""
    transact(lambda session: availability.set_rules(session, unit_id, UnitRules(**body), now=now(), by=actor()))


@blueprint.route("/units/<uuid:unit_id>/rates", methods=["POST"])
@blueprint.arguments(RateBody)
@blueprint.response(201, RateItem)
@allow("facility.change")
def add_rate(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Set the public rate of a unit from a day on."""
    try:
        amount = Money(**body["amount"])
    except InvalidMoney as broken:
        field = "currency" if broken.code == "currency_unknown" else "amount_minor"
        raise Invalid.one(f"amount.{field}", broken.code) from None
    rate = transact(
        lambda session: set_rate(
            session,
            unit_id,
            amount,
            body["per"],
            valid_from=body["valid_from"],
            now=now(),
            by=actor(),
            note=body["note"],
        )
    )
    return rate_item(rate)


@blueprint.route("/units/<uuid:unit_id>/rates")
@blueprint.response(200, RateList)
@allow("facility.change")
def rates(unit_id: UUID) -> dict[str, Any]:
    """Every rate of a unit that the caller lists."""
    _, facility = queries.unit_page(reading(), unit_id, actor())
    queries.listing_for_change(reading(), facility.id, actor())
    return {"items": set_rates(rates_of(reading(), [unit_id])), "next": None}


@blueprint.route("/rates/<uuid:rate_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("facility.change")
def withdraw(rate_id: UUID) -> None:
    """Take back a rate that has not begun."""
    transact(lambda session: withdraw_rate(session, rate_id, now=now(), by=actor()))


def own_unit(offer: UnitOffer) -> dict[str, Any]:
    """A unit in the shape of `OwnUnit`."""
    unit, rules = offer.unit, offer.rules or UnitRules()
    return {
        "id": unit.id,
        "state": unit.state.value,
        "places": unit.places,
        "fields": fields_of(unit, UNIT),
        "hours": [{"weekday": one.weekday, "opens": one.opens, "closes": one.closes} for one in offer.hours],
        "rules": {name: getattr(rules, name) for name in RULES},
        "rate": offer.rate and rate_item(offer.rate),
    }


def set_rates(rows: Sequence[Rate]) -> list[dict[str, Any]]:
    """Rates in the shape of `SetRate`."""
    return [{**rate_item(row), "id": row.id, "unit": row.unit_id, "note": row.note} for row in rows]


def unit_answer(unit_id: UUID) -> dict[str, Any]:
    """A unit in the shape of `UnitItem`, as it stands."""
    unit, facility = queries.unit_page(reading(), unit_id, actor())
    return unit_item(unit, facility, None)
