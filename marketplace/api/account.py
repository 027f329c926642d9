"""One's own account, as far as programs may touch it; and the places and calendars that everybody reads."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.actions.profile import change_profile
from marketplace.accounts.queries.organisations import organisations_of
from marketplace.accounts.queries.people import person
from marketplace.accounts.rules.profile import Profile
from marketplace.api.fields import Body, LocalizedText
from marketplace.bookings.rules.requests import YEARS
from marketplace.jurisdictions import queries as places
from marketplace.jurisdictions.rules import add_working_days, provisional
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_account", __name__, description="One's own account; territories, zones and calendars")


class ProfileBody(Body):
    """What a person says of themselves."""

    name = fields.String(required=True)
    language = fields.String(load_default="en")
    time_zone = fields.String(load_default="Asia/Hong_Kong")
    orcid = fields.String(load_default=None, allow_none=True)
    phone = fields.String(load_default=None, allow_none=True)


class OwnOrganisation(Schema):
    """An organisation that one belongs to."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.Nested(LocalizedText)
    roles = fields.List(fields.String())
    verification = fields.String()


class AccountDetail(Schema):
    """One's own account."""

    id = fields.UUID()
    email = fields.String()
    name = fields.String()
    language = fields.String()
    time_zone = fields.String()
    orcid = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    organisations = fields.List(fields.Nested(OwnOrganisation))


class PlaceItem(Schema):
    """A territory or zone."""

    code = fields.String()
    name = fields.Nested(LocalizedText)
    within = fields.String(allow_none=True)


class PlaceList(Schema):
    """All of them."""

    items = fields.List(fields.Nested(PlaceItem))
    next = fields.String(allow_none=True)


class WorkingDayArguments(Schema):
    """From which day, and how many working days after it."""

    start = fields.Date(required=True)
    days = fields.Integer(required=True, validate=validate.Range(0, 2000))


class WorkingDay(Schema):
    """A day; provisional where a year on the way has no official notice."""

    date = fields.Date()
    provisional = fields.Boolean()


@blueprint.route("/account")
@blueprint.response(200, AccountDetail)
@allow("account.manage")
def own() -> dict[str, Any]:
    """Who one is, and where one belongs."""
    return account_detail()


def account_detail() -> dict[str, Any]:
    """The caller in the shape of `AccountDetail`."""
    row = person(reading(), actor().id)
    mine = organisations_of(reading(), actor().id)
    same = ("id", "email", "name", "language", "time_zone", "orcid", "phone")
    belongs = [
        {
            "id": each.organisation.id,
            "slug": each.organisation.slug,
            "name": each.organisation.name,
            "roles": sorted(role.value for role in each.roles),
            "verification": each.organisation.verification.value,
        }
        for each in mine
    ]
    return {**{name: getattr(row, name) for name in same}, "organisations": belongs}


@blueprint.route("/account", methods=["PUT"])
@blueprint.arguments(ProfileBody)
@blueprint.response(200, AccountDetail)
@allow("account.manage")
def change(body: dict[str, Any]) -> dict[str, Any]:
    """Change what one says of oneself."""
    profile = Profile(**body)
    transact(lambda session: change_profile(session, actor().id, profile, now=now()))
    return account_detail()


@blueprint.route("/jurisdictions")
@blueprint.response(200, PlaceList)
@allow("jurisdiction.see")
def jurisdictions() -> dict[str, Any]:
    """The territories that facilities may stand in."""
    rows = places.jurisdictions(reading())
    return {"items": [{"code": row.code, "name": row.name, "within": row.parent_code} for row in rows], "next": None}


@blueprint.route("/zones")
@blueprint.response(200, PlaceList)
@allow("jurisdiction.see")
def zones() -> dict[str, Any]:
    """The named areas with rules of their own."""
    rows = places.zones(reading())
    within = [{"code": row.code, "name": row.name, "within": row.jurisdiction_code} for row in rows]
    return {"items": within, "next": None}


@blueprint.route("/calendars/<code>/working-day")
@blueprint.arguments(WorkingDayArguments, location="query")
@blueprint.response(200, WorkingDay)
@allow("jurisdiction.see")
def working_day(arguments: dict[str, Any], code: str) -> dict[str, Any]:
    """The day so many working days after a day, on one calendar."""
    if arguments["start"].year not in YEARS:
        raise Invalid.one("start", "instant_far", first=YEARS.start, last=YEARS.stop - 1)
    calendar = places.calendar(reading(), code)
    last = add_working_days(calendar, arguments["start"], arguments["days"])
    return {"date": last, "provisional": provisional(calendar, arguments["start"], last)}
