"""A host books: own use, or for somebody else, with limits set aside for a reason where that is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Role
from marketplace.accounts.policy import demand
from marketplace.accounts.queries.people import person_by_email
from marketplace.availability.rules import Setting
from marketplace.bookings.actions import request_booking
from marketplace.bookings.models import BookingState, Purpose
from marketplace.bookings.queries import hosting
from marketplace.bookings.queries.appraisal import Preview, preview
from marketplace.bookings.queries.hosting import HostUnit, KnownPerson
from marketplace.bookings.rules import OVERRIDABLE, BookingRequest
from marketplace.limits.actions import spend
from marketplace.values.localized import pick
from marketplace.values.period import InvalidPeriod, Period
from marketplace.values.refusal import Refusal
from marketplace.web.access import allow
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.forms.fields import in_words, refusals_shown
from marketplace.web.forms.hosting import HostBookingForm
from marketplace.web.request import actor, database, language, now, reading, transact, url
from marketplace.web.wall_times import DAY, Wall, first_free, period_of, setting_around, wall_of
from marketplace.wording.refusals import sentence

blueprint = Blueprint("host_booking", __name__)

# What the form begins with where nothing is free soon.
OPENS, CLOSES = time(9), time(18)


@dataclass(slots=True, kw_only=True)
class Sheet:
    """The form on its way: the unit, for whom, when, and what the rules say of it."""

    unit: HostUnit
    form: HostBookingForm
    known: Setting
    people: Sequence[KnownPerson]
    person_id: UUID | None
    period: Period | None
    shown: Preview | None = None

    @property
    def standing(self) -> list[str]:
        """Reasons that no host can set aside, in words."""
        return self._words(overridable=False)

    @property
    def yielding(self) -> list[str]:
        """Limits that a host may set aside with a reason, in words."""
        return self._words(overridable=True)

    @property
    def taken(self) -> bool:
        """Whether another claim is in the way."""
        return any(reason.code == "taken" for reason in self._reasons())

    def _reasons(self) -> Sequence[Refusal]:
        return self.shown.refusals if self.shown else ()

    def _words(self, *, overridable: bool) -> list[str]:
        found = [each for each in self._reasons() if (each.code in OVERRIDABLE) == overridable]
        return [sentence(reason, language(), zone=self.unit.zone) for reason in found]


@blueprint.get("/host/book")
@allow("host_desk.see")
def choose() -> str:
    """Which unit to book."""
    units = hosting.host_units(reading(), by=actor(), role=Role.HOST_MANAGER)
    return render_template("host_booking/choose.html", units=units)


@blueprint.get("/host/units/<uuid:unit_id>/book")
@allow("booking.book_for")
def new(unit_id: UUID) -> tuple[str, int]:
    """The form, beginning with own use at the next free time or at the time that the address names."""
    unit = _unit(unit_id)
    asked = _asked()
    wall = Wall(asked.start.date(), asked.end.date()) if asked else Wall(now().date(), now().date())
    known = setting_around(reading(), unit_id, wall, now())
    period = asked or first_free(reading(), known, now())
    people = hosting.known_people(reading(), unit.host_id, now=now())
    mine = actor().id if any(person.id == actor().id for person in people) else None
    data = {"key": str(uuid4()), "purpose": Purpose.OWN_USE.value, "person": str(mine or "")}
    form = HostBookingForm(formdata=None, data=data)
    tomorrow = now().astimezone(known.zone).date() + DAY
    shown = wall_of(known, period) if period else Wall(tomorrow, tomorrow, OPENS, CLOSES)
    form.show(shown)
    sheet = Sheet(
        unit=unit, form=form, known=known, people=people, person_id=mine, period=period or period_of(known, shown)
    )
    return _page(_offered(sheet))


@blueprint.post("/host/units/<uuid:unit_id>/book/check")
@allow("booking.book_for")
def check(unit_id: UUID) -> str | tuple[str, int]:
    """What the verb would say to what stands in the form; the part of the page where htmx asks for it."""
    sheet = _sent(unit_id)
    if "HX-Request" in request.headers:
        _appraise(sheet)
        return render_template("host_booking/_preview.html", sheet=sheet)
    return _page(sheet)


@blueprint.post("/host/units/<uuid:unit_id>/book")
@allow("booking.book_for")
def book(unit_id: UUID) -> Response | tuple[str, int]:
    """Enter the booking; whatever stands in the way comes back beside what was typed."""
    spend(database(), "booking", str(actor().id), now=now())
    sheet = _sent(unit_id)
    form = sheet.form
    if form.errors or sheet.period is None or sheet.person_id is None:
        return _page(sheet, 422)
    wish = _keyed(form, _request(sheet, sheet.period))
    with refusals_shown(form):
        booking = transact(lambda work: request_booking(work, wish, now=now(), by=actor()))
        if booking.state is BookingState.CONFIRMED:
            flash(_("The booking is entered and confirmed."))
        else:
            flash(_("The booking is entered. The other side still has something to settle."))
        return redirect(url("bookings.one", booking_id=booking.id), code=303)
    return _page(sheet, 422)


def _unit(unit_id: UUID) -> HostUnit:
    unit = hosting.host_unit(reading(), unit_id, by=actor())
    demand(actor(), "booking.book_for", host=unit.host_id)
    return unit


def _sent(unit_id: UUID) -> Sheet:
    """The form as it was sent, with the person and the period that it names; what is wrong stands at its fields."""
    unit = _unit(unit_id)
    form = HostBookingForm()
    people = hosting.known_people(reading(), unit.host_id, now=now())
    person_id, fault = _person(form, people, unit.host_id)
    today = now().date()
    known = setting_around(reading(), unit_id, Wall(today, today), now())
    sheet = _offered(Sheet(unit=unit, form=form, known=known, people=people, person_id=person_id, period=None))
    # The fields' own checks come first: they begin with a clean slate.
    form.validate_on_submit()
    if fault:
        form.email.errors = [*form.email.errors, in_words(fault)]
    wall = form.wall(now())
    if wall is not None:
        sheet.known = setting_around(reading(), unit_id, wall, now())
        sheet.period = period_of(sheet.known, wall)
        if sheet.period is None:
            form.end_on.errors = [*form.end_on.errors, in_words("period_reversed")]
    return sheet


def _person(form: HostBookingForm, people: Sequence[KnownPerson], host_id: UUID) -> tuple[UUID | None, str]:
    """Whom the booking is for: one of those known here, else whoever has the address; and what is wrong if nobody."""
    chosen = uuid_or_none(form.person.data)
    if chosen is not None:
        return (chosen if any(person.id == chosen for person in people) else None), ""
    if not (form.email.data or "").strip():
        return None, "required"
    found = by_address(host_id, form.email.data or "")
    return (found, "") if found else (None, "nobody_to_book_for")


def by_address(host_id: UUID, address: str) -> UUID | None:
    """Whoever has an address; nobody for a host that is not vouched for. Whoever may ask learns whether an address has
    an account: only verified hosts, and not often."""
    if host_id not in actor().verified:
        return None
    spend(database(), "address", str(actor().id), now=now())
    found = person_by_email(reading(), address)
    return None if found is None or found.suspended_at is not None else found.id


def _offered(sheet: Sheet) -> Sheet:
    """Fill in what can be chosen: the people known here, and the organisations of whoever was chosen."""
    places = hosting.organisations_of_person(reading(), sheet.person_id) if sheet.person_id else {}
    names = {id: pick(dict(name), language()).text for id, name in places.items()}  # type: ignore[arg-type]
    ours, guests = ([person for person in sheet.people if person.ours is own] for own in (True, False))
    told = [*((each.id, each.name) for each in ours), *((each.id, _guest(each.name)) for each in guests)]
    sheet.form.offer(told, dict(sorted(names.items(), key=lambda item: item[1])))
    return sheet


def _guest(name: str) -> str:
    return str(_("%(name)s, booked here before", name=name))


def _request(sheet: Sheet, period: Period) -> BookingRequest:
    form = sheet.form
    purpose = form.meant()
    organisation = uuid_or_none(form.organisation.data)
    own_use = purpose is Purpose.OWN_USE
    return BookingRequest(
        unit_id=sheet.unit.id,
        period=period,
        purpose=purpose,
        organisation_id=organisation or (sheet.unit.host_id if own_use else None),
        person_id=sheet.person_id,
        note=form.note.data or None,
        override_reason=form.override_reason.data or None,
    )


def _keyed(form: HostBookingForm, wish: BookingRequest) -> BookingRequest:
    """The same form sent twice books once; changed and sent again it is another wish."""
    nonce = uuid_or_none(form.key.data) or uuid4()
    return replace(wish, idempotency_key=f"host-{nonce}-{hashlib.sha256(wish.digest()).hexdigest()[:16]}")


def _appraise(sheet: Sheet) -> None:
    if sheet.period is not None and sheet.person_id is not None:
        sheet.shown = preview(reading(), _request(sheet, sheet.period), now=now(), by=actor())


def _page(sheet: Sheet, status: int = 200) -> tuple[str, int]:
    _appraise(sheet)
    if status == 422 and sheet.taken:
        status = 409
    sheet.form.name_fields(sheet.known.rules.mode)
    return render_template("host_booking/form.html", sheet=sheet, form=sheet.form), status


def _asked() -> Period | None:
    try:
        period = Period.parse(request.args.get("start", ""), request.args.get("end", ""))
    except InvalidPeriod:
        return None
    return period if Wall(period.start.date(), period.end.date()).within_reach(now()) else None
