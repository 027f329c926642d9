"""Sentences of the values that every area takes: text, numbers that are known elsewhere, periods, files."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences

FIELDS: Sentences = {
    "required": {"en": "Please fill this in.", "zh-Hant": "請填寫此項。", "zh-Hans": "请填写此项。"},
    "text": {"en": "This must be text.", "zh-Hant": "此項須為文字。", "zh-Hans": "此项须为文字。"},
    "language": {
        "en": "Text is kept in English, traditional and simplified Chinese only.",
        "zh-Hant": "只接受英文、繁體中文及簡體中文。",
        "zh-Hans": "仅支持英文、繁体中文和简体中文。",
    },
    "language_unknown": {
        "en": "Text is kept in English, traditional and simplified Chinese only.",
        "zh-Hant": "只接受英文、繁體中文及簡體中文。",
        "zh-Hans": "仅支持英文、繁体中文和简体中文。",
    },
    "no_nul": {
        "en": "There is a character in this text that cannot be kept.",
        "zh-Hant": "文字中有無法儲存的字元。",
        "zh-Hans": "文字中有无法保存的字符。",
    },
    "no_surrogate": {
        "en": "There is a broken character in this text.",
        "zh-Hant": "文字中有損壞的字元。",
        "zh-Hans": "文字中有损坏的字符。",
    },
    "no_control": {
        "en": "There is an invisible control character in this text.",
        "zh-Hant": "文字中有看不見的控制字元。",
        "zh-Hans": "文字中有不可见的控制字符。",
    },
    "no_bidi_control": {
        "en": "There is a character in this text that changes the reading direction.",
        "zh-Hant": "文字中有改變閱讀方向的字元。",
        "zh-Hans": "文字中有改变阅读方向的字符。",
    },
    "single_line": {"en": "Please write one line only.", "zh-Hant": "只可填寫一行。", "zh-Hans": "只能填写一行。"},
    "max_length": {
        "en": "At most %(max)s characters; this has %(length)s.",
        "zh-Hant": "最多%(max)s個字，現有%(length)s個。",
        "zh-Hans": "最多%(max)s个字，现有%(length)s个。",
    },
    "format": {
        "en": "This is not written as it should be.",
        "zh-Hant": "格式不正確。",
        "zh-Hans": "格式不正确。",
    },
    "check_digit": {
        "en": "The check digit does not fit: there is a slip in this number.",
        "zh-Hant": "校驗碼不符，號碼可能有誤。",
        "zh-Hans": "校验码不符，号码可能有误。",
    },
    "range": {
        "en": "This number lies outside the range in use.",
        "zh-Hant": "號碼不在使用範圍內。",
        "zh-Hans": "号码不在使用范围内。",
    },
    "scheme": {
        "en": "This register is not known here.",
        "zh-Hant": "不認識此登記系統。",
        "zh-Hans": "无法识别该登记系统。",
    },
    "instant_unreadable": {
        "en": "This is not a date and time that we can read.",
        "zh-Hant": "無法讀取此日期和時間。",
        "zh-Hans": "无法识别该日期和时间。",
    },
    "instant_without_offset": {
        "en": "The time must say its offset from UTC, such as +08:00.",
        "zh-Hant": "時間須註明與UTC的時差，例如 +08:00。",
        "zh-Hans": "时间须注明与UTC的时差，例如 +08:00。",
    },
    "period_reversed": {
        "en": "The end must come after the start.",
        "zh-Hant": "結束時間須遲於開始時間。",
        "zh-Hans": "结束时间须晚于开始时间。",
    },
}
