"""Framework agreements in words: how they stand, what was done, and what people are told."""

from __future__ import annotations

from typing import Final

from marketplace.values.localized import Language
from marketplace.wording.dictionary import NoticeTexts, Sentences, said

STANDINGS: Final[Sentences] = {
    "proposed": said("Proposed", "待對方同意", "待对方同意"),
    "to_come": said("Agreed, to come", "已同意，尚未生效", "已同意，尚未生效"),
    "in_force": said("In force", "生效中", "生效中"),
    "over": said("Over", "已終止", "已终止"),
    "declined": said("Declined", "不獲接納", "已拒绝"),
    "withdrawn": said("Withdrawn", "已撤回", "已撤回"),
}
FIELDS: Sentences = {
    "framework_one_side": said(
        "A framework needs two organisations.", "框架協議須由兩個機構訂立。", "框架协议须由两个机构订立。"
    ),
    "framework_past": said("Choose today or a later day.", "請選擇今天或以後的日期。", "请选择今天或以后的日期。"),
    "framework_too_long": said("At most ten years.", "最長十年。", "最长十年。"),
}
REFUSALS: Sentences = {
    "framework_without_terms": said(
        "There are no terms yet that a framework could cover.",
        "目前沒有可供框架協議涵蓋的使用條款。",
        "目前没有可供框架协议涵盖的使用条款。",
    ),
    "framework_proposed_already": said(
        "The same framework is proposed already and waits for an answer.",
        "相同的框架協議已提出，正等候答覆。",
        "相同的框架协议已提出，正在等待答复。",
    ),
    "framework_changed": said(
        "The framework names other versions of the terms by now. Please read it once more.",
        "框架協議所列的條款版本已有變動，請再次閱讀。",
        "框架协议所列的条款版本已有变化，请再次阅读。",
    ),
}
HISTORY: Sentences = {
    "framework.proposed": said("proposed the framework agreement", "提出框架協議", "提出框架协议"),
    "framework.agreed": said("agreed to the framework agreement", "同意框架協議", "同意框架协议"),
    "framework.declined": said("declined the framework agreement", "不同意框架協議", "不同意框架协议"),
    "framework.withdrawn": said("withdrew the framework agreement", "撤回框架協議", "撤回框架协议"),
    "framework.ended": said("ended the framework agreement with notice", "通知終止框架協議", "通知终止框架协议"),
    "framework.extended": said(
        "agreed to extend the framework agreement to the new terms",
        "同意框架協議涵蓋新版條款",
        "同意框架协议涵盖新版条款",
    ),
    "framework.asks": said(
        "published version %(number)s of the terms, which the framework agreement does not cover yet",
        "公布了第%(number)s版條款，框架協議尚未涵蓋",
        "公布了第%(number)s版条款，框架协议尚未涵盖",
    ),
}
_PERIOD: Final[dict[Language, str]] = {
    "en": "\n\nHost: %(host)s\nUser: %(organisation)s\nFrom %(first)s to %(last)s",
    "zh-Hant": "\n\n設施提供方：%(host)s\n使用方：%(organisation)s\n由%(first)s至%(last)s",
    "zh-Hans": "\n\n设施提供方：%(host)s\n使用方：%(organisation)s\n自%(first)s至%(last)s",
}


def _told(en: tuple[str, str], hant: tuple[str, str], hans: tuple[str, str]) -> dict[Language, tuple[str, str]]:
    """Subject and text in each language, the parties and days after the text."""
    texts: dict[Language, tuple[str, str]] = {"en": en, "zh-Hant": hant, "zh-Hans": hans}
    return {language: (subject, text + _PERIOD[language]) for language, (subject, text) in texts.items()}


