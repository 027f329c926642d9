"""Forms of faults: reporting one, stopping the unit, and closing it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import RadioField, TextAreaField
from wtforms.validators import Optional

from marketplace.operations.models import Urgency
from marketplace.web.fault_words import urgency_name
from marketplace.web.forms.fields import Required, WallTimeField
from marketplace.web.forms.unit_states import WALL


class FaultForm(FlaskForm):
    """What is broken, and how soon somebody must look."""

    urgency = RadioField(_l("How urgent it is"), [Required()], default=Urgency.NORMAL.value)
    text = TextAreaField(_l("What is broken"), [Required()])
    photos = MultipleFileField(_l("Photos"))

    def offer(self) -> FaultForm:
        """Every urgency."""
        self.urgency.choices = [(each.value, urgency_name(each)) for each in Urgency]
        return self

    def uploads(self) -> list[Any]:
        """The files that were really chosen."""
        return [file for file in self.photos.data or () if getattr(file, "filename", "")]


class ExpectForm(FlaskForm):
    """When the unit is expected back, if anybody knows."""

    expected_back = WallTimeField(_l("Expected back"), [Optional()], format=WALL)


class StopForm(ExpectForm):
    """Since when the unit stands still."""

    since = WallTimeField(_l("Stands still since"), [Required()], format=WALL)


class ResolveForm(FlaskForm):
    """What it was, and what was done."""

    cause = TextAreaField(_l("Cause"), [Required()])
    resolution = TextAreaField(_l("What was done"), [Required()])
