"""Returns as sheets in the reader's language: tables with their heads, and what can't be filled, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from marketplace.catalogue.formats.writing import write_csv, write_sheets
from marketplace.spillovers.rules.returns.nrii import EFFECT, RECORD
from marketplace.spillovers.rules.returns.rows import Answers, Gap, Return, Year
from marketplace.values.localized import Language
from marketplace.values.refusal import Invalid
from marketplace.wording.dictionary import Sentences, said
from marketplace.wording.filling import fill

ENDINGS: Final = ("csv", "xlsx")
PROFILES: Final[Sentences] = {
    "he-bci": said("HE-BCI (tables 1, 2 and 4)", "HE-BCI（表1、2及4）", "HE-BCI（表1、2和4）"),
    "ugc": said("Hong Kong UGC lists", "香港教資會統計表", "香港教资会统计表"),
    "nrii": said("NRII instrument sharing", "內地科研儀器開放共享（NRII）", "科研仪器开放共享（NRII）"),
}
TABLES: Final[Sentences] = {
    "hebci_1a": said("1a Collaborative research", "1a 合作研究", "1a 合作研究"),
    "hebci_1b": said("1b Contract research", "1b 合約研究", "1b 合同研究"),
    "hebci_2_consultancy": said("2 Consultancy", "2 顧問服務", "2 咨询服务"),
    "hebci_2_facilities": said("2 Facilities and equipment", "2 設施及儀器服務", "2 设施和仪器服务"),
    "hebci_4_ip": said("4 Intellectual property", "4 知識產權", "4 知识产权"),
    "hebci_4_spinoffs": said("4 Spin-offs", "4 衍生企業", "4 衍生企业"),
    "ugc_fiscal": said("Year of accounts", "財政年度", "财政年度"),
    "ugc_fiscal_places": said("Patents by office, accounts", "按受理局的專利，財政年度", "按受理局的专利，财政年度"),
    "ugc_academic": said("Academic year", "學年", "学年"),
    "ugc_academic_places": said("Patents by office, academic", "按受理局的專利，學年", "按受理局的专利，学年"),
    "nrii_6": said("6 Service records", "6 服務記錄", "6 服务记录"),
    "nrii_hours": said("Hours by instrument", "各儀器機時", "各仪器机时"),
    "nrii_7": said("7 Service effect", "7 服務成效", "7 服务成效"),
    "answers": said("Response rate", "回覆率", "回复率"),
    "gaps": said("What can’t be filled, and why", "未能填報的項目及原因", "无法填报的项目及原因"),
}
COLUMNS: Final[Sentences] = {
    "item": said("Item", "項目", "项目"),
    "partner": said("Partner", "合作方類別", "合作方类别"),
    "number": said("Number", "數目", "数量"),
    "income_gbp_000": said("Income, GBP 000", "收入（千英鎊）", "收入（千英镑）"),
    "income_hkd": said("Income, HKD", "收入（港元）", "收入（港元）"),
    "ownership": said("Type", "類型", "类型"),
    "new": said("New", "新成立", "新成立"),
    "active": said("Active", "營運中", "运营中"),
    "active_3_years": said("Active for 3 years", "營運滿3年", "运营满3年"),
    "jobs": said("People employed", "僱員人數", "员工人数"),
    "office": said("Office", "受理局", "受理局"),
    "instrument": said("Instrument", "儀器", "仪器"),
    "effective_hours": said("Hours of sessions", "使用機時", "使用机时"),
    "external_hours": said("Of them for others", "其中對外服務機時", "其中对外服务机时"),
    "year": said("Year", "年度", "年度"),
    "answered": said("Answered", "已回覆", "已回复"),
    "asked": said("Asked", "已詢問", "已询问"),
    "reason": said("Why", "原因", "原因"),
    "count": said("Rows", "涉及數目", "涉及数量"),
    **{name: said(name, name, name) for name in (*RECORD, *EFFECT)},
}
ITEMS: Final[Sentences] = {
    "collaborative_research": said("Collaborative research", "合作研究", "合作研究"),
    "contract_research": said("Contract research", "合約研究", "合同研究"),
    "consultancy": said("Consultancy", "顧問服務", "咨询服务"),
    "facility_service": said("Facilities and equipment services", "設施及儀器服務", "设施和仪器服务"),
    "patents_filed": said("Patent families filed", "提交的專利族", "申请的专利族"),
    "patents_granted": said("Patent families granted", "獲授權的專利族", "获授权的专利族"),
    "patents_portfolio": said("Portfolio, before assignment", "持有的專利族（轉讓前）", "持有的专利族（转让前）"),
    "patent_families": said("Patent families", "專利族", "专利族"),
    "licences_executed": said("Licences executed", "簽訂的許可", "签订的许可"),
    "ip_income": said("Income from intellectual property", "知識產權收入", "知识产权收入"),
    "spinoffs_formed": said("Spin-offs formed", "新成立的衍生企業", "新成立的衍生企业"),
    "cpd_contact_hours": said("Contact hours of courses", "培訓學時", "培训学时"),
    "sme": said("SME", "中小企業", "中小企业"),
    "other_business": said("Other business", "其他企業", "其他企业"),
    "non_commercial": said("Non-commercial", "非商業機構", "非商业机构"),
    "not_stated": said("Not stated", "未說明", "未说明"),
    "provider": said("With some ownership of the provider", "由提供方持有部分股權", "由提供方持有部分股权"),
    "formal": said("Formal, not owned by the provider", "正式衍生，提供方不持股", "正式衍生，提供方不持股"),
    "staff": said("Staff start-ups", "員工創業", "员工创业"),
    "graduate": said("Graduate start-ups", "畢業生創業", "毕业生创业"),
    "social": said("Social enterprises", "社會企業", "社会企业"),
    "outcomes": said("Outcomes", "成果", "成果"),
    "collaborative_research_in_kind": said(
        "In-kind contributions to collaborative research", "合作研究的實物投入", "合作研究的实物投入"
    ),
    "collaborative_research_by_source": said(
        "Collaborative research by source of public money", "按公帑來源的合作研究", "按公共资金来源的合作研究"
    ),
    "regeneration": said("Regeneration", "地區重建", "地区重建"),
    "cpd_and_continuing_education": said("Continuing education", "持續進修", "继续教育"),
    "disclosures": said("Disclosures", "發明披露", "发明披露"),
    "spinoff_turnover": said("Turnover of spin-offs", "衍生企業的營業額", "衍生企业的营业额"),
    "spinoff_investment": said("Investment in spin-offs", "衍生企業獲得的投資", "衍生企业获得的投资"),
    "sme_turnover_and_independence": said(
        "SME by turnover and independence", "按營業額及獨立性界定的中小企業", "按营业额和独立性界定的中小企业"
    ),
    "social_community_cultural": said(
        "Social, community and cultural engagement", "社會、社區及文化參與", "社会、社区和文化参与"
    ),
    "events": said("Events", "活動", "活动"),
    "external_advisory_bodies": said("External advisory bodies", "校外諮詢機構", "外部咨询机构"),
    "patents_granted_by_country": said("Patents granted by place", "按地方的授權專利", "按地区的授权专利"),
    "spinoff_economically_active": said("Spin-offs with turnover", "有營業額的衍生企業", "有营业额的衍生企业"),
}
REASONS: Final[Sentences] = {
    "not_recorded": said("It is not recorded here.", "此處沒有記錄。", "此处没有记录。"),
    "day_unknown": said(
        "Only the calendar year of a receipt is known, and the return’s year is another.",
        "只知道收款的曆年，與填報年度不同。",
        "只知道收款的日历年，与填报年度不同。",
    ),
    "share_unknown": said(
        "Several organisations provide and no agreement states their shares.",
        "由多個機構提供，協議未列明份額。",
        "由多个机构提供，协议未列明份额。",
    ),
    "other_currency": said(
        "Money was received in other currencies; nothing is converted here.",
        "有其他貨幣的收款，此處不作換算。",
        "有其他币种的收款，此处不作换算。",
    ),
    "partner_not_stated": said(
        "The partner’s size at the contract’s date is not stated, or partners of several classes share it.",
        "未說明合作方在合約日期的規模，或合作方分屬不同類別。",
        "未说明合作方在合同日期的规模，或合作方分属不同类别。",
    ),
    "academic_only": said(
        "Collaboration between universities alone is left out.",
        "只有大學參與的合作不計算在內。",
        "仅有高校参与的合作不计算在内。",
    ),
    "no_public_funder": said(
        "No public body’s grant is recorded.", "沒有公共機構資助的紀錄。", "没有公共机构资助的记录。"
    ),
    "size_class_only": said(
        "The size class is recorded, turnover and independence are not.",
        "只記錄規模類別，沒有營業額及獨立性。",
        "只记录规模类别，没有营业额和独立性。",
    ),
    "grant_office_not_recorded": said(
        "The day of a grant is recorded, its office is not.",
        "只記錄授權日期，沒有授權局。",
        "只记录授权日期，没有授权局。",
    ),
    "hours_not_stated": said("A course does not state its hours.", "培訓沒有註明時數。", "培训没有注明学时。"),
    "charges_not_recorded": said(
        "What was charged for a session is not recorded.", "沒有記錄每次使用的收費。", "没有记录每次使用的收费。"
    ),
    "personal": said(
        "Who used it is personal data and is not handed on.",
        "使用者屬個人資料，不會提供。",
        "使用者属于个人信息，不予提供。",
    ),
    "eligible_not_recorded": said(
        "Which instruments are eligible (original value and funds) is not recorded.",
        "沒有記錄哪些儀器符合資格（原值及資金來源）。",
        "没有记录哪些仪器符合条件（原值和资金来源）。",
    ),
    "session_hours": said(
        "Hours are those from check-in to check-out: idle running within them is not recorded.",
        "機時由簽到至簽退計算，期間的空轉沒有記錄。",
        "机时从签到到签退计算，期间的空转没有记录。",
    ),
    "owner_not_stated": said(
        "Neither a co-owner nor a part by agreement is stated, so they are counted for nobody.",
        "沒有註明共有方或協議份額，因此不計入任何機構。",
        "没有注明共有方或协议份额，因此不计入任何机构。",
    ),
    "left_out": said(
        "They are confidential or under embargo.", "屬保密或在禁止公布期內。", "属于保密或在禁止公布期内。"
    ),
}
RATE: Final = said(
    "Response rate %(year)s: %(answered)s of %(asked)s answered",
    "%(year)s回覆率：%(asked)s項中%(answered)s項已回覆",
    "%(year)s回复率：%(asked)s项中%(answered)s项已回复",
)
Sheet = tuple[str, Sequence[str], list[list[str]]]


def sheets_of(made: Return, language: Language) -> list[Sheet]:
    """Each table with its name, head and cells; then how many answered, and what can't be filled."""
    found = [
        (TABLES[table.name][language], _heads(table.columns, language), [_cells(row, language) for row in table.rows])
        for table in made.tables
    ]
    return [
        *found,
        (TABLES["answers"][language], _heads(("year", "answered", "asked"), language), _answers(made.answers)),
        (TABLES["gaps"][language], _heads(("item", "reason", "count"), language), _gaps(made.gaps, language)),
    ]


