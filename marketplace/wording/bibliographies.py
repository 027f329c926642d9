"""What is said about bibliographies, identifiers of works and sheets of outcomes."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences, said

REFUSALS: Sentences = {
    "works_reader_off": said(
        "This site does not ask registers of works. Paste BibTeX, RIS or JSON instead.",
        "本站不會查詢成果登記庫，請改為貼上BibTeX、RIS或JSON。",
        "本站不查询成果登记库，请改为粘贴BibTeX、RIS或JSON。",
    ),
    "works_register_silent": said(
        "The register of works does not answer at present. Fill in the fields, or try again later.",
        "成果登記庫目前沒有回應，請自行填寫或稍後再試。",
        "成果登记库目前没有响应，请自行填写或稍后再试。",
    ),
    "same_identifier": said("Both carry %(value)s.", "兩者的號碼都是%(value)s。", "两者的号码都是%(value)s。"),
    "same_priorities": said(
        "Both claim the same priorities: they are one patent family.",
        "兩者的優先權相同，屬同一專利族。",
        "两者的优先权相同，属同一专利族。",
    ),
    "title_alike": said(
        "Their titles are alike (%(score)s of 100).",
        "題名相近（相似度%(score)s，滿分100）。",
        "题名相近（相似度%(score)s，满分100）。",
    ),
    "date_near": said("Their dates lie within a year.", "日期相距不超過一年。", "日期相距不超过一年。"),
    "date_unknown": said("One of them has no date.", "其中一項沒有日期。", "其中一项没有日期。"),
    "parties_shared": said("They share a party.", "兩者有相同的參與方。", "两者有相同的参与方。"),
    "identifiers_differ": said("But their identifiers differ.", "但識別碼不同。", "但标识符不同。"),
}

FIELDS: Sentences = {
    "work_not_found": said(
        "The register of works does not know this DOI. Please check it, or type title, people and date.",
        "成果登記庫中沒有此DOI。請核對號碼，或自行填寫名稱、人員及日期。",
        "成果登记库中没有此DOI。请核对号码，或自行填写名称、人员和日期。",
    ),
    "work_register_off": said(
        "This site asks no register: title, people and date can’t be filled from the DOI. Please type them, or paste "
        "BibTeX, RIS or JSON instead.",
        "本站不會查詢登記庫，無法由DOI填入名稱、人員及日期。請自行填寫，或改為貼上BibTeX、RIS或JSON。",
        "本站不查询登记库，无法由DOI填入名称、人员和日期。请自行填写，或改为粘贴BibTeX、RIS或JSON。",
    ),
    "work_register_silent": said(
        "The register of works does not answer at present: title, people and date could not be filled. Please type "
        "them, or try again later.",
        "成果登記庫目前沒有回應，未能填入名稱、人員及日期。請自行填寫，或稍後再試。",
        "成果登记库目前没有响应，未能填入名称、人员和日期。请自行填写，或稍后再试。",
    ),
    "work_not_asked": said(
        "At most %(max)s works are looked up at once, and only for a few seconds: this one was not. Please type title, "
        "people and date, or paste it alone.",
        "每次最多查詢%(max)s項成果，且時間有限，此項未有查詢。請自行填寫名稱、人員及日期，或單獨貼上此項。",
        "每次最多查询%(max)s项成果，且时间有限，此项未查询。请自行填写名称、人员和日期，或单独粘贴此项。",
    ),
    "work_number_only": said(
        "Only the number is known; no register is asked for it. Please type title, date and people.",
        "只知道號碼，且沒有可查詢的登記庫。請自行填寫名稱、日期及人員。",
        "只知道号码，且没有可查询的登记库。请自行填写名称、日期和人员。",
    ),
    "country": said(
        "The number does not begin with the code of a patent office.",
        "號碼開頭不是專利局的代碼。",
        "号码开头不是专利局的代码。",
    ),
    "year": said("This is not a year: %(value)s.", "這不是年份：%(value)s。", "这不是年份：%(value)s。"),
    "date_whole": said(
        "Please give the whole date, with its day.", "請填寫完整日期，須包括日。", "请填写完整日期，须包括日。"
    ),
    "file_json_deep": said("The JSON is nested too deeply.", "JSON的巢狀層數過多。", "JSON的嵌套层数过多。"),
    "file_not_a_bibliography": said(
        "This is no bibliography. BibTeX, RIS and JSON files are read, and pasted lines.",
        "這不是書目檔案。可讀取BibTeX、RIS及JSON檔案，以及貼上的文字。",
        "这不是书目文件。可读取BibTeX、RIS及JSON文件，以及粘贴的文字。",
    ),
    "file_column_twice": said(
        "Two columns have the meaning “%(column)s”.", "有兩欄都表示「%(column)s」。", "有两列都表示“%(column)s”。"
    ),
    "file_outcome_columns": said(
        "The sheet needs the columns %(needed)s.",
        "工作表須有以下各欄：%(needed)s。",
        "工作表须有以下各列：%(needed)s。",
    ),
    "entry_broken": said("This entry cannot be read.", "無法讀取此條目。", "无法读取此条目。"),
    "entry_not_an_object": said("This entry is not a record.", "此條目不是一筆記錄。", "此条目不是一条记录。"),
    "entry_key_twice": said(
        "The key of this entry stands more than once in the file.",
        "此條目的鍵在檔案中重複出現。",
        "此条目的键在文件中重复出现。",
    ),
    "entry_field_twice": said(
        "A field stands twice in this entry; the first was taken.",
        "此條目有欄位重複，已採用第一個。",
        "此条目有字段重复，已采用第一个。",
    ),
    "work_without_title": said(
        "Neither a title nor an identifier is left of this entry.",
        "此條目既無題名，也無可用的識別碼。",
        "此条目既无题名，也无可用的标识符。",
    ),
    "work_type_unknown": said(
        "We don't know this type of work: “%(value)s”. Please choose one.",
        "無法辨認此成果類型：「%(value)s」。請自行選擇。",
        "无法识别此成果类型：“%(value)s”。请自行选择。",
    ),
    "latex_unread": said(
        "The LaTeX in this field could not be read; please check the text.",
        "無法解讀此欄位的LaTeX，請檢查文字。",
        "无法解读此字段的LaTeX，请检查文字。",
    ),
    "creators_cut": said(
        "The list of authors ends with “and others”: it is not complete.",
        "作者名單以「and others」結尾，並不完整。",
        "作者名单以“and others”结尾，并不完整。",
    ),
    "creator_unnamed": said(
        "An author without a name was left out.", "略去一位沒有姓名的作者。", "略去一位没有姓名的作者。"
    ),
    "identifier_unknown": said(
        "We find no DOI, patent number or standard in this line.",
        "此行沒有可辨認的DOI、專利號碼或標準編號。",
        "此行没有可识别的DOI、专利号或标准编号。",
    ),
    "identifier_of_project": said(
        "A RAiD names a project, not a result of it.",
        "RAiD標識的是項目，並非其成果。",
        "RAiD标识的是项目，并非其成果。",
    ),
}
