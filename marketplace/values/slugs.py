"""A short readable part of an address, made of a name: ASCII, Chinese as pinyin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any
from uuid import UUID

LONGEST = 60


def slug_of(name: Mapping[str, str], id: UUID) -> str:
    """At most 60 of a-z, 0-9 and hyphen, from the English name or else the Chinese; the id's last part if none is
    left. Whether it is free is the caller's question."""
    for language in ("en", "zh-Hans", "zh-Hant"):
        if slug := slugify(name.get(language, "")):
            return slug
    return id_part(id)


def with_id(slug: str, id: UUID) -> str:
    """The slug made unique by the id's last part."""
    return f"{slug[: LONGEST - 13].rstrip('-')}-{id_part(id)}"


def id_part(id: UUID) -> str:
    """The last twelve hexadecimal digits of an id: the random part of a UUIDv7."""
    return id.hex[-12:]


def slugify(text: str) -> str:
    """The text as words of ASCII letters and digits joined by hyphens, cut between words; empty if nothing is left."""
    syllables = text if text.isascii() else " ".join(_pypinyin().lazy_pinyin(text, errors=lambda rest: rest))
    plain = unicodedata.normalize("NFKD", syllables.replace("µ", "u").replace("μ", "u"))
    ascii_text = plain.encode("ascii", "ignore").decode().lower().replace("'", "")
    words = re.findall(r"[a-z0-9]+", ascii_text)
    slug = _joined_to_length(words)
    return f"x-{slug}"[:LONGEST] if _reads_as_id(slug) else slug


@cache
def _pypinyin() -> Any:
    # Its dictionary of phrases takes half a second to load, and few processes ever name a listing.
    return import_module("pypinyin")


def _joined_to_length(words: list[str]) -> str:
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        slug = longer
    return slug


def _reads_as_id(slug: str) -> bool:
    # An address may carry a slug or an id: a name such as "deadbeef-..." must never be taken for the latter.
    return bool(re.fullmatch(r"[0-9a-f]{32}", slug.replace("-", "")))
