"""What hangs on a collaboration: people, money, milestones, files, bookings; and organisations that merged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from marketplace.accounts.queries import organisation
from marketplace.api.collaboration_shapes import CollaborationDetail
from marketplace.api.collaborations import Answer, shown
from marketplace.api.fields import Body, MoneyAmount, OrganisationRef, page_of
from marketplace.api.once import made_once
from marketplace.collaborations.actions import parts
from marketplace.collaborations.actions.joining import move_booking
from marketplace.collaborations.actions.mergers import record_merger, take_back_merger
from marketplace.collaborations.actions.papers import add_file, remove_file
from marketplace.collaborations.models import Milestone
from marketplace.collaborations.queries.mergers import mergers_of
from marketplace.collaborations.rules.parts import FILE_KINDS, PERSON_ROLES, Money
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_collaboration_parts", __name__, description="What hangs on collaborations")
DAYS: dict[str, Callable[..., Milestone]] = {
    "replan": parts.replan_milestone,
    "reach": parts.reach_milestone,
    "cancel": parts.cancel_milestone,
}
HERE = "/collaborations/<uuid:collaboration_id>"


class CollaborationPersonBody(Body):
    """What somebody does in it."""

    role = fields.String(required=True, validate=validate.OneOf(PERSON_ROLES))


class FundingBody(Body):
    """Money that was awarded; `public` says that the funder is a public body."""

    funder = fields.String(required=True)
    public = fields.Boolean(required=True)
    programme = fields.String(load_default="")
    award_number = fields.String(load_default="")
    amount = fields.Nested(MoneyAmount, load_default=None, allow_none=True)
    from_day = fields.Date(load_default=None, allow_none=True)
    until_day = fields.Date(load_default=None, allow_none=True)


class MilestoneBody(Body):
    """Something due by a day; `organisation` is the party that owes it, null where all do."""

    title = fields.String(required=True)
    planned_on = fields.Date(required=True)
    organisation = fields.UUID(load_default=None, allow_none=True)


class MilestoneDayBody(Body):
    """One day: planned anew, reached, or given up."""

    on = fields.Date(required=True)


class CollaborationPaperBody(Body):
    """An upload of the caller's own (`POST /files`), and what it is."""

    file = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(FILE_KINDS))


class CollaborationOfBooking(Body):
    """To which collaboration the booking belongs from now on."""

    collaboration = fields.UUID(required=True)


class MergerBody(Body):
    """Into which organisation one went, and on which day."""

    into = fields.UUID(required=True)
    on = fields.Date(required=True)
    note = fields.String(load_default="")


class MergerItem(Schema):
    """A merger: the organisation that went, the one that it went into, and the day."""

    organisation = fields.Nested(OrganisationRef)
    into = fields.Nested(OrganisationRef)
    on = fields.Date()
    note = fields.String()


@blueprint.route(f"{HERE}/people/<uuid:person_id>", methods=["PUT"])
@blueprint.arguments(CollaborationPersonBody)
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.write")
def name_person(body: dict[str, str], collaboration_id: UUID, person_id: UUID) -> Answer:
    """Name somebody of one's own side, or give them another role."""
    transact(lambda work: parts.name_person(work, collaboration_id, person_id, body["role"], **_acting()).person_id)
    return shown(collaboration_id)


