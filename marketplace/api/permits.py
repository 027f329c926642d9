"""The permit plan of some facts, the rules that it is made by, and the vocabulary of the facts."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import Body, Instant, LocalizedText, page_of
from marketplace.api.jurisdictions import SourceItem
from marketplace.catalogue.queries import unit_page
from marketplace.catalogue.queries.facilities import facility_by_id
from marketplace.permits import queries
from marketplace.permits.models import PermitRule
from marketplace.permits.queries.listing import at_listing
from marketplace.permits.rules.book import Kind, Status
from marketplace.permits.rules.judging import Outcome
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, language, now, reading
from marketplace.wording.permits import plan_document, source_documents

blueprint = Blueprint("api_permits", __name__, description="Permit plans, the rules behind them, and their facts")

# Two hundred entries in every list, each with all of its facts, are a fifth of it.
LARGEST_BODY = 2 * 1024 * 1024
CONFIDENCE = {"enum": ["P", "2", "BG", "P⚠"], "description": "P primary, 2 secondary, BG background, P⚠ until a date"}
DATE = {"format": "date"}
KINDS = {"enum": [each.value for each in Kind]}


class PlanBody(Body):
    """The facts of a booking, in the vocabulary of `GET /permit-facts`.

    What is missing or "unknown" is unknown; null, [], {} and "none" are known: nothing of the kind.
    """

    on = fields.Date(load_default=None, allow_none=True, metadata={"description": "the day of the plan; else today"})
    facility = fields.UUID(load_default=None, allow_none=True, metadata={"description": "puts in what its host states"})
    unit = fields.UUID(load_default=None, allow_none=True, metadata={"description": "the same, with the equipment's"})
    facts = fields.Dict(keys=fields.String(), required=True, metadata={"description": "each fact by its name"})


class PlanArguments(Schema):
    """How much of a plan is wanted."""

    all = fields.Boolean(load_default=False, metadata={"description": "list what is not required too"})


class AuthorityRef(Schema):
    """An authority, by its name in the reader's language."""

    code = fields.String()
    name = fields.String()


class MilestoneItem(Schema):
    """A date on the way: an authority's, or one that the user has to keep."""

    kind = fields.String()
    date = fields.String(metadata=DATE)
    provisional = fields.Boolean(metadata={"description": "no official calendar of that year is out yet"})


class VaultUseItem(Schema):
    """An entry of the vault that was leaned on."""

    vault = fields.String()
    rule = fields.String()
    effect = fields.String(metadata={"enum": ["replaces", "shortens", "prioritises", "evidence"]})
    basis = fields.String(metadata={"description": "why, and the rule's version that says so: same_rule:EXP-01@2"})


class RequirementItem(Schema):
    """What one rule demands of the booking; texts are in the reader's language."""

    rule = fields.String()
    rule_version = fields.Integer()
    outcome = fields.String(metadata={"enum": [each.value for each in Outcome]})
    blocks = fields.Boolean(metadata={"description": "whether it holds the booking up; false: advice"})
    title = fields.String()
    summary = fields.String()
    kind = fields.String(metadata=KINDS)
    stage = fields.String()
    authority = fields.List(fields.Nested(AuthorityRef), metadata={"description": "in the order one meets them"})
    flows = fields.List(fields.String())
    after = fields.List(fields.String(), metadata={"description": "rules whose decision it waits for"})
    alternatives = fields.List(fields.String(), metadata={"description": "other ways for the same flow"})
    conditional_on = fields.String(allow_none=True)
    same_application = fields.List(fields.String())
    satisfied_by = fields.List(fields.String(), metadata={"description": "ids of vault entries"})
    milestones = fields.List(fields.Nested(MilestoneItem))
    excluded_flows = fields.List(fields.String(), metadata={"description": "flows that this way is closed to"})
    variant = fields.String(allow_none=True, metadata={"description": "the lawful variant of what is denied"})
    clock_from = fields.String(allow_none=True)
    earliest_done = fields.String(allow_none=True, metadata=DATE)
    latest_done = fields.String(allow_none=True, metadata=DATE)
    why = fields.String()
    conditions = fields.List(fields.String())
    documents = fields.List(fields.String())
    fee = fields.String(allow_none=True)
    form = fields.String(allow_none=True)
    contact = fields.String(allow_none=True)
    instrument = fields.String(allow_none=True)
    sources = fields.List(fields.Nested(SourceItem))
    confidence = fields.String(metadata=CONFIDENCE)
    reviewed_on = fields.String(metadata=DATE)


