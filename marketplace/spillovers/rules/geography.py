"""Distance on the globe, how nearness fades with it, and which customs territory a place lies in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

Point = tuple[float, float]
# Subdivisions of ISO 3166-2 that are customs territories of their own.
_OWN: Final[Mapping[str, str]] = {"CN-HK": "HK", "CN-MO": "MO", "CN-TW": "TW"}
_FOLDED: Final = frozenset({"HK", "MO"})


def distance(one: Point, other: Point, radius: float) -> float:
    """The great-circle distance of two points (latitude, longitude in degrees) by the haversine formula."""
    (a, b), (c, d) = ((math.radians(each[0]), math.radians(each[1])) for each in (one, other))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * radius * math.asin(math.sqrt(min(1.0, half)))


def half_life_weight(length: float, half: float) -> float:
    """2^(-d/half): half as near at each half-distance more."""
    return float(2.0 ** -(length / half))


def localisation(cited: tuple[int, int], controls: tuple[int, int]) -> tuple[float | None, float | None]:
    """p_c/p_0 and t = (p_c-p_0)/sqrt([p_c(1-p_c)+p_0(1-p_0)]/n) of (same region, n) each (Jaffe, Trajtenberg,
    Henderson 1993); None where nothing can be divided by."""
    (near, n), (base, _) = cited, controls
    if not n:
        return None, None
    p, q = near / n, base / n
    spread = math.sqrt((p * (1 - p) + q * (1 - q)) / n)
    return (p / q if q else None), ((p - q) / spread if spread else None)


def territory(jurisdiction: str) -> str:
    """The customs territory of a jurisdiction's code: CN-GD lies in CN, HK is one by itself (S-10)."""
    code = jurisdiction.upper()
    return _OWN.get(code, code.split("-", maxsplit=1)[0])


def folded(jurisdiction: str) -> str:
    """The territory under the counting rule that takes Hong Kong and Macao as China (CWTS Leiden Open Edition)."""
    found = territory(jurisdiction)
    return "CN" if found in _FOLDED else found
