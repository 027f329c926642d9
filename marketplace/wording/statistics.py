"""Words of statistics: what hinders an export, hours where files have seconds, and what groups are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from marketplace.values.localized import Language
from marketplace.wording.dictionary import Sentences, said

FIELDS: Sentences = {
    "uuid": said("This must be an id.", "此項須為編號。", "此项须为编号。"),
    "column_withheld": said(
        "Some of these columns are about people whose data you may not take away.",
        "部分欄目涉及你不可取用的個人資料。",
        "部分列涉及你不可取用的个人信息。",
    ),
    "period_too_long": said("At most %(max)s days.", "最多%(max)s日。", "最多%(max)s天。"),
    "people_as_file": said(
        "Rows about people leave as a file only, which is logged.",
        "涉及個人資料的紀錄只可以檔案匯出，並會記錄在案。",
        "涉及个人信息的记录只可以文件导出，并会记录在案。",
    ),
    "purpose_required": said(
        "Columns about people leave only for a stated purpose, which is logged.",
        "涉及個人資料的欄目只可為列明的用途匯出，並會記錄在案。",
        "涉及个人信息的列只可为写明的用途导出，并会记录在案。",
    ),
}
# Pages tell hours where files have whole seconds.
HOURS: Final[Mapping[str, Mapping[Language, str]]] = {
    "booked_seconds": said("Booked hours", "預約時數", "预约时数"),
    "used_seconds": said("Used hours", "使用時數", "使用时数"),
    "effective_seconds": said("Effective hours", "有效機時", "有效机时"),
    "external_seconds": said("External hours", "對外機時", "对外机时"),
    "inside_seconds": said("Hours used inside the booking", "預約內使用時數", "预约内使用时数"),
    "estimated_seconds": said("Estimated hours", "估算時數", "估算时数"),
    "listed_used_seconds": said("Used hours on listed days", "刊登日使用時數", "刊登日使用时数"),
    "listed_external_seconds": said("External hours on listed days", "刊登日對外時數", "刊登日对外时数"),
    "open_seconds": said("Open hours", "開放時數", "开放时数"),
    "productive_seconds": said("Productive hours", "生產時數", "生产时数"),
    "standby_seconds": said("Standby hours", "待機時數", "待机时数"),
    "engineering_seconds": said("Engineering hours", "工程時數", "工程时数"),
    "scheduled_down_seconds": said("Scheduled down hours", "計劃停機時數", "计划停机时数"),
    "unscheduled_down_seconds": said("Unscheduled down hours", "非計劃停機時數", "非计划停机时数"),
    "non_scheduled_seconds": said("Non-scheduled hours", "非排程時數", "非排程时数"),
}
GROUPS: Final[Mapping[str, Mapping[Language, str]]] = {
    "unit": said("Unit", "預約單元", "预约单元"),
    "facility": said("Facility", "設施", "设施"),
    "host": said("Host", "設施提供方", "设施提供方"),
    "zone": said("Zone", "合作區或園區", "合作区或园区"),
    "technique": said("Technique", "技術", "技术"),
    "organisation": said("User organisation", "用戶機構", "用户机构"),
    "jurisdiction_pair": said("Pair of jurisdictions", "地區對", "地区对"),
    "purpose": said("Purpose", "用途", "用途"),
    "user_class": said("User class", "用戶類別", "用户类别"),
    "day": said("Day", "日期", "日期"),
    "month": said("Month", "月份", "月份"),
    "quarter": said("Quarter", "季度", "季度"),
    "year": said("Calendar year", "曆年", "日历年"),
    "academic_year": said("Academic year", "學年", "学年"),
    "fiscal_year": said("Fiscal year", "財政年度", "财政年度"),
    "session": said("Each session", "每次使用", "每次使用"),
    "booking": said("Each booking", "每項預約", "每项预约"),
}
CLASSES: Final[Mapping[str, Mapping[Language, str]]] = {
    "internal": said("The host’s own", "提供方本身", "提供方自用"),
    "university": said("University", "大學", "高校"),
    "firm": said("Firm", "企業", "企业"),
    "institute": said("Institute", "研究所", "科研院所"),
    "agency": said("Agency", "主管當局", "主管部门"),
    "operator": said("Operator", "營運機構", "运营机构"),
    "unknown": said("Unknown", "未知", "未知"),
}
PURPOSES: Final[Mapping[str, Mapping[Language, str]]] = {
    "research": said("Research", "研究", "科研"),
    "teaching": said("Teaching", "教學", "教学"),
    "service": said("Service", "服務", "服务"),
    "own_use": said("Own use", "自用", "自用"),
}
CHART: Final = {
    "title": said("Hours of use", "使用時數", "使用时数"),
    "about": said(
        "Hours that were booked, that were used, and that other legal entities used effectively.",
        "已預約的時數、已使用的時數，以及其他法人的有效使用時數。",
        "已预约的时数、已使用的时数，以及其他法人的有效使用时数。",
    ),
    "whole": said("All", "全部", "全部"),
    "none": said("Not stated", "未註明", "未注明"),
}
