"""Names of techniques and kinds in three languages, and how the words of a listing are recognised as one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from marketplace.search.text import fold, singular, teach

FOLDER: Final = Path(__file__).parent / "tables"
_LATIN_WORD = re.compile(r"[^\W_\u3400-\u9fff]+")
LONGEST_PHRASE: Final = 5


@dataclass(frozen=True, slots=True)
class Term:
    """One technique: our code, its name in three languages, and the other words that people use for it."""

    code: str
    name: Mapping[str, str]
    words: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """All that it is called."""
        return (*self.name.values(), *self.words)


# What else a kind of facility, a kind of unit or a way of service is called; its names stand in `catalogue.vocabulary`.
_MORE_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "lab": ("laboratory",),
    "pilot_line": ("pilot production", "pilot plant", "中试生产", "中试基地", "中试平台"),
    "instrument": ("equipment", "设备"),
    "bench": ("workbench",),
    "clean_room": ("cleanroom", "无尘室", "洁净间"),
    "line": ("production line", "产线", "生产线"),
    "self_use": ("hands-on", "self-use", "机时"),
    "send_in": ("testing service", "测试服务", "送检"),
    "staffed": ("technical service", "技术服务"),
}


@cache
def techniques() -> Mapping[str, Term]:
    """The techniques we know, by code."""
    rows = json.loads((FOLDER / "techniques.json").read_text(encoding="utf-8"))
    terms = {row["code"]: Term(row["code"], row["name"], tuple(row["words"])) for row in rows}
    teach(text for term in terms.values() for text in term.texts)
    return terms


def kind_texts(code: str, names: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """All that a kind or way of service is called, in every language."""
    return (*names.get(code, {}).values(), *_MORE_WORDS.get(code, ()))


def load() -> None:
    """Have Chinese words of the domain cut whole, before the first text is cut: a query as what is listed."""
    techniques()
    _narrow()


def technique_name(code: str, language: str) -> str:
    """What a technique is called in a language; an unknown code is its own name."""
    term = techniques().get(code)
    return term.name[language] if term else code


def names_of(text: str) -> Mapping[str, str]:
    """What the technique that a whole text names is called in each language; nothing where the text names none, or says
    more than one. Narrow techniques are known by their names alone: they are too many to filter by."""
    key = _key(text)
    if (narrow := _narrow().get(key)) is not None:
        return narrow
    latin, chinese = _phrases()
    found = latin.get(_latin_words(key), frozenset()) if key.isascii() else chinese.get(key, frozenset())
    return techniques()[next(iter(found))].name if len(found) == 1 else {}


@cache
def _narrow() -> Mapping[str, Mapping[str, str]]:
    rows = json.loads((FOLDER / "narrow_techniques.json").read_text(encoding="utf-8"))
    teach(text for row in rows for text in row["name"].values())
    return {_key(text): row["name"] for row in rows for text in (*row["name"].values(), *row["words"])}


def _key(text: str) -> str:
    folded = fold(text)
    return " ".join(_latin_words(folded)) if folded.isascii() else folded


@cache
def _phrases() -> tuple[Mapping[tuple[str, ...], frozenset[str]], Mapping[str, frozenset[str]]]:
    """Latin phrases as tuples of words, and Chinese phrases, each with the techniques it stands for."""
    latin: dict[tuple[str, ...], set[str]] = {}
    chinese: dict[str, set[str]] = {}
    for term in techniques().values():
        for text in term.texts:
            folded = fold(text)
            if words := _latin_words(folded):
                latin.setdefault(words, set()).add(term.code)
            if not folded.isascii():
                chinese.setdefault(folded, set()).add(term.code)
    return (
        {phrase: frozenset(codes) for phrase, codes in latin.items()},
        {phrase: frozenset(codes) for phrase, codes in chinese.items()},
    )


def _latin_words(folded: str) -> tuple[str, ...]:
    return tuple(singular(word) for word in _LATIN_WORD.findall(folded))


def recognised(texts: Iterable[str]) -> frozenset[str]:
    """The codes of the techniques that texts name, in any language or spelling of the vocabulary."""
    latin, chinese = _phrases()
    found: set[str] = set()
    for text in texts:
        folded = fold(text)
        words = _latin_words(folded)
        for length in range(1, LONGEST_PHRASE + 1):
            for at in range(len(words) - length + 1):
                found |= latin.get(words[at : at + length], frozenset())
        if not folded.isascii():
            found |= {code for phrase, codes in chinese.items() if phrase in folded for code in codes}
    return frozenset(found)


def technique_codes(text: str) -> frozenset[str]:
    """What a filter by technique means: a code, or any name of one; empty where it is neither."""
    return frozenset({text}) if text in techniques() else recognised([text])
