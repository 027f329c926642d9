"""The form at a unit's door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField

from marketplace.operations.actions.kiosks import Deed


class DoorForm(FlaskForm):
    """A booking's reference and code; whoever is signed in presses a button instead."""

    booking = HiddenField()
    deed = HiddenField()
    reference = StringField(_l("Reference of the booking"))
    code = StringField(_l("Check-in code"))

    def asked(self) -> Deed | None:
        """What is to be done; None for what nobody offers."""
        return next((each for each in Deed if each.value == self.deed.data), None)
