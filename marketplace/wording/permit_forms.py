"""What is wrong with a field of the form that asks for a permit plan."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences

FIELDS: Sentences = {
    "plan_answers": {
        "en": "The answers that this page carried along could not be read. They were left out: please answer again.",
        "zh-Hant": "未能讀取此頁所載的答案，相關答案已略去，請重新回答。",
        "zh-Hans": "无法读取本页所带的答案，相关答案已略去，请重新回答。",
    },
    "plan_day": {
        "en": "Choose a day from today on.",
        "zh-Hant": "請選擇今天或以後的日期。",
        "zh-Hans": "请选择今天或以后的日期。",
    },
    "plan_amount": {
        "en": "Write an amount such as 1200 or 1200.50.",
        "zh-Hant": "請填寫金額，例如1200或1200.50。",
        "zh-Hans": "请填写金额，例如1200或1200.50。",
    },
    "lies_elsewhere": {
        "en": "This does not lie in the place chosen above.",
        "zh-Hant": "這不在上面所選的地區之內。",
        "zh-Hans": "这不在上面所选的地区之内。",
    },
}
