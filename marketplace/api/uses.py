"""Sessions of use: one as it stands with its history, what was used, and corrections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from marketplace.accounts.policy import demand
from marketplace.api.use_shapes import CorrectionBody, DetailsBody, UseDetail, details_of, use_detail
from marketplace.availability.queries import host_of
from marketplace.operations.actions import correcting
from marketplace.operations.queries.one import use_page
from marketplace.operations.rules.details import Correction
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_uses", __name__, description="Sessions of use: what really happened at a unit")


@blueprint.route("/uses/<uuid:session_id>")
@blueprint.response(200, UseDetail)
@allow("session.see")
def one(session_id: UUID) -> dict[str, Any]:
    """A session as it stands, with what was said before; any of its ids names it."""
    return use_detail(use_page(reading(), session_id, by=actor()))


@blueprint.route("/uses/<uuid:session_id>/details", methods=["POST"])
@blueprint.arguments(DetailsBody)
@blueprint.response(200, UseDetail)
@allow("session.describe")
def describe(body: dict[str, Any], session_id: UUID) -> dict[str, Any]:
    """Put down what was used."""
    _demand(session_id, "session.describe")
    transact(lambda work: correcting.describe(work, session_id, details_of(body), now=now(), by=actor()))
    return use_detail(use_page(reading(), session_id, by=actor()))


@blueprint.route("/uses/<uuid:session_id>/corrections", methods=["POST"])
@blueprint.arguments(CorrectionBody)
@blueprint.response(200, UseDetail)
@allow("session.correct")
def correct(body: dict[str, Any], session_id: UUID) -> dict[str, Any]:
    """Say how it really was, and why; both sides are told, and what was said before stays on record."""
    _demand(session_id, "session.correct")
    reason = body.pop("reason")
    wanted = Correction(**body)
    transact(lambda work: correcting.correct(work, session_id, wanted, reason, now=now(), by=actor()))
    return use_detail(use_page(reading(), session_id, by=actor()))


def _demand(session_id: UUID, verb: str) -> None:
    page = use_page(reading(), session_id, by=actor())
    _facility, host = host_of(reading(), page.use.unit_id)
    demand(actor(), verb, owner=page.use.person_id, organisation=page.use.organisation_id, host=host)
