"""Questions of a permit plan as parts of a form, and the answers as they travel with it: facts by their names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from werkzeug.datastructures import MultiDict

from marketplace.permits.rules.names import LISTS
from marketplace.permits.rules.questions import Question, pattern_of
from marketplace.permits.rules.shapes import is_day
from marketplace.values.localized import Language, pick
from marketplace.values.money import EXPONENTS
from marketplace.values.refusal import FieldError, Invalid
from marketplace.wording.permit_reasons import Vocabulary, fact_in_words, value_in_words
from marketplace.wording.permit_words import CODES, TERRITORIES
from marketplace.wording.permits import question_document
from marketplace.wording.refusals import sentence_of_error

Answers = dict[str, Any]
Names = Sequence[tuple[str, str]]

UNKNOWN: Final = "unknown"
NONE: Final = "none"
AT_ONCE: Final = 5
# Beside the rest of a longer form.
FEW_AT_ONCE: Final = 3
MOST_ANSWERS: Final = 200
LARGEST: Final = 50_000
CURRENCIES: Final = ("HKD", "CNY", "MOP", "USD", "EUR", "GBP", "SGD")
# The lists of each regime that a rule asks about.
REGIMES: Final[Mapping[str, tuple[str, ...]]] = {
    "CN": ("dual_use", "munitions", "cwc", "temporary", "catch_all"),
    "HK": ("dual_use", "munitions", "cwc"),
    **dict.fromkeys(("US", "EU", "UK", "SG", "MO"), ("dual_use", "munitions")),
}
# What is asked only once the other is answered.
_LATER: Final = {
    "return_by": "returns",
    **dict.fromkeys(("lab_bsl", "special_goods", "suspect_infectious", "hgr_collected_by"), "bio_kind"),
    "bulk_persons": "bulk_category",
}
# Derived as a rule, but not by a plan without a booking.
_ASKED_HERE: Final = frozenset({"people_flows[].host_authorised_for_stv"})
_WHOLE: Final = re.compile(r"[0-9]{1,12}")
_AMOUNT: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")
_INDEX: Final = re.compile(r"[0-9]{1,2}")
_TRUTH: Final = {"true": True, "false": False}


@dataclass(slots=True, kw_only=True)
class Asked:
    """One question as the form shows it; `chosen` and `typed` are what was sent and can't be taken."""

    fact: str
    text: str
    help: str | None
    kind: str
    choices: Names = ()
    regimes: Sequence[tuple[str, str, Names]] = ()
    chosen: Sequence[str] = ()
    errors: list[str] = field(default_factory=list)
    number: int = 0

    @property
    def id(self) -> str:
        """Where errors lead to."""
        return f"question-{self.number}"

    @property
    def name(self) -> str:
        """Under which name it is sent."""
        return f"q.{self.fact}"

    @property
    def aside(self) -> str:
        """Under which name it is sent that there is nothing to type."""
        return f"aside.{self.fact}"


def remembered(raw: str, vocabulary: Vocabulary) -> Answers:
    """The answers that a form carries along. Raises Invalid where that is no such thing."""
    if not raw.strip():
        return {}
    if len(raw) > LARGEST:
        raise Invalid.one("answers", "plan_answers")
    try:
        found = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError) as broken:
        raise Invalid.one("answers", "plan_answers") from broken
    if not isinstance(found, dict) or len(found) > MOST_ANSWERS:
        raise Invalid.one("answers", "plan_answers")
    if not all(may_be_asked(fact, vocabulary) for fact in found):
        raise Invalid.one("answers", "plan_answers")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def may_be_asked(fact: str, vocabulary: Vocabulary) -> bool:
    """Whether a name is that of a fact which this form asks for."""
    parts = fact.split("/")
    if parts[0] in LISTS and parts[0] != "money" and not (len(parts) == 3 and _INDEX.fullmatch(parts[1])):
        return False
    known = vocabulary.get(pattern_of(fact))
    return known is not None and known["kind"] != "list" and _asked(pattern_of(fact), known)


def _asked(name: str, known: Mapping[str, Any]) -> bool:
    return not known.get("optional") or name in _ASKED_HERE


