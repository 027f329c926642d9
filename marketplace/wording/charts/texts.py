"""How much room words take in a picture, and how they are shortened or broken to fit it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

ELLIPSIS: Final = "…"
# Widths in ems, a little generous, since a reader's face may be wider than ours.
FULL, CAPITAL, COMMON, SLIM = 1.0, 0.68, 0.56, 0.32
_SLIM: Final = frozenset(" .,:;'!|ijl()[]")


def text_width(text: str, size: float) -> float:
    """About how wide a line of text is; Chinese characters are as wide as they are high."""
    return sum(_ems(each) for each in text) * size


def shortened(text: str, size: float, room: float) -> str:
    """The text, cut with an ellipsis where it is wider than its room; the table beside has the whole of it."""
    text = plain(text)
    if text_width(text, size) <= room:
        return text
    kept, left = "", room - text_width(ELLIPSIS, size)
    for each in text:
        left -= _ems(each) * size
        if left < 0:
            break
        kept += each
    return kept.rstrip() + ELLIPSIS


def broken(text: str, size: float, room: float, *, most: int = 2) -> tuple[str, ...]:
    """The text on at most so many lines, broken between words, or between characters where they are Chinese."""
    lines: list[str] = []
    line = ""
    for word in _words(plain(text)):
        longer = line + word
        if line and text_width(longer.rstrip(), size) > room and len(lines) < most - 1:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line = longer
    return tuple(shortened(each.strip(), size, room) for each in (*lines, line))


def plain(text: str) -> str:
    """The text on one line, without characters that a picture cannot hold."""
    if text.isprintable():
        return text.strip()
    return "".join(" " if each in "\n\r\t" else each for each in text if each in "\n\r\t" or _written(each)).strip()


def _written(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}


@lru_cache(maxsize=8192)
def _ems(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return FULL
    if character in _SLIM:
        return SLIM
    return CAPITAL if character.isupper() or character in "mwMW%@" else COMMON


def _words(text: str) -> list[str]:
    words: list[str] = []
    for each in text:
        wide = unicodedata.east_asian_width(each) in "WF"
        if not words or wide or words[-1].endswith(" ") or unicodedata.east_asian_width(words[-1][-1]) in "WF":
            words.append(each)
        else:
            words[-1] += each
    return words
