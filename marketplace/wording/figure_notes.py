"""What figures don't say by themselves: the notes that are kept with them, as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from marketplace.values.localized import Language
from marketplace.wording.dictionary import Sentences, said, spoken
from marketplace.wording.filling import fill

# By the note's code; a note `code:a:b` puts its facts in as %(first)s and %(second)s.
NOTES: Final[Sentences] = {
    "assumed_losses": said(
        "Leakage, displacement and substitution are not recorded: they are taken as nought, and the multiplier as 1.",
        "漏損、擠出及替代沒有紀錄，均作零計；乘數作1計。",
        "漏损、挤出和替代没有记录，均按零计；乘数按1计。",
    ),
    "session_hours": said(
        "Hours of sessions stand for effective hours: states of machines are not recorded, so idle running is in them.",
        "以使用時數代替有效機時：機器狀態沒有紀錄，故包括空轉時間。",
        "以使用时数代替有效机时：机器状态没有记录，故包括空转时间。",
    ),
    "kinds_not_recorded": said(
        "Which instruments are general or special is not recorded: rates are told against the survey’s benchmark only.",
        "通用或專用儀器沒有紀錄，故只按調查基準計算比率。",
        "通用或专用仪器没有记录，故只按调查基准计算比率。",
    ),
    "kinds_by_class": said(
        "General or special follows from the instrument’s class (draft standard of 2006: the first three are general); "
        "of those whose class doesn’t say (%(first)s) rates are told against the survey’s benchmark only.",
        "通用或專用按儀器類別判斷（2006年標準草案：首三類為通用）；類別不能判斷者（%(first)s台）只按調查基準計算。",
        "通用或专用按仪器类别判断（2006年标准草案：前三类为通用）；类别不能判断的（%(first)s台）只按调查基准计算。",
    ),
    "platform_not_recorded": said(
        "Which instruments are registered on the national platform is not recorded here, so the share is unknown.",
        "哪些儀器已登記於國家網絡管理平台未有紀錄，故比例未知。",
        "哪些仪器已在国家网络管理平台登记没有记录，故比例未知。",
    ),
    "same_group": said(
        "Sessions between legal entities of one group, which count as external: %(first)s.",
        "同一集團內不同法人之間的使用計作對外，共%(first)s次。",
        "同一集团内不同法人之间的使用计作对外，共%(first)s次。",
    ),
    "split_at_midnight": said(
        "Sessions that run over midnight are split there, and each day’s part counts as one: %(first)s further parts.",
        "跨越午夜的使用在午夜分開，每日部分各計一次：另有%(first)s部分。",
        "跨越午夜的使用在午夜分开，每日部分各计一次：另有%(first)s部分。",
    ),
    "rebaselines_not_recorded": said(
        "Later promises and cancellations are not recorded: the latest committed date is the first one.",
        "其後的承諾及取消沒有紀錄：最新承諾日期即首次承諾日期。",
        "其后的承诺和取消没有记录：最新承诺日期即首次承诺日期。",
    ),
    "bookings": said(
        "Bookings that it is made of: %(first)s.", "所依據的預約：%(first)s項。", "所依据的预约：%(first)s项。"
    ),
    "called_off_at_short_notice": said(
        "Bookings that users called off within 24 hours of their start, which are left out: %(first)s.",
        "使用者在開始前24小時內取消、不予計算的預約：%(first)s項。",
        "用户在开始前24小时内取消、不予计算的预约：%(first)s项。",
    ),
    "no_single_origin": said(
        "Distances are told from one place: of a zone, or of an organisation’s seat. Here there are several.",
        "距離由單一地點起計：園區，或機構所在地。此處有多個地點。",
        "距离由单一地点起算：园区，或机构所在地。此处有多个地点。",
    ),
    "origin_without_point": said(
        "The coordinates of its own place are not recorded, so no distance can be told.",
        "本身所在地的座標沒有紀錄，故無法計算距離。",
        "本身所在地的坐标没有记录，故无法计算距离。",
    ),
    "hours_of_shared_use": said(
        "The stocks are hours of use at somebody else’s facilities, no money.",
        "存量為使用其他機構設施的時數，並非金額。",
        "存量为使用其他机构设施的时数，不是金额。",
    ),
    "not_computable": said(
        "Its rows don’t allow it to be computed (%(first)s, %(second)s).",
        "紀錄不足以計算此數字（%(first)s，%(second)s）。",
        "记录不足以计算此数字（%(first)s，%(second)s）。",
    ),
}
PLACES: Final = ("first", "second")


def notes_said(notes: Iterable[str], language: str) -> list[str]:
    """The sentence of each note; one that this version doesn't know stays a code."""
    return [_one(each, spoken(language)) for each in notes]


def _one(note: str, language: Language) -> str:
    code, *facts = note.split(":")
    if code not in NOTES:
        return note
    told = {**dict.fromkeys(PLACES, "–"), **dict(zip(PLACES, facts, strict=False))}
    return fill(NOTES[code][language], told, language)
