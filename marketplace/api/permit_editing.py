"""How administrators change permit rules: whole rows, what they would mean, and the word of a second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.fields import Body, Instant, PageArguments, ReasonGiven, page_of
from marketplace.api.history import HistoryItem, history_of
from marketplace.api.once import made_once
from marketplace.permits import queries
from marketplace.permits.actions import Wish, agree, reject
from marketplace.permits.actions import propose as ask
from marketplace.permits.actions.editing import LONGEST_REASON
from marketplace.permits.actions.versions import subject_of
from marketplace.permits.library import written_row
from marketplace.permits.models import PermitRule, PermitRuleProposal, ProposalState
from marketplace.permits.queries import editing
from marketplace.permits.rules.editing import differing
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_permit_editing", __name__, description="Changing permit rules, with four eyes")
LARGEST_BODY = 512 * 1024


class RowBody(Body):
    """A whole row in the shape of a rule file; it is checked like one, beside all other rules."""

    row = fields.Dict(keys=fields.String(), required=True, metadata={"description": "as `row` of a version"})


class ChangeBody(RowBody):
    """A row to be the newest version of its rule, why, and the version that it was made from."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))
    base_version = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))


class ComparedWith(Body):
    """The newest version that a proposal was compared with."""

    seen_version = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))


class RowVersionItem(Schema):
    """A version of a rule as its file would tell it; `entered_by` is null where it came with the files."""

    rule = fields.String()
    version = fields.Integer()
    effective_from = fields.Date(allow_none=True)
    effective_to = fields.Date(allow_none=True)
    entered_at = Instant()
    entered_by = fields.UUID(allow_none=True)
    row = fields.Dict()


class DraftDetail(Schema):
    """What a change would mean, before anything happens."""

    base_version = fields.Integer()
    differing = fields.List(fields.String(), metadata={"description": "fields of the row"})
    blocks_before = fields.Boolean()
    blocks_after = fields.Boolean()
    leaning = fields.List(fields.String(), metadata={"description": "rules that may block and lean on it"})
    needs_two = fields.Boolean(metadata={"description": "whether another administrator has to agree"})


class ProposalItem(Schema):
    """A change that waits for a second word, or what became of it; `proposed_by` is null for the rule files."""

    id = fields.UUID()
    rule = fields.String()
    state = fields.String(metadata={"enum": [each.value for each in ProposalState]})
    base_version = fields.Integer()
    reason = fields.String(allow_none=True)
    proposed_by = fields.UUID(allow_none=True)
    proposed_at = Instant()
    decided_by = fields.UUID(allow_none=True)
    decided_at = Instant(allow_none=True)
    decision_reason = fields.String(allow_none=True)
    row = fields.Dict()


class ChangeDetail(Schema):
    """What came of a change: a version where it took effect at once, else a proposal."""

    version = fields.Nested(RowVersionItem, allow_none=True)
    proposal = fields.Nested(ProposalItem, allow_none=True)


class ProposalArguments(Schema):
    """Which proposals: all of one rule, else those that wait."""

    rule = fields.String(load_default=None, validate=validate.Length(1, 40))


RowVersionList = page_of(RowVersionItem, name="RowVersionList", says="Every version of one rule, the newest first.")
ProposalList = page_of(ProposalItem, name="PermitRuleProposalList", says="Proposals; all of them at once.")


@blueprint.before_request
def _limit_body() -> None:
    request.max_content_length = LARGEST_BODY


@blueprint.route("/permit-rules/<rule_id>/rows")
@blueprint.response(200, RowVersionList)
@allow("permit_rule.oversee")
def versions(rule_id: str) -> dict[str, Any]:
    """Every version of a rule as its file would tell it."""
    return {"items": [version_item(row) for row in queries.versions(reading(), rule_id)], "next": None}


@blueprint.route("/permit-rules/<rule_id>/history")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(HistoryItem))
@allow("permit_rule.oversee")
def history(arguments: dict[str, Any], rule_id: str) -> dict[str, Any]:
    """What administrators did with a rule, newest first."""
    found = queries.versions(reading(), rule_id)
    return history_of(subject_of(found[0].rule_id), arguments)


