"""The worked cases: inputs, what each metric comes to, and how near it must come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COPY = Path(__file__).with_name("cases.json")


@dataclass(frozen=True)
class Case:
    """One metric of one case."""

    name: str
    metric: str
    inputs: dict[str, Any]
    expected: Any
    tolerance: float

    @property
    def id(self) -> str:
        """The name of its test."""
        return f"{self.name}-{self.metric}"


def cases(file: Path = COPY) -> list[Case]:
    """Every metric of every case of a file."""
    told = json.loads(file.read_text(encoding="utf-8"))["cases"]
    return [
        Case(case["id"], metric, case["inputs"], expected, case["tolerance_abs"])
        for case in told
        for metric, expected in case["expected"].items()
    ]


def differences(expected: Any, found: Any, tolerance: float, at: str = "value") -> Iterator[str]:
    """Where a value is not what was expected; members beyond those expected may stand beside them."""
    if isinstance(expected, dict):
        for name, each in expected.items():
            if not isinstance(found, dict) or name not in found:
                yield f"{at}/{name} is missing"
            else:
                yield from differences(each, found[name], tolerance, f"{at}/{name}")
    elif isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            yield f"{at} is {found!r}"
        else:
            for number, (one, other) in enumerate(zip(expected, found, strict=True)):
                yield from differences(one, other, tolerance, f"{at}/{number}")
    elif isinstance(expected, bool) or expected is None or isinstance(expected, str):
        if found is not expected and found != expected:
            yield f"{at} is {found!r}, not {expected!r}"
    elif not isinstance(found, int | float) or abs(found - expected) > tolerance:
        yield f"{at} is {found!r}, not {expected!r}"
