"""What people do to a booking: accept its terms, approve, decline, cancel, move, check in and out, and write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.policy import demand, may
from marketplace.availability.rules import Setting
from marketplace.bookings import actions
from marketplace.bookings.models import Booking, BookingState
from marketplace.bookings.queries import pages
from marketplace.bookings.queries.moves import MovePreview, preview_move
from marketplace.bookings.queries.pages import BookingRow
from marketplace.bookings.queries.talks import letters_of
from marketplace.limits.actions import spend
from marketplace.operations import actions as operations
from marketplace.values.period import InvalidPeriod, Period
from marketplace.web.access import allow
from marketplace.web.attachments import kept
from marketplace.web.bookings import shown
from marketplace.web.forms.account import ConfirmForm
from marketplace.web.forms.bookings import EndForm, MessageForm, MoveForm, NoteForm, TermsForm, object_to
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.limiting import spend_uploads
from marketplace.web.request import actor, database, language, now, reading, transact, url
from marketplace.web.uses import asked_after
from marketplace.web.wall_times import Wall, period_of, setting_around, wall_of
from marketplace.wording.refusals import sentence

blueprint = Blueprint("booking_verbs", __name__)


@blueprint.post("/bookings/<uuid:booking_id>/accept-terms")
@allow("booking.accept_terms")
def accept_terms(booking_id: UUID) -> Response | tuple[str, int]:
    """Accept the terms that the booking was made under."""
    form = TermsForm()
    version = form.terms_version.data or ""
    return _do(
        booking_id,
        form,
        "terms",
        verb="booking.accept_terms",
        deed=lambda work: actions.accept_terms(work, booking_id, version, now=now(), by=actor()),
    )


@blueprint.post("/bookings/<uuid:booking_id>/approve")
@allow("booking.approve")
def approve(booking_id: UUID) -> Response | tuple[str, int]:
    """The host says yes."""
    form = NoteForm()
    note = form.note.data
    return _do(
        booking_id,
        form,
        "approve",
        verb="booking.approve",
        deed=lambda work: actions.approve(work, booking_id, now=now(), by=actor(), note=note),
    )


@blueprint.post("/bookings/<uuid:booking_id>/check-in")
@allow("booking.check_in")
def check_in(booking_id: UUID) -> Response | tuple[str, int]:
    """The use begins."""
    return _do(
        booking_id,
        ConfirmForm(),
        "check_in",
        verb="booking.check_in",
        deed=lambda work: operations.check_in(work, booking_id, now=now(), by=actor()),
    )


@blueprint.post("/bookings/<uuid:booking_id>/check-out")
@allow("booking.check_in")
def check_out(booking_id: UUID) -> Response | tuple[str, int]:
    """The use ends."""
    return _do(
        booking_id,
        ConfirmForm(),
        "check_out",
        verb="booking.check_in",
        deed=lambda work: operations.check_out(work, booking_id, now=now(), by=actor()),
        after=lambda: asked_after(booking_id),
    )


@blueprint.route("/bookings/<uuid:booking_id>/decline", methods=["GET", "POST"])
@allow("booking.decline")
def decline(booking_id: UUID) -> Response | tuple[str, int]:
    """The host says no, and why."""
    form = EndForm()
    return _end(
        booking_id,
        form,
        "decline",
        deed=lambda work: actions.decline(work, booking_id, form.reason.data or "", now=now(), by=actor()),
    )


@blueprint.route("/bookings/<uuid:booking_id>/cancel", methods=["GET", "POST"])
@allow("booking.cancel")
def cancel(booking_id: UUID) -> Response | tuple[str, int]:
    """One side calls it off."""
    form = EndForm()
    return _end(
        booking_id,
        form,
        "cancel",
        deed=lambda work: actions.cancel(work, booking_id, form.reason.data, now=now(), by=actor()),
    )


@blueprint.post("/bookings/<uuid:booking_id>/messages")
@allow("thread.write")
def write(booking_id: UUID) -> Response | tuple[str, int]:
    """Write to the other side."""
    spend(database(), "message", str(actor().id), now=now())
    form = MessageForm()
    uploads = form.uploads()
    spend_uploads(len(uploads))

    def deed(work: Session) -> Any:
        files = kept(work, uploads)
        return actions.write_on_booking(work, booking_id, form.text.data or "", now=now(), by=actor(), files=files)

    return _do(booking_id, form, "message", verb="thread.write", deed=deed, at="messages")


@dataclass(slots=True, kw_only=True)
class Moving:
    """The form of a move on its way."""

    row: BookingRow
    form: MoveForm
    known: Setting
    period: Period | None
    shown: MovePreview | None = None

    @property
    def reasons(self) -> list[str]:
        """Why not, in words."""
        found = self.shown.refusals if self.shown else ()
        return [sentence(reason, language(), zone=self.row.zone) for reason in found]

    @property
    def unchanged(self) -> bool:
        """Whether the booking is there already."""
        return self.period == self.row.period


@blueprint.route("/bookings/<uuid:booking_id>/move", methods=["GET", "POST"])
@allow("booking.move")
def move(booking_id: UUID) -> Response | tuple[str, int]:
    """Ask for another period: the form, and the deed."""
    row = _row(booking_id, "booking.move")
    if request.method == "GET":
        moving = _moving(row, _asked(row))
        return _move_page(moving)
    form = MoveForm()
    moving = _sent(row, form)
    if not form.validate_on_submit() or moving.period is None:
        return _move_page(moving, status=422)
    change = actions.Change(period=moving.period, reason=form.reason.data)
    with refusals_shown(form):
        booking = transact(lambda work: actions.move(work, booking_id, change, now=now(), by=actor()))
        flash(_said_of("move", booking))
        return redirect(url("bookings.one", booking_id=booking_id), code=303)
    return _move_page(_sent(_row(booking_id, "booking.move"), form), status=422)


@blueprint.post("/bookings/<uuid:booking_id>/move/check")
@allow("booking.move")
def check_move(booking_id: UUID) -> str | tuple[str, int]:
    """What moving would bring, for the form as it stands; the part of the page where htmx asks for it."""
    row = _row(booking_id, "booking.move")
    moving = _sent(row, MoveForm())
    start, _slash, end = request.form.get("take", "").partition("/")
    if start:
        taken = _read(start, end)
        moving = _moving(row, taken, moving.form) if taken else moving
    if "HX-Request" in request.headers:
        _appraise(moving)
        return render_template("bookings/_move_preview.html", moving=moving, row=row)
    return _move_page(moving)


def _moving(row: BookingRow, period: Period, form: MoveForm | None = None) -> Moving:
    form = form or MoveForm(formdata=None)
    known = setting_around(reading(), row.booking.unit_id, Wall(period.start.date(), period.end.date()), now())
    form.show(wall_of(known, period))
    return Moving(row=row, form=form, known=known, period=period)


def _sent(row: BookingRow, form: MoveForm) -> Moving:
    wall = form.wall(now())
    today = now().date()
    known = setting_around(reading(), row.booking.unit_id, wall or Wall(today, today), now())
    period = period_of(known, wall) if wall else None
    if wall and period is None:
        object_to(form.end_on, "period_reversed")
    return Moving(row=row, form=form, known=known, period=period)


def _appraise(moving: Moving) -> None:
    if moving.period is not None and not moving.unchanged:
        moving.shown = preview_move(reading(), moving.row, moving.period, now=now(), by=actor())


def _move_page(moving: Moving, *, status: int = 200) -> tuple[str, int]:
    _appraise(moving)
    found = moving.shown.refusals if moving.shown else ()
    if status == 422 and any(reason.code == "taken" for reason in found):
        status = 409
    moving.form.name_fields(moving.known.rules.mode)
    row = moving.row
    theirs = may(actor(), "booking.accept_terms", owner=row.booking.person_id, organisation=row.booking.organisation_id)
    silent = bool(letters_of(reading(), row.id))
    html = render_template("bookings/move.html", moving=moving, form=moving.form, row=row, theirs=theirs, silent=silent)
    return html, status


def _asked(row: BookingRow) -> Period:
    """The period that the address asks for, else the booking's own."""
    return _read(request.args.get("start", ""), request.args.get("end", "")) or row.period


