"""Forgiving slips of the keyboard: words that the index lacks, compared with those it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.search.models import SearchWord
from marketplace.search.text import Word

SHORTEST: Final = 4
MOST_GUESSES: Final = 4
MOST_BEGINNINGS: Final = 12


@dataclass(frozen=True, slots=True)
class Corrected:
    """The words to search for, and what was understood instead of what was typed."""

    words: Sequence[Word]
    instead: dict[str, tuple[str, ...]]


def corrected(session: Session, asked: Sequence[Word]) -> Corrected:
    """The words with those of Latin script that no listing has replaced by words that begin with or look like them.

    One statement, and one more where a word is unknown.
    """
    latin = {word.key for word in asked if word.latin}
    known = set(session.scalars(select(SearchWord.word).where(SearchWord.word.in_(latin)))) if latin else set()
    unknown = [word for word in asked if word.latin and word.key not in known and len(word.key) >= SHORTEST]
    if not unknown:
        return Corrected(asked, {})
    vocabulary = {row.word: row.facilities for row in session.execute(select(SearchWord.word, SearchWord.facilities))}
    guesses = {word.typed: meant(word.key, vocabulary) for word in unknown}
    words = [_with_guesses(word, guesses.get(word.typed, ())) for word in asked]
    return Corrected(words, {typed: found for typed, found in guesses.items() if found})


def meant(word: str, vocabulary: dict[str, int]) -> tuple[str, ...]:
    """What an unknown word may mean: words it begins, else words one slip away (two from seven letters on)."""
    begun = [known for known in vocabulary if known.startswith(word)]
    if begun:
        return tuple(sorted(begun, key=lambda known: (-vocabulary[known], known))[:MOST_BEGINNINGS])
    slips = 1 if len(word) < 7 else 2
    near = process.extract(word, list(vocabulary), scorer=OSA.distance, score_cutoff=slips, limit=3 * MOST_GUESSES)
    ranked = sorted(near, key=lambda found: (found[1], -vocabulary[found[0]], found[0]))
    nearest = [found[0] for found in ranked if found[1] == ranked[0][1]]
    return tuple(nearest[:MOST_GUESSES])


def _with_guesses(word: Word, guesses: tuple[str, ...]) -> Word:
    if not guesses:
        return word
    return replace(word, ways=(*word.ways, *((guess,) for guess in guesses)))
