"""What is said about opening hours, bookings and messages: why not, what happened, and who is told what."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences

REFUSALS: Sentences = {
    "past": {
        "en": "This time has begun already.",
        "zh-Hant": "所選時間已經開始。",
        "zh-Hans": "所选时间已经开始。",
    },
    "cut_off": {
        "en": "This unit is booked at least %(minutes)s ahead.",
        "zh-Hant": "須至少提前%(minutes)s預約。",
        "zh-Hans": "需至少提前%(minutes)s预约。",
    },
    "beyond_horizon": {
        "en": "This unit can be booked up to %(days)s days ahead.",
        "zh-Hant": "最多可提前%(days)s天預約。",
        "zh-Hans": "最多可提前%(days)s天预约。",
    },
    "off_step": {
        "en": "Start and end lie on steps of %(minutes)s.",
        "zh-Hant": "開始及結束時間須以%(minutes)s為單位。",
        "zh-Hans": "开始和结束时间须以%(minutes)s为单位。",
    },
    "off_days": {
        "en": "This unit is booked by whole days: from %(start)s to %(end)s.",
        "zh-Hant": "此單元按整天預約：由%(start)s至%(end)s。",
        "zh-Hans": "该单元按整天预约：%(start)s至%(end)s。",
    },
    "off_weeks": {
        "en": "This unit is booked by whole weeks: from %(start)s to %(end)s.",
        "zh-Hant": "此單元按整週預約：由%(start)s至%(end)s。",
        "zh-Hans": "该单元按整周预约：%(start)s至%(end)s。",
    },
    "too_short": {
        "en": "The shortest booking is %(minutes)s.",
        "zh-Hant": "每次預約最短%(minutes)s。",
        "zh-Hans": "每次预约最短%(minutes)s。",
    },
    "too_long": {
        "en": "The longest booking is %(minutes)s.",
        "zh-Hant": "每次預約最長%(minutes)s。",
        "zh-Hans": "每次预约最长%(minutes)s。",
    },
    "closed": {
        "en": "The unit is not open for the whole of this time (%(from)s to %(to)s).",
        "zh-Hant": "所選時間不完全在開放時間內（%(from)s至%(to)s）。",
        "zh-Hans": "所选时间不完全在开放时间内（%(from)s至%(to)s）。",
    },
    "taken": {
        "en": "Every place is taken at this time.",
        "zh-Hant": "所選時間的工位已滿。",
        "zh-Hans": "所选时间的工位已满。",
    },
    "sign_in_needed": {
        "en": "Sign in to book.",
        "zh-Hant": "請先登入再預約。",
        "zh-Hans": "请先登录再预约。",
    },
    "feed_by_deputy": {
        "en": "Who stands in for somebody makes no calendar address: it would outlive those days. Ask a host manager.",
        "zh-Hant": "代理人不可建立日曆網址，因網址在代理期後仍會有效。請聯絡設施提供方的管理成員。",
        "zh-Hans": "代理人不能创建日历网址，因为网址在代理期后仍会有效。请联系设施提供方的管理成员。",
    },
    "listing_not_published": {
        "en": "This facility takes no bookings at present.",
        "zh-Hant": "此設施目前不接受預約。",
        "zh-Hans": "该设施目前不接受预约。",
    },
    "unit_paused": {
        "en": "This unit is out of service at present.",
        "zh-Hant": "此單元目前暫停使用。",
        "zh-Hans": "该单元目前暂停使用。",
    },
    "organisation_needed": {
        "en": "Choose the organisation that you book for. You need to be its researcher or manager.",
        "zh-Hant": "請選擇代表哪個機構預約。你須為該機構的研究人員或管理人員。",
        "zh-Hans": "请选择代表哪个机构预约。您须为该机构的科研人员或管理人员。",
    },
    "not_a_member": {
        "en": "Only researchers and managers of %(organisation)s can book for it.",
        "zh-Hant": "只有%(organisation)s的研究人員及管理人員可代表其預約。",
        "zh-Hans": "只有%(organisation)s的科研人员和管理人员可以代表其预约。",
    },
    "own_use_elsewhere": {
        "en": "Own use is for the host's own organisation only.",
        "zh-Hant": "自用預約只限設施提供方本身的機構。",
        "zh-Hans": "自用预约仅限设施提供方自己的机构。",
    },
    "terms_changed": {
        "en": "The terms of use are another version now. Please read and accept the present one.",
        "zh-Hant": "使用條款版本不同，請閱讀並接受現行版本。",
        "zh-Hans": "使用条款版本不同，请阅读并接受现行版本。",
    },
    "letter_first": {
        "en": "The law forbids talks on price and terms before the authority’s letter is there (%(rules)s). Until "
        "then nothing is written or agreed; approving, declining, cancelling and moving need no words.",
        "zh-Hant": "法律規定，在主管當局發出意向書之前，不得就價格和條款進行商談（%(rules)s）。"
        "在此之前不可書寫或議定任何內容；批准、拒絕、取消及更改時段均無須附言。",
        "zh-Hans": "法律规定，在主管部门出具意向书之前，不得就价格和条款进行谈判（%(rules)s）。"
        "在此之前不得书写或议定任何内容；批准、拒绝、取消和更改时段均无须附言。",
    },
    "flows_denied": {
        "en": "The rules forbid this use: %(title)s (%(rule)s).",
        "zh-Hant": "規則不允許這項使用：%(title)s（%(rule)s）。",
        "zh-Hans": "规则不允许这项使用：%(title)s（%(rule)s）。",
    },
    "flows_denied_with_variant": {
        "en": "The rules forbid this use: %(title)s (%(rule)s). Allowed instead: %(variant)s",
        "zh-Hant": "規則不允許這項使用：%(title)s（%(rule)s）。可行的做法：%(variant)s",
        "zh-Hans": "规则不允许这项使用：%(title)s（%(rule)s）。可行的做法：%(variant)s",
    },
    "too_many_permit_holds": {
        "en": "This unit bears %(max)s times at once that wait for permits, and has as many.",
        "zh-Hant": "此單元最多可同時有%(max)s個等候許可的預約，現已達上限。",
        "zh-Hans": "该单元最多可同时有%(max)s个等待许可的预约，目前已达上限。",
    },
    "too_many_holds": {
        "en": "You have %(max)s bookings that wait for an answer. Wait for some of them first.",
        "zh-Hant": "你已有%(max)s個預約等候答覆，請先等候部分預約獲覆。",
        "zh-Hans": "您已有%(max)s个预约等待答复，请先等待部分预约处理完毕。",
    },
    "too_many_holds_of_organisation": {
        "en": "Your organisation has %(max)s bookings that wait for an answer.",
        "zh-Hant": "貴機構已有%(max)s個預約等候答覆。",
        "zh-Hans": "贵机构已有%(max)s个预约等待答复。",
    },
    "too_many_per_day": {
        "en": "At most %(max)s bookings of one person on one day.",
        "zh-Hant": "每人每天最多%(max)s個預約。",
        "zh-Hans": "每人每天最多%(max)s个预约。",
    },
    "too_many_at_once": {
        "en": "At most %(max)s bookings of one person still to come.",
        "zh-Hant": "每人最多可有%(max)s個未開始的預約。",
        "zh-Hans": "每人最多可有%(max)s个未开始的预约。",
    },
    "too_many_minutes": {
        "en": "At most %(max)s minutes of one person still to come.",
        "zh-Hant": "每人未開始的預約合共最多%(max)s分鐘。",
        "zh-Hans": "每人未开始的预约合计最多%(max)s分钟。",
    },
    "gap_too_short": {
        "en": "Between two bookings of one person lie at least %(minutes)s.",
        "zh-Hant": "同一人的兩個預約須相隔至少%(minutes)s。",
        "zh-Hans": "同一人的两个预约须间隔至少%(minutes)s。",
    },
    "organisation_hours": {
        "en": "One organisation has at most %(hours)s hours a week here; the week of %(week)s would have more.",
        "zh-Hant": "每個機構每週最多%(hours)s小時，%(week)s開始的一週將會超出。",
        "zh-Hans": "每个机构每周最多%(hours)s小时，%(week)s开始的一周将会超出。",
    },
    "bookings_in_the_way": {
        "en": "There are bookings at this time. Move or cancel each of them first, with a reason.",
        "zh-Hant": "此時段已有預約，請先逐一說明原因並更改或取消。",
        "zh-Hans": "该时段已有预约，请先逐一说明原因并更改或取消。",
    },
    "places_in_use": {
        "en": "There are bookings to come on places above %(places)s.",
        "zh-Hant": "第%(places)s個以後的工位尚有未完成的預約。",
        "zh-Hans": "第%(places)s个以后的工位还有未完成的预约。",
    },
    "check_in_too_early": {
        "en": "Check-in opens on %(opens)s.",
        "zh-Hant": "%(opens)s起可以簽到。",
        "zh-Hans": "%(opens)s起可以签到。",
    },
    "check_in_too_late": {
        "en": "This booking ended on %(end)s.",
        "zh-Hant": "此預約已於%(end)s結束。",
        "zh-Hans": "该预约已于%(end)s结束。",
    },
}

FIELDS: Sentences = {
    "vault_is_kept": {
        "en": "Approvals are not stated with a booking: keep them in the vault, and they count by themselves.",
        "zh-Hant": "批准文件毋須隨預約填報：存入證照庫後即自動計入。",
        "zh-Hans": "批准文件无需随预约填报：存入证照库后即自动计入。",
    },
    "between": {
        "en": "This is a number from %(min)s to %(max)s.",
        "zh-Hant": "須為%(min)s至%(max)s之間的數字。",
        "zh-Hans": "须为%(min)s至%(max)s之间的数字。",
    },
    "too_many_items": {
        "en": "At most %(max)s of these.",
        "zh-Hant": "最多%(max)s項。",
        "zh-Hans": "最多%(max)s项。",
    },
    "date_out_of_reach": {
        "en": "Choose a day within the next years.",
        "zh-Hant": "請選擇未來數年內的日期。",
        "zh-Hans": "请选择未来几年内的日期。",
    },
    "hours": {
        "en": "A stretch begins on its day and ends after it begins, within the next day.",
        "zh-Hant": "每段時間須於當天開始，並於次日結束前結束。",
        "zh-Hans": "每段时间须于当天开始，并于次日结束前结束。",
    },
    "hours_overlap": {
        "en": "This stretch runs into the next one.",
        "zh-Hant": "此段時間與下一段重疊。",
        "zh-Hans": "该段时间与下一段重叠。",
    },
    "divides_day": {
        "en": "A day must be a whole number of steps, such as 15, 30 or 60 minutes.",
        "zh-Hant": "一天須為步長的整數倍，例如15、30或60分鐘。",
        "zh-Hans": "一天须为步长的整数倍，例如15、30或60分钟。",
    },
    "not_below": {
        "en": "The longest booking must not be shorter than the shortest.",
        "zh-Hant": "最長預約不可短於最短預約。",
        "zh-Hans": "最长预约不能短于最短预约。",
    },
    "recurrence": {
        "en": "This is not a recurrence that we can read.",
        "zh-Hant": "無法讀取此重複規則。",
        "zh-Hans": "无法识别该重复规则。",
    },
    "overlaps_itself": {
        "en": "The closure is longer than the time until it comes again.",
        "zh-Hant": "每次暫停開放的時間長於重複的間隔。",
        "zh-Hans": "每次暂停开放的时间长于重复的间隔。",
    },
    "closure_too_long": {
        "en": "A closure lasts at most %(days)s days.",
        "zh-Hant": "暫停開放最長%(days)s天。",
        "zh-Hans": "暂停开放最长%(days)s天。",
    },
    "instant_far": {
        "en": "Choose a time between the years %(first)s and %(last)s.",
        "zh-Hant": "請選擇%(first)s年至%(last)s年之間的時間。",
        "zh-Hans": "请选择%(first)s年至%(last)s年之间的时间。",
    },
    "json": {
        "en": "These facts are not written as JSON should be.",
        "zh-Hant": "所填資料不是有效的JSON。",
        "zh-Hans": "所填信息不是有效的JSON。",
    },
    "key": {
        "en": "The key must have 1 to %(max)s visible characters.",
        "zh-Hant": "識別碼須為1至%(max)s個可見字元。",
        "zh-Hans": "识别码须为1至%(max)s个可见字符。",
    },
    "key_reused": {
        "en": "This key was used for another request.",
        "zh-Hant": "此識別碼已用於另一個請求。",
        "zh-Hans": "该识别码已用于另一个请求。",
    },
}

HISTORY: Sentences = {
    "booking.requested": {"en": "asked for the booking", "zh-Hant": "提出了預約", "zh-Hans": "提出了预约"},
    "booking.approved": {"en": "approved the booking", "zh-Hant": "批准了預約", "zh-Hans": "批准了预约"},
    "booking.terms_accepted": {
        "en": "accepted the terms of use",
        "zh-Hant": "接受了使用條款",
        "zh-Hans": "接受了使用条款",
    },
    "booking.gate_passed": {
        "en": "settled a condition of the booking",
        "zh-Hant": "完成了一項預約條件",
        "zh-Hans": "完成了一项预约条件",
    },
    "booking.flows_stated": {
        "en": "stated what crosses a boundary",
        "zh-Hant": "申報了跨境事項",
        "zh-Hans": "申报了跨境事项",
    },
    "booking.replanned": {
        "en": "the permit plan was worked out anew",
        "zh-Hant": "已重新擬定許可安排",
        "zh-Hans": "已重新生成许可办理方案",
    },
    "booking.gate_reopened": {
        "en": "a condition of the booking is open again",
        "zh-Hant": "一項預約條件須重新辦理",
        "zh-Hans": "一项预约条件需重新办理",
    },
    "booking.confirmed": {"en": "the booking was confirmed", "zh-Hant": "預約已確認", "zh-Hans": "预约已确认"},
    "booking.moved": {
        "en": "moved the booking to another time",
        "zh-Hant": "更改了預約時間",
        "zh-Hans": "更改了预约时间",
    },
    "booking.declined": {"en": "declined the booking", "zh-Hant": "不接納預約", "zh-Hans": "拒绝了预约"},
    "booking.cancelled": {"en": "cancelled the booking", "zh-Hant": "取消了預約", "zh-Hans": "取消了预约"},
    "booking.expired": {
        "en": "the booking expired unanswered",
        "zh-Hant": "預約因逾期未獲處理而失效",
        "zh-Hans": "预约因逾期未处理而失效",
    },
    "booking.missed": {
        "en": "nobody came; the time was given back",
        "zh-Hant": "無人到場，時段已釋出",
        "zh-Hans": "无人到场，时段已释放",
    },
    "booking.checked_in": {"en": "checked in", "zh-Hant": "簽到", "zh-Hans": "签到"},
    "booking.checked_out": {"en": "checked out", "zh-Hant": "簽退", "zh-Hans": "签退"},
    "closure.made": {"en": "closed the unit for a time", "zh-Hant": "設定了暫停開放", "zh-Hans": "设置了暂停开放"},
    "closure.lifted": {"en": "lifted a closure", "zh-Hant": "取消了暫停開放", "zh-Hans": "取消了暂停开放"},
    "unit.hours_set": {"en": "set the opening hours", "zh-Hant": "設定了開放時間", "zh-Hans": "设置了开放时间"},
    "unit.rules_set": {"en": "set the booking rules", "zh-Hant": "設定了預約規則", "zh-Hans": "设置了预约规则"},
    "unit.places_changed": {
        "en": "changed the number of places from %(before)s to %(after)s",
        "zh-Hant": "將工位數目由%(before)s改為%(after)s",
        "zh-Hans": "将工位数量由%(before)s改为%(after)s",
    },
}
