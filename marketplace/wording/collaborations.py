"""Collaborations in words: fields and refusals, what was done, and what people are told."""

from __future__ import annotations

from typing import Final

from marketplace.values.localized import Language
from marketplace.wording.dictionary import NoticeTexts, Sentences, said

FIELDS: Sentences = {
    "collaboration_alone": said(
        "A collaboration needs at least two organisations.", "合作項目須有至少兩個機構。", "合作项目须有至少两个机构。"
    ),
    "collaboration_twice": said("This is there already.", "已在名單內。", "已在列表中。"),
    "collaboration_not_own_side": said(
        "Each side names people of its own organisation only.",
        "每一方只可加入自己機構的成員。",
        "各方只能添加本机构的成员。",
    ),
    "level_below": said(
        "The level wanted lies below the present one.", "目標級別低於目前級別。", "目标等级低于当前等级。"
    ),
    "day_range": said(
        "Choose a day between 1950 and 2150.", "請選擇1950年至2150年之間的日期。", "请选择1950年至2150年之间的日期。"
    ),
    "not_future": said(
        "This day lies ahead; choose today or an earlier one.",
        "此日期尚未到，請選擇今天或以前的日期。",
        "该日期尚未到，请选择今天或更早的日期。",
    ),
    "before_joining": said(
        "The organisation joined only after this day.", "此日期早於機構加入的日期。", "该日期早于机构加入的日期。"
    ),
    "changed_since": said(
        "What was agreed on this day isn't on record any more; choose the day of the last change or a later one.",
        "該日的協議內容已無記錄，請選擇最後更改當日或之後的日期。",
        "该日的协议内容已无记录，请选择最后更改当日或之后的日期。",
    ),
    "before_first_day": said(
        "This lies before the first day of the collaboration.",
        "此日期早於合作項目的首日。",
        "该日期早于合作项目的首日。",
    ),
    "amount_range": said(
        "This amount lies outside what can be kept.", "金額超出可儲存的範圍。", "金额超出可保存的范围。"
    ),
    "merger_circle": said(
        "This would lead back to the organisation itself.", "這樣會指回該機構本身。", "这样会指回该机构本身。"
    ),
    "unknown_organisation": said(
        "No verified organisation is known by this address or name.",
        "找不到此網址或名稱的已核實機構。",
        "找不到该网址或名称的已核实机构。",
    ),
    "several_organisations": said(
        "Several organisations are called so: %(names)s. Please give the address of the page.",
        "有多個機構以此為名：%(names)s。請填寫機構頁面的網址。",
        "有多个机构以此为名：%(names)s。请填写机构页面的网址。",
    ),
    "whole_level": said("Please give a whole number.", "請填寫整數。", "请填写整数。"),
    "money_amount": said(
        "Please give an amount such as 120000.00.", "請填寫金額，例如120000.00。", "请填写金额，例如120000.00。"
    ),
}
REFUSALS: Sentences = {
    "collaboration_changed": said(
        "Somebody has changed the collaboration meanwhile. Please read it once more.",
        "合作項目已有更改，請再次閱讀。",
        "合作项目已有更改，请再次阅读。",
    ),
    "collaboration_needs_two": said(
        "With your organisation gone only one would remain: end the collaboration instead.",
        "你的機構退出後只餘一方，請改為終止合作項目。",
        "您的机构退出后仅剩一方，请改为终止合作项目。",
    ),
    "party_left_before": said(
        "This organisation took part before and left. Open a new collaboration with it.",
        "此機構曾參與並已退出，請另開合作項目。",
        "该机构曾参与并已退出，请另立合作项目。",
    ),
    "booking_not_of_parties": said(
        "Both organisations of the booking must take part in the collaboration.",
        "預約的雙方機構均須參與該合作項目。",
        "预约的双方机构均须参与该合作项目。",
    ),
    "report_file_stays": said(
        "The paper of the closing report stays with it.", "結項報告的檔案不可移除。", "结项报告的文件不能移除。"
    ),
    "organisation_merged_already": said(
        "A merger of this organisation is recorded already.", "此機構的合併已有紀錄。", "该机构的合并已有记录。"
    ),
}
HISTORY: Sentences = {
    "collaboration.opened": said(
        "opened the collaboration with booking %(reference)s",
        "因預約%(reference)s建立合作項目",
        "因预约%(reference)s建立合作项目",
    ),
    "collaboration.proposed": said("proposed the collaboration", "提出合作項目", "提出合作项目"),
    "collaboration.asked": said("asked %(name)s to take part", "邀請%(name)s參與", "邀请%(name)s参与"),
    "collaboration.accepted": said("accepted for %(name)s", "代表%(name)s接受", "代表%(name)s接受"),
    "collaboration.declined": said("declined for %(name)s", "代表%(name)s婉拒", "代表%(name)s婉拒"),
    "collaboration.declined_because": said(
        "declined for %(name)s: %(reason)s", "代表%(name)s婉拒：%(reason)s", "代表%(name)s婉拒：%(reason)s"
    ),
    "collaboration.withdrawn": said("withdrew the proposal", "撤回提議", "撤回提议"),
    "collaboration.changed": said("changed the collaboration", "更改合作項目內容", "更改合作项目内容"),
    "collaboration.left": said(
        "left for %(name)s on %(day)s: %(reason)s",
        "%(name)s於%(day)s退出：%(reason)s",
        "%(name)s于%(day)s退出：%(reason)s",
    ),
    "collaboration.completed": said(
        "completed the collaboration on %(day)s, with a closing report",
        "於%(day)s完成合作項目並提交結項報告",
        "于%(day)s完成合作项目并提交结项报告",
    ),
    "collaboration.ended": said(
        "ended the collaboration on %(day)s: %(reason)s",
        "於%(day)s終止合作項目：%(reason)s",
        "于%(day)s终止合作项目：%(reason)s",
    ),
    "collaboration.booking_joined": said(
        "added booking %(reference)s", "加入預約%(reference)s", "加入预约%(reference)s"
    ),
    "collaboration.booking_left": said(
        "moved booking %(reference)s to another collaboration",
        "將預約%(reference)s移至其他合作項目",
        "将预约%(reference)s移至其他合作项目",
    ),
    "collaboration.file_added": said("added a file", "加入檔案", "添加文件"),
    "collaboration.file_removed": said("removed a file", "移除檔案", "移除文件"),
    "collaboration.person_named": said("named a person", "加入人員", "添加人员"),
    "collaboration.person_removed": said("took a person off the list", "移除人員", "移除人员"),
    "collaboration.funding_added": said(
        "entered funding by %(funder)s", "登記%(funder)s的資助", "登记%(funder)s的资助"
    ),
    "collaboration.funding_removed": said(
        "struck the funding by %(funder)s", "取消%(funder)s的資助紀錄", "取消%(funder)s的资助记录"
    ),
    "collaboration.milestone_added": said(
        "promised “%(milestone_title)s” by %(day)s",
        "承諾於%(day)s前完成「%(milestone_title)s」",
        "承诺于%(day)s前完成“%(milestone_title)s”",
    ),
    "collaboration.milestone_replanned": said(
        "moved “%(milestone_title)s” to %(day)s",
        "將「%(milestone_title)s」改期至%(day)s",
        "将“%(milestone_title)s”改期至%(day)s",
    ),
    "collaboration.milestone_reached": said(
        "reached “%(milestone_title)s” on %(day)s",
        "於%(day)s完成「%(milestone_title)s」",
        "于%(day)s完成“%(milestone_title)s”",
    ),
    "collaboration.milestone_cancelled": said(
        "gave up “%(milestone_title)s” on %(day)s",
        "於%(day)s取消「%(milestone_title)s」",
        "于%(day)s取消“%(milestone_title)s”",
    ),
    "organisation.merged": said(
        "recorded that %(name)s went into %(into_name)s on %(day)s",
        "登記%(name)s於%(day)s併入%(into_name)s",
        "登记%(name)s于%(day)s并入%(into_name)s",
    ),
    "organisation.took_in": said(
        "recorded that %(name)s went into %(into_name)s on %(day)s",
        "登記%(name)s於%(day)s併入%(into_name)s",
        "登记%(name)s于%(day)s并入%(into_name)s",
    ),
    "organisation.merger_taken_back": said("took the merger back", "撤銷合併紀錄", "撤销合并记录"),
    "organisation.merger_undone": said("took the merger back", "撤銷合併紀錄", "撤销合并记录"),
}
_WHICH: Final[dict[Language, str]] = {
    "en": "\n\nCollaboration: %(title)s (%(reference)s)",
    "zh-Hant": "\n\n合作項目：%(title)s（%(reference)s）",
    "zh-Hans": "\n\n合作项目：%(title)s（%(reference)s）",
}
_WHY: Final[dict[Language, str]] = {
    "en": "\n\nReason given: %(reason)s",
    "zh-Hant": "\n\n原因：%(reason)s",
    "zh-Hans": "\n\n原因：%(reason)s",
}


