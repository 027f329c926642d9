"""Requests about one's own data: what refuses them, what happened to them, and what people are told."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences, said

REFUSALS: Sentences = {
    "privacy_request_open": said(
        "Such a request is open already; it is answered first.",
        "已有同類要求在處理中，須先完成處理。",
        "已有同类请求正在处理，须先完成处理。",
    ),
}

FIELDS: Sentences = {
    "not_yet": said("This day is still to come.", "此日期尚未到來。", "该日期尚未到来。"),
    "person_unknown": said("Nobody has this address.", "沒有人使用此電郵地址。", "没有人使用该邮箱。"),
}

HISTORY: Sentences = {
    "privacy_request.asked": said(
        "asked about personal data (%(kind)s), to be answered by %(due)s",
        "提出個人資料要求（%(kind)s），須於%(due)s前答覆",
        "提出个人信息请求（%(kind)s），须于%(due)s前答复",
    ),
    "privacy_request.granted": said(
        "granted the request about personal data: %(reason)s",
        "批准了個人資料要求：%(reason)s",
        "批准了个人信息请求：%(reason)s",
    ),
    "privacy_request.refused": said(
        "refused the request about personal data: %(reason)s",
        "拒絕了個人資料要求：%(reason)s",
        "拒绝了个人信息请求：%(reason)s",
    ),
    "privacy_request.withdrawn": said(
        "took back the request about personal data", "撤回了個人資料要求", "撤回了个人信息请求"
    ),
    "privacy_request.handed_over": said(
        "took out the file of personal data to hand it over: %(reason)s",
        "取出個人資料檔案以便交付：%(reason)s",
        "取出个人信息文件以便交付：%(reason)s",
    ),
}

NOTICES: NoticeTexts = {
    "privacy_request_asked": {
        "en": (
            "A request about personal data, to be answered by %(due)s",
            "Somebody asked for their data or for its erasure. The law sets a day for the answer.",
        ),
        "zh-Hant": (
            "個人資料要求，須於%(due)s前答覆",
            "有人要求取得或刪除其個人資料。法律訂有答覆期限。",
        ),
        "zh-Hans": (
            "个人信息请求，须于%(due)s前答复",
            "有人请求获取或删除其个人信息。法律规定了答复期限。",
        ),
    },
    "privacy_request_entered": {
        "en": (
            "Your request about your data was entered",
            "An administrator entered what you asked by letter or mail. You see it, and by when it is answered, on "
            "your page of requests. If you did not ask, take it back there.",
        ),
        "zh-Hant": (
            "已登記你的個人資料要求",
            "管理員已登記你以書信或電郵提出的要求。你可在要求頁面查看該要求及答覆期限；如非你本人提出，請在該頁撤回。",
        ),
        "zh-Hans": (
            "已登记您的个人信息请求",
            "管理员已登记您以书信或邮件提出的请求。您可在请求页面查看该请求及答复期限；如非您本人提出，请在该页撤回。",
        ),
    },
    "privacy_request_granted": {
        "en": (
            "Your data is ready to be taken along",
            "Your request was granted: %(reason)s\n\nYou can take the file from your account.",
        ),
        "zh-Hant": ("你的個人資料可供取用", "你的要求已獲批准：%(reason)s\n\n你可在帳戶頁面取得檔案。"),
        "zh-Hans": ("您的个人信息可供取用", "您的请求已获批准：%(reason)s\n\n您可在账户页面获取文件。"),
    },
    "privacy_request_refused": {
        "en": ("Your request about your data was refused", "The reason: %(reason)s"),
        "zh-Hant": ("你的個人資料要求已被拒絕", "原因：%(reason)s"),
        "zh-Hans": ("您的个人信息请求已被拒绝", "原因：%(reason)s"),
    },
}
