"""Rates and files of a listing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import DateField, StringField

from marketplace.pricing.models import RatePer
from marketplace.values.money import InvalidMoney, Money
from marketplace.values.refusal import Invalid
from marketplace.web.forms.fields import Required
from marketplace.web.forms.listings import CURRENCIES
from marketplace.web.forms.texts import ChoiceField, TextsForm, with_texts


class RateForm(FlaskForm):
    """The public rate of one unit or of all."""

    unit = ChoiceField(_l("Unit"))
    amount = StringField(_l("Amount"), [Required()])
    currency = ChoiceField(_l("Currency"), [Required()])
    per = ChoiceField(_l("Per"), [Required()])
    valid_from = DateField(_l("Valid from"), [Required()])
    note = StringField(_l("Note"), description=_l("Shown beside the rate, such as what is included."))

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit.choices = [("", _("All units")), *units]
        self.currency.choices = [(code, code) for code in CURRENCIES]
        names = {"hour": _("hour"), "day": _("day"), "week": _("week"), "run": _("run")}
        self.per.choices = [(per.value, names[per.value]) for per in RatePer]

    def money(self) -> Money:
        """The amount; raises `Invalid` for one that cannot be read."""
        try:
            return Money.parse(self.amount.data or "", self.currency.data or "")
        except InvalidMoney as error:
            raise Invalid.one("amount", error.code) from None

    def first_day(self) -> dt.date:
        """The day from which it holds; raises `Invalid` where none is given."""
        if self.valid_from.data is None:
            raise Invalid.one("valid_from", "required")
        return self.valid_from.data


@with_texts(lines=("caption",))
class AttachForm(TextsForm):
    """Photos or documents to add."""

    files = MultipleFileField(_l("Files"))
    credit = StringField(_l("Credit"), description=_l("Whose picture it is."))


@with_texts(lines=("caption",))
class CaptionForm(TextsForm):
    """What is written beside a file."""

    credit = StringField(_l("Credit"))
