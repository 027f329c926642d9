"""Sentences of listings: what is missing, what is wrong with a field, a file or a row, and what happened."""

from __future__ import annotations

from marketplace.wording.dictionary import NoticeTexts, Sentences, said

REFUSALS: Sentences = {
    "changed_meanwhile": said(
        "Somebody changed this listing while you were editing. Your entries are below; please compare and save again.",
        "你編輯期間，此項目已被他人更改。你所填的內容在下方，請核對後再儲存。",
        "您编辑期间，该信息已被他人修改。您填写的内容在下方，请核对后再保存。",
    ),
    "listing_without_name": said("The listing has no name.", "尚未填寫名稱。", "尚未填写名称。"),
    "listing_without_place": said(
        "Say in which jurisdiction the facility stands.", "請選擇設施所在地區。", "请选择设施所在地区。"
    ),
    "listing_place_unknown": said(
        "“%(place)s” is not a place we know. Choose the jurisdiction in which the facility stands.",
        "未能識別「%(place)s」。請選擇設施所在地區。",
        "未能识别“%(place)s”。请选择设施所在地区。",
    ),
    "listing_without_time_zone": said(
        "The time zone of the opening hours is missing.", "尚未設定開放時間的時區。", "尚未设置开放时间的时区。"
    ),
    "listing_without_contact": said(
        "Give an e-mail, a telephone number or a web address at which users reach you.",
        "請提供電郵、電話或網址，讓使用者聯絡你。",
        "请提供邮箱、电话或网址，方便用户联系您。",
    ),
    "listing_without_unit": said(
        "There is no unit in service that could be booked.", "沒有可供預約的單元。", "没有可供预约的单元。"
    ),
    "listing_without_hours": said(
        "No unit has opening hours yet.", "尚未為任何單元設定開放時間。", "尚未为任何单元设置开放时间。"
    ),
    "advise_summary": said("Add a summary of one or two sentences.", "加入一兩句簡介。", "添加一两句简介。"),
    "advise_techniques": said(
        "Name the techniques, so that the search finds you.", "列出技術方法，讓人搜尋得到。", "列出技术方法，便于搜索。"
    ),
    "advise_point": said("Add the point on the map.", "加入地圖位置。", "添加地图位置。"),
    "advise_address": said(
        "Add the address; it is shown after confirmation only.",
        "加入地址，預約確認後才會顯示。",
        "添加地址，预约确认后才会显示。",
    ),
    "advise_service_modes": said(
        "Say how the facility is used: by oneself, by sending samples in, or with your staff.",
        "說明使用方式：自行操作、送樣，或由你的人員操作。",
        "说明使用方式：自主操作、送样，或由您的人员操作。",
    ),
    "advise_readiness": said("Give the range of TRL and MRL.", "填寫TRL及MRL範圍。", "填写TRL和MRL范围。"),
    "advise_rates": said("Give every unit a rate.", "為每個單元設定收費。", "为每个单元设置收费标准。"),
    "advise_terms": said("Publish your terms.", "公布使用條款。", "公布使用条款。"),
    "advise_photos": said("Add a photo.", "加入相片。", "添加照片。"),
    "too_many_files": said(
        "No more than %(max)s files of this kind.", "此類檔案最多%(max)s個。", "此类文件最多%(max)s个。"
    ),
    "rate_in_past": said(
        "A rate that users have seen is not changed. Set a new one from today or later.",
        "已公開的收費不可更改。請設定由今天或以後生效的新收費。",
        "已公开的收费标准不可更改。请设置从今天或以后生效的新标准。",
    ),
    "file_gone": said("The file is no longer there.", "檔案已不存在。", "文件已不存在。"),
    "importer_gone": said(
        "The person who began this import may no longer do so.",
        "開始匯入的人員已無權繼續。",
        "开始导入的人员已无权继续。",
    ),
}

