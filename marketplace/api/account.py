"""One's own account, as far as programs may touch it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.actions.profile import change_profile
from marketplace.accounts.queries.organisations import organisations_of
from marketplace.accounts.queries.people import person
from marketplace.accounts.rules.profile import Profile
from marketplace.api.fields import LONGEST_PASSWORD, Body, LocalizedText
from marketplace.limits.actions import spend
from marketplace.privacy.actions import erase
from marketplace.privacy.queries import KINDS, everything_about
from marketplace.web.access import allow
from marketplace.web.password_again import demand_password
from marketplace.web.request import actor, database, now, reading, transact

blueprint = Blueprint("api_account", __name__, description="One's own account: who one is, taking all along, leaving")


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
    platform_role = fields.String(allow_none=True)
    organisations = fields.List(fields.Nested(OwnOrganisation))


class Everything(Schema):
    """All that is kept about a person, by kind; members as in the database, instants in ISO 8601."""

    exported_at = fields.String()
    locals().update({kind: fields.List(fields.Dict()) for kind in KINDS})


class DeleteBody(Body):
    """One's own password, and that it is meant: it cannot be undone."""

    current_password = fields.String(required=True, validate=validate.Length(max=LONGEST_PASSWORD))
    sure = fields.Boolean(required=True, validate=validate.Equal(True))


@blueprint.route("/account")
@blueprint.response(200, AccountDetail)
@allow("account.manage")
def own() -> dict[str, Any]:
    """Who one is, and where one belongs."""
    return account_detail()


@blueprint.route("/account", methods=["PUT"])
@blueprint.arguments(ProfileBody)
@blueprint.response(200, AccountDetail)
@allow("account.manage")
def change(body: dict[str, Any]) -> dict[str, Any]:
    """Change what one says of oneself."""
    profile = Profile(**body)
    transact(lambda session: change_profile(session, actor().id, profile, now=now()))
    return account_detail()


@blueprint.route("/account/export")
@blueprint.response(200, Everything)
@allow("account.manage")
def export() -> dict[str, Any]:
    """Everything that is kept about the caller: a list of plain rows for each kind of thing; secrets left out."""
    spend(database(), "export", str(actor().id), now=now())
    return everything_about(reading(), actor().id, now=now())


@blueprint.route("/account/delete", methods=["POST"])
@blueprint.arguments(DeleteBody)
@blueprint.response(204)
@allow("account.manage")
def delete(body: dict[str, Any]) -> None:
    """Leave for good: refused with what stands in the way. The password is asked, as the page does."""
    me = actor().id
    demand_password(body["current_password"])
    transact(lambda session: erase(session, me, now=now()))


def account_detail() -> dict[str, Any]:
    """The caller in the shape of `AccountDetail`."""
    row = person(reading(), actor().id)
    same = ("id", "email", "name", "language", "time_zone", "orcid", "phone")
    role = row.platform_role
    return {
        **{name: getattr(row, name) for name in same},
        "platform_role": role.value if role else None,
        "organisations": belonging(row.id),
    }


def belonging(person_id: UUID) -> list[dict[str, Any]]:
    """Where somebody belongs, in the shape of `OwnOrganisation`."""
    return [
        {
            "id": each.organisation.id,
            "slug": each.organisation.slug,
            "name": each.organisation.name,
            "roles": sorted(role.value for role in each.roles),
            "verification": each.organisation.verification.value,
        }
        for each in organisations_of(reading(), person_id)
    ]