def written(made: Return, ending: str, language: Language) -> bytes:
    """A return as a file: sections below each other as CSV, sheets as XLSX; no cell is ever a formula."""
    sheets = sheets_of(made, language)
    if ending == "xlsx":
        return write_sheets({_tab(name): (head, rows) for name, head, rows in sheets})
    if ending != "csv":
        raise Invalid.one("format", "choice")
    rows: list[Sequence[str]] = [[_years(made)]]
    for name, head, cells in sheets:
        rows += [[], [name], head, *cells]
    return write_csv([PROFILES[made.profile][language]], rows)


def rates_said(made: Return, language: Language) -> list[str]:
    """The response rate of each year, which stands beside every total (S-08)."""
    return [
        fill(
            RATE[language],
            {"year": _span(each.year), "answered": str(each.answered), "asked": str(each.asked)},
            language,
        )
        for each in made.answers
    ]


def _answers(found: Iterable[Answers]) -> list[list[str]]:
    return [[_span(each.year), str(each.answered), str(each.asked)] for each in found]


def _span(year: Year) -> str:
    return f"{year.first.isoformat()}/{year.last.isoformat()}"


def _years(made: Return) -> str:
    return ", ".join(map(_span, made.years))


def _heads(columns: Iterable[str], language: Language) -> list[str]:
    return [COLUMNS[name][language] for name in columns]


def _cells(row: Sequence[str | None], language: Language) -> list[str]:
    """Cells as text; the code of an item, which stands first, in words, and what can't be filled empty."""
    told = ["" if cell is None else cell for cell in row]
    return [ITEMS[each][language] if at == 0 and each in ITEMS else each for at, each in enumerate(told)]


def _gaps(gaps: Iterable[Gap], language: Language) -> list[list[str]]:
    return [
        [
            ITEMS[each.item][language] if each.item in ITEMS else each.item,
            REASONS[each.reason][language],
            "" if each.count is None else str(each.count),
        ]
        for each in gaps
    ]


def _tab(name: str) -> str:
    """A name that a sheet may bear: 31 characters, none of those that spreadsheets keep for themselves."""
    return "".join(" " if each in "[]:*?/\\" else each for each in name)[:31]
