"""Outcomes of collaborations: entered, submitted, confirmed or disputed, settled, withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from marketplace.accounts.policy import demand
from marketplace.api import outcome_shapes as shapes
from marketplace.api.fields import PageArguments
from marketplace.api.history import history_of
from marketplace.api.once import made_once
from marketplace.api.paging import before, following, further, offset
from marketplace.history.rules import Subject
from marketplace.outcomes.actions import answering, drafting, evidence
from marketplace.outcomes.actions.entering import enter as enter_outcome
from marketplace.outcomes.actions.entering import statement_for
from marketplace.outcomes.models import Outcome
from marketplace.outcomes.queries import listing, told
from marketplace.outcomes.queries.listing import Wish
from marketplace.outcomes.queries.papers import evidence_of
from marketplace.outcomes.queries.reach import outcome as one_outcome
from marketplace.outcomes.queries.reach import sees_whole
from marketplace.outcomes.queries.sides import collaboration, collaborations_of, sides_of
from marketplace.outcomes.queries.uses import uses_of
from marketplace.outcomes.rules.shapes import SHAPES
from marketplace.outcomes.rules.states import offered
from marketplace.values.refusal import Forbidden, Invalid
from marketplace.web.access import allow
from marketplace.web.outcome_words import today
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_outcomes", __name__, description="What came of collaborations")


@blueprint.route("/outcomes")
@blueprint.arguments(shapes.OutcomeArguments, location="query")
@blueprint.response(200, shapes.OutcomeList)
@allow("outcome.list")
def mine(arguments: dict[str, Any]) -> dict[str, Any]:
    """All outcomes that the caller may see."""
    return _listed(arguments, None)


@blueprint.route("/outcomes/waiting")
@blueprint.response(200, shapes.WaitingOutcomes)
@allow("outcome.list")
def waiting() -> dict[str, Any]:
    """What the caller may confirm, their drafts, and what of theirs is disputed."""
    found = listing.waiting_for(reading(), by=actor(), today=today())
    names = ("to_confirm", "drafts", "disputed")
    return {name: [shapes.item(row) for row in getattr(found, name)] for name in names}


@blueprint.route("/outcomes/choices")
@blueprint.response(200, shapes.TypeList)
@allow("outcome.list")
def choices() -> dict[str, Any]:
    """What outcomes of each type say."""
    items = [
        {
            "type": kind.value,
            "schemes": shape.schemes,
            "needs": shape.needs,
            "details": [
                {"name": each.name, "kind": each.kind, "choices": list(each.choices), "needed": each.needed}
                for each in shape.details
            ],
        }
        for kind, shape in SHAPES.items()
    ]
    return {"items": items, "next": None}


@blueprint.route("/outcomes/disputed")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, shapes.OutcomeList)
@allow("outcome.queue")
def disputed(arguments: dict[str, Any]) -> dict[str, Any]:
    """Disputes that wait to be settled, the oldest first."""
    return _queue(listing.disputed, arguments)


@blueprint.route("/outcomes/to-check")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, shapes.OutcomeList)
@allow("outcome.queue")
def to_check(arguments: dict[str, Any]) -> dict[str, Any]:
    """Outcomes with papers that no administrator has looked at, the oldest first."""
    return _queue(listing.to_check, arguments)


@blueprint.route("/collaborations/<uuid:collaboration_id>/outcomes")
@blueprint.arguments(shapes.OutcomeArguments, location="query")
@blueprint.response(200, shapes.OutcomeList)
@allow("outcome.see")
def of_collaboration(arguments: dict[str, Any], collaboration_id: UUID) -> dict[str, Any]:
    """The outcomes of a collaboration, as far as the caller may see them."""
    return _listed(arguments, collaboration(reading(), collaboration_id, by=actor()).id)


@blueprint.route("/collaborations/<uuid:collaboration_id>/outcomes", methods=["POST"])
@blueprint.arguments(shapes.NewOutcome)
@blueprint.response(201, shapes.OutcomeDetail)
@allow("outcome.draft")
def enter(body: dict[str, Any], collaboration_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Enter an outcome. A member of a patent family that the caller's side reported already is added to that."""
    whose = body["organisation"]

    def work(session: Session) -> UUID:
        around = collaboration(session, collaboration_id, by=actor())
        said = statement_for(session, around.id, shapes.facts(body), now=now(), source="api")
        row = enter_outcome(session, around.id, said, now=now(), by=actor(), organisation_id=whose)[0]
        if body["submit"] and row.submitted_at is None:
            drafting.submit(session, row.id, now=now(), by=actor())
        return row.id

    made = made_once(work)
    return _detail(made), 201, {"Location": f"/api/v1/outcomes/{made}"}


@blueprint.route("/outcomes/<uuid:outcome_id>")
@blueprint.response(200, shapes.OutcomeDetail)
@allow("outcome.see")
def one(outcome_id: UUID) -> dict[str, Any]:
    """One outcome as its last version says it."""
    return _detail(outcome_id)


