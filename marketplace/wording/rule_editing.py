"""How administrators change permit rules: reasons against it, faults of a row, notices and history."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences, said

REFUSALS: Sentences = {
    "own_proposal": said(
        "You proposed this change yourself: another administrator has to agree to it or reject it.",
        "此項更改由你提出，須由另一位管理員同意或拒絕。",
        "此项更改由您提出，须由另一位管理员同意或拒绝。",
    ),
    "proposal_waits": said(
        "Another administrator’s proposal for this rule waits for a decision. It has to be agreed or rejected first.",
        "另一位管理員就此規則提出的更改仍待決定，須先同意或拒絕該項更改。",
        "另一位管理员就此规则提出的更改仍待决定，须先同意或拒绝该项更改。",
    ),
    "rule_changed": said(
        "The rule has changed meanwhile: you looked at version %(seen)s, and version %(newest)s is the newest now.",
        "規則在此期間已有變動：你所看的是第%(seen)s版，現時最新的是第%(newest)s版。",
        "规则在此期间已有变动：您所看的是第%(seen)s版，目前最新的是第%(newest)s版。",
    ),
}

FIELDS: Sentences = {
    "rule_row": said(
        "Line %(line)s: %(reason)s",
        "第%(line)s行：%(reason)s",
        "第%(line)s行：%(reason)s",
    ),
    "other_rule": said(
        "The row has to keep the id %(wanted)s: one rule is changed at a time.",
        "此列必須保留編號%(wanted)s：每次只可更改一項規則。",
        "该行必须保留编号%(wanted)s：每次只能更改一项规则。",
    ),
    "unchanged": said(
        "Nothing differs from the newest version.",
        "與最新版本並無分別。",
        "与最新版本没有差别。",
    ),
    "unconfirmed": said(
        "A background rule is confirmed with the day and the source: give both.",
        "確認背景規則時，必須填寫確認日期及來源。",
        "确认背景规则时，必须填写确认日期和来源。",
    ),
}

HISTORY: Sentences = {
    "permit_rule.changed": said(
        "entered version %(version)s: %(reason)s", "登錄第%(version)s版：%(reason)s", "录入第%(version)s版：%(reason)s"
    ),
    "permit_rule.proposed": said("proposed a change: %(reason)s", "提出更改：%(reason)s", "提出更改：%(reason)s"),
    "permit_rule.agreed": said(
        "agreed to a change, which is version %(version)s",
        "同意一項更改，成為第%(version)s版",
        "同意一项更改，成为第%(version)s版",
    ),
    "permit_rule.rejected": said(
        "rejected a change: %(reason)s", "拒絕一項更改：%(reason)s", "拒绝一项更改：%(reason)s"
    ),
    "permit_rule.file_changed": said(
        "The rule’s file changed; the change waits for an administrator",
        "規則檔案有變，更改待管理員決定",
        "规则文件有变，更改待管理员决定",
    ),
}

NOTICES: NoticeTexts = {
    "rule_proposed": {
        "en": (
            "%(who)s proposes a change of permit rule %(rule)s",
            "%(title)s: the change needs the word of another administrator. The reason: %(reason)s",
        ),
        "zh-Hant": (
            "%(who)s提出更改許可規則%(rule)s",
            "%(title)s：此項更改須由另一位管理員決定。理由：%(reason)s",
        ),
        "zh-Hans": (
            "%(who)s提出更改许可规则%(rule)s",
            "%(title)s：此项更改须由另一位管理员决定。理由：%(reason)s",
        ),
    },
    "rule_file_changed": {
        "en": (
            "The file of permit rule %(rule)s has changed",
            "%(title)s: an administrator’s version is the newest, so what the file says now waits for your word.",
        ),
        "zh-Hant": (
            "許可規則%(rule)s的檔案有變",
            "%(title)s：現時最新的是管理員登錄的版本，因此檔案的更改須待你決定。",
        ),
        "zh-Hans": (
            "许可规则%(rule)s的文件有变",
            "%(title)s：目前最新的是管理员录入的版本，因此文件的更改须待您决定。",
        ),
    },
    "rule_agreed": {
        "en": (
            "%(who)s agreed to your change of permit rule %(rule)s",
            "%(title)s: what you proposed is the newest version now.",
        ),
        "zh-Hant": ("%(who)s同意你對許可規則%(rule)s的更改", "%(title)s：你提出的更改現已成為最新版本。"),
        "zh-Hans": ("%(who)s同意您对许可规则%(rule)s的更改", "%(title)s：您提出的更改现已成为最新版本。"),
    },
    "rule_rejected": {
        "en": (
            "%(who)s rejected your change of permit rule %(rule)s",
            "%(title)s: the rule stays as it is. The reason: %(reason)s",
        ),
        "zh-Hant": ("%(who)s拒絕你對許可規則%(rule)s的更改", "%(title)s：規則維持不變。理由：%(reason)s"),
        "zh-Hans": ("%(who)s拒绝您对许可规则%(rule)s的更改", "%(title)s：规则维持不变。理由：%(reason)s"),
    },
}
