"""Passing and reopening the gates of a booking. The last gate passed confirms it.

Later packages pass and reopen gates of their own kinds with the same two verbs; bookings know nothing of their reasons.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor
from marketplace.accounts.rules.standing import standing_refusals
from marketplace.availability.actions import hold_until
from marketplace.availability.queries import setting
from marketplace.bookings.actions.confirming import confirmed
from marketplace.bookings.actions.loading import (
    Loaded,
    demand_lawful_terms,
    demand_on,
    locked,
    state_after,
    touch,
)
from marketplace.bookings.actions.talking import demand_talks, said
from marketplace.bookings.actions.telling import tell_both, tell_user
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.bookings.queries.appraisal import CALENDAR_AHEAD, span
from marketplace.bookings.rules import Verb, deadline_of_reopened, held_until
from marketplace.history.actions import Subject, record
from marketplace.terms.actions import accept
from marketplace.terms.models import TermsVersion
from marketplace.values import refusal
from marketplace.values.refusal import NotFound, Refusal, StateForbids


def approve(session: Session, booking_id: UUID, *, now: datetime, by: Actor, note: str | None = None) -> Booking:
    """The host says yes to the period as it stands. Approving once more what still waits for something else is idle."""
    found = locked(session, booking_id)
    demand_on(found, "booking.approve", by)
    state_after(found.booking, Verb.APPROVE, now)
    _demand_standing(session, found)
    reason = said(session, booking_id, note, field="note")
    _pass(session, found, GateKind.HOST_APPROVAL, now=now, by=by, reason=reason)
    return found.booking


def accept_terms(session: Session, booking_id: UUID, terms_version: str, *, now: datetime, by: Actor) -> Booking:
    """Accept the terms pinned at the request, named by id, number or digest; `terms_changed` if it names another."""
    found = locked(session, booking_id)
    demand_on(found, "booking.accept_terms", by)
    booking = found.booking
    state_after(booking, Verb.ACCEPT_TERMS, now)
    _demand_standing(session, found)
    demand_talks(session, booking.id)
    demand_lawful_terms(session, booking)
    if booking.terms_version_id is None:
        raise NotFound("terms")
    version = session.get_one(TermsVersion, booking.terms_version_id)
    if terms_version not in (str(version.id), str(version.number), version.digest):
        raise refusal.Refused([Refusal("terms_changed", {"number": version.number})])
    accept(session, version, booking.id, booking.organisation_id, now=now, by=by.id)
    _pass(session, found, GateKind.TERMS, now=now, by=by)
    return booking


def pass_gate(
    session: Session, booking_id: UUID, kind: GateKind, *, now: datetime, by: Actor, reason: str | None = None
) -> Booking:
    """Close one condition with yes; the last one confirms. Who may do so is the caller's question.

    Raises StateForbids when the booking no longer waits, `expired` when its time is over.
    """
    found = locked(session, booking_id)
    state_after(found.booking, Verb.APPROVE, now)
    if found.gate(kind) is None:
        raise NotFound("gate")
    _pass(session, found, kind, now=now, by=by, reason=reason)
    return found.booking


def reopen_gate(
    session: Session, booking_id: UUID, kind: GateKind, *, now: datetime, by: Actor, reason: str | None = None
) -> Booking:
    """A condition no longer holds: a confirmed booking is held again and keeps its claim, until the earlier of a new
    allowance and the start. One that has begun or is over keeps its state, and the parties are told."""
    found = locked(session, booking_id)
    booking = found.booking
    state_after(booking, Verb.REOPEN, now)
    reopen(session, found, kind, now=now, reason=reason)
    details = {"gate": kind.value}
    text = {"reason": reason} if reason else None
    subject = Subject("booking", booking.id)
    record(session, subject, "booking.gate_reopened", now=now, by=by.person_id, details=details, text=text)
    tell_both(session, booking, found.around, "booking_gate_reopened", now=now, gate=kind.value)
    return booking


def _demand_standing(session: Session, found: Loaded) -> None:
    """A host that is suspended, or no longer verified, comes to no agreement; nor does such an organisation with it."""
    parties = {found.around.host_id, found.booking.organisation_id}
    places = session.scalars(select(Organisation).where(Organisation.id.in_(parties)).order_by(Organisation.id))
    refusal.demand([reason for place in places for reason in standing_refusals(place)])


def reopen(session: Session, found: Loaded, kind: GateKind, *, now: datetime, reason: str | None = None) -> None:
    """Open a gate anew, or for the first time, and hold a booking that has not begun until the earliest deadline."""
    booking = found.booking
    around = setting(session, booking.unit_id, span(now, booking.period), ahead=CALENDAR_AHEAD)
    limit = deadline_of_reopened(around, kind, booking.period, now)
    gate = found.gate(kind) or Gate(booking_id=booking.id, kind=kind)
    gate.state, gate.opened_at, gate.reason = GateState.OPEN, now, reason
    gate.deadline, gate.provisional = limit.at, limit.provisional
    gate.decided_at = gate.decided_by = gate.reminded_at = None
    session.add(gate)
    state, waiting = booking.state, None
    if state in (BookingState.HELD, BookingState.CONFIRMED) and booking.starts_at > now:
        others = [each.deadline for each in found.open_gates if each is not gate]
        state, waiting = BookingState.HELD, held_until([*others, gate.deadline])
        _keep_claim(session, booking, waiting, Verb.REOPEN)
    touch(booking, state, waiting, now)
    session.flush()


def _pass(
    session: Session, found: Loaded, kind: GateKind, *, now: datetime, by: Actor, reason: str | None = None
) -> None:
    gate, booking = found.gate(kind), found.booking
    if gate is None or gate.state is not GateState.OPEN:
        return
    gate.state, gate.decided_at, gate.decided_by, gate.reason = GateState.PASSED, now, by.person_id, reason
    if kind is GateKind.HOST_APPROVAL:
        booking.approved_start, booking.approved_end = booking.starts_at, booking.ends_at
    subject = Subject("booking", booking.id)
    verb = PASSED.get(kind, "booking.gate_passed")
    text = {"note": reason} if reason else None
    record(session, subject, verb, now=now, by=by.person_id, details={"gate": kind.value}, text=text)
    settle(session, found, now=now, by=by, note=reason)


def settle(session: Session, found: Loaded, *, now: datetime, by: Actor, note: str | None = None) -> None:
    """Confirm the booking if no gate is open, else hold it until the earliest deadline of those that are."""
    booking = found.booking
    waiting = held_until(gate.deadline for gate in found.open_gates)
    _keep_claim(session, booking, waiting, Verb.CONFIRM)
    if waiting is not None:
        touch(booking, BookingState.HELD, waiting, now)
        session.flush()
        if by.person_id != booking.person_id:
            tell_user(session, booking, found.around, "booking_gate_passed", now=now, by=by.person_id, note=note)
        return
    touch(booking, state_after(booking, Verb.CONFIRM, now), None, now)
    session.flush()
    record(session, Subject("booking", booking.id), "booking.confirmed", now=now, by=by.person_id)
    confirmed(session, booking, found.around.host_id, now=now)
    tell_both(session, booking, found.around, "booking_confirmed", now=now, said_by=by.person_id, note=note)


def _keep_claim(session: Session, booking: Booking, until: datetime | None, verb: Verb) -> None:
    """Raise `expired` where the claim is gone: somebody whose clock is ahead of ours, or who did not have to wait as
    long for the unit, has found the hold overdue and may hold the place now."""
    if not hold_until(session, booking.id, until):
        raise StateForbids(BookingState.EXPIRED.value, verb.value)


PASSED = {GateKind.HOST_APPROVAL: "booking.approved", GateKind.TERMS: "booking.terms_accepted"}
