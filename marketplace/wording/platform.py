"""What the platform itself does, in history; and the words that frame every mail."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences

HISTORY: Sentences = {
    "task.retried": {
        "en": "Task %(name)s set to run again",
        "zh-Hant": "已安排重新執行工作 %(name)s",
        "zh-Hans": "已安排重新执行任务 %(name)s",
    },
    "mail.retried": {
        "en": "Mail %(code)s set to be sent again",
        "zh-Hant": "已安排重新發送電郵 %(code)s",
        "zh-Hans": "已安排重新发送邮件 %(code)s",
    },
}

FIELDS: Sentences = {
    "cursor_unknown": {
        "en": "This is not a cursor of ours: take it from `next` of the page before.",
        "zh-Hant": "游標無效：請使用上一頁 next 所載的值。",
        "zh-Hans": "游标无效：请使用上一页 next 中的值。",
    },
    "not_available_yet": {
        "en": "This is not available yet.",
        "zh-Hant": "此功能尚未提供。",
        "zh-Hans": "此功能暂未提供。",
    },
}

FRAME: Sentences = {
    "open": {
        "en": "Open in Benchbridge",
        "zh-Hant": "在 Benchbridge 開啟",
        "zh-Hans": "在 Benchbridge 中打开",
    },
    "why_person": {
        "en": "You receive this mail because of your account at %(site)s.",
        "zh-Hant": "你收到此電郵，是因為你在 %(site)s 設有帳戶。",
        "zh-Hans": "您收到此邮件，是因为您在 %(site)s 拥有账户。",
    },
    "why_address": {
        "en": "This address was entered at %(site)s. If that was not you, you need not do anything.",
        "zh-Hant": "有人在 %(site)s 輸入了此電郵地址。如並非閣下所為，毋須理會。",
        "zh-Hans": "有人在 %(site)s 输入了此邮箱地址。如非您本人操作，无需理会。",
    },
    "choose": {
        "en": "Choose which mails you receive",
        "zh-Hant": "選擇接收哪些電郵",
        "zh-Hans": "选择接收哪些邮件",
    },
    "no_reply": {
        "en": "Nobody reads answers to this mail.",
        "zh-Hant": "此電郵由系統發出，請勿回覆。",
        "zh-Hans": "此邮件由系统发出，请勿回复。",
    },
}