NOTICES: NoticeTexts = {
    "framework_proposed": _told(
        (
            "A framework agreement is proposed: %(host)s and %(organisation)s",
            "A framework agreement on terms of use was proposed. Please read it, and agree or decline.",
        ),
        ("有框架協議待你答覆：%(host)s與%(organisation)s", "有人提出使用條款的框架協議，請閱讀並表示是否同意。"),
        ("有框架协议待您答复：%(host)s与%(organisation)s", "有人提出使用条款的框架协议，请阅读并表示是否同意。"),
    ),
    "framework_agreed": _told(
        (
            "Agreed: framework of %(host)s and %(organisation)s",
            "Both sides agree on the framework. While it holds, nobody has to accept the terms that it names again.",
        ),
        ("已同意：%(host)s與%(organisation)s的框架協議", "雙方已同意框架協議。有效期內，無須逐次接受所列的條款。"),
        ("已同意：%(host)s与%(organisation)s的框架协议", "双方已同意框架协议。有效期内，无须逐次接受所列的条款。"),
    ),
    "framework_declined": _told(
        (
            "Declined: framework of %(host)s and %(organisation)s",
            "The framework agreement that was proposed was declined.",
        ),
        ("不獲接納：%(host)s與%(organisation)s的框架協議", "所提出的框架協議不獲接納。"),
        ("已拒绝：%(host)s与%(organisation)s的框架协议", "所提出的框架协议被拒绝。"),
    ),
    "framework_withdrawn": _told(
        (
            "Withdrawn: framework of %(host)s and %(organisation)s",
            "The framework agreement that was proposed was withdrawn.",
        ),
        ("已撤回：%(host)s與%(organisation)s的框架協議", "所提出的框架協議已撤回。"),
        ("已撤回：%(host)s与%(organisation)s的框架协议", "所提出的框架协议已撤回。"),
    ),
    "framework_ended": _told(
        (
            "Ends early: framework of %(host)s and %(organisation)s",
            "One side ended the framework agreement. It holds until its last day; what was accepted stays accepted.",
        ),
        (
            "提前終止：%(host)s與%(organisation)s的框架協議",
            "其中一方已通知終止框架協議，協議至最後一日仍有效，已接受的條款不受影響。",
        ),
        (
            "提前终止：%(host)s与%(organisation)s的框架协议",
            "其中一方已通知终止框架协议，协议至最后一天仍有效，已接受的条款不受影响。",
        ),
    ),
    "framework_ending": _told(
        (
            "Ends on %(last)s: framework of %(host)s and %(organisation)s",
            "After that day each booking accepts the terms by itself. Either side may propose another one.",
        ),
        (
            "%(last)s到期：%(host)s與%(organisation)s的框架協議",
            "此後每次預約須另行接受條款。任何一方均可提出新的框架協議。",
        ),
        (
            "%(last)s到期：%(host)s与%(organisation)s的框架协议",
            "此后每次预约须另行接受条款。任何一方均可提出新的框架协议。",
        ),
    ),
    "framework_extended": _told(
        (
            "Extended: framework of %(host)s and %(organisation)s",
            "The framework agreement covers the new version of the terms.",
        ),
        ("已涵蓋新版條款：%(host)s與%(organisation)s的框架協議", "框架協議現已涵蓋新版條款。"),
        ("已涵盖新版条款：%(host)s与%(organisation)s的框架协议", "框架协议现已涵盖新版条款。"),
    ),
    "framework_asks": _told(
        (
            "New terms: framework of %(host)s and %(organisation)s",
            "Version %(number)s of the terms of %(facility)s is published. The framework agreement does not cover it "
            "until the user’s side agrees; until then each booking accepts it by itself.",
        ),
        (
            "有新版條款：%(host)s與%(organisation)s的框架協議",
            "%(facility)s公布了第%(number)s版條款。使用方同意前，框架協議不涵蓋該版本，每次預約須另行接受。",
        ),
        (
            "有新版条款：%(host)s与%(organisation)s的框架协议",
            "%(facility)s公布了第%(number)s版条款。使用方同意前，框架协议不涵盖该版本，每次预约须另行接受。",
        ),
    ),
}
CHOICES: Sentences = {
    "framework_agreed": said("A framework agreement is agreed", "框架協議獲同意", "框架协议获同意"),
    "framework_ending": said("A framework agreement ends soon", "框架協議即將到期", "框架协议即将到期"),
    "framework_extended": said("A framework covers new terms", "框架協議涵蓋新版條款", "框架协议涵盖新版条款"),
}
