"""The permit plan as a document: what is demanded, by whom, in which order, until when, and why, for one reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any

from marketplace.jurisdictions.tables import sources, table
from marketplace.permits.rules.judging import Outcome
from marketplace.permits.rules.plan import Plan, Requirement
from marketplace.permits.rules.questions import Question
from marketplace.values.localized import Language, pick
from marketplace.wording import permit_words as words
from marketplace.wording.dictionary import spoken
from marketplace.wording.permit_reasons import Vocabulary, fact_of, path_of, put, subject, texts, why

# What is not done has no date on which it is.
_UNDATED = frozenset({Outcome.DENIED, Outcome.PLANNED_ONLY, Outcome.NOT_REQUIRED})


def plan_document(plan: Plan, vocabulary: Vocabulary, language: str, *, all: bool = False) -> dict[str, Any]:
    """The plan in the shape of the public interface, its texts in `language`; `all` lists what is not required too."""
    reader = spoken(language)
    listed = [each for each in plan.requirements if all or each.outcome is not Outcome.NOT_REQUIRED]
    # As long ago as what was looked at longest ago.
    reviewed = min((each.verdict.rule.told["reviewed_on"] for each in plan.requirements), default=None)
    return {
        "on": plan.on.isoformat(),
        "rules_version": plan.rules_version,
        "requirements": [requirement_document(each, vocabulary, reader) for each in listed],
        "questions": [question_document(each, vocabulary, reader) for each in plan.questions],
        "earliest_start": _iso(plan.earliest_start),
        "not_before": plan.not_before,
        "open": _rules(plan.open),
        "provisional": plan.provisional,
        "critical_path": _rules(plan.critical_path),
        "vault_used": [asdict(use) for use in plan.vault_used],
        "reviewed_on": reviewed,
        "notice": put(words.NOTICE if reviewed else words.NOTICE_UNREVIEWED, reader, date=reviewed),
    }


def requirement_document(required: Requirement, vocabulary: Vocabulary, language: Language) -> dict[str, Any]:
    """One requirement of a plan."""
    verdict, timing = required.verdict, required.timing
    dated = required.outcome not in _UNDATED
    return {
        "rule": verdict.rule.id,
        "rule_version": verdict.rule.version,
        "outcome": required.outcome.value,
        "blocks": required.blocks,
        **_told(verdict.rule.told, language),
        "flows": verdict.flows,
        "after": _rules(required.after),
        "alternatives": list(required.alternatives),
        "conditional_on": verdict.conditional_on,
        "same_application": list(required.same_application),
        "satisfied_by": list(dict.fromkeys(use.vault for use in verdict.satisfied_by)),
        "milestones": [
            {"kind": each.kind, "date": each.day.isoformat(), "provisional": each.provisional}
            for each in timing.milestones
        ],
        "excluded_flows": list(verdict.excluded),
        "clock_from": timing.clock_from,
        "earliest_done": _iso(timing.earliest) if dated else None,
        "latest_done": _iso(timing.latest) if dated else None,
        "why": why(verdict, vocabulary, language),
    }


def question_document(question: Question, vocabulary: Vocabulary, language: Language) -> dict[str, Any]:
    """One question of a plan: the fact that is wanted, and the words that ask for it."""
    known, path = fact_of(question.fact, vocabulary), path_of(question.fact)
    text = pick(known["question"], language).text if known else question.fact
    whole = path in ("", question.fact)
    return {
        "fact": question.fact,
        "text": text if whole else put(words.PAIR, language, label=_begun(subject(path, language)), value=text),
        "help": pick(known["help"], language).text if known else None,
        "kind": known["kind"] if known else "list",
        "choices": _choices(known, language),
        "rules": _rules(question.rules),
    }


def _told(told: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """What the rule's own row says, in one language."""
    single = ("title", "summary", "fee", "form", "contact", "instrument", "variant")
    return {
        **{name: pick(told[name], language).text if told.get(name) else None for name in single},
        **{name: told[name] for name in ("kind", "stage", "confidence", "reviewed_on")},
        **{name: texts(told.get(name) or (), language) for name in ("conditions", "documents")},
        "authority": [{"code": code, "name": agency_name(code, language)} for code in told["authority"]],
        "sources": source_documents(told["sources"]),
    }


def source_documents(keys: Sequence[str]) -> list[dict[str, Any]]:
    """Where a rule was read."""
    return [{name: getattr(each, name) for name in ("title", "issuer", "date", "url")} for each in sources(list(keys))]


def agency_name(code: str, language: Language) -> str:
    """What an authority is called; its code where no table has it."""
    return pick(_agencies().get(code, {"en": code}), language).text


@cache
def _agencies() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row["name"] for row in table("agencies")}


def _choices(known: Mapping[str, Any] | None, language: Language) -> list[dict[str, str]]:
    offered = (known or {}).get("choices") or {}
    return [{"value": value, "label": pick(text, language).text} for value, text in offered.items()]


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rules(ids: Iterable[str]) -> list[str]:
    """Ids of rules; two versions of one that a booking meets are one rule."""
    return list(dict.fromkeys(each.partition("@")[0] for each in ids))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
