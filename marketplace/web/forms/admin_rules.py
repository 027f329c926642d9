"""Forms for changing a permit rule: the usual fields by themselves, or the whole row as its file would tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from marketplace.permits.rules.book import Status
from marketplace.values.localized import Language
from marketplace.web.forms.fields import Required, in_words
from marketplace.web.forms.texts import TAGS, TextsForm, with_texts
from marketplace.wording.rule_words import CONFIDENCE_NAMES, STATUS_NAMES

LARGEST_ROW: Final = 200_000
_DAYS: Final = ("effective_from", "effective_to", "blocks_until", "reviewed_on")
_LIMITS: Final = {"max_days": _l("Days at most"), "extension_days": _l("Days of extension")}


@with_texts(lines=("title",), areas=("summary",))
class RuleForm(TextsForm):
    """The fields of a rule that change most; a form for each rule, as it has as many clocks as the rule has."""

    base = HiddenField()
    reason = TextAreaField(_l("Why, and where that is written"), [Required()])
    status = SelectField(_l("Status"))
    confidence = SelectField(_l("Confidence"))
    confirmed_on = DateField(_l("Confirmed on"), [Optional()])
    confirmed_source = StringField(_l("Confirmed by which source"))
    effective_from = DateField(_l("In effect from"), [Optional()])
    effective_to = DateField(_l("In effect until"), [Optional()])
    blocks_until = DateField(_l("May hold up a booking until"), [Optional()])
    reviewed_on = DateField(_l("Reviewed on"), [Required()])
    sources = TextAreaField(_l("Sources, one key a line"))

    def offer(self, language: Language) -> RuleForm:
        """Fill in what may be chosen."""
        self.status.choices = [(each.value, STATUS_NAMES[each.value][language]) for each in Status]
        self.confidence.choices = [(code, names[language]) for code, names in CONFIDENCE_NAMES.items()]
        return self

    def clocks(self) -> Iterator[tuple[int, list[Any]]]:
        """The fields of each clock by its number."""
        found: dict[int, list[Any]] = {}
        for name, field in self._fields.items():
            if name.startswith("clock_"):
                found.setdefault(int(name.split("_")[1]), []).append(field)
        yield from found.items()

    def applied(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The row with what was entered; what nobody touched stays as it was told."""
        row = {**told, "status": self.status.data, "confidence": self.confidence.data}
        row |= {name: str(self._fields[name].data) if self._fields[name].data else None for name in _DAYS}
        row |= {name: {**told[name], **self.text_values(name)} for name in self.texts}
        row["sources"] = [line.strip() for line in str(self.sources.data or "").splitlines() if line.strip()]
        if told.get("clock"):
            row["clock"] = [self._clock(number, clock) for number, clock in enumerate(told["clock"])]
        if self.confirmed_on.data or str(self.confirmed_source.data or "").strip():
            row["confirmed"] = self._confirmed(told.get("confirmed") or {})
        return {name: value for name, value in row.items() if value is not None or name in told}

    def _clock(self, number: int, clock: Mapping[str, Any]) -> dict[str, Any]:
        entered = {name: self._fields[f"clock_{number}_{name}"].data for name in _LIMITS}
        return {**clock, **{name: value for name, value in entered.items() if value is not None or name in clock}}

    def _confirmed(self, before: Mapping[str, Any]) -> dict[str, Any]:
        given = {"on": self.confirmed_on.data, "source": str(self.confirmed_source.data or "").strip()}
        return {**before, **{name: str(value) for name, value in given.items() if value}}


def rule_form(told: Mapping[str, Any]) -> type[RuleForm]:
    """The form of one rule: with the limits of each of its clocks."""
    limits = {
        f"clock_{number}_{name}": IntegerField(label, [Optional(), NumberRange(0, 3660)])
        for number in range(len(told.get("clock") or ()))
        for name, label in _LIMITS.items()
    }
    return type("RuleFormOfOne", (RuleForm,), limits)


def values_of(told: Mapping[str, Any], version: int) -> dict[str, Any]:
    """What the form begins with."""
    confirmed = told.get("confirmed") or {}
    values: dict[str, Any] = {name: told[name] for name in ("status", "confidence")}
    values |= {name: _day(told.get(name)) for name in _DAYS}
    values |= {"confirmed_on": _day(confirmed.get("on")), "confirmed_source": confirmed.get("source", "")}
    values |= {"sources": "\n".join(told["sources"]), "base": str(version)}
    for name in ("title", "summary"):
        values |= {f"{name}_{suffix}": told[name].get(tag, "") for tag, suffix in TAGS.items()}
    for number, clock in enumerate(told.get("clock") or ()):
        values |= {f"clock_{number}_{name}": clock.get(name) for name in _LIMITS}
    return values


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


class RowForm(FlaskForm):
    """The whole row as its file would tell it, pasted or from a file."""

    base = HiddenField()
    row = TextAreaField(_l("The row, in YAML"))
    file = FileField(_l("or from a file"))
    reason = TextAreaField(_l("Why, and where that is written"), [Required()])

    def text(self) -> str:
        """What was pasted, or else what the file holds; what is no UTF-8 stands among the errors."""
        chosen = self.file.data
        if not getattr(chosen, "filename", ""):
            return str(self.row.data or "")
        content = chosen.read(LARGEST_ROW + 1)
        try:
            return str(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.file.errors = [*self.file.errors, _("This file is no UTF-8 text.")]
            return ""

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two has to be given."""
        given = bool(super().validate(extra_validators))
        if not str(self.row.data or "").strip() and not getattr(self.file.data, "filename", ""):
            self.row.errors = [*self.row.errors, in_words("required")]
            return False
        return given
