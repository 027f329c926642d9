"""Opening hours and booking rules of a unit, as a host types them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, TimeField
from wtforms.validators import Optional

from marketplace.availability.models import BookingMode
from marketplace.availability.rules import Hours, UnitRules
from marketplace.values.refusal import Invalid
from marketplace.web.forms.fields import Required
from marketplace.web.forms.texts import CheckboxesField, ChoiceField
from marketplace.web.use_names import ASKED

DAYS = range(1, 8)
STRETCHES = (1, 2)
MIDNIGHT = 1440
STEPS = (5, 10, 15, 20, 30, 60, 120, 240, 480, 720, 1440)
PRESETS = {
    "office": [Hours(day, 9 * 60, 18 * 60) for day in range(1, 6)],
    "daily": [Hours(day, 9 * 60, 18 * 60) for day in DAYS],
    "always": [Hours(day, 0, MIDNIGHT) for day in DAYS],
}
NUMBERS = (
    "shortest", "longest", "set_up", "clean_up", "cut_off", "horizon_days", "max_per_day", "max_at_once",
    "max_future_minutes", "min_gap", "organisation_weekly_hours", "missed_threshold", "approval_days", "end_grace",
    "permit_days", "most_permit_holds",
)  # fmt: skip
NEVER_NONE = {
    "shortest": 30,
    "set_up": 0,
    "clean_up": 0,
    "cut_off": 0,
    "approval_days": 3,
    "permit_days": 90,
    "end_grace": 60,
}
TRUTHS = ("instant", "closed_on_holidays", "open_on_worked_weekends")


class HoursForm(FlaskForm):
    """A week with up to two stretches a day, and the rules of booking."""

    mode = RadioField(_l("Booked by"), [Required()])
    step = SelectField(_l("Bookings begin and end on multiples of"), coerce=int, default=30)
    shortest = IntegerField(_l("Shortest booking"), [Optional()])
    longest = IntegerField(_l("Longest booking"), [Optional()])
    set_up = IntegerField(_l("Set-up before each booking"), [Optional()])
    clean_up = IntegerField(_l("Clean-up after each booking"), [Optional()])
    cut_off = IntegerField(_l("Latest moment to ask, before the start"), [Optional()])
    horizon_days = IntegerField(_l("How far ahead one may book"), [Optional()])
    max_per_day = IntegerField(_l("Most bookings per person and day"), [Optional()])
    max_at_once = IntegerField(_l("Most bookings to come per person"), [Optional()])
    max_future_minutes = IntegerField(_l("Most minutes to come per person"), [Optional()])
    min_gap = IntegerField(_l("Least gap between bookings of a person"), [Optional()])
    organisation_weekly_hours = IntegerField(_l("Most hours per organisation and week"), [Optional()])
    missed_threshold = IntegerField(_l("Missed when unused after"), [Optional()])
    end_grace = IntegerField(_l("Wait for a check-out, after the booked end"), [Optional()])
    asks = CheckboxesField(_l("Ask at check-out for"))
    approval_days = IntegerField(_l("Working days to answer a request"), [Optional()])
    permit_days = IntegerField(_l("Longest hold while permits are awaited"), [Optional()])
    most_permit_holds = IntegerField(_l("Most times at once that wait for permits"), [Optional()])
    instant = BooleanField(_l("Confirm requests without my approval"))
    calendar_code = ChoiceField(_l("Calendar of public holidays"))
    closed_on_holidays = BooleanField(_l("Closed on public holidays"))
    open_on_worked_weekends = BooleanField(_l("Open on worked weekends of the mainland calendar"))
    whole_listing = BooleanField(_l("Use the same for every unit of this listing"))

    def __init__(self, *args: Any, calendars: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mode.choices = [
            (BookingMode.HOUR.value, _("Hours")),
            (BookingMode.DAY.value, _("Days")),
            (BookingMode.WEEK.value, _("Weeks")),
        ]
        self.asks.choices = list(ASKED.items())
        self.step.choices = [(step, _("%(n)s minutes", n=step)) for step in STEPS]
        self.calendar_code.choices = [("", _("that of its jurisdiction")), *calendars]

    def day_fields(self, day: int) -> list[tuple[Any, Any]]:
        """The fields of one weekday: opens and closes, twice."""
        return [(self._fields[f"opens_{day}_{n}"], self._fields[f"closes_{day}_{n}"]) for n in STRETCHES]

    def week(self) -> list[Hours]:
        """The week as typed. A stretch that closes at or before its opening runs into the next day."""
        found = []
        for day in DAYS:
            for opens, closes in self.day_fields(day):
                if (opens.data is None) != (closes.data is None):
                    missing = opens if opens.data is None else closes
                    raise Invalid.one(missing.name, "required")
                if opens.data is not None:
                    first, last = _minutes(opens.data), _minutes(closes.data)
                    found.append(Hours(day, first, last if last > first else last + MIDNIGHT))
        return found

    def rules(self) -> UnitRules:
        """The rules as typed; an empty number is no limit, or the usual value where there is always one."""
        numbers = {name: self._fields[name].data for name in NUMBERS}
        for name, usual in NEVER_NONE.items():
            numbers[name] = usual if numbers[name] is None else numbers[name]
        truths = {name: bool(self._fields[name].data) for name in TRUTHS}
        mode = BookingMode(self.mode.data or BookingMode.HOUR.value)
        step = self.step.data or 30
        if mode is not BookingMode.HOUR:
            numbers["shortest"] = max(numbers["shortest"] or 0, 1)
        asks, calendar = tuple(self.asks.data or ()), self.calendar_code.data or None
        return UnitRules(mode=mode, step=step, calendar_code=calendar, asks=asks, **numbers, **truths)

    def put_week(self, week: Sequence[Hours]) -> None:
        """Show these hours in the week's fields."""
        for day in DAYS:
            stretches = [hours for hours in week if hours.weekday == day]
            for index, (opens, closes) in enumerate(self.day_fields(day)):
                given = stretches[index] if index < len(stretches) else None
                opens.data = _time(given.opens) if given else None
                closes.data = _time(given.closes) if given else None


for _day in DAYS:
    for _number in STRETCHES:
        setattr(HoursForm, f"opens_{_day}_{_number}", TimeField(_l("Opens"), [Optional()]))
        setattr(HoursForm, f"closes_{_day}_{_number}", TimeField(_l("Closes"), [Optional()]))


def rules_shown(rules: UnitRules) -> dict[str, Any]:
    """Rules as the form's fields."""
    numbers = {name: getattr(rules, name) for name in (*NUMBERS, *TRUTHS, "step", "asks")}
    return numbers | {"mode": rules.mode.value, "calendar_code": rules.calendar_code or ""}


def _minutes(at: dt.time) -> int:
    return at.hour * 60 + at.minute


def _time(minutes: int) -> dt.time:
    return dt.time(minutes % MIDNIGHT // 60, minutes % 60)