@blueprint.route(f"{HERE}/people/<uuid:person_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("collaboration.write")
def remove_person(collaboration_id: UUID, person_id: UUID) -> None:
    """Take somebody of one's own side off the list."""
    transact(lambda work: parts.unname_person(work, collaboration_id, person_id, **_acting()))


@blueprint.route(f"{HERE}/funding", methods=["POST"])
@blueprint.arguments(FundingBody)
@blueprint.response(201, CollaborationDetail)
@allow("collaboration.write")
def add_funding(body: dict[str, Any], collaboration_id: UUID) -> Answer:
    """Enter money that was awarded."""
    amount = body.pop("amount") or {"amount_minor": None, "currency": None}
    money = Money(**body, **amount)
    return _made(collaboration_id, lambda work: parts.add_funding(work, collaboration_id, money, **_acting()).id)


@blueprint.route(f"{HERE}/funding/<uuid:funding_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("collaboration.write")
def remove_funding(collaboration_id: UUID, funding_id: UUID) -> None:
    """Strike money that was entered."""
    transact(lambda work: parts.remove_funding(work, collaboration_id, funding_id, **_acting()).id)


@blueprint.route(f"{HERE}/milestones", methods=["POST"])
@blueprint.arguments(MilestoneBody)
@blueprint.response(201, CollaborationDetail)
@allow("collaboration.write")
def add_milestone(body: dict[str, Any], collaboration_id: UUID) -> Answer:
    """Promise something by a day."""
    title, on, owed = body["title"], body["planned_on"], body["organisation"]

    def work(session: Session) -> UUID:
        return parts.add_milestone(session, collaboration_id, title, on, organisation_id=owed, **_acting()).id

    return _made(collaboration_id, work)


@blueprint.route(f"{HERE}/milestones/<uuid:milestone_id>/<any(replan, reach, cancel):deed>", methods=["POST"])
@blueprint.arguments(MilestoneDayBody)
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.write")
def milestone(body: dict[str, Any], collaboration_id: UUID, milestone_id: UUID, deed: str) -> Answer:
    """Move a milestone, say when it was reached, or give it up."""
    transact(lambda work: DAYS[deed](work, collaboration_id, milestone_id, body["on"], **_acting()).id)
    return shown(collaboration_id)


@blueprint.route(f"{HERE}/files", methods=["POST"])
@blueprint.arguments(CollaborationPaperBody)
@blueprint.response(201, CollaborationDetail)
@allow("collaboration.write")
def add_paper(body: dict[str, Any], collaboration_id: UUID) -> Answer:
    """Share an upload with the parties."""
    file_id, kind = body["file"], body["kind"]
    return _made(collaboration_id, lambda work: add_file(work, collaboration_id, file_id, kind, **_acting()).id)


@blueprint.route(f"{HERE}/files/<uuid:paper_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("collaboration.write")
def remove_paper(collaboration_id: UUID, paper_id: UUID) -> None:
    """Take back a file that one shared."""
    transact(lambda work: remove_file(work, collaboration_id, paper_id, **_acting()))


@blueprint.route("/bookings/<uuid:booking_id>/collaboration", methods=["PUT"])
@blueprint.arguments(CollaborationOfBooking)
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.write")
def put_booking(body: dict[str, UUID], booking_id: UUID) -> Answer:
    """Put a booking to another collaboration of its organisations."""
    wanted = body["collaboration"]
    return shown(transact(lambda work: move_booking(work, booking_id, wanted, **_acting()).id))


@blueprint.route("/organisations/<uuid:organisation_id>/mergers")
@blueprint.response(200, page_of(MergerItem))
@allow("organisation.see")
def mergers(organisation_id: UUID) -> dict[str, Any]:
    """The merger by which an organisation went into another, and those by which others came into it."""
    return _mergers(organisation_id)


@blueprint.route("/organisations/<uuid:organisation_id>/mergers", methods=["POST"])
@blueprint.arguments(MergerBody)
@blueprint.response(201, page_of(MergerItem))
@allow("organisation.merge")
def merge(body: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """An administrator records that an organisation went into another on a day; nothing that was is rewritten."""
    into, on, said = body["into"], body["on"], body["note"]
    transact(lambda work: record_merger(work, organisation_id, into, on, said=said, **_acting()).into_id)
    return _mergers(organisation_id)


@blueprint.route("/organisations/<uuid:organisation_id>/mergers", methods=["DELETE"])
@blueprint.response(204)
@allow("organisation.merge")
def unmerge(organisation_id: UUID) -> None:
    """An administrator takes back a merger that was put down in error."""
    transact(lambda work: take_back_merger(work, organisation_id, **_acting()))


def _mergers(organisation_id: UUID) -> dict[str, Any]:
    place = organisation(reading(), organisation_id, actor())
    items = []
    for row, other in mergers_of(reading(), place.id):
        gone, into = (place, other) if row.organisation_id == place.id else (other, place)
        items.append({"organisation": gone, "into": into, "on": row.merged_on, "note": row.note})
    return {"items": items, "next": None}


def _made(collaboration_id: UUID, verb: Callable[[Session], UUID]) -> Answer:
    made_once(verb)
    found, _status, headers = shown(collaboration_id)
    return found, 201, headers


def _acting() -> dict[str, Any]:
    return {"now": now(), "by": actor()}
