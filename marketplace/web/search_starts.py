"""The part of the search page that asks by when a use shall lawfully begin, and what would cross for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _

from marketplace.search import queries
from marketplace.search.rules.starts import CROSSINGS
from marketplace.search.rules.wishes import SearchQuery
from marketplace.values.localized import Language, pick
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.request import actor, language, reading

# All parameters of this part; what is wrong with one leaves the others without a meaning.
STARTS: Final = ("startable_by", "crossing", "organisation", "from")


@dataclass(frozen=True, slots=True)
class StartFields:
    """What may be chosen: (value, text, whether chosen) each; no own organisation, and the jurisdiction is asked."""

    crossings: Sequence[tuple[str, str, bool]]
    organisations: Sequence[tuple[str, str, bool]]
    origins: Sequence[tuple[str, str, bool]]


def start_fields(values: Mapping[str, Sequence[str]], territories: Mapping[str, Mapping[str, str]]) -> StartFields:
    """The choices of who asks, as the address has them."""
    own = queries.organisations_of(reading(), actor())
    mine = [(str(each.id), each.name) for each in own]
    return StartFields(
        crossings=_chosen(values, "crossing", [(choice, _crossing(choice)) for choice in CROSSINGS]),
        organisations=_chosen(values, "organisation", _named(mine)) if len(mine) > 1 else (),
        origins=() if mine else _chosen(values, "from", _named(territories.items())),
    )


def find(
    query: SearchQuery, *, without: SearchQuery, now: datetime
) -> tuple[queries.SearchPage, SearchQuery, Sequence[FieldError]]:
    """The page of a query; where it can't be told when a use may begin, that of the query without this part."""
    try:
        return queries.search(reading(), query, language=language(), now=now, by=actor()), query, ()
    except Invalid as broken:
        page = queries.search(reading(), without, language=language(), now=now, by=actor())
        return page, without, broken.errors


def _chosen(
    values: Mapping[str, Sequence[str]], name: str, offered: Sequence[tuple[str, str]]
) -> list[tuple[str, str, bool]]:
    return [(value, text, value in values.get(name, ())) for value, text in offered]


def _named(rows: Any) -> list[tuple[str, str]]:
    spoken: Language = language()  # type: ignore[assignment]
    return [(code, pick(name, spoken).text) for code, name in rows]


def _crossing(choice: str) -> str:
    return str(
        {
            "goods_back": _("Samples or goods that come back"),
            "goods_stay": _("Goods that stay"),
            "personal_data": _("Personal data"),
            "other_data": _("Other data"),
            "people": _("People travel"),
            "technology": _("Technology or know-how"),
            "nothing": _("Nothing of the kind"),
        }[choice]
    )
