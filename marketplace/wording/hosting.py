"""What hosts are told about whom they book for, and what history says of calendar feeds."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences

FIELDS: Sentences = {
    "nobody_to_book_for": {
        "en": "Nobody with this address can be booked for. They need an account first.",
        "zh-Hant": "找不到使用此電郵地址的用戶，對方須先註冊帳戶。",
        "zh-Hans": "找不到使用该邮箱的用户，对方需先注册账户。",
    },
}

HISTORY: Sentences = {
    "person.calendar_renewed": {
        "en": "made a new address of the private calendar feed",
        "zh-Hant": "更新了私人行事曆訂閱網址",
        "zh-Hans": "更新了私人日历订阅地址",
    },
    "person.calendar_ended": {
        "en": "ended the private calendar feed",
        "zh-Hant": "停用了私人行事曆訂閱",
        "zh-Hans": "停用了私人日历订阅",
    },
    "organisation.calendar_renewed": {
        "en": "made a new address of the organisation's calendar feed",
        "zh-Hant": "更新了機構的行事曆訂閱網址",
        "zh-Hans": "更新了机构的日历订阅地址",
    },
    "organisation.calendar_ended": {
        "en": "ended the organisation's calendar feed",
        "zh-Hant": "停用了機構的行事曆訂閱",
        "zh-Hans": "停用了机构的日历订阅",
    },
    "unit.calendar_renewed": {
        "en": "made a new address of the unit's calendar feed",
        "zh-Hant": "更新了預約單元的行事曆訂閱網址",
        "zh-Hans": "更新了预约单元的日历订阅地址",
    },
    "unit.calendar_ended": {
        "en": "ended the unit's calendar feed",
        "zh-Hant": "停用了預約單元的行事曆訂閱",
        "zh-Hans": "停用了预约单元的日历订阅",
    },
}
