"""Packs that need no database: small populations as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketplace.spillovers.packs.contents import Basis, Pack
from marketplace.wording.packs import readme

AT = "2026-03-02T01:00:00+00:00"
ABOUT = {
    "scope": "collaboration:c1",
    "name": {"en": "Cleaner cells", "zh-Hant": "潔淨細胞"},
    "first": "2026-01-01",
    "after": "2027-01-01",
    "as_of": AT,
    "floor": 2,
    "parameters": {"delta": "0.15"},
    "software": "benchbridge 0.1.0",
    "withheld": 1,
    "withheld_use": 0,
    "differs": ["out.distinct"],
    "without_figure": {"use.oee": "no_rows_recorded"},
    "months_before": 36,
    "comparison": "comparison_not_an_effect",
    "deflators": [],
}


def outcome(number: int, **more: Any) -> dict[str, Any]:
    """One confirmed publication of the firm."""
    told = {"id": f"o{number}", "reference": f"OUT-{number}", "type": "publication", "title": {"en": "=1+1"}}
    told |= {"status": "confirmed", "level": 2, "version": 1, "organisation": "firm", "date_event": "2026-02-10"}
    return told | more


def event(number: int, verb: str, status: str, **more: Any) -> dict[str, Any]:
    """Something that happened to an outcome."""
    told = {"outcome": f"o{number}", "number": 1, "verb": verb, "version": 1, "at": AT, "status": status, "level": 0}
    return told | {"organisation": "firm", "person": "person-1"} | more


def pack(rows: Sequence[dict[str, Any]], months: Sequence[tuple[int, int]] = (), **more: Any) -> Pack:
    """A pack of works and tenancies; `rows` are inputs of `out.distinct` with ids o1, o2 ..."""
    numbers = range(1, len(rows) + 1)
    bases = [Basis(metric="out.distinct", inputs={"rows": list(rows)}, subjects=[f"o{n}" for n in numbers])]
    bases.append(Basis(metric="ret.km", inputs={"months_event": [list(each) for each in months], "at": [12, 24]}))
    tables = {
        "organisations": [{"id": "firm", "name": {"en": "Firm"}, "kind": "firm", "jurisdiction": "CN"}],
        "collaborations": [{"id": "c1", "reference": "COL-1"}],
        "outcomes": [outcome(n) for n in numbers],
        "events": [event(n, verb, "confirmed") for n in numbers for verb in ("draft",)],
        "baseline": [{"collaboration": "c1", "first_use": None, "since": None, "outcomes": None, "by_type": {}}],
    }
    about = {**ABOUT, **more}
    return Pack(about=about, bases=bases, tables=tables, readme=readme(about))


def works(count: int) -> list[dict[str, Any]]:
    """So many publications, each with a DOI of its own."""
    return [
        {"row": f"o{n}", "type": "publication", "id": f"10.1234/p{n}", "priorities": None} for n in range(1, count + 1)
    ]
