"""The form by which somebody reports a listing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField

from marketplace.catalogue.models import ReportReason
from marketplace.web.forms.fields import Required
from marketplace.web.naming import naming

report_reason_name = naming(
    {
        ReportReason.WRONG: _l("It says what is not so"),
        ReportReason.UNSAFE: _l("It is not safe"),
        ReportReason.UNLAWFUL: _l("It is not lawful"),
        ReportReason.OTHER: _l("Something else"),
    }
)


class ReportForm(FlaskForm):
    """What is wrong with a listing."""

    reason = SelectField(_l("What is wrong"))
    text = TextAreaField(_l("In your own words"), [Required()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = {one.value: report_reason_name(one) for one in ReportReason}
