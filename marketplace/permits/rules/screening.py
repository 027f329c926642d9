"""When a party of the screening list may be an organisation or a person here: names made alike, then compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process, utils

from marketplace.permits.models import ScreenedFor
from marketplace.values.localized import convert

# Of 100: below, two names are two names. Endings of legal forms are gone before, word order does not count.
ALIKE: Final = 90
SAME: Final = 100
# What a confirmed match tells a plan (facts `host.on_watchlist`, `user.export_penalty` and their like).
FACTS: Final[Mapping[ScreenedFor, str]] = {
    ScreenedFor.WATCHLIST: "on_watchlist",
    ScreenedFor.EXPORT_PENALTY: "export_penalty",
}
_WORDS: Final = frozenset(
    {"ltd", "limited", "co", "company", "corp", "corporation", "inc", "incorporated", "llc", "llp", "lp", "plc", "gmbh",
     "ag", "kg", "sa", "sarl", "srl", "spa", "bv", "nv", "ab", "as", "oy", "pte", "pty", "sdn", "bhd", "kk", "lda",
     "limitada", "sociedade", "the"}
)  # fmt: skip
# As OpenCC writes them in simplified characters; the longer ones first.
_ENDINGS: Final = tuple(
    sorted(
        (
            "有限责任公司",
            "股份有限公司",
            "集团有限公司",
            "有限公司",
            "股份公司",
            "无限公司",
            "集团",
            "公司",
            "一人有限公司",
        ),
        key=len,
        reverse=True,
    )
)
_DOTTED: Final = re.compile(r"(?<=\b\w)\.(?=\w\b)")


@dataclass(frozen=True, slots=True)
class Hit:
    """The name or number of the list and the one that it was found in, as they are written, and how alike they are."""

    score: int
    listed: str
    found: str


def alike(name: str) -> str:
    """A name as it is compared: NFKC, small letters, simplified characters, no punctuation, no legal form."""
    text = convert(unicodedata.normalize("NFKC", name).casefold(), "t2s")
    words = utils.default_process(_DOTTED.sub("", text).replace("'", "").replace("’", "")).split()
    kept = [word for word in (_unended(word) for word in words) if word and word not in _WORDS]
    return " ".join(kept) or " ".join(words)


def _unended(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending):
            return _unended(word.removesuffix(ending))
    return word


def bare(number: str) -> str:
    """A number as it is compared: letters and digits, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", number).upper())


def closest(names: Sequence[str], found: Iterable[str]) -> Hit | None:
    """The two names that are most alike, if any are: of a party of the list, and of somebody here."""
    here = [name for name in found if name]
    normal = [alike(name) for name in here]
    best: Hit | None = None
    for listed in names:
        hit = process.extractOne(
            alike(listed), normal, scorer=fuzz.token_sort_ratio, processor=None, score_cutoff=ALIKE
        )
        if hit is not None and (best is None or hit[1] > best.score):
            best = Hit(int(hit[1]), listed, here[hit[2]])
    return best


def same_number(numbers: Sequence[str], found: Iterable[str]) -> Hit | None:
    """A number of the list that somebody here has, in any register."""
    here = {bare(number): number for number in found if bare(number)}
    listed = next((number for number in numbers if bare(number) in here), None)
    return None if listed is None else Hit(SAME, listed, here[bare(listed)])
