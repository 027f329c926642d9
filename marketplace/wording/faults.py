"""What is said of faults, of units that stand still for them, and of runs of lines."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences, said

FIELDS: Sentences = {
    "long_ago": said("At most %(days)s days ago.", "最多為%(days)s日前。", "最多为%(days)s天前。"),
    "six_places": said("At most six decimals.", "最多六位小數。", "最多六位小数。"),
    "after_now": said("It must lie ahead.", "須為將來的時間。", "须为将来的时间。"),
}
REFUSALS: Sentences = {
    "run_overlaps": said(
        "Another run of this unit is entered for that time; correct it, or take it back.",
        "該時段已登記此單元的另一個運行批次，請更正或撤回該批次。",
        "该时段已登记该单元的另一个运行批次，请更正或撤回该批次。",
    ),
    "not_a_user": said(
        "Faults are reported by those who may book the unit, or have booked it.",
        "只有可預約或曾預約該單元的人可以報告故障。",
        "只有可预约或曾预约该单元的人可以报告故障。",
    ),
}
HISTORY: Sentences = {
    "run.entered": said("entered a run", "登記了運行批次", "登记了运行批次"),
    "run.corrected": said("corrected a run", "更正了運行批次", "更正了运行批次"),
    "run.taken_back": said("took a run back", "撤回了運行批次", "撤回了运行批次"),
    "fault.reported": said("reported a fault", "報告了故障", "报告了故障"),
    "fault.stopped": said("stopped the unit for a fault", "因故障停用了單元", "因故障停用了单元"),
    "fault.expected": said(
        "changed when the unit is expected back", "更改了單元預計恢復時間", "更改了单元预计恢复时间"
    ),
    "fault.resolved": said("closed a fault as mended", "將故障標示為已修復", "将故障标记为已修复"),
    "fault.cancelled": said("closed a report as no fault", "將報告標示為並非故障", "将报告标记为并非故障"),
}
NOTICES: NoticeTexts = {
    "fault_reported": {
        "en": ("Fault: %(unit)s", "%(person)s reports a fault of %(unit)s (%(facility)s):\n\n%(reason)s"),
        "zh-Hant": ("故障：%(unit)s", "%(person)s報告%(unit)s（%(facility)s）出現故障：\n\n%(reason)s"),
        "zh-Hans": ("故障：%(unit)s", "%(person)s报告%(unit)s（%(facility)s）出现故障：\n\n%(reason)s"),
    },
    "fault_reported_safety": {
        "en": (
            "Safety: fault of %(unit)s",
            "%(person)s reports a fault of %(unit)s (%(facility)s) by which people may be hurt. "
            "Please look at once.\n\n%(reason)s",
        ),
        "zh-Hant": (
            "安全：%(unit)s故障",
            "%(person)s報告%(unit)s（%(facility)s）出現可能傷人的故障，請立即查看。\n\n%(reason)s",
        ),
        "zh-Hans": (
            "安全：%(unit)s故障",
            "%(person)s报告%(unit)s（%(facility)s）出现可能伤人的故障，请立即查看。\n\n%(reason)s",
        ),
    },
    "unit_stopped": {
        "en": (
            "Out of order: %(unit)s, %(start)s",
            "%(unit)s (%(facility)s) stands still for a fault and is expected back at %(expected_back)s. Your booking "
            "%(reference)s, from %(start)s to %(end)s, stands until you or the host change it.\n\n"
            "What is free instead, at this unit and at others:",
        ),
        "zh-Hant": (
            "故障停用：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）因故障停用，預計於%(expected_back)s恢復。你的預約%(reference)s"
            "（由%(start)s至%(end)s）維持不變，直至你或設施提供方更改。\n\n此單元及其他單元可改用的時段：",
        ),
        "zh-Hans": (
            "故障停用：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）因故障停用，预计于%(expected_back)s恢复。您的预约%(reference)s"
            "（自%(start)s至%(end)s）保持不变，直至您或设施提供方更改。\n\n该单元及其他单元可改用的时段：",
        ),
    },
    "unit_stopped_open": {
        "en": (
            "Out of order: %(unit)s, %(start)s",
            "%(unit)s (%(facility)s) stands still for a fault; nobody knows yet when it is back. Your booking "
            "%(reference)s, from %(start)s to %(end)s, stands until you or the host change it.\n\n"
            "What is free instead, at this unit and at others:",
        ),
        "zh-Hant": (
            "故障停用：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）因故障停用，恢復時間未定。你的預約%(reference)s"
            "（由%(start)s至%(end)s）維持不變，直至你或設施提供方更改。\n\n此單元及其他單元可改用的時段：",
        ),
        "zh-Hans": (
            "故障停用：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）因故障停用，恢复时间未定。您的预约%(reference)s"
            "（自%(start)s至%(end)s）保持不变，直至您或设施提供方更改。\n\n该单元及其他单元可改用的时段：",
        ),
    },
    "unit_back": {
        "en": (
            "Back in order: %(unit)s, %(start)s",
            "%(unit)s (%(facility)s) runs again. Your booking %(reference)s, from %(start)s to %(end)s, stands.",
        ),
        "zh-Hant": (
            "已恢復：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）已恢復運作。你的預約%(reference)s（由%(start)s至%(end)s）照常。",
        ),
        "zh-Hans": (
            "已恢复：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）已恢复运行。您的预约%(reference)s（自%(start)s至%(end)s）照常。",
        ),
    },
    "fault_resolved": {
        "en": ("Mended: %(unit)s", "The fault of %(unit)s (%(facility)s) that you reported is mended:\n\n%(reason)s"),
        "zh-Hant": ("已修復：%(unit)s", "你報告的%(unit)s（%(facility)s）故障已修復：\n\n%(reason)s"),
        "zh-Hans": ("已修复：%(unit)s", "您报告的%(unit)s（%(facility)s）故障已修复：\n\n%(reason)s"),
    },
    "fault_cancelled": {
        "en": (
            "Looked at: %(unit)s",
            "The host of %(unit)s (%(facility)s) found no fault in what you reported:\n\n%(reason)s",
        ),
        "zh-Hant": (
            "已查看：%(unit)s",
            "%(unit)s（%(facility)s）的設施提供方認為你報告的情況並非故障：\n\n%(reason)s",
        ),
        "zh-Hans": (
            "已查看：%(unit)s",
            "%(unit)s（%(facility)s）的设施提供方认为您报告的情况并非故障：\n\n%(reason)s",
        ),
    },
}
