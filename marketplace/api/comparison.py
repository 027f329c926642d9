"""An organisation's consent to be compared with by evaluators, over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import Body, Instant
from marketplace.spillovers.actions.comparing import give_consent, take_back_consent
from marketplace.spillovers.queries.comparing import asked, consents_of
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_comparison", __name__, description="Consent to be compared with by evaluators")


class ConsentBody(Body):
    """Whether the organisation consents."""

    given = fields.Boolean(
        required=True, truthy={True}, falsy={False}, metadata={"description": "false takes the consent back"}
    )


class ConsentRow(Schema):
    """A consent: to what, from when until when."""

    id = fields.UUID()
    purpose = fields.String(metadata={"description": "code of the words that were consented to"})
    given_at = Instant()
    taken_back_at = Instant(allow_none=True)


class ConsentState(Schema):
    """Whether a consent stands, and all that were given, the last first."""

    given = fields.Boolean()
    consents = fields.List(fields.Nested(ConsentRow))


@blueprint.route("/organisations/<uuid:organisation_id>/comparison-consent")
@blueprint.response(200, ConsentState)
@allow("comparison.see")
def one(organisation_id: UUID) -> dict[str, Any]:
    """Whether evaluators may count the organisation among those whose requests were not taken up."""
    return _state(organisation_id)


@blueprint.route("/organisations/<uuid:organisation_id>/comparison-consent", methods=["PUT"])
@blueprint.arguments(ConsentBody)
@blueprint.response(200, ConsentState)
@allow("comparison.answer")
def answer(body: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """Give the consent, or take it back; its manager does. Evidence packs made afterwards follow it."""
    deed = give_consent if body["given"] else take_back_consent

    def answered(work: Any) -> None:
        deed(work, organisation_id, now=now(), by=actor())

    transact(answered)
    return _state(organisation_id)


def _state(organisation_id: UUID) -> dict[str, Any]:
    place = asked(reading(), organisation_id, by=actor())
    rows = consents_of(reading(), place.id)
    return {"given": any(each.taken_back_at is None for each in rows), "consents": rows}
