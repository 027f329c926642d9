"""What is said about uploads."""

from __future__ import annotations

from marketplace.wording.dictionary import Sentences

REFUSALS: Sentences = {
    "file_empty": {"en": "The file is empty.", "zh-Hant": "檔案是空的。", "zh-Hans": "文件是空的。"},
    "file_too_large": {
        "en": "The file is larger than %(max)s MB.",
        "zh-Hant": "檔案超過%(max)s MB。",
        "zh-Hans": "文件超过%(max)s MB。",
    },
    "file_kind_refused": {
        "en": "This kind of file is not taken here. These are: %(allowed)s.",
        "zh-Hant": "此處不接受這種檔案。可接受的格式：%(allowed)s。",
        "zh-Hans": "此处不接受这种文件。可接受的格式：%(allowed)s。",
    },
    "file_broken": {
        "en": "The file is damaged or protected and cannot be read.",
        "zh-Hant": "檔案已損壞或受保護，無法讀取。",
        "zh-Hans": "文件已损坏或受保护，无法读取。",
    },
    "file_macros": {
        "en": "The file contains macros. Please save it without them.",
        "zh-Hant": "檔案含有巨集，請另存為不含巨集的檔案。",
        "zh-Hans": "文件含有宏，请另存为不含宏的文件。",
    },
    "file_nested": {
        "en": "The file contains other packed files. Please remove them.",
        "zh-Hant": "檔案內嵌有其他壓縮檔，請先移除。",
        "zh-Hans": "文件内嵌有其他压缩文件，请先移除。",
    },
    "file_unpacks_too_large": {
        "en": "Unpacked, the file would be too large.",
        "zh-Hant": "檔案解壓後過大。",
        "zh-Hans": "文件解压后过大。",
    },
    "photo_too_many_pixels": {
        "en": "The photo has more than %(max)s million pixels.",
        "zh-Hant": "相片超過%(max)s百萬像素。",
        "zh-Hans": "照片超过%(max)s百万像素。",
    },
}
