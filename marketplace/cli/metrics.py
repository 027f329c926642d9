"""`benchbridge metrics`: what is measured and how, and any figure computed anew from its inputs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from marketplace.cli.answering import answer, json_option
from marketplace.cli.choosing import faults, parameter_option, period_options, told_parameters, told_period
from marketplace.cli.figures import rebuild, snapshot
from marketplace.cli.returns import returned
from marketplace.spillovers.computing import computed, inputs_of, with_chosen_inputs
from marketplace.spillovers.registry import Kind, metric, metrics
from marketplace.spillovers.rules.parameters import parameters_of
from marketplace.values.refusal import Invalid, NotFound
from marketplace.wording.metrics import metric_item

LARGEST_FILE = 16 * 1024 * 1024
# Options of a period with the fields that they tell.
PERIOD = {"year": "year", "first": "from", "last": "to"}


@click.group("metrics")
def command() -> None:
    """Metrics of use, output and spillover."""


@command.command("list")
@click.option("--kind", type=click.Choice([each.value for each in Kind]), help="Metrics of this kind only.")
@click.option("--parameters", is_flag=True, help="With the parameters that each rests on, and what is assumed.")
@json_option
def listed(*, kind: str | None, parameters: bool, as_json: bool) -> None:
    """Every metric with its kind and formula."""
    chosen = [each for each in metrics().values() if kind in (None, each.kind.value)]
    lines = []
    for each in chosen:
        lines.append(f"{each.id:34} {each.version}  {each.kind:10} {each.name['en']}")
        known = parameters_of(each.id) if parameters else {}
        lines += [f"    {name} = {json.dumps(value)}" for name, value in known.items()]
    answer({"items": [metric_item(each) for each in chosen]}, "\n".join(lines), as_json=as_json)


@command.command("compute")
@click.argument("metric_id", metavar="METRIC_ID")
@click.argument("inputs", metavar="INPUTS.json", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@period_options
@parameter_option
@json_option
def compute(metric_id: str, inputs: str, *, chosen: tuple[str, ...], as_json: bool, **period: Any) -> None:
    """The figure from INPUTS.json: its inputs, or a whole case with its member `inputs`. `-` is stdin. A period and
    parameters take the place of those in the inputs."""
    try:
        document = computed(metric_id, _with(metric_id, inputs_of(_read(inputs)), period, chosen))
    except NotFound as error:
        raise click.ClickException(f"no metric has the id {metric_id}") from error
    except Invalid as broken:
        raise click.ClickException(faults(broken)) from broken
    shown = json.dumps(document["value"], ensure_ascii=False, indent=2)
    answer(document, f"{metric_id} (version {document['version']})\n{shown}", as_json=as_json)


command.add_command(snapshot)
command.add_command(rebuild)
command.add_command(returned)


def _read(file: str) -> Any:
    if file == "-":
        raw = sys.stdin.buffer.read(LARGEST_FILE + 1)
    else:
        with Path(file).open("rb") as opened:
            raw = opened.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise Invalid.one("inputs", "inputs_json", reason=f"more than {LARGEST_FILE} bytes")
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except RecursionError as error:
        raise Invalid.one("inputs", "inputs_json", reason="nested too deep") from error
    except ValueError as error:
        raise Invalid.one("inputs", "inputs_json", reason=str(error)) from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _with(metric_id: str, inputs: Any, period: Mapping[str, Any], chosen: Sequence[str]) -> Any:
    """Inputs with a period and parameters of the command line; without any as they are. Raises Invalid for what the
    metric doesn't know."""
    if not isinstance(inputs, Mapping):
        return inputs
    found = dict(inputs)
    given = [field for name, field in PERIOD.items() if period[name] is not None]
    if given and not {"from", "to"} <= metric(metric_id).inputs.keys():
        raise Invalid.one(given[0], "period_of_metric", metric=metric_id)
    if given:
        span = told_period(period)
        found |= {"from": span.first.isoformat(), "to": span.after.isoformat()}
    if told := told_parameters(chosen):
        found = with_chosen_inputs(metric_id, found, told)
    return found
