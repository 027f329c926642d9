"""Metrics explained: the registry by kind, each with its formula, its rules and what may be claimed by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from flask import Blueprint, render_template

from marketplace.spillovers.registry import Kind, Metric, may, may_not, metric, metrics, vocabulary
from marketplace.web.access import allow

blueprint = Blueprint("metrics", __name__)

Section = tuple[Kind, Mapping[str, str], Mapping[str, str], Sequence[Metric]]


@blueprint.get("/metrics")
@allow("metric.see")
def registry() -> str:
    """Every metric by kind; use, output and spillover are never mixed."""
    return render_template("metrics/registry.html", sections=_sections(), total=len(metrics()))


@blueprint.get("/metrics/<metric_id>")
@allow("metric.see")
def one(metric_id: str) -> str:
    """One metric: what it means, how it is made, and what may be claimed by it."""
    found = metric(metric_id)
    return render_template(
        "metrics/metric.html",
        metric=found,
        kind=vocabulary("kinds")[found.kind],
        meaning=vocabulary("meanings")[found.kind],
        may=may(found),
        may_not=may_not(found),
    )


def _sections() -> list[Section]:
    names, meanings = vocabulary("kinds"), vocabulary("meanings")
    grouped = groupby(metrics().values(), key=lambda each: each.kind)
    return [(kind, names[kind], meanings[kind], list(rows)) for kind, rows in grouped]