def _read(start: str, end: str) -> Period | None:
    try:
        period = Period.parse(start, end)
    except InvalidPeriod:
        return None
    return period if Wall(period.start.date(), period.end.date()).within_reach(now()) else None


def _row(booking_id: UUID, verb: str) -> BookingRow:
    row = pages.booking_row(reading(), booking_id, by=actor(), now=now())
    booking = row.booking
    demand(actor(), verb, owner=booking.person_id, organisation=booking.organisation_id, host=row.host_id)
    return row


def _do(
    booking_id: UUID,
    form: FlaskForm,
    name: str,
    *,
    verb: str,
    deed: Callable[[Session], Any],
    at: str | None = None,
    after: Callable[[], str | None] = lambda: None,
) -> Response | tuple[str, int]:
    """Do a verb and lead back to the booking; what was typed comes back with whatever stands in the way."""
    _row(booking_id, verb)
    if form.validate_on_submit():
        with refusals_shown(form):
            done = transact(deed)
            flash(_said_of(name, done if isinstance(done, Booking) else None))
            return redirect(after() or url("bookings.one", booking_id=booking_id, _anchor=at), code=303)
    for message in form.form_errors:
        flash(message, "error")
    page = pages.booking_page(reading(), booking_id, by=actor(), now=now())
    return shown(page, **{name: form}), 422


def _end(
    booking_id: UUID, form: EndForm, name: str, *, deed: Callable[[Session], Booking]
) -> Response | tuple[str, int]:
    """Decline or cancel: a page that asks for the reason, which the booking's page opens as a dialog."""
    row = _row(booking_id, f"booking.{name}")
    if form.validate_on_submit():
        with refusals_shown(form):
            flash(_said_of(name, transact(deed)))
            return redirect(url("bookings.one", booking_id=booking_id), code=303)
        row = _row(booking_id, f"booking.{name}")
    booking = row.booking
    theirs = may(actor(), "booking.accept_terms", owner=booking.person_id, organisation=booking.organisation_id)
    status, silent = 422 if form.errors else 200, bool(letters_of(reading(), booking_id))
    return render_template("bookings/end.html", row=row, form=form, deed=name, theirs=theirs, silent=silent), status


def _said_of(name: str, booking: Booking | None) -> str:
    """What the reader is told once it is done."""
    if booking is not None and name in ("accept_terms", "terms", "approve") and booking.state is BookingState.CONFIRMED:
        return str(_("All conditions are met: the booking is confirmed."))
    if name == "move" and booking is not None and booking.state is BookingState.HELD:
        return str(_("The booking is moved. It is held until the open conditions are met."))
    return str(
        {
            "terms": _("The terms are accepted."),
            "approve": _("The request is approved. Other conditions are still open."),
            "decline": _("The request is declined, and the reason is sent."),
            "cancel": _("The booking is cancelled, and the time is free again."),
            "move": _("The booking is moved."),
            "check_in": _("Checked in."),
            "check_out": _("Checked out. Thank you."),
            "message": _("The message is sent."),
        }[name]
    )
