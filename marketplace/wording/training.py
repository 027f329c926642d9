"""Training on units: reasons, faults, notices and history."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences, said

REFUSALS: Sentences = {
    "no_training": said("This unit demands no training.", "此單元毋須接受培訓。", "该单元无需接受培训。"),
    "novice_hours": said(
        "Who is new to this unit may book only the hours that the host allows for novices.",
        "新使用者只可在設施提供方為新手開放的時段預約此單元。",
        "新用户只能在设施提供方为新手开放的时段预约该单元。",
    ),
}

FIELDS: Sentences = {
    "nobody_known_here": said(
        "Nobody of your organisation, and nobody who has booked with you, has this address.",
        "貴機構成員及曾向你預約的人士中，沒有人使用此電郵地址。",
        "贵机构成员及曾向您预约的人员中，没有人使用此电子邮件地址。",
    ),
    "windows": said(
        "Each line is one weekday with a beginning before its end, at most 50 of them.",
        "每項須為一個星期日子，開始時間須早於結束時間，最多50項。",
        "每项须为一个星期几，开始时间须早于结束时间，最多50项。",
    ),
    "out_of_range": said(
        "This lies outside of what is possible here.", "此值超出可接受的範圍。", "该值超出可接受的范围。"
    ),
}

HISTORY: Sentences = {
    "unit.training_needed": said("set the training of a unit", "設定單元所需的培訓", "设定单元所需的培训"),
    "unit.training_dropped": said("ended the training of a unit", "取消單元的培訓要求", "取消单元的培训要求"),
    "training.asked": said("asked for training", "申請培訓", "申请培训"),
    "training.scheduled": said("scheduled a training", "安排培訓時間", "安排培训时间"),
    "training.passed": said("recorded a training that was passed", "記錄已通過培訓", "记录已通过培训"),
    "training.declined": said(
        "declined a training: %(reason)s", "拒絕培訓申請：%(reason)s", "拒绝培训申请：%(reason)s"
    ),
}

NOTICES: NoticeTexts = {
    "training_asked": {
        "en": ("Training wanted: %(unit)s", "%(who)s asks to be trained on %(unit)s. Say when, and with whom."),
        "zh-Hant": ("有人申請培訓：%(unit)s", "%(who)s申請接受%(unit)s的培訓。請安排時間及培訓人員。"),
        "zh-Hans": ("有人申请培训：%(unit)s", "%(who)s申请接受%(unit)s的培训。请安排时间和培训人员。"),
    },
    "training_scheduled": {
        "en": ("Your training on %(unit)s: %(at)s", "With: %(trainer)s"),
        "zh-Hant": ("你的%(unit)s培訓：%(at)s", "培訓人員：%(trainer)s"),
        "zh-Hans": ("您的%(unit)s培训：%(at)s", "培训人员：%(trainer)s"),
    },
    "training_passed": {
        "en": (
            "You are trained on %(unit)s",
            "It was recorded for %(day)s. Bookings that waited for it do so no longer.",
        ),
        "zh-Hant": ("你已通過%(unit)s的培訓", "記錄日期為%(day)s。等候培訓的預約不再受此限制。"),
        "zh-Hans": ("您已通过%(unit)s的培训", "记录日期为%(day)s。等候培训的预约不再受此限制。"),
    },
    "training_ending": {
        "en": (
            "Your training on %(unit)s ends on %(day)s",
            "It is the last day on which it holds. Use the unit before, or ask for the training again.",
        ),
        "zh-Hant": (
            "你的%(unit)s培訓將於%(day)s到期",
            "這是培訓有效的最後一日。請於到期前使用該單元，或再次申請培訓。",
        ),
        "zh-Hans": (
            "您的%(unit)s培训将于%(day)s到期",
            "这是培训有效的最后一天。请在到期前使用该单元，或再次申请培训。",
        ),
    },
    "training_declined": {
        "en": ("No training on %(unit)s", "The host declined it. The reason: %(reason)s"),
        "zh-Hant": ("%(unit)s的培訓申請被拒", "設施提供方拒絕了申請。理由：%(reason)s"),
        "zh-Hans": ("%(unit)s的培训申请被拒", "设施提供方拒绝了申请。理由：%(reason)s"),
    },
}
CHOICES: Sentences = {
    "training_ending": said("A training of mine ends soon", "我的培訓即將到期", "我的培训即将到期"),
}
