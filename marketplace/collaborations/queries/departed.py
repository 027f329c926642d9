"""What a side that left is told of a collaboration: what it was called and who took part on that day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.collaborations.queries.mergers import steps
from marketplace.collaborations.queries.seats import Seat, parties_of, seats_of, sight_of
from marketplace.collaborations.queries.titles import joined_names, titles
from marketplace.collaborations.rules.days import day_after, day_here, today_of
from marketplace.collaborations.rules.sheet import Sheet, from_document, sheet_of, taken_back
from marketplace.history.queries import entries
from marketplace.history.rules import Subject


def sheet_left(seats: Sequence[Seat]) -> Sheet | None:
    """What the collaboration said when the last of somebody's sides left it."""
    gone = [seat.party for seat in seats if seat.standing == "left" and seat.party.left_with is not None]
    last = max(gone, key=lambda party: party.left_on or date.min, default=None)
    return from_document(last.left_with) if last is not None and last.left_with is not None else None


def sheet_then(session: Session, row: Collaboration, on: date) -> Sheet | None:
    """What a collaboration said at the end of a day; None where what was changed since is not known any more."""
    about = Subject("collaboration", row.id)
    changes = entries(session, about, limit=None, since=day_after(on), verb="collaboration.changed")
    return taken_back(
        sheet_of(row), [(each.details.get("fields", ()), (each.text or {}).get("before")) for each in changes]
    )


def parties_until(parties: Iterable[CollaborationParty], until: date) -> list[CollaborationParty]:
    """The parties as they stood on a day: those who came later are left out, later answers and departures untold."""
    return [_as_then(party, until) for party in parties if _there(party, until)]


def told_titles(
    session: Session, rows: Iterable[Collaboration], *, by: Actor, now: datetime
) -> dict[UUID, dict[str, str]]:
    """What collaborations are called for somebody: at present, or when the last of their sides left."""
    rows = list(rows)
    named, parties = titles(session, rows), parties_of(session, [row.id for row in rows])
    known, today = steps(session), today_of(by, now)
    for id, its in parties.items():
        seats = seats_of(session, its, by, today, known=known)
        until = sight_of(seats, by).until
        if until is not None:
            named[id] = title_until(seats, its, until, _names(session, its))
    return named


def title_until(
    seats: Sequence[Seat], parties: Iterable[CollaborationParty], until: date, names: Mapping[UUID, Mapping[str, str]]
) -> dict[str, str]:
    """Its title then, else the names of those who took part then."""
    sheet = sheet_left(seats)
    if sheet is not None and sheet.title:
        return dict(sheet.title)
    there = [party for party in parties_until(parties, until) if party.declined_at is None]
    return joined_names([names[party.organisation_id] for party in there])


def _names(session: Session, parties: Iterable[CollaborationParty]) -> dict[UUID, Mapping[str, str]]:
    wanted = select(Organisation.id, Organisation.name).where(
        Organisation.id.in_({party.organisation_id for party in parties})
    )
    return {row.id: row.name for row in session.execute(wanted)}


def _there(party: CollaborationParty, until: date) -> bool:
    joined = party.joined_on is not None and party.joined_on <= until
    return joined or day_here(party.invited_at) <= until


def _as_then(party: CollaborationParty, until: date) -> CollaborationParty:
    """The same, or a copy that belongs to no session and knows nothing later."""
    later: dict[str, object] = {}
    if party.joined_on is not None and party.joined_on > until:
        later["joined_on"] = None
    if party.declined_at is not None and day_here(party.declined_at) > until:
        later["declined_at"] = None
    if party.left_on is not None and party.left_on > until:
        later |= {"left_on": None, "left_reason": "", "left_with": None}
    if not later:
        return party
    kept = {column.key: getattr(party, column.key) for column in inspect(CollaborationParty).column_attrs}
    return CollaborationParty(**(kept | later))
