"""The host's desk: requests by deadline with what it takes to answer them, who comes today, and what else waits."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.models import Role
from marketplace.accounts.policy import demand
from marketplace.bookings import actions
from marketplace.bookings.models import Booking, BookingState
from marketplace.bookings.queries import desk as desks
from marketplace.bookings.queries import hosting, pages, threads
from marketplace.bookings.queries.pages import BookingRow
from marketplace.bookings.queries.talks import silent
from marketplace.collaborations.queries.pages import waiting as invitations
from marketplace.operations import actions as operations
from marketplace.values.refusal import StateForbids
from marketplace.web.access import allow
from marketplace.web.booking_names import gate_name, purpose_name
from marketplace.web.forms.account import ConfirmForm
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.forms.hosting import AnswerForm
from marketplace.web.request import actor, now, reading, transact, url

blueprint = Blueprint("host_desk", __name__)
blueprint.add_app_template_filter(purpose_name, "purpose_name")
blueprint.add_app_template_filter(gate_name, "gate_name")


@blueprint.get("/host")
@allow("host_desk.see")
def desk() -> str:
    """What waits for this host, oldest deadline first."""
    return _desk()


@blueprint.post("/host/requests/<uuid:booking_id>/approve")
@allow("booking.approve")
def approve(booking_id: UUID) -> Response | tuple[str, int]:
    """Say yes, with a word if there is one."""
    form = _answer_form(booking_id)
    note = form.reason.data
    return _do(
        booking_id,
        form,
        "booking.approve",
        lambda work: actions.approve(work, booking_id, now=now(), by=actor(), note=note),
    )


@blueprint.post("/host/requests/<uuid:booking_id>/decline")
@allow("booking.decline")
def decline(booking_id: UUID) -> Response | tuple[str, int]:
    """Say no, and why."""
    form = _answer_form(booking_id)
    reason = form.reason.data or ""
    return _do(
        booking_id,
        form,
        "booking.decline",
        lambda work: actions.decline(work, booking_id, reason, now=now(), by=actor()),
    )


@blueprint.post("/host/arrivals/<uuid:booking_id>/check-in")
@allow("booking.check_in")
def check_in(booking_id: UUID) -> Response | tuple[str, int]:
    """Somebody has come."""
    return _do(
        booking_id,
        ConfirmForm(),
        "booking.check_in",
        lambda work: operations.check_in(work, booking_id, now=now(), by=actor()),
    )


@blueprint.post("/host/arrivals/<uuid:booking_id>/check-out")
@allow("booking.check_in")
def check_out(booking_id: UUID) -> Response | tuple[str, int]:
    """Somebody has gone."""
    return _do(
        booking_id,
        ConfirmForm(),
        "booking.check_in",
        lambda work: operations.check_out(work, booking_id, now=now(), by=actor()),
    )


def _do(
    booking_id: UUID, form: AnswerForm | ConfirmForm, verb: str, deed: Callable[[Session], Booking]
) -> Response | tuple[str, int]:
    """Do a verb and come back to the desk; what was typed stays where something stands in the way."""
    row = _row(booking_id, verb)
    if form.validate_on_submit():
        try:
            with refusals_shown(form):
                flash(_said(transact(deed)))
                return redirect(url("host_desk.desk"), code=303)
        except StateForbids:
            flash(_("That was answered or ended meanwhile, so nothing was changed. See the booking."), "warning")
            return redirect(url("bookings.one", booking_id=row.id), code=303)
    for message in form.form_errors:
        flash(message, "error")
    return _desk({booking_id: form} if isinstance(form, AnswerForm) else {}), 422


def _desk(sent: dict[UUID, AnswerForm] | None = None) -> str:
    found = desks.host_desk(reading(), by=actor(), now=now())
    beside = hosting.beside(reading(), [row.id for row in found.waiting], now=now())
    forms = {row.id: AnswerForm(formdata=None, prefix=_prefix(row.id)) for row in found.waiting}
    return render_template(
        "host_desk/desk.html",
        hosts=bool(actor().organisations(Role.HOST_STAFF, Role.HOST_MANAGER)),
        manages=bool(actor().organisations(Role.HOST_MANAGER)),
        waiting=found.waiting,
        here=[row for row in found.next if row.state is BookingState.IN_USE],
        coming=[row for row in found.next if row.state is not BookingState.IN_USE],
        elsewhere=found.elsewhere,
        beside=beside,
        forms=forms | (sent or {}),
        silent=silent(reading(), list(forms)),
        talks=threads.unanswered(reading(), by=actor()),
        invited=invitations(reading(), by=actor(), now=now()),
    )


def _row(booking_id: UUID, verb: str) -> BookingRow:
    row = pages.booking_row(reading(), booking_id, by=actor(), now=now())
    booking = row.booking
    demand(actor(), verb, owner=booking.person_id, organisation=booking.organisation_id, host=row.host_id)
    return row


def _answer_form(booking_id: UUID) -> AnswerForm:
    return AnswerForm(prefix=_prefix(booking_id))


def _prefix(booking_id: UUID) -> str:
    # Several of these forms stand on one page: each has names of its own.
    return f"r{booking_id.hex[-12:]}-"


def _said(booking: Booking) -> str:
    """What the host is told once it is done."""
    return str(
        {
            BookingState.HELD: _("Approved. The booking is confirmed once the other conditions are met."),
            BookingState.CONFIRMED: _("Approved. The booking is confirmed, and both sides are told."),
            BookingState.DECLINED: _("Declined. The reason is sent, and the time is free again."),
            BookingState.IN_USE: _("Checked in."),
            BookingState.COMPLETED: _("Checked out."),
        }[booking.state]
    )
