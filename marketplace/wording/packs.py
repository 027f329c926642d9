"""What packs of evidence say: what is wrong with one, and the page of instructions that lies in each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from marketplace.spillovers.packs.texts import Finding
from marketplace.values.localized import Language, pick
from marketplace.wording.dictionary import Sentences, said
from marketplace.wording.filling import fill, one_line

FINDINGS: Final[Sentences] = {
    "archive_unreadable": said(
        "The file can’t be read: %(reason)s.", "無法讀取檔案：%(reason)s。", "无法读取文件：%(reason)s。"
    ),
    "archive_broken": said(
        "This is no whole ZIP archive: %(reason)s.",
        "這不是完整的ZIP檔：%(reason)s。",
        "这不是完整的ZIP文件：%(reason)s。",
    ),
    "archive_too_large": said(
        "The archive or what it unpacks to is larger than %(max)s bytes.",
        "檔案或其解壓後的內容超過%(max)s位元組。",
        "文件或其解压后的内容超过%(max)s字节。",
    ),
    "archive_too_many": said(
        "The archive holds more than %(max)s files.", "檔案內多於%(max)s個檔案。", "文件内多于%(max)s个文件。"
    ),
    "file_name": said(
        "A file has a name that no file of a pack has; it might lead elsewhere.",
        "有檔案的名稱不屬於資料包，可能指向其他位置。",
        "有文件的名称不属于资料包，可能指向其他位置。",
    ),
    "file_twice": said("The archive holds this file twice.", "檔案內此項重複。", "文件内此项重复。"),
    "file_kind": said(
        "This is a link, encrypted or packed in a way that packs are not.",
        "這是連結、已加密，或使用了資料包不用的壓縮方式。",
        "这是链接、已加密，或使用了资料包不用的压缩方式。",
    ),
    "archive_digest": said(
        "This is another archive than the one with that SHA-256; its own is %(found)s.",
        "此檔案並非該SHA-256所指的檔案；其SHA-256為%(found)s。",
        "此文件不是该SHA-256所指的文件；其SHA-256为%(found)s。",
    ),
    "file_missing": said("The file is missing.", "欠缺此檔案。", "缺少此文件。"),
    "file_added": said("The manifest does not name this file.", "清單沒有列出此檔案。", "清单没有列出此文件。"),
    "file_unexpected": said(
        "No row of the pack gives this file.", "資料包內沒有紀錄對應此檔案。", "资料包内没有记录对应此文件。"
    ),
    "file_altered": said(
        "The file differs from its size or SHA-256 in the manifest.",
        "檔案與清單所列的大小或SHA-256不符。",
        "文件与清单所列的大小或SHA-256不符。",
    ),
    "manifest_digest": said(
        "The manifest differs from its own digest.", "清單與其本身的摘要值不符。", "清单与其自身的摘要值不符。"
    ),
    "manifest_shape": said("The manifest is not whole.", "清單不完整。", "清单不完整。"),
    "not_a_pack": said(
        "This is no evidence pack of a known version.", "這不是已知版本的佐證資料包。", "这不是已知版本的佐证资料包。"
    ),
    "encoding": said("The file is not written in UTF-8.", "檔案並非以UTF-8編碼。", "文件并非以UTF-8编码。"),
    "json": said("This is no JSON: %(reason)s.", "這不是JSON：%(reason)s。", "这不是JSON：%(reason)s。"),
    "json_deep": said("It is nested too deep.", "巢狀層數過多。", "嵌套层数过多。"),
    "sheet": said("This is no table: %(reason)s.", "這不是表格：%(reason)s。", "这不是表格：%(reason)s。"),
    "sheet_empty": said("The table has no head.", "表格沒有標題列。", "表格没有标题行。"),
    "sheet_head": said("The head of the table is not one of a pack.", "表格的標題列不符。", "表格的标题行不符。"),
    "sheet_width": said(
        "Row %(row)s has not as many cells as the head.",
        "第%(row)s列的儲存格數目與標題列不同。",
        "第%(row)s行的单元格数目与标题行不同。",
    ),
    "sheet_number": said(
        "Row %(row)s holds no whole number where one belongs.", "第%(row)s列應為整數。", "第%(row)s行应为整数。"
    ),
    "sheet_too_long": said("The table has more than %(max)s rows.", "表格多於%(max)s列。", "表格多于%(max)s行。"),
    "inputs_shape": said(
        "The tables don’t fit together to inputs.", "各表格無法組成計算輸入。", "各表格无法组成计算输入。"
    ),
    "pack_shape": said("The description of the pack is not whole.", "資料包的說明不完整。", "资料包的说明不完整。"),
    "too_many_figures": said(
        "The pack tells more than %(max)s figures.", "資料包的數字多於%(max)s個。", "资料包的数字多于%(max)s个。"
    ),
    "metric_unknown": said(
        "This version knows no metric %(metric)s.", "此版本沒有指標%(metric)s。", "此版本没有指标%(metric)s。"
    ),
    "rows_unusable": said(
        "The rows say what no row can say: %(reason)s.", "紀錄內容無效：%(reason)s。", "记录内容无效：%(reason)s。"
    ),
    "row_not_counted": said(
        "%(metric)s rests on %(count)s rows that the pack does not hold as confirmed, such as %(row)s.",
        "%(metric)s所依據的紀錄中，有%(count)s項在資料包內並非已確認，例如%(row)s。",
        "%(metric)s所依据的记录中，有%(count)s项在资料包内并非已确认，例如%(row)s。",
    ),
    "input_differs": said(
        "%(metric)s: the inputs say of %(row)s otherwise than the rows (%(member)s).",
        "%(metric)s：計算輸入中%(row)s的內容與紀錄不符（%(member)s）。",
        "%(metric)s：计算输入中%(row)s的内容与记录不符（%(member)s）。",
    ),
    "differs_from_rows": said(
        "The file differs from what the rows give.", "檔案與紀錄計算所得不符。", "文件与记录计算所得不符。"
    ),
    "definitions_differ": said(
        "The definitions differ from those of this version.", "口徑定義與此版本不同。", "口径定义与此版本不同。"
    ),
    "figure_differs": said(
        "%(metric)s: %(member)s is stated as %(stated)s and computed as %(computed)s.",
        "%(metric)s：%(member)s所列為%(stated)s，計算所得為%(computed)s。",
        "%(metric)s：%(member)s所列为%(stated)s，计算所得为%(computed)s。",
    ),
    "figure_unexpected": said(
        "%(metric)s is stated but has no inputs.", "%(metric)s有數字但沒有輸入。", "%(metric)s有数字但没有输入。"
    ),
    "figure_missing": said("%(metric)s is not stated.", "欠缺%(metric)s的數字。", "缺少%(metric)s的数字。"),
}
NOT_TOLD: Final = said(
    "told to overseers alone, since it would tell what was left out",
    "只供監察人員查閱，以免透露未包括的內容",
    "仅供监察人员查阅，以免透露未包括的内容",
)
README: Final = said(
    """EVIDENCE PACK of Benchbridge: %(name)s
