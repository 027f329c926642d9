"""What figures assume where rows don't say it: the platform's own assumptions, and what somebody chose instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from marketplace.spillovers.rules import given as read
from marketplace.values.refusal import FieldError, Invalid

# Assumed for everybody. They are kept with each snapshot.
PARAMETERS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "delta": "0.15",
        "pre_sample_growth": "0.05",
        "stock_years": 10,
        "at": [12, 24, 36],
        "rmst_to": 24,
        "grace_days": [0, 30],
        "quota_hours": {"general": 1400, "special": 800},
        "survey_benchmark": 1600,
        "leakage": 0,
        "displacement": 0,
        "substitution": 0,
        "multiplier": 1,
        "pairs": 500,
        "half_distance_km": 100,
        "bands_km": [100, 5000],
    }
)
# The member that names what was chosen otherwise, or a period of somebody's own; without it nobody chose anything.
CHOSEN: Final = "chosen"
# The metrics that rest on each.
OF: Final[Mapping[str, tuple[str, ...]]] = {
    "delta": ("stock.perpetual", "spill.tech"),
    "pre_sample_growth": ("stock.perpetual", "spill.tech"),
    "stock_years": ("stock.perpetual", "spill.tech"),
    "at": ("ret.km", "ret.rmst"),
    "rmst_to": ("ret.km", "ret.rmst"),
    "grace_days": ("open.on_time_rate", "open.delay_days"),
    "quota_general": ("use.cn.quota_rate",),
    "quota_special": ("use.cn.quota_rate",),
    "survey_benchmark": ("use.cn.quota_rate",),
    "leakage": ("add.net",),
    "displacement": ("add.net",),
    "substitution": ("add.net",),
    "multiplier": ("add.net",),
    "pairs": ("prox.jaffe", "prox.mahalanobis"),
    "half_distance_km": ("geo.decay",),
    "bands_km": ("geo.band",),
}
QUOTA: Final = "quota_"
HOURS_OF_A_YEAR: Final = 8784
MOST_TOLD: Final = 20


def parameters_of(metric: str) -> dict[str, Any]:
    """The parameters that a metric rests on, with what is assumed for everybody."""
    return {name: _assumed(name) for name, metrics in OF.items() if metric in metrics}


def with_chosen(told: Mapping[str, Any] | None) -> dict[str, Any]:
    """All parameters with those that somebody chose, as numbers or as texts; None is nobody's choice. Raises Invalid
    with every fault, by the parameter's name."""
    if told is None:
        return dict(PARAMETERS)
    found: dict[str, Any] = {**PARAMETERS, CHOSEN: sorted(told)}
    faults: list[FieldError] = []
    for name, value in told.items():
        try:
            if name not in _READ:
                raise Invalid.one(name[: read.LONGEST_NAME], "choice")
            _put(found, name, _READ[name](value, name))
        except Invalid as broken:
            faults += broken.errors
    if not faults and Decimal(str(found["delta"])) + Decimal(str(found["pre_sample_growth"])) <= 0:
        raise Invalid.one("pre_sample_growth", "above_zero_with_delta")
    if faults:
        raise Invalid(faults)
    return found


def _assumed(name: str) -> Any:
    return PARAMETERS["quota_hours"][name.removeprefix(QUOTA)] if name.startswith(QUOTA) else PARAMETERS[name]


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    if name.startswith(QUOTA):
        found["quota_hours"] = {**found["quota_hours"], name.removeprefix(QUOTA): value}
    else:
        found[name] = value


def _number(**bounds: Any) -> Callable[[Any, str], Any]:
    """A number as it is kept: a whole one as such, others as the text of their decimals."""

    def one(value: Any, name: str) -> Any:
        found = read.number(value, name, **bounds)
        if found.denominator == 1:
            return int(found)
        return f"{Decimal(str(value)).normalize():f}"

    return one


def _whole(**bounds: Any) -> Callable[[Any, str], Any]:
    def one(value: Any, name: str) -> Any:
        found = read.number(value, name, **bounds)
        if found.denominator != 1:
            raise Invalid.one(name, "whole_number")
        return int(found)

    return one


def _several(one: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """A list, or a text with commas; in order and each once."""

    def all_of(value: Any, name: str) -> Any:
        listed = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
        return sorted({one(_trimmed(each), name) for each in read.rows(listed, name, MOST_TOLD)})

    return all_of


def _two(one: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    several = _several(one)

    def both(value: Any, name: str) -> Any:
        found = several(value, name)
        if len(found) != 2:
            raise Invalid.one(name, "same_length", wanted=2)
        return found

    return both


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


_READ: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "delta": _number(least=0, most=1),
    "pre_sample_growth": _number(least=-1, most=10),
    "stock_years": _whole(least=1, most=50),
    "at": _several(_whole(least=1, most=1200)),
    "rmst_to": _whole(least=1, most=1200),
    "grace_days": _several(_whole(least=0, most=3660)),
    "quota_general": _number(above=0, most=HOURS_OF_A_YEAR),
    "quota_special": _number(above=0, most=HOURS_OF_A_YEAR),
    "survey_benchmark": _number(above=0, most=HOURS_OF_A_YEAR),
    "leakage": _number(least=0, most=1),
    "displacement": _number(least=0, most=1),
    "substitution": _number(least=0, most=1),
    "multiplier": _number(least=0, most=100),
    "pairs": _whole(least=1, most=5000),
    "half_distance_km": _number(above=0, most=20_000),
    "bands_km": _two(_whole(least=0, most=20_100)),
}