FIELDS: Sentences = {
    "choice": said("Choose one of those offered.", "請從選項中選擇。", "请从选项中选择。"),
    "list": said("This must be a list of words.", "此項須為詞語列表。", "此项须为词语列表。"),
    "none_or_some": said(
        "Tick either “none” or what there is.", "請只選「沒有」，或選擇適用的項目。", "请只选“没有”，或选择适用的项目。"
    ),
    "supervised_or_not": said(
        "A day belongs to equipment under customs supervision alone.",
        "只有受海關監管的設備才須填日期。",
        "只有受海关监管的设备才需填日期。",
    ),
    "too_many": said("No more than %(max)s.", "最多%(max)s個。", "最多%(max)s个。"),
    "number": said("This must be a number.", "此項須為數字。", "此项须为数字。"),
    "date": said(
        "Write the date as year-month-day, such as 2026-03-02.",
        "日期請寫成年-月-日，例如2026-03-02。",
        "日期请写成年-月-日，例如2026-03-02。",
    ),
    "url": said(
        "A web address begins with http:// or https://.",
        "網址須以http:// 或https:// 開頭。",
        "网址须以http:// 或https:// 开头。",
    ),
    "both_ends": said("Fill in both ends of the range.", "請填寫範圍的上下限。", "请填写范围的上下限。"),
    "range_reversed": said("The end lies before the beginning.", "終點在起點之前。", "终点在起点之前。"),
    "opened_already": said(
        "A facility that has opened was not given up: leave one of the two days empty.",
        "設施既已啟用，即未放棄啟用，兩個日期請只填其一。",
        "设施既已启用，即未放弃启用，两个日期请只填其一。",
    ),
    "both_coordinates": said(
        "Fill in both latitude and longitude.", "請同時填寫緯度和經度。", "请同时填写纬度和经度。"
    ),
    "kind_settled": said(
        "The kind is settled once the listing was public. List another facility instead.",
        "項目公開後不可更改類別，請另行刊登。",
        "信息公开后不可更改类别，请另行发布。",
    ),
    # files
    "file_empty": said("The file is empty.", "檔案是空的。", "文件是空的。"),
    "file_too_large": said(
        "The file is larger than %(max_megabytes)s MB.",
        "檔案超過%(max_megabytes)s MB。",
        "文件超过%(max_megabytes)s MB。",
    ),
    "file_xls_old": said(
        "This is an old Excel file (.xls). Save it as .xlsx or CSV.",
        "這是舊版Excel檔案（.xls），請另存為 .xlsx或CSV。",
        "这是旧版Excel文件（.xls），请另存为 .xlsx或CSV。",
    ),
    "file_not_a_sheet": said(
        "This is neither a CSV nor an XLSX file.", "這不是CSV或XLSX檔案。", "这不是CSV或XLSX文件。"
    ),
    "file_not_a_workbook": said("This workbook cannot be read.", "無法讀取此活頁簿。", "无法读取该工作簿。"),
    "file_not_this_format": said(
        "The file is not in the format %(format)s.", "檔案並非%(format)s格式。", "文件不是%(format)s格式。"
    ),
    "file_bomb": said(
        "The file unpacks to far more than it holds; it was not opened.",
        "檔案解壓後異常龐大，未有開啟。",
        "文件解压后异常庞大，未予打开。",
    ),
    "file_encoding": said(
        "The file is not written in %(encoding)s. Choose another encoding.",
        "檔案並非%(encoding)s編碼，請選擇其他編碼。",
        "文件不是%(encoding)s编码，请选择其他编码。",
    ),
    "file_encoding_unsure": said(
        "The file is not in UTF-8, and we don't guess. Choose GBK or Big5.",
        "檔案並非UTF-8編碼，系統不會猜測，請選擇GBK或Big5。",
        "文件不是UTF-8编码，系统不会猜测，请选择GBK或Big5。",
    ),
    "encoding": said("Known encodings: %(known)s.", "可用的編碼：%(known)s。", "可用的编码：%(known)s。"),
    "file_nul": said(
        "The file holds NUL characters: it is not text, or in another encoding.",
        "檔案含有NUL字元：並非文字檔，或編碼不同。",
        "文件含有NUL字符：不是文本，或编码不同。",
    ),
    "file_csv_broken": said(
        "The file cannot be read from row %(row)s on; a quotation mark may be missing.",
        "由第%(row)s行起無法讀取，可能欠缺引號。",
        "从第%(row)s行起无法读取，可能缺少引号。",
    ),
    "file_cell_too_large": said(
        "Row %(row)s has a cell of more than %(max)s characters.",
        "第%(row)s行有儲存格超過%(max)s個字元。",
        "第%(row)s行有单元格超过%(max)s个字符。",
    ),
    "file_row_too_wide": said(
        "Row %(row)s has more cells than the head has columns (%(columns)s).",
        "第%(row)s行的儲存格多於標題列的%(columns)s欄。",
        "第%(row)s行的单元格多于标题行的%(columns)s列。",
    ),
    "file_too_many_columns": said(
        "The file has more than %(max)s columns.", "檔案超過%(max)s欄。", "文件超过%(max)s列。"
    ),
    "file_too_many_rows": said(
        "The file has more than %(max)s rows. Split it.",
        "檔案超過%(max)s行，請分拆。",
        "文件超过%(max)s行，请拆分。",
    ),
    "file_too_many_cells": said(
        "The file has more than %(max)s cells, empty ones included. Delete empty rows and columns, or split it.",
        "檔案超過%(max)s個儲存格（包括空白儲存格），請刪除空白行列，或分拆檔案。",
        "文件超过%(max)s个单元格（包括空白单元格），请删除空白行列，或拆分文件。",
    ),
    "file_without_rows": said("The file has a head but no rows.", "檔案沒有資料行。", "文件没有数据行。"),
    "file_xml_entities": said(
        "The XML declares a document type or entities; such files are not opened.",
        "XML含有文件類型或實體宣告，系統不會開啟。",
        "XML含有文档类型或实体声明，系统不予打开。",
    ),
    "file_xml_broken": said("The XML is broken.", "XML格式有誤。", "XML格式有误。"),
    "file_json_broken": said("The JSON is broken.", "JSON格式有誤。", "JSON格式有误。"),
    "ending": said(
        "This format is written as: %(endings)s.", "此格式可寫成：%(endings)s。", "该格式可写成：%(endings)s。"
    ),
    "mapping_unknown": said("A column or field is not known.", "欄或項目不明。", "列或字段未知。"),
    "mapping_twice": said("Two columns stand for the same field.", "兩欄對應同一項目。", "两列对应同一字段。"),
    "mapping_without_type": said(
        "Say which column holds the type (facility or equipment).",
        "請指明哪一欄是類型（設施或設備）。",
        "请指明哪一列是类型（设施或设备）。",
    ),
    "mapping_without_name": said(
        "Say which column holds the name or the description.",
        "請指明哪一欄是名稱或描述。",
        "请指明哪一列是名称或描述。",
    ),
    # rows
    "type_unknown": said(
        "The type is neither facility nor equipment.",
        "類型並非facility或equipment。",
        "类型不是facility或equipment。",
    ),
    "type_changed": said(
        "What is a unit here is a facility in the file.",
        "此處的單元在檔案中是設施。",
        "此处的单元在文件中是设施。",
    ),
    "name_or_description": said(
        "The row has neither a name nor a description.", "此行沒有名稱或描述。", "该行没有名称或描述。"
    ),
    "related_facility_unknown": said(
        "No facility has this Related Facility ID.",
        "找不到此Related Facility ID的設施。",
        "找不到该Related Facility ID的设施。",
    ),
    "related_facility_changed": said(
        "This equipment belongs to another facility here.",
        "此設備在本平台屬於另一設施。",
        "该设备在本平台属于另一设施。",
    ),
    "duplicate_key": said(
        "An earlier row of the file is the same thing.", "檔案中較前的一行是同一項目。", "文件中较前的一行是同一项目。"
    ),
    "too_deep": said("The record is nested too deeply.", "紀錄的層次過深。", "记录的层次过深。"),
}