%(first)s to %(last)s, as known at %(as_of)s

What is in it
  rows/         the rows behind the figures, one table for each kind, as CSV and JSON
  inputs/       what each figure was computed from
  figures.json  the figures: use, output and spillover are never mixed; a count is not an effect
  registry.json the definitions that were used
  provenance.jsonld  who recorded, confirmed and computed what (W3C PROV); people appear by pseudonym
  rows/baseline, rows/comparison, rows/deflators  tables for evaluators
  manifest.json size and SHA-256 of every file

To compute every figure anew, from this archive alone and without any account, install Benchbridge and run
  benchbridge evidence verify PACK.zip
It exits with 0 where everything agrees, else with 1 and says what differs.

Left out of this pack: %(withheld)s outcomes that are confidential or under embargo, and %(withheld_use)s sessions of
use between others. The figures are computed over what is in the pack. Figures that differ from those over all rows:
%(differs)s.

The manifest shows that nothing was damaged on the way; the pack is not signed, so it does not show who made it. To know
that it is the one that was made, give the SHA-256 that the page of the pack shows, on which it was downloaded:
  benchbridge evidence verify PACK.zip --digest SHA256
""",
    """Benchbridge佐證資料包：%(name)s
%(first)s至%(last)s，截至%(as_of)s所知

