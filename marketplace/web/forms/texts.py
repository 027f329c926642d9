"""Texts in three languages on a form: three fields each, and the other Chinese script offered by machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.values.localized import LANGUAGES, pick

F = TypeVar("F", bound=type[FlaskForm])
TAGS = {tag: tag.lower().replace("-", "_") for tag in LANGUAGES}
CONVERT = "convert"


class CheckboxesField(SelectMultipleField):
    """Several of a few, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ChoiceField(SelectField):
    """One of a few; a form that leaves it out says nothing, as if the first, empty choice stood."""

    def pre_validate(self, form: Any) -> None:
        """Take silence for the empty choice where there is one."""
        if self.data is None and any(value == "" for value, *_rest in self.iter_choices()):
            self.data = ""
        super().pre_validate(form)


def with_texts(*, lines: Iterable[str] = (), areas: Iterable[str] = ()) -> Callable[[F], F]:
    """Give a form class three fields for each localized text, called `name_en`, `name_zh_hant`, `name_zh_hans`."""

    def add(form: F) -> F:
        labels = {"en": _l("English"), "zh_hant": _l("Traditional Chinese"), "zh_hans": _l("Simplified Chinese")}
        kinds = [(name, StringField) for name in lines] + [(name, TextAreaField) for name in areas]
        for name, kind in kinds:
            for suffix, label in labels.items():
                setattr(form, f"{name}_{suffix}", kind(label))
        form.texts = (*lines, *areas)
        return form

    return add


class TextsForm(FlaskForm):
    """A form of which some fields are texts in three languages."""

    texts: tuple[str, ...] = ()

    def text_fields(self, name: str) -> dict[str, Any]:
        """The three fields of one text, by language."""
        return {tag: self._fields[f"{name}_{suffix}"] for tag, suffix in TAGS.items()}

    def text_values(self, name: str) -> dict[str, str]:
        """What was written, by language; empty ones are left out."""
        found = {tag: str(field.data or "").strip() for tag, field in self.text_fields(name).items()}
        return {tag: text for tag, text in found.items() if text}

    def all_texts(self) -> dict[str, dict[str, str]]:
        """All texts of the form."""
        return {name: self.text_values(name) for name in self.texts}

    def offer_other_script(self) -> list[str]:
        """Fill each empty Chinese field from the other script by OpenCC, marked as such; nothing is saved."""
        offered = []
        for name in self.texts:
            written = self.text_values(name)
            for tag in ("zh-Hant", "zh-Hans"):
                field = self.text_fields(name)[tag]
                if tag not in written and (made := pick(written, tag)).converted:
                    field.data = made.text
                    field.errors = [*field.errors, _("Converted by machine from the other Chinese script")]
                    offered.append(field.id)
        return offered


def texts_of(row: object, names: Iterable[str]) -> dict[str, str]:
    """Localized attributes of a row as the fields of such a form."""
    found: dict[str, str] = {}
    for name in names:
        text: Mapping[str, str] = getattr(row, name) or {}
        found |= {f"{name}_{suffix}": text.get(tag, "") for tag, suffix in TAGS.items()}
    return found


def lines_of(text: str | None) -> list[str]:
    """Words written one per line or between commas, full-width ones too."""
    for comma in (",", "，", "、", ";", "；"):
        text = (text or "").replace(comma, "\n")
    return [word.strip() for word in (text or "").splitlines() if word.strip()]
