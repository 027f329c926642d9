"""Words of the vault: what entries are, how they stand, what is wrong with one, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from marketplace.values.localized import Language
from marketplace.wording.dictionary import NoticeTexts, Sentences, said

Names = Mapping[str, Mapping[Language, str]]

KIND_NAMES: Final[Names] = {
    "permit": said("Permit", "許可", "许可"),
    "licence": said("Licence", "許可證", "许可证"),
    "approval": said("Approval", "批准", "批准"),
    "certificate": said("Certificate", "證書", "证书"),
    "accreditation": said("Accreditation", "認可資格", "认可资格"),
    "registration": said("Registration", "登記", "登记"),
    "filing": said("Filing", "備案", "备案"),
    "letter_of_intent": said("Letter of intent", "意向書", "意向书"),
    "whitelist": said("White list", "白名單", "白名单"),
    "training": said("Training", "培訓", "培训"),
}
# The word, the tone and the shape of each standing.
STANDINGS: Final[Mapping[str, tuple[Mapping[Language, str], str, str]]] = {
    "unverified": (said("Not verified yet", "尚待核實", "尚待核实"), "amber", "ring"),
    "rejected": (said("Not accepted", "未獲接納", "未被接受"), "vermilion", "cross"),
    "revoked": (said("Revoked", "已撤銷", "已撤销"), "vermilion", "cross"),
    "used_up": (said("Used up", "額度已用完", "额度已用完"), "", "square"),
    "ended": (said("Expired", "已過期", "已过期"), "", "clock"),
    "coming": (said("Begins later", "尚未生效", "尚未生效"), "", "dashed"),
    "ending": (said("Ends soon", "即將到期", "即将到期"), "amber", "triangle"),
    "valid": (said("Valid", "有效", "有效"), "jade", "check"),
}
EFFECTS: Final[Names] = {
    "replaces": said("no new approval needed", "無須再申請", "无需再申请"),
    "shortens": said("shortens the procedure", "縮短程序", "缩短程序"),
    "prioritises": said("handled first", "優先處理", "优先办理"),
    "evidence": said("counts as evidence", "可作證明", "可作为证明"),
}
BASES: Final[Names] = {
    "same_rule": said("approval under the same rule", "同一規則下的批准", "同一规则下的批准"),
    "recognised": said("recognised by the rule", "獲該規則承認", "获该规则承认"),
    "condition": said("condition of the rule", "該規則的條件", "该规则的条件"),
}
LISTED_FOR: Final[Names] = {
    "watchlist": said("Export-control watch list", "出口管制關注名單", "出口管制关注名单"),
    "export_penalty": said("Export-control penalty", "出口管制處罰", "出口管制处罚"),
    "other": said("Other list", "其他名單", "其他名单"),
}
MATCH_STATES: Final[Mapping[str, tuple[Mapping[Language, str], str, str]]] = {
    "open": (said("To review", "待覆核", "待复核"), "amber", "ring"),
    "cleared": (said("Not the party", "並非該方", "并非该方"), "", "check"),
    "confirmed": (said("Confirmed", "已確認", "已确认"), "vermilion", "triangle"),
}

REFUSALS: Sentences = {
    "vault_own_entry": said(
        "Nobody verifies what they hold or entered themselves; somebody else must look at it.",
        "不能核實自己持有或自己輸入的證照，須由其他人核實。",
        "不能核实自己持有或自己录入的证照，须由他人核实。",
    ),
    "vault_changed_since": said(
        "The entry was changed since you looked at it. Please look again.",
        "你查看後，此證照已被更改，請重新查看。",
        "您查看后，该证照已被修改，请重新查看。",
    ),
    "vault_no_volume": said(
        "This entry has no volume that could be used up.", "此證照沒有數量限額。", "该证照没有数量限额。"
    ),
    "vault_volume_short": said(
        "Only %(left)s %(unit)s are left.", "只剩%(left)s %(unit)s。", "仅剩%(left)s %(unit)s。"
    ),
}
FIELDS: Sentences = {
    "vault_owner": said(
        "Say whose it is: one organisation or one person.",
        "請說明持有人：一個機構或一名人士。",
        "请说明持有人：一个机构或一名个人。",
    ),
    "vault_owner_stays": said("The owner can’t be changed.", "持有人不可更改。", "持有人不可更改。"),
    "vault_not_of_kind": said(
        "This does not go with that kind of entry.", "此項不適用於該類別。", "此项不适用于该类别。"
    ),
    "vault_rule_unknown": said("There is no such rule.", "沒有這項規則。", "没有这条规则。"),
    "vault_list_unknown": said("No rule names that list.", "沒有規則提及該名單。", "没有规则提及该名单。"),
    "vault_never_held": said(
        "Nobody holds an approval under that rule.", "該規則下沒有可持有的批准。", "该规则下没有可持有的批准。"
    ),
    "vault_of_people": said(
        "It is people who hold this one, not organisations.",
        "此類證照由個人持有，並非機構。",
        "此类证照由个人持有，而非机构。",
    ),
    "vault_of_organisations": said(
        "It is organisations that hold this one, not people.",
        "此類證照由機構持有，並非個人。",
        "此类证照由机构持有，而非个人。",
    ),
    "vault_days": said("The last day lies before the first.", "最後一天早於第一天。", "最后一天早于第一天。"),
    "vault_past": said("That day is over already.", "該日期已過。", "该日期已过。"),
    "vault_volume": said(
        "Give a number above nought with three decimal places at most.",
        "請輸入大於零的數字，最多三位小數。",
        "请输入大于零的数字，最多三位小数。",
    ),
    "vault_number": said("This is not a number.", "這不是數字。", "这不是数字。"),
    "vault_scope_unknown": said(
        "The rule does not look at this. It looks at: %(known)s.",
        "該規則不考慮此項。它考慮：%(known)s。",
        "该规则不考虑此项。它考虑：%(known)s。",
    ),
    "vault_scope_bound": said(
        "Give the number that it goes up to, under the name “max”.",
        "請以「max」為名給出上限數字。",
        "请以“max”为名给出上限数字。",
    ),
    "vault_scope_shape": said(
        "Write one line for each: the fact, an equals sign, and what is allowed.",
        "每行一項：事實名稱、等號及容許的內容。",
        "每行一项：事实名称、等号及允许的内容。",
    ),
    "vault_party_unknown": said(
        "“%(slug)s” is no organisation here.", "「%(slug)s」並非本平台的機構。", "“%(slug)s”不是本平台的机构。"
    ),
    "screening_name_short": said(
        "Give at least two letters of each name beside its legal form.",
        "除公司形式外，每個名稱至少要有兩個字。",
        "除公司形式外，每个名称至少要有两个字。",
    ),
    "screening_number_short": said(
        "Give at least four characters of each number.", "每個號碼至少要有四個字元。", "每个号码至少要有四个字符。"
    ),
}
HISTORY: Sentences = {
    "vault.entered": said("entered it into the vault", "輸入證照庫", "录入证照库"),
    "vault.granted": said("granted it; it is verified by that", "批出，並因此獲得核實", "批出，并因此获得核实"),
    "vault.changed": said("changed the entry", "更改紀錄", "修改记录"),
    "vault.removed": said("took the entry away", "移除紀錄", "移除记录"),
    "vault.verified": said("verified it", "核實", "核实"),
    "vault.rejected": said("did not accept it: %(reason)s", "不予接納：%(reason)s", "不予接受：%(reason)s"),
    "vault.revoked": said("revoked it: %(reason)s", "撤銷：%(reason)s", "撤销：%(reason)s"),
    "vault.used": said("used %(amount)s %(unit)s of it", "使用%(amount)s %(unit)s", "使用%(amount)s %(unit)s"),
    "vault.ended": said("noticed that its last day is over", "確認有效期已屆滿", "确认有效期已届满"),
    "screening.entered": said("put the party on the list", "將該方列入名單", "将该方列入名单"),
    "screening.changed": said("changed the party’s entry", "更改該方的紀錄", "修改该方的记录"),
    "screening.confirmed": said("confirmed the match: %(reason)s", "確認吻合：%(reason)s", "确认吻合：%(reason)s"),
    "screening.cleared": said(
        "said that it is not the party: %(reason)s", "認為並非該方：%(reason)s", "认为并非该方：%(reason)s"
    ),
}
NOTICES: NoticeTexts = {
    "vault_verified": {
        "en": ("Verified: %(what)s", "The entry “%(what)s” of your vault is verified. From now on it counts."),
        "zh-Hant": ("已核實：%(what)s", "證照庫中的「%(what)s」已獲核實，由現在起計算在內。"),
        "zh-Hans": ("已核实：%(what)s", "证照库中的“%(what)s”已获核实，从现在起计算在内。"),
    },
    "vault_rejected": {
        "en": (
            "Not accepted: %(what)s",
            "The entry “%(what)s” of your vault could not be verified: %(reason)s\n\nYou can put it right.",
        ),
        "zh-Hant": (
            "未獲接納：%(what)s",
            "證照庫中的「%(what)s」未能核實：%(reason)s\n\n你可更正後再交。",
        ),
        "zh-Hans": (
            "未被接受：%(what)s",
            "证照库中的“%(what)s”未能核实：%(reason)s\n\n您可更正后重新提交。",
        ),
    },
    "vault_revoked": {
        "en": (
            "Revoked: %(what)s",
            "The entry “%(what)s” of your vault is revoked: %(reason)s\n\nBookings that lean on it may need it again.",
        ),
        "zh-Hant": (
            "已撤銷：%(what)s",
            "證照庫中的「%(what)s」已被撤銷：%(reason)s\n\n依賴它的預約可能須重新申請。",
        ),
        "zh-Hans": (
            "已撤销：%(what)s",
            "证照库中的“%(what)s”已被撤销：%(reason)s\n\n依赖它的预约可能须重新申请。",
        ),
    },
    "vault_ending": {
        "en": (
            "Ends soon: %(what)s",
            "“%(what)s” in your vault holds until %(day)s. Renew it in time and enter the new one.",
        ),
        "zh-Hant": ("即將到期：%(what)s", "證照庫中的「%(what)s」有效至%(day)s。請及早續期，並輸入新證照。"),
        "zh-Hans": ("即将到期：%(what)s", "证照库中的“%(what)s”有效至%(day)s。请及早续期，并录入新证照。"),
    },
    "vault_ended": {
        "en": (
            "Expired: %(what)s",
            "“%(what)s” in your vault has expired. Bookings that lean on it may need a new one.",
        ),
        "zh-Hant": ("已過期：%(what)s", "證照庫中的「%(what)s」已過期，依賴它的預約可能須重新申請。"),
        "zh-Hans": ("已过期：%(what)s", "证照库中的“%(what)s”已过期，依赖它的预约可能须重新申请。"),
    },
    "screening_found": {
        "en": (
            "Screening: matches to review",
            "The screening list found something alike here (%(n)s). Look at it and say whether it is the party.",
        ),
        "zh-Hant": ("篩查：有待覆核", "篩查名單找到相似的對象（%(n)s項），請查看並判斷是否該方。"),
        "zh-Hans": ("筛查：有待复核", "筛查名单找到相似的对象（%(n)s项），请查看并判断是否该方。"),
    },
}
CHOICES: Sentences = {
    "vault_verified": said("An entry of the vault is verified", "證照獲核實", "证照获核实"),
    "vault_ending": said("An entry of the vault ends soon", "證照即將到期", "证照即将到期"),
}