@blueprint.route("/permit-rules/<rule_id>/drafts", methods=["POST"])
@blueprint.arguments(RowBody)
@blueprint.response(200, DraftDetail)
@allow("permit_rule.propose", reads=True)
def preview(body: dict[str, Any], rule_id: str) -> dict[str, Any]:
    """What a row would mean as the newest version; nothing of it is kept."""
    found = editing.draft(reading(), rule_id, _written(body["row"]), by=actor().id)
    return {
        "base_version": found.base.version,
        "differing": differing(found.base.told, found.told),
        "blocks_before": found.weight.before,
        "blocks_after": found.weight.after,
        "leaning": list(found.weight.leaning),
        "needs_two": found.weight.needs_two,
    }


@blueprint.route("/permit-rules/<rule_id>/changes", methods=["POST"])
@blueprint.arguments(ChangeBody)
@blueprint.response(201, ChangeDetail)
@allow("permit_rule.propose")
def propose(body: dict[str, Any], rule_id: str) -> dict[str, Any]:
    """Change a rule: at once where it holds up no booking, else once another administrator agrees."""
    wish = Wish(rule_id, _written(body["row"]), body["reason"], body["base_version"])

    made = made_once(lambda session: ask(session, wish, now=now(), by=actor()).id)
    version = reading().get(PermitRule, made)
    if version is not None:
        return {"version": version_item(version), "proposal": None}
    return {"version": None, "proposal": proposal_item(editing.proposal(reading(), made))}


@blueprint.route("/permit-rule-proposals")
@blueprint.arguments(ProposalArguments, location="query")
@blueprint.response(200, ProposalList)
@allow("permit_rule.oversee")
def proposals(arguments: dict[str, Any]) -> dict[str, Any]:
    """The proposals that wait, the oldest first; or the latest of one rule, the newest first."""
    rule = arguments["rule"]
    found = editing.proposals_of(reading(), rule) if rule else editing.open_proposals(reading())
    return {"items": [proposal_item(row) for row in found], "next": None}


@blueprint.route("/permit-rule-proposals/<uuid:proposal_id>")
@blueprint.response(200, ProposalItem)
@allow("permit_rule.oversee")
def proposal(proposal_id: UUID) -> dict[str, Any]:
    """One proposal with the row that it proposes."""
    return proposal_item(editing.proposal(reading(), proposal_id))


@blueprint.route("/permit-rule-proposals/<uuid:proposal_id>/agree", methods=["POST"])
@blueprint.arguments(ComparedWith)
@blueprint.response(200, RowVersionItem)
@allow("permit_rule.decide")
def agree_to(body: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Make another's proposal the newest version."""
    seen = body["seen_version"]
    return transact(lambda session: version_item(agree(session, proposal_id, seen=seen, now=now(), by=actor())))


@blueprint.route("/permit-rule-proposals/<uuid:proposal_id>/reject", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(200, ProposalItem)
@allow("permit_rule.decide")
def turn_down(body: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Leave the rule as it is; whoever proposed the change is told the reason."""
    reason = body["reason"]
    return transact(lambda session: proposal_item(reject(session, proposal_id, reason, now=now(), by=actor())))


def version_item(row: PermitRule) -> dict[str, Any]:
    """A version in the shape of `RowVersionItem`."""
    same = ("version", "effective_from", "effective_to", "entered_at", "entered_by")
    return {"rule": row.rule_id, "row": row.told, **{name: getattr(row, name) for name in same}}


def proposal_item(row: PermitRuleProposal) -> dict[str, Any]:
    """A proposal in the shape of `ProposalItem`."""
    same = ("id", "base_version", "reason", "proposed_by", "proposed_at", "decided_by", "decided_at", "decision_reason")
    found = {name: getattr(row, name) for name in same}
    return {"rule": row.rule_id, "state": row.state.value, "row": row.told, **found}


def _written(row: Mapping[str, Any]) -> str:
    try:
        return written_row(row)
    except (ValueError, RecursionError) as error:
        raise Invalid.one("row", "rule_row", line=1, reason=str(error)[:300]) from error
