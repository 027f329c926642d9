"""The words of the document of an evidence pack, in three languages."""

from __future__ import annotations

from typing import Final

from marketplace.wording.dictionary import Sentences, said

WORDS: Final[Sentences] = {
    "title": said("Evidence pack", "佐證資料包", "佐证资料包"),
    "scope": said("Figures of", "數字所屬", "数字所属"),
    "period": said("Period", "期間", "期间"),
    "as_of": said("As known at", "資料截至", "数据截至"),
    "floor": said("Verification floor", "核實級別下限", "核实级别下限"),
    "software": said("Computed by", "計算軟件", "计算软件"),
    "archive": said("Archive (SHA-256)", "資料檔（SHA-256）", "数据文件（SHA-256）"),
    "response": said("Response rate", "回覆率", "回复率"),
    "response_text": said(
        "%(answered)s of %(asked)s answered", "%(asked)s項中%(answered)s項已回覆", "%(asked)s项中%(answered)s项已回复"
    ),
    "response_none": said("nobody has been asked", "未曾詢問", "尚未询问"),
    "withheld": said("Left out", "未包括", "未包括"),
    "withheld_text": said(
        "%(count)s outcomes that are confidential or under embargo, and %(uses)s sessions of "
        "use between others. "
        "The figures are computed over what is in the pack.",
        "%(count)s項保密或在禁止公布期內的成果，以及其他機構之間的%(uses)s次使用。數字只按資料包內的紀錄計算。",
        "%(count)s项保密或在禁止公布期内的成果，以及其他机构之间的%(uses)s次使用。数字只按资料包内的记录计算。",
    ),
    "differs": said(
        "These figures differ from those over all rows: %(names)s.",
        "以下數字與按全部紀錄計算的不同：%(names)s。",
        "以下数字与按全部记录计算的不同：%(names)s。",
    ),
    "never_mixed": said(
        "Use, output and spillover are three kinds of figures and are never mixed. A count is not an effect.",
        "使用、產出、外溢是三類數字，絕不混合。數量並非效果。",
        "使用、产出、溢出是三类数字，绝不混合。数量不是效果。",
    ),
    "verify": said(
        "The archive beside this document holds the rows behind it. One command computes each figure anew, without an "
        "account: benchbridge evidence verify PACK.zip",
        "與本文件一併提供的資料檔載有所依據的紀錄。無須帳戶，一個指令即可重新計算每個數字："
        "benchbridge evidence verify PACK.zip",
        "与本文件一并提供的数据文件载有所依据的记录。无需账户，一条命令即可重新计算每个数字："
        "benchbridge evidence verify PACK.zip",
    ),
    "metric": said("Metric", "指標", "指标"),
    "value": said("Value", "數值", "数值"),
    "rests_on": said("Rests on", "依據", "依据"),
    "levels": said("Verification", "核實", "核实"),
    "units": said(
        "%(n)s units, %(unknown)s unknown", "%(n)s項，其中%(unknown)s項未知", "%(n)s项，其中%(unknown)s项未知"
    ),
    "level": said("level %(level)s: %(count)s", "%(level)s級：%(count)s", "%(level)s级：%(count)s"),
    "no_levels": said("no outcome", "沒有成果", "没有成果"),
    "labelled": said("%(label)s: ", "%(label)s：", "%(label)s："),
    "yes": said("yes", "是", "是"),
    "no": said("no", "否", "否"),
    "nothing": said("no value", "沒有數值", "没有数值"),
    "more": said("%(count)s more in the archive", "另有%(count)s項見資料檔", "另有%(count)s项见数据文件"),
    "refused": said("could not be computed", "無法計算", "无法计算"),
    "definition": said("Definition", "定義", "定义"),
    "formula": said("Formula", "公式", "公式"),
    "definitions": said("Definitions", "口徑定義", "口径定义"),
    "claims": said("What may be claimed", "可作出的表述", "可作出的表述"),
    "may_not": said("What may not be claimed", "不可作出的表述", "不可作出的表述"),
    "see_charts": said("see the charts", "見圖表", "见图表"),
    "charts": said("Charts", "圖表", "图表"),
    "evaluators": said("Tables for evaluators", "供評核人員使用的表格", "供评估人员使用的表格"),
    "baseline": said("Before the first use", "首次使用之前", "首次使用之前"),
    "baseline_text": said(
        "Confirmed outcomes between the parties in the %(months)s months before the first session, as far as they are "
        "recorded here. What was never entered is not in it.",
        "首次使用前%(months)s個月內各方之間已確認的成果，僅限於已在此記錄者。從未輸入的不在其中。",
        "首次使用前%(months)s个月内各方之间已确认的成果，仅限于已在此记录者。从未录入的不在其中。",
    ),
    "collaboration": said("Collaboration", "合作項目", "合作项目"),
    "first_use": said("First session", "首次使用", "首次使用"),
    "outcomes": said("Outcomes", "成果", "成果"),
    "no_use_recorded": said("no session is recorded", "未有使用紀錄", "没有使用记录"),
    "comparison": said("Comparison group", "對照組", "对照组"),
    "comparison_text": said(
        "Organisations that asked for these facilities in the period: those of which a request was confirmed, and "
        "those whose requests were declined or expired and which consent to being compared with. Outcomes are those "
        "that name the organisation, dated in the %(months)s months before its first request here, or since. Counts "
        "are rounded to 5; those with fewer than three organisations behind them are hidden.",
        "期內申請有關設施的機構：有申請獲確認者，以及申請被婉拒或逾期失效而同意作對照者。成果指列有該機構、日期在其首次申請之前"
        "%(months)s個月內或其後的成果。數目調整至最接近的5；涉及少於三個機構的不予顯示。",
        "期内申请有关设施的机构：有申请获确认的，以及申请被谢绝或过期失效且同意作对照的。成果指列有该机构、日期在其首次申请之前"
        "%(months)s个月内或之后的成果。数量取最接近的5的倍数；涉及少于三个机构的不予显示。",
    ),
    "comparison_not_an_effect": said(
        "A comparison, not an effect: the groups differ in more than in having been taken up.",
        "這是對照，並非效果：兩組的差異不只在於是否獲接納。",
        "这是对照，不是效果：两组的差异不只在于是否获接受。",
    ),
    "group": said("Group", "組別", "组别"),
    "matched": said("A request was confirmed", "有申請獲確認", "有申请获确认"),
    "not_matched": said("Requests not taken up", "申請未獲接納", "申请未获接受"),
    "organisations": said("Organisations", "機構", "机构"),
    "requests": said("Requests", "申請", "申请"),
    "outcomes_before": said("Confirmed before", "之前已確認", "之前已确认"),
    "reported_after": said("Reported since", "其後已報告", "之后已报告"),
    "confirmed_after": said("Confirmed since", "其後已確認", "之后已确认"),
    "without_consent": said("Without consent", "未有同意", "未同意"),
    "hidden": said("hidden", "不顯示", "不显示"),
    "fewer_than": said("fewer than %(count)s", "少於%(count)s", "少于%(count)s"),
    "no_consent_recorded": said("no organisation of this group consents", "此組沒有機構同意", "此组没有机构同意"),
    "nobody": said("no organisation is in this group", "此組沒有機構", "此组没有机构"),
    "too_few_organisations": said("fewer than three organisations", "少於三個機構", "少于三个机构"),
    "overseers_only": said(
        "This table stands only in packs that administrators and auditors make.",
        "此表只載於管理員及審計員製作的資料包。",
        "此表仅载于管理员和审计员制作的资料包。",
    ),
    "deflators": said("Deflators", "平減指數", "平减指数"),
    "deflators_none": said(
        "No deflator is recorded. Amounts stand at the prices of the year that they name, and are never added across "
        "currencies or price years.",
        "未有平減指數的紀錄。金額按所示年份的價格列出，不同貨幣或價格年份絕不相加。",
        "没有平减指数的记录。金额按所示年份的价格列出，不同币种或价格年份绝不相加。",
    ),
    "deflators_some": said(
        "Deflators that outcomes name: %(names)s.", "成果所示的平減指數：%(names)s。", "成果所示的平减指数：%(names)s。"
    ),
    "without": said("Metrics without a figure here", "此處沒有數字的指標", "此处没有数字的指标"),
    "undefined": said("its definition could not be read", "定義無從查閱", "定义无从查阅"),
    "method": said("a method for other figures", "用於其他數字的方法", "用于其他数字的方法"),
    "no_rows_recorded": said("no rows are recorded for it", "未有相關紀錄", "没有相关记录"),
    "machine_states_not_recorded": said(
        "states of machines are not recorded yet", "尚未記錄機器狀態", "尚未记录机器状态"
    ),
    "to": said("%(first)s to %(last)s", "%(first)s至%(last)s", "%(first)s至%(last)s"),
    "made": said("Made by Benchbridge on %(at)s.", "由Benchbridge於%(at)s製作。", "由Benchbridge于%(at)s制作。"),
}
# Members of values, as the formulas call them.
MEMBERS: Final[Sentences] = {
    "sum": said("sum", "合計", "合计"),
    "distinct": said("distinct", "不重複數", "不重复数"),
    "by_organisation": said("by organisation", "按機構", "按机构"),
    "by_sessions": said("by sessions", "按使用次數", "按使用次数"),
    "by_hours": said("by hours", "按機時", "按机时"),
    "by_distinct_ties": said("by distinct ties", "按不重複的聯繫", "按不重复的联系"),
    "by_instrument": said("by instrument", "按儀器", "按仪器"),
    "cross_sector_by_hours": said("across sectors, by hours", "跨界別，按機時", "跨部门，按机时"),
    "cross_both_by_hours": said("across both, by hours", "同時跨境及跨界別，按機時", "同时跨境和跨部门，按机时"),
    "folded_cn_by_sessions": said(
        "by sessions, Hong Kong and Macao folded into China",
        "按使用次數，香港及澳門併入中國",
        "按使用次数，香港和澳门并入中国",
    ),
    "folded_cn_by_hours": said(
        "by hours, Hong Kong and Macao folded into China", "按機時，香港及澳門併入中國", "按机时，香港和澳门并入中国"
    ),
    "shared_sessions": said("shared sessions", "共享使用次數", "共享使用次数"),
    "shared_hours": said("shared hours", "共享機時", "共享机时"),
    "own_use_hours_excluded": said("hours of own use, left out", "自用機時（不計）", "自用机时（不计）"),
    "raw_rows": said("rows before merging", "合併前的紀錄", "合并前的记录"),
    "distinct_publications": said("distinct publications", "不重複論著", "不重复论著"),
    "distinct_datasets": said("distinct data sets", "不重複數據集", "不重复数据集"),
    "distinct_others": said("distinct others", "其他不重複成果", "其他不重复成果"),
    "simple_families": said("simple families", "簡單專利族", "简单专利族"),
    "extended_families": said("extended families", "擴展專利族", "扩展专利族"),
    "unidentified": said("without identifier", "沒有識別碼", "没有标识符"),
    "gross_intervention": said("with the collaboration", "有合作的情況", "有合作的情形"),
    "gross_reference": said("without the collaboration", "沒有合作的情況", "没有合作的情形"),
    "net": said("net", "淨值", "净值"),
    "ratio_to_GI": said("net over gross", "淨值佔總值", "净值占总值"),
    "pro_rated": said("for part of a year, in proportion", "按不足一年的比例計算", "按不足一年的比例计算"),
    "vs_quota": said("against quota", "與定額相比", "与定额相比"),
    "vs_survey": said("against the survey’s 1,600 hours", "與調查的1,600小時相比", "与调查的1,600小时相比"),
    "pooled": said("pooled", "合併計算", "合并计算"),
    "mean": said("mean", "平均", "平均"),
    "median": said("median", "中位數", "中位数"),
    "median_months": said("median, months", "中位數（月）", "中位数（月）"),
    "mean_months": said("mean, months", "平均（月）", "平均（月）"),
    "at_risk": said("at risk", "仍在觀察", "仍在观察"),
    "naive": said("simple share", "簡單比例", "简单比例"),
    "se": said("standard error", "標準誤", "标准误"),
    "due": said("due", "應已開放", "应已开放"),
    "opened": said("opened", "已開放", "已开放"),
    "grace": said("days of grace", "寬限日數", "宽限日数"),
    "not_yet_due": said("not yet due", "未到期", "未到期"),
    "max_overdue": said("longest delay of those not open", "未開放者的最長延誤", "未开放者的最长延误"),
    "mean_lateness": said("mean delay, early as none", "平均延誤（提早作零計）", "平均延误（提前按零计）"),
    "mean_signed": said("mean delay, early as negative", "平均延誤（提早作負數計）", "平均延误（提前按负数计）"),
    "cancelled_excluded": said("cancelled, left out", "已取消（不計）", "已取消（不计）"),
    "grace_latest_baseline": said(
        "days of grace, against the latest date", "寬限日數（按最近承諾的日期）", "宽限日数（按最近承诺的日期）"
    ),
    "left_out": said("left out", "未列出", "未列出"),
    "jaffe": said("proximity by Jaffe", "Jaffe鄰近度", "Jaffe邻近度"),
    "mahalanobis": said("proximity by Mahalanobis", "Mahalanobis鄰近度", "Mahalanobis邻近度"),
    "omega": said("proximity of classes", "類別之間的鄰近度", "类别之间的邻近度"),
    "distance_km": said("distance, km", "距離（公里）", "距离（公里）"),
    "overdue_unopened": said("overdue and not open", "逾期未開放", "逾期未开放"),
}
