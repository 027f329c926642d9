"""The form that asks for a booking: it shows beforehand what the verb would answer, from the very same rules."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import demand
from marketplace.availability.rules import Setting, local_day
from marketplace.bookings.actions import request_booking
from marketplace.bookings.models import Booking, BookingState, Purpose
from marketplace.bookings.queries.appraisal import Preview, preview
from marketplace.bookings.queries.pages import copy_of
from marketplace.bookings.rules import BOOKING_ROLES, OWN_USE_ROLES, BookingRequest
from marketplace.catalogue.models import Facility, Unit
from marketplace.catalogue.queries import unit_page
from marketplace.limits.actions import spend
from marketplace.terms.models import TermsVersion
from marketplace.terms.queries import current_terms
from marketplace.values.localized import pick
from marketplace.values.period import InvalidPeriod, Period
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.crossings import Crossing, crossing_of
from marketplace.web.forms.bookings import BookingForm, object_to, uuid_or_none
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.free_time import free_time
from marketplace.web.permit_answers import CURRENCIES
from marketplace.web.request import actor, database, language, now, reading, transact, url
from marketplace.web.wall_times import DAY, Wall, first_free, period_of, setting_around, wall_of
from marketplace.wording.refusals import sentence

blueprint = Blueprint("booking_form", __name__)
blueprint.add_app_template_global(free_time, "free_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Another time that is free, as a button that takes it."""

    kind: str
    unit_id: UUID
    unit_name: dict[str, str] | None
    period: Period

    @property
    def interval(self) -> str:
        """The period as an ISO 8601 interval."""
        return f"{self.period.start.isoformat()}/{self.period.end.isoformat()}"


@dataclass(slots=True, kw_only=True)
class Sheet:
    """The form of one unit on its way: what it is about, what was typed, and what the rules say of it."""

    unit: Unit
    facility: Facility
    form: BookingForm
    known: Setting
    period: Period | None
    terms: TermsVersion | None
    crossing: Crossing
    shown: Preview | None = None

    @property
    def zone(self) -> str:
        """The facility's zone."""
        return str(self.known.zone)

    @property
    def reasons(self) -> list[str]:
        """Why it cannot be booked, in words."""
        found = self.shown.refusals if self.shown else ()
        return [sentence(reason, language(), zone=self.zone) for reason in found if reason.code != "sign_in_needed"]

    @property
    def first_day(self) -> date | None:
        """The first day of use, where the facility stands."""
        return local_day(self.period.start, self.known.zone) if self.period else None

    @property
    def taken(self) -> bool:
        """Whether another claim is in the way."""
        return self.shown is not None and any(reason.code == "taken" for reason in self.shown.refusals)

    def choices(self) -> list[Choice]:
        """What could be booked instead; one statement where other units are among it."""
        near = self.shown.alternatives if self.shown else ()
        others = {each.unit_id for each in near} - {self.unit.id}
        named = select(Unit.id, Unit.name).where(Unit.id.in_(others))
        names = {row.id: row.name for row in reading().execute(named)} if others else {}
        return [
            Choice(kind=each.kind, unit_id=each.unit_id, unit_name=names.get(each.unit_id), period=each.period)
            for each in near
        ]


@blueprint.get("/units/<uuid:unit_id>/book")
@allow("booking.preview")
def new(unit_id: UUID) -> tuple[str, int]:
    """The form, filled in from the address, from an earlier booking, or with the next free time."""
    unit, facility = unit_page(reading(), unit_id, actor())
    copied = uuid_or_none(request.args.get("copy"))
    wish = copy_of(reading(), copied, by=actor(), now=now()) if copied else None
    asked = wish.period if wish and wish.unit_id == unit_id else _asked()
    form = _offered(BookingForm(formdata=None, data=_start(wish)), facility)
    today = now().date()
    wall = Wall(asked.start.date(), asked.end.date()) if asked else Wall(today, today)
    known = setting_around(reading(), unit_id, wall, now())
    period = asked or first_free(reading(), known, now())
    if period is not None:
        form.show(wall_of(known, period))
    else:
        form.show(Wall(today + DAY, today + DAY))
    crossing = crossing_of(form, facility, _organisation(form), actor().person_id)
    return _page(
        Sheet(
            unit=unit,
            facility=facility,
            form=form,
            known=known,
            period=period,
            terms=_terms(facility),
            crossing=crossing,
        )
    )


