"""What verifying history says: its findings, and what it cannot see."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences, spoken

FINDINGS: Sentences = {
    "entry_changed": {
        "en": "this entry is not what was written",
        "zh-Hant": "此紀錄與寫入時不符",
        "zh-Hans": "该记录与写入时不符",
    },
    "entry_lost": {"en": "this entry is missing", "zh-Hant": "缺少此紀錄", "zh-Hans": "缺少该记录"},
    "entry_inserted": {
        "en": "this entry was added past the end of its chain",
        "zh-Hant": "此紀錄是在鏈尾之後加入的",
        "zh-Hans": "该记录是在链尾之后加入的",
    },
    "tail_cut": {
        "en": "this entry and all after it are missing",
        "zh-Hant": "此紀錄及其後的紀錄均已缺失",
        "zh-Hans": "该记录及其后的记录均已缺失",
    },
    "head_lost": {
        "en": "the head of this chain is missing",
        "zh-Hant": "缺少此鏈的鏈首",
        "zh-Hans": "缺少该链的链首",
    },
    "head_changed": {
        "en": "the head of this chain is not what was written",
        "zh-Hant": "此鏈的鏈首與寫入時不符",
        "zh-Hans": "该链的链首与写入时不符",
    },
    "text_changed": {
        "en": "the text of this entry is not what was written",
        "zh-Hant": "此紀錄的文字與寫入時不符",
        "zh-Hans": "该记录的文字与写入时不符",
    },
    "text_lost": {
        "en": "the text of this entry is missing, not erased",
        "zh-Hant": "此紀錄的文字已遺失，並非依要求刪除",
        "zh-Hans": "该记录的文字已丢失，并非按要求删除",
    },
    "text_inserted": {
        "en": "this entry was written without a text and now has one",
        "zh-Hant": "此紀錄寫入時沒有文字，現在卻有",
        "zh-Hans": "该记录写入时没有文字，现在却有",
    },
    "seal_changed": {
        "en": "this seal is not what was signed",
        "zh-Hant": "此封存與簽署時不符",
        "zh-Hans": "该封存与签署时不符",
    },
    "seal_lost": {"en": "this seal is missing", "zh-Hant": "缺少此封存", "zh-Hans": "缺少该封存"},
    "sealed_entries_lost": {
        "en": "entries under this seal are missing",
        "zh-Hant": "此封存所涵蓋的紀錄有缺失",
        "zh-Hans": "该封存所涵盖的记录有缺失",
    },
    "sealed_entries_inserted": {
        "en": "entries were added under this seal",
        "zh-Hant": "此封存所涵蓋的範圍被加入紀錄",
        "zh-Hans": "该封存所涵盖的范围被加入记录",
    },
    "sealed_entries_changed": {
        "en": "entries under this seal are not what was sealed",
        "zh-Hant": "此封存所涵蓋的紀錄與封存時不符",
        "zh-Hans": "该封存所涵盖的记录与封存时不符",
    },
    "copy_differs": {
        "en": "the copy of this seal outside the database says something else",
        "zh-Hant": "此封存在資料庫以外的副本內容不同",
        "zh-Hans": "该封存在数据库以外的副本内容不同",
    },
    "copy_lost": {
        "en": "the copy of this seal outside the database is missing",
        "zh-Hant": "缺少此封存在資料庫以外的副本",
        "zh-Hans": "缺少该封存在数据库以外的副本",
    },
    "copy_unreadable": {
        "en": "the copy of this seal cannot be read",
        "zh-Hant": "無法讀取此封存的副本",
        "zh-Hans": "无法读取该封存的副本",
    },
}

LIMITS: Sentences = {
    "unsealed_subject_removed": {
        "en": "a subject removed as a whole before its entries were sealed",
        "zh-Hant": "在封存之前被整個移除的對象",
        "zh-Hans": "在封存之前被整个移除的对象",
    },
    "unsealed_tail_put_back": {
        "en": "a subject put back, before sealing, to a state that it once had",
        "zh-Hant": "在封存之前被還原到先前狀態的對象",
        "zh-Hans": "在封存之前被还原到先前状态的对象",
    },
    "all_put_back_together": {
        "en": "the database and the copies of its seals replaced together by an older set of both",
        "zh-Hant": "資料庫連同封存副本一併被換成較舊的一套",
        "zh-Hans": "数据库连同封存副本一并被换成较旧的一套",
    },
    "key_holder": {
        "en": "what was rewritten by somebody who holds the history key",
        "zh-Hant": "由持有歷史密鑰的人改寫的內容",
        "zh-Hans": "由持有历史密钥的人改写的内容",
    },
    "erased_text": {
        "en": "what an erased text said",
        "zh-Hant": "已刪除文字的原有內容",
        "zh-Hans": "已删除文字的原有内容",
    },
}


def finding_sentence(code: str, language: str) -> str:
    """What a finding of `history.queries.verify` means."""
    return FINDINGS[code][spoken(language)] if code in FINDINGS else code


def limit_sentence(code: str, language: str) -> str:
    """What a code of `CANNOT_SEE` means."""
    return LIMITS[code][spoken(language)] if code in LIMITS else code
