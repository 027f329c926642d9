"""Bookings and the collaborations that they belong to: the first confirmed one of two organisations opens it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.bookings.models import Booking
from marketplace.bookings.queries.pages import booking_row
from marketplace.catalogue.models import Facility, Unit
from marketplace.collaborations.actions.loading import locked, new_reference
from marketplace.collaborations.actions.measuring import measure_anew
from marketplace.collaborations.actions.telling import note, speakers, spread
from marketplace.collaborations.models import (
    Collaboration,
    CollaborationBooking,
    CollaborationKind,
    CollaborationParty,
    CollaborationState,
    FormerCollaborationBooking,
    PartyRole,
)
from marketplace.collaborations.queries.mergers import predecessors, successor
from marketplace.collaborations.queries.seats import parties_of
from marketplace.collaborations.rules.standing import Deed, pair_of, standing_of
from marketplace.database import new_id
from marketplace.terms.queries.frameworks import local_day
from marketplace.values import refusal
from marketplace.values.refusal import Refusal

PAIR_INDEX: Final = "uq_collaborations_pair"


def join_booking(session: Session, booking_id: UUID, *, now: datetime) -> Collaboration | None:
    """Put a confirmed booking to the collaboration of its two organisations, which the first of them opens; None for a
    booking inside one organisation. Doing it again changes nothing, and a booking that was moved stays where it is."""
    booking = session.get(Booking, booking_id)
    if booking is None:
        return None
    host_id = _host_of(session, booking)
    today = local_day(session, host_id, now)
    if successor(session, host_id, today) == successor(session, booking.organisation_id, today):
        return None
    linked = session.get(CollaborationBooking, booking_id)
    if linked is not None:
        return session.get_one(Collaboration, linked.collaboration_id)
    row = _found(session, booking.organisation_id, host_id) or _opened(session, booking, host_id, now=now)
    _link(session, row, booking, now=now, by=SYSTEM)
    return row


def move_booking(
    session: Session, booking_id: UUID, collaboration_id: UUID, *, now: datetime, by: Actor
) -> Collaboration:
    """Put a booking to another active collaboration in which both of its organisations take part; whoever does it
    speaks for a party of both. Raises `Refused` where it does not belong there."""
    booking = booking_row(session, booking_id, by=by, now=now).booking
    linked = session.get(CollaborationBooking, booking_id, with_for_update=True, populate_existing=True)
    here = {collaboration_id} | ({linked.collaboration_id} if linked else set())
    # In one order for everybody, so that two who move in opposite directions wait rather than lock each other out.
    found = {id: locked(session, id, Deed.MOVE_BOOKING, now=now, by=by) for id in sorted(here)}
    wanted = found[collaboration_id]
    present = {party.organisation_id for party in wanted.parties if standing_of(party) == "member"}
    for place in (booking.organisation_id, _host_of(session, booking)):
        if not present & _speaking_for(session, place):
            raise refusal.Refused([Refusal("booking_not_of_parties")])
    if linked is not None and linked.collaboration_id == collaboration_id:
        return wanted.row
    if linked is None:
        _link(session, wanted.row, booking, now=now, by=by)
        return wanted.row
    left = found[linked.collaboration_id].row
    former = {"booking_id": booking_id, "collaboration_id": left.id, "at": linked.at, "until": now}
    session.execute(insert(FormerCollaborationBooking).values(former).on_conflict_do_nothing())
    linked.collaboration_id, linked.at, linked.by = collaboration_id, now, by.person_id
    details = {"booking": str(booking_id), "reference": booking.reference}
    note(session, left, "collaboration.booking_left", now=now, by=by, details=details)
    note(session, wanted.row, "collaboration.booking_joined", now=now, by=by, details=details)
    for row in (left, wanted.row):
        measure_anew(session, row, now=now)
    return wanted.row


def _found(session: Session, user_id: UUID, host_id: UUID) -> Collaboration | None:
    """The active collaboration of the pair, under whatever organisations they were; else the first one made by hand
    in which these two and nobody else take part."""
    users, hosts = _speaking_for(session, user_id), _speaking_for(session, host_id)
    pairs = [pair_of(user, host) for user in users for host in hosts]
    active = Collaboration.state == CollaborationState.ACTIVE
    chosen = select(Collaboration).where(Collaboration.pair.in_(pairs), active).order_by(Collaboration.id)
    row = session.scalar(chosen.limit(1).with_for_update(key_share=True))
    if row is not None:
        return row
    theirs = select(CollaborationParty.collaboration_id).where(CollaborationParty.organisation_id.in_(users))
    by_hand = select(Collaboration).where(active, Collaboration.pair.is_(None), Collaboration.id.in_(theirs))
    rows = session.scalars(by_hand.order_by(Collaboration.id).with_for_update(key_share=True)).all()
    parties = parties_of(session, [row.id for row in rows])
    for row in rows:
        present = {party.organisation_id for party in parties.get(row.id, []) if standing_of(party) == "member"}
        if len(present) == 2 and present & users and present & hosts:
            return row
    return None


def _speaking_for(session: Session, organisation_id: UUID) -> frozenset[UUID]:
    """An organisation under all the names that it may have as a party."""
    return predecessors(session, organisation_id)


def _opened(session: Session, booking: Booking, host_id: UUID, *, now: datetime) -> Collaboration:
    """A new collaboration of the booking's organisations; where another booking opened it at the same moment, that."""
    pair = pair_of(booking.organisation_id, host_id)
    today = local_day(session, host_id, now)
    row = Collaboration(
        id=new_id(),
        reference=new_reference(),
        kind=CollaborationKind.FACILITY_SERVICE,
        state=CollaborationState.ACTIVE,
        title={},
        starts_on=today,
        clauses={},
        pair=pair,
        opened_by_booking=booking.id,
        sample=_of_samples(session, booking.organisation_id, host_id),
        version=1,
        created_at=now,
        updated_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        if PAIR_INDEX not in str(error.orig):
            raise
        active = Collaboration.pair == pair, Collaboration.state == CollaborationState.ACTIVE
        return session.scalars(select(Collaboration).where(*active).with_for_update(key_share=True)).one()
    roles = ((host_id, PartyRole.PROVIDER), (booking.organisation_id, PartyRole.USER))
    stay = {"invited_at": now, "joined_on": today, "joined_at": now}
    parties = [
        CollaborationParty(collaboration_id=row.id, organisation_id=place, roles=[role.value], **stay)
        for place, role in roles
    ]
    session.add_all(parties)
    note(session, row, "collaboration.opened", now=now, by=SYSTEM, details={"reference": booking.reference})
    people = speakers(session, parties, now=now) | {booking.person_id}
    spread(session, row, "collaboration_opened", people, now=now, by_mail=False)
    return row


def _link(session: Session, row: Collaboration, booking: Booking, *, now: datetime, by: Actor) -> None:
    values = {"booking_id": booking.id, "collaboration_id": row.id, "at": now, "by": by.person_id}
    made = (
        insert(CollaborationBooking).values(values).on_conflict_do_nothing().returning(CollaborationBooking.booking_id)
    )
    if session.scalar(made) is not None:
        details = {"booking": str(booking.id), "reference": booking.reference}
        note(session, row, "collaboration.booking_joined", now=now, by=by, details=details)
        measure_anew(session, row, now=now, settled=True)


def _of_samples(session: Session, *organisations: UUID) -> bool:
    """Whether both belong to the sample set, which takes what they made among themselves along when it goes."""
    return all(session.get_one(Organisation, id).sample for id in organisations)


def _host_of(session: Session, booking: Booking) -> UUID:
    wanted = select(Facility.organisation_id).join(Unit, Unit.facility_id == Facility.id)
    return session.scalars(wanted.where(Unit.id == booking.unit_id)).one()
