"""What the clauses of access terms are called in three languages: clauses, their parts, and every choice as a sentence.

A sentence stands without its full stop, so that a form can offer it and a summary can end it.
"""

from __future__ import annotations

from typing import Final

from marketplace.wording.dictionary import Sentences, said

CLAUSE_NAMES: Final[Sentences] = {
    "who": said("Who may use it", "誰可使用", "谁可使用"),
    "background_ip": said("Background IP", "既有知識產權", "背景知识产权"),
    "foreground_ip": said("IP in the results", "成果知識產權", "成果知识产权"),
    "publication": said("Publication", "發表", "发表"),
    "confidentiality": said("Confidentiality", "保密", "保密"),
    "data_location": said("Where data stays", "數據存放地點", "数据存放地点"),
    "liability_cap": said("Limit of liability", "賠償責任上限", "赔偿责任上限"),
    "insurance": said("Insurance", "保險", "保险"),
    "materials": said("Materials and waste", "物料及廢物", "物料及废弃物"),
    "cancellation": said("Cancellation and no-show", "取消及缺席", "取消及爽约"),
    "export_class": said("Export class", "出口管制類別", "出口管制类别"),
    "training": said("Training needed", "所需培訓", "所需培训"),
}
PART_NAMES: Final[Sentences] = {
    "who.open_to": said("Open to", "開放對象", "开放对象"),
    "who.access": said("How access is given", "開放方式", "开放方式"),
    "who.participation": said("Who takes part in the work", "誰參與工作", "谁参与工作"),
    "background_ip.pattern": said("What each side brings", "各方帶來的知識產權", "各方带来的知识产权"),
    "foreground_ip.pattern": said("Who owns the results", "成果歸屬", "成果归属"),
    "foreground_ip.patents": said("Who applies for patents", "誰申請專利", "谁申请专利"),
    "publication.consent": said("Before publishing", "發表前", "发表前"),
    "publication.delay_days": said("Longest delay, in days", "最長延遲（日）", "最长推迟（天）"),
    "publication.credit": said("Credit to the host", "對設施提供方的鳴謝", "对设施提供方的致谢"),
    "confidentiality.level": said("Level", "級別", "级别"),
    "confidentiality.years": said("Years after the use", "使用後年數", "使用后年数"),
    "data_location.place": said("Where data may be kept", "數據可存放於", "数据可存放于"),
    "data_location.copies": said("Who keeps a copy", "誰保留副本", "谁保留副本"),
    "data_location.onward": said("Passing data on", "向其他方轉移數據", "向其他方转移数据"),
    "liability_cap.cap": said("Limit", "上限", "上限"),
    "liability_cap.sum": said("Amount", "金額", "金额"),
    "insurance.cover": said("Cover", "保障", "保障"),
    "insurance.sum": said("At least", "最低保額", "最低保额"),
    "materials.declare_days": said(
        "Declared so many working days before", "須於多少個工作天前申報", "须提前多少个工作日申报"
    ),
    "materials.transfer": said("Material transfer agreement", "物料轉移協議", "材料转移协议"),
    "materials.host_stock": said("The host's stock", "設施提供方的庫存物料", "设施提供方的库存物料"),
    "materials.waste": said("Waste", "廢物", "废弃物"),
    "cancellation.free_hours": said(
        "Free until so many hours before the start", "開始前多少小時可免費取消", "开始前多少小时可免费取消"
    ),
    "cancellation.late_percent": said(
        "After that, percent of the price", "其後收取價格的百分比", "此后收取价格的百分比"
    ),
    "cancellation.no_show_percent": said(
        "No-show, percent of the price", "缺席收取價格的百分比", "爽约收取价格的百分比"
    ),
    "cancellation.late_minutes": said(
        "Minutes late until the time is given away", "遲到多少分鐘後時段讓出", "迟到多少分钟后时段让出"
    ),
    "cancellation.resold": said("Time that somebody else takes", "由他人接手的時段", "由他人接手的时段"),
    "cancellation.breaches": said(
        "Breaches in 90 days until a review", "90日內多少次違規須檢視", "90天内多少次违规须复核"
    ),
    "export_class.listed": said("Equipment and know-how", "設備及技術", "设备及技术"),
    "export_class.regimes": said("Listed in", "列管地區", "列管地区"),
    "training.needed": said("Before the first use", "首次使用前", "首次使用前"),
    "training.lapses_months": said(
        "Lapses after so many months without use", "多少個月沒有使用即失效", "多少个月未使用即失效"
    ),
}
CHOICES_SAID: Final[Sentences] = {
    "who.open_to.universities": said("universities", "大學", "高校"),
    "who.open_to.institutes": said("research institutes", "研究所", "科研院所"),
    "who.open_to.firms": said("firms", "企業", "企业"),
    "who.open_to.start_ups": said("start-ups", "初創企業", "初创企业"),
    "who.open_to.public_bodies": said("public bodies", "公共機構", "公共机构"),
    "who.open_to.own_members": said("the host's own members", "設施提供方成員", "设施提供方成员"),
    "who.access.excellence_driven": said(
        "Proposals are chosen by scientific merit", "按科學水平擇優開放", "按科学水平择优开放"
    ),
    "who.access.market_driven": said(
        "Anybody who pays the published fee may ask", "按公布收費開放", "按公布的收费标准开放"
    ),
    "who.access.wide": said("Access is as wide as can be", "盡量廣泛開放", "尽量广泛开放"),
    "who.participation.user_alone": said(
        "The user works alone; the host takes no part in the research",
        "使用者自行工作，設施提供方不參與研究",
        "使用者自行工作，设施提供方不参与研究",
    ),
    "who.participation.host_alone": said(
        "The host's staff do the work; the user takes no part in it",
        "由設施提供方人員進行工作，使用者不參與",
        "由设施提供方人员开展工作，使用者不参与",
    ),
    "who.participation.together": said(
        "Host and user take part in the research throughout", "雙方全程參與研究", "双方全程参与研究"
    ),
    "background_ip.pattern.stays": said(
        "What each side brings stays its own; nothing is licensed",
        "各方原有的知識產權仍歸各自所有，不作任何授權",
        "各方原有的知识产权仍归各自所有，不作任何许可",
    ),
    "background_ip.pattern.licence_for_the_work": said(
        "What each side brings stays its own; the other may use it for the booked work only",
        "各方原有的知識產權仍歸各自所有，另一方只可用於所預約的工作",
        "各方原有的知识产权仍归各自所有，另一方仅可用于所预约的工作",
    ),
    "background_ip.pattern.licence_for_the_results": said(
        "What each side brings stays its own; the other may use it as far as the results need it",
        "各方原有的知識產權仍歸各自所有，另一方可在運用成果所需範圍內使用",
        "各方原有的知识产权仍归各自所有，另一方可在运用成果所需范围内使用",
    ),
    "foreground_ip.pattern.user_owns": said(
        "The user owns the results; the host claims none",
        "成果歸使用者所有，設施提供方不主張權利",
        "成果归使用者所有，设施提供方不主张权利",
    ),
    "foreground_ip.pattern.host_owns_licence": said(
        "The host owns the results; the user gets a non-exclusive licence (as Lambert 1)",
        "成果歸設施提供方所有，使用者獲非獨家授權（同Lambert 1）",
        "成果归设施提供方所有，使用者获非独占许可（同Lambert 1）",
    ),
    "foreground_ip.pattern.host_owns_option_licence": said(
        "The host owns the results; the user may negotiate an exclusive licence (as Lambert 2)",
        "成果歸設施提供方所有，使用者可商議獨家授權（同Lambert 2）",
        "成果归设施提供方所有，使用者可商谈独占许可（同Lambert 2）",
    ),
    "foreground_ip.pattern.host_owns_option_assignment": said(
        "The host owns the results; the user may negotiate their assignment (as Lambert 3)",
        "成果歸設施提供方所有，使用者可商議受讓（同Lambert 3）",
        "成果归设施提供方所有，使用者可商谈受让（同Lambert 3）",
    ),
    "foreground_ip.pattern.user_owns_academic_use": said(
        "The user owns the results; the host may use them in teaching and research (as Lambert 4)",
        "成果歸使用者所有，設施提供方可用於教學及研究（同Lambert 4）",
        "成果归使用者所有，设施提供方可用于教学和科研（同Lambert 4）",
    ),
    "foreground_ip.pattern.each_owns_cross_licence": said(
        "Each side owns what it creates and licenses the other (as Lambert 4A)",
        "各自擁有所創造的成果，並互相授權（同Lambert 4A）",
        "各自拥有所创造的成果，并互相许可（同Lambert 4A）",
    ),
    "foreground_ip.pattern.user_owns_contract_research": said(
        "Contract research: the user owns the results and decides on publication (as Lambert 5)",
        "委託研究：成果歸使用者所有，是否發表由其決定（同Lambert 5）",
        "委托研究：成果归使用者所有，是否发表由其决定（同Lambert 5）",
    ),
    "foreground_ip.pattern.each_owns_by_field": said(
        "Each side owns what it creates, with fields of use set apart (as Lambert 6)",
        "各自擁有所創造的成果，並劃分使用領域（同Lambert 6）",
        "各自拥有所创造的成果，并划分使用领域（同Lambert 6）",
    ),
    "foreground_ip.pattern.jointly_owned": said(
        "Both sides own the results jointly (as in Lambert consortium A)",
        "成果由雙方共同擁有（同Lambert聯盟協議A）",
        "成果由双方共同所有（同Lambert联盟协议A）",
    ),
    "foreground_ip.pattern.agreed_each_time": said(
        "Who owns the results is agreed for each booking", "成果歸屬按每次預約另行議定", "成果归属按每次预约另行约定"
    ),
    "foreground_ip.patents.owner_files": said(
        "Whoever owns a result applies for its patents", "由成果擁有人申請專利", "由成果所有人申请专利"
    ),
    "foreground_ip.patents.host_files": said(
        "The host alone applies for patents", "只由設施提供方申請專利", "仅由设施提供方申请专利"
    ),
    "foreground_ip.patents.user_files": said(
        "The user alone applies for patents", "只由使用者申請專利", "仅由使用者申请专利"
    ),
    "foreground_ip.patents.jointly_filed": said(
        "Both sides apply for patents jointly", "由雙方共同申請專利", "由双方共同申请专利"
    ),
    "publication.consent.free": said("The user may publish freely", "使用者可自由發表", "使用者可自由发表"),
    "publication.consent.notice": said(
        "The user shows a paper to the host before publishing it",
        "使用者發表前須先讓設施提供方過目",
        "使用者发表前须先请设施提供方审阅",
    ),
    "publication.consent.consent_needed": said(
        "Nothing is published without the other side's consent", "未經另一方同意不得發表", "未经另一方同意不得发表"
    ),
    "publication.credit.acknowledge": said(
        "Papers thank the host by name", "論文須具名鳴謝設施提供方", "论文须具名致谢设施提供方"
    ),
    "publication.credit.co_author": said(
        "The host's people who contributed are named as authors",
        "有貢獻的設施提供方人員列為作者",
        "有贡献的设施提供方人员列为作者",
    ),
    "publication.credit.no_credit": said("The host need not be named", "無須提及設施提供方", "无须提及设施提供方"),
    "confidentiality.level.open": said(
        "Nothing is confidential unless agreed", "除另有協議外，沒有保密要求", "除另有约定外，没有保密要求"
    ),
    "confidentiality.level.confidential": said(
        "Both sides keep what they see confidential", "雙方對所見內容保密", "双方对所见内容保密"
    ),
    "confidentiality.level.strict": said(
        "Strictly confidential: only named people may know, and nothing leaves the room unasked",
        "嚴格保密：只限指定人員知悉，未經准許不得帶離",
        "严格保密：仅限指定人员知悉，未经准许不得带离",
    ),
    "data_location.place.anywhere": said("Data may be kept anywhere", "數據可存放於任何地方", "数据可存放于任何地方"),
    "data_location.place.gba": said(
        "Data stays in the Greater Bay Area", "數據只可存放於大灣區內", "数据仅可存放于大湾区内"
    ),
    "data_location.place.host_place": said(
        "Data stays where the facility stands", "數據只可存放於設施所在地", "数据仅可存放于设施所在地"
    ),
    "data_location.place.user_place": said(
        "Data stays where the user is at home", "數據只可存放於使用者所在地", "数据仅可存放于使用者所在地"
    ),
    "data_location.place.mainland": said("Data stays in the mainland", "數據只可存放於內地", "数据仅可存放于内地"),
    "data_location.place.hong_kong": said("Data stays in Hong Kong", "數據只可存放於香港", "数据仅可存放于香港"),
    "data_location.place.macao": said("Data stays in Macao", "數據只可存放於澳門", "数据仅可存放于澳门"),
    "data_location.copies.both_keep": said("Both sides keep a full copy", "雙方各保留完整副本", "双方各保留完整备份"),
    "data_location.copies.host_keeps": said(
        "Only the host keeps a copy", "只有設施提供方保留副本", "仅设施提供方保留备份"
    ),
    "data_location.copies.user_keeps": said(
        "Only the user keeps a copy; the host deletes its own",
        "只有使用者保留副本，設施提供方刪除其副本",
        "仅使用者保留备份，设施提供方删除其备份",
    ),
    "data_location.onward.onward_free": said(
        "Data may be passed on anywhere", "數據可轉移至任何地方", "数据可转移至任何地方"
    ),
    "data_location.onward.onward_gba": said(
        "Data may be passed on within the Greater Bay Area only",
        "數據只可在大灣區內轉移",
        "数据仅可在大湾区内转移",
    ),
    "data_location.onward.onward_never": said("Data is not passed on", "數據不得轉移予他人", "数据不得转移给他人"),
    "liability_cap.cap.law": said("Each side is liable as the law says", "雙方按法律承擔責任", "双方依法承担责任"),
    "liability_cap.cap.fee": said(
        "Each side is liable up to the price of the booking",
        "雙方責任以該次預約的價格為上限",
        "双方责任以该次预约的价格为上限",
    ),
    "liability_cap.cap.sum": said(
        "Each side is liable up to a fixed amount", "雙方責任以固定金額為上限", "双方责任以固定金额为上限"
    ),
    "liability_cap.cap.unlimited": said("Liability is not limited", "責任不設上限", "责任不设上限"),
    "insurance.cover.no_cover": said("No insurance is asked for", "不要求投保", "不要求投保"),
    "insurance.cover.host_covers": said(
        "The host's own insurance covers users", "設施提供方的保險涵蓋使用者", "设施提供方的保险涵盖使用者"
    ),
    "insurance.cover.user_liability": said(
        "The user has liability insurance", "使用者須有責任保險", "使用者须有责任保险"
    ),
    "insurance.cover.user_liability_and_things": said(
        "The user has liability insurance and insures what it brings",
        "使用者須有責任保險，並為帶來的物品投保",
        "使用者须有责任保险，并为带来的物品投保",
    ),
    "materials.transfer.none_needed": said(
        "No material transfer agreement is needed", "無須物料轉移協議", "无须材料转移协议"
    ),
    "materials.transfer.simple_letter": said(
        "Material comes with a simple letter agreement", "物料須附簡式轉移函", "材料须附简式转移函"
    ),
    "materials.transfer.ubmta": said(
        "Biological material comes under the UBMTA with an implementing letter",
        "生物物料按UBMTA及其實施函轉移",
        "生物材料按UBMTA及其实施函转移",
    ),
    "materials.host_stock.no_stock": said(
        "The host gives no chemicals of its own", "設施提供方不提供自有化學品", "设施提供方不提供自有化学品"
    ),
    "materials.host_stock.used_on_site": said(
        "The host's chemicals are used on site under its licence and do not leave",
        "設施提供方的化學品須在其許可下於現場使用，不得帶走",
        "设施提供方的化学品须在其许可下现场使用，不得带走",
    ),
    "materials.host_stock.taken_away": said(
        "The user may take the host's chemicals away",
        "使用者可帶走設施提供方的化學品",
        "使用者可带走设施提供方的化学品",
    ),
    "materials.waste.host_disposes": said(
        "The host disposes of waste", "廢物由設施提供方處理", "废弃物由设施提供方处理"
    ),
    "materials.waste.host_disposes_at_cost": said(
        "The host disposes of waste at the user's cost",
        "廢物由設施提供方處理，費用由使用者承擔",
        "废弃物由设施提供方处理，费用由使用者承担",
    ),
    "materials.waste.user_removes": said("The user removes its waste", "使用者自行清走廢物", "使用者自行清运废弃物"),
    "cancellation.resold.refunded": said(
        "What is charged for time that somebody else takes is paid back",
        "時段由他人接手的部分，已收費用退還",
        "时段由他人接手的部分，已收费用退还",
    ),
    "cancellation.resold.kept": said(
        "The charge stands even where somebody else takes the time",
        "即使時段由他人接手，費用不退",
        "即使时段由他人接手，费用不退",
    ),
    "export_class.listed.not_listed": said(
        "Nothing here is on a control list", "此處沒有列管物項或技術", "此处没有列管物项或技术"
    ),
    "export_class.listed.dual_use": said("Some of it is dual-use", "部分屬兩用物項", "部分属于两用物项"),
    "export_class.listed.restricted_technology": said(
        "Some of the technology is restricted for export", "部分技術屬限制出口", "部分技术属于限制出口"
    ),
    "export_class.listed.checked_each_time": said(
        "The class is checked for each booking", "按每次預約核查類別", "按每次预约核查类别"
    ),
    "export_class.regimes.CN": said("the mainland", "內地", "内地"),
    "export_class.regimes.HK": said("Hong Kong", "香港", "香港"),
    "export_class.regimes.MO": said("Macao", "澳門", "澳门"),
    "export_class.regimes.US": said("the United States", "美國", "美国"),
    "export_class.regimes.EU": said("the European Union", "歐盟", "欧盟"),
    "export_class.regimes.UK": said("the United Kingdom", "英國", "英国"),
    "export_class.regimes.SG": said("Singapore", "新加坡", "新加坡"),
    "training.needed.no_training": said("No training is needed", "無須培訓", "无须培训"),
    "training.needed.induction": said("An induction on site", "須接受現場簡介", "须接受现场入门培训"),
    "training.needed.certificate": said(
        "Training with a certificate for the equipment", "須取得該設備的培訓證書", "须取得该设备的培训证书"
    ),
    "training.needed.supervised": said(
        "The host's staff stay with the user", "設施提供方人員須在場陪同", "设施提供方人员须在场陪同"
    ),
}
# What a part says whose value is not a choice: a number, an amount, or several names.
VALUES_SAID: Final[Sentences] = {
    "who.open_to": said("Open to %(value)s", "開放予%(value)s", "向%(value)s开放"),
    "publication.delay_days": said(
        "Publication may be held back for up to %(value)s days",
        "發表最多可延遲%(value)s日",
        "发表最多可推迟%(value)s天",
    ),
    "confidentiality.years": said(
        "This holds for %(value)s years after the use", "保密期為使用後%(value)s年", "保密期为使用后%(value)s年"
    ),
    "liability_cap.sum": said("The limit is %(value)s", "上限為%(value)s", "上限为%(value)s"),
    "insurance.sum": said("It covers at least %(value)s", "保額不少於%(value)s", "保额不低于%(value)s"),
    "materials.declare_days": said(
        "Material is declared %(value)s working days before it comes",
        "物料須於%(value)s個工作天前申報",
        "物料须提前%(value)s个工作日申报",
    ),
    "cancellation.free_hours": said(
        "Cancelling is free until %(value)s hours before the start",
        "開始前%(value)s小時或以上取消不收費",
        "开始前%(value)s小时以上取消不收费",
    ),
    "cancellation.late_percent": said(
        "Later it costs %(value)s%% of the price", "其後取消收取價格的%(value)s%%", "此后取消收取价格的%(value)s%%"
    ),
    "cancellation.no_show_percent": said(
        "Not coming costs %(value)s%% of the price", "缺席收取價格的%(value)s%%", "爽约收取价格的%(value)s%%"
    ),
    "cancellation.late_minutes": said(
        "Who is %(value)s minutes late may lose the time",
        "遲到%(value)s分鐘，時段可讓予他人",
        "迟到%(value)s分钟，时段可让给他人",
    ),
    "cancellation.breaches": said(
        "After %(value)s breaches in 90 days the host looks into it",
        "90日內違規%(value)s次，設施提供方會作檢視",
        "90天内违规%(value)s次，设施提供方将复核",
    ),
    "export_class.regimes": said("Listed in %(value)s", "列管地區：%(value)s", "列管地区：%(value)s"),
    "training.lapses_months": said(
        "It lapses after %(value)s months without use", "%(value)s個月沒有使用即失效", "%(value)s个月未使用即失效"
    ),
}
# What the platform holds to whatever the clause says.
ALWAYS: Final[Sentences] = {
    "cancellation": said(
        "A permit refused or decided late by an authority costs the user nothing where the application went in on time",
        "如申請已按時提交，因主管當局拒批或延誤而未能使用，不向使用者收費",
        "如已按时提交申请，因主管部门拒批或延误而未能使用，不向使用者收费",
    ),
}
DIFFERENCE_NAMES: Final[Sentences] = {
    "same": said("the same", "相同", "相同"),
    "added": said("added", "新增", "新增"),
    "removed": said("removed", "刪除", "删除"),
    "changed": said("changed", "有更改", "有变化"),
}
TEXT_NAME: Final = said("In the host's words", "設施提供方的說明", "设施提供方的说明")
