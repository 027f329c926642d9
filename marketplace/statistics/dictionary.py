"""The dictionary of statistics: columns, indicators and rules of counting, as data in three languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from marketplace.spillovers.rules.results import ratio
from marketplace.values.localized import LANGUAGES, Language

FOLDER: Final = Path(__file__).parent / "registry"
# Raised when a column or rule changes its meaning; it stands in each manifest.
VERSION: Final = 1
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Kind = Literal["text", "code", "date", "instant", "whole", "truth", "ratio"]
Shape = Literal["sessions", "bookings", "groups"]
Text = Mapping[Language, str]
_SHAPES: Final[Mapping[str, Shape]] = {"s": "sessions", "b": "bookings", "g": "groups"}
MEAN: Final = "_mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an export; `key` names the grouping that brings it, `unit_side` what belongs to units alone."""

    id: str
    kind: Kind
    of: frozenset[Shape]
    name: Text
    meaning: Text
    key: str | None = None
    personal: bool = False
    contact: bool = False
    unit_side: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One sum over another: its parts are columns of seconds. `zero` says that over nothing it is 0, else nothing."""

    id: str
    above: Sequence[str]
    below: Sequence[str]
    mean: bool
    zero: bool
    metric: str | None
    name: Text
    meaning: Text
    treatments: Mapping[str, Text]
    source: Text

    @property
    def unit_side(self) -> bool:
        """Whether it needs what belongs to units alone."""
        return any(columns()[each].unit_side for each in (*self.above, *self.below))

    def of(self, sums: Mapping[str, int | None]) -> Fraction | None:
        """Its value of some sums; None where a part is unknown, or over nothing."""
        above, below = ([sums.get(each) for each in part] for part in (self.above, self.below))
        if None in above or None in below:
            return None
        found: Fraction | None = ratio(sum(filter(None, above)), sum(filter(None, below)))
        return Fraction(0) if found is None and self.zero else found


@cache
def columns() -> Mapping[str, Column]:
    """Every column that rows have of themselves, in the order of files."""
    return {row["id"]: _column(row) for row in _read("columns.yaml")}


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every indicator by its id."""
    return {row["id"]: _indicator(row) for row in _read("indicators.yaml")}


@cache
def known(shape: Shape) -> Mapping[str, Column]:
    """All columns that a shape of rows may have: its own, and of groups each indicator, pooled and as a mean."""
    found = {id: column for id, column in columns().items() if shape in column.of}
    if shape == "groups":
        for each in indicators().values():
            found |= {column.id: column for column in _of_indicator(each)}
    return found


@cache
def rules() -> Mapping[str, Text]:
    """The rules of counting that stand in each file."""
    return {code: _text(three) for code, three in _read("words.yaml")["rules"].items()}


def _of_indicator(each: Indicator) -> list[Column]:
    more: dict[str, Any] = {"kind": "ratio", "of": frozenset({"groups"}), "unit_side": each.unit_side}
    found = [Column(id=each.id, name=each.name, meaning=each.meaning, **more)]
    if each.mean:
        templates = _text(_read("words.yaml")["mean"])
        name = {tag: templates[tag] % each.name[tag] for tag in LANGUAGES}
        found.append(Column(id=each.id + MEAN, name=name, meaning=each.meaning, **more))
    return found


def _column(row: Mapping[str, Any]) -> Column:
    more = {name: row[name] for name in ("key", "personal", "contact", "unit_side") if name in row}
    of = frozenset(_SHAPES[letter] for letter in row["of"])
    return Column(id=row["id"], kind=row["kind"], of=of, name=_text(row["name"]), meaning=_text(row["meaning"]), **more)


def _indicator(row: Mapping[str, Any]) -> Indicator:
    words = _read("words.yaml")
    return Indicator(
        id=row["id"],
        above=tuple(row["above"]),
        below=tuple(row["below"]),
        mean=row.get("mean", False),
        zero=row.get("zero", False),
        metric=row.get("metric"),
        name=_text(row["name"]),
        meaning=_text(row["meaning"]),
        treatments={name: _text(words[name][row[name]]) for name in ("maintenance", "cancelled", "estimated")},
        source=_text(words["sources"][row["source"]]),
    )


def _text(three: Sequence[str]) -> Text:
    return dict(zip(LANGUAGES, three, strict=True))


@cache
def _read(name: str) -> Any:
    loader = _LOADER((FOLDER / name).read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
