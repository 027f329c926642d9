"""Where sentences stand: each area's module in this package holds some of these dictionaries, and here they are one.

`REFUSALS`  code of a refusal            -> sentence in each language
`FIELDS`    rule that a field breaks     -> sentence in each language
`HISTORY`   verb of a history entry      -> sentence in each language, without its doer
`NOTICES`   code of a notice or mail     -> subject and text in each language
`CHOICES`   code of a notice that people may do without by mail -> its name on the page of choices

Sentences name what they need as %(name)s; `filling` puts the values in.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from marketplace.values.localized import Language

Sentences = dict[str, dict[Language, str]]
NoticeTexts = dict[str, dict[Language, tuple[str, str]]]

KINDS: Final = ("REFUSALS", "FIELDS", "HISTORY", "NOTICES", "CHOICES")


class TwoMeanings(RuntimeError):
    """Two areas give the same code different sentences."""


def said(en: str, hant: str, hans: str) -> dict[Language, str]:
    """One text in the three languages."""
    return {"en": en, "zh-Hant": hant, "zh-Hans": hans}


@cache
def entries(kind: str) -> Mapping[str, Mapping[Language, Any]]:
    """All areas' dictionaries of one kind (of `KINDS`) as one."""
    merged: dict[str, Mapping[Language, Any]] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        area = importlib.import_module(f"marketplace.wording.{module.name}")
        for code, texts in getattr(area, kind, {}).items():
            if merged.setdefault(code, texts) != texts:
                raise TwoMeanings(f"{kind}: {code}")
    return merged


def sentence(kind: str, code: str, language: str) -> str | None:
    """The sentence as it is written, with its placeholders; None where no area knows the code."""
    texts = entries(kind).get(code)
    return None if texts is None else str(texts[spoken(language)])


def spoken(language: str) -> Language:
    """The language if it is one of ours, else English."""
    return language if language in ("zh-Hant", "zh-Hans") else "en"  # type: ignore[return-value]
