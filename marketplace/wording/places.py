"""Sentences of calendars, rates of exchange, identifiers and the search form."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences, said

FIELDS: Sentences = {
    "year_range": said(
        "The year must lie between %(first)s and %(last)s.",
        "年份須介乎%(first)s至%(last)s。",
        "年份须在%(first)s至%(last)s之间。",
    ),
    "rate_range": said("The rate must be a number above zero.", "匯率須為大於零的數字。", "汇率须为大于零的数字。"),
    "currency_unknown": said("This currency is not known.", "未能識別此貨幣。", "无法识别该币种。"),
    "amount_unreadable": said(
        "Please write an amount, such as 120.50.", "請填寫金額，例如120.50。", "请填写金额，例如120.50。"
    ),
    "amount_too_fine": said(
        "The currency has fewer decimal places.", "此貨幣沒有這麼多小數位。", "该币种没有这么多小数位。"
    ),
    "amount_too_large": said("The amount is too large.", "金額過大。", "金额过大。"),
    "after_start": said("The end must lie after the start.", "結束時間須在開始時間之後。", "结束时间须晚于开始时间。"),
    "window_too_long": said("Please choose at most 92 days.", "請選擇不超過92天的時段。", "请选择不超过92天的时段。"),
    "instant": said(
        "Please write a date, or a date and a time.", "請填寫日期，或日期及時間。", "请填写日期，或日期和时间。"
    ),
    "max_items": said("Too many choices at once.", "選項過多。", "选项过多。"),
}
HISTORY: Sentences = {
    "calendar.day_changed": said(
        "changed %(day)s: %(kind)s. %(note)s %(notice)s",
        "更改了%(day)s：%(kind)s。%(note)s %(notice)s",
        "更改了%(day)s：%(kind)s。%(note)s %(notice)s",
    ),
    "calendar.year_confirmed": said(
        "confirmed the year %(year)s by the notice: %(notice)s",
        "按公告確認了%(year)s年：%(notice)s",
        "按公告确认了%(year)s年：%(notice)s",
    ),
    "exchange_rate.entered": said(
        "entered a rate: HKD 1 = %(currency)s %(per_hkd)s from %(valid_from)s (%(source)s)",
        "輸入了匯率：由%(valid_from)s起，1港元 = %(currency)s %(per_hkd)s（%(source)s）",
        "录入了汇率：自%(valid_from)s起，1港元 = %(currency)s %(per_hkd)s（%(source)s）",
    ),
}
