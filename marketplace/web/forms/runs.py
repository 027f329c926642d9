"""The form of a run: when it was, what was planned, and what it made."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, IntegerField, TextAreaField
from wtforms.validators import InputRequired

from marketplace.operations.actions.runs import RunSheet
from marketplace.operations.models import Run
from marketplace.values.period import Period
from marketplace.web.forms.unit_states import WallForm

MINUTE = 60


class RunForm(WallForm):
    """A run as it is entered: times in minutes, the ideal cycle in seconds."""

    planned = IntegerField(_l("Planned time in minutes"), [InputRequired()])
    down = IntegerField(_l("Of it stood still, in minutes"), [InputRequired()], default=0)
    ideal_cycle = DecimalField(_l("Ideal cycle time in seconds"), [InputRequired()], places=None)
    total = IntegerField(_l("Pieces made"), [InputRequired()])
    good = IntegerField(_l("Of them good"), [InputRequired()])
    notes = TextAreaField(_l("Notes"))

    def sheet(self, zone: ZoneInfo, stood: Run | None = None) -> RunSheet | None:
        """What was typed as one value, with the seconds of the run that `stood` where its minutes stay the same; None
        where the end does not come after the start."""
        period = self.period(zone, Period(stood.starts_at, stood.ends_at) if stood else None)
        if period is None:
            return None
        return RunSheet(
            period=period,
            planned=_seconds(self.planned.data or 0, stood.planned_seconds if stood else None),
            down=_seconds(self.down.data or 0, stood.down_seconds if stood else None),
            ideal_cycle=self.ideal_cycle.data if self.ideal_cycle.data is not None else Decimal(0),
            total=self.total.data or 0,
            good=self.good.data or 0,
            notes=self.notes.data or "",
        )

    def show(self, run: Run, zone: ZoneInfo) -> None:
        """Fill in what a run says; seconds that are no whole minutes are rounded."""
        self.start.data, self.end.data = run.starts_at.astimezone(zone), run.ends_at.astimezone(zone)
        self.planned.data, self.down.data = _minutes(run.planned_seconds), _minutes(run.down_seconds)
        self.ideal_cycle.data, self.notes.data = run.ideal_cycle_seconds.normalize(), run.notes
        self.total.data, self.good.data = run.total_count, run.good_count


def _minutes(seconds: int) -> int:
    return round(seconds / MINUTE)


def _seconds(minutes: int, stood: int | None) -> int:
    return stood if stood is not None and _minutes(stood) == minutes else minutes * MINUTE


class CorrectedRunForm(RunForm):
    """The same once more, and why."""

    reason = TextAreaField(_l("Reason"), [InputRequired()])
