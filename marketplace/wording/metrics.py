"""What metrics say: their rows as documents, and the sentences for inputs that don't fit."""

from __future__ import annotations

from typing import Any, Final

from marketplace.spillovers.registry import Metric, may, may_not, vocabulary
from marketplace.spillovers.rules.parameters import parameters_of
from marketplace.wording.dictionary import Sentences, said

FIELDS: Final[Sentences] = {
    "inputs_json": said("This is no JSON: %(reason)s.", "這不是JSON：%(reason)s。", "这不是JSON：%(reason)s。"),
    "rows": said("This must be a list.", "這必須是列表。", "这必须是列表。"),
    "above": said("This is a number above %(min)s.", "請填大於%(min)s的數字。", "请填大于%(min)s的数字。"),
    "whole_number": said("This must be a whole number.", "這必須是整數。", "这必须是整数。"),
    "yes_or_no": said("This is true or false, 1 or 0.", "請填true或false、1或0。", "请填true或false、1或0。"),
    "named_twice": said("A name stands here twice.", "此處有重複的名稱。", "此处有重复的名称。"),
    "same_row_differs": said(
        "Two rows have the same id and differ.", "兩項紀錄的編號相同但內容不同。", "两项记录的编号相同但内容不同。"
    ),
    "same_length": said(
        "There must be %(wanted)s values here.", "此處必須有%(wanted)s個值。", "此处必须有%(wanted)s个值。"
    ),
    "consecutive": said("The years must follow each other without a gap.", "年份必須連續。", "年份必须连续。"),
    "separator": said(
        "Names of organisations can’t hold “|”: it stands between the two of a pair.",
        "機構名稱不能包含“|”：此符號用於分隔配對的兩方。",
        "机构名称不能包含“|”：该符号用于分隔配对的两方。",
    ),
    "too_many_pairs": said(
        "More than %(max)s pairs share a class. Ask for less at a time.",
        "共有類別的配對超過%(max)s個，請分次計算。",
        "共有类别的配对超过%(max)s个，请分次计算。",
    ),
    "above_zero_with_delta": said(
        "Depreciation and growth must add up to more than 0.",
        "折舊率與增長率之和必須大於0。",
        "折旧率与增长率之和必须大于0。",
    ),
    "year_or_days": said(
        "A year or days from the first to the last: one of the two.",
        "請只選年度，或只選起止日期。",
        "请只选年度，或只选起止日期。",
    ),
    "parameter_of_metric": said(
        "%(metric)s doesn’t take the parameter %(parameter)s with its inputs. It takes: %(known)s.",
        "%(metric)s的輸入不接受參數%(parameter)s，可用參數：%(known)s。",
        "%(metric)s的输入不接受参数%(parameter)s，可用参数：%(known)s。",
    ),
    "period_of_metric": said(
        "%(metric)s takes no period: its inputs say all that it counts.",
        "%(metric)s不接受期間，所計算的均由輸入決定。",
        "%(metric)s不接受期间，所计算的均由输入决定。",
    ),
    "name_and_value": said(
        "Write a name and a value, as in delta=0.2.",
        "請寫名稱及數值，例如delta=0.2。",
        "请写名称和数值，例如delta=0.2。",
    ),
    "equal_n": said(
        "There must be as many controls as citations: %(wanted)s.",
        "對照的數目必須與引用相同：%(wanted)s。",
        "对照的数目必须与引用相同：%(wanted)s。",
    ),
    "partition": said(
        "The parts sum to %(sum)s and not to %(whole)s.",
        "各部分之和為%(sum)s，而非%(whole)s。",
        "各部分之和为%(sum)s，而非%(whole)s。",
    ),
    "state_unknown": said("The six states are: %(known)s.", "六種狀態為：%(known)s。", "六种状态为：%(known)s。"),
    "more_than_whole": said(
        "This is more than the whole (%(whole)s).", "這超過了整體（%(whole)s）。", "这超过了整体（%(whole)s）。"
    ),
    "sum_to_one": said(
        "The shares must sum to 1 exactly; they sum to %(sum)s.",
        "各份額之和必須恰為1；現為%(sum)s。",
        "各份额之和必须恰为1；现为%(sum)s。",
    ),
    "one_currency": said(
        "All amounts must be in one currency: %(wanted)s.",
        "所有金額必須使用同一貨幣：%(wanted)s。",
        "所有金额必须使用同一币种：%(wanted)s。",
    ),
    "one_price_year": said(
        "All amounts must be at prices of one year.",
        "所有金額必須以同一年的價格計算。",
        "所有金额必须以同一年的价格计算。",
    ),
    "too_large_to_compute": said(
        "These numbers grow beyond what can be computed.",
        "這些數字超出可計算的範圍。",
        "这些数字超出可计算的范围。",
    ),
}
REFUSALS: Final[Sentences] = {
    "metric_undefined": said(
        "%(metric)s has no definition that was read, so it is not computed.",
        "%(metric)s沒有可查閱的定義，因此不予計算。",
        "%(metric)s没有可查阅的定义，因此不予计算。",
    ),
}


def metric_item(metric: Metric) -> dict[str, Any]:
    """A metric in short: what a list of them tells."""
    return {
        "id": metric.id,
        "version": metric.version,
        "kind": metric.kind.value,
        "name": dict(metric.name),
        "formula": metric.formula,
        "unit": dict(metric.unit),
        "floor": metric.floor,
        "computed": metric.undefined is None,
        "parameters": parameters_of(metric.id),
    }


def metric_document(metric: Metric) -> dict[str, Any]:
    """All that the registry tells of a metric."""
    texts = ("definition", "words", "source", "population", "dedup", "aggregation")
    return {
        **metric_item(metric),
        "kind_meaning": dict(vocabulary("meanings")[metric.kind]),
        **{name: dict(getattr(metric, name)) for name in texts},
        "for_unknown": dict(metric.unknown),
        "inputs": [{"name": name, "meaning": dict(text)} for name, text in metric.inputs.items()],
        "may_claim": [dict(each) for each in may(metric)],
        "may_not_claim": [dict(each) for each in may_not(metric)],
        "undefined": dict(metric.undefined) if metric.undefined else None,
    }
