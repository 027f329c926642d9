"""The states of a unit by day, drawn and as a table, and what its host corrects of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.policy import may
from marketplace.availability.rules import local_day, local_midnight
from marketplace.bookings.queries import hosting
from marketplace.operations.actions.corrections import correct_state, take_back_correction
from marketplace.operations.models import MachineState, UnitState
from marketplace.operations.queries.states import correction_unit, corrections_between, known_until, states_between
from marketplace.operations.queries.units import UnitAround, unit_for
from marketplace.values.period import Period
from marketplace.web.access import allow
from marketplace.web.formats import write_date, write_period
from marketplace.web.forms.fields import page, refusals_shown
from marketplace.web.forms.unit_states import CorrectionForm, ReasonForm
from marketplace.web.request import actor, now, reading, transact, url
from marketplace.web.unit_words import cause_name, machine_state_name, substate_name

blueprint = Blueprint("unit_states", __name__)
blueprint.add_app_template_filter(machine_state_name, "machine_state_name")
blueprint.add_app_template_filter(substate_name, "substate_name")
blueprint.add_app_template_filter(cause_name, "cause_name")

DAY = timedelta(days=1)
# How far from the present anything is looked for.
FARTHEST = timedelta(days=20 * 366)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A unit's state over what of it lies in one day."""

    period: Period
    row: UnitState

    @property
    def minutes(self) -> int:
        """How long, in whole minutes."""
        return round(self.period.length / timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Day:
    """A local day of a unit with its stretches."""

    on: date
    period: Period
    stretches: Sequence[Stretch]


@blueprint.get("/host/units")
@allow("host_desk.see")
def units() -> str:
    """All units of the host, each with the ways to what happened there."""
    found = hosting.host_units(reading(), by=actor())
    doors = {unit.id for unit in found if may(actor(), "kiosk.manage", host=unit.host_id)}
    return render_template("unit_states/units.html", units=found, doors=doors)


@blueprint.get("/host/units/<uuid:unit_id>/states")
@allow("state.see")
def states(unit_id: UUID) -> str:
    """A week of one unit: its states by day, and what was corrected of them."""
    unit = unit_for(reading(), unit_id, "state.see", by=actor())
    zone = ZoneInfo(unit.zone)
    monday = _monday(zone)
    week = Period(local_midnight(monday, zone), local_midnight(monday + 7 * DAY, zone))
    days = _days(monday, zone, states_between(reading(), unit_id, week))
    return render_template(
        "unit_states/states.html",
        unit=unit,
        first=monday,
        week=7 * DAY,
        days=days,
        rows=[_drawn(day, unit) for day in days],
        key=[(state.value, machine_state_name(state)) for state in MachineState],
        ticks=[(hour / 24 * 100, f"{hour:02d}") for hour in range(0, 24, 6)],
        corrections=corrections_between(reading(), unit_id, week),
        until=known_until(reading(), unit_id),
        corrects=may(actor(), "state.correct", host=unit.host_id),
    )


@blueprint.route("/host/units/<uuid:unit_id>/states/correct", methods=["GET", "POST"])
@allow("state.correct")
def correct(unit_id: UUID) -> Response | str | tuple[str, int]:
    """Say in which state the unit really was, and why."""
    unit = unit_for(reading(), unit_id, "state.correct", by=actor())
    zone = ZoneInfo(unit.zone)
    form = _begun(zone) if request.method == "GET" else CorrectionForm().offer()
    wish = form.wish(zone) if form.validate_on_submit() else None
    if wish is not None:
        with refusals_shown(form):
            transact(lambda work: correct_state(work, unit_id, wish, now=now(), by=actor()))
            flash(_("The correction is kept, and the states are worked out again."))
            monday = local_day(wish.period.start, zone)
            return redirect(url("unit_states.states", unit_id=unit_id, week=monday.isoformat()), code=303)
    return page("unit_states/correct.html", form, unit=unit)


@blueprint.route("/host/state-corrections/<uuid:correction_id>/take-back", methods=["GET", "POST"])
@allow("state.correct")
def take_back(correction_id: UUID) -> Response | str | tuple[str, int]:
    """Take a correction back, and say why."""
    unit_id = correction_unit(reading(), correction_id)
    unit = unit_for(reading(), unit_id, "state.correct", by=actor())
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            reason = form.reason.data or ""
            made = transact(lambda work: take_back_correction(work, correction_id, reason, now=now(), by=actor()))
            flash(_("The correction is taken back; what was recorded holds again."))
            week = local_day(made.starts_at, ZoneInfo(unit.zone)).isoformat()
            return redirect(url("unit_states.states", unit_id=unit_id, week=week), code=303)
    return page("unit_states/take_back.html", form, unit=unit)


def _monday(zone: ZoneInfo) -> date:
    """The Monday of the week that the address names, else of this one."""
    today = local_day(now(), zone)
    try:
        day = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        day = today
    day = day if abs(day - today) <= FARTHEST else today
    return day - (day.isoweekday() - 1) * DAY


def _days(monday: date, zone: ZoneInfo, rows: Sequence[UnitState]) -> list[Day]:
    found = []
    for on in (monday + n * DAY for n in range(7)):
        whole = Period(local_midnight(on, zone), local_midnight(on + DAY, zone))
        cuts = ((Period(row.starts_at, row.ends_at).intersection(whole), row) for row in rows)
        found.append(Day(on, whole, [Stretch(period, row) for period, row in cuts if period is not None]))
    return found


def _drawn(day: Day, unit: UnitAround) -> dict[str, Any]:
    """A row of bars."""
    segments = [
        {
            "start": each.period.start,
            "end": each.period.end,
            "kind": each.row.state.value,
            "label": f"{machine_state_name(each.row.state)}, "
            f"{write_period(each.period.start, each.period.end, unit.zone)}",
        }
        for each in day.stretches
    ]
    start, end = day.period.start, day.period.end
    return {"label": write_date(day.on, "full"), "start": start, "end": end, "segments": segments}


def _begun(zone: ZoneInfo) -> CorrectionForm:
    """An empty form that begins with the stretch that the address names."""
    form = CorrectionForm(formdata=None).offer()
    for field in (form.start, form.end):
        try:
            field.data = datetime.fromisoformat(request.args.get(field.name, "")).astimezone(zone)
        except (ValueError, OverflowError):
            field.data = None
    return form
