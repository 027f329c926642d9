"""The closed lists that listings choose from, each entry with its name in three languages.

Sources: the classes of China's large research instruments (top level, in the yearbook's order), the fields
of research of the OECD (FORD 2015), technology readiness after Horizon 2020 annex G, manufacturing readiness after the
US Department of Defense's deskbook.
"""

from __future__ import annotations

from collections.abc import Mapping

Names = dict[str, str]


def _names(en: str, hant: str, hans: str) -> Names:
    return {"en": en, "zh-Hant": hant, "zh-Hans": hans}


KINDS: Mapping[str, Names] = {
    "lab": _names("Lab", "實驗室", "实验室"),
    "pilot_line": _names("Pilot line", "中試線", "中试线"),
    "instrument": _names("Instrument", "儀器", "仪器"),
}
UNIT_KINDS: Mapping[str, Names] = {
    "bench": _names("Bench", "實驗枱", "实验台"),
    "clean_room": _names("Clean room", "潔淨室", "洁净室"),
    "instrument": _names("Instrument", "儀器", "仪器"),
    "line": _names("Line", "生產線", "产线"),
}
SERVICE_MODES: Mapping[str, Names] = {
    "self_use": _names("Use it yourself", "自行操作", "自主操作"),
    "send_in": _names("Send samples in", "送樣測試", "送样测试"),
    "staffed": _names("Run by the host's staff", "由提供方人員操作", "由提供方人员操作"),
}
SCALES: Mapping[str, Names] = {
    "bench": _names("Bench scale", "小試規模", "小试规模"),
    "pilot": _names("Pilot scale", "中試規模", "中试规模"),
    "demonstration": _names("Demonstration scale", "示範規模", "示范规模"),
}
ACCREDITATIONS: Mapping[str, Names] = {
    "HKAS": _names("Hong Kong accreditation (HKAS)", "香港認可處認可（HKAS）", "香港认可处认可（HKAS）"),
    "HOKLAS": _names(
        "Hong Kong laboratory accreditation (HOKLAS)",
        "香港實驗所認可計劃認可（HOKLAS）",
        "香港实验所认可计划认可（HOKLAS）",
    ),
    "CNAS": _names("Mainland accreditation (CNAS)", "內地認可（CNAS）", "中国合格评定国家认可委员会认可（CNAS）"),
    "CMA": _names(
        "Mainland qualification for statutory tests (CMA)",
        "內地檢驗檢測機構資質認定（CMA）",
        "检验检测机构资质认定（CMA）",
    ),
}
INSTRUMENT_CLASSES: Mapping[str, Names] = {
    "analysis": _names("Analytical instruments", "分析儀器", "分析仪器"),
    "physical_testing": _names("Physical property testing", "物理性能測試儀器", "物理性能测试仪器"),
    "metrology": _names("Metrology", "計量儀器", "计量仪器"),
    "electronic_measurement": _names("Electronic measurement", "電子測量儀器", "电子测量仪器"),
    "marine": _names("Marine instruments", "海洋儀器", "海洋仪器"),
    "earth_exploration": _names("Earth exploration", "地球探測儀器", "地球探测仪器"),
    "atmosphere": _names("Atmospheric exploration", "大氣探測儀器", "大气探测仪器"),
    "astronomy": _names("Astronomical instruments", "天文儀器", "天文仪器"),
    "medical_diagnosis": _names("Medical diagnosis", "醫學診斷儀器", "医学诊断仪器"),
    "nuclear": _names("Nuclear instruments", "核儀器", "核仪器"),
    "special_inspection": _names("Special inspection", "特種檢測儀器", "特种检测仪器"),
    "process": _names("Process equipment", "工藝實驗設備", "工艺实验设备"),
    "computing": _names("Computers and their equipment", "計算機及其配套設備", "计算机及其配套设备"),
    "laser": _names("Lasers", "激光器", "激光器"),
    "other": _names("Other instruments", "其他儀器", "其他仪器"),
}
RESEARCH_FIELDS: Mapping[str, Names] = {
    "1.1": _names("Mathematics", "數學", "数学"),
    "1.2": _names("Computer and information sciences", "電腦及資訊科學", "计算机与信息科学"),
    "1.3": _names("Physical sciences", "物理科學", "物理科学"),
    "1.4": _names("Chemical sciences", "化學", "化学科学"),
    "1.5": _names("Earth and environmental sciences", "地球及環境科學", "地球与环境科学"),
    "1.6": _names("Biological sciences", "生物科學", "生物科学"),
    "1.7": _names("Other natural sciences", "其他自然科學", "其他自然科学"),
    "2.1": _names("Civil engineering", "土木工程", "土木工程"),
    "2.2": _names("Electrical, electronic and information engineering", "電機、電子及資訊工程", "电气、电子与信息工程"),
    "2.3": _names("Mechanical engineering", "機械工程", "机械工程"),
    "2.4": _names("Chemical engineering", "化學工程", "化学工程"),
    "2.5": _names("Materials engineering", "材料工程", "材料工程"),
    "2.6": _names("Medical engineering", "醫學工程", "医学工程"),
    "2.7": _names("Environmental engineering", "環境工程", "环境工程"),
    "2.8": _names("Environmental biotechnology", "環境生物科技", "环境生物技术"),
    "2.9": _names("Industrial biotechnology", "工業生物科技", "工业生物技术"),
    "2.10": _names("Nano-technology", "納米科技", "纳米技术"),
    "2.11": _names("Other engineering and technologies", "其他工程及技術", "其他工程与技术"),
    "3.1": _names("Basic medicine", "基礎醫學", "基础医学"),
    "3.2": _names("Clinical medicine", "臨床醫學", "临床医学"),
    "3.3": _names("Health sciences", "健康科學", "健康科学"),
    "3.4": _names("Medical biotechnology", "醫學生物科技", "医学生物技术"),
    "3.5": _names("Other medical sciences", "其他醫學", "其他医学科学"),
    "4.1": _names("Agriculture, forestry and fisheries", "農業、林業及漁業", "农业、林业和渔业"),
    "4.2": _names("Animal and dairy science", "動物及乳品科學", "动物与乳品科学"),
    "4.3": _names("Veterinary science", "獸醫學", "兽医学"),
    "4.4": _names("Agricultural biotechnology", "農業生物科技", "农业生物技术"),
    "4.5": _names("Other agricultural sciences", "其他農業科學", "其他农业科学"),
}
TRL: Mapping[int, Names] = {
    1: _names("Basic principles observed", "觀察到基本原理", "观察到基本原理"),
    2: _names("Technology concept formulated", "形成技術概念", "形成技术概念"),
    3: _names("Experimental proof of concept", "實驗驗證概念", "实验验证概念"),
    4: _names("Validated in a lab", "於實驗室驗證", "在实验室验证"),
    5: _names("Validated in a relevant environment", "於相關環境驗證", "在相关环境验证"),
    6: _names("Demonstrated in a relevant environment", "於相關環境示範", "在相关环境演示"),
    7: _names("Prototype in an operational environment", "原型於實際環境示範", "原型在实际环境演示"),
    8: _names("System complete and qualified", "系統完成並通過鑑定", "系统完成并通过鉴定"),
    9: _names("Proven in an operational environment", "於實際環境證實", "在实际环境得到验证"),
}
MRL: Mapping[int, Names] = {
    1: _names("Basic manufacturing implications identified", "識別基本製造影響", "识别基本制造影响"),
    2: _names("Manufacturing concepts identified", "識別製造概念", "识别制造概念"),
    3: _names("Manufacturing proof of concept", "製造概念驗證", "制造概念验证"),
    4: _names("Capability in a laboratory", "實驗室環境的製造能力", "实验室环境的制造能力"),
    5: _names("Prototype components", "可製造原型部件", "可制造原型部件"),
    6: _names("Prototype system", "可製造原型系統", "可制造原型系统"),
    7: _names("Production-representative environment", "具代表性的生產環境", "具代表性的生产环境"),
    8: _names("Pilot line demonstrated", "中試線已示範", "中试线已验证"),
    9: _names("Low-rate production demonstrated", "小批量生產已示範", "小批量生产已验证"),
    10: _names("Full-rate production demonstrated", "量產已示範", "批量生产已验证"),
}
CLEANROOM_CLASSES = tuple(f"ISO {number}" for number in range(1, 10))
