"""The terms of a facility as a form: every part of the vocabulary's clauses, a text beside each, and the free text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from flask_babel import gettext as _
from wtforms import Field, StringField

from marketplace.terms.clauses import TEXT, VOCABULARY, Clause, Part
from marketplace.values.localized import Language
from marketplace.values.money import InvalidMoney, Money
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.forms.listings import CURRENCIES
from marketplace.web.forms.texts import TAGS, CheckboxesField, ChoiceField, TextsForm, with_texts
from marketplace.web.request import language
from marketplace.wording.terms import part_name
from marketplace.wording.terms_words import CHOICES_SAID, CLAUSE_NAMES

AREAS = ("terms", *(f"clauses_{clause.name}_{TEXT}" for clause in VOCABULARY))
CURRENCY = "currency"


@with_texts(areas=AREAS)
class TermsForm(TextsForm):
    """Clauses and text. A field is called `clauses_`, its clause and its part, as errors of the rules name it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for clause in VOCABULARY:
            for part in clause.parts:
                self._label(clause, part)

    def _label(self, clause: Clause, part: Part) -> None:
        spoken = cast(Language, language())
        field = self._fields[named(clause, part)]
        field.label.text = part_name(clause.name, part.name, spoken)
        place = f"{clause.name}.{part.name}"
        if part.kind in ("choice", "several"):
            offered = [(choice, _choice_name(place, choice, spoken)) for choice in part.choices]
            open_ = [("", _("left open"))] if part.kind == "choice" else []
            cast(ChoiceField, field).choices = [*open_, *offered]
        if part.kind == "money":
            currency = self._fields[f"{named(clause, part)}_{CURRENCY}"]
            currency.label.text = _("Currency")
            cast(ChoiceField, currency).choices = [("", "–"), *((code, code) for code in CURRENCIES)]

    def clauses(self) -> dict[str, Any]:
        """What was filled in, as the rules take it; raises `Invalid` for numbers and amounts that cannot be read."""
        errors: list[FieldError] = []
        given: dict[str, dict[str, Any]] = {}
        for clause in VOCABULARY:
            found: dict[str, Any] = {}
            for part in clause.parts:
                try:
                    found[part.name] = self._given(clause, part)
                except Invalid as broken:
                    errors += broken.errors
            given[clause.name] = {**found, TEXT: self.text_values(f"clauses_{clause.name}_{TEXT}")}
        if errors:
            raise Invalid(errors)
        return given

    def _given(self, clause: Clause, part: Part) -> Any:
        place = f"clauses.{clause.name}.{part.name}"
        raw = self._fields[named(clause, part)].data
        if part.kind in ("choice", "several"):
            return raw or None
        text = str(raw or "").strip()
        if not text:
            return None
        if part.kind == "number":
            if not (text.isascii() and text.isdigit() and len(text) < 10):
                raise Invalid.one(place, "number")
            return int(text)
        try:
            currency = str(self._fields[f"{named(clause, part)}_{CURRENCY}"].data or "")
            return dict(Money.parse(text, currency).as_json())
        except InvalidMoney as error:
            raise Invalid.one(place, error.code) from None

    def worded(self, clause: Clause) -> bool:
        """Whether something is written beside a clause, or is wrong with it."""
        return any(field.data or field.errors for field in self.text_fields(f"clauses_{clause.name}_{TEXT}").values())

    def fields_of(self, clause: Clause) -> Iterator[tuple[Part, Field, Field | None]]:
        """The fields of a clause, the currency beside an amount."""
        for part in clause.parts:
            field = self._fields[named(clause, part)]
            yield part, field, self._fields.get(f"{named(clause, part)}_{CURRENCY}")


def named(clause: Clause, part: Part) -> str:
    """The name of a part's field."""
    return f"clauses_{clause.name}_{part.name}"


def filled(clauses: Mapping[str, Any], text: Mapping[str, str]) -> dict[str, Any]:
    """What such a form shows of terms that stand."""
    found: dict[str, Any] = {f"terms_{suffix}": text.get(tag, "") for tag, suffix in TAGS.items()}
    for clause in VOCABULARY:
        given = clauses.get(clause.name) or {}
        texts = given.get(TEXT) or {}
        found |= {f"clauses_{clause.name}_{TEXT}_{suffix}": texts.get(tag, "") for tag, suffix in TAGS.items()}
        for part in clause.parts:
            found |= _shown(named(clause, part), part, given.get(part.name))
    return found


def _shown(name: str, part: Part, value: Any) -> dict[str, Any]:
    if part.kind == "money" and value is not None:
        money = Money(value["amount_minor"], value["currency"])
        return {name: str(money.major), f"{name}_{CURRENCY}": money.currency}
    if part.kind == "several":
        return {name: value or []}
    return {name: "" if value is None else str(value)}


def _choice_name(place: str, choice: str, spoken: Language) -> str:
    return CHOICES_SAID[f"{place}.{choice}"][spoken]


def _add_fields() -> None:
    """Give the form class a field for every part."""
    kinds = {"choice": ChoiceField, "several": CheckboxesField, "number": StringField, "money": StringField}
    for clause in VOCABULARY:
        for part in clause.parts:
            setattr(TermsForm, named(clause, part), kinds[part.kind](CLAUSE_NAMES[clause.name]["en"]))
            if part.kind == "money":
                setattr(TermsForm, f"{named(clause, part)}_{CURRENCY}", ChoiceField(CURRENCY))


_add_fields()
