"""Faults on pages: reporting one, those of a host's units, and one with what its host does about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.models import Role
from marketplace.accounts.policy import may
from marketplace.bookings.queries import hosting
from marketplace.catalogue.models import Facility
from marketplace.files.actions import Purpose, keep
from marketplace.operations.actions import faults as verbs
from marketplace.operations.actions.faults import MOST_PHOTOS, Report, demand_report, report_fault
from marketplace.operations.models import Fault, FaultState, Urgency
from marketplace.operations.queries.faults import (
    FaultPage,
    Standstill,
    fault_page,
    host_faults,
    own_faults,
    standing_still,
)
from marketplace.operations.queries.units import unit_around
from marketplace.values.refusal import Invalid, NotFound
from marketplace.web.access import allow
from marketplace.web.fault_words import fault_state_name, urgency_name, urgency_says
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.forms.faults import ExpectForm, FaultForm, ResolveForm, StopForm
from marketplace.web.forms.fields import page, refusals_shown
from marketplace.web.forms.unit_states import ReasonForm, instant_at
from marketplace.web.happened import happened
from marketplace.web.limiting import spend_uploads
from marketplace.web.request import actor, now, reading, store, transact, url

blueprint = Blueprint("faults", __name__)
blueprint.add_app_template_filter(urgency_name, "urgency_name")
blueprint.add_app_template_filter(fault_state_name, "fault_state_name")

Verb = Callable[[Session, UUID, Any], Fault]
FORMS: Mapping[str, type[FlaskForm]] = {
    "stop": StopForm,
    "expect": ExpectForm,
    "resolve": ResolveForm,
    "cancel": ReasonForm,
}


@blueprint.app_template_global("standing_still")
def still(unit_ids: Iterable[UUID]) -> dict[UUID, Standstill]:
    """Which units of a page stand still for a fault."""
    return standing_still(reading(), unit_ids)


@blueprint.app_template_global("may_report")
def may_report(facility: Facility) -> bool:
    """Whether the page of a facility offers to report a fault: to who may book there, and to its host."""
    books = bool(actor().organisations(Role.RESEARCHER, Role.MANAGER))
    return books or may(actor(), "fault.manage", host=facility.organisation_id)


@blueprint.route("/units/<uuid:unit_id>/faults/report", methods=["GET", "POST"])
@allow("fault.report")
def report(unit_id: UUID) -> Response | tuple[str, int]:
    """Tell the host what is broken; below, what the reader reported before."""
    unit = unit_around(reading(), unit_id)
    demand_report(reading(), unit, actor())
    form = FaultForm().offer()
    if form.validate_on_submit():
        with refusals_shown(form):
            uploads = form.uploads()
            spend_uploads(len(uploads))
            made = transact(lambda work: _reported(work, unit_id, form, uploads))
            flash(_("Thank you. The host is told."))
            return redirect(url("faults.one", fault_id=made), code=303)
    return page(
        "faults/report.html",
        form,
        unit=unit,
        says={each.value: urgency_says(each) for each in Urgency},
        reported=own_faults(reading(), unit_id, by=actor()),
        still=standing_still(reading(), [unit_id]).get(unit_id),
    )


@blueprint.get("/host/faults")
@allow("host_desk.see")
def hosted() -> str:
    """The faults of the host's units: those still open, or all."""
    everything = request.args.get("state") == "all"
    unit_id = uuid_or_none(request.args.get("unit"))
    state = None if everything else FaultState.OPEN
    return render_template(
        "faults/hosted.html",
        rows=host_faults(reading(), by=actor(), state=state, unit_id=unit_id),
        units=hosting.host_units(reading(), by=actor()),
        unit_id=unit_id,
        everything=everything,
    )


@blueprint.get("/faults/<uuid:fault_id>")
@allow("fault.see")
def one(fault_id: UUID) -> str:
    """One fault: what was said, what was done, and what its host can do next."""
    found = fault_page(reading(), fault_id, by=actor())
    manages = may(actor(), "fault.manage", host=found.unit.host_id)
    return render_template(
        "faults/one.html",
        found=found,
        fault=found.row.fault,
        deeds=_deeds(found.row.fault) if manages else (),
        manages=manages,
        lines=happened("fault", fault_id),
    )


@blueprint.route("/faults/<uuid:fault_id>/<any(stop, expect, resolve, cancel):deed>", methods=["GET", "POST"])
@allow("fault.manage")
def step(fault_id: UUID, deed: str) -> Response | tuple[str, int]:
    """Stop the unit, change when it is expected back, close the fault as mended, or as none."""
    found = fault_page(reading(), fault_id, "fault.manage", by=actor())
    if request.method == "GET" and deed not in _deeds(found.row.fault):
        raise NotFound("fault")
    form = _begun(deed, found) if request.method == "GET" else FORMS[deed]()
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: _done(work, deed, found, form))
            flash(_done_words(deed))
            return redirect(url("faults.one", fault_id=fault_id), code=303)
    return page("faults/step.html", form, deed=deed, found=found, fault=found.row.fault)


def _reported(work: Session, unit_id: UUID, form: FaultForm, uploads: list[Any]) -> UUID:
    if len(uploads) > MOST_PHOTOS:
        raise Invalid.one("photos", "too_many_items", max=MOST_PHOTOS)
    photos = [_kept(work, upload) for upload in uploads]
    report = Report(urgency=Urgency(form.urgency.data), text=form.text.data or "", photos=photos)
    return report_fault(work, unit_id, report, now=now(), by=actor()).id


def _kept(work: Session, upload: Any) -> UUID:
    upload.stream.seek(0)  # a unit of work may be done a second time
    content, who = upload.read(), actor().id
    return keep(work, store(), content, name=upload.filename, purpose=Purpose.PHOTO, by=who, now=now()).id


def _deeds(fault: Fault) -> tuple[str, ...]:
    if fault.state is not FaultState.OPEN:
        return ()
    return ("resolve", "expect" if fault.stopped_from else "stop", "cancel")


def _begun(deed: str, found: FaultPage) -> FlaskForm:
    form = FORMS[deed](formdata=None)
    zone = ZoneInfo(found.unit.zone)
    if isinstance(form, StopForm):
        form.since.data = now().astimezone(zone)
    elif isinstance(form, ExpectForm) and found.row.fault.expected_back:
        form.expected_back.data = found.row.fault.expected_back.astimezone(zone)
    return form


def _done(work: Session, deed: str, found: FaultPage, form: Any) -> Fault:
    """The verb of a deed with what was typed."""
    fault_id, zone = found.row.fault.id, ZoneInfo(found.unit.zone)
    if deed == "stop":
        since = instant_at(form.since.data, zone)
        back = _instant(form.expected_back.data, zone)
        return verbs.stop_unit(work, fault_id, since, back, now=now(), by=actor())
    if deed == "expect":
        back = _instant(form.expected_back.data, zone)
        return verbs.expect_back(work, fault_id, back, now=now(), by=actor())
    if deed == "resolve":
        said = form.cause.data or "", form.resolution.data or ""
        return verbs.resolve_fault(work, fault_id, *said, now=now(), by=actor())
    return verbs.cancel_fault(work, fault_id, form.reason.data or "", now=now(), by=actor())


def _instant(wall: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if wall is None else instant_at(wall, zone)


def _done_words(deed: str) -> str:
    words = {
        "stop": _("The unit is stopped. Whose bookings stand in that time is told."),
        "expect": _("Kept. Whose bookings stand in what was added is told."),
        "resolve": _("The fault is closed as mended."),
        "cancel": _("The report is closed as no fault."),
    }
    return str(words[deed])
