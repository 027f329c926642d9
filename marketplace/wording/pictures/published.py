"""What is published of a year, for everybody: two tables after disclosure control, as charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marketplace.spillovers.queries.stored import Year
from marketplace.spillovers.rules.disclosure import percent
from marketplace.spillovers.rules.published import CLASSES as ORDER
from marketplace.spillovers.rules.published import Printed, Unpublished, printed
from marketplace.spillovers.rules.tables import Cell as Place
from marketplace.wording.charts.figures import About, Cell, Figure, Hidden
from marketplace.wording.charts.matrices import Matrix, matrix
from marketplace.wording.dictionary import said, spoken
from marketplace.wording.pictures.naming import CLASSES, PLACES, Names, named
from marketplace.wording.pictures.sharing import counted_matrix, matrix_about

CHARTS: Final = ("zones", "matrix")
RULE: Final = said(
    "Counts are rounded to 5; 1 to 4 are shown as “fewer than 5”, a true nought as 0. A figure is not published where "
    "fewer than three organisations stand behind it on either side, where a hidden one could be told from it, or where "
    "it is a total below 5.",
    "數目取整至5；1至4顯示為「少於5」，真正的零顯示為0。如任何一方背後少於三個機構、可由此推算被隱藏的數字，或屬少於5的總計，則不予公布。",
    "数量取整至5；1至4显示为“少于5”，真正的零显示为0。如任何一方背后少于三个机构、可由此推算被隐藏的数字，或属少于5的合计，则不予公布。",
)
_ZONES: Final = said("Confirmed outcomes by zone", "各合作區的已確認成果", "各合作区的已确认成果")
_ZONES_ABOUT: Final = said(
    "Public outcomes of %(year)s that another side confirmed, by the zone in which their parties have their seat; "
    "those of several zones stand apart, so that each is counted once. A count is no effect.",
    "%(year)s年經另一方確認的公開成果，按各方所在的合作區劃分；涉及多個合作區者另列，使每項只計一次。數目並非效果。",
    "%(year)s年经另一方确认的公开成果，按各方所在的合作区划分；涉及多个合作区的另列，使每项只计一次。数量并非效果。",
)
_ZONE: Final = said("Zone", "合作區", "合作区")
_CLASS: Final = said("Class of outcome", "成果類別", "成果类别")
_RATE: Final = said(
    "Response rate: %(rate)s%% of the questions about outcomes were answered.",
    "回覆率：有關成果的詢問中，%(rate)s%%已獲回覆。",
    "回复率：有关成果的询问中，%(rate)s%%已获回复。",
)
_NO_RATE: Final = said(
    "Response rate: not published, as too few questions were asked or no total is shown.",
    "回覆率：因詢問數目過少或未列總計，不予公布。",
    "回复率：因询问数量过少或未列合计，不予公布。",
)
_SHOWN: Final = {Unpublished.FEW: Hidden.FEW, Unpublished.WITHHELD: Hidden.WITHHELD}


def outcomes_printed(year: Year | None) -> Mapping[Place, Printed]:
    """The table of outcomes by zone and class as it is published."""
    return printed(tuple(row) for row in _cells(year, "out.matrix"))


def sessions_printed(year: Year | None) -> Mapping[Place, Printed]:
    """The table of sessions between territories as it is published: three users and three hosts behind each."""
    rows = _cells(year, "flow.matrix")
    return printed((user, host, count, min(users, hosts)) for user, host, count, _hours, users, hosts in rows)


def response_published(year: Year | None) -> int | None:
    """The response rate in whole per cent beside a published total (S-08); None where no total is published, or too few
    were asked for a percentage (S-06)."""
    found = year.figures.get("out.response_rate", ()) if year else ()
    total = outcomes_printed(year).get(("", ""))
    if not found or found[0].value is None or not isinstance(total, int) or total == 0:
        return None
    asked = found[0].n_units
    return percent(round(found[0].value * asked), asked)


def rate_said(year: Year | None, language: str) -> str:
    """The same as a sentence."""
    rate, tongue = response_published(year), spoken(language)
    return _NO_RATE[tongue] if rate is None else _RATE[tongue] % {"rate": rate}


def outcomes_by_zone(year: Year | None, zones: Names, language: str) -> Figure:
    """Outcomes by zone and class."""
    tongue, cells = spoken(language), outcomes_printed(year)
    rows = sorted({row for row, _column in cells if row}, key=lambda code: (code in PLACES, code))
    columns = [name for name in ORDER if any(column == name for _row, column in cells)]

    def at(row: str, column: str) -> Cell:
        return shown(cells.get((row, column), 0))

    told = Matrix(
        down=_ZONE[tongue],
        across=_CLASS[tongue],
        rows=tuple(PLACES[code][tongue] if code in PLACES else named(code, zones, language) for code in rows),
        columns=tuple(CLASSES[name][tongue] for name in columns),
        cells=tuple(tuple(at(row, column) for column in columns) for row in rows),
        row_totals=tuple(at(row, "") for row in rows),
        column_totals=tuple(at("", column) for column in columns),
        total=at("", "") if rows else None,
    )
    number = str(year.number) if year else "–"
    about = About(
        key="zones",
        title=_ZONES[tongue],
        description=_ZONES_ABOUT[tongue] % {"year": number},
        notes=(rate_said(year, language), RULE[tongue]),
    )
    return matrix(about, told, language)


def sessions_by_territory(year: Year | None, territories: Names, language: str) -> Figure:
    """Sessions between territories."""
    about = matrix_about(year, language)
    ruled = About(key=about.key, title=about.title, description=about.description, notes=(RULE[spoken(language)],))
    cells = {place: shown(each) for place, each in sessions_printed(year).items()}
    return counted_matrix(cells, territories, language, about=ruled)


def shown(each: Printed) -> Cell:
    """What is printed, as a cell of a chart."""
    return _SHOWN[each] if isinstance(each, Unpublished) else each


def _cells(year: Year | None, metric: str) -> list[list[Any]]:
    found = year.value(metric, "cells") if year else None
    return [list(row) for row in found] if isinstance(found, list) else []
