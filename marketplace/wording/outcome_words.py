"""What outcomes are called in the three languages: types, statuses, levels, fields and what is chosen in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from marketplace.values.localized import Language
from marketplace.wording.dictionary import said

Names = Mapping[str, Mapping[Language, str]]

TYPES: Final[Names] = {
    "publication": said("Publication", "論著", "论著"),
    "dataset": said("Data set", "數據集", "数据集"),
    "software": said("Software", "軟件", "软件"),
    "patent_family": said("Patent family", "專利族", "专利族"),
    "standard": said("Standard", "標準", "标准"),
    "licence": said("Licence agreement", "許可協議", "许可协议"),
    "option": said("Option agreement", "選擇權協議", "选择权协议"),
    "assignment": said("Assignment of rights", "權利轉讓", "权利转让"),
    "equity_in_kind": said("Equity in kind", "作價入股", "作价入股"),
    "spinoff": said("Spin-off", "衍生公司", "衍生企业"),
    "contract_research": said("Contract research", "合約研究", "合同研究"),
    "collaborative_research": said("Collaborative research", "合作研究", "合作研究"),
    "consultancy": said("Consultancy", "顧問服務", "咨询服务"),
    "facility_service": said("Facility service", "設施服務", "设施服务"),
    "new_product": said("New product", "新產品", "新产品"),
    "process_improvement": said("Process improvement", "工藝改進", "工艺改进"),
    "product_registered": said("Product registered", "產品註冊", "产品注册"),
    "training": said("Training", "培訓", "培训"),
    "degree": said("Degree", "學位", "学位"),
    "job": said("Job", "聘用", "聘用"),
    "follow_on_funding": said("Follow-on funding", "後續資助", "后续资助"),
    "policy_citation": said("Citation in policy", "政策引用", "政策引用"),
    "award": said("Award", "獎項", "奖项"),
    "safety_or_quality_certificate": said("Safety or quality certificate", "安全或質量證書", "安全或质量证书"),
    "other": said("Another outcome", "其他成果", "其他成果"),
}
# The word, the tone and the shape of each status.
STATUSES: Final[Mapping[str, tuple[Mapping[Language, str], str, str]]] = {
    "draft": (said("Draft", "草稿", "草稿"), "", "dashed"),
    "submitted": (said("Waits for the other side", "待對方確認", "待对方确认"), "amber", "ring"),
    "confirmed": (said("Confirmed", "已確認", "已确认"), "jade", "check"),
    "disputed": (said("Disputed", "有異議", "有异议"), "vermilion", "triangle"),
    "withdrawn": (said("Withdrawn", "已撤回", "已撤回"), "", "cross"),
    "rejected": (said("Rejected", "不予接納", "不予接受"), "vermilion", "cross"),
}
LEVELS: Final[Mapping[int, Mapping[Language, str]]] = {
    0: said("0 – self-declared", "0級 – 自行申報", "0级 – 自行申报"),
    1: said("1 – its identifier resolves", "1級 – 識別碼可查", "1级 – 标识符可查"),
    2: said("2 – another side confirmed", "2級 – 另一方已確認", "2级 – 另一方已确认"),
    3: said("3 – document checked", "3級 – 已核查文件", "3级 – 已核查文件"),
    4: said("4 – register or audit", "4級 – 登記冊或審計", "4级 – 登记册或审计"),
}
ROLES: Final[Names] = {
    "provider": said("Provided", "提供方", "提供方"),
    "user": said("Used", "使用方", "使用方"),
    "funder": said("Funded", "資助方", "资助方"),
    "co_owner": said("Owns a part", "共有方", "共有方"),
    "licensee": said("Holds a licence", "被許可方", "被许可方"),
    "beneficiary": said("Benefits as a third party", "受惠第三方", "受益第三方"),
}
SIZES: Final[Names] = {
    "micro": said("Micro enterprise", "微型企業", "微型企业"),
    "small": said("Small enterprise", "小型企業", "小型企业"),
    "medium": said("Medium enterprise", "中型企業", "中型企业"),
    "large": said("Large enterprise", "大型企業", "大型企业"),
    "not_a_business": said("Not a business", "非企業", "非企业"),
}
SCHEMES: Final[Names] = {
    "doi": said("DOI", "DOI", "DOI"),
    "isbn": said("ISBN", "ISBN", "ISBN"),
    "raid": said("RAiD", "RAiD", "RAiD"),
    "orcid": said("ORCID", "ORCID", "ORCID"),
    "award": said("Award or grant number", "獎項或資助編號", "奖项或资助编号"),
    "contract": said("Contract number", "合約編號", "合同编号"),
    "registration": said("Registration number", "登記編號", "登记编号"),
    "standard": said("Number of the standard", "標準編號", "标准编号"),
    "patent_application": said("Application number", "專利申請號", "专利申请号"),
    "patent_publication": said("Publication number of the patent", "專利公開號", "专利公开号"),
    "docdb_family": said("DOCDB family", "DOCDB專利族", "DOCDB专利族"),
    "uscc": said("Unified social credit code", "統一社會信用代碼", "统一社会信用代码"),
    "hk_ubi": said("Hong Kong business number (UBI)", "香港商業登記號碼", "香港商业登记号码"),
    "mo_registration": said("Macao registration number", "澳門商業登記編號", "澳门商业登记编号"),
    "sg_uen": said("Singapore UEN", "新加坡UEN", "新加坡UEN"),
    "gb_company": said("UK company number", "英國公司編號", "英国公司编号"),
    "eu_vat": said("EU VAT number", "歐盟增值稅號", "欧盟增值税号"),
    "us_ein": said("US EIN", "美國EIN", "美国EIN"),
    "lei": said("LEI", "LEI", "LEI"),
}
DETAILS: Final[Names] = {
    "venue": said("Journal, conference or repository", "期刊、會議或儲存庫", "期刊、会议或存储库"),
    "form": said("Form", "形式", "形式"),
    "open_access": said("Open access", "開放獲取", "开放获取"),
    "open_source": said("Open source", "開放原始碼", "开放源代码"),
    "right": said("Kind of right", "權利種類", "权利种类"),
    "granted_on": said("Granted on", "授權日期", "授权日期"),
    "assigned_on": said("Assigned on", "轉讓日期", "转让日期"),
    "body": said("Body that issued it", "發出機構", "发出机构"),
    "exclusive": said("Exclusive", "獨家", "独家"),
    "until": said("Holds until", "有效至", "有效至"),
    "name": said("Name of the company", "公司名稱", "公司名称"),
    "ownership": said("Kind of spin-off", "衍生公司種類", "衍生企业种类"),
    "jobs": said("Jobs (full-time equivalents)", "職位（全職當量）", "职位（全职当量）"),
    "ended_on": said("Closed on", "結業日期", "停业日期"),
    "starts_on": said("Contract begins", "合約開始", "合同开始"),
    "ends_on": said("Contract ends", "合約結束", "合同结束"),
    "public_funder": said("Public funder", "公共資助機構", "公共资助机构"),
    "in_use_since": said("In use since", "開始使用日期", "开始使用日期"),
    "persons": said("People trained", "受訓人數", "受训人数"),
    "hours": said("Hours of training", "培訓時數", "培训课时"),
    "degree": said("Degree", "學位", "学位"),
    "post": said("Post", "職位", "职位"),
    "contract": said("Kind of contract", "合約種類", "合同种类"),
    "funder": said("Funder", "資助機構", "资助机构"),
    "public": said("From a public body", "來自公共機構", "来自公共机构"),
}
CHOICES_OF: Final[Mapping[str, Names]] = {
    "form": {
        "article": said("Article", "期刊論文", "期刊论文"),
        "conference": said("Conference paper", "會議論文", "会议论文"),
        "book": said("Book", "書籍", "书籍"),
        "chapter": said("Chapter", "書籍章節", "书籍章节"),
        "preprint": said("Preprint", "預印本", "预印本"),
        "thesis": said("Thesis", "學位論文", "学位论文"),
        "other": said("Other", "其他", "其他"),
    },
    "right": {
        "invention": said("Invention", "發明", "发明"),
        "utility_model": said("Utility model", "實用新型", "实用新型"),
        "design": said("Design", "外觀設計", "外观设计"),
        "short_term": said("Short-term patent", "短期專利", "短期专利"),
        "other": said("Other", "其他", "其他"),
    },
    "ownership": {
        "provider": said("The provider owns a part", "提供方持股", "提供方持股"),
        "formal": said("Formal, not owned by the provider", "正式衍生，提供方不持股", "正式衍生，提供方不持股"),
        "staff": said("Founded by staff", "員工創辦", "员工创办"),
        "graduate": said("Founded by graduates", "畢業生創辦", "毕业生创办"),
        "social": said("Social enterprise", "社會企業", "社会企业"),
    },
    "degree": {
        "bachelor": said("Bachelor", "學士", "学士"),
        "master": said("Master", "碩士", "硕士"),
        "doctor": said("Doctor", "博士", "博士"),
        "other": said("Other", "其他", "其他"),
    },
    "contract": {
        "permanent": said("Permanent", "長期", "长期"),
        "fixed_term": said("Fixed term", "定期", "固定期限"),
        "internship": said("Internship", "實習", "实习"),
        "secondment": said("Secondment", "借調", "借调"),
    },
}
FLOW_KINDS: Final[Names] = {
    "knowledge": said("Knowledge", "知識", "知识"),
    "skill": said("Skill", "技能", "技能"),
    "material": said("Material", "材料", "材料"),
    "data": said("Data", "數據", "数据"),
    "money": said("Money", "資金", "资金"),
}
DIRECTIONS: Final[Names] = {
    "provider_to_user": said("From provider to user", "由提供方往使用方", "从提供方到使用方"),
    "user_to_provider": said("From user to provider", "由使用方往提供方", "从使用方到提供方"),
    "joint": said("Both ways", "雙向", "双向"),
    "third_party": said("To a third party", "往第三方", "到第三方"),
}
METHODS: Final[Names] = {
    "contract_price": said("Price in the contract", "合約價格", "合同价格"),
    "receipts": said("Money received", "已收款項", "已收款项"),
    "market_price": said("Market price", "市價", "市价"),
    "cost": said("Cost", "成本", "成本"),
    "avoided_cost": said("Cost avoided", "節省的成本", "节省的成本"),
    "willingness_to_pay": said("Willingness to pay", "支付意願", "支付意愿"),
    "estimate": said("Estimate", "估算", "估算"),
}
WITHOUT_US: Final[Names] = {
    "same": said("The same", "結果相同", "结果相同"),
    "later": said("The same, later", "較遲才有", "较晚才有"),
    "smaller": said("Less of it", "規模較小", "规模较小"),
    "elsewhere": said("Somewhere else", "在別處進行", "在别处进行"),
    "not_at_all": said("Nothing of it", "不會發生", "不会发生"),
}
BASES: Final[Names] = {
    "agreement": said("By agreement", "按協議", "按协议"),
    "fractional_author": said("By authors", "按作者比例", "按作者比例"),
    "hours": said("By hours of use", "按使用時數", "按使用时数"),
    "equal": said("In equal parts", "平均分配", "平均分配"),
    "negotiated": said("Negotiated", "協商", "协商"),
}
READERS: Final[Names] = {
    "public": said("Anybody, once confirmed", "確認後公開", "确认后公开"),
    "parties": said("The parties and administrators", "各方及管理員", "各方及管理员"),
    "administrators": said("My organisation and administrators", "本機構及管理員", "本机构及管理员"),
}
PRECISIONS: Final[Names] = {
    "day": said("The day is known", "精確至日", "精确到日"),
    "month": said("Only the month", "只知月份", "只知月份"),
    "year": said("Only the year", "只知年份", "只知年份"),
}
PAPERS: Final[Names] = {
    "document": said("Document", "文件", "文件"),
    "register_extract": said("Extract from a register", "登記冊摘錄", "登记册摘录"),
    "contract": said("Contract", "合約", "合同"),
    "letter": said("Letter", "信函", "信函"),
    "web_page": said("Web page", "網頁", "网页"),
    "other": said("Other", "其他", "其他"),
}
FIELD_NAMES: Final[Names] = {
    "type": said("Type", "類型", "类型"),
    "title": said("Title", "名稱", "名称"),
    "date_event": said("Date", "日期", "日期"),
    "precision": said("What is known of the date", "日期精確度", "日期精确度"),
    "language": said("Language", "語言", "语言"),
    "abstract": said("Summary", "摘要", "摘要"),
    "identifiers": said("Identifiers", "識別碼", "标识符"),
    "priorities": said("Priorities", "優先權", "优先权"),
    "classes": said("IPC or CPC classes", "IPC或CPC分類", "IPC或CPC分类"),
    "creators": said("People", "人員", "人员"),
    "flow_kind": said("What went across", "流動的內容", "流动的内容"),
    "flow_direction": said("Which way it went", "流動方向", "流动方向"),
    "flow_from": said("From", "由", "从"),
    "flow_to": said("To", "往", "到"),
    "beneficiary": said("Third party that benefits", "受惠的第三方", "受益的第三方"),
    "value": said("Value", "價值", "价值"),
    "receipts": said("Cash received", "已收款項", "已收款项"),
    "readiness": said("Readiness", "成熟度", "成熟度"),
    "additionality": said("Without the collaboration", "若無合作", "若无合作"),
    "details": said("Details", "詳情", "详情"),
    "facilities": said("Facilities", "設施", "设施"),
    "parties": said("Parties", "參與方", "参与方"),
    "shares": said("Shares", "比例", "比例"),
    "confidentiality": said("Who may read it", "誰可閱覽", "谁可阅览"),
    "embargo_until": said("Embargo until", "禁止公開至", "禁止公开至"),
}
