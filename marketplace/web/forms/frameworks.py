"""Proposing a framework agreement."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, StringField

from marketplace.terms.rules.frameworks import USUAL_NOTICE
from marketplace.values.refusal import Invalid
from marketplace.web.forms.fields import Required, text
from marketplace.web.forms.texts import ChoiceField

MOST_DIGITS = 6


class ProposeForm(FlaskForm):
    """Over what, with whom, from when to when. A host names the other organisation; a user chooses among its own."""

    scope = ChoiceField(_l("Covers"), [Required()])
    organisation = ChoiceField(_l("For which organisation"))
    other = StringField(
        _l("With which organisation"), description=_l("The address of its page, or the last part of it.")
    )
    first_day = DateField(_l("First day"), [Required()])
    last_day = DateField(_l("Last day"), [Required()])
    notice_days = StringField(_l("Notice for ending early, in days"), [Required()], default=str(USUAL_NOTICE))

    def offer(self, facility: str, organisations: list[tuple[str, str]]) -> None:
        """What can be chosen: this facility or all of its host's, and the reader's own organisations."""
        self.scope.choices = [("facility", facility), ("host", _("All facilities of this host"))]
        self.organisation.choices = organisations or [("", "–")]

    def notice(self) -> int:
        """The days of notice; raises `Invalid` for what is no number."""
        given = text(self.notice_days).strip()
        if not (given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS):
            raise Invalid.one("notice_days", "number")
        return int(given)
