"""Framework agreements: proposed, answered, extended and ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from marketplace.api.fields import Body, Instant, OrganisationRef, PageArguments, page_of
from marketplace.api.once import made_once
from marketplace.api.paging import further, offset
from marketplace.terms import queries
from marketplace.terms.actions import frameworks as actions
from marketplace.terms.models import Framework, FrameworkSide
from marketplace.terms.queries.frameworks import FrameworkRow
from marketplace.terms.rules.frameworks import USUAL_NOTICE, Proposal
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_frameworks", __name__, description="Framework agreements over terms")


class ProposalBody(Body):
    """What one `side` proposes: over a `facility` of the host, or all of them where it is left out."""

    side = fields.Enum(FrameworkSide, by_value=True, required=True)
    host = fields.UUID(required=True)
    organisation = fields.UUID(required=True)
    facility = fields.UUID(load_default=None, allow_none=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    notice_days = fields.Integer(load_default=USUAL_NOTICE, strict=True)


class RevisionRead(Body):
    """The revision that was read: what it names is agreed to."""

    revision = fields.Integer(required=True, strict=True)


class NamedTerms(Schema):
    """A version that a framework names; `agreed_at` is null while it is only asked for."""

    facility = fields.UUID()
    terms_version = fields.UUID()
    number = fields.Integer()
    digest = fields.String()
    agreed_at = Instant(allow_none=True)


class FrameworkItem(Schema):
    """One framework: parties, period, how it stands today, what it names, and what the caller may do with it."""

    id = fields.UUID()
    host = fields.Nested(OrganisationRef)
    organisation = fields.Nested(OrganisationRef)
    facility = fields.UUID(allow_none=True)
    state = fields.String()
    proposed_side = fields.String()
    first_day = fields.Date()
    last_day = fields.Date()
    ends_on = fields.Date(allow_none=True)
    notice_days = fields.Integer()
    revision = fields.Integer()
    verbs = fields.List(fields.String())
    terms = fields.List(fields.Nested(NamedTerms))


FrameworkPage = page_of(FrameworkItem, name="FrameworkPage", says="Frameworks, the newest first.")


@blueprint.route("/frameworks")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, FrameworkPage)
@allow("framework.list")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """The frameworks of the caller's organisations, the newest first."""
    shown, limit = offset(arguments["cursor"]), arguments["limit"]
    rows = queries.frameworks(reading(), by=actor(), now=now(), limit=limit + 1, offset=shown)
    return {"items": [framework_item(row) for row in rows[:limit]], "next": further(rows, limit, shown)}


@blueprint.route("/frameworks", methods=["POST"])
@blueprint.arguments(ProposalBody)
@blueprint.response(201, FrameworkItem)
@allow("framework.propose")
def propose(body: dict[str, Any]) -> dict[str, Any]:
    """Propose a framework over the versions in force; the other side answers."""
    proposal = Proposal(
        side=body["side"],
        host_id=body["host"],
        organisation_id=body["organisation"],
        facility_id=body["facility"],
        from_day=body["first_day"],
        until_day=body["last_day"],
        notice_days=body["notice_days"],
    )
    made = made_once(lambda session: actions.propose(session, proposal, now=now(), by=actor()).id)
    return _shown(made)


@blueprint.route("/frameworks/<uuid:framework_id>")
@blueprint.response(200, FrameworkItem)
@allow("framework.see")
def one(framework_id: UUID) -> dict[str, Any]:
    """One framework with the versions that it names."""
    return _shown(framework_id)


@blueprint.route("/frameworks/<uuid:framework_id>/agree", methods=["POST"])
@blueprint.arguments(RevisionRead)
@blueprint.response(200, FrameworkItem)
@allow("framework.answer")
def agree(body: dict[str, int], framework_id: UUID) -> dict[str, Any]:
    """Agree to what the other side proposed, as it stood at the revision that was read."""
    return _done(lambda session: actions.agree(session, framework_id, body["revision"], now=now(), by=actor()))


@blueprint.route("/frameworks/<uuid:framework_id>/extend", methods=["POST"])
@blueprint.arguments(RevisionRead)
@blueprint.response(200, FrameworkItem)
@allow("framework.answer")
def extend(body: dict[str, int], framework_id: UUID) -> dict[str, Any]:
    """Agree to the versions that were asked for since."""
    return _done(lambda session: actions.extend(session, framework_id, body["revision"], now=now(), by=actor()))


@blueprint.route("/frameworks/<uuid:framework_id>/<any(decline, withdraw, end):verb>", methods=["POST"])
@blueprint.response(200, FrameworkItem)
@allow("framework.answer")
def close(framework_id: UUID, verb: str) -> dict[str, Any]:
    """Decline, withdraw, or end early with notice."""
    deed = {"decline": actions.decline, "withdraw": actions.withdraw, "end": actions.end}[verb]
    return _done(lambda session: deed(session, framework_id, now=now(), by=actor()))


def framework_item(row: FrameworkRow) -> dict[str, Any]:
    """A framework in the shape of `FrameworkItem`."""
    framework = row.framework
    same = {name: getattr(framework, name) for name in ("id", "ends_on", "notice_days", "revision")}
    return {
        **same,
        "host": row.host,
        "organisation": row.organisation,
        "facility": framework.facility_id,
        "state": row.standing,
        "proposed_side": framework.proposed_side.value,
        "first_day": framework.from_day,
        "last_day": framework.until_day,
        "verbs": sorted(row.verbs),
        "terms": [
            {
                "facility": one.facility_id,
                "terms_version": one.version.id,
                "number": one.version.number,
                "digest": one.version.digest,
                "agreed_at": one.agreed_at,
            }
            for one in row.covered
        ],
    }


def _done(deed: Callable[[Session], Framework]) -> dict[str, Any]:
    return _shown(transact(lambda session: deed(session).id))


def _shown(framework_id: UUID) -> dict[str, Any]:
    return framework_item(queries.framework_row(reading(), framework_id, by=actor(), now=now()))
