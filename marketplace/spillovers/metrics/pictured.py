"""What pictures are drawn from: flows by territory, ties, whole curves, outcomes by place; with who stands behind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import exp, isfinite, log
from typing import Any, Final

from marketplace.spillovers.metrics.durations import MOST_MONTHS
from marketplace.spillovers.rules import boundaries
from marketplace.spillovers.rules import given as read
from marketplace.spillovers.rules.boundaries import Session
from marketplace.spillovers.rules.geography import territory
from marketplace.spillovers.rules.given import Given
from marketplace.spillovers.rules.results import Result, told
from marketplace.spillovers.rules.survival import Curve, curve

TOTAL: Final = ""  # stands for the line of totals
SEVERAL, NOWHERE = "several", "none"
MOST_TIES: Final = 300
MOST_PLACES: Final = 200
# The normal quantile of 97.5 per cent.
_Z: Final = 1.959963984540054

Key = tuple[str, str]


def flow_matrix(given: Given) -> Result:
    """flow.matrix: sessions and hours from the user's territory to the host's, with users and hosts behind each cell.

    Own use is no flow; cells whose name is empty are totals.
    """
    sessions = boundaries.shared(_sessions(given))
    home = {name: territory(each) for name, each in _named(given, "jurisdiction").items()}
    known = boundaries.both_known(sessions, home.get)
    cells: dict[Key, list[Session]] = defaultdict(list)
    for each in known:
        for key in _with_totals(home[each.user], home[each.host]):
            cells[key].append(each)
    value = [
        [
            *key,
            len(cell),
            sum((each.hours for each in cell), Fraction(0)),
            len({each.user for each in cell}),
            len({each.host for each in cell}),
        ]
        for key, cell in sorted(cells.items())
    ]
    return Result(value={"cells": value}, n=len(sessions), n_unknown=len(sessions) - len(known))


def ties(given: Given) -> Result:
    """net.ties: for each two organisations that shared, whichever hosted, sessions and hours; the strongest 300."""
    sessions = boundaries.shared(_sessions(given))
    home = {name: territory(each) for name, each in _named(given, "jurisdiction").items()}
    known = boundaries.both_known(sessions, home.get)
    found: dict[Key, list[Session]] = defaultdict(list)
    for each in known:
        found[min(each.host, each.user), max(each.host, each.user)].append(each)
    hours = {pair: sum((each.hours for each in held), Fraction(0)) for pair, held in found.items()}
    kept = sorted(found, key=lambda pair: (-hours[pair], -len(found[pair]), pair))[:MOST_TIES]
    value = {
        "ties": [[*pair, len(found[pair]), hours[pair]] for pair in kept],
        "territories": {name: home[name] for pair in kept for name in pair},
        "left_out": len(found) - len(kept),
    }
    return Result(value=value, n=len(sessions), n_unknown=len(sessions) - len(known))


def whole_curve(given: Given) -> Result:
    """ret.curve and lag.curve: S(t) at every time at which anything was seen, with its 95% limits, for each cohort.

    Limits are those of log(-log S) (Kalbfleisch, Prentice), so they never leave 0 to 1.
    """
    cohorts: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for field, row in given.objects("months_event"):
        months = read.real(read.member(row, "months", field), f"{field}/months", least=0, most=MOST_MONTHS)
        seen = (months, read.flag(read.member(row, "event", field), f"{field}/event"))
        cohort = read.optional(row, "cohort", field, read.text)
        for name in {TOTAL, cohort or TOTAL}:
            cohorts[name].append(seen)
    value = {"cohorts": {name: _steps(curve(rows)) for name, rows in sorted(cohorts.items())}}
    return Result(value=value, n=len(cohorts.get(TOTAL, ())))


def by_place(given: Given) -> Result:
    """out.matrix: outcomes by type and by the one place that they belong to, with the organisations behind each cell.

    An outcome of several places stands under "several", so that the cells of a type add up to its outcomes.
    """
    cells: dict[Key, set[str]] = defaultdict(set)
    count: dict[Key, int] = defaultdict(int)
    rows = given.objects("rows", key="row")
    unknown = 0
    for field, row in rows:
        kind = read.text(read.member(row, "type", field), f"{field}/type")
        places = read.names(row.get("places") or [], f"{field}/places", MOST_PLACES)
        whose = read.names(row.get("organisations") or [], f"{field}/organisations", MOST_PLACES)
        unknown += not whose
        for key in _with_totals(_place(places), kind):
            count[key] += 1
            cells[key] |= set(whose)
    value = {"cells": [[*key, count[key], len(cells[key])] for key in sorted(count)]}
    return Result(value=value, n=len(rows), n_unknown=unknown)


def _place(places: Sequence[str]) -> str:
    return places[0] if len(places) == 1 else SEVERAL if places else NOWHERE


def _with_totals(row: str, column: str) -> tuple[Key, ...]:
    return (row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)


def _steps(found: Curve) -> list[list[Any]]:
    """[t, at risk, ended, S, low, high] at nought and each time at which somebody was last seen."""
    leaving = Counter(time for time, _over in found.seen)
    drops = {each.time: each for each in found.drops}
    rows: list[list[Any]] = []
    left, error, at_risk = 1.0, 0.0 if found.seen else None, len(found.seen)
    for time in sorted({0.0, *leaving}):
        drop = drops.get(time)
        left, error = (drop.left, drop.error) if drop else (left, error)
        low, high = _limits(left, error)
        rows.append([Fraction(time), at_risk, drop.events if drop else 0, told(left), low, high])
        at_risk -= leaving[time]
    return rows


def _limits(left: float, error: float | None) -> tuple[float | None, float | None]:
    if error == 0 and left == 1:
        return 1.0, 1.0
    if not error or not isfinite(error) or not 0 < left < 1:
        return None, None
    spread = _Z * error / (left * abs(log(left)))
    if spread > 50:  # nothing but 0 to 1
        return 0.0, 1.0
    return told(left ** exp(spread)), told(left ** exp(-spread))


def _sessions(given: Given) -> list[Session]:
    return [_session(row, field) for field, row in given.objects("sessions")]


def _session(row: Mapping[str, Any], field: str) -> Session:
    host, user = (read.text(read.member(row, name, field), f"{field}/{name}") for name in ("host", "user"))
    return Session(host, user, read.number(read.member(row, "hours", field), f"{field}/hours", least=0))


def _named(given: Given, name: str) -> dict[str, str]:
    rows: Iterable[tuple[str, Any]] = given.mapping(name).items()
    return {each: read.text(value, f"{name}/{each}") for each, value in rows if value is not None}


COMPUTATIONS: Final = {
    "flow.matrix": flow_matrix,
    "net.ties": ties,
    "ret.curve": whole_curve,
    "lag.curve": whole_curve,
    "out.matrix": by_place,
}