HISTORY: Sentences = {
    "listing.created": said("drafted the listing", "建立了草稿", "建立了草稿"),
    "listing.changed": said("changed the listing (%(fields)s)", "更改了內容（%(fields)s）", "更改了内容（%(fields)s）"),
    "listing.published": said("published the listing", "公開了項目", "发布了信息"),
    "listing.paused": said("paused the listing", "暫停了項目", "暂停了信息"),
    "listing.archived": said("archived the listing", "封存了項目", "归档了信息"),
    "listing.suspended": said("suspended the listing: %(reason)s", "中止了項目：%(reason)s", "中止了信息：%(reason)s"),
    "listing.readmitted": said(
        "ended the suspension of the listing: %(reason)s", "恢復了項目：%(reason)s", "恢复了信息：%(reason)s"
    ),
    "listing.reported": said("reported the listing: %(text)s", "舉報了項目：%(text)s", "举报了信息：%(text)s"),
    "listing.report_dismissed": said(
        "left the reported listing as it is: %(reason)s", "維持被舉報的項目：%(reason)s", "维持被举报的信息：%(reason)s"
    ),
    "listing.restored": said("brought the listing back as a draft", "恢復為草稿", "恢复为草稿"),
    "listing.imported": said("drafted the listing from a file", "由檔案建立了草稿", "从文件建立了草稿"),
    "listing.import_changed": said(
        "changed the listing from a file (%(fields)s)",
        "由檔案更改了內容（%(fields)s）",
        "从文件更改了内容（%(fields)s）",
    ),
    "listing.file_attached": said("added a file", "加入了檔案", "添加了文件"),
    "listing.file_changed": said(
        "changed a file's caption or place", "更改了檔案的說明或次序", "更改了文件的说明或顺序"
    ),
    "listing.file_detached": said("took a file away", "移除了檔案", "移除了文件"),
    "unit.added": said("added a unit", "加入了單元", "添加了单元"),
    "unit.imported": said("added a unit from a file", "由檔案加入了單元", "从文件添加了单元"),
    "unit.changed": said("changed a unit (%(fields)s)", "更改了單元（%(fields)s）", "更改了单元（%(fields)s）"),
    "unit.paused": said("took a unit out of service", "暫停了單元", "停用了单元"),
    "unit.resumed": said("put a unit back in service", "恢復了單元", "恢复了单元"),
    "unit.archived": said("took a unit off the listing", "移除了單元", "移除了单元"),
    "rate.set": said("set a rate from %(from)s on", "設定了由%(from)s起的收費", "设置了自%(from)s起的收费标准"),
    "rate.withdrawn": said(
        "withdrew the rate from %(from)s on", "撤回了由%(from)s起的收費", "撤回了自%(from)s起的收费标准"
    ),
    "terms.published": said(
        "published version %(number)s of the terms", "公布了第%(number)s版條款", "公布了第%(number)s版条款"
    ),
}

NOTICES: NoticeTexts = {
    "import_finished": {
        "en": (
            "Your import is done: %(created)s new, %(rejected)s rejected",
            "Of %(read)s rows, %(created)s became new drafts, %(updated)s were brought up to date, %(unchanged)s were "
            "unchanged, in %(kept)s your own edits were kept, and %(rejected)s were rejected.",
        ),
        "zh-Hant": (
            "匯入完成：新增%(created)s項，%(rejected)s行不獲接納",
            "共%(read)s行：新增草稿%(created)s項，更新%(updated)s項，%(unchanged)s項沒有變動，"
            "%(kept)s項保留了你的修改，%(rejected)s行不獲接納。",
        ),
        "zh-Hans": (
            "导入完成：新增%(created)s项，%(rejected)s行被拒绝",
            "共%(read)s行：新增草稿%(created)s项，更新%(updated)s项，%(unchanged)s项没有变化，"
            "%(kept)s项保留了您的修改，%(rejected)s行被拒绝。",
        ),
    },
}
CHOICES: Sentences = {"import_finished": said("An import is done", "匯入完成", "导入完成")}
