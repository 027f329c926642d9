"""Collaborations as they are listed and headed: parties, state, what the reader may do, and what waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, literal, or_, select, true
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import (
    Collaboration,
    CollaborationParty,
    CollaborationState,
    FormerName,
    PartyRole,
)
from marketplace.collaborations.queries.departed import parties_until, sheet_left, title_until
from marketplace.collaborations.queries.mergers import canonical, former_names, group_tops, steps
from marketplace.collaborations.queries.seats import (
    Seat,
    Sight,
    asked_of,
    deeds_of,
    parties_of,
    seats_of,
    sight_of,
    told_state,
    visible_to,
)
from marketplace.collaborations.queries.titles import titles
from marketplace.collaborations.rules.days import today_of
from marketplace.collaborations.rules.mergers import canonical_of
from marketplace.collaborations.rules.sheet import Sheet, sheet_of
from marketplace.collaborations.rules.standing import Deed, PartyStanding, standing_of
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.values.refusal import NotFound

State = CollaborationState
# What waits for the reader comes first, then what is proposed, what is under way, and what is over.
RANKS: Mapping[State, int] = {State.PROPOSED: 1, State.ACTIVE: 2, State.COMPLETED: 3, State.ENDED: 3, State.DECLINED: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """One party: its organisation, the names that this had, and what it went into."""

    party: CollaborationParty
    organisation: Organisation
    territory: Mapping[str, str]
    formerly: Sequence[FormerName] = ()
    successor: Organisation | None = None

    @property
    def id(self) -> UUID:
        """The organisation's id."""
        return self.organisation.id

    @property
    def standing(self) -> PartyStanding:
        """How the party stands."""
        return standing_of(self.party)

    @property
    def roles(self) -> list[PartyRole]:
        """What it does."""
        return [PartyRole(role) for role in self.party.roles]


@dataclass(frozen=True, kw_only=True)
class CollaborationRow:
    """One collaboration as one reader sees it; `rank` orders lists, `in_group` says that all parties are one group."""

    collaboration: Collaboration
    title: Mapping[str, str]
    parties: Sequence[PartyRow]
    seats: Sequence[Seat]
    sight: Sight
    deeds: frozenset[Deed]
    rank: int
    in_group: bool

    @property
    def id(self) -> UUID:
        """The collaboration's id."""
        return self.collaboration.id

    @property
    def state(self) -> State:
        """How it stands; for whoever left, how it stood then."""
        return State.ACTIVE if self.sight.until else self.collaboration.state

    @property
    def asked(self) -> bool:
        """Whether the reader's side still has to answer."""
        return Deed.ACCEPT in self.deeds or self.sight.asked

    @cached_property
    def sheet(self) -> Sheet:
        """What it says: at present, or when the reader's side left."""
        left = sheet_left(self.seats) if self.sight.until is not None else None
        return left or sheet_of(self.collaboration)

    @property
    def present(self) -> list[PartyRow]:
        """The parties that take part."""
        return [row for row in self.parties if row.standing == "member"]

    @property
    def own(self) -> frozenset[UUID]:
        """The parties for which the reader speaks."""
        return frozenset(seat.party.organisation_id for seat in self.seats)


def collaboration_row(session: Session, collaboration_id: UUID, *, by: Actor, now: datetime) -> CollaborationRow:
    """One collaboration; NotFound for a stranger."""
    found = _rows(session, Collaboration.id == collaboration_id, by=by, now=now, limit=1)
    if not found:
        raise NotFound("collaboration")
    return found[0]


def collaborations(
    session: Session,
    *,
    by: Actor,
    now: datetime,
    state: State | None = None,
    limit: int = 50,
    after: tuple[int, UUID] | None = None,
) -> list[CollaborationRow]:
    """The collaborations that somebody may see: what waits for them first, then active, then closed ones, in each the
    newest first. `after` is rank and id of the last one shown."""
    chosen = true() if state is None else told_state(by) == state
    if after is not None:
        rank, id = after
        chosen = and_(chosen, or_(_rank(by) > rank, and_(_rank(by) == rank, Collaboration.id < id)))
    return _rows(session, chosen, by=by, now=now, limit=limit)


