"""Requests about personal data: one's own, and all of them for those who oversee."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.policy import demand
from marketplace.api.account import Everything
from marketplace.api.fields import Body, Instant, LocalizedText, PageArguments, ReasonGiven, page_of
from marketplace.api.history import HistoryItem, history_items
from marketplace.api.paging import further, offset
from marketplace.history.queries import entries
from marketplace.history.rules import Subject
from marketplace.permits.queries.vault import HERE
from marketplace.privacy.actions import requests as actions
from marketplace.privacy.actions.requests import LONGEST_NOTE, Asked
from marketplace.privacy.models import PrivacyRequest, RequestKind, RequestLaw, RequestState
from marketplace.privacy.queries import requests as queries
from marketplace.privacy.queries.everything import everything_about
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_privacy", __name__, description="Requests about personal data, and their answers")


class AskBody(Body):
    """What somebody asks about their own data."""

    kind = fields.Enum(RequestKind, by_value=True, required=True)
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST_NOTE))


class EnterBody(AskBody):
    """The same for somebody who asked by letter or mail: when it reached us, and whose law counts the days."""

    person = fields.UUID(required=True)
    asked_on = fields.Date(load_default=None, allow_none=True)
    law = fields.Enum(RequestLaw, by_value=True, load_default=None, allow_none=True)


class QueueArguments(PageArguments):
    """In which state; left out, what is to be answered."""

    state = fields.Enum(RequestState, by_value=True, load_default=RequestState.OPEN)


class PrivacyRequestItem(Schema):
    """One request, by when it is answered, and how. `kept` names what stayed after an erasure."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": [kind.value for kind in RequestKind]})
    law = fields.String(metadata={"enum": [law.value for law in RequestLaw]})
    state = fields.String(metadata={"enum": [state.value for state in RequestState]})
    person = fields.UUID()
    asked_at = Instant()
    due_on = fields.Date()
    note = fields.String(allow_none=True)
    decided_at = Instant(allow_none=True)
    reason = fields.String(allow_none=True)
    kept = fields.List(fields.String())


class KeptItem(Schema):
    """What the law has kept although its subject is erased: for how many years, from when, by which law."""

    code = fields.String()
    years = fields.String()
    law = fields.String()
    what = fields.Nested(LocalizedText)
    start = fields.Nested(LocalizedText)


class PrivacyRequestDetail(PrivacyRequestItem):
    """One request with what would stay after an erasure (or what stayed), and its history."""

    person_name = fields.String()
    stays = fields.List(fields.Nested(KeptItem))
    history = fields.List(fields.Nested(HistoryItem))


OwnList = page_of(PrivacyRequestItem, name="OwnPrivacyRequests", says="The last hundred, the latest first.")


@blueprint.route("/account/privacy-requests")
@blueprint.response(200, OwnList)
@allow("privacy.ask")
def mine() -> dict[str, Any]:
    """What the caller asked about their data."""
    return {"items": [item(row) for row in queries.requests_of(reading(), actor().id)], "next": None}


@blueprint.route("/account/privacy-requests", methods=["POST"])
@blueprint.arguments(AskBody)
@blueprint.response(201, PrivacyRequestItem)
@allow("privacy.ask")
def ask(body: dict[str, Any]) -> dict[str, Any]:
    """Ask for one's own data, or for its erasure."""
    asked = Asked(kind=body["kind"], note=body["note"])
    return item(transact(lambda work: actions.ask(work, asked, now=now(), by=actor())))


@blueprint.route("/account/privacy-requests/<uuid:request_id>/withdraw", methods=["POST"])
@blueprint.response(204)
@allow("privacy.ask")
def withdraw(request_id: UUID) -> None:
    """Take back one's own request while it is open."""
    transact(lambda work: actions.withdraw(work, request_id, now=now(), by=actor()))


@blueprint.route("/privacy-requests")
@blueprint.arguments(QueueArguments, location="query")
@blueprint.response(200, page_of(PrivacyRequestItem))
@allow("privacy.oversee")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """Requests in one state: what is open by its day, the first due on top; else the latest first."""
    limit, shown = arguments["limit"], offset(arguments["cursor"])
    found = queries.requests(reading(), state=arguments["state"], limit=limit + 1, offset=shown)
    return {"items": [item(line.request) for line in found[:limit]], "next": further(found, limit, shown)}


@blueprint.route("/privacy-requests", methods=["POST"])
@blueprint.arguments(EnterBody)
@blueprint.response(201, PrivacyRequestItem)
@allow("privacy.decide")
def enter(body: dict[str, Any]) -> dict[str, Any]:
    """Enter what somebody asked by letter or mail."""
    demand(actor(), "privacy.decide")
    at = datetime.combine(body["asked_on"], time(), HERE) if body["asked_on"] else None
    asked = Asked(kind=body["kind"], note=body["note"], law=body["law"], at=at)
    return item(transact(lambda work: actions.enter_for(work, body["person"], asked, now=now(), by=actor())))


@blueprint.route("/privacy-requests/<uuid:request_id>")
@blueprint.response(200, PrivacyRequestDetail)
@allow("privacy.oversee")
def one(request_id: UUID) -> dict[str, Any]:
    """One request with what would stay after an erasure and its history."""
    return detail(request_id)


@blueprint.route("/privacy-requests/<uuid:request_id>/<any(grant, refuse):deed>", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(200, PrivacyRequestDetail)
@allow("privacy.decide")
def decide(body: dict[str, Any], request_id: UUID, deed: str) -> dict[str, Any]:
    """Grant or refuse, with the reason that the person is told. Granting an erasure erases here and now."""
    demand(actor(), "privacy.decide")
    act = actions.grant if deed == "grant" else actions.refuse
    transact(lambda work: act(work, request_id, body["reason"], now=now(), by=actor()))
    return detail(request_id)


@blueprint.route("/privacy-requests/<uuid:request_id>/file", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(200, Everything)
@allow("privacy.decide")
def hand_over(body: dict[str, Any], request_id: UUID) -> dict[str, Any]:
    """Take out the file of a granted request, to send it to who cannot sign in; the reason stands in the history."""
    demand(actor(), "privacy.decide")
    row = transact(lambda work: actions.hand_over(work, request_id, body["reason"], now=now(), by=actor()))
    return everything_about(reading(), row.person_id, now=now())


def item(row: PrivacyRequest) -> dict[str, Any]:
    """A request in the shape of `PrivacyRequestItem`."""
    same = ("id", "asked_at", "due_on", "note", "decided_at", "reason", "kept")
    told = {"kind": row.kind.value, "law": row.law.value, "state": row.state.value, "person": row.person_id}
    return {**{name: getattr(row, name) for name in same}, **told}


def detail(request_id: UUID) -> dict[str, Any]:
    """A request in the shape of `PrivacyRequestDetail`."""
    found = queries.request(reading(), request_id)
    erases = found.request.kind is RequestKind.ERASURE
    return {
        **item(found.request),
        "person_name": found.person,
        "stays": queries.would_stay(reading(), found.request, now=now()) if erases else [],
        "history": history_items(entries(reading(), Subject("privacy_request", request_id))),
    }
