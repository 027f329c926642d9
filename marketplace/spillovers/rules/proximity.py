"""How near two organisations are in technology (Bloom, Schankerman, Van Reenen 2013): Jaffe and Mahalanobis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from marketplace.spillovers.rules.results import told

# For each organisation how much of its output lies in each class; classes without any are left out.
Counts = Mapping[str, Mapping[str, float]]
Pair = tuple[str, str]
Matrix = NDArray[np.float64]
Places = NDArray[np.intp]
_ROUNDING: Final = 1e-12


def known(counts: Counts) -> dict[str, dict[str, float]]:
    """Shares over the classes of those organisations that have any output; the others' place is unknown."""
    shares = {}
    for name in sorted(counts):
        total = math.fsum(counts[name].values())
        if total > 0:
            shares[name] = {each: counts[name][each] / total for each in sorted(counts[name]) if counts[name][each] > 0}
    return shares


def jaffe_pairs(counts: Counts) -> dict[Pair, float]:
    """The uncentred cosine of each two organisations that share a class, by name; all other pairs are at 0."""
    names, found = tuple(known(counts)), {}
    for at, (near, values) in enumerate(jaffe_rows(counts)):
        later = near > at
        placed = zip(near[later].tolist(), values[later].tolist(), strict=True)
        found.update({(names[at], names[to]): value for to, value in placed})
    return found


def jaffe_rows(counts: Counts) -> Iterator[tuple[Places, Matrix]]:
    """For each organisation of `known` the places of all others that share a class with it, and how near they are.

    Only those are looked at: the work grows with the pairs that share a class. Sums run over classes by name, one by
    one, so that every machine finds the same last digit.
    """
    members = _by_class(counts)
    for at, shares in enumerate(known(counts).values()):
        own = [members[each] for each in shares]
        products = np.concatenate([weights * weights[np.searchsorted(places, at)] for places, weights in own])
        near, where = np.unique(np.concatenate([places for places, _ in own]), return_inverse=True)
        values = np.minimum(np.bincount(where, weights=products), 1.0)
        others = near != at
        yield near[others], values[others]


def jaffe_of(counts: Counts, pairs: Iterable[Pair]) -> dict[Pair, float]:
    """The uncentred cosine of the pairs that were asked for, at no cost of any other; those without output left out."""
    rows = _rows(counts)
    return {
        (one, other): min(math.fsum(weight * rows[other].get(each, 0.0) for each, weight in rows[one].items()), 1.0)
        for one, other in pairs
        if one in rows and other in rows
    }


def _rows(counts: Counts) -> dict[str, dict[str, float]]:
    """Each organisation's shares scaled to Euclidean length 1."""
    rows = {}
    for name, shares in known(counts).items():
        length = math.sqrt(math.fsum(share * share for share in shares.values()))
        rows[name] = {each: share / length for each, share in shares.items()}
    return rows


def most_pairs(counts: Counts) -> int:
    """No fewer than the pairs that share a class, known before any is looked at."""
    return sum(len(places) * (len(places) - 1) // 2 for places, _ in _by_class(counts).values())


def _by_class(counts: Counts) -> dict[str, tuple[Places, Matrix]]:
    """For each class the places of the organisations in it, and their weights: each row has Euclidean length 1."""
    found: dict[str, tuple[list[int], list[float]]] = {}
    for at, shares in enumerate(known(counts).values()):
        length = math.sqrt(math.fsum(share * share for share in shares.values()))
        for each, share in shares.items():
            places, weights = found.setdefault(each, ([], []))
            places.append(at)
            weights.append(share / length)
    return {each: (np.array(places), np.array(weights)) for each, (places, weights) in found.items()}


@dataclass(frozen=True)
class ClassMatrix:
    """The Mahalanobis extension: classes that often meet in one organisation are near each other.

    Omega is built of shares over the whole population, rows are scaled to length 1 (S-02). Pairs and rows are computed
    through the classes, never as a matrix of all pairs.
    """

    counts: Counts

    @cached_property
    def names(self) -> Sequence[str]:
        """The organisations with output, by name."""
        return tuple(known(self.counts))

    @cached_property
    def classes(self) -> Sequence[str]:
        """The classes in which anybody has output, by name."""
        return tuple(sorted({each for shares in known(self.counts).values() for each in shares}))

    @cached_property
    def _shares(self) -> Matrix:
        column = {each: at for at, each in enumerate(self.classes)}
        found = np.zeros((len(self.names), len(self.classes)))
        for row, shares in enumerate(known(self.counts).values()):
            for each, share in shares.items():
                found[row, column[each]] = share
        return found

    @cached_property
    def omega(self) -> Matrix:
        """Omega_tu = (S'S)_tu / sqrt((S'S)_tt (S'S)_uu)."""
        met = self._shares.T @ self._shares
        size = np.sqrt(np.diag(met))
        return np.asarray(met / np.outer(size, size))

    @cached_property
    def _rows(self) -> Matrix:
        lengths = np.sqrt((self._shares**2).sum(axis=1, keepdims=True))
        return np.asarray(self._shares / lengths)

    @cached_property
    def _seen(self) -> Matrix:
        """Each organisation's row as the other classes see it."""
        return np.asarray(self._rows @ self.omega)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.names)}

    def pair(self, one: str, other: str) -> float | None:
        """N Omega N' of two organisations (or of one with itself); None where either has no output."""
        first, second = sorted((one, other))
        if first not in self._place or second not in self._place:
            return None
        return told(float(self._seen[self._place[first]] @ self._rows[self._place[second]]))

    def exposure(self, stocks: Mapping[str, float]) -> dict[str, float]:
        """For each organisation the sum over all others of proximity times their stock."""
        held = np.array([stocks.get(name, 0.0) for name in self.names])
        if not len(held):
            return {}
        pools = self._seen @ (self._rows.T @ held)
        own = (self._seen * self._rows).sum(axis=1) * held
        return {name: told(float(each)) for name, each in zip(self.names, pools - own, strict=True)}


def exposure(counts: Counts, stocks: Mapping[str, float]) -> dict[str, float]:
    """SPILLTECH_i = the sum over j other than i of P_ij G_j, for every organisation with output.

    Summed through the classes, N (N' G) less one's own: it costs what rows have classes, and no pair.
    """
    rows = _rows(counts)
    held: dict[str, list[float]] = {}
    for name, row in rows.items():
        for each, weight in row.items():
            held.setdefault(each, []).append(weight * stocks.get(name, 0.0))
    pools = {each: math.fsum(parts) for each, parts in held.items()}
    found = {}
    for name, row in rows.items():
        own = stocks.get(name, 0.0)
        others = math.fsum([*(weight * pools[each] for each, weight in row.items()), -own])
        # Whoever shares no class with anybody has exactly nothing, not what rounding left.
        found[name] = told(others) if abs(others) > abs(own) * _ROUNDING else 0.0
    return found


def both_ways(pairs: Iterable[tuple[str, str, Any]]) -> Iterator[tuple[str, Any]]:
    """Values of pairs under both of their names, `A|B` and `B|A`: proximity has no direction."""
    for one, other, value in pairs:
        yield f"{one}|{other}", value
        if one != other:
            yield f"{other}|{one}", value