def _told(
    en: tuple[str, str], hant: tuple[str, str], hans: tuple[str, str], *, why: bool = False
) -> dict[Language, tuple[str, str]]:
    """Subject and text in each language, the collaboration after the text, and the reason where one was asked for."""
    texts: dict[Language, tuple[str, str]] = {"en": en, "zh-Hant": hant, "zh-Hans": hans}
    rest = {language: (_WHY[language] if why else "") + _WHICH[language] for language in texts}
    return {language: (subject, text + rest[language]) for language, (subject, text) in texts.items()}


NOTICES: NoticeTexts = {
    "collaboration_opened": _told(
        ("A collaboration begins: %(title)s", "The first confirmed booking of the two organisations opened it."),
        ("合作項目開始：%(title)s", "兩個機構的首個獲確認預約已建立合作項目。"),
        ("合作项目开始：%(title)s", "两个机构的首个已确认预约建立了合作项目。"),
    ),
    "collaboration_asked": _told(
        (
            "%(asking)s invites %(organisation)s to collaborate: %(title)s",
            "Please read what is proposed, and accept or decline for your organisation.",
        ),
        ("%(asking)s邀請%(organisation)s合作：%(title)s", "請閱讀建議內容，並代表機構接受或婉拒。"),
        ("%(asking)s邀请%(organisation)s合作：%(title)s", "请阅读提议内容，并代表机构接受或婉拒。"),
    ),
    "collaboration_accepted": _told(
        ("%(organisation)s takes part: %(title)s", "The organisation has accepted."),
        ("%(organisation)s已加入：%(title)s", "該機構已接受邀請。"),
        ("%(organisation)s已加入：%(title)s", "该机构已接受邀请。"),
    ),
    "collaboration_declined": _told(
        ("%(organisation)s does not take part: %(title)s", "The organisation has declined."),
        ("%(organisation)s不參與：%(title)s", "該機構已婉拒邀請。"),
        ("%(organisation)s不参与：%(title)s", "该机构已婉拒邀请。"),
    ),
    "collaboration_declined_because": _told(
        ("%(organisation)s does not take part: %(title)s", "The organisation has declined."),
        ("%(organisation)s不參與：%(title)s", "該機構已婉拒邀請。"),
        ("%(organisation)s不参与：%(title)s", "该机构已婉拒邀请。"),
        why=True,
    ),
    "collaboration_withdrawn": _told(
        ("Withdrawn: %(title)s", "The collaboration that was proposed to you was withdrawn."),
        ("已撤回：%(title)s", "向你提出的合作項目已撤回。"),
        ("已撤回：%(title)s", "向您提出的合作项目已撤回。"),
    ),
    "collaboration_changed": _told(
        ("Changed: %(title)s", "What the collaboration says has changed. Please read it."),
        ("內容有更改：%(title)s", "合作項目的內容有更改，請閱讀。"),
        ("内容有更改：%(title)s", "合作项目的内容有更改，请阅读。"),
    ),
    "collaboration_named": _told(
        ("You are named in a collaboration: %(title)s", "Your organisation has put you on the list of its people."),
        ("你已列入合作項目：%(title)s", "你的機構已將你列入項目人員名單。"),
        ("您已列入合作项目：%(title)s", "您的机构已将您列入项目人员名单。"),
    ),
    "collaboration_left": _told(
        ("%(organisation)s leaves: %(title)s", "The organisation left on %(day)s. It keeps what it saw until then."),
        ("%(organisation)s退出：%(title)s", "該機構於%(day)s退出，仍可查看此前的內容。"),
        ("%(organisation)s退出：%(title)s", "该机构于%(day)s退出，仍可查看此前的内容。"),
        why=True,
    ),
    "collaboration_completed": _told(
        ("Completed: %(title)s", "The collaboration was completed on %(day)s. Its closing report stands on its page."),
        ("已完成：%(title)s", "合作項目已於%(day)s完成，結項報告載於項目頁面。"),
        ("已完成：%(title)s", "合作项目已于%(day)s完成，结项报告见项目页面。"),
    ),
    "collaboration_ended": _told(
        ("Ended: %(title)s", "The collaboration was ended early, on %(day)s."),
        ("已終止：%(title)s", "合作項目於%(day)s提前終止。"),
        ("已终止：%(title)s", "合作项目于%(day)s提前终止。"),
        why=True,
    ),
    "collaboration_milestone_due": _told(
        ("Due on %(day)s: %(milestone_title)s", "A milestone is due. Say when it is reached, or move it."),
        ("%(day)s到期：%(milestone_title)s", "有里程碑即將到期，請記錄完成日期或改期。"),
        ("%(day)s到期：%(milestone_title)s", "有里程碑即将到期，请记录完成日期或改期。"),
    ),
    "collaboration_milestone_late": _told(
        ("Overdue since %(day)s: %(milestone_title)s", "A milestone has passed. Say when it was reached, or move it."),
        ("%(day)s已逾期：%(milestone_title)s", "有里程碑已逾期，請記錄完成日期或改期。"),
        ("%(day)s已逾期：%(milestone_title)s", "有里程碑已逾期，请记录完成日期或改期。"),
    ),
    "organisation_merged": {
        "en": (
            "%(organisation)s is part of %(into)s",
            "An administrator recorded that the organisation went into the other on %(day)s. What it did before stays "
            "under its name; its collaborations are open to the successor.",
        ),
        "zh-Hant": (
            "%(organisation)s已併入%(into)s",
            "管理員登記了該機構於%(day)s併入另一機構。過往紀錄仍在原名之下，其合作項目由後繼機構繼續。",
        ),
        "zh-Hans": (
            "%(organisation)s已并入%(into)s",
            "管理员登记了该机构于%(day)s并入另一机构。此前的记录仍在原名之下，其合作项目由后继机构继续。",
        ),
    },
}
CHOICES: Sentences = {
    "collaboration_accepted": said("An organisation joins a collaboration", "有機構加入合作項目", "有机构加入合作项目"),
    "collaboration_changed": said("A collaboration has changed", "合作項目有更改", "合作项目有更改"),
    "collaboration_completed": said("A collaboration is completed", "合作項目完成", "合作项目完成"),
    "collaboration_milestone_due": said("A milestone is due soon", "里程碑即將到期", "里程碑即将到期"),
    "collaboration_milestone_late": said("A milestone is overdue", "里程碑已逾期", "里程碑已逾期"),
}
