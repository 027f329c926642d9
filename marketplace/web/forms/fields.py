"""What all forms share: required fields in the reader's language, and refusals shown beside what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import render_template
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field
from wtforms.validators import InputRequired, StopValidation

from marketplace.bookings.rules.requests import YEARS
from marketplace.values.refusal import FieldError, Invalid, Refused
from marketplace.web.request import language
from marketplace.wording.refusals import sentence, sentence_of_error


class Required(InputRequired):
    """A field that must be filled in; says so in the reader's language."""

    def __call__(self, form: Any, field: Field) -> None:  # noqa: ARG002
        """Stop at an empty field, blanks included."""
        raw = field.raw_data[0] if field.raw_data else None
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            field.errors = []
            raise StopValidation(in_words("required"))


class WallTimeField(DateTimeLocalField):
    """A time by the clocks of a place, in a year that somebody can mean: at the ends of the calendar a wall-clock time
    is no instant."""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Stop at a year that nobody means."""
        if self.data is not None and self.data.year not in YEARS:
            raise StopValidation(in_words("instant_far", first=YEARS.start, last=YEARS.stop - 1))


def text(field: Field) -> str:
    """What was typed into a field; empty where nothing was."""
    return str(field.data or "")


def in_words(code: str, **details: Any) -> str:
    """The sentence of a field's rule in the reader's language."""
    return sentence_of_error(FieldError("", code, code, details), language())


@contextmanager
def refusals_shown(form: FlaskForm) -> Iterator[None]:
    """Put what the verb inside refuses onto the form, each broken field beside its field, other reasons on top."""
    try:
        yield
    except Invalid as invalid:
        for error in invalid.errors:
            _put(form, error)
    except Refused as refused:
        form.form_errors.extend(sentence(reason, language()) for reason in refused.reasons)


def page(template: str, form: FlaskForm, **values: Any) -> tuple[str, int]:
    """The page of a form: 422 when it was sent and something stands in the way, 200 otherwise."""
    return render_template(template, form=form, **values), 422 if form.errors else 200


def _put(form: FlaskForm, error: FieldError) -> None:
    words = sentence_of_error(error, language())
    name = error.field.replace(".", "_").replace("-", "_").lower()
    field = form._fields.get(name)
    if field is None:
        form.form_errors.append(words)
    else:
        field.errors = [*field.errors, words]
