"""What people are told about their accounts and organisations, and which of it they may do without by mail."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences

NOTICES: NoticeTexts = {
    "sign_up": {
        "en": (
            "Finish signing up",
            "Somebody, we hope you, asked for an account with this address. Open the link to choose your name and "
            "password. It works once, for a day.\n\nIf it was not you, do nothing: there is no account yet.",
        ),
        "zh-Hant": (
            "完成註冊",
            "有人（希望是你）以此電郵地址申請帳戶。請開啟連結，填寫姓名並設定密碼。連結只可使用一次，一天內有效。\n\n"
            "如非你本人申請，無須理會，帳戶尚未建立。",
        ),
        "zh-Hans": (
            "完成注册",
            "有人（希望是您）用该邮箱申请账户。请打开链接，填写姓名并设置密码。链接仅可使用一次，一天内有效。\n\n"
            "如非您本人申请，无需理会，账户尚未创建。",
        ),
    },
    "sign_up_known": {
        "en": (
            "You already have an account",
            "Somebody, perhaps you, asked for an account with this address. You have one already. If you no longer "
            "know the password, the link sets a new one; it works once, for an hour.\n\nIf it was not you, do nothing.",
        ),
        "zh-Hant": (
            "你已有帳戶",
            "有人（也許是你）以此電郵地址申請帳戶，但你已有帳戶。如忘記密碼，可透過連結重設；連結只可使用一次，"
            "一小時內有效。\n\n如非你本人申請，無須理會。",
        ),
        "zh-Hans": (
            "您已有账户",
            "有人（也许是您）用该邮箱申请账户，但您已有账户。如忘记密码，可通过链接重设；链接仅可使用一次，"
            "一小时内有效。\n\n如非您本人申请，无需理会。",
        ),
    },
    "reset": {
        "en": (
            "Set a new password",
            "Somebody, we hope you, asked for a new password. Open the link to set it. It works once, for an hour.\n\n"
            "If it was not you, do nothing: your password stays as it is.",
        ),
        "zh-Hant": (
            "重設密碼",
            "有人（希望是你）要求重設密碼。請開啟連結設定新密碼。連結只可使用一次，一小時內有效。\n\n"
            "如非你本人要求，無須理會，密碼維持不變。",
        ),
        "zh-Hans": (
            "重设密码",
            "有人（希望是您）要求重设密码。请打开链接设置新密码。链接仅可使用一次，一小时内有效。\n\n"
            "如非您本人要求，无需理会，密码保持不变。",
        ),
    },
    "reset_unknown": {
        "en": (
            "There is no account with this address",
            "Somebody, perhaps you, asked for a new password for this address. There is no account with it; perhaps "
            "you signed up with another one. The link leads to signing up.\n\nIf it was not you, do nothing.",
        ),
        "zh-Hant": (
            "此電郵地址沒有帳戶",
            "有人（也許是你）要求為此電郵地址重設密碼，但此地址沒有帳戶，你可能以另一地址註冊。可透過連結註冊。\n\n"
            "如非你本人要求，無須理會。",
        ),
        "zh-Hans": (
            "该邮箱没有账户",
            "有人（也许是您）要求为该邮箱重设密码，但该邮箱没有账户，您可能使用了另一邮箱注册。可通过链接注册。\n\n"
            "如非您本人要求，无需理会。",
        ),
    },
    "change_email": {
        "en": (
            "Confirm your new e-mail address",
            "Open the link to use this address for your account from now on. It works once, for a day.",
        ),
        "zh-Hant": ("確認新的電郵地址", "請開啟連結，以後你的帳戶將使用此電郵地址。連結只可使用一次，一天內有效。"),
        "zh-Hans": ("确认新邮箱", "请打开链接，今后您的账户将使用该邮箱。链接仅可使用一次，一天内有效。"),
    },
    "email_in_use": {
        "en": (
            "This address already has an account",
            "Somebody wanted to use this address for another account. It stays with yours; nothing was changed.",
        ),
        "zh-Hant": ("此電郵地址已有帳戶", "有人想把此電郵地址用於另一帳戶。地址仍屬於你的帳戶，沒有任何更改。"),
        "zh-Hans": ("该邮箱已有账户", "有人想把该邮箱用于另一账户。邮箱仍属于您的账户，没有任何更改。"),
    },
    "email_changed": {
        "en": (
            "Your e-mail address was changed",
            "Your account now uses another e-mail address, and this one no longer opens it.\n\nIf it was not you, "
            "write to us at once.",
        ),
        "zh-Hant": (
            "你的電郵地址已更改",
            "你的帳戶現已改用另一電郵地址，不可再以此地址登入。\n\n如非你本人更改，請立即聯絡我們。",
        ),
        "zh-Hans": (
            "您的邮箱已更改",
            "您的账户现已改用另一邮箱，不能再用该邮箱登录。\n\n如非您本人更改，请立即联系我们。",
        ),
    },
    "password_changed": {
        "en": (
            "Your password was changed",
            "Browsers signed out: %(sessions)s. API tokens that go on working: %(tokens)s; end those you do not "
            'know.\n\nIf it was not you, set a new password at once by "forgotten password": that ends them all.',
        ),
        "zh-Hant": (
            "你的密碼已更改",
            "已登出的瀏覽器：%(sessions)s個。仍然有效的API權杖：%(tokens)s個，請終止不明的權杖。\n\n"
            "如非你本人更改，請立即以「忘記密碼」重設密碼，所有權杖將一併終止。",
        ),
        "zh-Hans": (
            "您的密码已更改",
            "已退出的浏览器：%(sessions)s个。仍然有效的API令牌：%(tokens)s个，请终止不明的令牌。\n\n"
            "如非您本人更改，请立即通过“忘记密码”重设密码，所有令牌将一并终止。",
        ),
    },
    "password_reset": {
        "en": (
            "Your password was set anew",
            "By a link that we mailed to you. Browsers signed out: %(sessions)s. API tokens ended: %(tokens)s. Links "
            "mailed before no longer work. Calendar feeds go on; replace their addresses if somebody else may know "
            "them.\n\nIf it was not you, somebody reads your mail: secure it first, then set another password.",
        ),
        "zh-Hant": (
            "你的密碼已重設",
            "密碼已透過寄給你的連結重設。已登出的瀏覽器：%(sessions)s個。已終止的API權杖：%(tokens)s個。"
            "之前寄出的連結已失效。日曆訂閱不受影響，如他人可能知悉其網址，請更換。\n\n"
            "如非你本人重設，可能有人讀取你的電郵：請先保護電郵，再設定另一密碼。",
        ),
        "zh-Hans": (
            "您的密码已重设",
            "密码已通过寄给您的链接重设。已退出的浏览器：%(sessions)s个。已终止的API令牌：%(tokens)s个。"
            "之前寄出的链接已失效。日历订阅不受影响，如他人可能知道其网址，请更换。\n\n"
            "如非您本人重设，可能有人读取您的邮箱：请先保护邮箱，再设置另一密码。",
        ),
    },
    "second_factor_on": {
        "en": ("The second factor is on", "From now on signing in also asks for a code from your application."),
        "zh-Hant": ("已啟用雙重驗證", "以後登入時亦須輸入應用程式上的驗證碼。"),
        "zh-Hans": ("已启用两步验证", "今后登录时还须输入应用上的验证码。"),
    },
    "second_factor_off": {
        "en": (
            "The second factor is off",
            "Signing in asks for your password alone.\n\nIf it was not you, change your password at once.",
        ),
        "zh-Hant": ("已停用雙重驗證", "登入時只須輸入密碼。\n\n如非你本人操作，請立即更改密碼。"),
        "zh-Hans": ("已停用两步验证", "登录时只需输入密码。\n\n如非您本人操作，请立即更改密码。"),
    },
    "token_issued": {
        "en": (
            "An API token was made: %(name)s",
            "Programs that have it can act for you. If it was not you, end it at once and change your password.",
        ),
        "zh-Hant": ("已建立API權杖：%(name)s", "持有此權杖的程式可代你操作。如非你本人建立，請立即終止並更改密碼。"),
        "zh-Hans": ("已创建API令牌：%(name)s", "持有该令牌的程序可代您操作。如非您本人创建，请立即终止并更改密码。"),
    },
    "account_erased": {
        "en": (
            "Your account was deleted",
            "Your name, address and sign-in are erased. What you booked stays under a pseudonym that leads nowhere.",
        ),
        "zh-Hant": ("你的帳戶已刪除", "你的姓名、電郵地址及登入資料已清除。預約紀錄以無法追溯的代號保留。"),
        "zh-Hans": ("您的账户已注销", "您的姓名、邮箱和登录信息已清除。预约记录以无法追溯的代号保留。"),
    },
    "person_seen_as": {
        "en": (
            "An administrator saw the site as you see it",
            "For a short while, changing nothing, and without your password, second factor or keys. "
            "The reason: %(reason)s",
        ),
        "zh-Hant": (
            "管理員曾以你的身分瀏覽網站",
            "時間有限，不能作任何更改，亦看不到你的密碼、雙重驗證及密鑰。原因：%(reason)s",
        ),
        "zh-Hans": (
            "管理员曾以您的身份浏览网站",
            "时间有限，不能作任何更改，也看不到您的密码、两步验证及密钥。原因：%(reason)s",
        ),
    },
    "person_suspended": {
        "en": ("Your account is suspended", "An administrator suspended your account. The reason: %(reason)s"),
        "zh-Hant": ("你的帳戶已被暫停使用", "管理員暫停了你的帳戶。原因：%(reason)s"),
        "zh-Hans": ("您的账户已被停用", "管理员停用了您的账户。原因：%(reason)s"),
    },
    "person_readmitted": {
        "en": ("Your account works again", "An administrator ended the suspension: %(reason)s"),
        "zh-Hant": ("你的帳戶已恢復使用", "管理員已解除暫停：%(reason)s"),
        "zh-Hans": ("您的账户已恢复使用", "管理员已解除停用：%(reason)s"),
    },
    "platform_role_changed": {
        "en": ("Your role on the platform was changed", "Sign in anew to use it. The reason: %(reason)s"),
        "zh-Hant": ("你的平台角色已更改", "請重新登入。原因：%(reason)s"),
        "zh-Hans": ("您的平台角色已更改", "请重新登录。原因：%(reason)s"),
    },
    "organisation_verified": {
        "en": ("%(organisation)s is verified", "Its members can now publish listings and book."),
        "zh-Hant": ("%(organisation)s已通過核實", "成員現在可以刊登設施及預約。"),
        "zh-Hans": ("%(organisation)s已通过核验", "成员现在可以发布设施和预约。"),
    },
    "organisation_refused": {
        "en": (
            "%(organisation)s could not be verified",
            "The reason: %(reason)s\n\nCorrect its details; saving them submits it anew.",
        ),
        "zh-Hant": ("%(organisation)s未能通過核實", "原因：%(reason)s\n\n請更正資料，儲存後即重新提交。"),
        "zh-Hans": ("%(organisation)s未通过核验", "原因：%(reason)s\n\n请更正信息，保存后即重新提交。"),
    },
    "organisation_suspended": {
        "en": ("%(organisation)s is suspended", "It can neither publish nor book. The reason: %(reason)s"),
        "zh-Hant": ("%(organisation)s已被暫停使用", "暫不可刊登或預約。原因：%(reason)s"),
        "zh-Hans": ("%(organisation)s已被停用", "暂不能发布或预约。原因：%(reason)s"),
    },
    "organisation_readmitted": {
        "en": ("%(organisation)s is readmitted", "It can publish and book again: %(reason)s"),
        "zh-Hant": ("%(organisation)s已恢復使用", "可再次刊登及預約：%(reason)s"),
        "zh-Hans": ("%(organisation)s已恢复使用", "可再次发布和预约：%(reason)s"),
    },
    "invitation": {
        "en": (
            "%(inviter)s invites you to %(organisation)s",
            "Accept to book or list for %(organisation)s. The invitation stands for two weeks.\n\nIf you do not know "
            "them, do nothing.",
        ),
        "zh-Hant": (
            "%(inviter)s邀請你加入%(organisation)s",
            "接受邀請後，你可代表%(organisation)s預約或刊登設施。邀請兩星期內有效。\n\n如不認識對方，無須理會。",
        ),
        "zh-Hans": (
            "%(inviter)s邀请您加入%(organisation)s",
            "接受邀请后，您可代表%(organisation)s预约或发布设施。邀请两周内有效。\n\n如不认识对方，无需理会。",
        ),
    },
    "invitation_unverified": {
        "en": (
            "%(inviter)s invites you to an organisation",
            "An administrator has yet to verify the organisation, so this mail does not name it; the page behind the "
            "link does. The invitation stands for two weeks.\n\nIf you do not know the sender, do nothing.",
        ),
        "zh-Hant": (
            "%(inviter)s邀請你加入一個機構",
            "管理員尚未核實該機構，因此本電郵不列出其名稱，連結的頁面會顯示。邀請兩星期內有效。\n\n"
            "如不認識發件人，無須理會。",
        ),
        "zh-Hans": (
            "%(inviter)s邀请您加入一个机构",
            "管理员尚未核验该机构，因此本邮件不列出其名称，链接的页面会显示。邀请两周内有效。\n\n"
            "如不认识发件人，无需理会。",
        ),
    },
    "invitation_accepted": {
        "en": ("%(name)s joined %(organisation)s", "Your invitation was accepted."),
        "zh-Hant": ("%(name)s已加入%(organisation)s", "你的邀請已獲接受。"),
        "zh-Hans": ("%(name)s已加入%(organisation)s", "您的邀请已被接受。"),
    },
    "invitation_declined": {
        "en": ("%(name)s declined to join %(organisation)s", "Nothing was changed; you can invite them again."),
        "zh-Hant": ("%(name)s謝絕加入%(organisation)s", "一切維持不變；你可再次發出邀請。"),
        "zh-Hans": ("%(name)s谢绝加入%(organisation)s", "一切保持不变；您可以再次发出邀请。"),
    },
    "roles_changed": {
        "en": ("Your roles in %(organisation)s were changed", "Your organisations show what you may do there now."),
        "zh-Hant": ("你在%(organisation)s的角色已更改", "可在「機構」頁查看你目前的權限。"),
        "zh-Hans": ("您在%(organisation)s的角色已更改", "可在“机构”页查看您目前的权限。"),
    },
    "member_left": {
        "en": ("You no longer belong to %(organisation)s", "A manager ended your membership."),
        "zh-Hant": ("你已不再是%(organisation)s的成員", "管理成員終止了你的成員身分。"),
        "zh-Hans": ("您已不再是%(organisation)s的成员", "管理成员终止了您的成员身份。"),
    },
    "deputy_named": {
        "en": (
            "%(deputy)s stands in for %(principal)s",
            "At %(organisation)s, from %(starts_on)s to %(ends_on)s, both days included. On these days both can list "
            "and approve.",
        ),
        "zh-Hant": (
            "%(deputy)s將代理%(principal)s",
            "機構：%(organisation)s；由%(starts_on)s至%(ends_on)s（首尾兩天包括在內）。期間兩人均可刊登及審批。",
        ),
        "zh-Hans": (
            "%(deputy)s将代理%(principal)s",
            "机构：%(organisation)s；自%(starts_on)s至%(ends_on)s（含首尾两天）。期间两人均可发布和审批。",
        ),
    },
    "deputy_ended": {
        "en": (
            "%(deputy)s no longer stands in for %(principal)s",
            "At %(organisation)s; it was agreed from %(starts_on)s to %(ends_on)s.",
        ),
        "zh-Hant": (
            "%(deputy)s不再代理%(principal)s",
            "機構：%(organisation)s；原定由%(starts_on)s至%(ends_on)s。",
        ),
        "zh-Hans": (
            "%(deputy)s不再代理%(principal)s",
            "机构：%(organisation)s；原定自%(starts_on)s至%(ends_on)s。",
        ),
    },
}

# What people may do without by mail. Mails about credentials and about one's own standing always go out.
CHOICES: Sentences = {
    "invitation_accepted": {
        "en": "Somebody accepts my invitation",
        "zh-Hant": "有人接受我的邀請",
        "zh-Hans": "有人接受我的邀请",
    },
    "invitation_declined": {
        "en": "Somebody declines my invitation",
        "zh-Hant": "有人謝絕我的邀請",
        "zh-Hans": "有人谢绝我的邀请",
    },
    "roles_changed": {
        "en": "My roles in an organisation change",
        "zh-Hant": "我在機構的角色有變",
        "zh-Hans": "我在机构的角色有变",
    },
    "deputy_named": {"en": "A deputy is named", "zh-Hant": "指定代理人", "zh-Hans": "指定代理人"},
    "deputy_ended": {"en": "A deputy's days end early", "zh-Hant": "代理提前終止", "zh-Hans": "代理提前终止"},
}
