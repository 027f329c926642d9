"""Trends by year: use, output and spillover in charts of their own, never mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from marketplace.spillovers.queries.stored import Year
from marketplace.spillovers.registry import Kind
from marketplace.values.localized import Language
from marketplace.wording.charts.figures import About, Cell, ColumnKind, Figure
from marketplace.wording.charts.lines import Series, TimeSeries, time_series
from marketplace.wording.dictionary import said, spoken

Text = Mapping[Language, str]
MOST_CURRENCIES: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a trend: which figure, or which part of it."""

    label: Text
    metric: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trend:
    """A chart over years."""

    key: str
    kind: Kind
    title: Text
    description: Text
    lines: tuple[Line, ...]
    unit: ColumnKind = "number"


TRENDS: Final = (
    Trend(
        "use-hours",
        Kind.USE,
        said("Hours of use by year", "各年使用時數", "各年使用时数"),
        said(
            "Session hours in each calendar year: at somebody else’s facility, and of one’s own.",
            "每個曆年的使用時數：使用其他機構的設施，以及使用本身的設施。",
            "每个日历年的使用时数：使用其他机构的设施，以及使用自有设施。",
        ),
        (
            Line(said("Shared", "共享", "共享"), "flow.cross_border_share", ("shared_hours",)),
            Line(said("Own use", "自用", "自用"), "flow.cross_border_share", ("own_use_hours_excluded",)),
        ),
    ),
    Trend(
        "use-shares",
        Kind.USE,
        said("Shares of use by year", "各年使用比例", "各年使用比例"),
        said(
            "How much of the shared hours crossed a customs boundary, under our own rule and under the one that counts "
            "Hong Kong and Macao as China; and how much of the booked time was used.",
            "共享時數中跨越關稅邊界的比例（按本平台口徑，以及按將香港、澳門計作中國的口徑），以及預約時間實際使用的比例。",
            "共享时数中跨越关税边界的比例（按本平台口径，以及按将香港、澳门计作中国的口径），以及预约时间实际使用的比例。",
        ),
        (
            Line(said("Cross-boundary", "跨境", "跨境"), "flow.cross_border_share", ("by_hours",)),
            Line(
                said("HK, MO as China", "港澳計作中國", "港澳计作中国"),
                "flow.cross_border_share",
                ("folded_cn_by_hours",),
            ),
            Line(said("Booked and used", "預約並使用", "预约并使用"), "use.show_rate"),
            Line(said("External use", "對外服務", "对外服务"), "use.cn.sharing_rate", ("pooled",)),
        ),
        "percent",
    ),
    Trend(
        "output-counts",
        Kind.OUTPUT,
        said("Recorded outputs by year", "各年已記錄產出", "各年已记录产出"),
        said(
            "Distinct outputs whose other side confirmed them, by the year of the event. A count is no effect.",
            "經對方確認的不重複產出，按事件年份計。數目並非效果。",
            "经对方确认的不重复产出，按事件年份计。数量并非效果。",
        ),
        (
            Line(said("Publications", "論文", "论文"), "out.pub.full", ("distinct",)),
            Line(said("Patent families", "專利族", "专利族"), "out.patent.families"),
            Line(said("Active contracts", "有效合約", "有效合同"), "out.contract.active"),
            Line(said("Data sets", "數據集", "数据集"), "out.distinct", ("distinct_datasets",)),
        ),
    ),
    Trend(
        "spillover-outcomes",
        Kind.SPILLOVER,
        said("Outcomes for third parties by year", "各年惠及第三方的成果", "各年惠及第三方的成果"),
        said(
            "Confirmed outcomes whose beneficiary is neither provider nor user, by the year of the event.",
            "受益者既非提供方亦非使用方的已確認成果，按事件年份計。",
            "受益者既非提供方也非使用方的已确认成果，按事件年份计。",
        ),
        (Line(said("Third parties", "第三方", "第三方"), "spill.third_party"),),
    ),
)
INCOME: Final = Trend(
    "output-income",
    Kind.OUTPUT,
    said("Income received, %(variant)s", "已收款項（%(variant)s）", "已收款项（%(variant)s）"),
    said(
        "Cash received in each calendar year, in one currency at prices of one year; currencies are never added up.",
        "每個曆年已收的現金，以單一貨幣及單一年份的價格計；不同貨幣不會相加。",
        "每个日历年已收的现金，以单一币种及单一年份的价格计；不同币种不会相加。",
    ),
    (Line(said("Received", "已收", "已收"), "out.income.received"),),
)


def trends(years: Sequence[Year], kind: Kind, language: str) -> list[Figure]:
    """The charts of a kind; of income one for each of the three currencies with most years."""
    found = [_drawn(each, years, language) for each in TRENDS if each.kind is kind]
    if kind is Kind.OUTPUT:
        found += [_income(years, variant, at, language) for at, variant in enumerate(_variants(years))]
    return found


def _drawn(trend: Trend, years: Sequence[Year], language: str) -> Figure:
    tongue = spoken(language)
    lines = tuple(
        Series(line.label[tongue], tuple(cell(year.value(line.metric, *line.path)) for year in years))
        for line in trend.lines
    )
    known = tuple(each for each in lines if any(value is not None for value in each.values)) or lines[:1]
    told = TimeSeries(tuple(str(year.number) for year in years), known, trend.unit)
    about = About(key=trend.key, title=trend.title[tongue], description=trend.description[tongue])
    return time_series(about, told, language)


def _variants(years: Sequence[Year]) -> list[str]:
    count: dict[str, int] = {}
    for year in years:
        for each in year.figures.get("out.income.received", ()):
            count[each.variant] = count.get(each.variant, 0) + 1
    return sorted(count, key=lambda variant: (-count[variant], variant))[:MOST_CURRENCIES]


def _income(years: Sequence[Year], variant: str, at: int, language: str) -> Figure:
    tongue = spoken(language)
    values = []
    for year in years:
        found = [each.value for each in year.figures.get("out.income.received", ()) if each.variant == variant]
        values.append(cell(found[0]) if found else None)
    series = Series(INCOME.lines[0].label[tongue], tuple(values))
    title = INCOME.title[tongue] % {"variant": variant or "–"}
    about = About(key=f"{INCOME.key}-{at + 1}", title=title, description=INCOME.description[tongue])
    return time_series(about, TimeSeries(tuple(str(year.number) for year in years), (series,)), language)


def cell(value: Any) -> Cell:
    """A stored value that can be drawn: a number, else nothing."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
