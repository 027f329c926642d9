"""Forms of training: what a unit demands, when a training takes place, and what came of it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, StringField, TextAreaField, TimeField
from wtforms.validators import Length, Optional

from marketplace.availability.rules import wall_instant
from marketplace.terms.rules.training import DAY_MINUTES, Need, Window
from marketplace.web.forms.fields import Required, WallTimeField, text
from marketplace.web.forms.hosting import WALL
from marketplace.web.forms.texts import TAGS, TextsForm, with_texts

DAYS = range(1, 8)


@with_texts(lines=("name",))
class NeedForm(TextsForm):
    """Whether a unit demands training, how long one holds, and the hours of those who are new to it."""

    needed = BooleanField(_l("Only people who were trained may use this unit"))
    valid_months = IntegerField(_l("Valid for so many months"), [Optional()])
    idle_days = IntegerField(_l("Ends after so many days without use"), [Optional()])
    novice_hours = IntegerField(_l("A novice until so many hours of use"), [Optional()])

    def days(self) -> list[tuple[int, Any, Any]]:
        """The two clock times of each weekday."""
        return [(day, self._fields[f"from_{day}"], self._fields[f"to_{day}"]) for day in DAYS]

    def need(self) -> Need | None:
        """What was entered; None where no training is demanded."""
        if not self.needed.data:
            return None
        return Need(
            name=self.text_values("name"),
            valid_months=self.valid_months.data,
            idle_days=self.idle_days.data,
            novice_hours=self.novice_hours.data or 0,
            windows=tuple(self._windows()),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """A day has both of its times, or neither."""
        fine = bool(super().validate(extra_validators))
        for _day, opens, closes in self.days():
            if (opens.data is None) != (closes.data is None):
                closes.errors = [*closes.errors, _("Give both times of the day, or neither.")]
                fine = False
        return fine

    def _windows(self) -> list[Window]:
        found = [(day, opens.data, closes.data) for day, opens, closes in self.days() if opens.data is not None]
        return [Window(day, _minutes(opens), _minutes(closes) or DAY_MINUTES) for day, opens, closes in found]


for _number in DAYS:
    setattr(NeedForm, f"from_{_number}", TimeField(_l("From"), [Optional()]))
    setattr(NeedForm, f"to_{_number}", TimeField(_l("To"), [Optional()]))


def values_of(need: Need | None) -> dict[str, Any]:
    """What the form begins with."""
    if need is None:
        return {"needed": False}
    values: dict[str, Any] = {name: getattr(need, name) for name in ("valid_months", "idle_days", "novice_hours")}
    values |= {f"name_{suffix}": need.name.get(tag, "") for tag, suffix in TAGS.items()}
    for each in need.windows:
        values |= {f"from_{each.weekday}": _clock(each.opens), f"to_{each.weekday}": _clock(each.closes % DAY_MINUTES)}
    return values | {"needed": True}


class ScheduleForm(FlaskForm):
    """When a training takes place, by the facility's own clock, and with whom."""

    at = WallTimeField(_l("When"), [Required()], format=WALL)
    trainer = StringField(_l("With whom"))

    def instant(self, zone: str) -> datetime:
        """The moment that was typed."""
        typed = self.at.data
        assert typed is not None, "the field is required"
        return wall_instant(typed.date(), typed.hour * 60 + typed.minute, ZoneInfo(zone))


class PassedForm(FlaskForm):
    """The day on which a training was passed."""

    passed_on = DateField(_l("Passed on"), [Required()])

    def day(self) -> date:
        """The day that was typed."""
        found = self.passed_on.data
        assert found is not None, "the field is required"
        return found


class UnaskedForm(PassedForm):
    """Who was trained without having asked."""

    email = StringField(_l("E-mail address"), [Required(), Length(max=254)])


class DeclineForm(FlaskForm):
    """Why there is no training; the verb says whether it must be told."""

    reason = TextAreaField(_l("Reason"))

    def given(self) -> str:
        """What was typed."""
        return text(self.reason)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
