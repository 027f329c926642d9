"""Closing units: what is closed, closing once or again and again, opening early, and the bookings in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.policy import demand
from marketplace.availability.actions.closures import ClosureRequest, against, close, end_series, lift
from marketplace.bookings.actions import cancel
from marketplace.bookings.models import Booking
from marketplace.bookings.queries import hosting
from marketplace.bookings.queries.hosting import HostUnit
from marketplace.bookings.queries.pages import BookingRow, booking_row, rows_by_id
from marketplace.values.localized import pick
from marketplace.values.refusal import Invalid, Refused, StateForbids
from marketplace.web.access import allow
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.forms.fields import in_words, refusals_shown
from marketplace.web.forms.hosting import ClosureForm
from marketplace.web.hosting_names import closure_kind_name, recurrence_name
from marketplace.web.request import actor, language, now, reading, transact, url
from marketplace.web.wall_times import FARTHEST
from marketplace.wording.refusals import sentence

blueprint = Blueprint("closures", __name__)
blueprint.add_app_template_filter(closure_kind_name, "closure_kind_name")
blueprint.add_app_template_filter(recurrence_name, "recurrence_name")

# What an empty form begins with, in hours of the facility's day.
OPENS, CLOSES = 9, 18


@dataclass(slots=True, kw_only=True)
class Sheet:
    """The form of a closure on its way, with the bookings found in its way and why one of them could not be ended."""

    form: ClosureForm
    units: Sequence[HostUnit]
    in_the_way: Sequence[BookingRow] = ()
    faults: dict[UUID, str] = field(default_factory=dict)

    @property
    def unit(self) -> HostUnit | None:
        """The unit that was chosen, of those that the reader hosts."""
        chosen = uuid_or_none(self.form.unit.data)
        return next((unit for unit in self.units if unit.id == chosen), None)

    def wish(self) -> ClosureRequest | None:
        """What was typed as one value; None where it cannot be read."""
        if not self.form.validate_on_submit() or self.unit is None:
            return None
        return self.form.wish(self.unit.zone)


@blueprint.get("/host/closures")
@allow("host_desk.see")
def closures() -> str:
    """What is closed now and what will be, a series by its next date."""
    unit_id = uuid_or_none(request.args.get("unit"))
    return render_template(
        "closures/closures.html",
        hosts=bool(actor().organisations(*hosting.HOSTS)),
        rows=hosting.closures_ahead(reading(), by=actor(), now=now(), unit_id=unit_id),
        units=hosting.host_units(reading(), by=actor()),
        unit_id=unit_id,
    )


@blueprint.get("/host/closures/new")
@allow("host_desk.see")
def new() -> tuple[str, int]:
    """The form, with what the address names filled in."""
    return _page(begun(hosting.host_units(reading(), by=actor())))


@blueprint.post("/host/closures/new")
@allow("host_desk.see")
def make() -> Response | tuple[str, int]:
    """Close the unit; bookings in the way come back beside what was typed."""
    sheet = _sent()
    wish, unit = sheet.wish(), sheet.unit
    if wish is None or unit is None:
        return _page(sheet, 422)
    demand(actor(), "closure.manage", host=unit.host_id)
    with refusals_shown(sheet.form):
        try:
            transact(lambda work: close(work, unit.id, wish, now=now(), by=actor()))
        except Refused:
            _look_again(sheet, wish)
            raise
        flash(_("%(unit)s is closed for that time.", unit=_words(unit.name)))
        return redirect(url("closures.closures"), code=303)
    return _page(sheet, 409 if sheet.in_the_way else 422)


@blueprint.post("/host/closures/make-way/<uuid:booking_id>")
@allow("booking.cancel")
def make_way(booking_id: UUID) -> tuple[str, int]:
    """Cancel one booking that is in the way, with its reason, and keep what was typed about the closure."""
    booking, host = _standing(booking_id)
    demand(actor(), "booking.cancel", owner=booking.person_id, organisation=booking.organisation_id, host=host)
    reason = request.form.get(f"reason-{booking_id}", "")
    faults: dict[UUID, str] = {}
    try:
        transact(lambda work: cancel(work, booking_id, reason, now=now(), by=actor()))
        flash(_("The booking is cancelled, and the reason is sent."))
    except Invalid as invalid:
        faults[booking_id] = in_words(invalid.errors[0].message_code, **invalid.errors[0].details)
    except Refused as refused:
        faults[booking_id] = " ".join(sentence(reason, language()) for reason in refused.reasons)
    except StateForbids:
        flash(_("That booking was ended meanwhile."), "warning")
    sheet = _sent()
    sheet.faults = faults
    if wish := sheet.wish():
        with refusals_shown(sheet.form):
            _look_again(sheet, wish)
    return _page(sheet, 422 if faults or sheet.form.errors else 200)


@blueprint.post("/host/closures/<uuid:closure_id>/lift")
@allow("closure.manage")
def lift_one(closure_id: UUID) -> Response:
    """Open again: at once where the closure has begun."""
    transact(lambda work: lift(work, closure_id, now=now(), by=actor()))
    flash(_("The closure is lifted."))
    return redirect(url("closures.closures"), code=303)


@blueprint.post("/host/closures/series/<uuid:series_id>/end")
@allow("closure.manage")
def end(series_id: UUID) -> Response:
    """End a recurring closure."""
    transact(lambda work: end_series(work, series_id, now=now(), by=actor()))
    flash(_("The series is ended; its dates to come are lifted."))
    return redirect(url("closures.closures"), code=303)


def begun(units: Sequence[HostUnit]) -> Sheet:
    """An empty form that begins as the address says, else with tomorrow's usual hours of the first unit."""
    form = _offered(ClosureForm(formdata=None), units)
    asked = uuid_or_none(request.args.get("unit"))
    form.unit.data = str(asked) if asked else str(units[0].id) if units else ""
    sheet = Sheet(form=form, units=units)
    zone = ZoneInfo(sheet.unit.zone if sheet.unit else actor().time_zone)
    tomorrow = (now().astimezone(zone) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    start = _wall("start") or tomorrow.replace(hour=OPENS)
    usual = start.replace(hour=CLOSES, minute=0)
    form.show(start, _wall("end") or (usual if usual > start else start + timedelta(hours=1)))
    return sheet


def _sent() -> Sheet:
    units = hosting.host_units(reading(), by=actor())
    return Sheet(form=_offered(ClosureForm(), units), units=units)


def _offered(form: ClosureForm, units: Sequence[HostUnit]) -> ClosureForm:
    return form.offer((unit.id, f"{_words(unit.name)} · {_words(unit.facility_name)}") for unit in units)


def _look_again(sheet: Sheet, wish: ClosureRequest) -> None:
    """Find the bookings that are in the way now."""
    if sheet.unit is not None:
        ids = against(reading(), sheet.unit.id, wish, now=now())
        sheet.in_the_way = rows_by_id(reading(), ids, by=actor(), now=now())


def _standing(booking_id: UUID) -> tuple[Booking, UUID]:
    row = booking_row(reading(), booking_id, by=actor(), now=now())
    return row.booking, row.host_id


def _page(sheet: Sheet, status: int = 200) -> tuple[str, int]:
    if request.method == "POST" and status == 200 and not sheet.in_the_way:
        flash(_("Nothing is in the way any more. You can close the unit now."))
    return render_template("closures/form.html", sheet=sheet, form=sheet.form), status


def _wall(name: str) -> datetime | None:
    """A wall-clock time of the address, None where it names none or one that lies out of reach."""
    try:
        found = datetime.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    near = abs(found.date() - now().date()) <= FARTHEST
    return found.replace(tzinfo=None, microsecond=0) if near else None


def _words(text: Any) -> str:
    return pick(dict(text), language()).text  # type: ignore[arg-type]
