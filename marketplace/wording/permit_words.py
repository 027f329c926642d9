"""The words of permit plans: what flows, which way, and what every fact, stage and outcome is called."""

from __future__ import annotations

from typing import Final

from marketplace.wording.dictionary import Sentences, said

_TEXT: Final = said(
    "This must be text of at most 200 characters.", "此項須為不超過200字的文字。", "此项须为不超过200字的文字。"
)
_CHOICE: Final = said("This is one of: %(choices)s.", "只可為以下之一：%(choices)s。", "只能为以下之一：%(choices)s。")
FIELDS: Sentences = {
    "mapping": said("This must be an object.", "此項須為物件。", "此项须为对象。"),
    "facts_json": said("This is no JSON: %(reason)s.", "這不是JSON：%(reason)s。", "这不是JSON：%(reason)s。"),
    "origin_or_sign_in": said(
        "Say where you work, or sign in: the rules ask who wants to use it.",
        "請說明你在哪裏工作，或先登入：規則視乎使用者身分。",
        "请说明您在哪里工作，或先登录：规则取决于使用者身份。",
    ),
    "nothing_or_something": said(
        "Choose either that nothing crosses or what does.",
        "請只選「沒有」，或選擇會跨境的項目。",
        "请只选“没有”，或选择会跨境的项目。",
    ),
    "unknown_fact": said("No such fact is known here.", "沒有這項事實。", "没有这项事实。"),
    **dict.fromkeys(("fact_text", "fact_city", "fact_jurisdiction", "fact_place", "fact_zone"), _TEXT),
    "fact_boolean": said("This must be true or false.", "此項須為true或false。", "此项须为true或false。"),
    "fact_choice": _CHOICE,
    "fact_choices": said(
        "This must be a list of these: %(choices)s.",
        "此項須為以下各項的列表：%(choices)s。",
        "此项须为以下各项的列表：%(choices)s。",
    ),
    "fact_codes": said(
        "This must be an object with a list of codes for each regime.",
        "此項須為物件，按管制地列出代碼列表。",
        "此项须为对象，按管制地列出代码列表。",
    ),
    "fact_date": said(
        "Write the date as year-month-day, such as 2026-03-02, of a year from 1990 to 2199.",
        "日期請寫成年-月-日，例如2026-03-02，年份須介乎1990至2199。",
        "日期请写成年-月-日，例如2026-03-02，年份须在1990至2199之间。",
    ),
    "fact_list": said("This must be a list.", "此項須為列表。", "此项须为列表。"),
    "fact_money": said(
        "This must be an object of amount_minor and currency.",
        "此項須為包含amount_minor及currency的物件。",
        "此项须为包含amount_minor和currency的对象。",
    ),
    "fact_number": said(
        "This must be a number, not below zero.", "此項須為不小於零的數字。", "此项须为不小于零的数字。"
    ),
    "max_travellers": said(
        "At most %(max)s people travel on one booking: book a larger team in parts.",
        "每項預約最多可有%(max)s人出行；團隊較大時請分開預約。",
        "每项预约最多可有%(max)s人出行；团队较大时请分开预约。",
    ),
    "no_more_members": said(
        "Your organisation has no other members here: invite those who travel with you first.",
        "你的機構在此沒有其他成員：請先邀請同行者加入。",
        "您的机构在此没有其他成员：请先邀请同行者加入。",
    ),
    "traveller_unnamed": said(
        "Say who this person is: a member of your organisation, so that their approvals can be shown.",
        "請指明此人是誰：須為你機構的成員，方可出示其許可。",
        "请指明此人是谁：须为您机构的成员，才能出示其许可。",
    ),
    "traveller_elsewhere": said(
        "This person is no member of the organisation that books: invite them first.",
        "此人並非預約機構的成員：請先邀請加入。",
        "此人不是预约机构的成员：请先邀请加入。",
    ),
    "fact_party": said("This is host or user.", "只可為host或user。", "只能为host或user。"),
}

