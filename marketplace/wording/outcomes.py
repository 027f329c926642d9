"""Words of outcomes: what is wrong with one, why a verb is refused, what happened, and what people are told."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences, said

REFUSALS: Sentences = {
    "outcome_changed_since": said(
        "A new version was added since you looked. Please look again.",
        "你查看後，已有新版本，請重新查看。",
        "您查看后，已有新版本，请重新查看。",
    ),
    "outcome_confirmed_already": said(
        "Your organisation has confirmed this version already.",
        "你的機構已確認此版本。",
        "您的机构已确认此版本。",
    ),
    "outcome_own_word": said(
        "Nobody confirms what they entered themselves or what their own organisation reports; somebody else must.",
        "不能確認自己輸入的成果或自己機構申報的成果，須由他人確認。",
        "不能确认自己录入的成果或自己机构申报的成果，须由他人确认。",
    ),
    "outcome_own": said(
        "Nobody settles or checks what an organisation of theirs takes part in; another administrator must look at it.",
        "不能裁定或核查自己機構參與的成果，須由其他管理員處理。",
        "不能裁定或核查自己机构参与的成果，须由其他管理员处理。",
    ),
}
FIELDS: Sentences = {
    "outcome_future": said("This day is still to come.", "此日期尚未到來。", "此日期尚未到来。"),
    "outcome_day": said(
        "Give a day between 1900 and 2200.", "請填寫1900年至2200年之間的日期。", "请填写1900年至2200年之间的日期。"
    ),
    "outcome_decimal": said(
        "Write the number with digits and at most ten decimal places, such as 12500.50.",
        "請以數字填寫，最多十位小數，例如12500.50。",
        "请以数字填写，最多十位小数，例如12500.50。",
    ),
    "outcome_negative": said("This can’t be below nought.", "此數不能小於零。", "此数不能小于零。"),
    "outcome_identifier": said(
        "This number does not fit its register. Please look at it again.",
        "號碼不符合該登記系統的格式或校驗碼，請再核對。",
        "号码不符合该登记系统的格式或校验码，请再核对。",
    ),
    "outcome_identifier_needed": said(
        "Give a number by which it is known, such as a contract, patent or registration number.",
        "請提供可識別的號碼，例如合約、專利或登記號碼。",
        "请提供可识别的号码，例如合同、专利或登记号码。",
    ),
    "outcome_party_twice": said("This stands here twice.", "此項重複。", "此项重复。"),
    "outcome_share_of_one": said(
        "A share belongs to one organisation or one facility.",
        "每份比例屬於一個機構或一項設施。",
        "每份比例属于一个机构或一项设施。",
    ),
    "outcome_share": said("A share lies above 0 and is 1 at most.", "比例須大於0，最多為1。", "比例须大于0，最多为1。"),
    "outcome_shares": said(
        "The shares must sum to exactly 1; they sum to %(total)s.",
        "各份比例之和須恰好為1，現為%(total)s。",
        "各份比例之和须恰好为1，现为%(total)s。",
    ),
    "outcome_flow_party": said(
        "Choose one of the organisations that the outcome names.",
        "請從成果所列的機構中選擇。",
        "请从成果所列的机构中选择。",
    ),
    "outcome_embargo": said(
        "What only administrators see needs no embargo.",
        "只供管理員查看的成果無須設禁止公開期。",
        "仅供管理员查看的成果无需设禁止公开期。",
    ),
    "outcome_receipt_year": said("The day lies in another year.", "該日期不在此年份內。", "该日期不在此年份内。"),
    "outcome_sides": said(
        "Name at least one organisation that provided and one that used.",
        "請至少列出一個提供方和一個使用方。",
        "请至少列出一个提供方和一个使用方。",
    ),
    "outcome_side_elsewhere": said(
        "Whoever provided and whoever used must take part in the collaboration.",
        "提供方和使用方須為合作的參與方。",
        "提供方和使用方须为合作的参与方。",
    ),
    "outcome_beneficiary": said(
        "Say who the third party is that benefits.", "請說明受惠的第三方。", "请说明受益的第三方。"
    ),
    "outcome_beneficiary_side": said(
        "A third party that benefits neither provided nor used.",
        "受惠的第三方不能是提供方或使用方。",
        "受益的第三方不能是提供方或使用方。",
    ),
    "outcome_paper_one": said(
        "Bring a file, or give an address: one of the two.",
        "請上載檔案或填寫網址，二者選一。",
        "请上传文件或填写网址，二者选一。",
    ),
    "outcome_version": said(
        "The page was sent without the version that you looked at. Please open it again.",
        "提交內容沒有註明你查看的版本，請重新開啟頁面。",
        "提交内容没有注明您查看的版本，请重新打开页面。",
    ),
    "outcome_wider": said(
        "It would be shown to more people than this entry says. Tick that they may see it, or keep a draft.",
        "這會讓此條目所定範圍以外的人看到。請勾選同意，或另存草稿。",
        "这会让此条目所定范围以外的人看到。请勾选同意，或另存草稿。",
    ),
    "outcome_not_reporters": said(
        "Only a collaboration in which the reporting organisation takes part.",
        "只可選擇報告機構參與的合作。",
        "只能选择报告机构参与的合作。",
    ),
}
HISTORY: Sentences = {
    "outcome.drafted": said("entered it as a draft", "輸入草稿", "录入草稿"),
    "outcome.revised": said("added version %(version)s", "加入第%(version)s版", "添加第%(version)s版"),
    "outcome.submitted": said("submitted it to the other sides", "提交給其他各方", "提交给其他各方"),
    "outcome.confirmed": said("confirmed version %(version)s", "確認第%(version)s版", "确认第%(version)s版"),
    "outcome.disputed": said("disputed it: %(reason)s", "提出異議：%(reason)s", "提出异议：%(reason)s"),
    "outcome.settled": said("settled the dispute: %(reason)s", "裁定異議：%(reason)s", "裁定异议：%(reason)s"),
    "outcome.withdrawn": said("withdrew it: %(reason)s", "撤回：%(reason)s", "撤回：%(reason)s"),
    "outcome.checked": said("checked it; level %(level)s", "核查；級別%(level)s", "核查；级别%(level)s"),
    "outcome.discarded": said("discarded the draft", "捨棄草稿", "舍弃草稿"),
    "outcome.shown": said("added evidence", "加入佐證", "添加佐证材料"),
    "outcome.unshown": said("took evidence away", "移除佐證", "移除佐证材料"),
    "outcome.linked": said("linked it further", "加入關聯", "添加关联"),
    "outcome.asked_anew": said(
        "was asked about %(year)s again: what was reported is withdrawn",
        "重新收到%(year)s年的查詢：所報成果已撤回",
        "重新收到%(year)s年的询问：所报成果已撤回",
    ),
    "outcome.unlinked": said("undid a link", "移除關聯", "移除关联"),
    "outcome.answered": said("answered the question about %(year)s", "回覆%(year)s年的查詢", "答复%(year)s年的询问"),
}
NOTICES: NoticeTexts = {
    "outcome_asked": {
        "en": (
            "Please confirm: %(what)s",
            "Your partner reports an outcome of your collaboration: “%(what)s” (%(reference)s). Say whether it is"
            " right.",
        ),
        "zh-Hant": (
            "請確認：%(what)s",
            "合作夥伴報告了合作成果：「%(what)s」（%(reference)s）。請確認是否屬實。",
        ),
        "zh-Hans": (
            "请确认：%(what)s",
            "合作伙伴报告了合作成果：“%(what)s”（%(reference)s）。请确认是否属实。",
        ),
    },
    "outcome_revised": {
        "en": (
            "Changed, please confirm again: %(what)s",
            "Your partner added a version of “%(what)s” (%(reference)s). What was said of the earlier version no longer"
            " counts: please say whether it is right now.",
        ),
        "zh-Hant": (
            "已更改，請再確認：%(what)s",
            "合作夥伴為「%(what)s」（%(reference)s）加入了新版本，之前的確認不再計算，請再確認是否屬實。",
        ),
        "zh-Hans": (
            "已修改，请再确认：%(what)s",
            "合作伙伴为“%(what)s”（%(reference)s）添加了新版本，之前的确认不再计算，请再确认是否属实。",
        ),
    },
    "outcome_asked_again": {
        "en": (
            "Still to confirm: %(what)s",
            "“%(what)s” (%(reference)s) still waits for your word. After 90 days it counts as unanswered.",
        ),
        "zh-Hant": (
            "仍待確認：%(what)s",
            "「%(what)s」（%(reference)s）仍待你確認。90日後將計為未回覆。",
        ),
        "zh-Hans": (
            "仍待确认：%(what)s",
            "“%(what)s”（%(reference)s）仍待您确认。90天后将计为未答复。",
        ),
    },
    "outcome_confirmed": {
        "en": ("Confirmed: %(what)s", "The other side confirmed “%(what)s” (%(reference)s)."),
        "zh-Hant": ("已確認：%(what)s", "對方確認了「%(what)s」（%(reference)s）。"),
        "zh-Hans": ("已确认：%(what)s", "对方确认了“%(what)s”（%(reference)s）。"),
    },
    "outcome_disputed": {
        "en": (
            "Disputed: %(what)s",
            "The other side disputes “%(what)s” (%(reference)s): %(reason)s\n\nIt counts nowhere until an administrator"
            " has settled it. You may add a version that puts it right, or withdraw it.",
        ),
        "zh-Hant": (
            "有異議：%(what)s",
            "對方對「%(what)s」（%(reference)s）提出異議：%(reason)s\n\n在管理員裁定前不作計算。你可加入更正的版本，或撤回。",
        ),
        "zh-Hans": (
            "有异议：%(what)s",
            "对方对“%(what)s”（%(reference)s）提出异议：%(reason)s\n\n在管理员裁定前不予计算。您可添加更正的版本，或撤回。",
        ),
    },
    "outcome_to_settle": {
        "en": ("To settle: %(what)s", "“%(what)s” (%(reference)s) is disputed: %(reason)s"),
        "zh-Hant": ("有待裁定：%(what)s", "「%(what)s」（%(reference)s）有異議：%(reason)s"),
        "zh-Hans": ("有待裁定：%(what)s", "“%(what)s”（%(reference)s）有异议：%(reason)s"),
    },
    "outcome_stands": {
        "en": ("It stands: %(what)s", "An administrator settled that “%(what)s” (%(reference)s) stands: %(reason)s"),
        "zh-Hant": ("成果成立：%(what)s", "管理員裁定「%(what)s」（%(reference)s）成立：%(reason)s"),
        "zh-Hans": ("成果成立：%(what)s", "管理员裁定“%(what)s”（%(reference)s）成立：%(reason)s"),
    },
    "outcome_rejected": {
        "en": ("Rejected: %(what)s", "An administrator rejected “%(what)s” (%(reference)s): %(reason)s"),
        "zh-Hant": ("不予接納：%(what)s", "管理員裁定「%(what)s」（%(reference)s）不予接納：%(reason)s"),
        "zh-Hans": ("不予接受：%(what)s", "管理员裁定“%(what)s”（%(reference)s）不予接受：%(reason)s"),
    },
    "outcome_withdrawn": {
        "en": ("Withdrawn: %(what)s", "Your partner withdrew “%(what)s” (%(reference)s): %(reason)s"),
        "zh-Hant": ("已撤回：%(what)s", "合作夥伴撤回了「%(what)s」（%(reference)s）：%(reason)s"),
        "zh-Hans": ("已撤回：%(what)s", "合作伙伴撤回了“%(what)s”（%(reference)s）：%(reason)s"),
    },
    "outcome_checked": {
        "en": ("Papers checked: %(what)s", "An administrator checked the papers of “%(what)s” (%(reference)s)."),
        "zh-Hant": ("已核查佐證：%(what)s", "管理員已核查「%(what)s」（%(reference)s）的佐證。"),
        "zh-Hans": ("已核查佐证材料：%(what)s", "管理员已核查“%(what)s”（%(reference)s）的佐证材料。"),
    },
    "yearly_asked": {
        "en": (
            "What came of your collaborations in %(year)s?",
            "%(organisation)s is asked about %(number)s of its collaborations: what came of them in %(year)s? Report"
            " it, or say with one click that there is nothing to report.\n\n%(list)s",
        ),
        "zh-Hant": (
            "%(year)s年的合作有何成果？",
            "請%(organisation)s就%(number)s項合作說明%(year)s年的成果：請報告，或一按表示沒有成果可報。\n\n%(list)s",
        ),
        "zh-Hans": (
            "%(year)s年的合作有何成果？",
            "请%(organisation)s就%(number)s项合作说明%(year)s年的成果：请报告，或一键表示没有成果可报。\n\n%(list)s",
        ),
    },
    "yearly_reminded": {
        "en": (
            "Still open: your collaborations in %(year)s",
            "%(organisation)s has not answered yet what came of %(number)s of its collaborations in"
            " %(year)s.\n\n%(list)s",
        ),
        "zh-Hant": (
            "尚待回覆：%(year)s年的合作",
            "%(organisation)s尚未回覆%(number)s項合作在%(year)s年的成果。\n\n%(list)s",
        ),
        "zh-Hans": (
            "尚待答复：%(year)s年的合作",
            "%(organisation)s尚未答复%(number)s项合作在%(year)s年的成果。\n\n%(list)s",
        ),
    },
    "yearly_escalated": {
        "en": (
            "For managers: unanswered questions about %(year)s",
            "Nobody of %(organisation)s has answered in 60 days what came of %(number)s of its collaborations in"
            " %(year)s. Please see that it is answered.\n\n%(list)s",
        ),
        "zh-Hant": (
            "致管理人：%(year)s年的查詢未獲回覆",
            "%(organisation)s在60日內無人回覆%(number)s項合作在%(year)s年的成果，請跟進。\n\n%(list)s",
        ),
        "zh-Hans": (
            "致管理人：%(year)s年的询问未获答复",
            "%(organisation)s在60天内无人答复%(number)s项合作在%(year)s年的成果，请跟进。\n\n%(list)s",
        ),
    },
}
CHOICES: Sentences = {
    "outcome_confirmed": said("The other side confirms an outcome", "對方確認成果", "对方确认成果"),
    "outcome_asked_again": said("A reminder to confirm an outcome", "提醒確認成果", "提醒确认成果"),
}
