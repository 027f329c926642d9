"""Why a rule arises, in words: the facts that triggered it, each under the flow that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from babel import Locale

from marketplace.jurisdictions.tables import city_names, table
from marketplace.permits.rules.judging import Outcome, Verdict
from marketplace.permits.rules.names import LISTS
from marketplace.permits.rules.questions import pattern_of
from marketplace.values.localized import Language, pick
from marketplace.wording import permit_words as words
from marketplace.wording.filling import LOCALES, fill, written

Vocabulary = Mapping[str, Mapping[str, Any]]
Texts = Mapping[Language, str]

# How many unknown facts, and how many flows, a reason names before it counts the rest.
NAMED: Final = 5
_PLACES: Final = frozenset({"jurisdiction", "place", "zone"})
_DIRECTIONS_OF_PLACES: Final = frozenset({"IN-CN", "CN", "HK", "MO", "ANY"})


def why(verdict: Verdict, vocabulary: Vocabulary, language: Language) -> str:
    """One sentence: by which facts the rule says what it says."""
    text = _text(verdict, vocabulary, language)
    return put(words.SENTENCE, language, text=text[:1].upper() + text[1:])


def _text(verdict: Verdict, vocabulary: Vocabulary, language: Language) -> str:
    if verdict.outcome is Outcome.NEEDS_ANSWER:
        return _depends(verdict.missing, vocabulary, language)
    if verdict.outcome is Outcome.NOT_REQUIRED:
        said = words.OTHER_WAY_DONE if verdict.states else words.NOT_CALLED_FOR
        return said[language]
    return _told(verdict.why, vocabulary, language) or _always(verdict, language)


def _depends(missing: Sequence[str], vocabulary: Vocabulary, language: Language) -> str:
    named = [fact_in_words(fact, vocabulary, language) for fact in missing[:NAMED]]
    listed = words.LISTED[language].join(dict.fromkeys(named))
    if len(missing) > NAMED:
        listed = put(words.AND_MORE, language, facts=listed, n=len(missing) - NAMED)
    return put(words.DEPENDS, language, facts=listed)


def _always(verdict: Verdict, language: Language) -> str:
    if not verdict.flows:
        return words.ALWAYS[language]
    flows = words.LISTED[language].join(subject(path, language) for path in verdict.flows[:NAMED])
    return put(words.EVERY, language, flows=flows)


def _told(witnesses: Iterable[tuple[str, Any]], vocabulary: Vocabulary, language: Language) -> str:
    by_subject: dict[str, list[str]] = {}
    for name, value in witnesses:
        about, said = _said(name, value, vocabulary, language)
        if said and said not in by_subject.setdefault(about, []):
            by_subject[about].append(said)
    parts = []
    for about, facts in by_subject.items():
        joined = words.COMMA[language].join(facts)
        parts.append(put(words.SUBJECT, language, subject=about, facts=joined) if about else joined)
    return words.SEMICOLON[language].join(part for part in parts if part)


def _said(name: str, value: Any, vocabulary: Vocabulary, language: Language) -> tuple[str, str]:
    """What a fact is about, and what it says."""
    if name.startswith("vault/"):
        return "", put(words.VAULT, language, id=name.removeprefix("vault/"))
    if name == "place":
        return "", direction(str(value), language)
    if name == "booking":
        return words.BOOKING[language], direction(str(value), language)
    path = path_of(name)
    if name == path and isinstance(value, str):
        # The facility's place says nothing of one entry.
        about = "" if value in _DIRECTIONS_OF_PLACES else subject(path, language)
        return about, direction(value, language)
    if value is None and name.endswith(("/from", "/to")):
        # That an end lies in no zone is asked under the name of the end itself.
        return "", ""
    label = fact_label(name, vocabulary, language)
    shown = value_in_words(name, value, vocabulary, language)
    return subject(path, language) if path else "", put(words.PAIR, language, label=label, value=shown)


def direction(text: str, language: Language) -> str:
    """Which way something goes, such as CN>*; or where the facility is, such as IN-CN."""
    origin, arrow, target = text.partition(">")
    named = {name: _territory(code, language) for name, code in (("origin", origin), ("target", target))}
    if arrow:
        said = words.ENTERS if origin == "*" else words.LEAVES if target == "*" else words.CROSSES
        return put(said, language, **named)
    if text == "ANY":
        return ""
    said = words.LIES_OR_HOSTED if text == "IN-CN" else words.LIES
    return put(said, language, place=_territory(text.removeprefix("IN-"), language))


def path_of(fact: str) -> str:
    """The entry that a fact belongs to: `goods_flows/0` of `goods_flows/0/kind`; "" for a fact of the booking."""
    name, *rest = fact.split("/")
    if name == "money":
        return name
    if name not in LISTS or not rest:
        return ""
    return "/".join((name, *rest[:2])) if rest[1:2] == ["return"] else f"{name}/{rest[0]}"


def subject(path: str, language: Language) -> str:
    """An entry as readers count: `goods_flows/0` is goods flow 1."""
    name, *rest = path.split("/")
    number = int(rest[0]) + 1 if rest and rest[0].isdigit() else 1
    named = put(words.FLOW_NAMES[name], language, n=number) if name in words.FLOW_NAMES else path
    return put(words.WAY_BACK, language, flow=named) if rest[1:] == ["return"] else named


def fact_in_words(fact: str, vocabulary: Vocabulary, language: Language) -> str:
    """A fact with the entry that it belongs to."""
    path = path_of(fact)
    label = fact_label(fact, vocabulary, language)
    return put(words.PAIR, language, label=subject(path, language), value=label) if path and path != fact else label


def fact_label(fact: str, vocabulary: Vocabulary, language: Language) -> str:
    """What a fact is called; its own name where the vocabulary lacks it."""
    known = fact_of(fact, vocabulary)
    return pick(known["label"], language).text if known else fact


def fact_of(fact: str, vocabulary: Vocabulary) -> Mapping[str, Any] | None:
    """The vocabulary's row of a fact, or of the fact that it is a part of."""
    pattern = pattern_of(fact.replace("/return/", "/"))
    return vocabulary.get(pattern) or vocabulary.get(pattern.rpartition(".")[0])


