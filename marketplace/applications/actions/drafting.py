"""Drafting applications from a booking's plan, and bringing them to what a plan made anew says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.applications.actions.telling import tell_applicant
from marketplace.applications.actions.writing import clear, write
from marketplace.applications.models import Application, ApplicationEvent, ApplicationState, DraftedPlan, Verb
from marketplace.applications.queries.agencies import zone_of
from marketplace.applications.queries.grounds import ground_of
from marketplace.applications.queries.rows import events_of, left_by_platform, of_booking
from marketplace.applications.rules.drafting import Wanted, wanted
from marketplace.applications.rules.states import FILED
from marketplace.applications.rules.steps import Step
from marketplace.availability.rules import local_day
from marketplace.bookings.actions.locking import lock_booking
from marketplace.bookings.actions.telling import Context, context_of
from marketplace.bookings.models import Booking, BookingPlan
from marketplace.bookings.queries.permits import latest_plan
from marketplace.bookings.rules import LIVE, state_at
from marketplace.database import new_id
from marketplace.permits.actions.vault import put_beside
from marketplace.permits.models import VaultEntry, VaultState
from marketplace.permits.queries import territories
from marketplace.permits.queries.vault import awaiting_others
from marketplace.permits.rules.travellers import unknown

# Noted on a filed application that a new plan asks for no more.
NOT_ASKED: Final = "not_asked"
Key = tuple[str, UUID, UUID | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drafting:
    """One booking while its applications are drafted. `nobodys` are the ways of which nobody knows any more who goes:
    whoever left is not who books."""

    booking: Booking
    around: Context
    plan: BookingPlan
    now: datetime
    nobodys: Collection[str]

    def applicant(self, side: str) -> UUID:
        """The organisation that applies for a side."""
        return self.booking.organisation_id if side == "user" else self.around.host_id

    def person(self, want: Wanted) -> UUID | None:
        """Whose approval it would be, where people hold: of a person that nobody named, of who books."""
        return (want.person or self.booking.person_id) if want.personal else None


def draft(session: Session, booking_id: UUID, *, now: datetime) -> int:
    """Bring a booking's applications to its latest plan: drafts for what is asked, each once; drafts that nobody asks
    for any more are withdrawn, filed ones stay and tell. Answers how many were changed; bears being repeated."""
    lock_booking(session, booking_id)
    plan, booking = latest_plan(session, booking_id), session.get_one(Booking, booking_id, populate_existing=True)
    if plan is None:
        return 0
    nobodys = unknown(booking.flows or {}, plan.facts, booking.person_id, territories(session))
    drafting = _Drafting(booking=booking, around=context_of(session, booking), plan=plan, now=now, nobodys=nobodys)
    live = state_at(booking.state, booking.held_until, now) in LIVE
    asked = _by_key(drafting, wanted(ground_of(session, plan))) if live else {}
    there = {(row.rule_id, row.applicant_id, row.person_id): row for row in of_booking(session, booking_id)}
    changed = sum(_wish(session, drafting, want, there.get(key)) for key, want in asked.items())
    changed += sum(_leave(session, drafting, row) for key, row in there.items() if key not in asked)
    _put_beside(session, drafting, asked)
    _mark(session, drafting)
    return changed


def _by_key(drafting: _Drafting, asked: Iterable[Wanted]) -> Mapping[Key, Wanted]:
    # Where both sides are one organisation, it applies once; who books, for themselves and for whoever is not named.
    found: dict[Key, Wanted] = {}
    for want in asked:
        flows = [flow for flow in want.flows if not want.personal or flow not in drafting.nobodys]
        if want.flows and not flows:
            continue
        key = want.rule, drafting.applicant(want.side), drafting.person(want)
        first = found.setdefault(key, want)
        there = first.flows if first is not want else ()
        found[key] = replace(first, flows=tuple(dict.fromkeys([*there, *flows])))
    return found


def _put_beside(session: Session, drafting: _Drafting, asked: Collection[Key]) -> None:
    """What was granted counts beside the approvals of those whom the plan asks under the same rule now: where the other
    side's office is needed no more, alone."""
    there = of_booking(session, drafting.booking.id)
    rows = [row for row in there if (row.rule_id, row.applicant_id, row.person_id) in asked]
    for row in rows:
        others = [each.id for each in rows if each.rule_id == row.rule_id and each.side != row.side]
        held = select(VaultEntry.id).where(VaultEntry.id.in_([UUID(each) for each in row.entries]))
        for entry_id in session.scalars(held.order_by(VaultEntry.id)).all() if row.entries else ():
            put_beside(session, entry_id, others, now=drafting.now, by=SYSTEM)


