"""Bookings as their people see them: the list, one booking, its calendar file, and a form like an earlier one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import may
from marketplace.availability.rules import local_day
from marketplace.bookings.actions.telling import context_of, invitation
from marketplace.bookings.models import Booking, BookingState, GateKind, GateState
from marketplace.bookings.queries import pages
from marketplace.bookings.queries.pages import BookingPage, BookingRow, Wanted
from marketplace.bookings.queries.permits import latest_plan
from marketplace.bookings.queries.threads import thread_of_booking
from marketplace.bookings.rules import LIVE, MOVES, Verb
from marketplace.bookings.rules.feeds import TAKEN_BACK, changed_at
from marketplace.collaborations.queries.detail import collaboration_of
from marketplace.operations.queries.doors import has_kiosk
from marketplace.operations.queries.sessions import sessions_of
from marketplace.operations.rules.doors import door_code
from marketplace.values.localized import pick
from marketplace.values.money import Money
from marketplace.web.access import allow
from marketplace.web.booking_names import gate_name, purpose_name, state_name
from marketplace.web.collaborations import PROPOSING
from marketplace.web.forms.bookings import EndForm, MessageForm, NoteForm, TermsForm, uuid_or_none
from marketplace.web.happened import happened
from marketplace.web.request import actor, language, now, reading, settings, url
from marketplace.web.threads import last_messages
from marketplace.wording.invitations import published

blueprint = Blueprint("bookings", __name__)
SHOWN = 25
TIMES = ("coming", "past", "all")
ENDED = frozenset({BookingState.DECLINED, BookingState.CANCELLED, BookingState.EXPIRED, BookingState.NO_SHOW})

blueprint.add_app_template_filter(purpose_name, "purpose_name")
blueprint.add_app_template_filter(gate_name, "gate_name")


@blueprint.app_template_global("booking_total")
def booking_total(row: BookingRow) -> Money | None:
    """What a booking costs, None where nothing was named."""
    booking = row.booking
    if booking.total_minor is None or booking.total_currency is None:
        return None
    return Money(booking.total_minor, booking.total_currency)


@blueprint.get("/bookings")
@allow("booking.list")
def mine() -> str:
    """My bookings, or those of an organisation that I manage: coming soonest first, past ones latest first."""
    time = request.args.get("time", "coming")
    time = time if time in TIMES else "coming"
    state = next((each for each in BookingState if each.value == request.args.get("state")), None)
    places = _managed()
    whose = uuid_or_none(request.args.get("of"))
    wanted = Wanted(
        # What was declined or taken back does not come; it stands among all, or under its state.
        states=frozenset({state}) if state else LIVE if time == "coming" else frozenset(),
        person_id=None if whose in places else actor().id,
        organisation_id=whose if whose in places else None,
        ahead=time == "coming",
        past=time == "past",
    )
    found = pages.bookings(reading(), wanted, by=actor(), now=now(), limit=SHOWN + 1, after=row_before())
    return render_template(
        "bookings/mine.html",
        rows=found[:SHOWN],
        time=time,
        times=[(each, _here(time=each, after=None)) for each in TIMES],
        state=state,
        states=[(each.value, state_name(each)) for each in BookingState],
        whose=whose if whose in places else None,
        places=places,
        next=_here(after=key_of(found[SHOWN - 1])) if len(found) > SHOWN else None,
        filtered=bool(state or request.args.get("after")),
    )


@blueprint.get("/bookings/<uuid:booking_id>")
@allow("booking.see")
def one(booking_id: UUID) -> str:
    """One booking: where it stands, what comes next, and all that belongs to it."""
    return shown(pages.booking_page(reading(), booking_id, by=actor(), now=now()))


def shown(page: BookingPage, **forms: Any) -> str:
    """The page of a booking; a form that came back with errors stands in place of an empty one."""
    row = page.row
    thread = thread_of_booking(reading(), row.id, by=actor())
    parties = {"owner": row.booking.person_id, "organisation": row.booking.organisation_id, "host": row.host_id}
    permits = _permits(row, parties)
    given = {"decline": EndForm, "cancel": EndForm, "approve": NoteForm, "terms": TermsForm, "message": MessageForm}
    return render_template(
        "bookings/booking.html",
        page=page,
        row=row,
        booking=row.booking,
        thread=thread,
        told=last_messages(thread.thread.id) if thread else None,
        sessions=sessions_of(reading(), [row.id]).get(row.id, []),
        door=door_code_of(row.booking),
        history=happened("booking", row.id),
        forms={name: _apart(name, forms.get(name) or kind(formdata=None)) for name, kind in given.items()},
        steps=_steps(row),
        advice=_advice(row, letters=bool(permits["row"] and permits["row"].letters)),
        permits=permits,
        writes=may(actor(), "thread.write", **parties),
        hosting=may(actor(), "booking.approve", host=row.host_id),
        theirs=may(actor(), "booking.accept_terms", owner=parties["owner"], organisation=parties["organisation"]),
        ended=row.state in ENDED,
        collaboration=collaboration_of(reading(), row.id, by=actor(), now=now()),
        moves=bool(actor().organisations(*PROPOSING)),
    )


def door_code_of(booking: Booking) -> str | None:
    """The code by which its person checks in at the unit without signing in; theirs alone and not of who
    sees the site as them, and only while it serves."""
    themselves = actor().person_id == booking.person_id and actor().seen_by is None
    theirs = themselves and booking.state in (BookingState.CONFIRMED, BookingState.IN_USE)
    if not theirs or not has_kiosk(reading(), booking.unit_id):
        return None
    return door_code(booking.id, key=settings().secret_key)


def _permits(row: BookingRow, parties: dict[str, Any]) -> dict[str, Any]:
    """The permit plan that counts, and whether this reader may state what it is made from."""
    open_still = (row.state, Verb.STATE_FLOWS) in MOVES
    return {
        "row": latest_plan(reading(), row.id),
        "first_day": local_day(row.period.start, ZoneInfo(row.zone)),
        "may_state": open_still and may(actor(), "booking.state_flows", **parties),
    }


def _apart(name: str, form: FlaskForm) -> FlaskForm:
    """Give the fields of one of several forms ids of their own; what they send is named as before."""
    for field in form:
        if field.short_name != "csrf_token":
            field.id = f"{name}-{field.short_name}"
    return form


@blueprint.get("/bookings/<uuid:booking_id>/copy")
@allow("booking.see")
def copy(booking_id: UUID) -> AnyResponse:
    """The booking form, filled in like this booking, whole weeks later."""
    row = pages.booking_row(reading(), booking_id, by=actor(), now=now())
    return redirect(url("booking_form.new", unit_id=row.booking.unit_id, copy=row.id), code=303)


@blueprint.get("/bookings/<uuid:booking_id>/booking.ics")
@allow("booking.see")
def calendar(booking_id: UUID) -> Response:
    """The booking as a calendar file, the same event as the mailed invitation's."""
    return calendar_file(pages.booking_row(reading(), booking_id, by=actor(), now=now()))


