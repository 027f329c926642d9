"""One's own API tokens: listed, issued with the password, ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.actions import tokens
from marketplace.accounts.actions.tokens import LIFETIMES, TokenWish
from marketplace.accounts.models import ApiToken, TokenScope
from marketplace.accounts.queries.people import tokens_of
from marketplace.accounts.rules.secrets import digest
from marketplace.api.fields import LONGEST_PASSWORD, Body, Instant, page_of
from marketplace.limits.actions import spend
from marketplace.values.refusal import Forbidden
from marketplace.web.access import allow
from marketplace.web.password_again import demand_password
from marketplace.web.request import actor, database, now, reading, transact

blueprint = Blueprint("api_tokens", __name__, description="One's own API tokens")


class TokenItem(Schema):
    """A token as its owner sees it; `hint` is its last four characters."""

    id = fields.UUID()
    name = fields.String()
    hint = fields.String()
    scope = fields.String(metadata={"enum": [scope.value for scope in TokenScope]})
    created_at = Instant()
    expires_at = Instant()
    last_used_on = fields.Date(allow_none=True)
    ended_at = Instant(allow_none=True)


TokenList = page_of(TokenItem, name="TokenList", says="The last hundred, ended and expired ones too, the newest first.")


class TokenBody(Body):
    """A token that is wanted. The password is asked, so that a stolen token can't renew itself."""

    name = fields.String(required=True)
    scope = fields.Enum(TokenScope, by_value=True, required=True)
    days = fields.Integer(
        required=True, validate=validate.OneOf(LIFETIMES), metadata={"description": "how long it works, in days"}
    )
    current_password = fields.String(required=True, validate=validate.Length(max=LONGEST_PASSWORD))


class TokenMade(TokenItem):
    """A new token: its text is told here once and kept nowhere."""

    token = fields.String()


@blueprint.route("/tokens")
@blueprint.response(200, TokenList)
@allow("token.manage")
def listed() -> dict[str, Any]:
    """The caller's tokens."""
    return {"items": [token_item(row) for row in tokens_of(reading(), actor().id)], "next": None}


@blueprint.route("/tokens", methods=["POST"])
@blueprint.arguments(TokenBody)
@blueprint.response(201, TokenMade)
@allow("token.manage")
def issue(body: dict[str, Any]) -> dict[str, Any]:
    """Issue a token; one without the scope admin issues none that has it."""
    me = actor()
    if body["scope"] is TokenScope.ADMIN and me.platform is not None and me.scope is not TokenScope.ADMIN:
        raise Forbidden("token.manage")
    demand_password(body["current_password"])
    spend(database(), "token", str(me.id), now=now())
    wish = TokenWish(name=body["name"], scope=body["scope"], days=body["days"])
    text = transact(lambda session: tokens.issue(session, me.id, wish, now=now()))
    made = next(row for row in tokens_of(reading(), me.id) if row.token_digest == digest(text))
    return {**token_item(made), "token": text}


@blueprint.route("/tokens/<uuid:token_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("token.manage")
def end(token_id: UUID) -> None:
    """Make a token useless at once; also the one that asks."""
    transact(lambda session: tokens.end(session, token_id, now=now(), by=actor().id))


def token_item(row: ApiToken) -> dict[str, Any]:
    """A token in the shape of `TokenItem`."""
    same = ("id", "name", "hint", "created_at", "expires_at", "last_used_on", "ended_at")
    return {**{name: getattr(row, name) for name in same}, "scope": row.scope.value}
