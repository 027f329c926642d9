"""Asking for a booking: locked in order, judged whole, the lowest free place claimed, all written at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.availability.actions import Wanted, claim
from marketplace.bookings.actions.confirming import confirmed
from marketplace.bookings.actions.locking import lock_for_request
from marketplace.bookings.actions.plans import store_plan
from marketplace.bookings.actions.telling import Context, tell_both, tell_host, tell_user
from marketplace.bookings.actions.writing import write_new
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState, PlanCause
from marketplace.bookings.queries.appraisal import (
    Appraisal,
    alternatives,
    appraise,
    asker_of,
    demand_vouched,
    taken,
)
from marketplace.bookings.queries.facts import Asker, Offer
from marketplace.bookings.queries.pages import gates_of
from marketplace.bookings.rules import BookingRequest, held_until, set_aside
from marketplace.bookings.rules.requests import LONGEST_KEY, LONGEST_NOTE, LONGEST_REASON, checked_flows
from marketplace.database import new_id
from marketplace.history.actions import Event, Subject, record_many
from marketplace.terms.actions import accept
from marketplace.terms.actions.training import ask as ask_training
from marketplace.terms.models import TermsVersion
from marketplace.values import refusal
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Forbidden, Invalid, Refused

# No letters or figures that are mistaken for one another on the telephone.
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def request_booking(session: Session, request: BookingRequest, *, now: datetime, by: Actor) -> Booking:
    """Book a unit for a period: held until its gates are passed, or confirmed at once where it has none.

    Raises `Refused` with every reason; with the code `taken` where no place is free. A request with a key that was
    answered before answers the same booking again, `Invalid` (`key_reused`) if it asks for something else.
    """
    return request_with_gates(session, request, now=now, by=by)[0]


def request_with_gates(
    session: Session, request: BookingRequest, *, now: datetime, by: Actor
) -> tuple[Booking, Sequence[Gate]]:
    """`request_booking`, answering the booking's gates too, by kind."""
    request = _cleaned(request)
    asker = asker_of(session, request, by)
    if asker.person_id is None:
        raise Forbidden("booking.request")
    lock_for_request(session, request.unit_id, person_id=asker.person_id, organisation_id=asker.organisation_id)
    found = appraise(session, request, asker, now=now, by=by)
    _demand_for_others(found, request, by)
    if found.offer.repeated_id is not None:
        booking = _repeated(session, found.offer, request)
        return booking, gates_of(session, booking.id)
    overridden = _judged(found, request, by)
    _demand_known(session, found, request, by)
    booking = _new_booking(request, asker, found, now=now, by=by)
    booking.overridden = overridden
    booking.place = _claimed(session, booking, found, now)
    gates = _gates(booking, found, now=now, by=by)
    write_new(session, booking, gates)
    if found.terms_accepted and booking.terms_version_id:
        version = session.get_one(TermsVersion, booking.terms_version_id)
        accept(session, version, booking.id, booking.organisation_id, now=now, by=by.id)
    if found.planned is not None:
        store_plan(session, booking.id, found.planned, PlanCause.REQUEST, now=now, by=by)
    if any(opening.kind is GateKind.TRAINING for opening in found.openings):
        ask_training(session, booking.unit_id, now=now, by=by, person_id=booking.person_id)
    _record(session, booking, found.framework_id, now=now, by=by)
    _tell(session, booking, found, now=now, by=by)
    return booking, gates


def book_for(session: Session, request: BookingRequest, *, person_id: UUID, now: datetime, by: Actor) -> Booking:
    """A host books for somebody else: the host's approval is given with it; limits yield to an `override_reason`."""
    return request_booking(session, replace(request, person_id=person_id), now=now, by=by)


def _cleaned(request: BookingRequest) -> BookingRequest:
    note = clean_text(request.note or "", LONGEST_NOTE, field="note", multiline=True)
    reason = clean_text(request.override_reason or "", LONGEST_REASON, field="override_reason", multiline=True)
    key = request.idempotency_key
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise Invalid.one("idempotency_key", "key", max=LONGEST_KEY)
    return replace(request, note=note or None, override_reason=reason or None)


def _repeated(session: Session, known: Offer, request: BookingRequest) -> Booking:
    if known.repeated_digest != request.digest():
        raise Invalid.one("idempotency_key", "key_reused")
    return session.get_one(Booking, known.repeated_id)


def _demand_for_others(found: Appraisal, request: BookingRequest, by: Actor) -> None:
    # Before anything is said of another person: their keys and bookings are no more a stranger's than their limits.
    if request.person_id not in (None, by.person_id):
        demand(by, "booking.book_for", organisation=found.offer.party.organisation_id, host=found.offer.host_id)
        demand_vouched(by, found.offer.host_id)


def _judged(found: Appraisal, request: BookingRequest, by: Actor) -> list[str]:
    """Raise what stands against the request; answer the codes that a host set aside."""
    host, organisation = found.offer.host_id, found.offer.party.organisation_id
    if request.override_reason is None:
        refusal.demand(found.reasons)
        return []
    demand(by, "booking.override", organisation=organisation, host=host)
    remaining, overridden = set_aside(found.reasons)
    refusal.demand(remaining)
    return overridden


