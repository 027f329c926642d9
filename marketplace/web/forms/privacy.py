"""Forms of requests about personal data: asked by oneself, entered for somebody, decided."""

from __future__ import annotations

from datetime import datetime, time

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, EmailField, SelectField, TextAreaField
from wtforms.validators import Optional

from marketplace.permits.queries.vault import HERE
from marketplace.privacy.actions.requests import LONGEST_NOTE, Asked
from marketplace.privacy.models import RequestKind, RequestLaw, RequestState
from marketplace.web.forms.fields import Required, text
from marketplace.web.forms.organisations import ReasonForm
from marketplace.web.naming import naming

kind_name = naming(
    {
        RequestKind.EXPORT: _l("A copy of the data"),
        RequestKind.ERASURE: _l("Erasure of the data"),
    }
)
law_name = naming(
    {
        RequestLaw.HK: _l("Hong Kong: 40 days"),
        RequestLaw.CN: _l("Mainland: 15 working days"),
        RequestLaw.MO: _l("Macao: one month"),
        RequestLaw.OTHER: _l("Elsewhere: one month"),
    }
)
request_state_name = naming(
    {
        RequestState.OPEN: _l("To be answered"),
        RequestState.GRANTED: _l("Granted"),
        RequestState.REFUSED: _l("Refused"),
        RequestState.WITHDRAWN: _l("Taken back"),
    }
)


class AskForm(FlaskForm):
    """What somebody asks about their own data."""

    kind = SelectField(_l("What is asked"), validate_choice=True)
    note = TextAreaField(_l("In their own words"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = {kind.value: kind_name(kind) for kind in RequestKind}

    def asked(self) -> Asked:
        """What the form says."""
        return Asked(kind=RequestKind(text(self.kind)), note=text(self.note)[: LONGEST_NOTE + 1])


class EnterForm(AskForm):
    """The same for somebody who asked by letter or mail."""

    email = EmailField(_l("E-mail address of the person"), [Required()])
    law = SelectField(_l("Whose law counts the days"))
    asked_on = DateField(_l("Reached us on"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.law.choices = {"": str(_l("The strictest of where they belong"))} | {
            law.value: law_name(law) for law in RequestLaw
        }

    def asked(self) -> Asked:
        """What the form says; a day means its beginning here."""
        day = self.asked_on.data
        own, law = super().asked(), text(self.law)
        at = datetime.combine(day, time(), HERE) if day else None
        return Asked(kind=own.kind, note=own.note, law=RequestLaw(law) if law else None, at=at)


class DecideForm(ReasonForm):
    """Granting or refusing, with the reason that the person is told; an erasure is meant."""

    sure = BooleanField(_l("I have looked at what stays, and that this cannot be undone"))