def calendar_file(row: BookingRow) -> Response:
    """A booking as an iCalendar file; a hold whose time is over is taken back, whether or not a job has said so."""
    entry = invitation(row.booking, context_of(reading(), row.booking))
    stamped, overdue = changed_at(row.booking, now())
    if overdue:
        entry |= TAKEN_BACK
    site = settings().public_url.rstrip("/")
    host = urlsplit(site).hostname or "localhost"
    link = site + url("bookings.one", booking_id=row.id, language=language())
    text = published(entry, language(), host=host, link=link, stamped=stamped)  # type: ignore[arg-type]
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{row.booking.reference}.ics")
    return response


def _steps(row: BookingRow) -> list[dict[str, str]]:
    """The way of a booking, with where it stands."""
    order = (BookingState.HELD, BookingState.CONFIRMED, BookingState.IN_USE, BookingState.COMPLETED)
    names = [state_name(state) for state in order]
    if row.state in ENDED:
        missed = row.state is BookingState.NO_SHOW
        reached = [(name, "done") for name in names[: 2 if missed else 1]]
        return [{"label": label, "state": state} for label, state in [*reached, (state_name(row.state), "error")]]
    at = order.index(row.state)
    last = len(order) - 1
    states = ["done" if n < at or n == at == last else "current" if n == at else "todo" for n in range(len(order))]
    return [{"label": label, "state": state} for label, state in zip(names, states, strict=True)]


def _advice(row: BookingRow, *, letters: bool) -> list[str]:
    """What this reader can expect or do next, one sentence each."""
    if row.state is BookingState.HELD:
        waiting = {gate.kind for gate in row.gates if gate.state is GateState.OPEN}
        said = []
        if "accept_terms" in row.verbs and not letters:
            said.append(_("Read and accept the terms of use."))
        elif GateKind.TERMS in waiting:
            said.append(_("The terms of use are still to be accepted by those who booked."))
        if "approve" in row.verbs:
            said.append(_("Approve or decline this request."))
        elif GateKind.HOST_APPROVAL in waiting:
            said.append(_("The host still has to answer. You will be told by mail."))
        if GateKind.PERMITS in waiting:
            said.append(_("Permits are awaited: see below what is needed, and from when."))
        return [str(each) for each in said]
    sentences = {
        BookingState.CONFIRMED: _("Everything is settled. Check in when the work begins."),
        BookingState.IN_USE: _("The work is under way. Check out when it ends."),
        BookingState.COMPLETED: _("This booking is over."),
        BookingState.NO_SHOW: _("Nobody checked in, so the rest of the time was given back."),
        BookingState.EXPIRED: _("A deadline passed before all conditions were met. The time is free for others again."),
    }
    found = sentences.get(row.state)
    return [str(found)] if found else []


def _managed() -> dict[UUID, str]:
    """The organisations whose bookings this person looks after, by id."""
    ids = actor().organisations(Role.MANAGER)
    if not ids:
        return {}
    rows = reading().execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    return {row.id: pick(row.name, language()).text for row in rows}  # type: ignore[arg-type]


def _here(**changes: str | None) -> str:
    kept = {name: request.args[name] for name in ("time", "state", "of", "after") if request.args.get(name)}
    return url("bookings.mine", **{name: value for name, value in {**kept, **changes}.items() if value})


def key_of(row: BookingRow) -> str:
    """The row as an address names it, for what comes after."""
    return f"{row.booking.starts_at.isoformat()}~{row.id}"


def row_before() -> tuple[datetime, UUID] | None:
    """Start and id of the row after which the list goes on; an unreadable key is as good as none."""
    start, _tilde, row = request.args.get("after", "").partition("~")
    try:
        at = datetime.fromisoformat(start)
        return (at, UUID(row)) if at.tzinfo else None
    except ValueError:
        return None
