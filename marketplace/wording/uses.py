"""Sentences about what really happened: sessions, kiosks, feeds and files of loggers."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences, said

REFUSALS: Sentences = {
    "place_in_use": said(
        "Somebody is in session at this place; it is booked until %(until)s.",
        "此工位正在使用，預約至%(until)s。",
        "该工位正在使用，预约至%(until)s。",
    ),
}

HISTORY: Sentences = {
    "booking.ended_by_rule": said("end of use estimated by rule", "按規則估算使用結束時間", "按规则估算使用结束时间"),
}

NOTICES: NoticeTexts = {
    "session_ended_by_rule": {
        "en": (
            "End of use estimated: %(unit)s, %(start)s",
            "Nobody checked out from %(unit)s (%(facility)s), booked from %(start)s to %(end)s. By rule the use is "
            "taken to have ended on %(left)s. If that is wrong, the host can correct it with a reason. "
            "Reference: %(reference)s",
        ),
        "zh-Hant": (
            "使用結束時間為估算：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）由%(start)s至%(end)s的預約無人簽退，按規則視為於%(left)s結束。如有不符，設施提供方可說明原因後更正。"
            "編號：%(reference)s",
        ),
        "zh-Hans": (
            "使用结束时间为估算：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）%(start)s至%(end)s的预约无人签退，按规则视为于%(left)s结束。如有不符，设施提供方可说明原因后更正。"
            "编号：%(reference)s",
        ),
    },
}

CHOICES: Sentences = {
    "session_ended_by_rule": said(
        "The end of a use is estimated by rule", "使用結束時間按規則估算", "使用结束时间按规则估算"
    ),
}
