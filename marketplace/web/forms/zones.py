"""Forms by which an administrator corrects a calendar and enters a rate of exchange."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, DecimalField, RadioField, SelectField, StringField, TextAreaField

from marketplace.jurisdictions.actions import DayOverride
from marketplace.jurisdictions.models import DayKind
from marketplace.values.money import EXPONENTS
from marketplace.web.forms.fields import Required, text


class DayForm(FlaskForm):
    """One day that differs from what the calendar says, and why."""

    day = DateField(_l("Day"), [Required()])
    kind = RadioField(_l("That day"), [Required()])
    name_en = StringField(_l("Name in English"))
    name_zh_hant = StringField(_l("Name in traditional Chinese"))
    name_zh_hans = StringField(_l("Name in simplified Chinese"))
    note = TextAreaField(_l("Note: why"), [Required()])
    notice = StringField(_l("Official notice"))

    def offer(self, off: str, worked: str) -> DayForm:
        """Name the two kinds of day."""
        self.kind.choices = [(DayKind.OFF.value, off), (DayKind.WORKED.value, worked)]
        return self

    def override(self, calendar: str) -> DayOverride:
        """What was entered."""
        assert self.day.data is not None
        names = {"en": text(self.name_en), "zh-Hant": text(self.name_zh_hant), "zh-Hans": text(self.name_zh_hans)}
        kind = DayKind(self.kind.data)
        return DayOverride(calendar, self.day.data, kind, dict(names), text(self.note), text(self.notice))


class YearForm(FlaskForm):
    """That a whole year rests on an official notice."""

    notice = StringField(_l("Official notice"), [Required()])
    note = TextAreaField(_l("Note"))


class RateForm(FlaskForm):
    """What one Hong Kong dollar buys from a day on."""

    currency = SelectField(_l("Currency"), [Required()])
    per_hkd = DecimalField(_l("One Hong Kong dollar buys"), [Required()], places=None)
    valid_from = DateField(_l("Valid from"), [Required()])
    source = StringField(_l("Source"), [Required()])

    def offer(self, codes: Iterable[str]) -> RateForm:
        """Name the currencies that have a rate."""
        self.currency.choices = [(code, code) for code in codes if code != "HKD" and code in EXPONENTS]
        return self

    @property
    def rate(self) -> Decimal:
        """The rate as entered."""
        assert self.per_hkd.data is not None
        return Decimal(self.per_hkd.data)