# One entry of a list.
FLOW_NAMES: Final = {
    "data_flows": said("data flow %(n)s", "數據流動%(n)s", "数据流动%(n)s"),
    "goods_flows": said("goods flow %(n)s", "物品流動%(n)s", "物品流动%(n)s"),
    "people_flows": said("person %(n)s who travels", "出行人員%(n)s", "出行人员%(n)s"),
    "technology_flows": said("technology flow %(n)s", "技術流動%(n)s", "技术流动%(n)s"),
    "chemicals": said("chemical %(n)s", "化學品%(n)s", "化学品%(n)s"),
    "results": said("result %(n)s", "成果%(n)s", "结果%(n)s"),
    "money": said("payment", "付款", "付款"),
}
WAY_BACK: Final = said("%(flow)s, way back", "%(flow)s的回程", "%(flow)s的返程")

# Directions: A>*, *>B and A>B; and where the facility is.
LEAVES: Final = said("goes out of %(origin)s", "離開%(origin)s", "离开%(origin)s")
ENTERS: Final = said("goes into %(target)s", "進入%(target)s", "进入%(target)s")
CROSSES: Final = said("goes from %(origin)s to %(target)s", "由%(origin)s到%(target)s", "从%(origin)s到%(target)s")
LIES: Final = said("the facility is in %(place)s", "設施在%(place)s", "设施在%(place)s")
LIES_OR_HOSTED: Final = said(
    "the facility or its host is in %(place)s", "設施或其提供方在%(place)s", "设施或其提供方在%(place)s"
)
TERRITORIES: Final = {
    "CN": said("the mainland", "內地", "内地"),
    "HK": said("Hong Kong", "香港", "香港"),
    "MO": said("Macao", "澳門", "澳门"),
    "EU": said("the European Union", "歐盟", "欧盟"),
    "UK": said("the United Kingdom", "英國", "英国"),
    "US": said("the United States", "美國", "美国"),
    "SG": said("Singapore", "新加坡", "新加坡"),
}
PARTIES: Final = {
    "host": said("host", "設施提供方", "设施提供方"),
    "user": said("user", "使用方", "使用方"),
}
BOOKING: Final = said("something in the booking", "預約所涉事項", "预约所涉事项")
CODES: Final = {
    "dual_use": said("dual-use", "兩用物項", "两用物项"),
    "munitions": said("munitions", "軍品", "军品"),
    "cwc": said("Chemical Weapons Convention", "《禁止化學武器公約》", "《禁止化学武器公约》"),
    "temporary": said("temporary control", "臨時管制", "临时管制"),
    "catch_all": said("known barred end use", "已知屬禁止的最終用途", "已知属禁止的最终用途"),
}
YES: Final = said("yes", "是", "是")
NO: Final = said("no", "否", "否")
NOTHING: Final = said("none", "無", "无")
VAULT: Final = said(
    "approval or membership %(id)s of the vault is valid",
    "證照庫中的%(id)s有效",
    "证照库中的%(id)s有效",
)
PAIR: Final = said("%(label)s: %(value)s", "%(label)s：%(value)s", "%(label)s：%(value)s")
SUBJECT: Final = said("%(subject)s (%(facts)s)", "%(subject)s（%(facts)s）", "%(subject)s（%(facts)s）")
SENTENCE: Final = said("%(text)s.", "%(text)s。", "%(text)s。")
COMMA: Final = said(", ", "，", "，")
SEMICOLON: Final = said("; ", "；", "；")
LISTED: Final = said(", ", "、", "、")