def _wish(session: Session, drafting: _Drafting, want: Wanted, row: Application | None) -> bool:
    if row is None:
        _new(session, drafting, want)
        return True
    if row.state is ApplicationState.DRAFT:
        return _refresh(session, drafting, row, want)
    if not _fallen(session, drafting, row):
        return False
    write(session, row, Verb.REDRAFT, step=Step(on=_today(session, drafting, row)), now=drafting.now, by=SYSTEM)
    clear(row)
    _refresh(session, drafting, row, want)
    tell_applicant(session, row, drafting.booking, "application_drafted", now=drafting.now, by=None)
    return True


def _fallen(session: Session, drafting: _Drafting, row: Application) -> bool:
    """Whether what was there no longer stands: the platform withdrew the draft, or the plan asks for it although it
    knew all approvals of its grant: they ended, or do not cover what is planned now. One that waits for
    another office's stands."""
    if row.state is ApplicationState.WITHDRAWN:
        return left_by_platform(session, row)
    if row.state not in (ApplicationState.GRANTED, ApplicationState.DONE) or not row.entries:
        return False
    ids = [UUID(each) for each in row.entries]
    standing = select(VaultEntry.id).where(
        VaultEntry.id.in_(ids),
        or_(
            VaultEntry.state == VaultState.UNVERIFIED,
            and_(VaultEntry.state == VaultState.VERIFIED, VaultEntry.verified_at >= drafting.plan.made_at),
        ),
    )
    if session.scalars(standing.limit(1)).first() is not None:
        return False
    return not awaiting_others(session, ids, _today(session, drafting, row))


def _new(session: Session, drafting: _Drafting, want: Wanted) -> None:
    now = drafting.now
    row = Application(
        id=new_id(),
        booking_id=drafting.booking.id,
        rule_id=want.rule,
        applicant_id=drafting.applicant(want.side),
        side=want.side,
        state=ApplicationState.DRAFT,
        filed_outside=False,
        number="",
        due_provisional=False,
        conditions="",
        reason="",
        entries=[],
        version=1,
        created_at=now,
        updated_at=now,
        **_told(drafting, want),
    )
    session.add(row)
    session.flush()
    write(
        session,
        row,
        Verb.DRAFT,
        step=Step(on=_today(session, drafting, row)),
        now=now,
        by=SYSTEM,
        details=_of_plan(drafting),
    )
    tell_applicant(session, row, drafting.booking, "application_drafted", now=now, by=None)


def _refresh(session: Session, drafting: _Drafting, row: Application, want: Wanted) -> bool:
    """Bring a draft to what the plan says of it now."""
    told = _told(drafting, want)
    changed = {name: value for name, value in told.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.version += 1
        row.updated_at = drafting.now
        session.flush()
    return bool(changed)


def _told(drafting: _Drafting, want: Wanted) -> dict[str, object]:
    return {
        "rule_version": want.version,
        "covers": list(want.covers),
        "flows": list(want.flows),
        "person_id": drafting.person(want),
        "agency_code": want.agency,
        "pair_code": want.pair,
        "clock": want.limit.document(),
        "file_by": want.file_by,
    }


def _leave(session: Session, drafting: _Drafting, row: Application) -> bool:
    """A plan asks for it no more, or the booking is over."""
    now, step = drafting.now, Step(on=_today(session, drafting, row))
    details = _of_plan(drafting)
    if row.state is ApplicationState.DRAFT:
        write(session, row, Verb.WITHDRAW, step=step, now=now, by=SYSTEM, details=details)
        return True
    if row.state not in FILED or _said(events_of(session, row.id)):
        return False
    write(session, row, Verb.NOTE, step=step, now=now, by=SYSTEM, details={**details, "said": NOT_ASKED})
    tell_applicant(session, row, drafting.booking, "application_not_asked", now=now, by=None)
    return True


def _said(events: Iterable[ApplicationEvent]) -> bool:
    return any(each.details.get("said") == NOT_ASKED for each in events)


def _of_plan(drafting: _Drafting) -> dict[str, object]:
    return {"plan": drafting.plan.number}


def _today(session: Session, drafting: _Drafting, row: Application) -> date:
    return local_day(drafting.now, zone_of(session, row.agency_code))


def _mark(session: Session, drafting: _Drafting) -> None:
    session.merge(DraftedPlan(booking_id=drafting.booking.id, number=drafting.plan.number, at=drafting.now))
    session.flush()
