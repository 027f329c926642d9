"""Figures as rows of a page: each with its kind, its value, what it rests on and where it is defined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from marketplace.spillovers.queries.stored import DRAWN, Stored, Year
from marketplace.spillovers.registry import Kind, Metric, metrics, vocabulary
from marketplace.values.localized import Language
from marketplace.wording.charts.figures import Cell, ColumnKind
from marketplace.wording.charts.words import shown
from marketplace.wording.dictionary import said, spoken
from marketplace.wording.figure_notes import notes_said
from marketplace.wording.pictures.trends import cell

RATE: Final = "out.response_rate"
# Which part of a figure with several stands for it on a page; the others are a click away.
HEADLINES: Final[Mapping[str, tuple[str, ...]]] = {
    "flow.cross_border_share": ("by_hours",),
    "use.cn.effective_hours": ("mean",),
    "use.cn.external_hours": ("mean",),
    "use.cn.sharing_rate": ("pooled",),
    "use.cn.quota_rate": ("pooled",),
    "use.oee": ("oee",),
    "out.pub.full": ("distinct",),
    "out.pub.frac": ("sum",),
    "out.distinct": ("raw_rows",),
    "add.net": ("net",),
    "ret.km": ("S", "12"),
    "lag.median": ("median_months",),
    "net.ei": ("by_distinct_ties",),
    "open.on_time_rate": ("grace", "0"),
    "open.delay_days": ("median",),
    "spill.localisation": ("ratio",),
}
# What that part is.
PARTS: Final = {
    "flow.cross_border_share": said("by hours", "按時數", "按时数"),
    "use.cn.effective_hours": said("mean of the instruments", "各儀器平均", "各仪器平均"),
    "use.cn.external_hours": said("mean of the instruments", "各儀器平均", "各仪器平均"),
    "use.cn.sharing_rate": said("all hours pooled", "合計時數", "合计时数"),
    "use.cn.quota_rate": said("all hours pooled", "合計時數", "合计时数"),
    "out.pub.full": said("distinct", "不重複", "不重复"),
    "out.pub.frac": said("sum of all parts", "各部分之和", "各部分之和"),
    "out.distinct": said("rows before duplicates are found", "去重前的紀錄", "去重前的记录"),
    "add.net": said("net", "淨額", "净额"),
    "ret.km": said("after 12 months", "12個月後", "12个月后"),
    "lag.median": said("median", "中位數", "中位数"),
    "net.ei": said("by distinct ties", "按不重複聯繫", "按不重复联系"),
    "open.on_time_rate": said("without grace", "不設寬限", "不设宽限"),
    "open.delay_days": said("median", "中位數", "中位数"),
}
# What a reader must see beside the headline: the other way to count the same, which may say something else.
BESIDE: Final[Mapping[str, Sequence[tuple[tuple[str, ...], dict[Language, str], ColumnKind]]]] = {
    "flow.cross_border_share": (
        (
            ("folded_cn_by_hours",),
            said("Hong Kong and Macao counted as China", "將香港、澳門計作中國", "将香港、澳门计作中国"),
            "percent",
        ),
        (("by_sessions",), said("by sessions", "按使用次數", "按使用次数"), "percent"),
    ),
    "use.cn.sharing_rate": ((("mean",), said("mean of the instruments", "各儀器平均", "各仪器平均"), "percent"),),
    "use.cn.quota_rate": ((("mean",), said("mean of the instruments", "各儀器平均", "各仪器平均"), "percent"),),
    "out.pub.full": (
        (("sum",), said("counted once for each organisation", "每個機構各計一次", "每个机构各计一次"), "number"),
    ),
    "add.net": (
        (("gross_intervention",), said("with the collaboration", "有合作的情況", "有合作的情形"), "number"),
        (("gross_reference",), said("without the collaboration", "沒有合作的情況", "没有合作的情形"), "number"),
    ),
    "net.ei": ((("by_sessions",), said("by sessions", "按使用次數", "按使用次数"), "number"),),
    "open.on_time_rate": (
        (
            ("grace_latest_baseline", "0"),
            said("by the latest committed date", "按最新承諾日期", "按最新承诺日期"),
            "percent",
        ),
        (("grace", "30"), said("within 30 days", "寬限30日", "宽限30天"), "percent"),
    ),
    "open.delay_days": (
        (("mean_signed",), said("mean", "平均", "平均"), "number"),
        (("overdue_unopened",), said("overdue and not opened", "逾期未開放", "逾期未开放"), "number"),
    ),
    "lag.median": ((("mean_months",), said("mean, months", "平均（月）", "平均（月）"), "number"),),
}
SHARES: Final = frozenset(
    {
        "ret.km",
        "flow.cross_border_share",
        "use.cn.sharing_rate",
        "use.cn.quota_rate",
        "use.show_rate",
        "use.oee",
        "open.on_time_rate",
        RATE,
    }
    | {"use.cn.quota_rate", "open.session_on_schedule", "out.spinoff.active3"}
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of a year: what it is, and its value as a reader sees it."""

    metric: Metric
    stored: Stored
    value: Cell
    kind: ColumnKind

    @property
    def label(self) -> Mapping[str, str]:
        """What its kind is called: use, output and spillover are never mixed."""
        return vocabulary("kinds")[self.metric.kind]

    @property
    def in_parts(self) -> bool:
        """Whether it has parts and none that stands for all of it."""
        return self.value is None and bool(self.stored.value) and isinstance(self.stored.value, Mapping | list)

    def part(self, language: str) -> str:
        """Which part of the figure the value is; empty where it is all of it."""
        found = PARTS.get(self.metric.id)
        return found[spoken(language)] if found else ""

    def told(self, language: str) -> str:
        """The value in the reader's language."""
        return shown(self.value, language, self.kind)

    def beside(self, language: str) -> list[tuple[str, str]]:
        """The other ways to count it, by name; those that have no value are left out."""
        found = [
            (text[spoken(language)], cell(at(self.stored.value, path)), kind)
            for path, text, kind in BESIDE.get(self.metric.id, ())
        ]
        return [(name, shown(value, language, kind)) for name, value, kind in found if value is not None]

    def notes(self, language: str) -> list[str]:
        """What the value does not say by itself."""
        return notes_said(self.stored.notes, language)


def tiles(year: Year | None, kind: Kind) -> list[Tile]:
    """The figures of one kind, in the registry's order; those that only pictures show are left to them."""
    found = every_tile(year, kind)
    return [each for each in found if each.value is not None or each.metric.id in HEADLINES or _plain(each)]


def every_tile(year: Year | None, kind: Kind) -> list[Tile]:
    """All figures of one kind but those that only pictures need, also those that have parts alone."""
    return [
        tile(metric, stored)
        for name, metric in metrics().items()
        if year is not None and metric.kind is kind and name not in DRAWN
        for stored in year.figures.get(name, ())
    ]


def response_rate(year: Year | None) -> Tile | None:
    """The share of questions that were answered: it stands beside every total (S-08)."""
    found = year.figures.get(RATE, ()) if year else ()
    return tile(metrics()[RATE], found[0]) if found else None


def tile(known: Metric, stored: Stored) -> Tile:
    """A stored figure as a row of a page."""
    value = cell(at(stored.value, HEADLINES.get(known.id, ())))
    return Tile(known, stored, value, "percent" if known.id in SHARES else "number")


def at(value: Any, path: Sequence[str]) -> Any:
    """A part of a value; None where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _plain(found: Tile) -> bool:
    return not isinstance(found.stored.value, Mapping | list)
