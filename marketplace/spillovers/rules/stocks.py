"""Stocks of research or of shared input by perpetual inventory."""

from __future__ import annotations

from collections.abc import Sequence


def perpetual(flows: Sequence[float], delta: float, divisor: float) -> list[float]:
    """G_0 = R_0 / divisor, G_t = (1 - delta) G_(t-1) + R_t (Bloom, Schankerman, Van Reenen 2013)."""
    stocks: list[float] = []
    for flow in flows:
        stocks.append((1 - delta) * stocks[-1] + flow if stocks else flow / divisor)
    return stocks
