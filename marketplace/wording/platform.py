"""What the platform itself does, in history; and the words that frame every mail."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences

REFUSALS: Sentences = {
    "setting_changed": {
        "en": "Somebody else changed this setting meanwhile: look at it again.",
        "zh-Hant": "此設定已由他人更改，請重新查看。",
        "zh-Hans": "该设置已被他人更改，请重新查看。",
    },
}

HISTORY: Sentences = {
    "setting.changed": {
        "en": "changed the setting %(key)s from %(before)s to %(after)s: %(reason)s",
        "zh-Hant": "把設定%(key)s由%(before)s改為%(after)s：%(reason)s",
        "zh-Hans": "将设置%(key)s由%(before)s改为%(after)s：%(reason)s",
    },
    "task.retried": {
        "en": "Task %(name)s set to run again",
        "zh-Hant": "已安排重新執行工作%(name)s",
        "zh-Hans": "已安排重新执行任务%(name)s",
    },
    "task.cancelled": {
        "en": "Task %(name)s given up for good: %(reason)s",
        "zh-Hant": "已取消工作%(name)s：%(reason)s",
        "zh-Hans": "已取消任务%(name)s：%(reason)s",
    },
    "mail.cancelled": {
        "en": "Mail %(code)s cancelled: %(reason)s",
        "zh-Hant": "已取消電郵%(code)s：%(reason)s",
        "zh-Hans": "已取消邮件%(code)s：%(reason)s",
    },
    "history.verified": {
        "en": "All of history read: %(entries)s entries, %(seals)s seals, %(findings)s findings",
        "zh-Hant": "已核對全部歷史紀錄：%(entries)s項紀錄、%(seals)s個封存、%(findings)s項不符",
        "zh-Hans": "已核对全部历史记录：%(entries)s项记录、%(seals)s个封存、%(findings)s项不符",
    },
    "mail.retried": {
        "en": "Mail %(code)s set to be sent again",
        "zh-Hant": "已安排重新發送電郵%(code)s",
        "zh-Hans": "已安排重新发送邮件%(code)s",
    },
}

FIELDS: Sentences = {
    "setting_number": {
        "en": "A whole number, please.",
        "zh-Hant": "請輸入整數。",
        "zh-Hans": "请输入整数。",
    },
    "setting_range": {
        "en": "From %(low)s to %(high)s.",
        "zh-Hant": "須為%(low)s至%(high)s。",
        "zh-Hans": "须为%(low)s至%(high)s。",
    },
    "cursor_unknown": {
        "en": "This is not a cursor of ours: take it from `next` of the page before.",
        "zh-Hant": "游標無效：請使用上一頁next所載的值。",
        "zh-Hans": "游标无效：请使用上一页next中的值。",
    },
    "not_available_yet": {
        "en": "This is not available yet.",
        "zh-Hant": "此功能尚未提供。",
        "zh-Hans": "此功能暂未提供。",
    },
}

NOTICES: NoticeTexts = {
    "history_broken": {
        "en": (
            "History does not verify: %(n)s findings",
            "Entries of the history are not what was written, or are missing. "
            "Run `benchbridge history verify` for the whole report, and keep the copies of the seals safe.",
        ),
        "zh-Hant": (
            "歷史紀錄核對不符：%(n)s項",
            "部分歷史紀錄與寫入時不符或已缺失。請執行 `benchbridge history verify` 查看完整報告，並妥善保存封存副本。",
        ),
        "zh-Hans": (
            "历史记录核对不符：%(n)s项",
            "部分历史记录与写入时不符或已缺失。请运行 `benchbridge history verify` 查看完整报告，并妥善保存封存副本。",
        ),
    },
    "work_given_up": {
        "en": (
            "%(tasks)s tasks and %(mails)s mails were given up",
            "They failed too often and wait for somebody to look at them. Each can be run again from the list.",
        ),
        "zh-Hant": (
            "%(tasks)s項工作及%(mails)s封電郵已放棄處理",
            "這些項目多次失敗，需要有人查看。可在列表中逐一重新執行。",
        ),
        "zh-Hans": (
            "%(tasks)s项任务和%(mails)s封邮件已放弃处理",
            "这些项目多次失败，需要有人查看。可在列表中逐一重新执行。",
        ),
    },
}

CHOICES: Sentences = {
    "work_given_up": {
        "en": "Tasks or mails are given up (administrators)",
        "zh-Hant": "有工作或電郵被放棄處理（管理員）",
        "zh-Hans": "有任务或邮件被放弃处理（管理员）",
    },
}

FRAME: Sentences = {
    "open": {
        "en": "Open in Benchbridge",
        "zh-Hant": "在Benchbridge開啟",
        "zh-Hans": "在Benchbridge中打开",
    },
    "why_person": {
        "en": "You receive this mail because of your account at %(site)s.",
        "zh-Hant": "你收到此電郵，是因為你在%(site)s設有帳戶。",
        "zh-Hans": "您收到此邮件，是因为您在%(site)s拥有账户。",
    },
    "why_address": {
        "en": "This address was entered at %(site)s. If that was not you, you need not do anything.",
        "zh-Hant": "有人在%(site)s輸入了此電郵地址。如並非閣下所為，毋須理會。",
        "zh-Hans": "有人在%(site)s输入了此邮箱地址。如非您本人操作，无需理会。",
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
