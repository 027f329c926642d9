"""The words that every chart uses, and how its numbers are written."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from babel.numbers import format_decimal, format_percent

from marketplace.values.localized import Language
from marketplace.wording.charts.figures import LARGEST, Cell, ColumnKind, Hidden, Number, finite
from marketplace.wording.dictionary import said, spoken
from marketplace.wording.filling import LOCALES

HIDDEN: Final = {
    Hidden.FEW: said("fewer than 5", "少於5", "少于5"),
    Hidden.WITHHELD: said("not published", "不予公布", "不予公布"),
}
NOT_RECORDED: Final = said("not recorded", "沒有紀錄", "无记录")
EMPTY: Final = said(
    "There is nothing to draw yet: no figures are recorded for this period.",
    "暫時沒有可繪製的內容：此期間未有數字紀錄。",
    "暂无可绘制的内容：本期间没有数字记录。",
)
ALL_HIDDEN: Final = said(
    "Every figure of this chart is too small to be published.",
    "此圖的所有數字均太小，不予公布。",
    "本图的所有数字均过小，不予公布。",
)
GAPS: Final = said(
    "Where a figure is hidden or missing, the picture has a gap; the table says which.",
    "圖中空缺之處為不予公布或沒有紀錄的數字，詳見表格。",
    "图中空缺之处为不予公布或无记录的数字，详见表格。",
)
NOT_DRAWN: Final = said(
    "Hidden figures are not drawn; the table says which.",
    "不予公布的數字不會繪於圖中，詳見表格。",
    "不予公布的数字不在图中绘出，详见表格。",
)
MORE_IN_TABLE: Final = said(
    "The picture shows the largest; the rest stands in the table.",
    "圖中只顯示最大的部分，其餘見表格。",
    "图中只显示最大的部分，其余见表格。",
)
OTHERS: Final = said("others", "其他", "其他")
SERIES: Final = said("Series", "系列", "系列")
PERIOD: Final = said("Period", "期間", "期间")
GROUP: Final = said("Group", "組別", "组别")
VALUE: Final = said("Value", "數值", "数值")
MONTH: Final = said("Month", "月", "月")
SHARE: Final = said("Share", "比例", "比例")
LOW: Final = said("95% from", "95%下限", "95%下限")
HIGH: Final = said("95% to", "95%上限", "95%上限")
AT_RISK: Final = said("Still observed", "仍在觀察的數目", "仍在观察的数量")
FROM: Final = said("From", "由", "从")
TO: Final = said("To", "至", "到")
TOTAL: Final = said("Total", "總計", "合计")
ORGANISATION: Final = said("Organisation", "機構", "机构")
OTHER_SIDE: Final = said("Partner", "合作方", "合作方")
STRENGTH: Final = said("Shared collaborations", "共同合作項目", "共同合作项目")
JURISDICTION: Final = said("Jurisdiction", "地區", "地区")
TIE: Final = said("Tie", "聯繫", "联系")
WITHIN: Final = said("within one jurisdiction", "同一地區之內", "同一地区之内")
ACROSS: Final = said("across a boundary", "跨境", "跨境")


def shown(cell: Cell, language: str, kind: ColumnKind = "number") -> str:
    """A cell as a reader sees it."""
    tongue, cell = spoken(language), finite(cell)
    if cell is None:
        return NOT_RECORDED[tongue]
    if isinstance(cell, Hidden):
        return HIDDEN[cell][tongue]
    return cell if isinstance(cell, str) else number(cell, tongue, kind)


@lru_cache(maxsize=8192)
def number(value: Number, language: Language, kind: ColumnKind = "number") -> str:
    """A number as the language writes it: at most three decimal places, shares as per cent with at most one."""
    exact = _decimal(value)
    if abs(exact) > LARGEST:
        return f"{exact:.3E}"
    if kind == "percent":
        return str(format_percent(exact, "#,##0.#%", locale=LOCALES[language]))
    return str(format_decimal(exact, "#,##0.###", locale=LOCALES[language]))


def bare(cell: Cell, language: str) -> str:
    """A cell as a program reads it: numbers without separators, words where one is hidden, nothing where missing."""
    cell = finite(cell)
    if cell is None:
        return ""
    if isinstance(cell, str | Hidden):
        return shown(cell, language)
    return f"{_decimal(cell):f}"


def _decimal(value: Number) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return value if isinstance(value, Decimal) else Decimal(str(value))
