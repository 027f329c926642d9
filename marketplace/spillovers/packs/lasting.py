"""Inputs that tell of days and of authors, traced to the rows of a pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from marketplace.spillovers.packs.contents import Basis, Pack
from marketplace.spillovers.rules.counting import CONTRACTS
from marketplace.spillovers.rules.stays import Stay, lag_of, life_of, months_of

# Each difference: the row that it is about, and the member that differs.
Difference = tuple[str, str]
Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
_STAYING: Final = ("ret.km", "ret.rmst")
_FIRST: Final = "lag.median"
_LIVING: Final = "out.spinoff.active3"


def lasting(basis: Basis, pack: Pack) -> Iterator[Difference]:
    """What inputs say otherwise than the rows of contracts, authors, stays, first outcomes and companies."""
    inputs, tables = basis.inputs, pack.tables
    if isinstance(inputs.get("contracts"), list) and _has(tables, "outcomes", "starts_on"):
        yield from _contracts(inputs["contracts"], tables["outcomes"], _day(pack.about["after"]))
    if isinstance(inputs.get("publications"), Mapping) and "authors" in tables:
        yield from _authors(inputs["publications"], tables)
    if isinstance(inputs.get("months_event"), list):
        made = _months(basis.metric, tables, _seen(pack.about))
        if made is not None:
            yield from _unlike(inputs["months_event"], made, "months_event")


def _contracts(told: Sequence[Row], outcomes: Sequence[Row], after: date) -> Iterator[Difference]:
    """Every contract that counts and began before the end, with its days."""
    made = [
        {"id": row["id"], "start": start, "end": max(row["ends_on"], start) if row["ends_on"] else None}
        for row in outcomes
        if row["counted"] and row["type"] in CONTRACTS and _day(row["date_event"]) < after
        for start in [row["starts_on"] or row["date_event"]]
    ]
    yield from _unlike(told, made, "contracts")


def _authors(told: Mapping[str, Any], tables: Tables) -> Iterator[Difference]:
    """The authors of each publication by its number, each with the places that they name."""
    places: dict[str, list[Any]] = {}
    for row in tables["authors"]:
        places.setdefault(row["outcome"], []).append(row["places"])
    counted = [row for row in tables["outcomes"] if row["counted"] and row["type"] == "publication"]
    known = {one["normalised"]: places.get(row["id"], []) for row in counted for one in row["identifiers"]}
    for number, authors in told.items():
        if known.get(number) != authors:
            yield number, "publications"


def _months(metric: str, tables: Tables, seen: date) -> list[dict[str, Any]] | None:
    """The months of a metric, made of the rows; None where the pack has no such rows."""
    if metric in _STAYING and "stays" in tables:
        rows = tables["stays"]
        return months_of(
            [Stay(row["entity"], _day(row["joined_on"]), _or_none(row["left_on"]), row["own"] is True) for row in rows],
            seen,
        )
    if metric == _FIRST and "beginnings" in tables:
        rows = tables["beginnings"]
        return [lag_of(row["collaboration"], _day(row["began_on"]), _or_none(row["came_on"]), seen) for row in rows]
    if metric == _LIVING and _has(tables, "outcomes", "ended_on"):
        rows = [row for row in tables["outcomes"] if row["counted"] and row["type"] == "spinoff"]
        founded = [(row, _day(row["date_event"])) for row in rows]
        return [life_of(row["id"], day, _or_none(row["ended_on"]), seen) for row, day in founded if day <= seen]
    return None


def _unlike(told: Sequence[Row], made: Sequence[Row], member: str) -> Iterator[Difference]:
    """Rows that differ, and those that only one of both has."""
    given, expected = ({str(row["id"]): dict(row) for row in rows} for rows in (told, made))
    if len(told) != len(given):
        yield "", member
    yield from ((id, member) for id in sorted(given.keys() | expected.keys()) if given.get(id) != expected.get(id))


def _has(tables: Tables, kind: str, column: str) -> bool:
    return all(column in row for row in tables[kind]) if kind in tables else False


def _seen(about: Mapping[str, Any]) -> date:
    known = datetime.fromisoformat(about["as_of"]).astimezone(UTC).date()
    return min(_day(about["after"]) - timedelta(days=1), known)


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _or_none(written: str | None) -> date | None:
    return _day(written) if written else None
