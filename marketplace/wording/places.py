"""Sentences of calendars, rates of exchange, identifiers and the search form."""

from __future__ import annotations

from marketplace.values.localized import Language
from marketplace.wording.dictionary import Sentences


def _said(en: str, hant: str, hans: str) -> dict[Language, str]:
    return {"en": en, "zh-Hant": hant, "zh-Hans": hans}


FIELDS: Sentences = {
    "year_range": _said(
        "The year must lie between %(first)s and %(last)s.",
        "年份須介乎%(first)s至%(last)s。",
        "年份须在%(first)s至%(last)s之间。",
    ),
    "rate_range": _said("The rate must be a number above zero.", "匯率須為大於零的數字。", "汇率须为大于零的数字。"),
    "currency_unknown": _said("This currency is not known.", "未能識別此貨幣。", "无法识别该币种。"),
    "amount_unreadable": _said(
        "Please write an amount, such as 120.50.", "請填寫金額，例如120.50。", "请填写金额，例如120.50。"
    ),
    "amount_too_fine": _said(
        "The currency has fewer decimal places.", "此貨幣沒有這麼多小數位。", "该币种没有这么多小数位。"
    ),
    "amount_too_large": _said("The amount is too large.", "金額過大。", "金额过大。"),
    "after_start": _said("The end must lie after the start.", "結束時間須在開始時間之後。", "结束时间须晚于开始时间。"),
    "window_too_long": _said("Please choose at most 92 days.", "請選擇不超過92天的時段。", "请选择不超过92天的时段。"),
    "instant": _said(
        "Please write a date, or a date and a time.", "請填寫日期，或日期及時間。", "请填写日期，或日期和时间。"
    ),
    "max_items": _said("Too many choices at once.", "選項過多。", "选项过多。"),
}
HISTORY: Sentences = {
    "calendar.day_changed": _said(
        "changed %(day)s: %(kind)s. %(note)s %(notice)s",
        "更改了%(day)s：%(kind)s。%(note)s %(notice)s",
        "更改了%(day)s：%(kind)s。%(note)s %(notice)s",
    ),
    "calendar.year_confirmed": _said(
        "confirmed the year %(year)s by the notice: %(notice)s",
        "按公告確認了%(year)s年：%(notice)s",
        "按公告确认了%(year)s年：%(notice)s",
    ),
    "exchange_rate.entered": _said(
        "entered a rate: HKD 1 = %(currency)s %(per_hkd)s from %(valid_from)s (%(source)s)",
        "輸入了匯率：由%(valid_from)s起，1港元 = %(currency)s %(per_hkd)s（%(source)s）",
        "录入了汇率：自%(valid_from)s起，1港元 = %(currency)s %(per_hkd)s（%(source)s）",
    ),
}
