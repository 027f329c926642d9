"""The white lists that rules name, as people call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIST_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "HTZ-CUS": {
        "en": "Hetao customs white list",
        "zh-Hant": "河套海關白名單",
        "zh-Hans": "河套海关白名单",
    },
    "NS-WL": {
        "en": "Nansha white list for biomedical research materials",
        "zh-Hant": "南沙生物醫藥研發物品白名單",
        "zh-Hans": "南沙生物医药研发用物品白名单",
    },
    "CN-RESEARCH-RELIEF": {
        "en": "Mainland list of bodies with duty relief for research",
        "zh-Hant": "內地科研進口稅收優惠單位名單",
        "zh-Hans": "内地科研进口税收优惠单位名单",
    },
}


def list_name(code: str) -> Mapping[str, str]:
    """What a white list is called; one that only a new rule names goes by its code."""
    return LIST_NAMES.get(code, {"en": code})
