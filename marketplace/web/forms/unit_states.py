"""Forms of what happened at a unit: correcting its states, and taking a correction back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField

from marketplace.availability.rules import wall_instant
from marketplace.operations.actions.corrections import Correction
from marketplace.operations.models import SUBSTATES, MachineState, Substate
from marketplace.values.period import Period
from marketplace.web.forms.fields import Required, WallTimeField, in_words
from marketplace.web.unit_words import machine_state_name, substate_name

WALL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]


class ReasonForm(FlaskForm):
    """Why."""

    reason = TextAreaField(_l("Reason"), [Required()])


class WallForm(FlaskForm):
    """A stretch of time by the clocks of the facility."""

    start = WallTimeField(_l("From"), [Required()], format=WALL)
    end = WallTimeField(_l("Until"), [Required()], format=WALL)

    def period(self, zone: ZoneInfo, stood: Period | None = None) -> Period | None:
        """What was typed, and what shows to the minute as it `stood` to the last digit; None where the end does not
        come after the start, and the field then says so."""
        assert self.start.data is not None
        assert self.end.data is not None
        first, last = instant_at(self.start.data, zone), instant_at(self.end.data, zone, closing=True)
        if stood is not None:
            first = stood.start if _shows(self.start.data, stood.start, zone) else first
            last = stood.end if _shows(self.end.data, stood.end, zone) else last
        if first < last:
            return Period(first, last)
        self.end.errors = [*self.end.errors, in_words("period_reversed")]
        return None


class CorrectionForm(WallForm):
    """In which state a unit really was."""

    said = SelectField(_l("State"), [Required()])
    reason = TextAreaField(_l("Reason"), [Required()])

    def offer(self) -> CorrectionForm:
        """Every state with each way in which it is spent."""
        self.said.choices = {
            machine_state_name(state): [(f"{state.value}/{each.value}", substate_name(each)) for each in group]
            for state, group in SUBSTATES.items()
        }
        return self

    def wish(self, zone: ZoneInfo) -> Correction | None:
        """What was typed as one value."""
        period = self.period(zone)
        if period is None:
            return None
        state, substate = str(self.said.data).split("/")
        return Correction(
            period=period, state=MachineState(state), substate=Substate(substate), reason=self.reason.data or ""
        )


def _shows(wall: datetime, instant: datetime, zone: ZoneInfo) -> bool:
    """Whether an instant is shown as this wall-clock time, to the minute."""
    shown = instant.astimezone(zone).replace(tzinfo=None)
    return wall.replace(second=0, microsecond=0) == shown.replace(second=0, microsecond=0)


def instant_at(wall: datetime, zone: ZoneInfo, *, closing: bool = False) -> datetime:
    """A wall-clock time as an instant, by the rule that opening hours follow where clocks change."""
    return wall_instant(wall.date(), wall.hour * 60 + wall.minute, zone, closing=closing)
