"""The guided form's units: what is booked, when it is open, and the rules of booking it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.availability.actions import set_opening_hours, set_places, set_rules
from marketplace.availability.models import BookingRules, OpeningHours
from marketplace.availability.rules import Hours, UnitRules
from marketplace.catalogue import queries, vocabulary
from marketplace.catalogue.actions import add_unit, archive_unit, change_unit, pause_unit, resume_unit
from marketplace.catalogue.models import Facility, Unit
from marketplace.jurisdictions.models import Calendar
from marketplace.values.localized import pick
from marketplace.values.refusal import NotFound, Refused, StateForbids
from marketplace.web.access import allow
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.forms.listing_hours import PRESETS, HoursForm, rules_shown
from marketplace.web.forms.listings import UnitForm
from marketplace.web.listings import converted, framed, listed
from marketplace.web.request import actor, language, now, reading, transact, url
from marketplace.web.standing import offers_of
from marketplace.wording.refusals import sentence

blueprint = Blueprint("listing_units", __name__)


@blueprint.get("/listings/<uuid:facility_id>/units")
@allow("facility.change")
def units(facility_id: UUID) -> str:
    """The units of a listing, archived ones too."""
    facility = listed(facility_id)
    found = queries.units_of(reading(), facility_id, archived=True)
    return framed("listings/units.html", facility, "units", units=found, vocabulary=vocabulary)


@blueprint.route("/listings/<uuid:facility_id>/units/new", methods=["GET", "POST"])
@allow("facility.change")
def new(facility_id: UUID) -> Response | tuple[str, int]:
    """Add a unit."""
    facility = listed(facility_id)
    form = UnitForm(data={"kind": "instrument", "places": 1}) if request.method == "GET" else UnitForm()
    if not converted(form) and form.validate_on_submit():
        with refusals_shown(form):
            places = form.places.data if form.places.data is not None else 1
            transact(lambda work: add_unit(work, facility_id, form.entries(), places=places, now=now(), by=actor()))
            flash(_("The unit is added."))
            return redirect(url("listing_units.units", facility_id=facility_id), code=303)
    return _unit_page(facility, None, form)


@blueprint.route("/listings/<uuid:facility_id>/units/<uuid:unit_id>", methods=["GET", "POST"])
@allow("facility.change")
def unit(facility_id: UUID, unit_id: UUID) -> Response | tuple[str, int]:
    """Change a unit."""
    facility = listed(facility_id)
    present = _unit_of(facility, unit_id)
    form = UnitForm.of(present) if request.method == "GET" else UnitForm()
    if not converted(form) and form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: _save(work, present, form))
            flash(_("Saved."))
            return redirect(url("listing_units.units", facility_id=facility_id), code=303)
    return _unit_page(facility, present, form)


def _save(work: Session, present: Unit, form: UnitForm) -> None:
    change_unit(work, present.id, form.entries(), now=now(), by=actor())
    if form.places.data is not None and form.places.data != present.places:
        set_places(work, present.id, form.places.data, now=now(), by=actor())


def _unit_page(facility: Facility, present: Unit | None, form: UnitForm) -> tuple[str, int]:
    shown = framed("listings/unit.html", listed(facility.id), "units", form=form, unit=present)
    return shown, 422 if form.form_errors or _wrong(form) else 200


def _wrong(form: Any) -> bool:
    return bool(form.errors) and "convert" not in request.form


MOVES = {"pause": pause_unit, "resume": resume_unit, "archive": archive_unit}


@blueprint.post("/listings/<uuid:facility_id>/units/<uuid:unit_id>/<any(pause, resume, archive):verb>")
@allow("facility.change")
def move(facility_id: UUID, unit_id: UUID, verb: str) -> Response:
    """Take a unit out of service, put it back, or take it off the listing."""
    _unit_of(listed(facility_id), unit_id)
    try:
        transact(lambda work: MOVES[verb](work, unit_id, now=now(), by=actor()))
    except Refused as refused:
        for reason in refused.reasons:
            flash(sentence(reason, language()), "error")
    except StateForbids:
        flash(_("The unit's state has changed meanwhile."), "warning")
    else:
        said = {
            "pause": _("The unit is out of service."),
            "resume": _("The unit is back in service."),
            "archive": _("The unit is off the listing. Its bookings and history stay."),
        }
        flash(said[verb])
    return redirect(url("listing_units.units", facility_id=facility_id), code=303)


@blueprint.get("/listings/<uuid:facility_id>/hours")
@allow("facility.change")
def hours(facility_id: UUID) -> str:
    """When each unit is open and how it is booked."""
    facility = listed(facility_id)
    offers = offers_of(reading(), facility, queries.units_of(reading(), facility_id))
    return framed("listings/hours.html", facility, "hours", offers=offers)


@blueprint.route("/listings/<uuid:facility_id>/units/<uuid:unit_id>/hours", methods=["GET", "POST"])
@allow("facility.change")
def unit_hours(facility_id: UUID, unit_id: UUID) -> Response | tuple[str, int]:
    """The opening hours and booking rules of one unit, or of all at once."""
    facility = listed(facility_id)
    present = _unit_of(facility, unit_id)
    calendars = reading().scalars(select(Calendar).order_by(Calendar.code))
    choices = [(row.code, pick(row.name, language()).text) for row in calendars]  # type: ignore[arg-type]
    form = _hours_form(present, choices)
    preset = request.form.get("preset", "")
    if preset in PRESETS:
        form.put_week(PRESETS[preset])
    elif form.validate_on_submit():
        with refusals_shown(form):
            week, rules = form.week(), form.rules()
            all_units = bool(form.whole_listing.data)
            transact(lambda work: _set_hours(work, present, week, rules, all_units=all_units))
            flash(_("Saved."))
            return redirect(url("listing_units.hours", facility_id=facility_id), code=303)
    shown = framed("listings/unit_hours.html", listed(facility_id), "hours", form=form, unit=present)
    return shown, 422 if form.errors and not preset else 200


def _hours_form(present: Unit, calendars: list[tuple[str, str]]) -> HoursForm:
    if request.method == "POST":
        return HoursForm(calendars=calendars)
    row = reading().get(BookingRules, present.id)
    rules = UnitRules(**{name: getattr(row, name) for name in UnitRules.__dataclass_fields__}) if row else UnitRules()
    form = HoursForm(calendars=calendars, data=rules_shown(rules))
    week = reading().scalars(select(OpeningHours).where(OpeningHours.unit_id == present.id)).all()
    ordered = sorted(Hours(one.weekday, one.opens, one.closes) for one in week)
    form.put_week(ordered)
    return form


def _set_hours(work: Session, present: Unit, week: list[Hours], rules: UnitRules, *, all_units: bool) -> None:
    wanted = queries.units_of(work, present.facility_id) if all_units else [present]
    for one in sorted(wanted, key=lambda each: each.id):
        set_opening_hours(work, one.id, week, now=now(), by=actor())
        set_rules(work, one.id, rules, now=now(), by=actor())


def _unit_of(facility: Facility, unit_id: UUID) -> Unit:
    found = reading().get(Unit, unit_id)
    if found is None or found.facility_id != facility.id:
        raise NotFound(str(unit_id))
    return found
