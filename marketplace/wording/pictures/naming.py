"""What pictures call territories, zones, classes of outcomes and organisations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from marketplace.values.localized import Language, pick
from marketplace.wording.dictionary import said, spoken

Names = Mapping[str, Mapping[str, str]]

CLASSES: Final = {
    "publications": said("Publications", "論文", "论文"),
    "research_objects": said("Data, software, standards", "數據集、軟件及標準", "数据集、软件和标准"),
    "patents": said("Patent families", "專利族", "专利族"),
    "transfer": said("Licences, spin-offs", "許可及衍生公司", "许可和衍生企业"),
    "contracts": said("Contracts, funding", "合約及資助", "合同和资助"),
    "innovations": said("Products, processes", "產品及工藝", "产品和工艺"),
    "people": said("Jobs, degrees, training", "職位、學位及培訓", "岗位、学位和培训"),
    "others": said("Other outcomes", "其他成果", "其他成果"),
}
PLACES: Final = {
    "several": said("several zones", "多個合作區", "多个合作区"),
    "none": said("outside all zones", "合作區以外", "合作区以外"),
}
EVERYBODY: Final = said("all", "全部", "全部")
FORMER: Final = said("former organisation", "以往的機構", "原机构")


def named(code: str, names: Names, language: str) -> str:
    """The name of a territory, zone or organisation in the reader's language; a code that nobody knows is itself."""
    text = names.get(code)
    return pick(text, spoken(language)).text if text else code


def told_apart(codes: Iterable[str], names: Names, language: str) -> dict[str, str]:
    """A name for each organisation that no other of them has: those that share one get a number."""
    tongue: Language = spoken(language)
    found: dict[str, str] = {}
    used: dict[str, int] = {}
    for code in sorted(set(codes)):
        name = named(code, names, tongue) if code in names else FORMER[tongue]
        used[name] = used.get(name, 0) + 1
        found[code] = name if used[name] == 1 else f"{name} ({used[name]})"
    return found
