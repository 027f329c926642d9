"""The form of a step of an application: only the fields that the verb asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, FileField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from marketplace.applications.models import Verb
from marketplace.applications.rules.steps import Step
from marketplace.web.forms.fields import text

FIELDS: Final[Mapping[Verb, tuple[str, ...]]] = {
    Verb.FILE: ("agency", "on", "number", "note", "file"),
    Verb.ASK: ("note", "on"),
    Verb.ANSWER: ("note", "file", "on"),
    Verb.ACCEPT: ("number", "on", "note"),
    Verb.BEGIN_STEP: ("step", "on", "note"),
    Verb.END_STEP: ("on", "note"),
    Verb.EXTEND: ("days", "on", "note"),
    Verb.GRANT: ("number", "on", "valid_from", "valid_to", "conditions", "file"),
    Verb.REFUSE: ("note", "on", "file"),
    Verb.WITHDRAW: ("note", "on"),
    Verb.REVOKE: ("note", "on", "file"),
    Verb.NOTE: ("note", "file"),
    Verb.DONE: ("on", "file", "note"),
    Verb.REDRAFT: (),
}


class StepForm(FlaskForm):
    """One step; the page shows the fields of its verb."""

    agency = SelectField(_l("Filed with"), validate_choice=False)
    step = SelectField(_l("What is not counted"), validate_choice=False)
    on = DateField(_l("Day on which it happened"), [Optional()])
    number = StringField(_l("Number given by the authority"))
    days = IntegerField(_l("Days added"), [Optional()])
    valid_from = DateField(_l("Valid from"), [Optional()])
    valid_to = DateField(_l("Valid until"), [Optional()])
    conditions = TextAreaField(_l("Conditions"))
    note = TextAreaField(_l("Reason or note"))
    file = FileField(_l("Paper"))

    def offer(self, agencies: Iterable[tuple[str, str]], steps: Iterable[tuple[str, str]]) -> StepForm:
        """Fill in what can be chosen."""
        self.agency.choices = list(agencies)
        self.step.choices = list(steps)
        return self

    def told(self, verb: Verb, file_id: UUID | None) -> Step:
        """What was typed, of the fields that the verb asks for."""
        asked = FIELDS[verb]
        return Step(
            on=self.on.data if "on" in asked else None,
            note=text(self.note) if "note" in asked else "",
            conditions=text(self.conditions) if "conditions" in asked else "",
            number=text(self.number) if "number" in asked else "",
            valid_from=self.valid_from.data if "valid_from" in asked else None,
            valid_to=self.valid_to.data if "valid_to" in asked else None,
            days=self.days.data if "days" in asked else None,
            step=text(self.step) if "step" in asked else "",
            agency=(text(self.agency) or None) if "agency" in asked else None,
            file_id=file_id if "file" in asked else None,
        )
