"""What people are told about bookings, by inbox and mail, and which of it they may do without by mail."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences

NOTICES: NoticeTexts = {
    "booking_requested": {
        "en": (
            "Request: %(unit)s, %(start)s",
            "%(person)s of %(organisation)s asks for %(unit)s (%(facility)s).\n\nFrom %(start)s\nTo %(end)s\n\n"
            "The time is held for them until %(held_until)s. Please approve or decline before then. "
            "Reference: %(reference)s",
        ),
        "zh-Hant": (
            "預約申請：%(unit)s，%(start)s",
            "%(organisation)s的%(person)s申請預約%(unit)s（%(facility)s）。\n\n由%(start)s\n至%(end)s\n\n"
            "時段保留至%(held_until)s，請於限期前批准或不接納。編號：%(reference)s",
        ),
        "zh-Hans": (
            "预约申请：%(unit)s，%(start)s",
            "%(organisation)s的%(person)s申请预约%(unit)s（%(facility)s）。\n\n自%(start)s\n至%(end)s\n\n"
            "时段预占至%(held_until)s，请在此之前批准或拒绝。编号：%(reference)s",
        ),
    },
    "booking_made_for_you": {
        "en": (
            "Booked for you: %(unit)s, %(start)s",
            "The host booked %(unit)s (%(facility)s) for you.\n\nFrom %(start)s\nTo %(end)s\n\n"
            "Please look at what remains to be done. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "已為你預約：%(unit)s，%(start)s",
            "設施提供方已為你預約%(unit)s（%(facility)s）。\n\n由%(start)s\n至%(end)s\n\n"
            "請查看尚待辦理的事項。編號：%(reference)s",
        ),
        "zh-Hans": (
            "已为您预约：%(unit)s，%(start)s",
            "设施提供方已为您预约%(unit)s（%(facility)s）。\n\n自%(start)s\n至%(end)s\n\n"
            "请查看尚待办理的事项。编号：%(reference)s",
        ),
    },
    "booking_confirmed": {
        "en": (
            "Confirmed: %(unit)s, %(start)s",
            "The booking of %(unit)s (%(facility)s) by %(person)s, %(organisation)s, is confirmed.\n\n"
            "From %(start)s\nTo %(end)s\n\nReference: %(reference)s",
        ),
        "zh-Hant": (
            "已確認：%(unit)s，%(start)s",
            "%(organisation)s的%(person)s預約%(unit)s（%(facility)s），現已確認。\n\n由%(start)s\n至%(end)s\n\n"
            "編號：%(reference)s",
        ),
        "zh-Hans": (
            "已确认：%(unit)s，%(start)s",
            "%(organisation)s的%(person)s预约%(unit)s（%(facility)s），现已确认。\n\n自%(start)s\n至%(end)s\n\n"
            "编号：%(reference)s",
        ),
    },
    "booking_gate_passed": {
        "en": (
            "One step further: %(unit)s, %(start)s",
            "A condition of the booking of %(unit)s (%(facility)s) "
            "has been settled. Something still remains to be done "
            "before it is confirmed; the time is held until %(held_until)s. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "進展：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）的一項預約條件已完成。確認前尚有其他事項，"
            "時段保留至%(held_until)s。編號：%(reference)s",
        ),
        "zh-Hans": (
            "进展：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）的一项预约条件已完成。确认前还有其他事项，"
            "时段预占至%(held_until)s。编号：%(reference)s",
        ),
    },
    "booking_gate_reopened": {
        "en": (
            "Open again: %(unit)s, %(start)s",
            "A condition of the booking of %(unit)s (%(facility)s) "
            "must be settled again. Please look at the booking. "
            "Reference: %(reference)s",
        ),
        "zh-Hant": (
            "須重新辦理：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）的一項預約條件須重新辦理，請查看預約。編號：%(reference)s",
        ),
        "zh-Hans": (
            "需重新办理：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）的一项预约条件需重新办理，请查看预约。编号：%(reference)s",
        ),
    },
    "booking_moved": {
        "en": (
            "Moved: %(unit)s, %(start)s",
            "The booking of %(unit)s (%(facility)s) was moved.\n\nNow from %(start)s\nTo %(end)s\n\n"
            "It was from %(old_start)s to %(old_end)s. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "已改期：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）的預約已改期。\n\n現由%(start)s\n至%(end)s\n\n"
            "原為%(old_start)s至%(old_end)s。編號：%(reference)s",
        ),
        "zh-Hans": (
            "已改期：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）的预约已改期。\n\n现自%(start)s\n至%(end)s\n\n"
            "原为%(old_start)s至%(old_end)s。编号：%(reference)s",
        ),
    },
    "booking_move_requested": {
        "en": (
            "Change asked for: %(unit)s, %(start)s",
            "%(person)s of %(organisation)s wishes to move a booking of %(unit)s (%(facility)s).\n\n"
            "New: %(start)s\nTo %(end)s\n\nIt was from %(old_start)s to %(old_end)s. The time is held until "
            "%(held_until)s; if you decline, the old time does not come back. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "申請改期：%(unit)s，%(start)s",
            "%(organisation)s的%(person)s希望將%(unit)s（%(facility)s）的預約改期。"
            "\n\n新時段：%(start)s\n至%(end)s\n\n"
            "原為%(old_start)s至%(old_end)s。時段保留至"
            "%(held_until)s；如不接納，原時段不會恢復。編號：%(reference)s",
        ),
        "zh-Hans": (
            "申请改期：%(unit)s，%(start)s",
            "%(organisation)s的%(person)s希望将%(unit)s（%(facility)s）的预约改期。"
            "\n\n新时段：%(start)s\n至%(end)s\n\n"
            "原为%(old_start)s至%(old_end)s。时段预占至"
            "%(held_until)s；如拒绝，原时段不会恢复。编号：%(reference)s",
        ),
    },
    "booking_declined": {
        "en": (
            "Declined: %(unit)s, %(start)s",
            "The host could not accept the booking of %(unit)s (%(facility)s) from %(start)s to %(end)s.\n\n"
            "Reason: %(reason)s\n\nReference: %(reference)s",
        ),
        "zh-Hant": (
            "不獲接納：%(unit)s，%(start)s",
            "設施提供方未能接納%(unit)s（%(facility)s）由%(start)s至%(end)s的預約。\n\n原因：%(reason)s\n\n"
            "編號：%(reference)s",
        ),
        "zh-Hans": (
            "已拒绝：%(unit)s，%(start)s",
            "设施提供方未能接受%(unit)s（%(facility)s）%(start)s至%(end)s的预约。\n\n原因：%(reason)s\n\n"
            "编号：%(reference)s",
        ),
    },
    "booking_cancelled": {
        "en": (
            "Cancelled: %(unit)s, %(start)s",
            "The booking of %(unit)s (%(facility)s) from %(start)s "
            "to %(end)s was cancelled.\n\nReason: %(reason)s\n\n"
            "Reference: %(reference)s",
        ),
        "zh-Hant": (
            "已取消：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）由%(start)s至%(end)s的預約已取消。\n\n原因：%(reason)s\n\n編號：%(reference)s",
        ),
        "zh-Hans": (
            "已取消：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）%(start)s至%(end)s的预约已取消。\n\n原因：%(reason)s\n\n编号：%(reference)s",
        ),
    },
    "booking_expired": {
        "en": (
            "Expired: %(unit)s, %(start)s",
            "The booking of %(unit)s (%(facility)s) from %(start)s "
            "to %(end)s was not settled in time. The time is free "
            "again. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "已失效：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）由%(start)s至%(end)s的預約未能於限期前辦妥，時段已釋出。編號：%(reference)s",
        ),
        "zh-Hans": (
            "已失效：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）%(start)s至%(end)s的预约未在截止时间前办妥，时段已释放。编号：%(reference)s",
        ),
    },
    "booking_missed": {
        "en": (
            "Missed: %(unit)s, %(start)s",
            "Nobody checked in for the booking of %(unit)s "
            "(%(facility)s) from %(start)s to %(end)s. The rest of the "
            "time is free again. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "缺席：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）由%(start)s至%(end)s的預約無人簽到，餘下時段已釋出。編號：%(reference)s",
        ),
        "zh-Hans": (
            "爽约：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）%(start)s至%(end)s的预约无人签到，剩余时段已释放。编号：%(reference)s",
        ),
    },
    "calendar_feed_ended": {
        "en": (
            "The calendar feed of %(calendar)s is ended",
            "Whoever made its address manages the organisation no more, so the address answers nobody. Make a new one "
            "and give it to those who need it.",
        ),
        "zh-Hant": (
            "%(calendar)s的日曆訂閱已終止",
            "建立該網址的人已不再管理機構，因此網址不再有效。請建立新網址，並交給有需要的人。",
        ),
        "zh-Hans": (
            "%(calendar)s的日历订阅已终止",
            "创建该网址的人已不再管理机构，因此网址不再有效。请创建新网址，并交给有需要的人。",
        ),
    },
    "booking_waits_for_host": {
        "en": (
            "Reminder: answer by %(deadline)s",
            "%(person)s of %(organisation)s still waits for your "
            "answer about %(unit)s (%(facility)s) from %(start)s to "
            "%(end)s. Without one the request expires by itself at %(deadline)s. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "提示：請於%(deadline)s前答覆",
            "%(organisation)s的%(person)s仍在等候你就%(unit)s（%(facility)s）由%(start)s至%(end)s的預約答覆。"
            "如未獲答覆，申請將於%(deadline)s失效。編號：%(reference)s",
        ),
        "zh-Hans": (
            "提醒：请在%(deadline)s前答复",
            "%(organisation)s的%(person)s仍在等待您就%(unit)s（%(facility)s）%(start)s至%(end)s的预约答复。"
            "如未答复，申请将于%(deadline)s失效。编号：%(reference)s",
        ),
    },
    "booking_waits_for_user": {
        "en": (
            "Reminder: something to do by %(deadline)s",
            "Something remains to be done for the booking of %(unit)s "
            "(%(facility)s) from %(start)s to %(end)s. Without it "
            "the booking expires by itself at %(deadline)s. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "提示：請於%(deadline)s前辦理",
            "%(unit)s（%(facility)s）由%(start)s至"
            "%(end)s的預約尚有事項待辦。如未辦妥，預約將於%(deadline)s失效。"
            "編號：%(reference)s",
        ),
        "zh-Hans": (
            "提醒：请在%(deadline)s前办理",
            "%(unit)s（%(facility)s）%(start)s至%(end)s"
            "的预约还有事项待办。如未办妥，预约将于%(deadline)s失效。"
            "编号：%(reference)s",
        ),
    },
    "booking_approval_ending": {
        "en": (
            "An approval ends on %(day)s: %(unit)s",
            "The booking of %(unit)s (%(facility)s) on %(start)s leans on an approval under %(rule)s that holds until "
            "%(day)s. If the booking is moved beyond that day, a new one is needed. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "批准將於%(day)s到期：%(unit)s",
            "%(unit)s（%(facility)s）於%(start)s的預約依賴%(rule)s項下的批准，該批准有效至%(day)s。"
            "如預約改至其後的日期，須另行取得批准。編號：%(reference)s",
        ),
        "zh-Hans": (
            "批准将于%(day)s到期：%(unit)s",
            "%(unit)s（%(facility)s）于%(start)s的预约依赖%(rule)s项下的批准，该批准有效至%(day)s。"
            "如预约改至其后的日期，须另行取得批准。编号：%(reference)s",
        ),
    },
    "booking_starts_soon": {
        "en": (
            "Soon: %(unit)s, %(start)s",
            "The booking of %(unit)s (%(facility)s) begins on "
            "%(start)s and ends on %(end)s. If you cannot come, please "
            "cancel it, so that others can use the time. Reference: %(reference)s",
        ),
        "zh-Hant": (
            "即將開始：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）的預約於%(start)s開始，%(end)s結束。如未能前往，請取消預約，讓其他人使用。"
            "編號：%(reference)s",
        ),
        "zh-Hans": (
            "即将开始：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）的预约于%(start)s开始，%(end)s结束。如不能前来，请取消预约，以便他人使用。"
            "编号：%(reference)s",
        ),
    },
    "message_received": {
        "en": (
            "New message: %(subject)s",
            "%(sender)s wrote to you about %(facility)s. Open the conversation to read and answer it.",
        ),
        "zh-Hant": (
            "新訊息：%(subject)s",
            "%(sender)s就%(facility)s向你發出訊息。請開啟對話查看及回覆。",
        ),
        "zh-Hans": (
            "新消息：%(subject)s",
            "%(sender)s就%(facility)s给您发来消息。请打开对话查看并回复。",
        ),
    },
}

CHOICES: Sentences = {
    "booking_requested": {"en": "Somebody asks to book", "zh-Hant": "有人申請預約", "zh-Hans": "有人申请预约"},
    "booking_confirmed": {"en": "A booking is confirmed", "zh-Hant": "預約獲確認", "zh-Hans": "预约已确认"},
    "booking_gate_passed": {"en": "A condition is settled", "zh-Hant": "完成預約條件", "zh-Hans": "完成预约条件"},
    "booking_moved": {"en": "A booking is moved", "zh-Hant": "預約改期", "zh-Hans": "预约改期"},
    "booking_move_requested": {
        "en": "Somebody asks to move a booking",
        "zh-Hant": "有人申請改期",
        "zh-Hans": "有人申请改期",
    },
    "booking_waits_for_host": {
        "en": "A request waits for my answer",
        "zh-Hant": "申請等候我答覆",
        "zh-Hans": "申请等待我答复",
    },
    "booking_waits_for_user": {
        "en": "A booking of mine waits for me",
        "zh-Hant": "我的預約有待辦事項",
        "zh-Hans": "我的预约有待办事项",
    },
    "booking_approval_ending": {
        "en": "An approval that a booking leans on ends soon",
        "zh-Hant": "預約所依賴的批准即將到期",
        "zh-Hans": "预约所依赖的批准即将到期",
    },
    "booking_starts_soon": {
        "en": "A booking of mine begins soon",
        "zh-Hant": "我的預約即將開始",
        "zh-Hans": "我的预约即将开始",
    },
    "booking_missed": {"en": "A booking is missed", "zh-Hant": "預約缺席", "zh-Hans": "预约爽约"},
    "message_received": {"en": "Somebody writes to me", "zh-Hant": "有人給我訊息", "zh-Hans": "有人给我发消息"},
}
