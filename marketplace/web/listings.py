"""The host's listings, and the guided form: what it is, where it stands, its details, and making it public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.models import Organisation, Role
from marketplace.catalogue import queries
from marketplace.catalogue.actions import archive, change_facility, create_facility, pause, publish, restore
from marketplace.catalogue.models import Facility, FacilityKind, ListingState
from marketplace.catalogue.rules.publishing import STEPS, Completeness
from marketplace.jurisdictions.models import Jurisdiction, Zone
from marketplace.values.localized import pick
from marketplace.values.refusal import Refusal, Refused
from marketplace.web.access import allow
from marketplace.web.facilities import shown_page
from marketplace.web.forms.fields import page as answered
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.forms.listings import BasicsForm, DetailsForm, NewListingForm, PlaceForm, or_none
from marketplace.web.forms.texts import CONVERT, TextsForm
from marketplace.web.paging import window
from marketplace.web.request import actor, language, now, reading, transact, url
from marketplace.web.standing import completeness_of, open_units
from marketplace.wording.refusals import sentence

blueprint = Blueprint("listings", __name__)
ZONES = ("Asia/Hong_Kong", "Asia/Macau", "Asia/Shanghai", "Asia/Singapore", "Europe/London", "Europe/Berlin")
ENDPOINTS = {
    "basics": "listings.basics",
    "place": "listings.place",
    "details": "listings.details",
    "units": "listing_units.units",
    "hours": "listing_units.hours",
    "rates": "listing_offers.rates",
    "terms": "listing_terms.terms",
    "files": "listing_offers.files",
    "preview": "listings.preview",
}


@blueprint.app_template_filter("refusal_sentence")
def refusal_sentence(reason: Refusal) -> str:
    """A refusal as the reader's sentence."""
    return sentence(reason, language())


@blueprint.app_template_filter("refusal_code")
def refusal_code(code: str) -> str:
    """A bare code as the reader's sentence."""
    return sentence(Refusal(code, {}), language())


@blueprint.app_template_global("step_address")
def step_address(step: str, facility_id: UUID) -> str:
    """Where in the form something is put right."""
    return url(ENDPOINTS[step], facility_id=facility_id)


@blueprint.get("/listings")
@allow("host_desk.see")
def mine() -> str:
    """My listings, by state."""
    named = {state.value: state for state in ListingState}
    state = named.get(request.args.get("state", ""))
    shown = window()
    rows, counts = queries.my_listings(reading(), actor(), state=state, limit=shown.limit + 1, offset=shown.offset)
    before, after = shown.around(len(rows))
    hosts = bool(actor().organisations(Role.HOST_MANAGER))
    return render_template(
        "listings/mine.html",
        rows=rows[: shown.limit],
        counts=counts,
        state=state,
        hosts=hosts,
        before=before,
        after=after,
    )


@blueprint.route("/listings/new", methods=["GET", "POST"])
@allow("host_desk.see")  # whoever hosts nothing yet is told how; the verb itself demands facility.create
def new() -> Response | tuple[str, int]:
    """Begin a listing: whose it is, of which kind, and its name."""
    places = reading().scalars(
        select(Organisation)
        .where(Organisation.id.in_(actor().organisations(Role.HOST_MANAGER)))
        .order_by(Organisation.slug)
    )
    choices = [(str(place.id), pick(place.name, language()).text) for place in places]  # type: ignore[arg-type]
    if not choices:
        return render_template("listings/no_host.html"), 200
    form = NewListingForm()
    form.organisation.choices = choices
    if converted(form):
        return render_template("listings/new.html", form=form), 200
    if form.validate_on_submit():
        with refusals_shown(form):
            fields = {"kind": form.kind.data, "name": form.text_values("name")}
            host = UUID(form.organisation.data)
            made = transact(lambda work: create_facility(work, host, fields, now=now(), by=actor()))
            flash(_("The draft is saved. You can leave at any step and come back."))
            return redirect(url("listings.basics", facility_id=made.id), code=303)
    return answered("listings/new.html", form)


@blueprint.route("/listings/<uuid:facility_id>/basics", methods=["GET", "POST"])
@allow("facility.change")
def basics(facility_id: UUID) -> Response | tuple[str, int]:
    """What it is: kind, names, texts, techniques."""
    facility = listed(facility_id)
    form = BasicsForm.of(facility) if request.method == "GET" else BasicsForm()
    return _step(facility, "basics", form, form.entries)


@blueprint.route("/listings/<uuid:facility_id>/place", methods=["GET", "POST"])
@allow("facility.change")
def place(facility_id: UUID) -> Response | tuple[str, int]:
    """Where it stands and whom to ask."""
    facility = listed(facility_id)
    form = PlaceForm.of(facility) if request.method == "GET" else PlaceForm()
    _offer_places(form, facility)
    return _step(facility, "place", form, form.entries)


@blueprint.route("/listings/<uuid:facility_id>/details", methods=["GET", "POST"])
@allow("facility.change")
def details(facility_id: UUID) -> Response | tuple[str, int]:
    """How it is used; for a pilot line, what it can make."""
    facility = listed(facility_id)
    form = DetailsForm.of(facility) if request.method == "GET" else DetailsForm()
    pilot = facility.kind is FacilityKind.PILOT_LINE
    return _step(facility, "details", form, lambda: form.entries(pilot=pilot), pilot=pilot)