@blueprint.post("/units/<uuid:unit_id>/book/check")
@allow("booking.preview")
def check(unit_id: UUID) -> str | tuple[str, int]:
    """What the verb would say to what stands in the form now; the part of the page where htmx asks for it."""
    sheet = _sent(unit_id)
    interval = request.form.get("take", "").partition("/")
    if taken := _read(interval[0], interval[2]):
        sheet.known = setting_around(reading(), unit_id, Wall(taken.start.date(), taken.end.date()), now())
        sheet.period = taken
        sheet.form.show(wall_of(sheet.known, taken))
    if "HX-Request" in request.headers:
        _appraise(sheet)
        return render_template("booking_form/_grown.html", sheet=sheet, form=sheet.form, currencies=CURRENCIES)
    return _page(sheet)


@blueprint.post("/units/<uuid:unit_id>/book")
@allow("booking.request")
def book(unit_id: UUID) -> Response | tuple[str, int]:
    """Ask for the booking; whatever stands in the way comes back beside what was typed."""
    spend(database(), "booking", str(actor().id), now=now())
    sheet = _sent(unit_id)
    form = sheet.form
    if organisation := uuid_or_none(form.organisation.data):
        demand(actor(), "booking.request", organisation=organisation, host=sheet.facility.organisation_id)
    fine = form.validate_on_submit()
    if sheet.crossing.across and not form.crosses.data:
        object_to(form.crosses, "required")
        fine = False
    if not fine or sheet.period is None or sheet.crossing.broken:
        return _page(sheet, status=422)
    wish = _request(sheet, sheet.period)
    with refusals_shown(form):
        booking = transact(lambda work: request_booking(work, wish, now=now(), by=actor()))
        flash(_told(booking))
        return redirect(url("bookings.one", booking_id=booking.id), code=303)
    # What was read before the verb is stale now, and the rules are asked once more for what is free nearby.
    return _page(_sent(unit_id, form), status=422)


def _told(booking: Booking) -> str:
    if booking.state is BookingState.CONFIRMED:
        return str(_("Your booking is confirmed."))
    return str(_("The time is held for you. See below what is still open, and until when."))


def _sent(unit_id: UUID, form: BookingForm | None = None) -> Sheet:
    """The form as it was sent, with the period that it names."""
    unit, facility = unit_page(reading(), unit_id, actor())
    form = form or _offered(BookingForm(), facility)
    wall = form.wall(now())
    today = now().date()
    known = setting_around(reading(), unit_id, wall or Wall(today, today), now())
    period = period_of(known, wall) if wall else None
    if wall and period is None:
        object_to(form.end_on, "period_reversed")
    crossing = crossing_of(form, facility, _organisation(form), actor().person_id)
    crossing.take()
    return Sheet(
        unit=unit,
        facility=facility,
        form=form,
        known=known,
        period=period,
        terms=_terms(facility),
        crossing=crossing,
    )


def _organisation(form: BookingForm) -> Organisation | None:
    """The organisation that is chosen, or the only one to choose."""
    offered = [choice[0] for choice in form.organisation.choices or ()]
    chosen = form.organisation.data if form.organisation.data in offered else offered[0] if len(offered) == 1 else ""
    wanted = uuid_or_none(chosen)
    return reading().get(Organisation, wanted) if wanted else None


