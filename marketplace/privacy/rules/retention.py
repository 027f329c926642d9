"""What the law has kept although its subject is erased: for how long, from when, and by which law."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of the plan of retention. `lists` are those of the export that it is about; years from `start`."""

    code: str
    lists: frozenset[str]
    years: str
    law: str
    what: Mapping[str, str]
    start: Mapping[str, str]


def _said(en: str, hant: str, hans: str) -> dict[str, str]:
    return {"en": en, "zh-Hant": hant, "zh-Hans": hans}


RETENTION: Final[tuple[Kept, ...]] = (
    Kept(
        "bookings",
        frozenset({"bookings", "travels"}),
        "HK 7, CN 10-30, MO 5",
        "HK Inland Revenue Ordinance s. 51C; CN Accounting Records Rules; MO Commercial Code",
        _said(
            "Bookings, under a pseudonym, as business records of both sides",
            "預約紀錄（以代號表示），屬雙方的業務紀錄",
            "预约记录（以代号表示），属双方的业务记录",
        ),
        _said("the end of the booking", "預約結束", "预约结束"),
    ),
    Kept(
        "export_papers",
        frozenset({"applications", "application_files", "application_steps"}),
        "5",
        "CN Export Control Regulations on Dual-Use Items (2024)",
        _said(
            "Papers of applications and permits, without the name",
            "許可申請及批文的文件（不含姓名）",
            "许可申请及批文的材料（不含姓名）",
        ),
        _said("the decision", "作出決定", "作出决定"),
    ),
    Kept(
        "impact_assessments",
        frozenset({"application_files"}),
        "3",
        "PIPL art 55-56",
        _said("Records of impact assessments", "影響評估紀錄", "影响评估记录"),
        _said("the assessment", "完成評估", "完成评估"),
    ),
    Kept(
        "collaborations",
        frozenset({"collaboration_files", "outcomes", "outcome_versions", "comparison_consents"}),
        "HK 7, CN 10-30, MO 5",
        "as for bookings",
        _said(
            "What was said for an organisation in collaborations and outcomes, under a pseudonym",
            "代表機構在合作項目及成果中所作的陳述（以代號表示）",
            "代表机构在合作项目及成果中所作的陈述（以代号表示）",
        ),
        _said("the end of the collaboration", "合作結束", "合作结束"),
    ),
    Kept(
        "history",
        frozenset({"history"}),
        "-",
        "PDPO DPP4; PIPL art 51",
        _said(
            "That something happened and when: the chain keeps ids and digests; names and words are erased",
            "事件及其時間：紀錄鏈只保留編號及摘要，姓名及文字均會刪除",
            "事件及其时间：记录链只保留编号及摘要，姓名及文字均会删除",
        ),
        _said("the event", "事件發生", "事件发生"),
    ),
)


def kept_of(lists: Collection[str]) -> list[Kept]:
    """The rows that are about somebody of whom these lists of the export hold anything."""
    held = set(lists)
    return [row for row in RETENTION if row.lists & held]
