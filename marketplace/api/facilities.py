"""Facilities and units: what is listed, and when it is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from marketplace.api.facility_shapes import FacilityDetail, UnitDetail, facility_detail, rate_item, unit_item
from marketplace.api.fields import Instant, LocalizedText, page_of
from marketplace.availability import queries as availability
from marketplace.availability.rules import FreeStretch
from marketplace.bookings.rules.requests import demand_near
from marketplace.catalogue import queries as catalogue
from marketplace.terms import queries as terms
from marketplace.terms.models import TermsVersion
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading
from marketplace.web.standing import offers_of
from marketplace.wording.terms import summary

blueprint = Blueprint("api_facilities", __name__, description="Labs, pilot lines and instruments, and their units")
WIDEST_WINDOW = timedelta(days=92)
MOST_VERSIONS = 10**6


class WindowArguments(Schema):
    """From when to when; half-open, at most 92 days."""

    from_ = Instant(required=True, data_key="from")
    to = Instant(required=True)

    @validates_schema
    def ascends(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a window that is empty or longer than we answer in one go."""
        if data["to"] <= data["from_"]:
            raise ValidationError("Must lie after `from`.", "to")
        if data["to"] - data["from_"] > WIDEST_WINDOW:
            raise ValidationError("At most 92 days after `from`.", "to")


class FreeStretchItem(Schema):
    """A stretch that so many places can give, each for itself."""

    start = Instant()
    end = Instant()
    places = fields.Integer()


class ClosedItem(Schema):
    """A stretch in which the unit is shut although its week says open, and why, where its host says so."""

    start = Instant()
    end = Instant()
    kind = fields.String()
    reason = fields.Nested(LocalizedText)


class Availability(Schema):
    """Maximal free stretches of single places: any period inside one, in the unit's steps and lengths, is accepted."""

    timezone = fields.String()
    free = fields.List(fields.Nested(FreeStretchItem))
    closures = fields.List(fields.Nested(ClosedItem))


class TermsDetail(Schema):
    """A version of the terms, which an acceptance names. `clauses` go by name, each with its parts and a `text` beside
    it; `summary` says them in plain sentences, by language and clause."""

    terms_version = fields.UUID()
    number = fields.Integer()
    digest = fields.String()
    text = fields.Nested(LocalizedText)
    clauses = fields.Dict(keys=fields.String(), values=fields.Dict())
    summary = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String()))
    published_at = Instant()


TermsList = page_of(TermsDetail, name="TermsList", says="Versions of the terms.")


class TermsArguments(Schema):
    """Which version; left out, the one in force."""

    version = fields.Integer(load_default=None, validate=validate.Range(1, MOST_VERSIONS))


@blueprint.route("/facilities/<uuid:facility_id>")
@blueprint.response(200, FacilityDetail)
@allow("facility.see")
def facility(facility_id: UUID) -> dict[str, Any]:
    """One facility with its units."""
    page = catalogue.facility_page(reading(), facility_id, actor())
    around = Period(now(), now() + timedelta(minutes=1))
    settings = availability.settings(reading(), [unit.id for unit in page.units], around, ahead=0)
    modes = {unit_id: setting.rules.mode for unit_id, setting in settings.items()}
    return facility_detail(page, modes)


@blueprint.route("/facilities/<uuid:facility_id>/terms")
@blueprint.arguments(TermsArguments, location="query")
@blueprint.response(200, TermsDetail)
@allow("facility.see")
def facility_terms(arguments: dict[str, Any], facility_id: UUID) -> dict[str, Any]:
    """The terms in force at a facility, or an earlier version by its number."""
    page = catalogue.facility_by_id(reading(), facility_id, actor())
    number = arguments["version"]
    current = terms.current_terms(reading(), page.id)
    version = current if number is None else terms.terms_version(reading(), page.id, number)
    if version is None:
        raise NotFound("terms")
    return terms_detail(version)


@blueprint.route("/facilities/<uuid:facility_id>/terms/versions")
@blueprint.response(200, TermsList)
@allow("facility.see")
def facility_terms_versions(facility_id: UUID) -> dict[str, Any]:
    """Every version of a facility's terms, the newest first; bookings keep the one they were made under."""
    page = catalogue.facility_by_id(reading(), facility_id, actor())
    return {"items": [terms_detail(version) for version in terms.terms_versions(reading(), page.id)], "next": None}


@blueprint.route("/units/<uuid:unit_id>")
@blueprint.response(200, UnitDetail)
@allow("facility.see")
def unit(unit_id: UUID) -> dict[str, Any]:
    """One unit with its rules and public rate."""
    found, place = catalogue.unit_page(reading(), unit_id, actor())
    setting = availability.setting(reading(), unit_id, Period(now(), now() + timedelta(minutes=1)), ahead=0)
    offer = offers_of(reading(), place, [found])[0]
    rate = offer.rate
    return {
        **unit_item(found, place, setting.rules.mode),
        "facility": place.id,
        "description": found.description,
        "maker": found.maker,
        "model": found.model,
        "techniques": found.techniques,
        "instrument_class": found.instrument_class,
        "permit_facts": found.permit_facts,
        "timezone": str(setting.zone),
        "rate": rate and rate_item(rate),
        "hours": [{"weekday": one.weekday, "opens": one.opens, "closes": one.closes} for one in offer.hours],
        "rules": {name: getattr(setting.rules, name) for name in RULES_SHOWN} | {"mode": setting.rules.mode.value},
    }


@blueprint.route("/units/<uuid:unit_id>/availability")
@blueprint.arguments(WindowArguments, location="query")
@blueprint.response(200, Availability)
@allow("availability.see")
def unit_availability(arguments: dict[str, datetime], unit_id: UUID) -> dict[str, Any]:
    """When a unit can be booked."""
    _, place = catalogue.unit_page(reading(), unit_id, actor())
    window = Period(arguments["from_"], arguments["to"])
    demand_near(window)
    free = availability.free(reading(), unit_id, window, now())
    shut = availability.closures(reading(), [unit_id], window)
    return {
        "timezone": place.time_zone or availability.ASSUMED_ZONE,
        "free": counted(free),
        "closures": [
            {"start": each.starts_at, "end": each.ends_at, "kind": each.kind.value, "reason": each.reason}
            for each in shut
        ],
    }


RULES_SHOWN = (
    "step",
    "shortest",
    "longest",
    "set_up",
    "clean_up",
    "cut_off",
    "horizon_days",
    "max_per_day",
    "max_at_once",
    "max_future_minutes",
    "min_gap",
    "organisation_weekly_hours",
    "missed_threshold",
    "approval_days",
    "permit_days",
    "most_permit_holds",
    "instant",
    "closed_on_holidays",
    "open_on_worked_weekends",
)


def terms_detail(version: TermsVersion) -> dict[str, Any]:
    """A version of the terms in the shape of `TermsDetail`."""
    same = ("number", "digest", "text", "clauses", "published_at")
    told = {name: getattr(version, name) for name in same}
    return {"terms_version": version.id, "summary": summary(version.clauses), **told}


def counted(free: Sequence[FreeStretch]) -> list[dict[str, Any]]:
    """Stretches by start and end, with the number of places that can give exactly that."""
    places: dict[tuple[datetime, datetime], int] = {}
    for stretch in free:
        key = stretch.period.start, stretch.period.end
        places[key] = places.get(key, 0) + 1
    return [{"start": start, "end": end, "places": count} for (start, end), count in sorted(places.items())]