內容
  rows/         數字所依據的紀錄，每類一個表格，分CSV及JSON
  inputs/       計算每個數字的輸入
  figures.json  各項數字：使用、產出、外溢絕不混合；數量並非效果
  registry.json 所用的定義
  provenance.jsonld  誰記錄、確認及計算（W3C PROV）；人員以代號顯示
  rows/baseline、rows/comparison、rows/deflators  供評核人員使用的表格
  manifest.json 每個檔案的大小及SHA-256

無須帳戶，只憑此檔案即可重新計算所有數字。安裝Benchbridge後執行
  benchbridge evidence verify PACK.zip
全部相符時結束代碼為0，否則為1並列出差異。

此資料包沒有包括%(withheld)s項保密或在禁止公布期內的成果，以及其他機構之間的%(withheld_use)s次使用。數字只按資料包內的紀錄計算。
與按全部紀錄計算不同的數字：%(differs)s。

清單只證明檔案沒有損壞；資料包未經簽署，不能證明由誰製作。如要確認是原來的資料包，請附上下載頁面所示的SHA-256：
  benchbridge evidence verify PACK.zip --digest SHA256
""",
    """Benchbridge佐证资料包：%(name)s
%(first)s至%(last)s，截至%(as_of)s所知

内容
  rows/         数字所依据的记录，每类一个表格，分CSV和JSON
  inputs/       计算每个数字的输入
  figures.json  各项数字：使用、产出、溢出绝不混合；数量不是效果
  registry.json 所用的定义
  provenance.jsonld  谁记录、确认和计算（W3C PROV）；人员以代号显示
  rows/baseline、rows/comparison、rows/deflators  供评估人员使用的表格
  manifest.json 每个文件的大小和SHA-256

无需账户，仅凭此文件即可重新计算所有数字。安装Benchbridge后执行
  benchbridge evidence verify PACK.zip
全部相符时退出码为0，否则为1并列出差异。

此资料包未包括%(withheld)s项保密或在禁止公布期内的成果，以及其他机构之间的%(withheld_use)s次使用。数字只按资料包内的记录计算。
与按全部记录计算不同的数字：%(differs)s。

清单只证明文件没有损坏；资料包未经签名，不能证明由谁制作。如要确认是原来的资料包，请附上下载页面所示的SHA-256：
  benchbridge evidence verify PACK.zip --digest SHA256
""",
)


def finding_sentence(finding: Finding, language: Language) -> str:
    """What is wrong, with the file that it is wrong in."""
    text = fill(FINDINGS[finding.code][language], finding.details, language)
    return f"{finding.file}: {text}" if finding.file else text


def readme(about: Mapping[str, Any]) -> bytes:
    """The instructions in three languages, one below the other."""
    last = date.fromisoformat(about["after"]) - timedelta(days=1)
    differs = None if about["differs"] is None else ", ".join(about["differs"]) or "0"
    texts = [
        _put(
            sentence,
            {
                **about,
                "last": last.isoformat(),
                "differs": differs or NOT_TOLD[language],
                "name": one_line(pick(about["name"], language).text),
            },
        )
        for language, sentence in README.items()
    ]
    return "\n\n".join(texts).encode()


def _put(sentence: str, values: Mapping[str, Any]) -> str:
    """The values as they are, days and instants in ISO 8601: the file is read by programs and people alike."""
    for name in ("name", "first", "last", "as_of", "withheld", "withheld_use", "differs"):
        sentence = sentence.replace(f"%({name})s", str(values[name]))
    return sentence