@blueprint.get("/listings/<uuid:facility_id>/preview")
@allow("facility.change")
def preview(facility_id: UUID) -> str:
    """The page as a visitor would see it, with what is missing before it can be public."""
    facility = listed(facility_id)
    shown = {name: value for name, value in shown_page(facility).items() if name != "facility"}
    return framed("listings/preview.html", facility, "preview", **shown)


MOVES: Mapping[str, Callable[..., Facility]] = {"pause": pause, "archive": archive, "restore": restore}


@blueprint.post("/listings/<uuid:facility_id>/<any(publish, pause, archive, restore):verb>")
@allow("facility.change")
def move(facility_id: UUID, verb: str) -> Response:
    """Publish, pause, archive or restore a listing."""
    listed(facility_id)

    def work(session: Session) -> Facility:
        if verb != "publish":
            return MOVES[verb](session, facility_id, now=now(), by=actor())
        opened = open_units(session, facility_id)
        return publish(session, facility_id, open_units=opened, now=now(), by=actor())

    try:
        facility = transact(work)
    except Refused as refused:
        for reason in refused.reasons:
            flash(sentence(reason, language()), "error")
        return redirect(url("listings.preview", facility_id=facility_id), code=303)
    flash(_moved(facility.state))
    if facility.state is ListingState.PUBLISHED:
        return redirect(url("facilities.facility", slug=facility.slug), code=303)
    return redirect(url("listings.preview", facility_id=facility_id), code=303)


def _moved(state: ListingState) -> str:
    said = {
        ListingState.PUBLISHED: _("The listing is public."),
        ListingState.PAUSED: _("The listing is paused: it takes no new bookings."),
        ListingState.ARCHIVED: _("The listing is archived. Its bookings and history stay."),
        ListingState.DRAFT: _("The listing is a draft again."),
    }
    return str(said[state])


def listed(facility_id: UUID) -> Facility:
    """A listing that the reader may change."""
    return queries.listing_for_change(reading(), facility_id, actor())


def framed(template: str, facility: Facility, step: str, **values: Any) -> str:
    """A page of the guided form, with its steps and what is missing."""
    standing = completeness_of(reading(), facility)
    return render_template(
        template, facility=facility, step=step, steps=_steps(facility, step, standing), standing=standing, **values
    )


def _steps(facility: Facility, here: str, standing: Completeness) -> list[dict[str, Any]]:
    names = {
        "basics": _("What it is"),
        "place": _("Place and contact"),
        "details": _("Details"),
        "units": _("Units"),
        "hours": _("Hours and rules"),
        "rates": _("Rates"),
        "terms": _("Terms"),
        "files": _("Photos and documents"),
        "preview": _("Preview"),
    }
    return [
        {
            "label": names[step],
            "href": url(ENDPOINTS[step], facility_id=facility.id),
            "state": "current" if step == here else _state_of(step, standing),
        }
        for step in STEPS
    ]


def _state_of(step: str, standing: Completeness) -> str:
    if step == "preview":
        return "todo"
    return standing.state_of(step)


def next_step(step: str, facility_id: UUID) -> str:
    """The address of the step after this one."""
    following = STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]
    return url(ENDPOINTS[following], facility_id=facility_id)


def _step(
    facility: Facility, step: str, form: TextsForm, entries: Callable[[], Mapping[str, Any]], **values: Any
) -> Response | tuple[str, int]:
    """One step of the form: shown, converted, or saved on its own and followed by the next."""
    template = f"listings/{step}.html"
    if converted(form):
        return framed(template, facility, step, form=form, **values), 200
    if form.validate_on_submit():
        with refusals_shown(form):
            version = _version(form)
            transact(lambda work: change_facility(work, facility.id, entries(), version=version, now=now(), by=actor()))
            flash(_("Saved."))
            here = url(ENDPOINTS[step], facility_id=facility.id)
            return redirect(here if "stay" in request.form else next_step(step, facility.id), code=303)
    present = listed(facility.id)
    if form.form_errors:
        # Somebody else's change was just shown to the reader: saving again now means it.
        form["version"].data = present.version
    return framed(template, present, step, form=form, **values), 422 if form.errors else 200


def _version(form: TextsForm) -> int | None:
    text = str(form["version"].data or "")
    return int(text) if text.isascii() and text.isdigit() else None


def converted(form: TextsForm) -> bool:
    """Whether the reader asked for the other Chinese script: then it is filled in, and nothing is saved."""
    if request.method != "POST" or CONVERT not in request.form:
        return False
    if form.offer_other_script():
        flash(_("The other Chinese script is filled in by machine. Please check it before you save."), "warning")
    else:
        flash(_("There is nothing to convert: both Chinese scripts are filled in, or neither."), "warning")
    return True


def _offer_places(form: PlaceForm, facility: Facility) -> None:
    """The loaded jurisdictions and zones, and the usual time zones with the one that is set."""
    rows = reading().scalars(select(Jurisdiction).order_by(Jurisdiction.root_code, Jurisdiction.code))
    form.jurisdiction_code.choices = or_none([(row.code, pick(row.name, language()).text) for row in rows])  # type: ignore[arg-type]
    zones = reading().scalars(select(Zone).where(Zone.jurisdiction_code.is_not(None)).order_by(Zone.code))
    form.zone_code.choices = [("", _("none")), *((row.code, pick(row.name, language()).text) for row in zones)]  # type: ignore[arg-type]
    known = dict.fromkeys([*ZONES, *filter(None, [facility.time_zone])])
    form.time_zone.choices = [("", _("that of the jurisdiction")), *((zone, zone.replace("_", " ")) for zone in known)]
