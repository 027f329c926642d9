"""Reasons against a verb, broken fields and error pages, as sentences."""

from __future__ import annotations

import re
from typing import Any, Final

from marketplace.values.refusal import FieldError, Refusal
from marketplace.wording.dictionary import Sentences, spoken
from marketplace.wording.dictionary import sentence as found
from marketplace.wording.filling import YEARS, fill

# Fields whose bounds are years: a year, and the days that are told by theirs.
_YEAR_FIELDS: Final = YEARS | {"from", "to", "first_day", "last_day"}
_UNKNOWN: Final[Sentences] = {
    "refusal": {
        "en": "This is not possible at present (%(code)s).",
        "zh-Hant": "目前無法進行（%(code)s）。",
        "zh-Hans": "目前无法进行（%(code)s）。",
    },
    "field": {
        "en": "Please check this entry (%(code)s).",
        "zh-Hant": "請檢查此項（%(code)s）。",
        "zh-Hans": "请检查此项（%(code)s）。",
    },
}


def sentence(refusal: Refusal, language: str, *, zone: str = "") -> str:
    """Why not, in the reader's language."""
    # What is lawful instead is told where the rules name it.
    code = f"{refusal.code}_with_variant" if refusal.details.get("variant") else refusal.code
    template = found("REFUSALS", code, language) or _UNKNOWN["refusal"][spoken(language)]
    return fill(template, {"code": refusal.code, **refusal.details}, spoken(language), zone=zone)


def sentence_of_error(error: FieldError, language: str, *, zone: str = "") -> str:
    """What is wrong with one field, in the reader's language."""
    code = error.message_code
    template = found("FIELDS", code, language) or found("REFUSALS", code, language)
    values = {"code": code, "rule": error.rule, **(_with_years(error) if _of_years(error) else error.details)}
    return fill(template or _UNKNOWN["field"][spoken(language)], values, spoken(language), zone=zone)


def _of_years(error: FieldError) -> bool:
    """Whether the numbers of an error are years."""
    last = re.split(r"[./]", error.field)[-1]
    return error.rule in ("year_range", "instant_far") or (error.rule == "between" and last in _YEAR_FIELDS)


def _with_years(error: FieldError) -> dict[str, Any]:
    return {name: str(each) if isinstance(each, int) else each for name, each in error.details.items()}


def title_of_status(status: int, language: str) -> str:
    """The short name of an HTTP status (RFC 9110) as a page's title or a problem's."""
    titles = _TITLES.get(status) or _TITLES[500 if status >= 500 else 400]
    return titles[spoken(language)]


_TITLES: Final = {
    400: {"en": "Not understood", "zh-Hant": "無法理解此請求", "zh-Hans": "无法理解该请求"},
    401: {"en": "Sign in first", "zh-Hant": "請先登入", "zh-Hans": "请先登录"},
    403: {"en": "Not allowed", "zh-Hant": "沒有權限", "zh-Hans": "没有权限"},
    404: {"en": "Not found", "zh-Hant": "找不到頁面", "zh-Hans": "找不到页面"},
    405: {"en": "Not possible here", "zh-Hant": "此處不支援此操作", "zh-Hans": "此处不支持该操作"},
    406: {"en": "No such form", "zh-Hant": "沒有這種格式", "zh-Hans": "没有这种格式"},
    409: {"en": "Something changed meanwhile", "zh-Hant": "情況已有變動", "zh-Hans": "情况已发生变化"},
    410: {"en": "This file is gone", "zh-Hant": "檔案已不存在", "zh-Hans": "文件已不存在"},
    412: {"en": "Something changed meanwhile", "zh-Hant": "情況已有變動", "zh-Hans": "情况已发生变化"},
    413: {"en": "Too large", "zh-Hant": "檔案或內容過大", "zh-Hans": "文件或内容过大"},
    415: {"en": "Unknown kind of content", "zh-Hant": "不支援的內容類型", "zh-Hans": "不支持的内容类型"},
    422: {"en": "Please check your entries", "zh-Hant": "請檢查所填內容", "zh-Hans": "请检查所填内容"},
    429: {"en": "Too many requests", "zh-Hant": "請求過於頻繁", "zh-Hans": "请求过于频繁"},
    500: {"en": "Something went wrong on our side", "zh-Hant": "系統出現問題", "zh-Hans": "系统出现问题"},
    503: {"en": "Not available for a moment", "zh-Hant": "服務暫時不可用", "zh-Hans": "服务暂时不可用"},
}