ALWAYS: Final = said("Every booking of this kind", "凡此類預約", "凡此类预约")
EVERY: Final = said("%(flows)s: always", "%(flows)s：一律適用", "%(flows)s：一律适用")
NOT_CALLED_FOR: Final = said("None of the facts stated calls for it", "現有資料未顯示須辦理", "现有信息未显示须办理")
DEPENDS: Final = said("It depends on: %(facts)s", "視乎：%(facts)s", "取决于：%(facts)s")
AND_MORE: Final = said("%(facts)s and %(n)s more", "%(facts)s等，另有%(n)s項", "%(facts)s等，另有%(n)s项")
OTHER_WAY_DONE: Final = said(
    "Another way for the same flow is open already", "同一流動已有其他途徑", "同一流动已有其他途径"
)
NOTICE: Final = said(
    "This plan is information, not legal advice; the authorities decide. Rules reviewed on %(date)s.",
    "本計劃只供參考，並非法律意見，一切以主管當局的決定為準。規則檢視日期：%(date)s。",
    "本计划仅供参考，不构成法律意见，以主管部门的决定为准。规则核对日期：%(date)s。",
)
NOTICE_UNREVIEWED: Final = said(
    "This plan is information, not legal advice; the authorities decide.",
    "本計劃只供參考，並非法律意見，一切以主管當局的決定為準。",
    "本计划仅供参考，不构成法律意见，以主管部门的决定为准。",
)

OUTCOMES: Final = {
    "denied": said("not allowed", "不獲准許", "不予准许"),
    "required": said("required", "須辦理", "须办理"),
    "alternative": said("one of several ways", "可選途徑之一", "可选途径之一"),
    "needs_answer": said("needs an answer", "待回答", "待回答"),
    "satisfied": said("done already", "已辦妥", "已办妥"),
    "applies": said("applies", "適用", "适用"),
    "planned_only": said("planned, not yet law", "尚在計劃，未實施", "尚在规划，未施行"),
    "not_required": said("not required", "無須辦理", "无须办理"),
}
MILESTONES: Final = {
    "letter_of_intent": said("letter of intent", "意向書", "意向书"),
    "leave_by": said("leave by", "最遲運離", "最迟运离"),
    "apply_by": said("apply by", "最遲申請", "最迟申请"),
    "declare_by": said("declare by", "最遲申報", "最迟申报"),
    "notify_by": said("notify by", "最遲通報", "最迟通报"),
    "file_by": said("file by", "最遲備案", "最迟备案"),
    "report_by": said("report by", "最遲報告", "最迟报告"),
}

# The plan as text.
HEADING: Final = said("Permit plan as of %(date)s", "許可安排（%(date)s）", "许可办理方案（%(date)s）")
START: Final = said("Earliest start: %(date)s", "最早開始：%(date)s", "最早开始：%(date)s")
START_BOUND: Final = said("Earliest start: not before %(date)s", "最早開始：不早於%(date)s", "最早开始：不早于%(date)s")
NO_START: Final = said(
    "May not begin: see what is not allowed", "不可開始：見不獲准許的項目", "不可开始：见不予准许的项目"
)
OPEN: Final = said("Without a published limit: %(rules)s", "沒有公布時限：%(rules)s", "未公布时限：%(rules)s")
PROVISIONAL: Final = said(
    "Provisional: some dates lie in a year without an official calendar",
    "暫定：部分日期所在年份未有官方日曆",
    "暂定：部分日期所在年份尚无官方日历",
)
CRITICAL: Final = said("Decided by: %(rules)s", "取決於：%(rules)s", "取决于：%(rules)s")
NOTHING_ASKED: Final = said("Nothing is required.", "無須辦理任何手續。", "无须办理任何手续。")
QUESTIONS: Final = said("To be answered, what decides most first", "待回答（最關鍵的在前）", "待回答（最关键的在前）")
ADVICE: Final = said("%(outcome)s (advice)", "%(outcome)s（僅供參考）", "%(outcome)s（仅供参考）")
DONE: Final = said("done by %(date)s", "最遲%(date)s辦妥", "最迟%(date)s办妥")
DONE_BETWEEN: Final = said(
    "done by %(first)s, with extension %(last)s",
    "最遲%(first)s辦妥，延期則為%(last)s",
    "最迟%(first)s办妥，延期则为%(last)s",
)
NO_LIMIT: Final = said("no published limit", "沒有公布時限", "未公布时限")
DATE: Final = said("%(date)s", "%(date)s", "%(date)s")
AFTER: Final = said("after %(rules)s", "在%(rules)s之後", "在%(rules)s之后")
ONLY_WITH: Final = said("only with %(rule)s", "只在選用%(rule)s時", "仅在选用%(rule)s时")
