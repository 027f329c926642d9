"""Sentences about what really happened: sessions, kiosks, feeds and files of loggers."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences, said

REFUSALS: Sentences = {
    "session_overlaps": said(
        "Another session was at this place in that time.",
        "該時段此工位已有另一筆使用紀錄。",
        "该时段此工位已有另一条使用记录。",
    ),
    "place_in_use": said(
        "Somebody is in session at this place; it is booked until %(until)s.",
        "此工位正在使用，預約至%(until)s。",
        "该工位正在使用，预约至%(until)s。",
    ),
}

FIELDS: Sentences = {
    "logger_columns": said(
        "The first row names the columns, each once; %(columns)s must be among them.",
        "首行須列出各欄名稱，不可重複，並包括%(columns)s。",
        "首行须列出各列名称，不可重复，并包括%(columns)s。",
    ),
    "logger_too_large": said(
        "The file has more than %(kilobytes)s kB; split it.",
        "檔案超過%(kilobytes)s kB，請分拆。",
        "文件超过%(kilobytes)s kB，请拆分。",
    ),
    "logger_not_text": said("The file is no text in UTF-8.", "檔案並非UTF-8文字檔。", "文件不是UTF-8文本。"),
    "logger_time": said(
        "This is no time like 2026-03-02 09:00.", "時間格式須如2026-03-02 09:00。", "时间格式须如2026-03-02 09:00。"
    ),
    "door_code": said(
        "This reference and code do not belong together at this unit.",
        "此單元沒有與該編號及簽到碼相符的預約。",
        "该单元没有与此编号和签到码相符的预约。",
    ),
    "door_state": said(
        "This booking can’t be checked in or out now; it was perhaps done already.",
        "此預約目前不能簽到或簽退，可能已經辦妥。",
        "该预约目前不能签到或签退，可能已办理。",
    ),
    "not_signed": said(
        "The message is not signed with the unit’s present secret, or it is more than five minutes old.",
        "訊息並非以此單元現行的密鑰簽署，或已超過五分鐘。",
        "消息并非用该单元现行的密钥签名，或已超过五分钟。",
    ),
    "state_of_states": said(
        "A state is named by events of states, and by no others.",
        "只有狀態事件須註明狀態。",
        "只有状态事件须注明状态。",
    ),
    "too_long_ago": said(
        "This is more than %(days)s days ago.", "此時間已超過%(days)s天。", "该时间已超过%(days)s天。"
    ),
    "longer_than_session": said(
        "The parts are longer than the session.", "各部分合計超過使用時間。", "各部分合计超过使用时间。"
    ),
    "not_in_future": said("This has not come yet.", "此時間尚未到來。", "该时间尚未到来。"),
    "not_negative": said("This is a number from 0 on.", "須為0或以上的數字。", "须为0或以上的数字。"),
}

HISTORY: Sentences = {
    "unit.logger_file": said("brought a logger’s file", "匯入了記錄器檔案", "导入了记录器文件"),
    "unit.kiosk_renewed": said("made a new kiosk code", "更新了現場簽到碼", "更新了现场签到码"),
    "unit.kiosk_ended": said("ended the kiosk", "停用了現場簽到", "停用了现场签到"),
    "unit.feed_key_made": said("made a secret for the feed", "建立了數據上報密鑰", "创建了数据上报密钥"),
    "unit.feed_key_ended": said("ended the feed", "停用了數據上報", "停用了数据上报"),
    "booking.session_described": said("put down what was used", "記錄了使用詳情", "记录了使用详情"),
    "booking.session_corrected": said("corrected the time of use", "更正了使用時間", "更正了使用时间"),
    "unit.session_described": said("put down what was used", "記錄了使用詳情", "记录了使用详情"),
    "unit.session_corrected": said("corrected the time of use", "更正了使用時間", "更正了使用时间"),
    "booking.ended_by_rule": said("end of use estimated by rule", "按規則估算使用結束時間", "按规则估算使用结束时间"),
}

NOTICES: NoticeTexts = {
    "session_corrected": {
        "en": (
            "Time of use corrected: %(unit)s, %(start)s",
            "The host has corrected the time of use of %(unit)s (%(facility)s): now from %(now_began)s to "
            "%(now_ended)s, before from %(began)s to %(ended)s. Reason: %(reason)s. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "使用時間已更正：%(unit)s，%(start)s",
            "設施提供方已更正%(unit)s（%(facility)s）的使用時間：現為%(now_began)s至%(now_ended)s，原為%(began)s至%(ended)s。"
            "原因：%(reason)s。編號：%(reference)s",
        ),
        "zh-Hans": (
            "使用时间已更正：%(unit)s，%(start)s",
            "设施提供方已更正%(unit)s（%(facility)s）的使用时间：现为%(now_began)s至%(now_ended)s，原为%(began)s至%(ended)s。"
            "原因：%(reason)s。编号：%(reference)s",
        ),
    },
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
    "session_corrected": said("A time of use is corrected", "使用時間被更正", "使用时间被更正"),
    "session_ended_by_rule": said(
        "The end of a use is estimated by rule", "使用結束時間按規則估算", "使用结束时间按规则估算"
    ),
}
