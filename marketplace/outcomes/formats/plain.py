"""Text from bibliographies as plain text: no markup, no control characters, no more than a field holds."""

from __future__ import annotations

import html
import re
import unicodedata

MAX_TITLE = 2_000
MAX_NAME = 500
MAX_ABSTRACT = 20_000

_BLOCK = re.compile(r"</?(?:jats:)?(?:p|br|title|sec|list|list-item|div|li)\b[^<>]*>", re.IGNORECASE)
# An attribute or nothing stands behind a tag's name: "p <q and r> s" is no tag.
_TAG = re.compile(r"</?[A-Za-z][\w:.-]*(?:\s+[\w:.-]+\s*=[^<>]*)?\s*/?>|<!--[^<>]{0,500}-->")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
    "\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)


def plain(value: object, max_length: int = MAX_TITLE) -> str:
    """One line of text without tags and entities (JATS and HTML of titles), NFC, cut with an ellipsis where it is
    longer; nothing for what is no text. Escaped twice, as Crossref has it, is read twice."""
    if not isinstance(value, str):
        return ""
    text = value[: 4 * max_length]
    if "<" in text or "&" in text:
        for _ in range(2):
            text = html.unescape(_TAG.sub("", _BLOCK.sub(" ", text)))
        text = _TAG.sub("", _BLOCK.sub(" ", text))
    text = unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", text).split()))
    return text if len(text) <= max_length else text[: max_length - 1].rstrip() + "…"
