"""What the codes of permit rules are called in three languages: kinds, families, stages, clocks, confidence."""

from __future__ import annotations

from typing import Final

from marketplace.wording.dictionary import Sentences, said

KIND_NAMES: Final[Sentences] = {
    "approval": said("Approval", "審批", "审批"),
    "licence": said("Licence", "許可證", "许可证"),
    "filing": said("Filing", "備案", "备案"),
    "registration": said("Registration", "登記", "登记"),
    "notification": said("Notification", "通知", "通知"),
    "record": said("Record", "紀錄", "记录"),
    "prohibition": said("Prohibition", "禁止", "禁止"),
    "gate": said("Condition", "前提條件", "前提条件"),
    "facilitation": said("Easing", "便利措施", "便利措施"),
    "tax": said("Tax", "稅務", "税务"),
    "platform_duty": said("Platform duty", "平台責任", "平台责任"),
}
# Families by the letters before a rule's number, as pages list them; a family may have two.
FAMILY_NAMES: Final[Sentences] = {
    "DAT": said("Data", "數據", "数据"),
    "HGR": said("Human genetic resources", "人類遺傳資源", "人类遗传资源"),
    "BIO": said("Biosafety and biological goods", "生物安全及生物物品", "生物安全与生物物品"),
    "EXP": said("Export control", "出口管制", "出口管制"),
    "TEC": said("Technology", "技術", "技术"),
    "CHM": said("Chemicals", "化學品", "化学品"),
    "CUS": said("Customs", "海關", "海关"),
    "PPL": said("People", "人員", "人员"),
    "FIN": said("Money and testing", "款項及檢測", "资金与检测"),
    "TAX": said("Tax", "稅務", "税务"),
    "DPL": said("Duties of the platform", "平台責任", "平台责任"),
}
STAGE_NAMES: Final[Sentences] = {
    "before_contract": said("Before the contract is signed", "簽訂合同之前", "签订合同之前"),
    "before_transfer": said("Before the transfer", "傳輸或轉移之前", "传输或转移之前"),
    "before_shipment": said("Before the shipment", "運送之前", "运送之前"),
    "before_entry": said("Before entry", "入境之前", "入境之前"),
    "before_use": said("Before the first use", "首次使用之前", "首次使用之前"),
    "at_border": said("At the border", "過境之時", "过境之时"),
    "after_event": said("Afterwards", "事後", "事后"),
    "continuous": said("All the while", "整段期間", "全程"),
}
APPLICANT_NAMES: Final[Sentences] = {
    "host": said("The host", "設施提供方", "设施提供方"),
    "user": said("The user", "使用方", "使用方"),
    "exporter": said("The party that sends", "出口方或提供方", "出口方或提供方"),
    "importer": said("The party that receives", "進口方或接收方", "进口方或接收方"),
    "individual": said("The person who travels", "出行人員本人", "出行人员本人"),
    "mainland_party": said("The party in mainland China", "內地一方", "内地一方"),
    "either": said("Either party", "任何一方", "任何一方"),
    "self": said("The party concerned, by itself", "當事方自行處理", "当事方自行办理"),
}
STATUS_NAMES: Final[Sentences] = {
    "in_force": said("In force", "現行有效", "现行有效"),
    "pilot": said("Pilot", "試點", "试点"),
    "planned": said("Planned", "擬議", "拟议"),
    "superseded": said("Superseded", "已被取代", "已被取代"),
}
CONFIDENCE_NAMES: Final[Sentences] = {
    "P": said("Primary source", "原始來源", "原始来源"),
    "2": said("Secondary source", "第二手來源", "第二手来源"),
    "BG": said("Background, advice only", "背景資料，只作提示", "背景资料，仅作提示"),
    "P⚠": said("Primary source, in doubt", "原始來源，存疑", "原始来源，存疑"),
}
CONFIDENCE_NOTES: Final[Sentences] = {
    "P": said(
        "Read in the text of the authority itself. It may hold up a booking.",
        "內容取自主管當局的正式文本，可令預約暫緩。",
        "内容取自主管部门的正式文本，可使预约暂缓。",
    ),
    "2": said(
        "Read in what others report of the authority's text. It may hold up a booking; check the text itself.",
        "內容取自他人對官方文本的轉述，可令預約暫緩；請核對原文。",
        "内容取自他人对官方文本的转述，可使预约暂缓；请核对原文。",
    ),
    "BG": said(
        "Common knowledge that nobody has checked yet. It advises and never holds up a booking.",
        "屬一般認知，尚未核實，只作提示，絕不會令預約暫緩。",
        "属一般认知，尚未核实，仅作提示，绝不会使预约暂缓。",
    ),
    "P⚠": said(
        "Read in the authority's text, but it is in doubt whether it still holds. After the date named here it "
        "advises and never holds up a booking.",
        "內容取自官方文本，但是否仍然有效存疑；在此處所列日期之後，只作提示，不會令預約暫緩。",
        "内容取自官方文本，但是否仍然有效存疑；在此处所列日期之后，仅作提示，不会使预约暂缓。",
    ),
}
FIRES_NOTES: Final[Sentences] = {
    "event": said(
        "It follows an event, such as the end of a project, and enters no booking's plan.",
        "由事件（例如項目結束）觸發，不會列入預約的許可安排。",
        "由事件（例如项目结束）触发，不列入预约的许可办理方案。",
    ),
    "platform": said(
        "It binds this platform itself and enters no booking's plan.",
        "約束本平台，不會列入預約的許可安排。",
        "约束本平台，不列入预约的许可办理方案。",
    ),
    "tax": said(
        "It concerns tax on the payment and never moves the start of a booking.",
        "關乎款項的稅務，不會改變預約的開始日期。",
        "涉及款项的税务，不会改变预约的开始日期。",
    ),
}
# The authority's time.
LIMITS: Final[Sentences] = {
    "none": said("No published limit", "未公布時限", "未公布时限"),
    "immediate": said("At once", "即時", "即时"),
    "working": said("%(n)s working days", "%(n)s個工作天", "%(n)s个工作日"),
    "calendar": said("%(n)s calendar days", "%(n)s個曆日", "%(n)s个自然日"),
    "unspecified": said("%(n)s days", "%(n)s日", "%(n)s日"),
}
STARTS: Final[Sentences] = {
    "receipt": said("from receipt of the application", "由收到申請起計", "自收到申请起计算"),
    "acceptance": said("from acceptance of the application", "由受理申請起計", "自受理申请起计算"),
    "contract_effective": said("from the day the contract takes effect", "由合同生效起計", "自合同生效起计算"),
    "before_shipment": said("ahead of the shipment", "於運送之前", "于运送之前"),
    "import_date": said("from the day of import", "由進口日起計", "自进口之日起计算"),
    "purchase": said("from the purchase", "由購買起計", "自购买起计算"),
}
CLOCK: Final[Sentences] = {
    "limit": said("%(limit)s, %(start)s", "%(limit)s，%(start)s", "%(limit)s，%(start)s"),
    "extension": said("May be extended by %(limit)s", "可延長%(limit)s", "可延长%(limit)s"),
    "unspecified": said(
        "Which kind of day is meant is not published; dates are planned with the longer reading.",
        "未公布以何種日計算；日期按較長的一種推算。",
        "未公布以何种日计算；日期按较长的一种推算。",
    ),
    "excluded": said("Not counted: %(steps)s", "不計算在內：%(steps)s", "不计算在内：%(steps)s"),
    "when": said("Another limit holds in this case:", "以下情況另有時限：", "以下情况另有时限："),
    "some": said(
        "%(usual)s; in some cases: %(others)s", "%(usual)s；部分情況：%(others)s", "%(usual)s；部分情况：%(others)s"
    ),
    "accepted": said("No answer in time counts as a yes.", "逾期未答覆視為批准。", "逾期未答复视为批准。"),
    "refused": said("No answer in time counts as a no.", "逾期未答覆視為拒絕。", "逾期未答复视为拒绝。"),
    "silent": said("No answer in time is no approval.", "逾期未答覆不等於批准。", "逾期未答复不等于批准。"),
    "letter_of_intent": said("%(limit)s to the letter of intent", "%(limit)s至意向書", "%(limit)s至意向书"),
    "decision": said("%(limit)s to the decision", "%(limit)s至作出決定", "%(limit)s至作出决定"),
}
STEPS: Final[Sentences] = {
    "expert_review": said("review by experts", "專家評審", "专家评审"),
    "site_check": said("check on site", "實地核查", "现场核查"),
    "state_council_referral": said("referral to the State Council", "報請國務院", "报请国务院"),
}
CALENDARS: Final[Sentences] = {
    "CN": said("Mainland working days", "內地工作天", "内地工作日"),
    "HK-GEN": said("Hong Kong days except general holidays", "香港公眾假期以外的日子", "香港公众假期以外的日子"),
    "HK-GOV5": said("Hong Kong government working days", "香港政府工作天", "香港政府工作日"),
    "MO": said("Macao working days", "澳門工作天", "澳门工作日"),
}
DUTIES: Final[Sentences] = {
    "leave_by": said(
        "Leave again within %(length)s of: %(fact)s", "由%(fact)s起%(length)s內離境", "自%(fact)s起%(length)s内离境"
    ),
    "apply_by": said(
        "Apply within %(length)s of: %(fact)s", "由%(fact)s起%(length)s內申請", "自%(fact)s起%(length)s内申请"
    ),
    "declare_by": said(
        "Declare within %(length)s of: %(fact)s", "由%(fact)s起%(length)s內申報", "自%(fact)s起%(length)s内申报"
    ),
    "notify_by": said(
        "Notify within %(length)s of: %(fact)s", "由%(fact)s起%(length)s內通知", "自%(fact)s起%(length)s内通知"
    ),
    "file_by": said(
        "File within %(length)s of: %(fact)s", "由%(fact)s起%(length)s內備案", "自%(fact)s起%(length)s内备案"
    ),
    "report_by": said(
        "Report within %(length)s of: %(fact)s", "由%(fact)s起%(length)s內報告", "自%(fact)s起%(length)s内报告"
    ),
}
VALIDITY: Final[Sentences] = {
    "months": said("%(n)s months", "%(n)s個月", "%(n)s个月"),
    "years": said("%(n)s years", "%(n)s年", "%(n)s年"),
    "days": said("%(n)s days", "%(n)s日", "%(n)s日"),
    "single": said("For a single use", "只可使用一次", "仅可使用一次"),
    "multiple": said("For repeated use", "可多次使用", "可多次使用"),
    "max_stay_days": said("Each stay at most %(n)s days", "每次逗留不超過%(n)s日", "每次停留不超过%(n)s日"),
    "renew_before_days": said("Renewal %(n)s days before it ends", "屆滿前%(n)s日辦理續期", "届满前%(n)s日办理续期"),
    "renew_before_months": said(
        "Renewal %(n)s months before it ends", "屆滿前%(n)s個月辦理續期", "届满前%(n)s个月办理续期"
    ),
    "volume_growth_limit": said("Growth in volume up to %(n)s", "數量增幅不超過%(n)s", "数量增幅不超过%(n)s"),
    "keep_years": said("To be kept for %(n)s years", "須保存%(n)s年", "须保存%(n)s年"),
    "until": said("Until %(n)s", "至%(n)s", "至%(n)s"),
}
# What an approval that is held already does for a rule.
EFFECTS: Final[Sentences] = {
    "replaces": said("stands in for it", "可代替", "可替代"),
    "shortens": said("shortens it", "可縮短時間", "可缩短时间"),
    "prioritises": said("brings priority", "可獲優先處理", "可获优先办理"),
    "evidence": said("serves as evidence", "可作為證明", "可作为证明"),
}
HELPS: Final[Sentences] = {
    "rule": said(
        "An approval under “%(rule)s”, held by the %(holders)s: %(effect)s",
        "%(holders)s持有「%(rule)s」的批准：%(effect)s",
        "%(holders)s持有“%(rule)s”的批准：%(effect)s",
    ),
    "list": said(
        "On the %(list)s, the %(holders)s: %(effect)s",
        "%(holders)s列入「%(list)s」：%(effect)s",
        "%(holders)s列入“%(list)s”：%(effect)s",
    ),
    "other": said(
        "For “%(rule)s”, an approval under this rule %(effect)s",
        "本規則的批准用於「%(rule)s」：%(effect)s",
        "本规则的批准用于“%(rule)s”：%(effect)s",
    ),
    "own": said(
        "An approval under this rule that is still valid and covers the use is enough.",
        "本規則之下仍然有效並涵蓋該用途的批准已經足夠。",
        "本规则项下仍然有效且涵盖该用途的批准即已足够。",
    ),
}
ORDER: Final[Sentences] = {
    "after": said("After the decision on “%(rule)s”", "在「%(rule)s」有決定之後", "在“%(rule)s”作出决定之后"),
    "same_application": said(
        "Decided with the application for “%(rule)s”", "與「%(rule)s」的申請一併決定", "与“%(rule)s”的申请一并决定"
    ),
    "branch_of": said("Belongs to the way “%(rule)s”", "屬於「%(rule)s」的途徑", "属于“%(rule)s”的途径"),
    "within": said("Only where “%(rule)s” applies", "只在「%(rule)s」適用時", "仅在“%(rule)s”适用时"),
    "excludes": said(
        "Where it holds, “%(rule)s” does not arise",
        "本規則成立時，「%(rule)s」不適用",
        "本规则成立时，“%(rule)s”不适用",
    ),
    "alternatives": said("%(rule)s", "%(rule)s", "%(rule)s"),
}
MISCELLANY: Final[Sentences] = {
    "not_published": said("Not published", "未公布", "未公布"),
    "nobody": said(
        "No authority; the parties see to it themselves",
        "沒有主管當局，由當事方自行處理",
        "没有主管部门，由当事方自行办理",
    ),
    "from": said("From %(day)s", "由%(day)s起", "自%(day)s起"),
    "to": said("Until %(day)s", "至%(day)s", "至%(day)s"),
    "blocks_until": said(
        "May hold up a booking until %(day)s", "在%(day)s或之前可令預約暫緩", "在%(day)s及之前可使预约暂缓"
    ),
    "confirmed": said("Confirmed on %(day)s: %(source)s", "於%(day)s確認：%(source)s", "于%(day)s确认：%(source)s"),
    "closed_to": said("This way is closed to:", "此途徑不適用於：", "该途径不适用于："),
    "ways": said("One of these directions:", "以下任何一個流向：", "以下任何一个流向："),
    "order": said("In this order", "依次為", "依次为"),
}
