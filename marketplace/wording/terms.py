"""Access terms in words: every clause as a plain sentence, the summary, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from marketplace.terms.clauses import CLAUSES, TEXT, VOCABULARY, Part
from marketplace.values.localized import LANGUAGES, Language, pick
from marketplace.wording.dictionary import Sentences, said
from marketplace.wording.filling import fill, written
from marketplace.wording.terms_words import ALWAYS, CHOICES_SAID, CLAUSE_NAMES, PART_NAMES, TEXT_NAME, VALUES_SAID

_ENDS: Final = {"en": ". ", "zh-Hant": "。", "zh-Hans": "。"}

FIELDS: Sentences = {
    "terms_part_only_with": said(
        "This has no meaning with what is chosen above.", "此項與上面所選不符。", "此项与上面所选不符。"
    ),
    "terms_version_unknown": said(
        "There is no such version of the terms.", "沒有這個版本的條款。", "没有这个版本的条款。"
    ),
}
REFUSALS: Sentences = {
    "terms_contradict_rule": said(
        "The terms of this facility contradict rule %(rule)s, which this booking comes under "
        "(clause “%(clause)s”). Ask the host to publish terms that keep the rule.",
        "此設施的使用條款與本預約須遵守的規則%(rule)s相抵觸（條款「%(clause)s」）。請聯絡設施提供方公布符合規則的條款。",
        "该设施的使用条款与本预约须遵守的规则%(rule)s相抵触（条款“%(clause)s”）。请联系设施提供方发布符合规则的条款。",
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One clause in one language: its name, its sentences, and what the host wrote beside it, by language."""

    clause: str
    name: str
    sentences: tuple[str, ...]
    text: Mapping[str, str]


def told(clauses: Mapping[str, Any], language: Language) -> tuple[Told, ...]:
    """The clauses that say something, in the order of the vocabulary."""
    found = []
    for clause in VOCABULARY:
        given = clauses.get(clause.name)
        if given:
            said_here = tuple(sentences(clause.name, given, language))
            found.append(Told(clause.name, CLAUSE_NAMES[clause.name][language], said_here, given.get(TEXT) or {}))
    return tuple(found)


def sentences(clause: str, given: Mapping[str, Any], language: Language) -> Iterator[str]:
    """What a clause settles, a sentence for each part, without full stops."""
    for part in CLAUSES[clause].parts:
        if part.name in given:
            yield value_said(clause, part, given[part.name], language)
    if clause in ALWAYS and given:
        yield ALWAYS[clause][language]


def value_said(clause: str, part: Part, value: Any, language: Language) -> str:
    """One part of a clause as a sentence without its full stop."""
    place = f"{clause}.{part.name}"
    if part.kind == "choice":
        return CHOICES_SAID[f"{place}.{value}"][language]
    shown = [CHOICES_SAID[f"{place}.{one}"][language] for one in value] if part.kind == "several" else value
    return fill(VALUES_SAID[place][language], {"value": written(shown, language, zone="")}, language)


def part_said(clause: str, part: str, value: Any, language: Language) -> str:
    """What one side of a comparison says of a part, its free text included; empty where it says nothing."""
    if value is None:
        return ""
    if part == TEXT:
        return pick(value, language).text
    found = CLAUSES[clause].part(part)
    return "" if found is None else value_said(clause, found, value, language)


def part_name(clause: str, part: str, language: Language) -> str:
    """What a part is called."""
    return TEXT_NAME[language] if part == TEXT else PART_NAMES[f"{clause}.{part}"][language]


def summary(clauses: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The plain-language summary in every language, by clause; it repeats the clauses and adds nothing to them."""
    return {
        language: {
            one.clause: "".join(f"{sentence}{_ENDS[language]}" for sentence in one.sentences).strip()
            for one in told(clauses, language)
            if one.sentences
        }
        for language in LANGUAGES
    }
