"""What entries of the vault are called on pages, and what can be chosen when one is entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.queries import names_of
from marketplace.jurisdictions.queries import agencies
from marketplace.permits import queries
from marketplace.permits.models import VaultEntry
from marketplace.permits.queries.rules import rule_book
from marketplace.permits.queries.vault import HERE, called, held_under, known_lists
from marketplace.permits.rules.book import Rule
from marketplace.permits.rules.lists import list_name
from marketplace.permits.rules.scoping import MOST, listed
from marketplace.permits.rules.vault import Standing, fact_of, personal, scope_names, standing
from marketplace.values.localized import Language, pick
from marketplace.web.forms.vault import ME, ScopeField
from marketplace.web.request import actor, language, now, reading
from marketplace.wording.vault import BASES, KIND_NAMES, STANDINGS

KEEPING = (Role.MANAGER, Role.HOST_MANAGER)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as lists show it."""

    entry: VaultEntry
    name: str
    kind: str
    owner: str
    standing: Standing


def today() -> Any:
    """The day of the vault."""
    return now().astimezone(HERE).date()


def rows_of(found: Iterable[VaultEntry]) -> list[Row]:
    """Entries with what they are called, whose they are, and how they stand."""
    entries = list(found)
    owners = owner_names(entries)
    return [
        Row(
            entry=entry,
            name=_text(called(reading(), entry)),
            kind=_text(KIND_NAMES[entry.kind.value]),
            owner=owners[entry.owner_id],
            standing=standing(entry, today()),
        )
        for entry in entries
    ]


def owner_names(entries: Sequence[VaultEntry]) -> dict[UUID, str]:
    """What the owners are called; oneself is “you”."""
    places = {entry.organisation_id for entry in entries if entry.organisation_id}
    people = {entry.person_id for entry in entries if entry.person_id}
    me = {actor().id: str(_("You"))} if actor().id in people else {}
    return names_of(reading(), people) | me | {id: name for id, (name, _slug) in organisations(places).items()}


def organisations(ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """The name and the address name of each organisation."""
    rows = reading().execute(select(Organisation.id, Organisation.name, Organisation.slug).where(
        Organisation.id.in_(list(ids))))  # fmt: skip
    return {row.id: (_text(row.name), row.slug) for row in rows}


def owners_offered() -> list[tuple[str, str]]:
    """For whom the reader may enter something: themselves, and the organisations that they manage."""
    managed = organisations(actor().organisations(*KEEPING))
    return [(ME, str(_("Myself"))), *((str(id), name) for id, (name, _slug) in sorted(managed.items()))]


def under_offered(*, for_person: bool) -> dict[str, list[tuple[str, str]]]:
    """What an entry of a person, or of an organisation, may stand under, by group."""
    book = rule_book(reading())
    titles = queries.titles(reading())
    ids = [id for id in held_under(reading(), today()) if personal(book.versions[id][0]) is for_person]
    groups = {str(_("Rules")): [(f"rule:{id}", f"{id} · {_text(titles[id])}") for id in ids]}
    if not for_person:
        groups[str(_("White lists"))] = [(f"list:{code}", _text(list_name(code))) for code in known_lists(reading())]
    return groups | {str(_("Training")): [("training", str(_("Training or another certificate of skill")))]}


def issuers_offered(rule: Rule | None) -> list[tuple[str, str]]:
    """The authorities, those of the rule first."""
    first = list(rule.told.get("authority") or ()) if rule else []
    rows = sorted(agencies(reading()), key=lambda one: first.index(one.code) if one.code in first else len(first))
    return [(one.code, _text(one.name)) for one in rows]


def law_of(rule_id: str | None) -> Rule | None:
    """The newest version of a rule."""
    versions = rule_book(reading()).versions.get(rule_id or "")
    return versions[0] if versions else None


def scope_fields(rule: Rule | None, allowed: Mapping[str, Any]) -> list[ScopeField]:
    """The facts by which an approval under a rule may be narrowed, in the reader's words."""
    known = queries.vocabulary(reading())
    return [_scope_field(rule, name, known, allowed.get(name)) for name in scope_names(rule, known)]


def scope_said(entry: VaultEntry) -> list[tuple[str, str]]:
    """A scope in words: each fact with the values that it allows."""
    said = []
    for field in scope_fields(law_of(entry.rule_id), entry.scope):
        if field.allowed:
            words = dict(field.options)
            told = _join(words.get(value, value) for value in field.allowed)
            said.append((field.label, str(_("at most %(number)s", number=told)) if field.counted else told))
    return said


def basis_words(basis: str) -> str:
    """Why an approval counted, with the rule's version that says so; what a plan said in words of its own stays."""
    why, _colon, row = basis.partition(":")
    if why not in BASES:
        return basis
    return " · ".join(each for each in (_text(BASES[why]), row) if each)


def look_of(found: Standing) -> tuple[str, str, str]:
    """The word, the tone and the shape of a standing."""
    words, tone, form = STANDINGS[found.value]
    return _text(words), tone, form


def _scope_field(rule: Rule | None, name: str, known: Mapping[str, Any], allowed: Any) -> ScopeField:
    assert rule is not None, "only rules have a scope"
    fact = fact_of(rule, name, known)
    values = _values(allowed)
    options: list[tuple[str, str]] = []
    if fact["kind"] == "boolean":
        options = [("true", str(_("Yes"))), ("false", str(_("No")))]
    elif fact["kind"] == "choice":
        options = [(value, _text(words)) for value, words in fact["choices"].items()]
    elif fact["kind"] == "party":
        options = [("user", str(_("the user"))), ("host", str(_("the host")))]
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    label = _text(fact["label"])
    return ScopeField(name, label[:1].upper() + label[1:], options, texts, fact["kind"])


def _values(allowed: Any) -> list[Any]:
    """What a part of a scope allows, value by value; codes with their regime."""
    if not isinstance(allowed, Mapping):
        return allowed if isinstance(allowed, list) else [] if allowed is None else [allowed]
    if MOST in allowed:
        return [allowed[MOST]]
    return [f"{regime}: {code}" for regime, codes in allowed.items() for code in listed(codes) or ("",)]


def _join(words: Iterable[str]) -> str:
    return (", " if language() == "en" else "、").join(words)


def _text(words: Mapping[Any, str] | str) -> str:
    return words if isinstance(words, str) else pick(words, cast(Language, language())).text
