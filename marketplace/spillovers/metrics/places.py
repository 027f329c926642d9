"""Distance, and whether knowledge stays where it was made."""

from __future__ import annotations

from typing import Any, Final

from marketplace.spillovers.rules import given as read
from marketplace.spillovers.rules.geography import Point, distance, half_life_weight, localisation
from marketplace.spillovers.rules.given import Given
from marketplace.spillovers.rules.results import Result, label, told
from marketplace.values.refusal import Invalid

EARTH_KM: Final = 6371.0088


def decay(given: Given) -> Result:
    """geo.decay: distances from the origin, weights that halve with each half-distance, and the weighted stock; null
    where no origin is told."""
    if not given.has("origin"):
        return Result(value=None, n=0)
    lengths, half = _lengths(given), float(given.number("half_distance_km", above=0))
    origin = given.text("origin")
    weights = {name: half_life_weight(length, half) for name, length in lengths.items()}
    stocks = given.mapping("stock") if given.has("stock") else {}
    held = {name: float(read.number(each, f"stock/{name}")) for name, each in stocks.items() if name != origin}
    known = sorted(held.keys() & weights.keys())
    value = {
        "distance_km": {f"{origin}{name}": told(length) for name, length in lengths.items()},
        "half_life_weight": {f"{origin}{name}": told(weight) for name, weight in weights.items()},
        "distance_weighted_stock": told(sum(held[name] * weights[name] for name in known)),
    }
    return Result(value=value, n=len(lengths), n_unknown=len(held.keys() - weights.keys()))


def bands(given: Given) -> Result:
    """geo.band: 1 for each place within the first distance, and for each at or beyond the second; null where no origin
    is told."""
    if not given.has("origin"):
        return Result(value=None, n=0)
    lengths, origin = _lengths(given), given.text("origin")
    limits = [read.number(each, f"bands_km/{at}", least=0) for at, each in enumerate(given.rows("bands_km"))]
    if len(limits) != 2:
        raise Invalid.one("bands_km", "same_length", wanted=2)
    near, far = limits
    if near > far:
        raise Invalid.one("bands_km", "range_reversed")
    value = {
        f"le_{label(near)}": {f"{origin}{name}": int(length <= near) for name, length in lengths.items()},
        f"ge_{label(far)}": {f"{origin}{name}": int(length >= far) for name, length in lengths.items()},
    }
    return Result(value=value, n=len(lengths))


def localised(given: Given) -> Result:
    """spill.localisation: the share of citations from the same region over that of matched controls, with t."""
    cited, controls = _sample(given, "citations"), _sample(given, "controls")
    if cited[1] != controls[1]:
        raise Invalid.one("controls/n", "equal_n", wanted=cited[1])
    ratio, t = localisation(cited, controls)
    value = {"ratio": ratio, "t": t}
    n = cited[1]
    return Result(value=value, numerator=cited[0] / n if n else None, denominator=controls[0] / n if n else None, n=n)


def _lengths(given: Given) -> dict[str, float]:
    """The distance of each place from the origin."""
    radius = float(given.number("earth_radius_km", above=0)) if given.has("earth_radius_km") else EARTH_KM
    points = {name: _point(each, f"points/{name}") for name, each in given.mapping("points").items()}
    origin = given.text("origin")
    if origin not in points:
        raise Invalid.one("origin", "choice")
    return {name: distance(points[origin], each, radius) for name, each in sorted(points.items()) if name != origin}


def _point(value: Any, field: str) -> Point:
    two = read.rows(value, field, 2)
    if len(two) != 2:
        raise Invalid.one(field, "same_length", wanted=2)
    return read.real(two[0], f"{field}/0", least=-90, most=90), read.real(two[1], f"{field}/1", least=-180, most=180)


def _sample(given: Given, name: str) -> tuple[int, int]:
    row = read.entry(given.value(name), name)
    n = read.whole(read.member(row, "n", name), f"{name}/n")
    return read.whole(read.member(row, "same_region", name), f"{name}/same_region", most=n), n


COMPUTATIONS: Final = {"geo.decay": decay, "geo.band": bands, "spill.localisation": localised}
