"""One way to compute any metric from its inputs: for pages, programs, packs of evidence and snapshots alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from marketplace.spillovers.metrics import (
    crossing,
    durations,
    outputs,
    pictured,
    places,
    promises,
    shares,
    technology,
    use,
)
from marketplace.spillovers.registry import metric
from marketplace.spillovers.rules.given import LONGEST_NAME, MOST_ROWS, Given, entry
from marketplace.spillovers.rules.parameters import PARAMETERS, QUOTA, parameters_of, with_chosen
from marketplace.spillovers.rules.results import Result
from marketplace.values.refusal import FieldError, Invalid, Refusal, Refused

COMPUTATIONS: Final[Mapping[str, Callable[[Given], Result]]] = {
    **use.COMPUTATIONS,
    **promises.COMPUTATIONS,
    **crossing.COMPUTATIONS,
    **outputs.COMPUTATIONS,
    **durations.COMPUTATIONS,
    **technology.COMPUTATIONS,
    **places.COMPUTATIONS,
    **shares.COMPUTATIONS,
    **pictured.COMPUTATIONS,
}

# Parameters that stand inside an input, and those that choose rows and are no input themselves.
_WITHIN: Final = {
    **dict.fromkeys(("quota_general", "quota_special"), "quota_hours"),
    **dict.fromkeys(("leakage", "displacement", "substitution", "multiplier"), "additionality"),
}
_OF_ROWS: Final = ("pairs", "stock_years")
# Those that are held to account together.
_TOGETHER: Final = ("delta", "pre_sample_growth")


def compute(metric_id: str, inputs: Any, *, most_rows: int = MOST_ROWS) -> Result:
    """The metric's result; inputs that it doesn't know are not looked at.

    Raises NotFound for an unknown metric, Refused for one without a definition, Invalid (field and rule) for bad input.
    """
    known = metric(metric_id)
    if known.undefined is not None:
        raise Refused([Refusal("metric_undefined", {"metric": metric_id})])
    given = Given(entry(inputs, "inputs"), most_rows)
    try:
        return COMPUTATIONS[metric_id](given)
    except (OverflowError, ZeroDivisionError) as error:
        raise Invalid.one("inputs", "too_large_to_compute") from error
    except RecursionError as error:
        raise Invalid.one("inputs", "too_deep") from error


def computed(metric_id: str, inputs: Any, *, most_rows: int = MOST_ROWS) -> dict[str, Any]:
    """The result as programs read it, with the metric's id and version."""
    result = compute(metric_id, inputs, most_rows=most_rows)
    return {"metric": metric_id, "version": metric(metric_id).version, **result.as_json()}


def with_chosen_inputs(metric_id: str, inputs: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs with parameters that somebody chose, read as snapshots read them.

    Raises NotFound for an unknown metric, Invalid by the parameter's name for one that isn't an input of the metric.
    """
    known = metric(metric_id).inputs
    fitting = [name for name in parameters_of(metric_id) if _WITHIN.get(name, name) in known and name not in _OF_ROWS]
    details = {"metric": metric_id, "known": ", ".join(fitting) or "–"}
    if strange := [name for name in told if name not in fitting]:
        raise Invalid(
            FieldError(
                name[:LONGEST_NAME], "parameter_of_metric", "parameter_of_metric", {**details, "parameter": name}
            )
            for name in strange
        )
    beside: dict[str, Any] = {name: inputs[name] for name in _TOGETHER if name in inputs and name in fitting}
    chosen = with_chosen({**beside, **told})
    found = dict(inputs)
    for name in told:
        if name in _WITHIN:
            where = _WITHIN[name]
            before = found.get(where, PARAMETERS.get(where, {}))
            of, short = (chosen[where], name.removeprefix(QUOTA)) if name.startswith(QUOTA) else (chosen, name)
            found[where] = {**entry(before, where), short: of[short]}
        else:
            found[name] = chosen[name]
    return found


def inputs_of(document: Any) -> Any:
    """What a document holds for a metric: the inputs themselves, or a whole case with its member `inputs`."""
    if isinstance(document, Mapping) and isinstance(document.get("inputs"), Mapping):
        return document["inputs"]
    return document
