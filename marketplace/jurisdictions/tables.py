"""The data files of this concept: territories, authorities, calendars, currencies and where each row comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read: title, issuer, date and, where it has a lasting one, its address."""

    key: str
    title: str
    issuer: str
    date: str | None
    url: str | None


@cache
def table(name: str) -> tuple[Mapping[str, Any], ...]:
    """The rows of one file."""
    return tuple(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


@cache
def _sources() -> Mapping[str, Source]:
    return {row["key"]: Source(**row) for row in table("sources")}


def sources(keys: list[str]) -> list[Source]:
    """The sources of a row, in its order; keys without an entry are left out."""
    return [_sources()[key] for key in keys if key in _sources()]


@cache
def city_names() -> Mapping[str, Mapping[str, str]]:
    """What known cities are called in three languages, by their English name."""
    return {row["city"]: row["name"] for row in table("cities")}