@blueprint.route("/outcomes/<uuid:outcome_id>", methods=["PATCH"])
@blueprint.arguments(shapes.NextVersion)
@blueprint.response(200, shapes.OutcomeDetail)
@allow("outcome.revise")
def revise(body: dict[str, Any], outcome_id: UUID) -> dict[str, Any]:
    """Add a version; what was submitted asks the other sides again."""

    def work(session: Session) -> object:
        row = one_outcome(session, outcome_id, by=actor(), today=today())
        said = statement_for(session, row.collaboration_id, shapes.facts(body), now=now(), source="api")
        return drafting.revise(session, outcome_id, said, now=now(), by=actor(), seen=body["version"])

    transact(work)
    return _detail(outcome_id)


@blueprint.route("/outcomes/<uuid:outcome_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("outcome.discard")
def discard(outcome_id: UUID) -> None:
    """Throw a draft away."""
    transact(lambda session: drafting.discard(session, outcome_id, now=now(), by=actor()))


@blueprint.route("/outcomes/<uuid:outcome_id>/versions")
@blueprint.response(200, shapes.VersionList)
@allow("outcome.see")
def versions(outcome_id: UUID) -> dict[str, Any]:
    """Every version that the caller may see."""
    row = one_outcome(reading(), outcome_id, by=actor(), today=today())
    found = told.versions(reading(), row, by=actor())
    said = told.statements(reading(), found)
    return {"items": [shapes.version_item(each, said[each.id]) for each in found], "next": None}


@blueprint.route("/outcomes/<uuid:outcome_id>/events")
@blueprint.response(200, shapes.EventList)
@allow("outcome.see")
def events(outcome_id: UUID) -> dict[str, Any]:
    """What happened to it."""
    row = one_outcome(reading(), outcome_id, by=actor(), today=today())
    found = told.events(reading(), row, by=actor(), today=today())
    return {"items": [shapes.event_item(each) for each in found], "next": None}


@blueprint.route("/outcomes/<uuid:outcome_id>/history")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, shapes.OutcomeHistory)
@allow("outcome.look_back")
def history(arguments: dict[str, Any], outcome_id: UUID) -> dict[str, Any]:
    """Its history, for its reporter and those who oversee; others read its events."""
    row = one_outcome(reading(), outcome_id, by=actor(), today=today())
    if not sees_whole(reading(), row, actor()):
        raise Forbidden("outcome.look_back")
    return history_of(Subject("outcome", row.id), arguments)


@blueprint.route("/outcomes/<uuid:outcome_id>/submit", methods=["POST"])
@blueprint.arguments(shapes.Seen)
@blueprint.response(200, shapes.OutcomeDetail)
@allow("outcome.submit")
def submit(body: dict[str, Any], outcome_id: UUID) -> dict[str, Any]:
    """Hand a draft to the other sides."""
    transact(lambda session: drafting.submit(session, outcome_id, now=now(), by=actor(), seen=body["version"]))
    return _detail(outcome_id)


@blueprint.route("/outcomes/<uuid:outcome_id>/confirm", methods=["POST"])
@blueprint.arguments(shapes.SaidFor)
@blueprint.response(200, shapes.OutcomeDetail)
@allow("outcome.confirm")
def confirm(body: dict[str, Any], outcome_id: UUID) -> dict[str, Any]:
    """Say for another side that it is right."""
    given = {"seen": body["version"], "organisation_id": body["organisation"]}
    transact(lambda session: answering.confirm(session, outcome_id, now=now(), by=actor(), **given))
    return _detail(outcome_id)


@blueprint.route("/outcomes/<uuid:outcome_id>/dispute", methods=["POST"])
@blueprint.arguments(shapes.DisputeBody)
@blueprint.response(200, shapes.OutcomeDetail)
@allow("outcome.dispute")
def dispute(body: dict[str, Any], outcome_id: UUID) -> dict[str, Any]:
    """Say for another party that it is not right, and why."""
    given = {"seen": body["version"], "organisation_id": body["organisation"]}
    transact(lambda session: answering.dispute(session, outcome_id, body["reason"], now=now(), by=actor(), **given))
    return _detail(outcome_id)


@blueprint.route("/outcomes/<uuid:outcome_id>/withdraw", methods=["POST"])
@blueprint.arguments(shapes.ReasonSeen)
@blueprint.response(200, shapes.OutcomeDetail)
@allow("outcome.withdraw")
def withdraw(body: dict[str, Any], outcome_id: UUID) -> dict[str, Any]:
    """Take it back, for good."""
    seen = body["version"]
    transact(lambda session: answering.withdraw(session, outcome_id, body["reason"], now=now(), by=actor(), seen=seen))
    return _detail(outcome_id)


