"""Sentences about people and organisations: why not, and what happened."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences, said

REFUSALS: Sentences = {
    "organisation_unverified": {
        "en": "%(organisation)s has not been verified yet. Until then it can draft and browse only.",
        "zh-Hant": "%(organisation)s尚未通過核實。在管理員核實之前，只可擬備草稿及瀏覽。",
        "zh-Hans": "%(organisation)s尚未通过核验。在管理员核验之前，只能起草和浏览。",
    },
    "organisation_suspended": {
        "en": "%(organisation)s is suspended at present.",
        "zh-Hant": "%(organisation)s目前已被暫停使用。",
        "zh-Hans": "%(organisation)s目前已被停用。",
    },
    "too_many_invitations": {
        "en": "%(most)s invitations are open already. Wait until some are accepted, or withdraw some.",
        "zh-Hant": "已有%(most)s份邀請尚待回覆，請待部分邀請獲接受，或先撤回部分邀請。",
        "zh-Hans": "已有%(most)s份邀请尚待回复，请待部分邀请被接受，或先撤回部分邀请。",
    },
    "too_many_waiting": {
        "en": "%(most)s organisations that you entered are not verified. Wait for an administrator first.",
        "zh-Hant": "你提交的機構中有%(most)s個尚未通過核實，請先等候管理員處理。",
        "zh-Hans": "您提交的机构中有%(most)s个尚未通过核验，请先等待管理员处理。",
    },
    "facts_changed": {
        "en": "The organisation has changed its details meanwhile. Look at them as they are now, then decide.",
        "zh-Hant": "機構已更改其資料，請先查閱現時的資料，再作決定。",
        "zh-Hans": "该机构已更改其资料，请先查看现在的资料，再作决定。",
    },
    "role_needs_agency": {
        "en": "Only an agency has officers.",
        "zh-Hant": "只有主管當局才有審批人員。",
        "zh-Hans": "只有主管部门才有经办人员。",
    },
    "last_manager": {
        "en": "An organisation keeps at least one manager. Make somebody else manager first.",
        "zh-Hant": "機構須至少保留一名管理成員，請先指定另一名管理成員。",
        "zh-Hans": "机构须至少保留一名管理成员，请先指定另一名管理成员。",
    },
    "sole_manager": {
        "en": "You are the only manager of %(organisation)s. Make somebody else manager there first.",
        "zh-Hant": "你是%(organisation)s唯一的管理成員，請先在該機構指定另一名管理成員。",
        "zh-Hans": "您是%(organisation)s唯一的管理成员，请先在该机构指定另一名管理成员。",
    },
    "bookings_ahead": {
        "en": "There are bookings of yours ahead: %(references)s. Cancel them first.",
        "zh-Hant": "你尚有未結束的預約：%(references)s，請先取消。",
        "zh-Hans": "您还有未结束的预约：%(references)s，请先取消。",
    },
    "verified_facts": {
        "en": "Name, kind, jurisdiction, control, parent and identifiers were verified: ask an administrator.",
        "zh-Hant": "名稱、類別、地區、控制權、上級機構及識別號碼已經核實，如須更改請聯絡管理員。",
        "zh-Hans": "名称、类别、地区、控制权、上级机构和识别号已经核验，如需更改请联系管理员。",
    },
    "zone_elsewhere": {
        "en": "This zone does not lie in the organisation's jurisdiction.",
        "zh-Hant": "此合作區不在該機構所屬地區。",
        "zh-Hans": "该合作区不在机构所属地区。",
    },
    "identifier_taken": {
        "en": "Another organisation already has the number %(value)s.",
        "zh-Hant": "號碼%(value)s已屬於另一機構。",
        "zh-Hans": "号码%(value)s已属于另一机构。",
    },
    "deputy_principal": {
        "en": "Only a host manager can be stood in for.",
        "zh-Hant": "只可為設施負責人指定代理人。",
        "zh-Hans": "只能为设施负责人指定代理人。",
    },
    "deputy_stranger": {
        "en": "The deputy must be a member of the organisation.",
        "zh-Hant": "代理人須為該機構的成員。",
        "zh-Hans": "代理人须为该机构的成员。",
    },
    "deputy_self": {
        "en": "Nobody can stand in for themselves.",
        "zh-Hant": "不可由本人代理自己。",
        "zh-Hans": "不能由本人代理自己。",
    },
    "deputy_days": {
        "en": "The last day must not come before the first.",
        "zh-Hant": "最後一天不可早於第一天。",
        "zh-Hans": "最后一天不能早于第一天。",
    },
    "deputy_past": {
        "en": "These days are over already.",
        "zh-Hant": "這段日期已經過去。",
        "zh-Hans": "这段日期已经过去。",
    },
    "deputy_long": {
        "en": "A deputy stands in for at most %(days)s days.",
        "zh-Hant": "代理期最長為%(days)s天。",
        "zh-Hans": "代理期最长为%(days)s天。",
    },
    "deputy_twice": {
        "en": "This person already stands in on some of these days.",
        "zh-Hant": "此人在其中部分日期已是代理人。",
        "zh-Hans": "此人在其中部分日期已是代理人。",
    },
    "deputy_by_deputy": {
        "en": "Who stands in for somebody names and ends no deputies. Ask a host manager.",
        "zh-Hant": "代理人不可委任代理人，亦不可終止他人的代理。請聯絡設施提供方的管理成員。",
        "zh-Hans": "代理人不能指定代理人，也不能终止他人的代理。请联系设施提供方的管理成员。",
    },
    "email_taken": {
        "en": "There is an account with this e-mail address already.",
        "zh-Hant": "此電郵地址已有帳戶。",
        "zh-Hans": "该邮箱已有账户。",
    },
    "invitation_elsewhere": {
        "en": "This invitation went to another e-mail address. Sign in with the account that has it.",
        "zh-Hant": "此邀請是發給另一電郵地址的，請以該地址的帳戶登入。",
        "zh-Hans": "该邀请发给了另一邮箱，请使用该邮箱的账户登录。",
    },
    "seeing_only": said(
        "You see the site as somebody else: nothing can be changed. Be yourself again first.",
        "你正以他人身分瀏覽：不能作任何更改。請先回復自己的身分。",
        "您正以他人身份浏览：不能作任何更改。请先恢复自己的身份。",
    ),
    "seeing_closed": said(
        "How this person signs in, and their keys, are shown to nobody else.",
        "此人的登入方式及密鑰不會向任何人顯示。",
        "此人的登录方式及密钥不会向任何人显示。",
    ),
    "seeing_over": said(
        "This person can no longer be seen as: you are yourself again, and nothing was changed.",
        "已不能再以此人身分瀏覽：你已回復自己的身分，沒有作任何更改。",
        "已不能再以此人身份浏览：您已恢复自己的身份，未作任何更改。",
    ),
    "seeing_overseer": said(
        "Nobody sees the site as an administrator or auditor.",
        "不能以管理員或審計員的身分瀏覽。",
        "不能以管理员或审计员的身份浏览。",
    ),
    "person_suspended": {
        "en": "This account is suspended. The mail about it gives the reason.",
        "zh-Hant": "此帳戶已被暫停使用，原因載於相關電郵。",
        "zh-Hans": "该账户已被停用，原因见相关邮件。",
    },
    "not_oneself": {
        "en": "Another administrator must do this for your own account.",
        "zh-Hant": "你的帳戶須由另一名管理員處理。",
        "zh-Hans": "您的账户须由另一名管理员处理。",
    },
    "scope_needs_administrator": {
        "en": "Only administrators can have a token with this scope.",
        "zh-Hant": "只有管理員可使用此權限範圍的權杖。",
        "zh-Hans": "只有管理员可使用该权限范围的令牌。",
    },
    "too_many_tokens": {
        "en": "You have %(most)s tokens that still work. End one first.",
        "zh-Hant": "你已有%(most)s個有效權杖，請先終止其中一個。",
        "zh-Hans": "您已有%(most)s个有效令牌，请先终止其中一个。",
    },
}

FIELDS: Sentences = {
    "email": {
        "en": "This is not an e-mail address.",
        "zh-Hant": "這不是有效的電郵地址。",
        "zh-Hans": "这不是有效的邮箱地址。",
    },
    "password_short": {
        "en": "Use at least %(shortest)s characters. Four or five words make a good password.",
        "zh-Hant": "最少須有%(shortest)s個字元。用四、五個詞語組成的密碼較好。",
        "zh-Hans": "至少须有%(shortest)s个字符。用四五个词语组成的密码较好。",
    },
    "password_long": {
        "en": "Use at most %(longest)s characters.",
        "zh-Hant": "最多可用%(longest)s個字元。",
        "zh-Hans": "最多可用%(longest)s个字符。",
    },
    "password_guessable": {
        "en": "This is easy to guess: it is made of common words, years, runs of the keyboard or repetitions.",
        "zh-Hant": "此密碼容易被猜中：它由常見詞語、年份、鍵盤順序或重複字元組成。",
        "zh-Hans": "该密码容易被猜中：它由常见词语、年份、键盘顺序或重复字符组成。",
    },
    "password_personal": {
        "en": "This is easy to guess for those who know your name or address.",
        "zh-Hant": "認識你姓名或電郵地址的人容易猜中此密碼。",
        "zh-Hans": "知道您姓名或邮箱的人容易猜中该密码。",
    },
    "password_wrong": {
        "en": "This is not your password.",
        "zh-Hant": "密碼不正確。",
        "zh-Hans": "密码不正确。",
    },
    "code_wrong": {
        "en": "This code is wrong or was used already. Wait for the next one.",
        "zh-Hant": "驗證碼不正確或已經用過，請等候下一個。",
        "zh-Hans": "验证码不正确或已使用过，请等待下一个。",
    },
    "consent": {
        "en": "Please confirm that you have read this.",
        "zh-Hant": "請確認你已閱讀。",
        "zh-Hans": "请确认您已阅读。",
    },
    "time_zone": {
        "en": "This time zone is not known here.",
        "zh-Hant": "不認識此時區。",
        "zh-Hans": "无法识别该时区。",
    },
    "website": {
        "en": "Write a web address such as https://www.example.org.",
        "zh-Hant": "請填寫網址，例如https://www.example.org。",
        "zh-Hans": "请填写网址，例如https://www.example.org。",
    },
    "unknown": {
        "en": "This is not one of those to choose from.",
        "zh-Hant": "此項不在可選範圍內。",
        "zh-Hans": "该项不在可选范围内。",
    },
    "parent": {
        "en": "There is no such organisation, or it is part of this one.",
        "zh-Hant": "沒有此機構，或此機構隸屬於目前的機構。",
        "zh-Hans": "没有该机构，或该机构隶属于当前机构。",
    },
    "agency_only": {
        "en": "Only an agency stands for an authority.",
        "zh-Hant": "只有主管當局可對應一個政府部門。",
        "zh-Hans": "只有主管部门可对应一个政府机关。",
    },
    "lifetime": {
        "en": "Choose how long the token works.",
        "zh-Hant": "請選擇權杖的有效期。",
        "zh-Hans": "请选择令牌的有效期。",
    },
}

HISTORY: Sentences = {
    "person.signed_up": {"en": "signed up", "zh-Hant": "註冊了帳戶", "zh-Hans": "注册了账户"},
    "person.changed": {"en": "changed their details", "zh-Hant": "更改了個人資料", "zh-Hans": "更改了个人信息"},
    "person.password_reset": {
        "en": "set a new password by a mailed link",
        "zh-Hant": "透過電郵連結重設了密碼",
        "zh-Hans": "通过邮件链接重设了密码",
    },
    "person.password_changed": {"en": "changed the password", "zh-Hant": "更改了密碼", "zh-Hans": "更改了密码"},
    "person.email_changed": {
        "en": "changed the e-mail address",
        "zh-Hant": "更改了電郵地址",
        "zh-Hans": "更改了邮箱",
    },
    "person.second_factor_on": {
        "en": "turned the second factor on",
        "zh-Hant": "啟用了雙重驗證",
        "zh-Hans": "启用了两步验证",
    },
    "person.second_factor_off": {
        "en": "turned the second factor off",
        "zh-Hant": "停用了雙重驗證",
        "zh-Hans": "停用了两步验证",
    },
    "person.recovery_codes_renewed": {
        "en": "drew new recovery codes",
        "zh-Hant": "更新了備用碼",
        "zh-Hans": "更新了备用码",
    },
    "person.token_issued": {
        "en": "made an API token (scope %(scope)s)",
        "zh-Hant": "建立了API權杖（權限範圍：%(scope)s）",
        "zh-Hans": "创建了API令牌（权限范围：%(scope)s）",
    },
    "person.token_ended": {"en": "ended an API token", "zh-Hant": "終止了API權杖", "zh-Hans": "终止了API令牌"},
    "person.seen_as": said(
        "saw the site as this person until %(until)s at the latest: %(reason)s",
        "以此人身分瀏覽，最遲至%(until)s：%(reason)s",
        "以此人身份浏览，最迟至%(until)s：%(reason)s",
    ),
    "person.seen_as_ended": said("no longer sees the site as this person", "不再以此人身分瀏覽", "不再以此人身份浏览"),
    "person.suspended": {
        "en": "suspended the account: %(reason)s",
        "zh-Hant": "暫停了帳戶：%(reason)s",
        "zh-Hans": "停用了账户：%(reason)s",
    },
    "person.readmitted": {
        "en": "readmitted the account: %(reason)s",
        "zh-Hant": "恢復了帳戶：%(reason)s",
        "zh-Hans": "恢复了账户：%(reason)s",
    },
    "person.role_changed": {
        "en": "changed the role on the platform: %(reason)s",
        "zh-Hant": "更改了平台角色：%(reason)s",
        "zh-Hans": "更改了平台角色：%(reason)s",
    },
    "person.erased": {"en": "deleted the account", "zh-Hant": "刪除了帳戶", "zh-Hans": "注销了账户"},
    "organisation.created": {"en": "entered the organisation", "zh-Hant": "登記了機構", "zh-Hans": "登记了机构"},
    "organisation.changed": {
        "en": "changed the organisation's details",
        "zh-Hant": "更改了機構資料",
        "zh-Hans": "更改了机构信息",
    },
    "organisation.verified": {
        "en": "verified the organisation",
        "zh-Hant": "核實了機構",
        "zh-Hans": "核验通过了机构",
    },
    "organisation.refused": {
        "en": "refused the organisation: %(reason)s",
        "zh-Hant": "不予核實：%(reason)s",
        "zh-Hans": "核验未通过：%(reason)s",
    },
    "organisation.suspended": {
        "en": "suspended the organisation: %(reason)s",
        "zh-Hant": "暫停了機構：%(reason)s",
        "zh-Hans": "停用了机构：%(reason)s",
    },
    "organisation.readmitted": {
        "en": "readmitted the organisation: %(reason)s",
        "zh-Hant": "恢復了機構：%(reason)s",
        "zh-Hans": "恢复了机构：%(reason)s",
    },
    "organisation.invited": {
        "en": "invited %(email)s",
        "zh-Hant": "邀請了%(email)s",
        "zh-Hans": "邀请了%(email)s",
    },
    "organisation.invitation_withdrawn": {
        "en": "withdrew an invitation",
        "zh-Hant": "撤回了邀請",
        "zh-Hans": "撤回了邀请",
    },
    "organisation.invitation_declined": {
        "en": "declined an invitation",
        "zh-Hant": "謝絕了邀請",
        "zh-Hans": "谢绝了邀请",
    },
    "organisation.member_joined": {
        "en": "joined the organisation",
        "zh-Hant": "加入了機構",
        "zh-Hans": "加入了机构",
    },
    "organisation.roles_changed": {
        "en": "changed a member's roles",
        "zh-Hant": "更改了成員的角色",
        "zh-Hans": "更改了成员的角色",
    },
    "organisation.member_left": {
        "en": "ended a membership",
        "zh-Hant": "終止了成員身分",
        "zh-Hans": "终止了成员身份",
    },
    "organisation.deputy_named": {
        "en": "named a deputy from %(starts_on)s to %(ends_on)s",
        "zh-Hant": "指定了代理人，由%(starts_on)s至%(ends_on)s",
        "zh-Hans": "指定了代理人，自%(starts_on)s至%(ends_on)s",
    },
    "organisation.deputy_ended": {
        "en": "ended a deputy's days",
        "zh-Hant": "終止了代理",
        "zh-Hans": "终止了代理",
    },
}
