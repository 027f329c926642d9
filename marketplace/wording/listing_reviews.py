"""Listings under review: what refuses a report, and what hosts and those who report are told."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences, said

REFUSALS: Sentences = {
    "listing_reported": said(
        "You have reported this listing already; it is being looked at.",
        "你已舉報此項目，正在處理中。",
        "您已举报此信息，正在处理中。",
    ),
}

NOTICES: NoticeTexts = {
    "listing_reported": {
        "en": ("A listing was reported", "Somebody says that a listing is not as it should be. Please look at it."),
        "zh-Hant": ("有項目被舉報", "有人認為某個項目有問題，請查看。"),
        "zh-Hans": ("有信息被举报", "有人认为某条信息有问题，请查看。"),
    },
    "listing_suspended": {
        "en": (
            "Your listing was suspended: %(facility)s",
            "Nobody else sees it, and it takes no new bookings; bookings already made stand. The reason: %(reason)s",
        ),
        "zh-Hant": (
            "你的項目已被中止：%(facility)s",
            "其他人不能看到此項目，亦不能作新預約；現有預約不受影響。原因：%(reason)s",
        ),
        "zh-Hans": (
            "您的信息已被中止：%(facility)s",
            "其他人无法看到此信息，也不能作新预约；现有预约不受影响。原因：%(reason)s",
        ),
    },
    "listing_readmitted": {
        "en": (
            "The suspension of your listing has ended: %(facility)s",
            "It is paused now; publish it when it is ready. The reason: %(reason)s",
        ),
        "zh-Hant": ("你的項目已恢復：%(facility)s", "項目現為暫停狀態，準備好後可重新公開。原因：%(reason)s"),
        "zh-Hans": ("您的信息已恢复：%(facility)s", "信息现为暂停状态，准备好后可重新发布。原因：%(reason)s"),
    },
    "listing_report_settled": {
        "en": ("What you reported was looked at: %(facility)s", "The answer: %(reason)s"),
        "zh-Hant": ("你的舉報已處理：%(facility)s", "答覆：%(reason)s"),
        "zh-Hans": ("您的举报已处理：%(facility)s", "答复：%(reason)s"),
    },
}
