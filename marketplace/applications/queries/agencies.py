"""Which authorities have an account, who their officers are, and in which time they live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, Organisation, OrganisationKind, Person, Role
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries.standing import in_standing
from marketplace.applications.rules.pairs import Side
from marketplace.jurisdictions.models import Agency, CounterpartPair, Jurisdiction

_ACCOUNTS = (Organisation.kind == OrganisationKind.AGENCY, Organisation.agency_code.is_not(None), in_standing())


def agencies_of(session: Session, actor: Actor) -> frozenset[str]:
    """The authorities for which somebody is an officer: their organisation is verified and points at one."""
    places = actor.organisations(Role.AGENCY_OFFICER) & actor.verified
    if not places:
        return frozenset()
    chosen = select(Organisation.agency_code).where(Organisation.id.in_(places), *_ACCOUNTS)
    return frozenset(code for code in session.scalars(chosen) if code)


def with_account(session: Session, codes: Iterable[str]) -> frozenset[str]:
    """Those of some authorities that have an account here."""
    wanted = set(codes)
    if not wanted:
        return frozenset()
    chosen = select(Organisation.agency_code).where(Organisation.agency_code.in_(wanted), *_ACCOUNTS)
    return frozenset(code for code in session.scalars(chosen) if code)


def officers(session: Session, code: str) -> list[UUID]:
    """The people who decide for an authority, by id."""
    chosen = (
        select(Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Organisation.agency_code == code, Membership.role == Role.AGENCY_OFFICER, *_ACCOUNTS)
        .where(Person.suspended_at.is_(None), Person.erased_at.is_(None))
    )
    return sorted(set(session.scalars(chosen)))


def roots(session: Session) -> Mapping[str, str]:
    """In which customs territory each authority sits."""
    joined = select(Agency.code, Jurisdiction.root_code).join(
        Jurisdiction, Jurisdiction.code == Agency.jurisdiction_code
    )
    return {row.code: row.root_code for row in session.execute(joined)}


def zone_of(session: Session, code: str | None) -> ZoneInfo:
    """The time zone by which an authority counts its days; all of those that we know share one."""
    found = select(Jurisdiction.time_zone).join(Agency, Agency.jurisdiction_code == Jurisdiction.code)
    return ZoneInfo(session.scalar(found.where(Agency.code == code)) or "Asia/Hong_Kong")


def zones_of(session: Session, codes: Iterable[str]) -> Mapping[str, ZoneInfo]:
    """The time zones of several authorities by code, in one statement."""
    joined = select(Agency.code, Jurisdiction.time_zone).join(
        Jurisdiction, Jurisdiction.code == Agency.jurisdiction_code
    )
    return {row.code: ZoneInfo(row.time_zone) for row in session.execute(joined.where(Agency.code.in_(list(codes))))}


def pair_sides(session: Session, code: str) -> list[Side]:
    """The two sides of a counterpart pair."""
    row = session.get_one(CounterpartPair, code)
    seats = roots(session)
    named = [frozenset(side.get("agencies") or ()) for side in (row.side_a, row.side_b)]
    return [Side(agencies=each, territories=frozenset(seats[code] for code in each if code in seats)) for each in named]