class AnswerItem(Schema):
    """One of the answers that may be given."""

    value = fields.String()
    label = fields.String()


class QuestionItem(Schema):
    """A fact to be told, and the rules that hang on it."""

    fact = fields.String()
    text = fields.String()
    help = fields.String(allow_none=True)
    kind = fields.String()
    choices = fields.List(fields.Nested(AnswerItem))
    rules = fields.List(fields.String())


class PlanDetail(Schema):
    """The permit plan; `not_before` where the earliest start is a lower bound. It is no legal advice."""

    on = fields.String(metadata=DATE)
    rules_version = fields.String()
    requirements = fields.List(fields.Nested(RequirementItem))
    questions = fields.List(fields.Nested(QuestionItem), metadata={"description": "the most decisive first"})
    earliest_start = fields.String(allow_none=True, metadata=DATE)
    not_before = fields.Boolean()
    open = fields.List(fields.String(), metadata={"description": "rules without a published limit"})
    provisional = fields.Boolean()
    critical_path = fields.List(fields.String())
    vault_used = fields.List(fields.Nested(VaultUseItem))
    reviewed_on = fields.String(allow_none=True, metadata=DATE)
    notice = fields.String()


class RuleItem(Schema):
    """A rule as it stands, in short."""

    rule = fields.String()
    version = fields.Integer()
    title = fields.Nested(LocalizedText)
    summary = fields.Nested(LocalizedText)
    kind = fields.String(metadata=KINDS)
    fires_on = fields.String(metadata={"enum": ["booking", "event", "platform"]})
    over = fields.String(metadata={"description": "the list whose entries it is asked of"})
    stage = fields.String()
    authority = fields.List(fields.String(), metadata={"description": "codes of `GET /agencies`"})
    status = fields.String(metadata={"enum": [each.value for each in Status]})
    effective_from = fields.Date(allow_none=True)
    effective_to = fields.Date(allow_none=True)
    confidence = fields.String(metadata=CONFIDENCE)
    reviewed_on = fields.String(metadata=DATE)


RuleList = page_of(RuleItem, name="RuleList", says="The newest version of every rule, by id.")


class RuleVersion(RuleItem):
    """One version of a rule, as its file told it: whom it asks, when it arises, and how long it takes."""

    entered_at = Instant()
    applicant = fields.String()
    directions = fields.List(fields.String())
    trigger = fields.Dict(allow_none=True, metadata={"description": "the predicate over facts; null: always"})
    excluded_when = fields.Dict(allow_none=True)
    after = fields.List(fields.String())
    clock = fields.List(fields.Dict())
    duties = fields.List(fields.Dict())
    calendar = fields.String(allow_none=True)
    validity = fields.Dict(allow_none=True)
    satisfied_by = fields.List(fields.Dict())
    helps = fields.List(fields.Dict())
    excludes = fields.List(fields.String())
    alternatives = fields.List(fields.String())
    branch_of = fields.String(allow_none=True)
    within = fields.String(allow_none=True)
    same_application = fields.List(fields.String())
    counterpart = fields.String(allow_none=True, metadata={"description": "code of `GET /counterpart-pairs`"})
    blocks_until = fields.String(allow_none=True, metadata=DATE)
    portal = fields.String(allow_none=True)
    variant = fields.Nested(LocalizedText, allow_none=True)
    conditions = fields.List(fields.Nested(LocalizedText))
    documents = fields.List(fields.Nested(LocalizedText))
    fee = fields.Nested(LocalizedText, allow_none=True)
    form = fields.Nested(LocalizedText, allow_none=True)
    contact = fields.Nested(LocalizedText, allow_none=True)
    instrument = fields.Nested(LocalizedText)
    sources = fields.List(fields.Nested(SourceItem))


class RuleDetail(Schema):
    """A rule with all its versions, the newest first."""

    rule = fields.String()
    versions = fields.List(fields.Nested(RuleVersion))