def told(facts: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    """The facts with the answers put in; what belongs to an entry that is there no more is left out."""
    whole: dict[str, Any] = {
        name: [dict(entry) for entry in value] if isinstance(value, list) else value for name, value in facts.items()
    }
    for fact, value in answers.items():
        first, *rest = fact.split("/")
        if first in LISTS and first != "money":
            entries = whole.get(first) or []
            if int(rest[0]) < len(entries):
                entries[int(rest[0])][rest[1]] = value
        else:
            _put(whole, [first, *rest], value)
    return whole


def _put(whole: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    for key in keys[:-1]:
        whole[key] = dict(whole.get(key) or {})
        whole = whole[key]
    whole[keys[-1]] = value


def sent(form: MultiDict[str, str], vocabulary: Vocabulary) -> tuple[Answers, dict[str, FieldError]]:
    """What was answered in the form, and what of it can't be read."""
    answers: Answers = {}
    faults: dict[str, FieldError] = {}
    for name in form:
        way, _dot, fact = name.partition(".")
        if way not in ("q", "aside") or not may_be_asked(fact, vocabulary):
            continue
        told = form.getlist(f"q.{fact}") + form.getlist(f"aside.{fact}")
        values = [value.strip() for value in told if value.strip()]
        try:
            if values:
                answers[fact] = _value(fact, values, vocabulary[pattern_of(fact)], form)
        except Invalid as broken:
            faults[fact] = broken.errors[0]
    return answers, faults


def _value(fact: str, values: list[str], known: Mapping[str, Any], form: MultiDict[str, str]) -> Any:
    kind = known["kind"]
    if UNKNOWN in values:
        return UNKNOWN
    if NONE in values:
        return {"choices": [], "codes": {}, "choice": NONE}.get(kind)
    if kind == "choices":
        return values
    if kind == "codes":
        return _codes(fact, values)
    return _single(fact, values[0], kind, form)


def _single(fact: str, value: str, kind: str, form: MultiDict[str, str]) -> Any:
    if kind == "boolean" and value in _TRUTH:
        return _TRUTH[value]
    if kind == "number" and _WHOLE.fullmatch(value):
        return int(value)
    if kind == "money" and (amount := _AMOUNT.fullmatch(value.replace(",", ""))):
        return _money(amount, form.get(f"currency.{fact}", ""))
    if kind == "date" and is_day(value):
        return value
    if kind in ("boolean", "number", "money", "date"):
        raise Invalid.one(fact, "plan_amount" if kind == "money" else f"fact_{kind}")
    return value


def _money(amount: re.Match[str], currency: str) -> dict[str, Any]:
    code = currency if currency in CURRENCIES else CURRENCIES[0]
    minor = 10 ** EXPONENTS[code]
    return {"amount_minor": int(amount[1]) * minor + int((amount[2] or "0").ljust(2, "0")), "currency": code}


def _codes(fact: str, values: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in values:
        regime, _, code = value.partition(":")
        if code not in REGIMES.get(regime, ()):
            raise Invalid.one(fact, "fact_codes")
        found.setdefault(regime, []).append(code)
    return found


def open_questions(
    wanted: Iterable[Question], answers: Answers, vocabulary: Vocabulary, *, first: Sequence[str] = ()
) -> list[str]:
    """The facts to ask for now: those named first, then the most telling that nobody has spoken of."""
    facts = [*first, *(base_of(each.fact, vocabulary) for each in wanted)]
    asked = [each for each in dict.fromkeys(facts) if each not in answers and may_be_asked(each, vocabulary)]
    keys = {each.rpartition("/")[2] for each in asked}
    return [each for each in asked if each in first or _LATER.get(each.rpartition("/")[2]) not in keys]


def base_of(fact: str, vocabulary: Vocabulary) -> str:
    """The fact that is asked for as a whole: of an amount both number and currency, of codes all regimes."""
    fact = fact.replace("/return/", "/")
    if pattern_of(fact) in vocabulary:
        return fact
    return fact.rpartition("/")[0]


def ordered(choices: Iterable[tuple[str, str]]) -> Names:
    """Choices with "none" first and "other" last; the store keeps no order of them."""
    return sorted(choices, key=lambda pair: {NONE: 0, "other": 2}.get(pair[0], 1))


@dataclass(frozen=True, slots=True)
class Voice:
    """In which words a form asks: the vocabulary, its reader's language, and the territories by name."""

    vocabulary: Vocabulary
    language: Language
    jurisdictions: Names

    def ask(self, fact: str, number: int, typed: Sequence[str] = (), fault: FieldError | None = None) -> Asked:
        """One question."""
        document = question_document(Question(fact, (), 0.0), self.vocabulary, self.language)
        kind = document["kind"]
        offered = ordered((each["value"], each["label"]) for each in document["choices"])
        choices = [pair for pair in offered if kind == "choice" or pair[0] != NONE]
        return Asked(
            fact=fact,
            text=document["text"],
            help=document["help"],
            kind=kind,
            choices=self.jurisdictions if kind == "jurisdiction" else choices,
            regimes=list(self._regimes(dict(choices))) if kind == "codes" else (),
            chosen=list(typed),
            errors=[sentence_of_error(fault, self.language)] if fault else [],
            number=number,
        )

    def _regimes(self, named: Mapping[str, str]) -> Iterator[tuple[str, str, Names]]:
        for regime, codes in REGIMES.items():
            place = TERRITORIES[regime][self.language]
            pairs = [(f"{regime}:{code}", named.get(code) or CODES[code][self.language]) for code in codes]
            yield regime, place[:1].upper() + place[1:], pairs

    def said(self, answers: Answers, unknown: str) -> list[tuple[str, str, str]]:
        """Each answer as fact, label and value in words."""
        found = []
        for fact, value in answers.items():
            shown = unknown if value == UNKNOWN else self._shown(fact, value)
            found.append((fact, fact_in_words(fact, self.vocabulary, self.language), shown))
        return found

    def _shown(self, fact: str, value: Any) -> str:
        if isinstance(value, Mapping) and self.vocabulary[pattern_of(fact)]["kind"] == "codes":
            pairs = [
                f"{TERRITORIES[regime][self.language]}: {CODES[code][self.language]}"
                for regime, codes in value.items()
                for code in codes or ()
                if regime in TERRITORIES and code in CODES
            ]
            return "; ".join(pairs) or value_in_words(fact, None, self.vocabulary, self.language)
        known = self.vocabulary[pattern_of(fact)].get("choices") or {}
        if isinstance(value, str) and value in known:
            return pick(known[value], self.language).text
        return value_in_words(fact, value, self.vocabulary, self.language)
