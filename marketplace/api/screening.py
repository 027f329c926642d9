"""The screening list: parties, and whether those whom it found here are they."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.fields import LONGEST_REASON, Body, Instant, PageArguments, page_of
from marketplace.api.history import HistoryItem, history_of
from marketplace.api.once import made_once
from marketplace.api.paging import further, offset
from marketplace.history.rules import Subject
from marketplace.permits.actions import screening as verbs
from marketplace.permits.actions.screening import NewParty
from marketplace.permits.models import MatchState, ScreenedFor, ScreenedParty
from marketplace.permits.queries import screening as queries
from marketplace.permits.queries.screening import Match
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_screening", __name__, description="Parties that plans must know of, for administrators")
_SAME = ("names", "identifiers", "source", "note", "listed_from", "listed_to")


class PartyBody(Body):
    """A party as a list tells of it: the first name is shown, the others are aliases."""

    names = fields.List(fields.String(), required=True)
    identifiers = fields.List(fields.String(), load_default=list)
    listed_for = fields.Enum(ScreenedFor, by_value=True, required=True)
    source = fields.String(required=True, metadata={"description": "which list, with its number and date"})
    note = fields.String(load_default="")
    listed_from = fields.Date(required=True)
    listed_to = fields.Date(load_default=None, allow_none=True)


class PartyItem(Schema):
    """A party of the list."""

    id = fields.UUID()
    names = fields.List(fields.String())
    identifiers = fields.List(fields.String())
    listed_for = fields.String(metadata={"enum": [each.value for each in ScreenedFor]})
    source = fields.String()
    note = fields.String()
    listed_from = fields.Date()
    listed_to = fields.Date(allow_none=True)
    entered_at = Instant()


class ReviewBody(Body):
    """Whether it is the party, and why one thinks so."""

    confirmed = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))


class MatchArguments(PageArguments):
    """In which state; left out, in any."""

    state = fields.Enum(MatchState, by_value=True, load_default=None)
    party = fields.UUID(load_default=None, metadata={"description": "those of one party of the list"})


class MatchItem(Schema):
    """Somebody here who may be a party of the list."""

    id = fields.UUID()
    party = fields.UUID()
    organisation = fields.UUID(allow_none=True)
    person = fields.UUID(allow_none=True)
    score = fields.Integer(metadata={"description": "how alike, of 100"})
    listed = fields.String(metadata={"description": "the name or number of the list"})
    found = fields.String(metadata={"description": "the name or number here"})
    state = fields.String(metadata={"enum": [each.value for each in MatchState]})
    found_at = Instant()
    reviewed_by = fields.UUID(allow_none=True)
    reviewed_at = Instant(allow_none=True)
    reason = fields.String(allow_none=True)


PartyList = page_of(PartyItem, name="ScreenedPartyList", says="The screening list, the newest entry first.")
MatchList = page_of(MatchItem, name="ScreeningMatchList", says="Matches; of one state, those that wait oldest first.")
PartyHistory = page_of(HistoryItem, name="ScreenedPartyHistory", says="What happened to a party of the list.")
MatchHistory = page_of(HistoryItem, name="ScreeningMatchHistory", says="What happened to a match.")


@blueprint.route("/screening/parties")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, PartyList)
@allow("screening.see")
def parties(arguments: dict[str, Any]) -> dict[str, Any]:
    """The screening list."""
    limit, shown = arguments["limit"], offset(arguments["cursor"])
    found = queries.parties(reading(), limit=limit + 1, offset=shown)
    return {"items": [party_item(row) for row in found[:limit]], "next": further(found, limit, shown)}


@blueprint.route("/screening/parties", methods=["POST"])
@blueprint.arguments(PartyBody)
@blueprint.response(201, PartyItem)
@allow("screening.change")
def enter(body: dict[str, Any]) -> dict[str, Any]:
    """Put a party on the list; everybody here is compared with it."""
    made = made_once(lambda session: verbs.enter_party(session, NewParty(**body), now=now(), by=actor()).id)
    return party_item(queries.party(reading(), made))


@blueprint.route("/screening/parties/<uuid:party_id>")
@blueprint.response(200, PartyItem)
@allow("screening.see")
def party(party_id: UUID) -> dict[str, Any]:
    """One party of the list."""
    return party_item(queries.party(reading(), party_id))


@blueprint.route("/screening/parties/<uuid:party_id>", methods=["PUT"])
@blueprint.arguments(PartyBody)
@blueprint.response(200, PartyItem)
@allow("screening.change")
def change(body: dict[str, Any], party_id: UUID) -> dict[str, Any]:
    """Change a party of the list, or end its days."""
    new = NewParty(**body)
    return party_item(transact(lambda session: verbs.change_party(session, party_id, new, now=now(), by=actor())))


@blueprint.route("/screening/parties/<uuid:party_id>/history")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, PartyHistory)
@allow("screening.see")
def party_history(arguments: dict[str, Any], party_id: UUID) -> dict[str, Any]:
    """What happened to a party of the list."""
    return history_of(Subject("screened_party", queries.party(reading(), party_id).id), arguments)


@blueprint.route("/screening/matches")
@blueprint.arguments(MatchArguments, location="query")
@blueprint.response(200, MatchList)
@allow("screening.see")
def matches(arguments: dict[str, Any]) -> dict[str, Any]:
    """Organisations and people here who may be parties of the list."""
    limit, shown = arguments["limit"], offset(arguments["cursor"])
    found = queries.matches(reading(), arguments["state"], limit=limit + 1, offset=shown, party_id=arguments["party"])
    return {"items": [match_item(one) for one in found[:limit]], "next": further(found, limit, shown)}


@blueprint.route("/screening/matches/<uuid:match_id>")
@blueprint.response(200, MatchItem)
@allow("screening.see")
def match(match_id: UUID) -> dict[str, Any]:
    """One match."""
    return match_item(queries.match(reading(), match_id))


@blueprint.route("/screening/matches/<uuid:match_id>/review", methods=["POST"])
@blueprint.arguments(ReviewBody)
@blueprint.response(200, MatchItem)
@allow("screening.review")
def review(body: dict[str, Any], match_id: UUID) -> dict[str, Any]:
    """Say whether a match is the party, with the reason."""
    transact(lambda session: verbs.review(session, match_id, **body, now=now(), by=actor()))
    return match_item(queries.match(reading(), match_id))


@blueprint.route("/screening/matches/<uuid:match_id>/history")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, MatchHistory)
@allow("screening.see")
def match_history(arguments: dict[str, Any], match_id: UUID) -> dict[str, Any]:
    """What happened to a match."""
    return history_of(Subject("screening_match", queries.match(reading(), match_id).row.id), arguments)


def party_item(row: ScreenedParty) -> dict[str, Any]:
    """A party in the shape of `PartyItem`."""
    told = {name: getattr(row, name) for name in _SAME}
    return told | {"id": row.id, "listed_for": row.listed_for.value, "entered_at": row.entered_at}


def match_item(one: Match) -> dict[str, Any]:
    """A match in the shape of `MatchItem`."""
    same = ("id", "score", "listed", "found", "found_at", "reviewed_by", "reviewed_at", "reason")
    told = {name: getattr(one.row, name) for name in same}
    parties = {"party": one.row.party_id, "organisation": one.row.organisation_id, "person": one.row.person_id}
    return told | parties | {"state": one.row.state.value}
