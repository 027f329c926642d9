"""Who asks: the actor behind a sign-in session or an API token, in one statement with all that the policy needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Date,
    DateTime,
    LargeBinary,
    Row,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import (
    ApiToken,
    Deputy,
    Membership,
    Organisation,
    Person,
    Role,
    SeeingAs,
    SignInSession,
)
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries.standing import in_standing
from marketplace.accounts.rules.secrets import digest
from marketplace.jurisdictions.models import Jurisdiction


@dataclass(frozen=True, slots=True)
class SignIn:
    """One live sign-in session: who it is, and when it was last used."""

    actor: Actor
    id: UUID
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class TokenUse:
    """One live API token: who acts through it, and the last day somebody did (UTC)."""

    actor: Actor
    id: UUID
    last_used_on: dt.date | None


def sign_in_by_token(session: Session, token: str, *, now: datetime, idle: int, absolute: int) -> SignIn | None:
    """The live session with this token: not ended, used within `idle` seconds, begun within `absolute`; else none."""
    values = {
        "digest": digest(token),
        "on": now,
        "used_since": now - timedelta(seconds=idle),
        "begun_since": now - timedelta(seconds=absolute),
    }
    row = session.execute(_by_session(), values).one_or_none()
    return SignIn(_actor(row), row.session_id, row.last_seen_at) if row else None


def actor_for_session(session: Session, token: str, *, now: datetime, idle: int, absolute: int) -> Actor | None:
    """The person signed in by this browser's token, by the limits of `sign_in_by_token`; none when it has ended."""
    found = sign_in_by_token(session, token, now=now, idle=idle, absolute=absolute)
    return found.actor if found else None


def token_use(session: Session, token: str, *, now: datetime) -> TokenUse | None:
    """The live API token with this text; none when it is unknown, expired or ended."""
    row = session.execute(_by_token(), {"digest": digest(token), "on": now}).one_or_none()
    return TokenUse(replace(_actor(row), via="token", scope=row.scope), row.token_id, row.last_used_on) if row else None


def actor_for_token(session: Session, token: str, *, now: datetime) -> Actor | None:
    """The person whose API token this is, with the token's scope; none when it is unknown, expired or ended."""
    found = token_use(session, token, now=now)
    return found.actor if found else None


def actor_for_person(session: Session, person_id: UUID, *, now: datetime) -> Actor | None:
    """A person as actor without any session: for jobs and the command line, which act on somebody's behalf."""
    row = session.execute(_actors(now=now).where(Person.id == person_id)).one_or_none()
    return _actor(row) if row else None


def seen_as(session: Session, session_id: UUID, *, now: datetime) -> tuple[Actor | None, datetime] | None:
    """As whom an administrator sees the site in this browser, and until when; none when they are themselves, and no
    actor when the time is over or the person may no longer be seen as."""
    row = session.scalar(select(SeeingAs).where(SeeingAs.session_id == session_id, SeeingAs.ended_at.is_(None)))
    if row is None:
        return None
    found = actor_for_person(session, row.person_id, now=now) if row.ends_at > now else None
    if found is None or found.platform is not None:
        return None, row.ends_at
    return replace(found, seen_by=row.administrator_id), row.ends_at


def actor_for_email(session: Session, email: str, *, now: datetime) -> Actor | None:
    """A person as actor by mail address: for the command line."""
    row = session.execute(_actors(now=now).where(func.lower(Person.email) == email.strip().lower())).one_or_none()
    return _actor(row) if row else None


def held_on(now: datetime | BindParameter[datetime]) -> CompoundSelect[Any]:
    """Every role held at `now`: memberships, and deputies while their days last in the organisation's own zone."""
    moment = now if isinstance(now, BindParameter) else bindparam("held_at", now, unique=True)
    own = select(
        Membership.person_id.label("person_id"),
        Membership.organisation_id.label("organisation_id"),
        Membership.role.label("role"),
    )
    principal = aliased(Membership)
    member = aliased(Membership)
    today = cast(func.timezone(Jurisdiction.time_zone, moment), Date)
    still_a_member = select(member.id).where(
        member.person_id == Deputy.deputy_id, member.organisation_id == Deputy.organisation_id
    )
    deputies = (
        select(Deputy.deputy_id, Deputy.organisation_id, literal(Role.HOST_MANAGER, Membership.role.type))
        .join(Organisation, Organisation.id == Deputy.organisation_id)
        .join(Jurisdiction, Jurisdiction.code == Organisation.jurisdiction_code)
        .join(
            principal,
            and_(
                principal.person_id == Deputy.principal_id,
                principal.organisation_id == Deputy.organisation_id,
                principal.role == Role.HOST_MANAGER,
            ),
        )
        .where(today.between(Deputy.starts_on, Deputy.ends_on), still_a_member.exists())
    )
    return union_all(own, deputies)


# These two begin every request of somebody signed in: putting the statements together takes longer than running them,
# so each is built once and given its values.
@cache
def _by_session() -> Select[Any]:
    return (
        _actors(SignInSession.id.label("session_id"), SignInSession.last_seen_at, now=_moment())
        .join(SignInSession, SignInSession.person_id == Person.id)
        .where(
            SignInSession.token_digest == bindparam("digest", type_=LargeBinary),
            SignInSession.ended_at.is_(None),
            SignInSession.last_seen_at > bindparam("used_since", type_=DateTime(timezone=True)),
            SignInSession.created_at > bindparam("begun_since", type_=DateTime(timezone=True)),
        )
    )


@cache
def _by_token() -> Select[Any]:
    return (
        _actors(ApiToken.scope, ApiToken.id.label("token_id"), ApiToken.last_used_on, now=_moment())
        .join(ApiToken, ApiToken.person_id == Person.id)
        .where(ApiToken.token_digest == bindparam("digest", type_=LargeBinary), ApiToken.ended_at.is_(None))
        .where(ApiToken.expires_at > _moment())
    )


def _moment() -> BindParameter[datetime]:
    return bindparam("on", type_=DateTime(timezone=True))


def _actors(*more: Any, now: datetime | BindParameter[datetime]) -> Select[Any]:
    held = held_on(now).subquery("held")
    roles = (
        select(func.jsonb_agg(func.jsonb_build_array(held.c.organisation_id, held.c.role, in_standing())))
        .select_from(held)
        .join(Organisation, Organisation.id == held.c.organisation_id)
        .where(held.c.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
        .label("roles")
    )
    shown_name = func.coalesce(Person.name, Person.pseudonym).label("name")
    columns = (Person.id, shown_name, Person.language, Person.time_zone, Person.platform_role, roles)
    return select(*columns, *more).where(Person.suspended_at.is_(None), Person.erased_at.is_(None))


def _actor(row: Row[Any]) -> Actor:
    roles: dict[UUID, frozenset[Role]] = {}
    verified = set()
    for place, role, active in row.roles or ():
        organisation = UUID(place)
        roles[organisation] = roles.get(organisation, frozenset()) | {Role(role)}
        if active:
            verified.add(organisation)
    return Actor(
        person_id=row.id,
        name=row.name,
        language=row.language,
        time_zone=row.time_zone,
        roles=MappingProxyType(roles),
        platform=row.platform_role,
        verified=frozenset(verified),
    )
