"""The permit plan as text to read in a terminal: by stage, each requirement with its dates and its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.values.localized import Language
from marketplace.wording import permit_words as words
from marketplace.wording.dictionary import spoken
from marketplace.wording.permit_reasons import put
from marketplace.wording.rule_words import STAGE_NAMES

Told = Mapping[str, Any]


def timeline(document: Told, language: str) -> str:
    """The plan's document as lines."""
    return "\n".join(_lines(document, spoken(language)))


def _lines(document: Told, language: Language) -> Iterator[str]:
    yield put(words.HEADING, language, date=document["on"])
    yield _start(document, language)
    for name, said in (("open", words.OPEN), ("critical_path", words.CRITICAL)):
        if document[name]:
            yield put(said, language, rules=", ".join(document[name]))
    if document["provisional"]:
        yield words.PROVISIONAL[language]
    for stage, called in STAGE_NAMES.items():
        of_stage = [each for each in document["requirements"] if each["stage"] == stage]
        if of_stage:
            yield f"\n{called[language]}"
        for each in of_stage:
            yield from _requirement(each, language)
    if not document["requirements"]:
        yield f"\n{words.NOTHING_ASKED[language]}"
    if document["questions"]:
        yield f"\n{words.QUESTIONS[language]}"
        yield from (f"  {each['text']}  [{each['fact']}]" for each in document["questions"])
    yield f"\n{document['notice']}"


def _start(document: Told, language: Language) -> str:
    if document["earliest_start"] is None:
        return words.NO_START[language]
    said = words.START_BOUND if document["not_before"] else words.START
    return put(said, language, date=document["earliest_start"])


def _requirement(told: Told, language: Language) -> Iterator[str]:
    outcome = words.OUTCOMES[told["outcome"]][language]
    advice = told["outcome"] in ("required", "alternative", "needs_answer") and not told["blocks"]
    shown = put(words.ADVICE, language, outcome=outcome) if advice else outcome
    yield f"  {told['rule']:<9} {put(words.PAIR, language, label=told['title'], value=shown)}"
    facts = [*_dates(told, language), *(each["name"] for each in told["authority"])]
    if told["conditional_on"]:
        facts.append(put(words.ONLY_WITH, language, rule=told["conditional_on"]))
    for line in (words.SEMICOLON[language].join(facts), told["why"], told["variant"]):
        if line:
            yield f"            {line}"


def _dates(told: Told, language: Language) -> Iterator[str]:
    if told["outcome"] not in ("required", "alternative", "needs_answer"):
        return
    first, last = told["earliest_done"], told["latest_done"]
    if first is None or last is None:
        if told["clock_from"]:
            yield words.NO_LIMIT[language]
    elif told["clock_from"]:
        said = words.DONE if first == last else words.DONE_BETWEEN
        yield put(said, language, date=first, first=first, last=last)
    for each in told["milestones"]:
        kind = words.MILESTONES[each["kind"]][language]
        yield put(words.PAIR, language, label=kind, value=put(words.DATE, language, date=each["date"]))
    if told["after"]:
        yield put(words.AFTER, language, rules=", ".join(told["after"]))
