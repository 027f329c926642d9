"""What stays after an account is erased, and why: those who take their data along are told."""

from __future__ import annotations

from typing import Final

from marketplace.applications.models import Verb

# What an authority said on an application of an organisation is its record, and the organisation's.
DECISIONS: Final = frozenset({Verb.GRANT, Verb.REFUSE, Verb.REVOKE})

# Each names a list of the export. Impact assessments are kept three years at least (PIPL art 55-56, DAT-09).
KEPT: Final[tuple[dict[str, object], ...]] = (
    {
        "list": "applications",
        "why": {
            "en": (
                "What an organisation filed with an authority, what was decided, and the numbers, conditions and "
                "reasons of the decision stay as the record of both, without your name: each must be able to show them "
                "as long as the law asks. Of permits of your own only the course of the application stays."
            ),
            "zh-Hant": (
                "機構向主管當局提交的申請、審批結果及其編號、條件和理由，會作為雙方的紀錄保留，但不含你的姓名：在法律要求的"
                "期間內，雙方須能出示這些紀錄。屬於你個人的許可，只保留申請經過。"
            ),
            "zh-Hans": (
                "机构向主管部门提交的申请、审批结果及其编号、条件和理由，将作为双方的记录保留，但不含您的姓名：在法律要求的"
                "期限内，双方须能出示这些记录。属于您个人的许可，仅保留申请经过。"
            ),
        },
    },
    {
        "list": "application_files",
        "why": {
            "en": (
                "Papers of filings, duties done and decisions of an organisation stay without the name that you gave "
                "the file (on the mainland the record of an impact assessment is kept for at least three years)."
            ),
            "zh-Hant": (
                "機構的申請文件、履行責任的紀錄和審批文件會保留，但不含你為檔案所取的名稱"
                "（在內地，影響評估紀錄至少保存三年）。"
            ),
            "zh-Hans": (
                "机构的申请材料、履行义务的记录和审批文件将保留，但不含您为文件所取的名称"
                "（在内地，影响评估记录至少保存三年）。"
            ),
        },
    },
    {
        "list": "comparison_consents",
        "why": {
            "en": (
                "Whether your organisation consented to being compared with, and from when until when, stays as its "
                "record, without your name."
            ),
            "zh-Hant": "你的機構有否同意作對照及起訖時間，會作為機構的紀錄保留，但不含你的姓名。",
            "zh-Hans": "您的机构是否同意作对照及起止时间，将作为机构的记录保留，但不含您的姓名。",
        },
    },
    {
        "list": "collaboration_files",
        "why": {
            "en": (
                "Files that you shared in a collaboration, and what you wrote there for your organisation, belong to "
                "its parties and stay, without the name that you gave the file."
            ),
            "zh-Hant": (
                "你在合作項目中分享的檔案，以及代表機構所寫的內容，屬參與各方所有並會保留，但不含你為檔案所取的名稱。"
            ),
            "zh-Hans": (
                "您在合作项目中共享的文件，以及代表机构所写的内容，归参与各方所有并将保留，但不含您为文件所取的名称。"
            ),
        },
    },
)
