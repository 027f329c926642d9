"""Forms about sessions of use: what was used, and how it really was."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import Optional

from marketplace.availability.rules import wall_instant
from marketplace.bookings.models import Purpose
from marketplace.operations.models import UseSession
from marketplace.operations.rules.details import Correction, Details
from marketplace.web.booking_names import purpose_name
from marketplace.web.forms.fields import Required, WallTimeField
from marketplace.web.forms.texts import ChoiceField
from marketplace.web.use_names import ASKED

WALL = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]


class DetailsForm(FlaskForm):
    """What was used beside time."""

    purpose = ChoiceField(ASKED["purpose"])
    samples = IntegerField(ASKED["samples"], [Optional()])
    operator_minutes = IntegerField(ASKED["operator_minutes"], [Optional()])
    consumables = TextAreaField(ASKED["consumables"], [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(_("as booked"))

    def offer(self, unsaid: str) -> None:
        """Offer the purposes, under `unsaid` none: without a booking nothing is booked that it could be as."""
        self.purpose.choices = [("", unsaid), *((each.value, purpose_name(each)) for each in Purpose)]

    def details(self) -> Details:
        """What was typed."""
        return Details(
            purpose=Purpose(self.purpose.data) if self.purpose.data else None,
            samples=self.samples.data,
            operator_minutes=self.operator_minutes.data,
            consumables=self.consumables.data or None,
        )


class CorrectionForm(FlaskForm):
    """How long it really was, on the facility's wall clock, and why that is said only now."""

    began = WallTimeField(_l("Use began"), [Required()], format=WALL)
    ended = WallTimeField(_l("Use ended"), [Required()], format=WALL)
    idle_minutes = IntegerField(_l("Of it standing by"), [Optional()])
    preparation_minutes = IntegerField(_l("Of it preparing"), [Optional()])
    post_minutes = IntegerField(_l("Of it clearing up"), [Optional()])
    reason = TextAreaField(_l("Reason"), [Required()])

    def show(self, use: UseSession, zone: ZoneInfo) -> None:
        """Write the session as it stands into the fields."""
        self.began.data = use.checked_in_at.astimezone(zone).replace(tzinfo=None)
        self.ended.data = use.checked_out_at.astimezone(zone).replace(tzinfo=None) if use.checked_out_at else None
        for name in ("idle", "preparation", "post"):
            seconds = getattr(use, f"{name}_seconds")
            self._fields[f"{name}_minutes"].data = None if seconds is None else seconds // 60

    def correction(self, use: UseSession, zone: ZoneInfo) -> Correction:
        """What was typed; what shows to the minute or second as it stood is taken to the last digit."""
        return Correction(
            began=_kept(self.began.data, use.checked_in_at, zone),
            ended=_kept(self.ended.data, use.checked_out_at, zone),
            idle_seconds=_seconds(self.idle_minutes.data, use.idle_seconds),
            preparation_seconds=_seconds(self.preparation_minutes.data, use.preparation_seconds),
            post_seconds=_seconds(self.post_minutes.data, use.post_seconds),
        )


def _kept(typed: datetime | None, stood: datetime | None, zone: ZoneInfo) -> datetime:
    assert typed is not None
    if stood is not None:
        shown = stood.astimezone(zone).replace(tzinfo=None)
        if typed in (shown.replace(microsecond=0), shown.replace(second=0, microsecond=0)):
            return stood
    found: datetime = wall_instant(typed.date(), typed.hour * 60 + typed.minute, zone)
    return found.replace(second=typed.second)


def _seconds(minutes: int | None, stood: int | None) -> int | None:
    if minutes is None:
        return None
    return stood if stood is not None and stood // 60 == minutes else min(minutes, 10_000_000) * 60
