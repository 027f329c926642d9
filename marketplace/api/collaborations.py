"""Collaborations: proposed, answered, changed, left, completed and ended; what they say and what hangs on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import PreconditionFailed

from marketplace.api.collaboration_shapes import (
    CollaborationDetail,
    CollaborationItem,
    collaboration_detail,
    collaboration_item,
)
from marketplace.api.fields import Body, PageArguments, ReasonGiven, page_of
from marketplace.api.history import HistoryItem, history_of
from marketplace.api.once import made_once
from marketplace.api.paging import cursor_of, key_of
from marketplace.collaborations.actions import closing, proposing
from marketplace.collaborations.models import (
    Collaboration,
    CollaborationKind,
    CollaborationState,
    PartyRole,
    ReadinessScheme,
)
from marketplace.collaborations.queries.detail import collaboration_page
from marketplace.collaborations.queries.pages import collaboration_row, collaborations
from marketplace.collaborations.rules.sheet import PartyWish, Proposal, Sheet
from marketplace.history.rules import Subject
from marketplace.values.refusal import Forbidden, Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_collaborations", __name__, description="Work that organisations share")
Answer = tuple[dict[str, Any], int, dict[str, str]]
RANKS = range(10)


class WantedCollaborations(PageArguments):
    """Which collaborations."""

    state = fields.Enum(CollaborationState, by_value=True, load_default=None)


class CollaborationSheetBody(Body):
    """What a collaboration says; levels are of the `scheme`, `clauses` are ip, confidentiality, publication, liability
    and other. Whatever is left out is empty."""

    title = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    kind = fields.Enum(CollaborationKind, by_value=True, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None, allow_none=True)
    aim = fields.String(load_default="")
    scheme = fields.Enum(ReadinessScheme, by_value=True, load_default=None, allow_none=True)
    level_now = fields.Integer(load_default=None, allow_none=True, strict=True)
    level_wanted = fields.Integer(load_default=None, allow_none=True, strict=True)
    agreement_number = fields.String(load_default="")
    framework = fields.UUID(load_default=None, allow_none=True)
    clauses = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    raid = fields.String(load_default=None, allow_none=True)


class CollaborationPartyBody(Body):
    """An organisation that is to take part, and as what."""

    organisation = fields.UUID(required=True)
    roles = fields.List(fields.Enum(PartyRole, by_value=True), required=True, validate=validate.Length(1, 4))


class CollaborationProposalBody(CollaborationSheetBody):
    """The same with the parties: the caller's own comes first."""

    parties = fields.List(fields.Nested(CollaborationPartyBody), required=True, validate=validate.Length(max=50))


class CollaborationVersionRead(Body):
    """The version that was read: what it says is agreed to."""

    version = fields.Integer(required=True, strict=True)


class CollaborationDeclineBody(Body):
    """Why not, where one likes to say so."""

    reason = fields.String(load_default="")


class CollaborationEndBody(ReasonGiven):
    """On which day, and why."""

    on = fields.Date(required=True)


class CompletionBody(Body):
    """On which day it was done, with the closing report, and an upload of the caller's where it has a paper."""

    on = fields.Date(required=True)
    report = fields.String(required=True)
    file = fields.UUID(load_default=None, allow_none=True)


ListedCollaborations = page_of(
    CollaborationItem,
    name="ListedCollaborations",
    says="What waits for the caller first, then what is under way, then what is over.",
)


@blueprint.route("/collaborations")
@blueprint.arguments(WantedCollaborations, location="query")
@blueprint.response(200, ListedCollaborations)
@allow("collaboration.list")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """The collaborations of the caller's organisations."""
    limit, after = arguments["limit"], place(arguments["cursor"])
    found = collaborations(reading(), by=actor(), now=now(), state=arguments["state"], limit=limit + 1, after=after)
    shown = found[:limit]
    more = cursor_of(shown[-1].rank, shown[-1].id) if len(found) > limit else None
    return {"items": [collaboration_item(row) for row in shown], "next": more}


@blueprint.route("/collaborations", methods=["POST"])
@blueprint.arguments(CollaborationProposalBody)
@blueprint.response(201, CollaborationDetail)
@allow("collaboration.propose")
def propose(body: dict[str, Any]) -> Answer:
    """Propose a collaboration; the other parties answer."""
    wishes = [PartyWish(each["organisation"], frozenset(each["roles"])) for each in body["parties"]]
    proposal = Proposal(sheet=sheet_of(body), parties=wishes)
    made = made_once(lambda session: proposing.propose(session, proposal, now=now(), by=actor()).id)
    found, _status, headers = shown(made)
    return found, 201, headers


@blueprint.route("/collaborations/<uuid:collaboration_id>")
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.see")
def one(collaboration_id: UUID) -> Answer:
    """One collaboration with all that hangs on it."""
    return shown(collaboration_id)


@blueprint.route("/collaborations/<uuid:collaboration_id>", methods=["PUT"])
@blueprint.arguments(CollaborationSheetBody)
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.write")
def change(body: dict[str, Any], collaboration_id: UUID) -> Answer:
    """Change what it says, as a whole; If-Match holds it to the version that was read."""

    def work(session: Session) -> Collaboration:
        if request.if_match:
            _demand_unchanged(session, collaboration_id)
        return proposing.change(session, collaboration_id, sheet_of(body), now=now(), by=actor())

    return done(work)


