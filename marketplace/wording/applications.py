"""Words of applications: their states, what can be done, what is wrong with a step, and what people are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from marketplace.values.localized import Language
from marketplace.wording.dictionary import NoticeTexts, Sentences, said

Names = Mapping[str, Mapping[Language, str]]

# The word, the tone and the shape of each state.
STATES: Final[Mapping[str, tuple[Mapping[Language, str], str, str]]] = {
    "draft": (said("To be filed", "待提交", "待提交"), "amber", "dashed"),
    "to_do": (said("To be done", "待辦理", "待办理"), "amber", "dashed"),
    "filed": (said("Filed", "已提交", "已提交"), "amber", "half"),
    "completeness_asked": (said("Papers asked for", "要求補交文件", "要求补正材料"), "amber", "ring"),
    "accepted": (said("Accepted for decision", "已受理", "已受理"), "amber", "half"),
    "extended": (said("Time extended", "已延期", "已延期"), "amber", "clock"),
    "granted": (said("Granted", "已批出", "已批准"), "jade", "check"),
    "refused": (said("Refused", "不獲批准", "不予批准"), "vermilion", "cross"),
    "withdrawn": (said("Withdrawn", "已撤回", "已撤回"), "", "square"),
    "revoked": (said("Revoked", "已撤銷", "已撤销"), "vermilion", "cross"),
    "done": (said("Done", "已辦妥", "已办妥"), "jade", "check"),
}
# What a button says.
VERBS: Final[Names] = {
    "file": said("Record the filing", "記錄提交", "登记提交"),
    "ask": said("Ask for papers", "要求補交文件", "要求补正材料"),
    "answer": said("Give the papers", "補交文件", "补交材料"),
    "accept": said("Accept for decision", "受理", "受理"),
    "begin_step": said("Stop the clock", "暫停計時", "暂停计时"),
    "end_step": said("Run the clock again", "恢復計時", "恢复计时"),
    "extend": said("Extend the time", "延長時間", "延长期限"),
    "grant": said("Grant", "批出", "批准"),
    "refuse": said("Refuse", "不批准", "不予批准"),
    "withdraw": said("Withdraw", "撤回", "撤回"),
    "revoke": said("Revoke", "撤銷", "撤销"),
    "note": said("Add a note or a paper", "加入備註或文件", "添加备注或材料"),
    "done": said("Note that it is done", "記錄已辦妥", "登记已办妥"),
    "redraft": said("Prepare it again", "重新準備", "重新准备"),
}
# What happened, in a timeline.
HAPPENED: Final[Names] = {
    "draft": said("The plan asks for it", "許可安排要求辦理", "许可办理方案要求办理"),
    "file": said("Filed", "已提交", "已提交"),
    "ask": said("Papers were asked for", "要求補交文件", "要求补正材料"),
    "answer": said("The papers were given", "已補交文件", "已补交材料"),
    "accept": said("Accepted for decision", "已受理", "已受理"),
    "begin_step": said("The clock was stopped", "已暫停計時", "已暂停计时"),
    "end_step": said("The clock runs again", "已恢復計時", "已恢复计时"),
    "extend": said("The time was extended", "已延長時間", "已延长期限"),
    "grant": said("Granted", "已批出", "已批准"),
    "refuse": said("Refused", "不獲批准", "不予批准"),
    "withdraw": said("Withdrawn", "已撤回", "已撤回"),
    "revoke": said("Revoked", "已撤銷", "已撤销"),
    "note": said("Note", "備註", "备注"),
    "done": said("Done", "已辦妥", "已办妥"),
    "redraft": said("Prepared again", "重新準備", "重新准备"),
}
STEPS: Final[Names] = {
    "completeness": said("completing the papers", "補交文件", "补正材料"),
    "expert_review": said("expert review", "專家評審", "专家评审"),
    "site_check": said("check on site", "實地查核", "现场核查"),
    "state_council_referral": said("referral to the State Council", "報國務院批准", "报国务院批准"),
}

FIELDS: Sentences = {
    "application_future": said("That day has not come yet.", "該日期尚未到。", "该日期尚未到来。"),
    "application_order": said(
        "That is before the last step, on %(last)s.",
        "早於上一步驟（%(last)s）。",
        "早于上一环节（%(last)s）。",
    ),
    "application_agency": said(
        "The rule does not name that authority.", "該規則沒有列出這個主管當局。", "该规则未列出该主管部门。"
    ),
    "application_days": said(
        "Give a number of days from 1 to %(max)s.", "請輸入1至%(max)s日。", "请输入1至%(max)s日。"
    ),
    "application_unasked": said("This step does not ask for that.", "這個步驟不需要此項。", "该环节无需填写此项。"),
    "application_step": said("The rule counts that time.", "該規則會計算這段時間。", "该规则计入这段时间。"),
    "application_step_begun": said(
        "Such a time has begun already; end it first.", "已有一段時間開始，請先結束。", "已有一段时间开始，请先结束。"
    ),
    "application_step_not_begun": said("No such time has begun.", "未有開始這樣的時間。", "尚未开始这样的时间。"),
}
HISTORY: Sentences = {
    "application.draft": said("prepared the application", "準備申請", "准备申请"),
    "application.file": said("filed the application", "提交申請", "提交申请"),
    "application.ask": said("asked for papers: %(note)s", "要求補交文件：%(note)s", "要求补正材料：%(note)s"),
    "application.answer": said("gave the papers", "補交文件", "补交材料"),
    "application.accept": said("accepted it for decision", "受理申請", "受理申请"),
    "application.begin_step": said("stopped the clock", "暫停計時", "暂停计时"),
    "application.end_step": said("let the clock run again", "恢復計時", "恢复计时"),
    "application.extend": said("extended the time", "延長時間", "延长期限"),
    "application.grant": said("granted it", "批出申請", "批准申请"),
    "application.refuse": said("refused it: %(note)s", "不批准：%(note)s", "不予批准：%(note)s"),
    "application.withdraw": said("withdrew it", "撤回申請", "撤回申请"),
    "application.revoke": said("revoked it: %(note)s", "撤銷：%(note)s", "撤销：%(note)s"),
    "application.note": said("added a note", "加入備註", "添加备注"),
    "application.done": said("noted that it is done", "記錄已辦妥", "登记已办妥"),
    "application.redraft": said("prepared it again", "重新準備", "重新准备"),
    "booking.authority_delay": said(
        "found that the authority was late; it costs nothing",
        "確認是主管當局逾期，無須收費",
        "确认系主管部门逾期，不收取费用",
    ),
}


def _told(en: tuple[str, str], hant: tuple[str, str], hans: tuple[str, str]) -> dict[Language, tuple[str, str]]:
    return {"en": en, "zh-Hant": hant, "zh-Hans": hans}


_OF: Final = (
    "Booking %(reference)s. Rule %(rule)s, %(title)s. Authority: %(agency)s.",
    "預約%(reference)s。規則%(rule)s：%(title)s。主管當局：%(agency)s。",
    "预约%(reference)s。规则%(rule)s：%(title)s。主管部门：%(agency)s。",
)


def _step(en: tuple[str, str], hant: tuple[str, str], hans: tuple[str, str]) -> dict[Language, tuple[str, str]]:
    """A notice whose text ends with what it is about."""
    texts = zip((en, hant, hans), _OF, strict=True)
    told = [(subject, f"{text}\n\n{about}") for (subject, text), about in texts]
    return _told(told[0], told[1], told[2])


NOTICES: NoticeTexts = {
    "application_drafted": _step(
        ("To be filed: %(title)s", "Your booking needs this permit. Please file for it and note the filing here."),
        ("待提交：%(title)s", "你的預約需要這項許可。請提交申請，並在此記錄。"),
        ("待提交：%(title)s", "您的预约需要这项许可。请提交申请，并在此登记。"),
    ),
    "application_not_asked": _step(
        (
            "Needed no more: %(title)s",
            "The new plan does not ask for it any more. It stays filed; withdraw it if you wish.",
        ),
        ("已無須辦理：%(title)s", "新的許可安排不再要求這項許可。申請仍予保留，你可自行撤回。"),
        ("已无需办理：%(title)s", "新的许可办理方案不再要求这项许可。申请仍然保留，您可自行撤回。"),
    ),
    "application_filed": _step(
        ("Filed: %(title)s", "%(applicant)s has filed the application."),
        ("已提交：%(title)s", "%(applicant)s已提交申請。"),
        ("已提交：%(title)s", "%(applicant)s已提交申请。"),
    ),
    "application_asked": _step(
        ("Papers asked for: %(title)s", "The authority asks for more: %(note)s"),
        ("要求補交文件：%(title)s", "主管當局要求補交：%(note)s"),
        ("要求补正材料：%(title)s", "主管部门要求补正：%(note)s"),
    ),
    "application_answered": _step(
        ("Papers given: %(title)s", "%(applicant)s has given what was asked for."),
        ("已補交文件：%(title)s", "%(applicant)s已補交所需文件。"),
        ("已补交材料：%(title)s", "%(applicant)s已补交所需材料。"),
    ),
    "application_accepted": _step(
        ("Accepted for decision: %(title)s", "The authority has accepted the application and will decide."),
        ("已受理：%(title)s", "主管當局已受理申請，將作出決定。"),
        ("已受理：%(title)s", "主管部门已受理申请，将作出决定。"),
    ),
    "application_paused": _step(
        ("Clock stopped: %(title)s", "Time that the rule does not count has begun; the clock stands still meanwhile."),
        ("時限暫停：%(title)s", "規則不計算的時間已開始，期間時限暫停。"),
        ("期限暂停：%(title)s", "规则不计入的时间已开始，其间期限暂停。"),
    ),
    "application_resumed": _step(
        ("Clock runs again: %(title)s", "The time that the rule does not count is over."),
        ("時限恢復：%(title)s", "規則不計算的時間已結束。"),
        ("期限恢复：%(title)s", "规则不计入的时间已结束。"),
    ),
    "application_extended": _step(
        ("Time extended: %(title)s", "The authority takes more time to decide."),
        ("已延期：%(title)s", "主管當局需要更多時間作決定。"),
        ("已延期：%(title)s", "主管部门需要更多时间作出决定。"),
    ),
    "application_granted": _step(
        ("Granted: %(title)s", "The application is granted."),
        ("已批出：%(title)s", "申請已獲批出。"),
        ("已批准：%(title)s", "申请已获批准。"),
    ),
    "application_refused": _step(
        ("Refused: %(title)s", "The application is refused: %(note)s"),
        ("不獲批准：%(title)s", "申請不獲批准：%(note)s"),
        ("不予批准：%(title)s", "申请不予批准：%(note)s"),
    ),
    "application_withdrawn": _step(
        ("Withdrawn: %(title)s", "%(applicant)s has withdrawn the application."),
        ("已撤回：%(title)s", "%(applicant)s已撤回申請。"),
        ("已撤回：%(title)s", "%(applicant)s已撤回申请。"),
    ),
    "application_revoked": _step(
        ("Revoked: %(title)s", "The authority has revoked the approval: %(note)s"),
        ("已撤銷：%(title)s", "主管當局已撤銷批准：%(note)s"),
        ("已撤销：%(title)s", "主管部门已撤销批准：%(note)s"),
    ),
    "application_noted": _step(
        ("Note: %(title)s", "A note was added: %(note)s"),
        ("備註：%(title)s", "已加入備註：%(note)s"),
        ("备注：%(title)s", "已添加备注：%(note)s"),
    ),
    "application_done": _step(
        ("Done: %(title)s", "%(applicant)s has noted that it is done."),
        ("已辦妥：%(title)s", "%(applicant)s已記錄辦妥。"),
        ("已办妥：%(title)s", "%(applicant)s已登记办妥。"),
    ),
    "application_moved": _step(
        ("A permit moved on: %(title)s", "An application of the other side of the booking has a new state."),
        ("許可有進展：%(title)s", "預約另一方的申請狀態已更新。"),
        ("许可有进展：%(title)s", "预约另一方的申请状态已更新。"),
    ),
    "application_due_soon": _step(
        ("Due soon: %(title)s", "The time for this application ends on %(due)s."),
        ("即將到期：%(title)s", "此申請的時限為%(due)s。"),
        ("即将到期：%(title)s", "该申请的期限为%(due)s。"),
    ),
    "application_file_soon": _step(
        ("File soon: %(title)s", "This must be filed by %(file_by)s."),
        ("請盡快提交：%(title)s", "須於%(file_by)s或之前提交。"),
        ("请尽快提交：%(title)s", "须于%(file_by)s或之前提交。"),
    ),
    "booking_permit_refused": _told(
        (
            "Ended, a permit was refused: %(unit)s, %(start)s",
            "%(authority)s refused a permit that the booking of %(unit)s (%(facility)s) needs.\n\n%(reason)s\n\n"
            "The booking has ended. Reference: %(reference)s",
        ),
        (
            "許可不獲批准，預約終止：%(unit)s，%(start)s",
            "%(authority)s不批准%(unit)s（%(facility)s）的預約所需的許可。\n\n%(reason)s\n\n預約已終止。編號：%(reference)s",
        ),
        (
            "许可不予批准，预约终止：%(unit)s，%(start)s",
            "%(authority)s不予批准%(unit)s（%(facility)s）的预约所需的许可。\n\n%(reason)s\n\n预约已终止。编号：%(reference)s",
        ),
    ),
    "booking_authority_delay": _told(
        (
            "The authority was late: %(unit)s, %(start)s",
            "Everything for the booking of %(unit)s (%(facility)s) was filed on time, but the authority did not decide "
            "in time. The booking costs the researcher nothing. Reference: %(reference)s",
        ),
        (
            "主管當局逾期：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）的預約所需申請均已按時提交，但主管當局未有及時作出決定。研究人員無須就此預約付費。編號：%(reference)s",
        ),
        (
            "主管部门逾期：%(unit)s，%(start)s",
            "%(unit)s（%(facility)s）的预约所需申请均已按时提交，但主管部门未及时作出决定。科研人员无需为此预约付费。编号：%(reference)s",
        ),
    ),
}
CHOICES: Sentences = {
    "application_moved": said("A permit of the other side moved on", "另一方的許可有進展", "另一方的许可有进展"),
    "application_noted": said("A note on an application", "申請有新備註", "申请有新备注"),
}
