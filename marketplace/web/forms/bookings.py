"""Forms of booking: the period by days and clock times, what it is for, and the few words that its verbs ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Optional

from marketplace.availability.models import BookingMode
from marketplace.bookings.models import Purpose
from marketplace.web.booking_names import purpose_name
from marketplace.web.forms.crossings import StatingForm
from marketplace.web.forms.fields import Required, in_words
from marketplace.web.wall_times import Wall

LABELS = {
    BookingMode.HOUR: (_l("Start, day"), _l("End, day")),
    BookingMode.DAY: (_l("First day"), _l("Last day")),
    BookingMode.WEEK: (_l("First week, any day of it"), _l("Last week, any day of it")),
}


class PeriodForm(FlaskForm):
    """A start and an end on the facility's wall clock."""

    start_on = DateField(_l("First day"), [Required()])
    start_at = TimeField(_l("Start, time"), [Optional()], format=["%H:%M", "%H:%M:%S"])
    end_on = DateField(_l("Last day"), [Required()])
    end_at = TimeField(_l("End, time"), [Optional()], format=["%H:%M", "%H:%M:%S"])

    def wall(self, now: datetime) -> Wall | None:
        """What was typed, None where it cannot be read; the fields then say why."""
        start, end = self.start_on.data, self.end_on.data or self.start_on.data
        if not isinstance(start, date) or not isinstance(end, date):
            return None
        wall = Wall(start, end, self.start_at.data or time(), self.end_at.data or time())
        if not wall.within_reach(now):
            object_to(self.start_on, "date_out_of_reach")
            return None
        return wall

    def show(self, wall: Wall) -> None:
        """Write a period into the fields, in place of what stood there."""
        for name in ("start_on", "start_at", "end_on", "end_at"):
            field = self._fields[name]
            field.data, field.raw_data, field.process_errors = getattr(wall, name), None, []

    def name_fields(self, mode: BookingMode) -> None:
        """Name the days by the mode in which the unit is booked."""
        self.start_on.label.text, self.end_on.label.text = LABELS[mode]


class BookingForm(StatingForm, PeriodForm):
    """A wish for a unit."""

    purpose = RadioField(_l("What it is for"), [Required()], default=Purpose.RESEARCH.value)
    organisation = SelectField(_l("Organisation that books"), [Optional()])
    note = TextAreaField(_l("Note to the host"), [Optional()])
    accept = BooleanField(_l("I accept these terms for my organisation."))
    terms_version = HiddenField()
    copied_from = HiddenField()
    key = HiddenField()

    def offer(self, purposes: Iterable[Purpose], organisations: Mapping[UUID, str]) -> BookingForm:
        """Fill in what can be chosen."""
        self.purpose.choices = [(purpose.value, purpose_name(purpose)) for purpose in purposes]
        self.organisation.choices = [(str(id), name) for id, name in organisations.items()]
        return self

    def purposes(self) -> list[str]:
        """The codes of the purposes that can be chosen."""
        return [str(choice[0]) for choice in self.purpose.choices or ()]

    def copied(self) -> UUID | None:
        """The booking that this one was copied from, as far as it was named."""
        return uuid_or_none(self.copied_from.data)


class MoveForm(PeriodForm):
    """Another period for a booking."""

    reason = TextAreaField(_l("Reason"), [Optional()])


class EndForm(FlaskForm):
    """Why a booking is declined or cancelled; the verb says whether it must be told."""

    reason = TextAreaField(_l("Reason"))


class NoteForm(FlaskForm):
    """A word that goes with an approval."""

    note = TextAreaField(_l("Note"))


class TermsForm(FlaskForm):
    """Which terms are accepted."""

    terms_version = HiddenField()
    accept = BooleanField(_l("I accept these terms for my organisation."), [Required()])


class MessageForm(FlaskForm):
    """A message with attachments."""

    text = TextAreaField(_l("Message"), [Required()])
    files = MultipleFileField(_l("Attachments"))

    def uploads(self) -> list[Any]:
        """The files that were really chosen."""
        return [file for file in self.files.data or () if getattr(file, "filename", "")]


class QuestionForm(MessageForm):
    """A question to the host before any booking."""

    subject = StringField(_l("In a few words"), [Required()])


def object_to(field: Field, code: str) -> None:
    """Put a sentence beside a field that validating the form does not take away."""
    words = in_words(code)
    field.process_errors = [*field.process_errors, words]
    field.errors = [*field.errors, words]


def uuid_or_none(text: Any) -> UUID | None:
    """An id in text, None where it is none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
