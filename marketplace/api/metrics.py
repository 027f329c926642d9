"""The registry of metrics, and any of them computed from its inputs."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import INCLUDE, Schema, fields

from marketplace.api.fields import LocalizedText, page_of
from marketplace.spillovers.computing import computed, inputs_of
from marketplace.spillovers.registry import Kind, metric, metrics
from marketplace.web.access import allow
from marketplace.wording.metrics import metric_document, metric_item

blueprint = Blueprint("api_metrics", __name__, description="Metrics: what is measured, how, and any figure anew")

LARGEST_BODY = 4 * 1024 * 1024


class MetricItem(Schema):
    """A metric in short."""

    id = fields.String()
    version = fields.Integer()
    kind = fields.String(
        metadata={"enum": [each.value for each in Kind], "description": "use, output and spillover are never mixed"}
    )
    name = fields.Nested(LocalizedText)
    formula = fields.String(metadata={"description": "in mathematics"})
    unit = fields.Nested(LocalizedText)
    floor = fields.Integer(allow_none=True, metadata={"description": "the least level of verification of its rows"})
    computed = fields.Boolean(metadata={"description": "false where no definition could be read"})
    parameters = fields.Dict(metadata={"description": "what it rests on that may be chosen, with what is assumed"})


MetricList = page_of(MetricItem, name="MetricList", says="The whole registry, by kind.")


class MetricInput(Schema):
    """A member of the inputs."""

    name = fields.String()
    meaning = fields.Nested(LocalizedText)


class MetricDetail(MetricItem):
    """All that the registry tells of a metric."""

    kind_meaning = fields.Nested(LocalizedText)
    definition = fields.Nested(LocalizedText)
    words = fields.Nested(LocalizedText, metadata={"description": "the formula in words"})
    source = fields.Nested(LocalizedText)
    population = fields.Nested(LocalizedText)
    dedup = fields.Nested(LocalizedText, metadata={"description": "what counts once"})
    aggregation = fields.Nested(LocalizedText)
    for_unknown = fields.Nested(LocalizedText, metadata={"description": "what becomes of what is not known"})
    inputs = fields.List(fields.Nested(MetricInput))
    may_claim = fields.List(fields.Nested(LocalizedText))
    may_not_claim = fields.List(fields.Nested(LocalizedText))
    undefined = fields.Nested(LocalizedText, allow_none=True, metadata={"description": "why it is not computed"})


class MetricInputs(Schema):
    """The inputs of the metric by their names, or an object with them as its member `inputs`; others are ignored."""

    class Meta:
        unknown = INCLUDE


class MetricResult(Schema):
    """The figure and what it rests on."""

    metric = fields.String()
    version = fields.Integer()
    value = fields.Raw(allow_none=True, metadata={"description": "a number, or an object of its parts"})
    numerator = fields.Raw(allow_none=True)
    denominator = fields.Raw(allow_none=True)
    n = fields.Integer(metadata={"description": "units that it rests on"})
    n_unknown = fields.Integer(metadata={"description": "units that are not known"})
    suppressed = fields.Integer(metadata={"description": "figures that are hidden"})


@blueprint.before_request
def _limit_body() -> None:
    request.max_content_length = LARGEST_BODY


@blueprint.route("/metrics")
@blueprint.response(200, MetricList)
@allow("metric.see")
def listed() -> dict[str, Any]:
    """Every metric with its kind, name and formula."""
    return {"items": [metric_item(each) for each in metrics().values()], "next": None}


@blueprint.route("/metrics/<metric_id>")
@blueprint.response(200, MetricDetail)
@allow("metric.see")
def one(metric_id: str) -> dict[str, Any]:
    """One metric: definition, formula, inputs, rules, and what may be claimed by it."""
    return metric_document(metric(metric_id))


@blueprint.route("/metrics/<metric_id>/compute", methods=["POST"])
@blueprint.arguments(MetricInputs)
@blueprint.response(200, MetricResult)
@allow("metric.compute", reads=True)
def compute(inputs: dict[str, Any], metric_id: str) -> dict[str, Any]:
    """The figure from its inputs; nothing of it is kept."""
    return computed(metric_id, inputs_of(inputs))