def _offered(form: BookingForm, facility: Facility) -> BookingForm:
    """The form with the purposes and organisations that this person may choose from."""
    places = actor().organisations(*OWN_USE_ROLES)
    rows = reading().execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(places))).all()
    booking_for = actor().organisations(*BOOKING_ROLES)
    names = {row.id: pick(row.name, language()).text for row in rows if row.id in booking_for}  # type: ignore[arg-type]
    purposes = [each for each in Purpose if each is not Purpose.OWN_USE or facility.organisation_id in places]
    return form.offer(purposes, dict(sorted(names.items(), key=lambda item: item[1])))


def _request(sheet: Sheet, period: Period) -> BookingRequest:
    form = sheet.form
    accepted = form.terms_version.data if form.accept.data and form.terms_version.data else None
    wish = BookingRequest(
        unit_id=sheet.unit.id,
        period=period,
        purpose=Purpose(form.purpose.data) if form.purpose.data in set(form.purposes()) else Purpose.RESEARCH,
        organisation_id=uuid_or_none(form.organisation.data),
        note=form.note.data or None,
        flows=sheet.crossing.stated(form.crosses.data, form.purpose.data or ""),
        terms_version=accepted,
        copied_from=form.copied(),
    )
    return replace(wish, idempotency_key=_key(form, wish))


def _key(form: BookingForm, wish: BookingRequest) -> str:
    """The same form sent twice asks once; changed and sent again it is another wish."""
    nonce = uuid_or_none(form.key.data) or uuid4()
    return f"form-{nonce}-{hashlib.sha256(wish.digest()).hexdigest()[:16]}"


def _appraise(sheet: Sheet) -> None:
    """Ask the rules about what stands in the form."""
    if sheet.period is not None:
        sheet.shown = _previewed(sheet, sheet.period)
        if sheet.shown.planned is not None:
            sheet.crossing.show(sheet.shown.planned)


def _previewed(sheet: Sheet, period: Period) -> Preview:
    try:
        return preview(reading(), _wish(sheet, period), now=now(), by=actor())
    except Invalid as broken:
        sheet.crossing.forget(broken)
    try:
        return preview(reading(), _wish(sheet, period), now=now(), by=actor())
    except Invalid:
        # Who travels is said anew beside the message; meanwhile the rest is told.
        return preview(reading(), replace(_wish(sheet, period), flows=None), now=now(), by=actor())


def _wish(sheet: Sheet, period: Period) -> BookingRequest:
    return replace(_request(sheet, period), idempotency_key=None)


def _page(sheet: Sheet, *, status: int = 200) -> tuple[str, int]:
    _appraise(sheet)
    if status == 422 and sheet.taken:
        status = 409
    sheet.form.name_fields(sheet.known.rules.mode)
    shown = render_template(
        "booking_form/form.html", sheet=sheet, form=sheet.form, back=_back(sheet), currencies=CURRENCIES
    )
    return shown, status


def _back(sheet: Sheet) -> str:
    """This form's address with the period that stands in it: where signing in leads back to."""
    if sheet.period is None:
        return url("booking_form.new", unit_id=sheet.unit.id)
    return url("booking_form.new", unit_id=sheet.unit.id, **sheet.period.as_json())


def _start(wish: BookingRequest | None) -> dict[str, Any]:
    """What the form begins with."""
    values: dict[str, Any] = {"key": str(uuid4()), "purpose": Purpose.RESEARCH.value}
    if wish is None:
        return values
    organisation = str(wish.organisation_id) if wish.organisation_id else None
    return values | {
        "purpose": wish.purpose.value,
        "organisation": organisation,
        "note": wish.note,
        "copied_from": str(wish.copied_from),
    }


def _terms(facility: Facility) -> TermsVersion | None:
    return current_terms(reading(), facility.id)


def _asked() -> Period | None:
    return _read(request.args.get("start", ""), request.args.get("end", ""))


def _read(start: str, end: str) -> Period | None:
    """Two instants as a period within reach, None where they are none."""
    try:
        period = Period.parse(start, end)
    except InvalidPeriod:
        return None
    return period if Wall(period.start.date(), period.end.date()).within_reach(now()) else None
