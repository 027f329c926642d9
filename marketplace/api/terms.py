"""Access terms: the vocabulary of clauses, what clauses say and contradict, and two versions side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import Body, LocalizedText
from marketplace.catalogue import queries as catalogue
from marketplace.terms.clauses import TEXT, VOCABULARY, Clause, Part
from marketplace.terms.models import TermsVersion
from marketplace.terms.queries import version_by_id
from marketplace.terms.rules.checking import checked
from marketplace.terms.rules.comparing import Difference, compare, difference
from marketplace.terms.rules.contradictions import RULES, chinese_side, contradictions
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, reading
from marketplace.wording.terms import summary
from marketplace.wording.terms_words import CHOICES_SAID, CLAUSE_NAMES, PART_NAMES

blueprint = Blueprint("api_terms", __name__, description="Access terms: clauses, versions and frameworks")


class PartItem(Schema):
    """One part of a clause: a `choice` of `choices`, `several` of them, a `number`, or `money`."""

    name = fields.String()
    title = fields.Nested(LocalizedText)
    kind = fields.String()
    choices = fields.Dict(keys=fields.String(), values=fields.Nested(LocalizedText))
    least = fields.Integer(allow_none=True)
    most = fields.Integer(allow_none=True)


class ClauseItem(Schema):
    """One clause; beside its parts it takes a `text` in up to three languages."""

    name = fields.String()
    title = fields.Nested(LocalizedText)
    parts = fields.List(fields.Nested(PartItem))


class ClauseList(Schema):
    """The whole vocabulary, in its order."""

    items = fields.List(fields.Nested(ClauseItem))
    next = fields.String(allow_none=True)


class ClausesBody(Body):
    """Clauses by name."""

    clauses = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)


class ContradictionItem(Schema):
    """A rule that a clause contradicts."""

    rule = fields.String()
    clause = fields.String()


class Checked(Schema):
    """Clauses as they would be kept, in plain sentences, and the rules that they contradict."""

    clauses = fields.Dict(keys=fields.String(), values=fields.Dict())
    summary = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String()))
    contradictions = fields.List(fields.Nested(ContradictionItem))


class ComparisonArguments(Schema):
    """Two versions of terms by id."""

    left = fields.UUID(required=True)
    right = fields.UUID(required=True)


class ComparisonRow(Schema):
    """One part on both sides, null where a side says nothing; `difference` is same, added, removed or changed. The
    free text of the terms comes last, with `clause` null."""

    clause = fields.String(allow_none=True)
    part = fields.String()
    left = fields.Raw(allow_none=True)
    right = fields.Raw(allow_none=True)
    difference = fields.String()


class Comparison(Schema):
    """Two versions of terms side by side."""

    left = fields.UUID()
    right = fields.UUID()
    rows = fields.List(fields.Nested(ComparisonRow))


@blueprint.route("/terms/clauses")
@blueprint.response(200, ClauseList)
@allow("page.see")
def clauses() -> dict[str, Any]:
    """The clauses that terms are made of, with every choice in three languages."""
    return {"items": [_clause(clause) for clause in VOCABULARY], "next": None}


@blueprint.route("/facilities/<uuid:facility_id>/terms/check", methods=["POST"])
@blueprint.arguments(ClausesBody)
@blueprint.response(200, Checked)
@allow("facility.change")
def check(body: dict[str, Any], facility_id: UUID) -> dict[str, Any]:
    """What clauses would say, and which mandatory rules they contradict, before they are published."""
    facility = catalogue.listing_for_change(reading(), facility_id, actor())
    kept = checked(body["clauses"])
    found = contradictions(kept, RULES, chinese=chinese_side(facility.jurisdiction_code))
    return {
        "clauses": kept,
        "summary": summary(kept),
        "contradictions": [{"rule": rule, "clause": clause} for rule, clause in found],
    }


@blueprint.route("/terms/compare")
@blueprint.arguments(ComparisonArguments, location="query")
@blueprint.response(200, Comparison)
@allow("facility.see")
def comparison(arguments: dict[str, Any]) -> dict[str, Any]:
    """Two versions of terms, of one facility or of two, clause by clause."""
    left, right = (_version(arguments[side]) for side in ("left", "right"))
    rows = [
        {"clause": row.clause, "part": row.part, "left": row.left, "right": row.right, "difference": row.difference}
        for row in compare(left.clauses, right.clauses)
    ]
    texts = left.text or None, right.text or None
    if any(texts):
        both = dict(zip(("left", "right"), texts, strict=True))
        rows.append({"clause": None, "part": TEXT, **both, "difference": difference(*texts)})
    return {"left": left.id, "right": right.id, "rows": [{**row, "difference": _name(row)} for row in rows]}


def _name(row: dict[str, Any]) -> str:
    found: Difference = row["difference"]
    return found.value


def _version(version_id: UUID) -> TermsVersion:
    version = version_by_id(reading(), version_id)
    if version is None:
        raise NotFound("terms")
    catalogue.facility_by_id(reading(), version.facility_id, actor())
    return version


def _clause(clause: Clause) -> dict[str, Any]:
    parts = [_part(clause, part) for part in clause.parts]
    return {"name": clause.name, "title": CLAUSE_NAMES[clause.name], "parts": parts}


def _part(clause: Clause, part: Part) -> dict[str, Any]:
    place = f"{clause.name}.{part.name}"
    number = part.kind == "number"
    return {
        "name": part.name,
        "title": PART_NAMES[place],
        "kind": part.kind,
        "choices": {choice: CHOICES_SAID[f"{place}.{choice}"] for choice in part.choices},
        "least": part.least if number else None,
        "most": part.most if number else None,
    }
