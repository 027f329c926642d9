"""Clauses from outside as they are kept: known ones in their order, typed, none empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from marketplace.terms.clauses import CLAUSES, TEXT, VOCABULARY, Clause, Part
from marketplace.values.localized import normalise
from marketplace.values.money import InvalidMoney, Money
from marketplace.values.refusal import FieldError, Invalid

LONGEST_TEXT: Final = 4000
Clauses = dict[str, dict[str, Any]]


def checked(given: Any) -> Clauses:
    """The clauses as they are kept; raises `Invalid` with every clause, part and text that does not fit."""
    if not isinstance(given, Mapping):
        raise Invalid.one("clauses", "format")
    errors = [FieldError(f"clauses.{name}"[:100], "unknown", "choice") for name in given if name not in CLAUSES]
    kept: Clauses = {}
    for clause in VOCABULARY:
        found, broken = _clause(clause, given.get(clause.name))
        errors += broken
        if found:
            kept[clause.name] = found
    if errors:
        raise Invalid(errors)
    return kept


def _clause(clause: Clause, given: Any) -> tuple[dict[str, Any], list[FieldError]]:
    place = f"clauses.{clause.name}"
    if given is None:
        return {}, []
    if not isinstance(given, Mapping):
        return {}, [FieldError(place, "format", "format")]
    known = {part.name for part in clause.parts} | {TEXT}
    errors = [FieldError(f"{place}.{name}"[:100], "unknown", "choice") for name in given if name not in known]
    kept: dict[str, Any] = {}
    for part in clause.parts:
        try:
            value = _value(part, given.get(part.name), f"{place}.{part.name}")
        except Invalid as broken:
            errors += broken.errors
            continue
        if value is not None:
            kept[part.name] = value
    errors += _misplaced(clause, kept, errors)
    texts = given.get(TEXT)
    try:
        kept |= _texts(texts, f"{place}.{TEXT}")
    except Invalid as broken:
        errors += broken.errors
    return kept, errors


def _texts(given: Any, place: str) -> dict[str, dict[str, str]]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise Invalid.one(place, "format")
    found = normalise(given, field=place, max_length=LONGEST_TEXT, multiline=True)
    return {TEXT: found} if found else {}


def _misplaced(clause: Clause, kept: Mapping[str, Any], errors: list[FieldError]) -> Iterator[FieldError]:
    """Parts without the choice that gives them a meaning, and such choices without their part."""
    broken = {error.field for error in errors}
    for part in clause.parts:
        place = f"clauses.{clause.name}.{part.name}"
        if part.only is None or place in broken:
            continue
        meant = kept.get(part.only[0]) in part.only[1]
        if part.name in kept and not meant:
            yield FieldError(place, "only_with", "terms_part_only_with")
        if meant and part.name not in kept and part.name == kept.get(part.only[0]):
            yield FieldError(place, "required", "required")


def _value(part: Part, given: Any, place: str) -> Any:
    """One value, None where nothing is said; raises `Invalid`."""
    if given is None or given in ("", []):
        return None
    if part.kind == "choice":
        return _choice(part, given, place)
    if part.kind == "several":
        if not isinstance(given, list):
            raise Invalid.one(place, "list")
        chosen = {_choice(part, one, place) for one in given}
        return [choice for choice in part.choices if choice in chosen]
    if part.kind == "number":
        if type(given) is not int:
            raise Invalid.one(place, "number")
        if not part.least <= given <= part.most:
            raise Invalid.one(place, "between", min=part.least, max=part.most)
        return given
    return _money(given, place)


def _choice(part: Part, given: Any, place: str) -> str:
    if not isinstance(given, str) or given not in part.choices:
        raise Invalid.one(place, "choice")
    return given


def _money(given: Any, place: str) -> dict[str, Any]:
    if not isinstance(given, Mapping) or set(given) != {"amount_minor", "currency"}:
        raise Invalid.one(place, "amount_unreadable")
    try:
        money = Money(given["amount_minor"], given["currency"] if isinstance(given["currency"], str) else "")
    except InvalidMoney as error:
        raise Invalid.one(place, "amount_unreadable" if error.code == "amount_not_whole" else error.code) from None
    if money.amount_minor <= 0:
        raise Invalid.one(place, "amount_unreadable")
    return dict(money.as_json())
