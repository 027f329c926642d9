"""One figure in full: each of its variants with all parts, what it rests on, and what it does not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from marketplace.spillovers.queries import stored
from marketplace.spillovers.queries.stored import Year
from marketplace.spillovers.registry import metric
from marketplace.values.localized import pick
from marketplace.web.request import language, reading
from marketplace.wording.dictionary import spoken
from marketplace.wording.figure_values import lines_of, named_in
from marketplace.wording.pictures.tiles import Tile, tile

MOST_LINES: Final = 60


@dataclass(frozen=True, slots=True)
class Whole:
    """A figure with all its parts as lines, and how many more there are."""

    tile: Tile
    lines: Sequence[tuple[str, str]]
    more: int


def whole_figure(year: Year | None, metric_id: str) -> list[Whole]:
    """A figure of a snapshot, in each of its variants; nothing where it has none. Raises NotFound."""
    known = metric(metric_id)
    found = year.figures.get(known.id, ()) if year else ()
    names = _names(name for each in found for name in named_in(each.value))
    told = [(each, list(lines_of(each.value, names, spoken(language())))) for each in found]
    return [
        Whole(tile(known, each), lines[:MOST_LINES], max(len(lines) - MOST_LINES, 0))
        for each, lines in told
        if each.value is not None
    ]


def _names(told: Iterable[str]) -> Mapping[str, str]:
    """What figures call organisations and places of units, as the reader knows them."""
    session, tongue, wanted = reading(), spoken(language()), sorted(set(told))
    places = {name: pick(text, tongue).text for name, text in stored.names(session, wanted).items()}
    units = stored.instruments(session, wanted)
    return places | {name: f"{pick(text, tongue).text} ({place})" for name, (text, place) in units.items()}
