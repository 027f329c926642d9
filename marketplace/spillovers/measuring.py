"""A figure from its inputs: computed, summed over parts where each has inputs of its own, and sealed by a digest."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from marketplace.spillovers.computing import compute
from marketplace.spillovers.rules.results import Result, ratio
from marketplace.values.refusal import Invalid

# Whole zones have more rows than a stranger may send.
MOST_ROWS: Final = 5_000_000
PARTS: Final = "parts"
# How `exact` writes a number; other texts are names.
_EXACT: Final = re.compile(r"-?[0-9]+([./][0-9]+)?")


def measure(metric: str, inputs: Mapping[str, Any], *, unknown: int = 0) -> Result:
    """The metric's result; of `parts` (id and inputs of each) the sum of their results (F3: sum, stated reference)."""
    if PARTS in inputs:
        result = summed(metric, inputs[PARTS])
    else:
        result = compute(metric, inputs, most_rows=MOST_ROWS)
    return replace(result, n_unknown=result.n_unknown + unknown)


def summed(metric: str, parts: Sequence[tuple[str, Mapping[str, Any]]]) -> Result:
    """The results of parts added up, each part once. Raises Invalid for a metric that has none."""
    if metric not in _SUMS:
        raise Invalid.one(PARTS, "choice")
    once = dict(sorted(parts, key=lambda part: part[0]))
    return _SUMS[metric]([(inputs, compute(metric, inputs)) for inputs in once.values()])


def _added(parts: Sequence[tuple[Mapping[str, Any], Result]]) -> Result:
    """add.net: gross and net of all, and net over gross."""
    names = ("gross_intervention", "gross_reference", "net")
    value: dict[str, Any] = {name: _sum(result.value[name] for _, result in parts) for name in names}
    gross = _sum(result.denominator for _, result in parts)
    value["ratio_to_GI"] = ratio(value["net"], gross)
    return Result(value=value, numerator=value["net"], denominator=gross, n=len(parts))


def _attributed(parts: Sequence[tuple[Mapping[str, Any], Result]]) -> Result:
    """attr.share: what of all values falls to each, to the smallest unit."""
    found: dict[str, Decimal] = {}
    for inputs, result in parts:
        for name, part in zip(inputs["of"], result.value["attributed"], strict=True):
            found[name] = found.get(name, Decimal(0)) + part
    total = sum(found.values(), Decimal(0))
    by_name = {name: found[name] for name in sorted(found)}
    return Result(value={"by_organisation": by_name, "sum": total}, numerator=total, denominator=1, n=len(parts))


def exact(value: Any) -> Any:
    """A result as JSON that loses nothing: fractions as `7/12`, decimals as text, floating point as it is."""
    if isinstance(value, Mapping):
        return {str(name): exact(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [exact(each) for each in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value:f}"
    if isinstance(value, float) and not math.isfinite(value):
        raise Invalid.one("inputs", "too_large_to_compute")
    return value


def plain(kept: Any) -> Any:
    """An exact value as numbers that programs read."""
    if isinstance(kept, Mapping):
        return {name: plain(each) for name, each in kept.items()}
    if isinstance(kept, list):
        return [plain(each) for each in kept]
    return float(Fraction(kept)) if isinstance(kept, str) and _EXACT.fullmatch(kept) else kept


def digest(document: Any) -> str:
    """SHA-256 over JSON with sorted names and no blanks, in UTF-8."""
    written = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _sum(values: Iterable[Any]) -> Fraction:
    return sum((Fraction(each) for each in values), Fraction(0))


_SUMS: Final = {"add.net": _added, "attr.share": _attributed}