@blueprint.route("/outcomes/<uuid:outcome_id>/settle", methods=["POST"])
@blueprint.arguments(shapes.SettleBody)
@blueprint.response(200, shapes.OutcomeDetail)
@allow("outcome.settle")
def settle(body: dict[str, Any], outcome_id: UUID) -> dict[str, Any]:
    """Settle a dispute."""
    given = {"stands": body["stands"], "level": body["level"], "seen": body["version"]}
    transact(lambda session: answering.settle(session, outcome_id, body["reason"], now=now(), by=actor(), **given))
    return _detail(outcome_id)


@blueprint.route("/outcomes/<uuid:outcome_id>/check", methods=["POST"])
@blueprint.arguments(shapes.CheckBody)
@blueprint.response(200, shapes.OutcomeDetail)
@allow("outcome.check")
def check(body: dict[str, Any], outcome_id: UUID) -> dict[str, Any]:
    """Say what its papers show."""
    level, papers, given = body["level"], body["evidence"], {"note": body["note"], "seen": body["version"]}
    transact(lambda session: answering.check(session, outcome_id, level, papers, now=now(), by=actor(), **given))
    return _detail(outcome_id)


@blueprint.route("/outcomes/<uuid:outcome_id>/evidence", methods=["POST"])
@blueprint.arguments(shapes.PaperBody)
@blueprint.response(201, shapes.EvidenceItem)
@allow("outcome.show")
def show(body: dict[str, Any], outcome_id: UUID) -> dict[str, Any]:
    """Add a file or an address that shows it."""
    paper = evidence.Paper(file_id=body.pop("file"), **body)
    made = made_once(lambda session: evidence.add_evidence(session, outcome_id, paper, now=now(), by=actor()).id)
    row = one_outcome(reading(), outcome_id, by=actor(), today=today())
    return next(each for each in _papers(row) if each["id"] == made)


@blueprint.route("/outcomes/<uuid:outcome_id>/evidence/<uuid:evidence_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("outcome.show")
def unshow(outcome_id: UUID, evidence_id: UUID) -> None:
    """Take a paper away that nobody has checked."""
    transact(lambda session: evidence.remove_evidence(session, outcome_id, evidence_id, now=now(), by=actor()))


@blueprint.route("/outcomes/<uuid:outcome_id>/links", methods=["POST"])
@blueprint.arguments(shapes.LinkBody)
@blueprint.response(200, shapes.OutcomeDetail)
@allow("outcome.link")
def link(body: dict[str, Any], outcome_id: UUID) -> dict[str, Any]:
    """Say that it belongs to a further collaboration, or came of a session of use."""
    around, used = body["collaboration"], body["session"]
    if (around is None) == (used is None):
        raise Invalid.one("collaboration", "required")

    def work(session: Session) -> None:
        if around is not None:
            evidence.link_collaboration(session, outcome_id, around, now=now(), by=actor())
        else:
            evidence.link_session(session, outcome_id, used, now=now(), by=actor())

    transact(work)
    return _detail(outcome_id)


@blueprint.route("/outcomes/<uuid:outcome_id>/sessions/<uuid:session_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("outcome.link")
def unlink(outcome_id: UUID, session_id: UUID) -> None:
    """Undo a link to a session of use."""
    transact(lambda session: evidence.unlink_session(session, outcome_id, session_id, now=now(), by=actor()))


def _listed(arguments: dict[str, Any], collaboration_id: UUID | None) -> dict[str, Any]:
    limit = arguments["limit"]
    wish = Wish(
        collaboration_id=collaboration_id,
        type=arguments["type"],
        statuses=[arguments["status"]] if arguments["status"] else None,
        level=arguments["level"],
        year=arguments["year"],
        before=before(arguments["cursor"]),
    )
    rows = listing.outcomes(reading(), wish, by=actor(), today=today(), limit=limit + 1)
    return {"items": [shapes.item(row) for row in rows[:limit]], "next": following(rows, limit)}


def _queue(query: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    demand(actor(), "outcome.queue")
    limit, shown = arguments["limit"], offset(arguments["cursor"])
    rows = query(reading(), limit=limit + 1, offset=shown)
    return {"items": [shapes.item(row) for row in rows[:limit]], "next": further(rows, limit, shown)}


def _detail(outcome_id: UUID) -> dict[str, Any]:
    row: Outcome = one_outcome(reading(), outcome_id, by=actor(), today=today())
    stands = told.standing(reading(), row, today())
    sides = sides_of(reading(), row, by=actor(), today=today())
    return shapes.detail(
        row,
        told.statement(reading(), row),
        collaborations=[each.id for each in collaborations_of(reading(), row, by=actor())],
        sessions=[each.id for each in uses_of(reading(), row, by=actor())],
        sides=[{"organisation": id, "confirmed": id in stands.confirmed} for id in sorted(stands.others)],
        evidence=_papers(row),
        may=sorted(verb.value for verb in offered(row.status, frozenset(sides.values()))),
    )


def _papers(row: Outcome) -> list[dict[str, Any]]:
    return [shapes.evidence_item(each) for each, _ in evidence_of(reading(), row, by=actor(), today=today())]
