"""The guided form's rates, photos and documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from marketplace.catalogue import queries
from marketplace.catalogue.actions import attach, change_attachment, detach
from marketplace.catalogue.models import AttachmentKind, Facility, Unit
from marketplace.catalogue.queries.facilities import Attached, attachments
from marketplace.files.actions import Purpose, keep
from marketplace.pricing.actions import set_rate, today_at, withdraw_rate
from marketplace.pricing.models import RatePer
from marketplace.pricing.queries import rates_of, rates_on
from marketplace.values.localized import pick
from marketplace.values.refusal import NotFound, Refused
from marketplace.web.access import allow
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.forms.listing_offers import AttachForm, CaptionForm, RateForm
from marketplace.web.forms.texts import TextsForm, texts_of
from marketplace.web.limiting import spend_uploads
from marketplace.web.listings import converted, framed, listed
from marketplace.web.request import actor, language, now, reading, store, transact, url
from marketplace.wording.refusals import sentence

blueprint = Blueprint("listing_offers", __name__)
MOST_AT_ONCE = 12
PURPOSES = {AttachmentKind.PHOTO: Purpose.PHOTO, AttachmentKind.DOCUMENT: Purpose.DOCUMENT}


@blueprint.route("/listings/<uuid:facility_id>/rates", methods=["GET", "POST"])
@allow("facility.change")
def rates(facility_id: UUID) -> Response | tuple[str, int]:
    """The public rates of the units."""
    facility = listed(facility_id)
    units = list(queries.units_of(reading(), facility_id))
    form = _rate_form(facility, units)
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: _set_rates(work, form, units))
            flash(_("The rate is set."))
            return redirect(url("listing_offers.rates", facility_id=facility_id), code=303)
    return _rates_page(facility_id, form)


def _rate_form(facility: Facility, units: list[Unit]) -> RateForm:
    choices = [(str(unit.id), pick(unit.name, language()).text) for unit in units]  # type: ignore[arg-type]
    if request.method == "POST":
        return RateForm(units=choices)
    currency = "HKD" if facility.jurisdiction_code == "HK" else "MOP" if facility.jurisdiction_code == "MO" else "CNY"
    start: dict[str, Any] = {"currency": currency, "per": "hour", "valid_from": today_at(facility, now())}
    return RateForm(units=choices, data=start)


def _set_rates(work: Session, form: RateForm, units: list[Unit]) -> None:
    chosen = [unit for unit in units if form.unit.data in ("", str(unit.id))]
    for unit in sorted(chosen, key=lambda each: each.id):
        set_rate(
            work,
            unit.id,
            form.money(),
            RatePer(form.per.data),
            valid_from=form.first_day(),
            note=form.note.data or "",
            now=now(),
            by=actor(),
        )


@blueprint.post("/listings/<uuid:facility_id>/rates/<uuid:rate_id>/withdraw")
@allow("facility.change")
def withdraw(facility_id: UUID, rate_id: UUID) -> Response:
    """Take back a rate that has not begun."""
    facility = listed(facility_id)
    known = {rate.id for rate in rates_of(reading(), [unit.id for unit in queries.units_of(reading(), facility.id)])}
    if rate_id not in known:
        raise NotFound(str(rate_id))
    _told(lambda work: withdraw_rate(work, rate_id, now=now(), by=actor()), _("The rate is withdrawn."))
    return redirect(url("listing_offers.rates", facility_id=facility_id), code=303)


def _rates_page(facility_id: UUID, form: RateForm) -> tuple[str, int]:
    facility = listed(facility_id)
    units = queries.units_of(reading(), facility_id)
    ids = [unit.id for unit in units]
    today = today_at(facility, now())
    shown = framed(
        "listings/rates.html",
        facility,
        "rates",
        form=form,
        units=units,
        present=rates_on(reading(), ids, today),
        all_rates=rates_of(reading(), ids),
        today=today,
    )
    return shown, 422 if form.errors else 200


@blueprint.route("/listings/<uuid:facility_id>/files", methods=["GET", "POST"])
@allow("facility.change")
def files(facility_id: UUID) -> Response | tuple[str, int]:
    """Photos and documents: what hangs there, and more of it."""
    facility = listed(facility_id)
    form = AttachForm()
    if request.method == "POST" and not converted(form) and form.validate():
        given = [file for file in request.files.getlist("files") if file.filename]
        kind = AttachmentKind.DOCUMENT if request.form.get("kind") == "document" else AttachmentKind.PHOTO
        if not given or len(given) > MOST_AT_ONCE:
            form["files"].errors = [_("Choose at least one file, and at most %(n)s.", n=MOST_AT_ONCE)]
        else:
            spend_uploads(len(given))
            with refusals_shown(form):
                transact(lambda work: _attach_all(work, facility.id, given, kind=kind, form=form))
                flash(_("The files are added."))
                return redirect(url("listing_offers.files", facility_id=facility_id), code=303)
    found = attachments(reading(), facility_id)
    wrong = bool(form.errors) and "convert" not in request.form
    return framed("listings/files.html", listed(facility_id), "files", form=form, attached=found), 422 if wrong else 200


def _attach_all(
    work: Session, facility_id: UUID, given: list[FileStorage], *, kind: AttachmentKind, form: AttachForm
) -> None:
    for file in given:
        file.stream.seek(0)  # the work may be done twice
        content = file.stream.read()
        name = file.filename or "file"
        kept = keep(work, store(), content, name=name, purpose=PURPOSES[kind], by=actor().id, now=now())
        caption, credit = form.text_values("caption"), form["credit"].data
        attach(work, facility_id, kept.id, kind, caption=caption, credit=credit, now=now(), by=actor())


@blueprint.route("/listings/<uuid:facility_id>/files/<uuid:attachment_id>", methods=["GET", "POST"])
@allow("facility.change")
def caption(facility_id: UUID, attachment_id: UUID) -> Response | tuple[str, int]:
    """What is written beside a file."""
    facility = listed(facility_id)
    present = _attachment_of(facility, attachment_id)
    shown = texts_of(present.attachment, ("caption",)) | {"credit": present.attachment.credit or ""}
    form: TextsForm = CaptionForm(data=shown) if request.method == "GET" else CaptionForm()
    if not converted(form) and form.validate_on_submit():
        with refusals_shown(form):
            fields = {"caption": form.text_values("caption"), "credit": form["credit"].data}
            transact(lambda work: change_attachment(work, facility_id, attachment_id, fields, now=now(), by=actor()))
            flash(_("Saved."))
            return redirect(url("listing_offers.files", facility_id=facility_id), code=303)
    return framed("listings/caption.html", listed(facility_id), "files", form=form, attached=present), 200


@blueprint.post("/listings/<uuid:facility_id>/files/<uuid:attachment_id>/<any(up, down, remove):verb>")
@allow("facility.change")
def arrange(facility_id: UUID, attachment_id: UUID, verb: str) -> Response:
    """Move a file one place, or take it off."""
    _attachment_of(listed(facility_id), attachment_id)
    if verb == "remove":
        _told(lambda work: detach(work, facility_id, attachment_id, now=now(), by=actor()), _("The file is removed."))
    else:
        step = {"move": -1 if verb == "up" else 1}
        transact(lambda work: change_attachment(work, facility_id, attachment_id, step, now=now(), by=actor()))
    return redirect(url("listing_offers.files", facility_id=facility_id), code=303)


def _attachment_of(facility: Facility, attachment_id: UUID) -> Attached:
    for each in attachments(reading(), facility.id):
        if each.attachment.id == attachment_id:
            return each
    raise NotFound(str(attachment_id))


def _told(work: Any, done: str) -> None:
    try:
        transact(work)
    except Refused as refused:
        for reason in refused.reasons:
            flash(sentence(reason, language()), "error")
    else:
        flash(done)