def value_in_words(fact: str, value: Any, vocabulary: Vocabulary, language: Language) -> str:
    """What a fact says, by the names that its choices have."""
    known = fact_of(fact, vocabulary) or {"kind": "list"}
    if value in (None, [], {}):
        return words.NOTHING[language]
    if isinstance(value, bool):
        return (words.YES if value else words.NO)[language]
    if isinstance(value, list):
        if any(isinstance(each, Mapping) for each in value):
            return written(len(value), language, zone="")
        return words.LISTED[language].join(value_in_words(fact, each, vocabulary, language) for each in value)
    return _plain(known, value, language)


def _plain(known: Mapping[str, Any], value: Any, language: Language) -> str:
    kind = known["kind"]
    if isinstance(value, Mapping):
        return _by_regime(value, language) if kind == "codes" else written(value, language, zone="")
    if not isinstance(value, str):
        return written(value, language, zone="")
    if value in (choices := known.get("choices") or {}):
        return pick(choices[value], language).text
    if kind in _PLACES:
        return place(value, language)
    if kind == "city":
        return pick(city_names().get(value, {"en": value}), language).text
    named: Mapping[str, Texts] = {"party": words.PARTIES, "codes": words.CODES}.get(kind, {})
    return named[value][language] if value in named else written(value, language, zone="")


def _by_regime(value: Mapping[str, Any], language: Language) -> str:
    shown = [f"{regime}: {', '.join(map(str, codes or ()))}" for regime, codes in value.items()]
    return words.LISTED[language].join(shown)


def place(code: str, language: Language) -> str:
    """What a territory or zone is called."""
    if code in words.TERRITORIES:
        return words.TERRITORIES[code][language]
    if code in _places():
        return pick(_places()[code], language).text
    return str(Locale.parse(LOCALES[language]).territories.get(code, code))


@cache
def _places() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row["name"] for name in ("jurisdictions", "zones") for row in table(name)}


def _territory(code: str, language: Language) -> str:
    return words.TERRITORIES[code][language] if code in words.TERRITORIES else code


def texts(told: Sequence[Mapping[str, str]], language: Language) -> list[str]:
    """Several texts in the reader's language."""
    return [pick(each, language).text for each in told]


def put(sentence: Texts, language: Language, **values: Any) -> str:
    """A sentence with its values, which stand in it as they are."""
    return fill(sentence[language], values, language)
