"""Who shares with whom: flows between territories as a matrix and as bands, and the network of organisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marketplace.spillovers.queries.stored import Values
from marketplace.wording.charts.figures import About, Cell, Figure
from marketplace.wording.charts.flows import Flow, Flows, sankey
from marketplace.wording.charts.matrices import Matrix, matrix
from marketplace.wording.charts.networks import Network, Node, Tie, network
from marketplace.wording.dictionary import said, spoken
from marketplace.wording.pictures.naming import Names, named, told_apart

USER: Final = said("User from", "使用方所在地", "使用方所在地")
HOST: Final = said("Host in", "提供方所在地", "提供方所在地")
HOURS: Final = said("Hours", "時數", "时数")
_MATRIX: Final = said("Sessions between jurisdictions", "各地區之間的使用次數", "各地区之间的使用次数")
_MATRIX_ABOUT: Final = said(
    "Sessions at others’ facilities in %(year)s, from the user’s customs territory (rows) to the host’s (columns).",
    "%(year)s使用其他機構設施的次數，由使用方的關稅地區（行）至設施提供方的關稅地區（列）。",
    "%(year)s使用其他机构设施的次数，由使用方的关税地区（行）至设施提供方的关税地区（列）。",
)
_FLOWS: Final = said("Hours that flow between jurisdictions", "各地區之間的時數流向", "各地区之间的时数流向")
_FLOWS_ABOUT: Final = said(
    "Session hours in %(year)s from the user’s customs territory (left) to the host’s (right); a band is as high as "
    "its hours.",
    "%(year)s由使用方的關稅地區（左）流向設施提供方的關稅地區（右）的使用時數；帶的高度代表時數。",
    "%(year)s由使用方的关税地区（左）流向设施提供方的关税地区（右）的使用时数；带的高度代表时数。",
)
_NETWORK: Final = said("Organisations that share", "共享設施的機構", "共享设施的机构")
_NETWORK_ABOUT: Final = said(
    "Organisations that used each other’s facilities in %(year)s; a thicker line means more sessions, a broken line "
    "crosses a boundary.",
    "%(year)s曾使用對方設施的機構；線越粗表示次數越多，虛線表示跨境。",
    "%(year)s曾使用对方设施的机构；线越粗表示次数越多，虚线表示跨境。",
)
_SESSIONS: Final = said("Sessions", "使用次數", "使用次数")
NO_YEAR: Final = "–"


def flow_matrix(year: Values | None, territories: Names, language: str) -> Figure:
    """Sessions between territories, with totals; nothing hidden: for those who may see all of them."""
    return counted_matrix(
        _cells(year),
        territories,
        language,
        about=_about("matrix", _MATRIX, _MATRIX_ABOUT, year=year, language=language),
    )


def counted_matrix(cells: Mapping[tuple[str, str], Cell], territories: Names, language: str, *, about: About) -> Figure:
    """Counts from rows to columns; a name that is empty is that of the totals."""
    tongue = spoken(language)
    codes = sorted({code for pair in cells for code in pair if code})
    names = tuple(named(code, territories, language) for code in codes)

    def at(row: str, column: str) -> Cell:
        return cells.get((row, column), 0)

    told = Matrix(
        down=USER[tongue],
        across=HOST[tongue],
        rows=names,
        columns=names,
        cells=tuple(tuple(at(row, column) for column in codes) for row in codes),
        row_totals=tuple(at(row, "") for row in codes),
        column_totals=tuple(at("", column) for column in codes),
        total=at("", "") if codes else None,
    )
    return matrix(about, told, language)


def flows(year: Values | None, territories: Names, language: str) -> Figure:
    """Hours between territories as bands."""
    rows = [row for row in _rows(year) if row[0] and row[1]]
    told = tuple(
        Flow(named(user, territories, language), named(host, territories, language), hours)
        for user, host, _sessions, hours, *_behind in rows
    )
    about = _about("flows", _FLOWS, _FLOWS_ABOUT, year=year, language=language)
    return sankey(about, Flows(told, HOURS[spoken(language)]), language)


def ties(year: Values | None, organisations: Names, territories: Names, language: str) -> Figure:
    """The network of organisations."""
    value = year.value("net.ties") if year else None
    found: Mapping[str, Any] = value if isinstance(value, Mapping) else {"ties": [], "territories": {}}
    called = told_apart(found["territories"], organisations, language)
    nodes = tuple(Node(called[code], named(home, territories, language)) for code, home in found["territories"].items())
    joined = tuple(Tie(called[one], called[other], sessions) for one, other, sessions, _hours in found["ties"])
    about = _about("network", _NETWORK, _NETWORK_ABOUT, year=year, language=language)
    return network(about, Network(nodes, joined), language, unit=_SESSIONS[spoken(language)])


def tied(year: Values | None) -> list[str]:
    """Who stands in the network, as figures call them."""
    value = year.value("net.ties", "territories") if year else None
    return sorted(value) if isinstance(value, Mapping) else []


def matrix_about(year: Values | None, language: str) -> About:
    """What the matrix is called."""
    return _about("matrix", _MATRIX, _MATRIX_ABOUT, year=year, language=language)


def _rows(year: Values | None) -> list[Any]:
    found = year.value("flow.matrix", "cells") if year else None
    return list(found) if isinstance(found, list) else []


def _cells(year: Values | None) -> dict[tuple[str, str], Cell]:
    return {(user, host): sessions for user, host, sessions, *_rest in _rows(year)}


def _about(key: str, title: Mapping[Any, str], text: Mapping[Any, str], *, year: Values | None, language: str) -> About:
    tongue = spoken(language)
    label = year.label if year else NO_YEAR
    said_year = f"{label}年" if label.isdigit() and tongue != "en" else label
    return About(key=key, title=title[tongue], description=text[tongue] % {"year": said_year})
