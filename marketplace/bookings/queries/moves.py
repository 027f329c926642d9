"""The answer to another period for a booking before it is moved, from the rules that the verb itself asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, may
from marketplace.availability.queries import has_free_place, setting
from marketplace.availability.rules import Setting, local_day
from marketplace.bookings.models import Booking, Purpose
from marketplace.bookings.queries.appraisal import CALENDAR_AHEAD, Alternative, alternatives, price_at, span, taken
from marketplace.bookings.queries.facts import Asker, Offer, offer, standing
from marketplace.bookings.queries.pages import BookingRow
from marketplace.bookings.queries.permits import Planned, Wish, permit_refusals, planned
from marketplace.bookings.queries.training import training_for
from marketplace.bookings.rules import Case
from marketplace.bookings.rules import refusals as case_refusals
from marketplace.pricing.rules import Priced
from marketplace.values.money import Money
from marketplace.values.period import Period
from marketplace.values.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePreview:
    """What moving would bring: every refusal, what is free nearby, the new price, and whether the host is asked."""

    refusals: Sequence[Refusal]
    alternatives: Sequence[Alternative]
    price: Priced | None
    asks_again: bool
    setting: Setting

    @property
    def total(self) -> Money | None:
        """What it would cost; None where no rate is named or nothing is charged."""
        return self.price.total if self.price else None


def reasons_against(
    session: Session, booking: Booking, around: Setting, known: Offer, *, period: Period, now: datetime
) -> list[Refusal]:
    """Every reason against a booking at another period, claims aside: as for a new one, but it is no further hold."""
    case = Case(
        setting=around,
        listing=known.listing,
        party=known.party,
        standing=standing(session, known, around, period, now=now, without=booking.id),
        period=period,
        purpose=booking.purpose,
        now=now,
        fresh_hold=False,
        novice_windows=tuple(training_for(session, known, around, period).windows),
    )
    return case_refusals(case)


def preview_move(session: Session, row: BookingRow, period: Period, *, now: datetime, by: Actor) -> MovePreview:
    """What `move` would answer to this period, without a lock; its own claim does not stand in its way."""
    booking = row.booking
    asker = Asker(
        unit_id=booking.unit_id,
        person_id=booking.person_id,
        organisation_id=booking.organisation_id,
        start=period.start,
    )
    around = setting(session, booking.unit_id, span(now, period), ahead=CALENDAR_AHEAD)
    known = offer(session, asker, now)
    reasons = reasons_against(session, booking, around, known, period=period, now=now)
    plan = _planned(session, booking, known, around, period=period, now=now)
    if plan is not None:
        pinned = booking.terms_version_id
        reasons += permit_refusals(session, plan, around, terms_id=pinned, now=now, without=booking.id)
    near: Sequence[Alternative] = ()
    if not has_free_place(session, around, period, now, without=booking.id):
        found = alternatives(session, around, known, period, now=now, without=booking.id)
        near = [each for each in found if each.unit_id == booking.unit_id]
        reasons.append(taken(found))
    unpriced = booking.purpose is Purpose.OWN_USE or bool(plan and plan.letters)
    price = None if unpriced else price_at(around, known, period)
    hosts = may(by, "booking.approve", host=row.host_id)
    return MovePreview(
        refusals=reasons,
        alternatives=near,
        price=price,
        asks_again=not (hosts or booking.period.contains(period)),
        setting=around,
    )


def _planned(
    session: Session, booking: Booking, known: Offer, around: Setting, *, period: Period, now: datetime
) -> Planned | None:
    """The permit plan of a booking at another period; None where nothing was stated."""
    if booking.flows is None:
        return None
    wish = Wish(
        facility_id=known.facility_id,
        unit_id=known.unit_id,
        host_id=known.host_id,
        organisation_id=booking.organisation_id,
        person_id=booking.person_id,
        stated=booking.flows,
        first_day=local_day(period.start, around.zone),
        now=now,
        booking_id=booking.id,
        before=True,
    )
    return planned(session, wish, local_day(now, around.zone))
