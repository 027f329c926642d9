"""Text as the index sees it: one way of cutting words, in three scripts, for what is listed and for what is asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Any, Final

from marketplace.values.localized import convert

LONGEST_TEXT: Final = 8000
LONGEST_QUERY: Final = 200
MOST_QUERY_WORDS: Final = 12
LONGEST_WORD: Final = 60

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUNS = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<latin>[^\W_{_CJK}]+(?:[-'’.][^\W_{_CJK}]+)*)")
_PARTS = re.compile(r"[-'’.]")
# Single characters that join words and tell nothing by themselves.
_FILLERS = frozenset("的了和与及在之是为等或有个")
_LATIN_FILLERS = frozenset({"a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"})


def fold(text: str) -> str:
    """The text as words are compared: compatibility forms, case, accents and the Chinese script made one."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    return convert(unicodedata.normalize("NFC", bare), "t2s")


def singular(word: str) -> str:
    """An English plural as its singular, so that microscopes find a microscope; other words stay."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def lexemes(text: str) -> Iterator[str]:
    """Every word that a text is found by: Latin words and their parts; Chinese words, single characters and pairs."""
    for run in _RUNS.finditer(fold(text[:LONGEST_TEXT])):
        if run["latin"]:
            yield from _latin(run["latin"])
        else:
            yield from _chinese(run["cjk"])


def _latin(word: str) -> Iterator[str]:
    parts = [part for part in _PARTS.split(word) if part]
    if len(parts) > 1:
        yield singular("".join(parts))[:LONGEST_WORD]
    for part in parts:
        yield singular(part)[:LONGEST_WORD]


def _chinese(run: str) -> Iterator[str]:
    yield from run
    for first, second in pairwise(run):
        yield first + second
    for word in _cutter().cut_for_search(run):
        if 2 < len(word) <= LONGEST_WORD:
            yield word


@cache
def _cutter() -> Any:
    # Its dictionary is loaded with the first Chinese words, not with the module.
    return import_module("rjieba").Jieba()


def teach(words: Iterable[str]) -> None:
    """Have Chinese words of the domain cut whole."""
    for word in words:
        folded = fold(word)
        if re.fullmatch(rf"[{_CJK}]{{2,}}", folded):
            _cutter().add_word(folded, None, None)


def document(texts: Mapping[str, Iterable[str]]) -> str:
    """A `tsvector` as text, from texts by weight (A to D); a word keeps the best weight it stands under."""
    weights: dict[str, str] = {}
    for weight in sorted(texts):
        for text in texts[weight]:
            for lexeme in lexemes(text):
                weights.setdefault(lexeme, weight)
    return " ".join(f"{quoted(lexeme)}:1{weight}" for lexeme, weight in sorted(weights.items()))


def quoted(lexeme: str) -> str:
    """A lexeme as `tsvector` and `tsquery` read it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Word:
    """One word that is asked for: as typed (folded), and its ways; a way is lexemes that all must stand."""

    typed: str
    ways: tuple[tuple[str, ...], ...]
    latin: bool

    @property
    def key(self) -> str:
        """The single lexeme by which the vocabulary knows a Latin word."""
        return self.ways[0][0]

    def tsquery(self) -> str:
        """The word as part of a `tsquery`."""
        ways = ("(" + " & ".join(quoted(lexeme) for lexeme in way) + ")" for way in self.ways)
        return "(" + " | ".join(ways) + ")"

    def instead(self, others: Iterable[str]) -> Word:
        """The word with other lexemes to be found by, such as those it was a slip of."""
        return Word(self.typed, tuple((other,) for other in others), self.latin)


def words(query: str) -> list[Word]:
    """What a query asks for, cut as documents are: all of these words must be found. Fillers and repeats fall away."""
    found: dict[str, Word] = {}
    for run in _RUNS.finditer(fold(query[:LONGEST_QUERY])):
        for word in _asked_latin(run["latin"]) if run["latin"] else _asked_chinese(run["cjk"]):
            found.setdefault(word.typed, word)
    kept = [word for word in found.values() if word.typed not in _FILLERS | _LATIN_FILLERS]
    return (kept or list(found.values()))[:MOST_QUERY_WORDS]


def _asked_latin(word: str) -> Iterator[Word]:
    joined = singular("".join(_PARTS.split(word)))[:LONGEST_WORD]
    parts = tuple(singular(part)[:LONGEST_WORD] for part in _PARTS.split(word) if part)
    ways = ((joined,),) if parts == (joined,) else ((joined,), parts)
    yield Word(word, ways, latin=True)


def _asked_chinese(run: str) -> Iterator[Word]:
    for word in _cutter().cut(run):
        pairs = tuple(first + second for first, second in pairwise(word))
        yield Word(word, (pairs or (word,),), latin=False)


def tsquery(asked: Iterable[Word]) -> str:
    """A `tsquery` that wants all of the words."""
    return " & ".join(word.tsquery() for word in asked)


def any_of(asked: Iterable[Word]) -> str:
    """A `tsquery` to rank by: `ts_rank` judges words that must all be found by how close together they stand, which a
    document does not tell; of words any of which may be found it adds up the weights."""
    return " | ".join(word.tsquery() for word in asked)
