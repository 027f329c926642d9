"""Asking for a pack of evidence."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField

from marketplace.web.forms.fields import Required
from marketplace.web.forms.texts import ChoiceField


class PackForm(FlaskForm):
    """Of what, from which day to which."""

    scope = ChoiceField(_l("Figures of"), [Required()])
    first_day = DateField(_l("First day"), [Required()])
    last_day = DateField(_l("Last day"), [Required()])
