"""People, money and milestones of a collaboration: each side names its own, all see the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.accounts.queries import members_among
from marketplace.collaborations.actions.loading import Loaded, locked
from marketplace.collaborations.actions.telling import iso, note, spread
from marketplace.collaborations.models import CollaborationPerson, Funding, Milestone
from marketplace.collaborations.queries.seats import Seat
from marketplace.collaborations.rules.parts import (
    PERSON_ROLES,
    Money,
    day_within,
    line_of_text,
    normal_money,
    one_of,
    past_day,
)
from marketplace.collaborations.rules.standing import Deed, members
from marketplace.database import new_id
from marketplace.jurisdictions.models import Currency
from marketplace.values.refusal import Forbidden, Invalid, NotFound, StateForbids

Part = type[CollaborationPerson] | type[Funding] | type[Milestone]
MOST: Mapping[Part, int] = {CollaborationPerson: 200, Funding: 100, Milestone: 200}


def name_person(
    session: Session, collaboration_id: UUID, person_id: UUID, role: str, *, now: datetime, by: Actor
) -> CollaborationPerson:
    """Name somebody of one's own side, or give them another role; they are told."""
    found = locked(session, collaboration_id, Deed.NAME, now=now, by=by)
    one_of(role, PERSON_ROLES, "role")
    named = session.get(CollaborationPerson, (collaboration_id, person_id))
    seat = _own_side(session, found, person_id)
    if named is not None and named.organisation_id != seat.party.organisation_id:
        raise Invalid.one("person", "collaboration_twice")
    if named is None:
        _demand_room(session, CollaborationPerson, found.id, "person")
        named = CollaborationPerson(collaboration_id=collaboration_id, person_id=person_id)
        spread(session, found.row, "collaboration_named", [person_id], now=now, by=by, by_mail=False)
    named.organisation_id, named.role = seat.party.organisation_id, role
    named.named_at, named.named_by = now, by.person_id
    session.add(named)
    details = {"person": str(person_id), "role": role}
    note(session, found.row, "collaboration.person_named", now=now, by=by, details=details)
    return named


def unname_person(session: Session, collaboration_id: UUID, person_id: UUID, *, now: datetime, by: Actor) -> None:
    """Take somebody of one's own side off the list."""
    found = locked(session, collaboration_id, Deed.NAME, now=now, by=by)
    named = session.get(CollaborationPerson, (collaboration_id, person_id))
    if named is None:
        raise NotFound("person")
    if by.via != "system" and named.organisation_id not in {seat.party.organisation_id for seat in found.seats}:
        raise Forbidden("collaboration.write")
    session.delete(named)
    details = {"person": str(person_id)}
    note(session, found.row, "collaboration.person_removed", now=now, by=by, details=details)


def add_funding(session: Session, collaboration_id: UUID, money: Money, *, now: datetime, by: Actor) -> Funding:
    """Enter money that was awarded."""
    found = locked(session, collaboration_id, Deed.FUND, now=now, by=by)
    kept = normal_money(money)
    if kept.currency is not None and session.get(Currency, kept.currency) is None:
        raise Invalid.one("currency", "unknown")
    _demand_room(session, Funding, found.id, "funder")
    values = {name: getattr(kept, name) for name in Money.__dataclass_fields__}
    row = Funding(id=new_id(), collaboration_id=found.id, entered_at=now, entered_by=by.person_id, **values)
    session.add(row)
    text = {"funder": kept.funder}
    note(session, found.row, "collaboration.funding_added", now=now, by=by, details={"funding": str(row.id)}, text=text)
    return row


def remove_funding(session: Session, collaboration_id: UUID, funding_id: UUID, *, now: datetime, by: Actor) -> Funding:
    """Strike money that was entered; the row stays, struck. Striking it again is idle."""
    found = locked(session, collaboration_id, Deed.FUND, now=now, by=by)
    row = session.get(Funding, funding_id)
    if row is None or row.collaboration_id != found.id:
        raise NotFound("funding")
    if row.removed_at is None:
        row.removed_at = now
        details, text = {"funding": str(row.id)}, {"funder": row.funder}
        note(session, found.row, "collaboration.funding_removed", now=now, by=by, details=details, text=text)
    return row


