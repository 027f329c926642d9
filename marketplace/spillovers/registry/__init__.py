"""The registry of metrics as data: what each one means, how it is made, and what may be claimed by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from marketplace.values.localized import LANGUAGES
from marketplace.values.refusal import NotFound

FOLDER: Final = Path(__file__).parent
# The same loader in C where PyYAML was built with it: ten times faster.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Texts of a row, and the codes by which it names texts that several rows share.
TEXTS: Final = ("name", "definition", "words")
CODES: Final[Mapping[str, str]] = {
    "unit": "units",
    "source": "sources",
    "population": "populations",
    "dedup": "dedups",
    "aggregation": "aggregations",
    "unknown": "unknowns",
}
# What may be said of a figure, from the least to the most (B3); the last is never said of any metric here.
CLAIMS: Final = ("recorded", "associated", "exposure", "additional", "caused")

Text = Mapping[str, str]


class Kind(StrEnum):
    """What a metric is about; use, output and spillover are never mixed (S-01)."""

    USE = "use"
    OUTPUT = "output"
    SPILLOVER = "spillover"
    EXPOSURE = "exposure"
    PROCESS = "process"
    METHOD = "method"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric; texts in three languages. `undefined` tells why it can't be computed."""

    id: str
    version: int
    kind: Kind
    name: Text
    definition: Text
    words: Text
    formula: str
    unit: Text
    source: Text
    population: Text
    dedup: Text
    aggregation: Text
    unknown: Text
    floor: int | None
    inputs: Mapping[str, Text]
    claims: Sequence[str]
    undefined: Text | None = None


@cache
def metrics() -> Mapping[str, Metric]:
    """Every metric by its id, in the order of the files."""
    return {row["id"]: _metric(row, kind) for kind in Kind for row in _read(f"{kind}.yaml")}


def metric(metric_id: str) -> Metric:
    """One metric. Raises NotFound."""
    if metric_id not in metrics():
        raise NotFound("metric")
    return metrics()[metric_id]


@cache
def vocabulary(name: str) -> Mapping[str, Text]:
    """A vocabulary that the rows share, such as units, kinds, meanings or claims: text by code."""
    return {code: _text(texts) for code, texts in _read("words.yaml")[name].items()}


def may_not(known: Metric) -> list[Text]:
    """What may not be claimed by a metric, from the least to the most."""
    return [vocabulary("claims")[code] for code in CLAIMS if code not in known.claims]


def may(known: Metric) -> list[Text]:
    """What may be claimed by a metric."""
    return [vocabulary("claims")[code] for code in CLAIMS if code in known.claims]


def _metric(row: Mapping[str, Any], kind: Kind) -> Metric:
    reason = row.get("undefined")
    return Metric(
        id=row["id"],
        version=row["version"],
        kind=kind,
        formula=row["formula"],
        floor=row["floor"],
        claims=tuple(row["claims"]),
        inputs={name: vocabulary("inputs")[name] for name in row["inputs"]},
        undefined=vocabulary("reasons")[reason] if reason else None,
        **{name: _text(row[name]) for name in TEXTS},
        **{name: vocabulary(words)[row[name]] for name, words in CODES.items()},
    )


def _text(three: Sequence[str]) -> Text:
    return dict(zip(LANGUAGES, three, strict=True))


@cache
def _read(name: str) -> Any:
    loader = _LOADER((FOLDER / name).read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