def _demand_known(session: Session, found: Appraisal, request: BookingRequest, by: Actor) -> None:
    if found.offer.person_id is None:
        raise Invalid.one("person", "unknown")
    if request.copied_from is None:
        return
    original = session.get(Booking, request.copied_from)
    if original is None or by.person_id not in (original.person_id, original.booked_by):
        raise Invalid.one("copied_from", "unknown")


def _new_booking(request: BookingRequest, asker: Asker, found: Appraisal, *, now: datetime, by: Actor) -> Booking:
    assert asker.person_id is not None and found.offer.party.organisation_id is not None
    waiting = held_until(opening.deadline.at for opening in found.openings if not opening.passed)
    total = found.total
    return Booking(
        id=new_id(),
        reference=new_reference(),
        unit_id=request.unit_id,
        organisation_id=found.offer.party.organisation_id,
        person_id=asker.person_id,
        booked_by=by.person_id or asker.person_id,
        state=BookingState.CONFIRMED if waiting is None else BookingState.HELD,
        held_until=waiting,
        purpose=request.purpose,
        starts_at=request.period.start,
        ends_at=request.period.end,
        note=request.note,
        flows=checked_flows(request.flows),
        terms_version_id=found.offer.terms.id if _pins_terms(found) and found.offer.terms else None,
        rate_id=found.rate.id if found.rate else None,
        total_minor=total.amount_minor if total else None,
        total_currency=total.currency if total else None,
        override_reason=request.override_reason,
        copied_from=request.copied_from,
        idempotency_key=request.idempotency_key,
        request_digest=request.digest() if request.idempotency_key else None,
        version=1,
        sample=False,
        created_at=now,
        updated_at=now,
    )


def _pins_terms(found: Appraisal) -> bool:
    return any(opening.kind is GateKind.TERMS for opening in found.openings)


def _claimed(session: Session, booking: Booking, found: Appraisal, now: datetime) -> int:
    period = found.setting.rules.blocked(booking.period)
    wanted = Wanted(
        unit_id=booking.unit_id,
        places=found.setting.places,
        blocked=period,
        holder_id=booking.id,
        held_until=booking.held_until,
    )
    place = claim(session, wanted, now=now)
    if place is None:
        raise Refused([taken(alternatives(session, found.setting, found.offer, booking.period, now=now))])
    return place


def _gates(booking: Booking, found: Appraisal, *, now: datetime, by: Actor) -> list[Gate]:
    gates = []
    for opening in found.openings:
        if opening.kind is GateKind.HOST_APPROVAL and opening.passed:
            booking.approved_start, booking.approved_end = booking.starts_at, booking.ends_at
        gates.append(
            Gate(
                id=new_id(),
                booking_id=booking.id,
                kind=opening.kind,
                state=GateState.PASSED if opening.passed else GateState.OPEN,
                opened_at=now,
                deadline=opening.deadline.at,
                provisional=opening.deadline.provisional,
                decided_at=now if opening.passed else None,
                decided_by=by.person_id if opening.passed else None,
            )
        )
    return sorted(gates, key=lambda gate: gate.kind.value)


def _record(session: Session, booking: Booking, framework_id: UUID | None, *, now: datetime, by: Actor) -> None:
    subject = Subject("booking", booking.id)
    facts = {
        "unit": str(booking.unit_id),
        "place": booking.place,
        "organisation": str(booking.organisation_id),
        "person": str(booking.person_id),
        "purpose": booking.purpose.value,
        **booking.period.as_json(),
        "total_minor": booking.total_minor,
        "total_currency": booking.total_currency,
        "overridden": booking.overridden,
        **({"framework": str(framework_id)} if framework_id else {}),
    }
    words = {"note": booking.note, "override_reason": booking.override_reason}
    text = {name: value for name, value in words.items() if value}
    events = [Event(subject=subject, verb="booking.requested", details=facts, text=text or None)]
    if booking.state is BookingState.CONFIRMED:
        events.append(Event(subject=subject, verb="booking.confirmed"))
    record_many(session, events, now=now, by=by.person_id, fresh=True)


def _tell(session: Session, booking: Booking, found: Appraisal, *, now: datetime, by: Actor) -> None:
    known = found.offer
    around = Context(
        unit=known.unit_name,
        facility=known.facility_name,
        facility_id=known.facility_id,
        host_id=known.host_id,
        organisation=known.organisation_name,
        person=known.person_name,
        zone=str(found.setting.zone),
        address=known.facility_address,
    )
    if booking.state is BookingState.CONFIRMED:
        confirmed(session, booking, known.host_id, now=now)
        tell_both(session, booking, around, "booking_confirmed", now=now)
        return
    if any(each.kind is GateKind.HOST_APPROVAL and not each.passed for each in found.openings):
        tell_host(session, booking, around, "booking_requested", now=now, by=by.person_id)
    if booking.person_id != by.person_id:
        tell_user(session, booking, around, "booking_made_for_you", now=now, by=by.person_id)


def new_reference() -> str:
    """Nine letters and figures in threes, such as `K7Q-2MX-9RD`: unique among all bookings in practice."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(9))
    return f"{letters[:3]}-{letters[3:6]}-{letters[6:]}"
