"""Reading the screening list and its matches, and what they tell a plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.permits.models import MatchState, ScreenedParty, ScreeningMatch
from marketplace.permits.rules.screening import FACTS
from marketplace.values.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Match:
    """A match with the party of the list and whoever it may be."""

    row: ScreeningMatch
    party: ScreenedParty
    organisation: Organisation | None
    person: str | None


def listed_on(day: date) -> ColumnElement[bool]:
    """Parties that stand on the list on a day."""
    return and_(ScreenedParty.listed_from <= day, _not_over(day))


def _not_over(day: date) -> ColumnElement[bool]:
    return or_(ScreenedParty.listed_to.is_(None), ScreenedParty.listed_to >= day)


def screened(session: Session, organisation_ids: Collection[UUID], on: date) -> set[UUID]:
    """Those of some organisations that are, as a reviewer confirmed, a party which is listed on a day."""
    return set(screening_facts(session, organisation_ids, on))


def screening_facts(session: Session, organisation_ids: Collection[UUID], on: date) -> dict[UUID, set[str]]:
    """The same, each with the facts that a plan is told of it: `on_watchlist`, `export_penalty`; other lists tell
    none. An organisation without a confirmed match is missing."""
    if not organisation_ids:
        return {}
    rows = session.execute(
        select(ScreeningMatch.organisation_id, ScreenedParty.listed_for)
        .join(ScreenedParty, ScreenedParty.id == ScreeningMatch.party_id)
        .where(ScreeningMatch.organisation_id.in_(organisation_ids), ScreeningMatch.state == MatchState.CONFIRMED)
        .where(listed_on(on))
    )
    found: dict[UUID, set[str]] = {}
    for organisation_id, listed_for in rows:
        assert organisation_id is not None, "asked for among organisations"
        facts = found.setdefault(organisation_id, set())
        if listed_for in FACTS:
            facts.add(FACTS[listed_for])
    return found


def person_facts(session: Session, person_ids: Collection[UUID], on: date) -> set[str]:
    """What confirmed matches tell of some people on a day, of all of them together."""
    mine = ScreeningMatch.person_id.in_(person_ids), ScreeningMatch.state == MatchState.CONFIRMED
    wanted = select(ScreenedParty.listed_for).join(ScreeningMatch, ScreeningMatch.party_id == ScreenedParty.id)
    found = session.scalars(wanted.where(*mine, listed_on(on)))
    return {FACTS[listed_for] for listed_for in found if listed_for in FACTS}


def turning(session: Session, day: date) -> bool:
    """Whether somebody who was confirmed to be a listed party is listed from a day on, or no longer."""
    turned = or_(ScreenedParty.listed_from == day, ScreenedParty.listed_to == day - timedelta(days=1))
    confirmed = select(ScreeningMatch.id).join(ScreenedParty, ScreenedParty.id == ScreeningMatch.party_id)
    return session.scalar(confirmed.where(ScreeningMatch.state == MatchState.CONFIRMED, turned).limit(1)) is not None


def parties(session: Session, *, limit: int, offset: int = 0) -> Sequence[ScreenedParty]:
    """The list, the newest entry first."""
    return session.scalars(select(ScreenedParty).order_by(ScreenedParty.id.desc()).limit(limit).offset(offset)).all()


def party(session: Session, party_id: UUID) -> ScreenedParty:
    """One party of the list. Raises NotFound."""
    found = session.get(ScreenedParty, party_id)
    if found is None:
        raise NotFound("screened party")
    return found


def matches(
    session: Session, state: MatchState | None = None, *, limit: int, offset: int = 0, party_id: UUID | None = None
) -> Sequence[Match]:
    """Matches, those that wait the oldest first, others the latest first."""
    order = ScreeningMatch.id if state is MatchState.OPEN else ScreeningMatch.id.desc()
    wanted = _with_names().order_by(order).limit(limit).offset(offset)
    if state is not None:
        wanted = wanted.where(ScreeningMatch.state == state)
    if party_id is not None:
        wanted = wanted.where(ScreeningMatch.party_id == party_id)
    return [Match(*row) for row in session.execute(wanted)]


def match(session: Session, match_id: UUID) -> Match:
    """One match. Raises NotFound."""
    row = session.execute(_with_names().where(ScreeningMatch.id == match_id)).first()
    if row is None:
        raise NotFound("screening match")
    return Match(*row)


def confirmed_of(session: Session, organisation_id: UUID) -> Sequence[Match]:
    """The confirmed matches of an organisation, for its administrators' page."""
    mine = ScreeningMatch.organisation_id == organisation_id, ScreeningMatch.state == MatchState.CONFIRMED
    return [Match(*row) for row in session.execute(_with_names().where(*mine).order_by(ScreeningMatch.id))]


def counts(session: Session) -> Mapping[MatchState, int]:
    """How many matches there are in each state."""
    rows = session.execute(select(ScreeningMatch.state, func.count()).group_by(ScreeningMatch.state))
    return dict.fromkeys(MatchState, 0) | {row[0]: row[1] for row in rows}


def _with_names() -> Any:
    called = func.coalesce(Person.name, Person.pseudonym)
    return (
        select(ScreeningMatch, ScreenedParty, Organisation, called)
        .join(ScreenedParty, ScreenedParty.id == ScreeningMatch.party_id)
        .outerjoin(Organisation, Organisation.id == ScreeningMatch.organisation_id)
        .outerjoin(Person, Person.id == ScreeningMatch.person_id)
    )
