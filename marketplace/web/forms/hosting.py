"""Forms of hosts: answering a request, closing a unit, and booking for somebody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import Optional

from marketplace.availability.actions.closures import ClosureRequest
from marketplace.availability.models import CHOSEN_KINDS, ClosureKind
from marketplace.availability.rules import Recurrence, wall_instant
from marketplace.availability.rules.recurrence import Frequency
from marketplace.bookings.models import Purpose
from marketplace.values.localized import LANGUAGES
from marketplace.values.period import Period
from marketplace.values.refusal import Invalid
from marketplace.web.booking_names import purpose_name
from marketplace.web.forms.bookings import PeriodForm
from marketplace.web.forms.fields import Required, WallTimeField, in_words
from marketplace.web.forms.organisations import TAGS, CheckboxesField
from marketplace.web.hosting_names import closure_kind_name, frequency_name, weekday_name

WALL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
FREQUENCIES: tuple[Frequency, ...] = ("DAILY", "WEEKLY", "MONTHLY")


class AnswerForm(FlaskForm):
    """A word to whoever asked: it may go with an approval and must go with a refusal."""

    reason = TextAreaField(_l("Word to the researcher"))


class ClosureForm(FlaskForm):
    """A stretch in which a unit is closed, by the facility's own wall clock, once or again and again."""

    unit = SelectField(_l("Unit"), [Required()])
    kind = RadioField(_l("Kind"), [Required()], default=ClosureKind.CLOSURE.value)
    start = WallTimeField(_l("From"), [Required()], format=WALL)
    end = WallTimeField(_l("Until"), [Required()], format=WALL)
    reason_en = TextAreaField()
    reason_zh_hant = TextAreaField()
    reason_zh_hans = TextAreaField()
    repeats = SelectField(_l("Comes again"), default="")
    interval = IntegerField(_l("Every how many"), [Optional()], default=1)
    weekdays = CheckboxesField(_l("On these weekdays"))
    until = DateField(_l("Until and including"), [Optional()])

    def offer(self, units: Iterable[tuple[UUID, str]]) -> ClosureForm:
        """Fill in what can be chosen."""
        self.unit.choices = [(str(id), name) for id, name in units]
        self.kind.choices = [(kind.value, closure_kind_name(kind)) for kind in CHOSEN_KINDS]
        again = [(each, frequency_name(each)) for each in FREQUENCIES]
        self.repeats.choices = [("", _("No, once only")), *again]
        self.weekdays.choices = [(str(day), weekday_name(day)) for day in range(1, 8)]
        return self

    def text_fields(self) -> dict[str, TextAreaField]:
        """The reason in each language."""
        return {tag: self._fields[f"reason_{suffix}"] for tag, suffix in TAGS.items()}

    def wish(self, zone: str) -> ClosureRequest | None:
        """What was typed as one value; None where it cannot be, and the fields then say why."""
        period = self._period(ZoneInfo(zone))
        recurrence = self._recurrence()
        if period is None or self.interval.errors:
            return None
        return ClosureRequest(
            period=period,
            kind=ClosureKind(self.kind.data),
            reason={tag: self._fields[f"reason_{TAGS[tag]}"].data or "" for tag in LANGUAGES},
            recurrence=recurrence,
        )

    def _period(self, zone: ZoneInfo) -> Period | None:
        start, end = self.start.data, self.end.data
        if start is None or end is None:
            return None
        first = _instant(start, zone)
        last = _instant(end, zone, closing=True)
        if first >= last:
            self.end.errors = [*self.end.errors, in_words("period_reversed")]
            return None
        return Period(first, last)

    def _recurrence(self) -> Recurrence | None:
        if not self.repeats.data:
            return None
        days = tuple(int(day) for day in self.weekdays.data or ()) if self.repeats.data == "WEEKLY" else ()
        every = self.interval.data if self.interval.data is not None else 1
        try:
            return Recurrence(self.repeats.data, every, days, self.until.data)
        except Invalid as invalid:
            said = [in_words(error.message_code, **error.details) for error in invalid.errors]
            self.interval.errors = [*self.interval.errors, *said]
            return None

    def show(self, start: datetime, end: datetime) -> None:
        """Write a period, as wall-clock times, into the fields."""
        self.start.data, self.end.data = start, end


class HostBookingForm(PeriodForm):
    """A booking that a host enters: for its own people, or for somebody else."""

    person = SelectField(_l("For whom"), [Optional()])
    email = EmailField(_l("E-mail address"), [Optional()])
    purpose = RadioField(_l("What it is for"), [Required()], default=Purpose.OWN_USE.value)
    organisation = SelectField(_l("Organisation that books"), [Optional()])
    note = TextAreaField(_l("Note"), [Optional()])
    override_reason = TextAreaField(_l("Why these limits are set aside"), [Optional()])
    key = HiddenField()

    def offer(self, people: Iterable[tuple[UUID, str]], organisations: Mapping[UUID, str]) -> HostBookingForm:
        """Fill in what can be chosen; the empty person is somebody named by address."""
        self.person.choices = [*((str(id), name) for id, name in people), ("", _("Somebody else, by e-mail"))]
        self.purpose.choices = [(purpose.value, purpose_name(purpose)) for purpose in Purpose]
        self.organisation.choices = [("", _("Their only one"))] + [
            (str(id), name) for id, name in organisations.items()
        ]
        return self

    def meant(self) -> Purpose:
        """The purpose that was chosen."""
        return next((each for each in Purpose if each.value == self.purpose.data), Purpose.OWN_USE)


def _instant(wall: datetime, zone: ZoneInfo, *, closing: bool = False) -> datetime:
    """A wall-clock time as an instant, by the rule that opening hours follow where clocks change."""
    return wall_instant(wall.date(), wall.hour * 60 + wall.minute, zone, closing=closing)