def add_milestone(
    session: Session,
    collaboration_id: UUID,
    title: str,
    on: date,
    *,
    now: datetime,
    by: Actor,
    organisation_id: UUID | None = None,
) -> Milestone:
    """Promise something by a day; `organisation_id` is the party that owes it, none where all do."""
    found = locked(session, collaboration_id, Deed.PLAN, now=now, by=by)
    words = line_of_text(title, "title")
    day_within(on, "planned_on")
    if organisation_id is not None and organisation_id not in {each.organisation_id for each in members(found.parties)}:
        raise Invalid.one("organisation", "unknown")
    _demand_room(session, Milestone, found.id, "title")
    row = Milestone(
        id=new_id(),
        collaboration_id=found.id,
        title=words,
        first_planned_on=on,
        planned_on=on,
        organisation_id=organisation_id,
        entered_at=now,
        entered_by=by.person_id,
    )
    session.add(row)
    _noted(session, found, row, "collaboration.milestone_added", now=now, by=by, on=on)
    return row


def replan_milestone(
    session: Session, collaboration_id: UUID, milestone_id: UUID, on: date, *, now: datetime, by: Actor
) -> Milestone:
    """Promise a later or an earlier day; the first one that was promised stays beside it."""
    found, row = _open_milestone(session, collaboration_id, milestone_id, "replan", now=now, by=by)
    row.planned_on = day_within(on, "on")
    _noted(session, found, row, "collaboration.milestone_replanned", now=now, by=by, on=on)
    return row


def reach_milestone(
    session: Session, collaboration_id: UUID, milestone_id: UUID, on: date, *, now: datetime, by: Actor
) -> Milestone:
    """Say on which day it was reached."""
    found, row = _open_milestone(session, collaboration_id, milestone_id, "reach", now=now, by=by)
    row.reached_on = past_day(on, found.today, "on")
    _noted(session, found, row, "collaboration.milestone_reached", now=now, by=by, on=on)
    return row


def cancel_milestone(
    session: Session, collaboration_id: UUID, milestone_id: UUID, on: date, *, now: datetime, by: Actor
) -> Milestone:
    """Give it up on a day; it stays on the list as such."""
    found, row = _open_milestone(session, collaboration_id, milestone_id, "cancel", now=now, by=by)
    row.cancelled_on = past_day(on, found.today, "on")
    _noted(session, found, row, "collaboration.milestone_cancelled", now=now, by=by, on=on)
    return row


def _open_milestone(
    session: Session, collaboration_id: UUID, milestone_id: UUID, deed: str, *, now: datetime, by: Actor
) -> tuple[Loaded, Milestone]:
    found = locked(session, collaboration_id, Deed.PLAN, now=now, by=by)
    row = session.get(Milestone, milestone_id, populate_existing=True)
    if row is None or row.collaboration_id != found.id:
        raise NotFound("milestone")
    if row.reached_on is not None or row.cancelled_on is not None:
        raise StateForbids("reached" if row.reached_on else "cancelled", deed)
    return found, row


def _noted(session: Session, found: Loaded, row: Milestone, verb: str, *, now: datetime, by: Actor, on: date) -> None:
    details = {"milestone": str(row.id), "day": iso(on)}
    note(session, found.row, verb, now=now, by=by, details=details, text={"milestone_title": row.title})


def _own_side(session: Session, found: Loaded, person_id: UUID) -> Seat:
    """The first of the actor's seats to whose organisation a person belongs: nobody is named by the other side."""
    for seat in found.seats:
        if members_among(session, seat.through, {person_id}) or members_among(
            session, seat.party.organisation_id, {person_id}
        ):
            return seat
    raise Invalid.one("person", "collaboration_not_own_side")


def _demand_room(session: Session, kind: Part, collaboration_id: UUID, field: str) -> None:
    count = select(func.count()).select_from(kind).where(kind.collaboration_id == collaboration_id)
    if (session.scalar(count) or 0) >= MOST[kind]:
        raise Invalid.one(field, "too_many_items", max=MOST[kind])
