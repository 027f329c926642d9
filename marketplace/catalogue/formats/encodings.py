"""From bytes to text: the encoding that was named, or the one that is certain."""

from __future__ import annotations

import codecs

from marketplace.values.refusal import Invalid

# What a person may choose, and the decoder that reads all of it: GB 18030 holds GBK, HKSCS holds Hong Kong's Big5.
ENCODINGS = {"utf-8": "utf-8-sig", "gbk": "gb18030", "big5": "big5hkscs", "utf-16": "utf-16"}
ALIASES = {
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-8-bom": "utf-8",
    "gb2312": "gbk",
    "gb18030": "gbk",
    "cp936": "gbk",
    "big5-hkscs": "big5",
    "big5hkscs": "big5",
    "cp950": "big5",
    "utf16": "utf-16",
}


def known_encoding(name: str) -> str:
    """The encoding's plain name; raises `Invalid` (rule `encoding`) for one that is not offered."""
    plain = name.strip().lower().replace("_", "-")
    plain = ALIASES.get(plain, plain)
    if plain not in ENCODINGS:
        raise Invalid.one("encoding", "encoding", known=", ".join(ENCODINGS))
    return plain


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and the encoding's plain name. Without a name only a byte order mark or valid UTF-8 is certain; all
    else raises `Invalid` (rule `file_encoding_unsure`), because GBK and Big5 read each other's bytes without error."""
    plain = known_encoding(encoding) if encoding else _certain(content)
    try:
        text = content.decode(ENCODINGS[plain])
    except UnicodeDecodeError as error:
        raise Invalid.one("file", "file_encoding", encoding=plain, byte=error.start) from None
    if "\x00" in text:
        raise Invalid.one("file", "file_nul")
    return text, plain


def _certain(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid.one("file", "file_encoding_unsure") from None
    return "utf-8"
