"""The words by which triggers of permit rules are told: relations, ways, lists, control codes, in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from marketplace.values.localized import Language
from marketplace.wording.dictionary import Sentences, said

Text = Mapping[Language, str]


# How a fact stands to what the rule says.
RELATIONS: Final[Sentences] = {
    "is": said("%(fact)s: %(value)s", "%(fact)s：%(value)s", "%(fact)s：%(value)s"),
    "is_not": said("%(fact)s: other than %(value)s", "%(fact)s：%(value)s以外", "%(fact)s：%(value)s以外"),
    "lt": said("%(fact)s: fewer than %(value)s", "%(fact)s：少於%(value)s", "%(fact)s：少于%(value)s"),
    "le": said("%(fact)s: at most %(value)s", "%(fact)s：不超過%(value)s", "%(fact)s：不超过%(value)s"),
    "gt": said("%(fact)s: more than %(value)s", "%(fact)s：超過%(value)s", "%(fact)s：超过%(value)s"),
    "ge": said("%(fact)s: %(value)s or more", "%(fact)s：%(value)s或以上", "%(fact)s：%(value)s及以上"),
    "later": said("%(fact)s: later than %(other)s", "%(fact)s：遲於%(other)s", "%(fact)s：晚于%(other)s"),
    "later_by": said(
        "%(fact)s: more than %(length)s after %(other)s",
        "%(fact)s：在%(other)s後超過%(length)s",
        "%(fact)s：在%(other)s后超过%(length)s",
    ),
    "not_later": said("%(fact)s: not later than %(other)s", "%(fact)s：不遲於%(other)s", "%(fact)s：不晚于%(other)s"),
    "not_later_by": said(
        "%(fact)s: at most %(length)s after %(other)s",
        "%(fact)s：在%(other)s後不超過%(length)s",
        "%(fact)s：在%(other)s后不超过%(length)s",
    ),
    "fires": said("“%(rule)s” applies as well", "「%(rule)s」同時適用", "“%(rule)s”同时适用"),
    "not_fires": said("“%(rule)s” does not apply", "「%(rule)s」不適用", "“%(rule)s”不适用"),
    "held": said(
        "A valid approval under “%(rule)s” is held by the %(holders)s",
        "%(holders)s持有「%(rule)s」的有效批准",
        "%(holders)s持有“%(rule)s”的有效批准",
    ),
    "not_held": said(
        "No valid approval under “%(rule)s” is held by the %(holders)s",
        "%(holders)s沒有「%(rule)s」的有效批准",
        "%(holders)s没有“%(rule)s”的有效批准",
    ),
    "listed": said("On the %(list)s: the %(holders)s", "%(holders)s列入「%(list)s」", "%(holders)s列入“%(list)s”"),
    "not_listed": said(
        "Not on the %(list)s: the %(holders)s", "%(holders)s未列入「%(list)s」", "%(holders)s未列入“%(list)s”"
    ),
    "way": said("Direction: %(way)s", "流向：%(way)s", "流向：%(way)s"),
    "not_way": said("Direction: not %(way)s", "流向：不是%(way)s", "流向：不是%(way)s"),
    "not": said("Not the case: %(value)s", "並非：%(value)s", "并非：%(value)s"),
}
# What stands above a list of parts.
HEADS: Final[Sentences] = {
    "all": said("All of these:", "以下各項同時符合：", "以下各项同时符合："),
    "any": said("At least one of these:", "符合以下任何一項：", "符合以下任何一项："),
    "not_any": said("None of these:", "以下各項均不符合：", "以下各项均不符合："),
    "not_all": said("Not all of these together:", "以下各項並非同時符合：", "以下各项并非同时符合："),
}
# Values that have no name of their own.
VALUES: Final[Sentences] = {
    "yes": said("yes", "是", "是"),
    "no": said("no", "否", "否"),
    "none": said("none", "沒有", "没有"),
    "one": said("there is one", "有", "有"),
    "any": said("any of them", "其中任何一類", "其中任何一类"),
    "listed": said("listed", "列入清單", "列入清单"),
    "not_listed": said("not listed", "未列入清單", "未列入清单"),
    "host": said("host", "設施提供方", "设施提供方"),
    "user": said("user", "使用方", "使用方"),
    "or": said(" or ", "或", "或"),
    "and": said(" and ", "及", "和"),
    "holders": said(" and the ", "及", "和"),
    "plus": said(" and %(value)s together", "與%(value)s合計", "与%(value)s合计"),
    "under": said("%(fact)s, rules of %(place)s", "%(fact)s（%(place)s規則）", "%(fact)s（%(place)s规则）"),
    "months": said("%(n)s months", "%(n)s個月", "%(n)s个月"),
    "days": said("%(n)s days", "%(n)s日", "%(n)s日"),
    "always": said("Always.", "在任何情況下均適用。", "在任何情况下均适用。"),
}
# The customs territories that directions name.
PLACES: Final[Sentences] = {
    "CN": said("mainland China", "內地", "内地"),
    "HK": said("Hong Kong", "香港", "香港"),
    "MO": said("Macao", "澳門", "澳门"),
    "EU": said("the European Union", "歐盟", "欧盟"),
    "UK": said("the United Kingdom", "英國", "英国"),
    "US": said("the United States", "美國", "美国"),
    "SG": said("Singapore", "新加坡", "新加坡"),
}
WAYS: Final[Sentences] = {
    "between": said("from %(origin)s to %(target)s", "由%(origin)s往%(target)s", "从%(origin)s到%(target)s"),
    "out": said("from %(origin)s to anywhere else", "由%(origin)s往其他地區", "从%(origin)s到其他地区"),
    "in": said("from anywhere else to %(target)s", "由其他地區往%(target)s", "从其他地区到%(target)s"),
    "place": said("the facility is in %(place)s", "設施位於%(place)s", "设施位于%(place)s"),
    "IN-CN": said("the facility or its host is in mainland China", "設施或其提供方位於內地", "设施或其提供方位于内地"),
    "ANY": said("wherever the facility is", "不論設施位於何處", "无论设施位于何处"),
}
# What a trigger is asked of, and how "some entry of the list" is told.
OVER: Final[Sentences] = {
    "data_flows": said("Each transfer of data", "每次數據傳輸", "每次数据传输"),
    "goods_flows": said("Each consignment of goods", "每批物品", "每批物品"),
    "people_flows": said("Each person who travels", "每名出行人員", "每名出行人员"),
    "technology_flows": said("Each transfer of technology", "每項技術轉移", "每项技术转移"),
    "chemicals": said("Each chemical that is used", "每種使用的化學品", "每种使用的化学品"),
    "results": said("Each result that is used elsewhere", "每項在別處使用的結果", "每项在别处使用的结果"),
    "money": said("The payment", "款項", "款项"),
    "booking": said("The booking as a whole", "整個預約", "整个预约"),
}
SOME: Final[Sentences] = {
    "data_flows": said("There is a transfer of data of this kind:", "有以下數據傳輸：", "有以下数据传输："),
    "goods_flows": said("There is a consignment of goods of this kind:", "有以下物品過境：", "有以下物品过境："),
    "people_flows": said("Somebody of this kind travels:", "有以下人員出行：", "有以下人员出行："),
    "technology_flows": said("There is a transfer of technology of this kind:", "有以下技術轉移：", "有以下技术转移："),
    "chemicals": said("A chemical of this kind is used:", "使用以下化學品：", "使用以下化学品："),
    "results": said("There is a result of this kind:", "有以下結果：", "有以下结果："),
    "money": said("There is a payment of this kind:", "有以下款項：", "有以下款项："),
}
NOBODY: Final[Sentences] = {
    "data_flows": said("There is no transfer of data of this kind:", "沒有以下數據傳輸：", "没有以下数据传输："),
    "goods_flows": said("There is no consignment of goods of this kind:", "沒有以下物品過境：", "没有以下物品过境："),
    "people_flows": said("Nobody of this kind travels:", "沒有以下人員出行：", "没有以下人员出行："),
    "technology_flows": said(
        "There is no transfer of technology of this kind:", "沒有以下技術轉移：", "没有以下技术转移："
    ),
    "chemicals": said("No chemical of this kind is used:", "沒有使用以下化學品：", "没有使用以下化学品："),
    "results": said("There is no result of this kind:", "沒有以下結果：", "没有以下结果："),
    "money": said("There is no payment of this kind:", "沒有以下款項：", "没有以下款项："),
}
# Lists of names that authorities keep, as the vault calls them.
LIST_NAMES: Final[Sentences] = {
    "HTZ-CUS": said(
        "customs white list of the Hetao Shenzhen Park", "河套深圳園區海關白名單", "河套深圳园区海关白名单"
    ),
    "NS-WL": said(
        "Nansha white list for biomedical research imports",
        "南沙生物醫藥研發物品進口白名單",
        "南沙生物医药研发用物品进口白名单",
    ),
    "CN-RESEARCH-RELIEF": said(
        "mainland list of bodies with tax relief for research imports",
        "內地科研用品進口免稅單位名單",
        "科研用品进口免税单位名单",
    ),
}