class FactItem(Schema):
    """A fact: its name and kind, what may be answered, and the words that ask for it."""

    fact = fields.String(metadata={"description": "`goods_flows[].kind` stands in each entry of goods_flows"})
    kind = fields.String()
    choices = fields.Dict(
        keys=fields.String(), values=fields.Nested(LocalizedText), metadata={"description": "each answer with its name"}
    )
    label = fields.Nested(LocalizedText)
    question = fields.Nested(LocalizedText)
    help = fields.Nested(LocalizedText)
    optional = fields.Boolean(metadata={"description": "derived or kept elsewhere, never asked"})


FactList = page_of(FactItem, name="FactList", says="The whole vocabulary, by name.")

# What a rule's row may leave out, and what stands for it.
_LISTS = (
    *("directions", "after", "clock", "duties", "satisfied_by", "helps", "excludes", "alternatives"),
    *("same_application", "conditions", "documents"),
)
_SINGLE = (
    *("trigger", "excluded_when", "calendar", "validity", "branch_of", "within", "counterpart", "blocks_until"),
    *("portal", "variant", "fee", "form", "contact", "instrument", "applicant"),
)
_SHORT = ("title", "summary", "kind", "fires_on", "over", "stage", "authority", "status", "confidence", "reviewed_on")


@blueprint.before_request
def _limit_body() -> None:
    request.max_content_length = LARGEST_BODY


@blueprint.route("/permit-plans", methods=["POST"])
@blueprint.arguments(PlanArguments, location="query")
@blueprint.arguments(PlanBody)
@blueprint.response(200, PlanDetail)
@allow("permit_plan.ask", reads=True)
def plan(arguments: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """The permit plan of some facts, by the rules as they stand; nothing of it is kept."""
    on = body["on"] or now().astimezone(ZoneInfo(actor().time_zone)).date()
    found = queries.permit_plan(reading(), _at_listing(body, on), on)
    return plan_document(found, queries.vocabulary(reading()), language(), all=arguments["all"])


def _at_listing(body: dict[str, Any], on: date) -> dict[str, Any]:
    """The facts, with what is known of the listing that is named."""
    facts: dict[str, Any] = body["facts"]
    if body["unit"] is not None:
        unit, facility = unit_page(reading(), body["unit"], actor())
        if body["facility"] not in (None, facility.id):
            raise Invalid.one("facility", "choice")
        return at_listing(reading(), facts, facility, unit=unit, on=on)
    if body["facility"] is not None:
        return at_listing(reading(), facts, facility_by_id(reading(), body["facility"], actor()), on=on)
    return facts


@blueprint.route("/permit-rules")
@blueprint.response(200, RuleList)
@allow("permit_rule.see")
def rules() -> dict[str, Any]:
    """What the rules say at present."""
    return {"items": [rule_item(row) for row in queries.rules(reading())], "next": None}


@blueprint.route("/permit-rules/<rule_id>")
@blueprint.response(200, RuleDetail)
@allow("permit_rule.see")
def rule(rule_id: str) -> dict[str, Any]:
    """One rule with all its versions: what it asks, its trigger as data, and where that was read."""
    versions = queries.versions(reading(), rule_id)
    return {"rule": versions[0].rule_id, "versions": [rule_version(row) for row in versions]}


@blueprint.route("/permit-facts")
@blueprint.response(200, FactList)
@allow("permit_rule.see")
def facts() -> dict[str, Any]:
    """The facts that a plan may be asked with."""
    known = queries.vocabulary(reading())
    return {"items": [{"choices": {}, "optional": False, **known[name]} for name in sorted(known)], "next": None}


def rule_item(row: PermitRule) -> dict[str, Any]:
    """A version of a rule in the shape of `RuleItem`."""
    return {
        "rule": row.rule_id,
        **{name: getattr(row, name) for name in ("version", "effective_from", "effective_to")},
        **{name: row.told[name] for name in _SHORT},
    }


def rule_version(row: PermitRule) -> dict[str, Any]:
    """A version of a rule in the shape of `RuleVersion`."""
    return {
        **rule_item(row),
        "entered_at": row.entered_at,
        **{name: row.told.get(name) or [] for name in _LISTS},
        **{name: row.told.get(name) for name in _SINGLE},
        "sources": source_documents(row.told["sources"]),
    }
