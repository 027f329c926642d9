"""Keeping the permit plan of a booking: a new row for each plan, and what it adds to the counts of a year."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.bookings.models import BookingPlan, BookingTransfer, PlanCause
from marketplace.bookings.queries.permits import Planned, latest_plan
from marketplace.bookings.rules.permits import kept, transfers
from marketplace.database import new_id
from marketplace.jobs.actions import defer
from marketplace.permits.actions.vault_uses import note_uses
from marketplace.permits.queries import territories
from marketplace.permits.queries.counting import spent_meanwhile

PLANNED = "booking.planned"
REPLAN = "booking.replan"


def store_plan(
    session: Session, booking_id: UUID, found: Planned, cause: PlanCause, *, now: datetime, by: Actor
) -> BookingPlan:
    """Freeze a plan beside those before it; the caller holds the booking's lock, so that numbers have no gap."""
    before = latest_plan(session, booking_id) if cause is not PlanCause.REQUEST else None
    row = BookingPlan(
        id=new_id(),
        booking_id=booking_id,
        number=before.number + 1 if before else 1,
        cause=cause,
        counted_from=found.plan.on,
        facts=dict(found.facts),
        vault=[dict(each) for each in found.vault],
        rules_version=found.plan.rules_version,
        requirements=kept(found.plan),
        awaited=found.awaited,
        letters=found.letters,
        denied=[each.rule_id for each in found.plan.denied],
        earliest_start=found.plan.earliest_start,
        not_before=found.plan.not_before,
        made_at=now,
        made_by=by.person_id,
    )
    session.add(row)
    session.flush()
    _store_transfers(session, booking_id, found)
    # What it asks of authorities becomes applications; bookings know nothing of those.
    defer(session, PLANNED, {"booking": str(booking_id)}, now=now)
    if spent_meanwhile(session, booking_id, found.plan.vault_used, found.plan.on):
        # Two leaned on an approval for single use at once: the later one is planned again and finds it spent.
        defer(session, REPLAN, {"booking": str(booking_id)}, now=now)
    note_uses(session, booking_id, [asdict(use) for use in found.plan.vault_used], now=now)
    return row


def _store_transfers(session: Session, booking_id: UUID, found: Planned) -> None:
    session.execute(delete(BookingTransfer).where(BookingTransfer.booking_id == booking_id))
    rows = [
        {
            "booking_id": booking_id,
            "flow": each.flow,
            "exporter_id": found.sides[each.exporter],
            "origin": each.origin,
            "year": each.year,
            "persons": each.persons,
            "sensitive_persons": each.sensitive_persons,
        }
        for each in transfers(found.facts, territories(session))
    ]
    if rows:
        session.execute(insert(BookingTransfer), rows)