def waiting(session: Session, *, by: Actor, now: datetime, limit: int = 20) -> list[CollaborationRow]:
    """The invitations that somebody's organisations have not answered, the newest first."""
    if not by.organisations():
        return []
    return _rows(session, asked_of(by), by=by, now=now, limit=limit)


def open_to_booking(
    session: Session, organisations: Iterable[UUID], *, by: Actor, now: datetime
) -> list[CollaborationRow]:
    """The active collaborations of somebody in which all of some organisations take part: where a booking may go."""
    wanted = set(organisations)
    active = _rows(session, Collaboration.state == State.ACTIVE, by=by, now=now, limit=200)
    merged = canonical(session, today_of(by, now))

    def all_of(row: CollaborationRow) -> bool:
        present = {merged.get(party.id, party.id) for party in row.present}
        return {merged.get(id, id) for id in wanted} <= present

    return [row for row in active if Deed.MOVE_BOOKING in row.deeds and all_of(row)]


def _rank(by: Actor) -> ColumnElement[int]:
    mine = asked_of(by)
    waits = [] if mine is false() else [(mine, literal(0))]
    stands = told_state(by)
    return case(*waits, *((stands == state, literal(rank)) for state, rank in RANKS.items()), else_=9)


def _rows(
    session: Session, chosen: ColumnElement[bool], *, by: Actor, now: datetime, limit: int
) -> list[CollaborationRow]:
    rank = _rank(by)
    wanted = select(Collaboration, rank).where(visible_to(by), chosen).order_by(rank, Collaboration.id.desc())
    found = session.execute(wanted.limit(limit)).all()
    rows = [row for row, _ in found]
    parties = parties_of(session, [row.id for row in rows])
    named = titles(session, rows)
    today = today_of(by, now)
    around = _Around(session, [party for each in parties.values() for party in each], by, now)
    told = []
    for row, place in found:
        its = parties.get(row.id, [])
        seats = seats_of(session, its, by, today, known=around.steps)
        sight = sight_of(seats, by)
        if sight.until is not None:
            named[row.id] = title_until(seats, its, sight.until, around.names)
            its = parties_until(its, sight.until)
        present = [party for party in its if standing_of(party) in ("member", "asked")]
        told.append(
            CollaborationRow(
                collaboration=row,
                title=named[row.id],
                parties=[around.told(party) for party in its],
                seats=seats,
                sight=sight,
                deeds=deeds_of(row, seats, by),
                rank=place,
                in_group=len(present) > 1 and len({around.tops[party.organisation_id] for party in present}) == 1,
            )
        )
    return told


class _Around:
    """What is known about the organisations of some parties, read once for all of them."""

    def __init__(self, session: Session, parties: Sequence[CollaborationParty], by: Actor, now: datetime) -> None:
        today = today_of(by, now)
        ids = {party.organisation_id for party in parties}
        self.steps = steps(session) if ids else {}
        self.merged = canonical_of(self.steps, today)
        wanted = ids | {self.merged[id] for id in ids if id in self.merged}
        rows = session.scalars(select(Organisation).where(Organisation.id.in_(wanted))).all() if wanted else ()
        self.places = {row.id: row for row in rows}
        self.names = {row.id: row.name for row in rows}
        self.formerly = former_names(session, ids) if ids else {}
        self.tops = group_tops(session, ids, today, merged=self.merged) if ids else {}
        codes = {row.jurisdiction_code for row in rows}
        known = select(Jurisdiction.code, Jurisdiction.name).where(Jurisdiction.code.in_(codes))
        self.territories = {row.code: row.name for row in session.execute(known)} if codes else {}

    def told(self, party: CollaborationParty) -> PartyRow:
        """A party with its organisation."""
        place = self.places[party.organisation_id]
        into = self.merged.get(place.id)
        return PartyRow(
            party=party,
            organisation=place,
            territory=self.territories.get(place.jurisdiction_code, {}),
            formerly=self.formerly.get(place.id, ()),
            successor=self.places.get(into) if into else None,
        )