@blueprint.route("/collaborations/<uuid:collaboration_id>/history")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(HistoryItem))
@allow("collaboration.see")
def history(arguments: dict[str, Any], collaboration_id: UUID) -> dict[str, Any]:
    """What happened, newest first; for parties, while they take part, and for overseers."""
    row = collaboration_row(reading(), collaboration_id, by=actor(), now=now())
    if row.sight.asked or row.sight.until is not None:
        raise Forbidden("collaboration.see")
    return history_of(Subject("collaboration", collaboration_id), arguments)


@blueprint.route("/collaborations/<uuid:collaboration_id>/parties", methods=["POST"])
@blueprint.arguments(CollaborationPartyBody)
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.answer")
def ask(body: dict[str, Any], collaboration_id: UUID) -> Answer:
    """Ask a further organisation to take part."""
    wish = PartyWish(body["organisation"], frozenset(body["roles"]))
    return done(lambda session: proposing.ask(session, collaboration_id, wish, now=now(), by=actor()))


@blueprint.route("/collaborations/<uuid:collaboration_id>/accept", methods=["POST"])
@blueprint.arguments(CollaborationVersionRead)
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.answer")
def accept(body: dict[str, Any], collaboration_id: UUID) -> Answer:
    """Take part, on what stood at the version that was read."""
    return done(lambda session: proposing.accept(session, collaboration_id, body["version"], now=now(), by=actor()))


@blueprint.route("/collaborations/<uuid:collaboration_id>/decline", methods=["POST"])
@blueprint.arguments(CollaborationDeclineBody, required=False)
@blueprint.response(204)
@allow("collaboration.answer")
def decline(body: dict[str, Any], collaboration_id: UUID) -> None:
    """Do not take part: from then on it is a stranger's."""
    why = body.get("reason", "")
    transact(lambda session: proposing.decline(session, collaboration_id, why, now=now(), by=actor()).id)


@blueprint.route("/collaborations/<uuid:collaboration_id>/withdraw", methods=["POST"])
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.answer")
def withdraw(collaboration_id: UUID) -> Answer:
    """Take back a proposal that nobody has accepted."""
    return done(lambda session: proposing.withdraw(session, collaboration_id, now=now(), by=actor()))


@blueprint.route("/collaborations/<uuid:collaboration_id>/leave", methods=["POST"])
@blueprint.arguments(CollaborationEndBody)
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.answer")
def leave(body: dict[str, Any], collaboration_id: UUID) -> Answer:
    """Leave on a day; the organisation keeps what it saw until then."""
    on, why = body["on"], body["reason"]
    return done(lambda session: closing.leave(session, collaboration_id, on, why, now=now(), by=actor()))


@blueprint.route("/collaborations/<uuid:collaboration_id>/complete", methods=["POST"])
@blueprint.arguments(CompletionBody)
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.answer")
def complete(body: dict[str, Any], collaboration_id: UUID) -> Answer:
    """All is done: close it with a report."""
    on, report, file_id = body["on"], body["report"], body["file"]
    return done(
        lambda session: closing.complete(session, collaboration_id, on, report, now=now(), by=actor(), file_id=file_id)
    )


@blueprint.route("/collaborations/<uuid:collaboration_id>/end", methods=["POST"])
@blueprint.arguments(CollaborationEndBody)
@blueprint.response(200, CollaborationDetail)
@allow("collaboration.answer")
def end(body: dict[str, Any], collaboration_id: UUID) -> Answer:
    """Stop it before it is done."""
    on, why = body["on"], body["reason"]
    return done(lambda session: closing.end(session, collaboration_id, on, why, now=now(), by=actor()))


def sheet_of(body: dict[str, Any]) -> Sheet:
    """What the verbs take, out of what the API takes."""
    names = set(Sheet.__dataclass_fields__) - {"framework_id"}
    return Sheet(**{name: body[name] for name in names}, framework_id=body["framework"])


def done(verb: Callable[[Session], Collaboration]) -> Answer:
    """Do a verb in the one transaction and answer the collaboration as it then stands."""
    return shown(transact(lambda session: verb(session).id))


def shown(collaboration_id: UUID) -> Answer:
    """One collaboration with its ETag."""
    page = collaboration_page(reading(), collaboration_id, by=actor(), now=now())
    return collaboration_detail(page), 200, {"ETag": f'"{page.row.collaboration.version}"'}


def place(cursor: str | None) -> tuple[int, UUID] | None:
    """Rank and id of the row after which the list goes on; `Invalid` where it is not a cursor of ours."""
    key = key_of(cursor, 2)
    if key is None:
        return None
    try:
        rank, row = int(key[0][:2]), UUID(key[1])
    except ValueError:
        raise Invalid.one("cursor", "cursor_unknown") from None
    if rank not in RANKS:
        raise Invalid.one("cursor", "cursor_unknown")
    return rank, row


def _demand_unchanged(session: Session, collaboration_id: UUID) -> None:
    """412 where If-Match names another version than the one that stands; under a lock, or two may think it theirs."""
    collaboration_row(session, collaboration_id, by=actor(), now=now())
    locked = select(Collaboration.version).where(Collaboration.id == collaboration_id).with_for_update()
    if not request.if_match.contains(str(session.scalar(locked))):
        raise PreconditionFailed
