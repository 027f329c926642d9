"""People for those who oversee the platform: who is here, their standing and their role on the platform."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.actions import administering
from marketplace.accounts.models import Person, PlatformRole
from marketplace.accounts.queries import people
from marketplace.api.account import OwnOrganisation, belonging
from marketplace.api.fields import Instant, PageArguments, ReasonGiven, page_of
from marketplace.api.history import HistoryItem, history_of
from marketplace.api.paging import further, offset
from marketplace.history.rules import Subject
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, settings, transact

blueprint = Blueprint("api_people", __name__, description="People, for those who oversee the platform")
LONGEST_TERM = 100
DEEDS = {"suspend": administering.suspend_person, "readmit": administering.readmit_person}


class PersonArguments(PageArguments):
    """Words of a name or address."""

    q = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_TERM), metadata={"description": "in a name or address"}
    )


class PersonItem(Schema):
    """Somebody with an account; an erased person has only the pseudonym."""

    id = fields.UUID()
    email = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    pseudonym = fields.String()
    platform_role = fields.String(allow_none=True, metadata={"enum": [*(role.value for role in PlatformRole), None]})
    created_at = Instant()
    suspended_at = Instant(allow_none=True)
    erased_at = Instant(allow_none=True)


class PersonDetail(PersonItem):
    """One person with their organisations, and how they sign in."""

    language = fields.String()
    time_zone = fields.String()
    second_factor = fields.Boolean()
    sessions = fields.Integer(metadata={"description": "browsers in which they are signed in now"})
    organisations = fields.List(fields.Nested(OwnOrganisation))


class PlatformRoleBody(ReasonGiven):
    """A role on the platform, or null for none, and why; they read it."""

    role = fields.Enum(PlatformRole, by_value=True, required=True, allow_none=True)


@blueprint.route("/people")
@blueprint.arguments(PersonArguments, location="query")
@blueprint.response(200, page_of(PersonItem))
@allow("person.see")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """Everybody, the newest first."""
    limit, shown = arguments["limit"], offset(arguments["cursor"])
    rows = people.found_people(reading(), arguments["q"].strip(), limit=limit + 1, offset=shown)
    return {"items": [person_item(row) for row in rows[:limit]], "next": further(rows, limit, shown)}


@blueprint.route("/people/<uuid:person_id>")
@blueprint.response(200, PersonDetail)
@allow("person.see")
def one(person_id: UUID) -> dict[str, Any]:
    """One person."""
    return person_detail(person_id)


@blueprint.route("/people/<uuid:person_id>/history")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(HistoryItem))
@allow("person.see")
def history(arguments: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """What happened to an account, newest first."""
    row = people.person(reading(), person_id)
    return history_of(Subject("person", row.id), arguments)


@blueprint.route("/people/<uuid:person_id>/<any(suspend, readmit):deed>", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(200, PersonDetail)
@allow("person.suspend")
def standing(body: dict[str, str], person_id: UUID, deed: str) -> dict[str, Any]:
    """Suspend somebody (every session and token ends) or readmit them, with the reason that they are told."""
    transact(lambda session: DEEDS[deed](session, person_id, body["reason"], now=now(), by=actor()))
    return person_detail(person_id)


@blueprint.route("/people/<uuid:person_id>/platform-role", methods=["PUT"])
@blueprint.arguments(PlatformRoleBody)
@blueprint.response(200, PersonDetail)
@allow("person.change_role")
def set_role(body: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Make somebody administrator or auditor of the platform, or neither; never oneself."""
    role, reason = body["role"], body["reason"]
    transact(
        lambda session: administering.set_platform_role(session, person_id, role, reason=reason, now=now(), by=actor())
    )
    return person_detail(person_id)


def person_item(row: Person) -> dict[str, Any]:
    """Somebody in the shape of `PersonItem`."""
    same = ("id", "email", "name", "pseudonym", "created_at", "suspended_at", "erased_at")
    role = row.platform_role
    return {**{name: getattr(row, name) for name in same}, "platform_role": role.value if role else None}


def person_detail(person_id: UUID) -> dict[str, Any]:
    """One person in the shape of `PersonDetail`."""
    row = people.person(reading(), person_id)
    limits = {"idle": settings().session_idle, "absolute": settings().session_absolute}
    return {
        **person_item(row),
        "language": row.language,
        "time_zone": row.time_zone,
        "second_factor": row.totp_secret is not None,
        "sessions": len(people.live_sessions(reading(), row.id, now=now(), **limits)),
        "organisations": belonging(row.id),
    }
