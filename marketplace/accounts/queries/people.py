"""People as they see themselves and as those who oversee the platform see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import (
    ApiToken,
    LinkPurpose,
    MailedLink,
    Membership,
    Organisation,
    Person,
    Role,
    SignInSession,
    Verification,
)
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries.organisations import visible_to
from marketplace.accounts.rules.secrets import digest
from marketplace.values.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against; for an unknown address everything is empty."""

    person_id: UUID | None
    password_hash: str | None
    second_factor: bool
    suspended: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """How many wait and how many there are, for the administrator's pages."""

    people: int
    organisations: int
    waiting: int


def credentials_of(session: Session, email: str) -> Credentials:
    """What is known for an address; the statement is the same for one that nobody has."""
    found = session.execute(
        select(Person.id, Person.password_hash, Person.totp_secret, Person.suspended_at).where(
            func.lower(Person.email) == email.strip().lower(), Person.erased_at.is_(None)
        )
    ).first()
    if found is None:
        return Credentials(None, None, second_factor=False, suspended=False)
    person_id, password_hash, secret, suspended_at = found
    return Credentials(person_id, password_hash, secret is not None, suspended_at is not None)


def person(session: Session, person_id: UUID) -> Person:
    """One person's row. Raises `NotFound`."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound("person")
    return found


def person_by_email(session: Session, email: str) -> Person | None:
    """The person with an address, whatever its capitals."""
    return session.scalar(select(Person).where(func.lower(Person.email) == email.strip().lower()))


def live_sessions(session: Session, person_id: UUID, *, now: datetime, idle: int, absolute: int) -> list[SignInSession]:
    """A person's sessions that have not ended, the last used first."""
    return list(
        session.scalars(
            select(SignInSession)
            .where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
            .where(SignInSession.last_seen_at > now - timedelta(seconds=idle))
            .where(SignInSession.created_at > now - timedelta(seconds=absolute))
            .order_by(SignInSession.last_seen_at.desc(), SignInSession.id)
        )
    )


def tokens_of(session: Session, person_id: UUID) -> list[ApiToken]:
    """A person's API tokens, ended and expired ones too, the newest first."""
    wanted = select(ApiToken).where(ApiToken.person_id == person_id)
    return list(session.scalars(wanted.order_by(ApiToken.created_at.desc(), ApiToken.id).limit(100)))


def live_link(session: Session, token: str, purpose: LinkPurpose, *, now: datetime) -> MailedLink:
    """A mailed link that can still be used, without using it. Raises `NotFound`."""
    found = session.scalar(
        select(MailedLink)
        .where(MailedLink.token_digest == digest(token), MailedLink.purpose == purpose)
        .where(MailedLink.used_at.is_(None), MailedLink.expires_at > now)
    )
    if found is None:
        raise NotFound("link")
    return found


def names_of(session: Session, people: set[UUID]) -> dict[UUID, str]:
    """What people are called: their name, or the pseudonym of those who were erased."""
    if not people:
        return {}
    called = func.coalesce(Person.name, Person.pseudonym)
    rows = session.execute(select(Person.id, called.label("called")).where(Person.id.in_(people)))
    return {row.id: row.called for row in rows}


def found_people(session: Session, text: str, *, limit: int, offset: int = 0) -> list[Person]:
    """People whose name or address holds `text`, the newest first; erased ones only by pseudonym."""
    wanted = select(Person).order_by(Person.created_at.desc(), Person.id.desc())
    if text:
        like = f"%{_escaped(text)}%"
        fields = (Person.name, Person.email, Person.pseudonym)
        wanted = wanted.where(or_(*(field.ilike(like, escape="\\") for field in fields)))
    return list(session.scalars(wanted.limit(limit).offset(offset)))


def found_organisations(
    session: Session,
    text: str,
    *,
    state: Verification | None = None,
    by: Actor | None = None,
    limit: int,
    offset: int = 0,
) -> list[Organisation]:
    """Organisations whose name or address holds `text`, those that `by` may see; those that wait, oldest submission
    first."""
    wanted = select(Organisation)
    if by is not None:
        wanted = wanted.where(visible_to(by))
    if state is not None:
        wanted = wanted.where(Organisation.verification == state)
    if text:
        like = f"%{_escaped(text)}%"
        fields = (Organisation.slug, *(Organisation.name[tag].astext for tag in ("en", "zh-Hant", "zh-Hans")))
        wanted = wanted.where(or_(*(field.ilike(like, escape="\\") for field in fields)))
    if state is Verification.PENDING:
        wanted = wanted.order_by(Organisation.submitted_at, Organisation.id)
    else:
        wanted = wanted.order_by(Organisation.created_at.desc(), Organisation.id.desc())
    return list(session.scalars(wanted.limit(limit).offset(offset)))


def overview(session: Session) -> Overview:
    """The counts of people who are not erased, of organisations, and of those that wait to be verified."""
    people = select(func.count()).select_from(Person).where(Person.erased_at.is_(None)).scalar_subquery()
    places = select(func.count()).select_from(Organisation).scalar_subquery()
    waiting = (
        select(func.count())
        .select_from(Organisation)
        .where(Organisation.verification == Verification.PENDING)
        .scalar_subquery()
    )
    return Overview(*session.execute(select(people, places, waiting)).one())


def sole_managerships(session: Session, person_id: UUID) -> list[Organisation]:
    """Organisations that would be left without any manager, but not without members, if this person went."""
    mine = select(Membership.organisation_id).where(Membership.person_id == person_id, Membership.role == Role.MANAGER)
    others = (
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == Organisation.id, Membership.person_id != person_id)
        .where(Person.suspended_at.is_(None), Person.erased_at.is_(None))
        .correlate(Organisation)
    )
    wanted = select(Organisation).where(
        Organisation.id.in_(mine), others.exists(), ~others.where(Membership.role == Role.MANAGER).exists()
    )
    return list(session.scalars(wanted.order_by(Organisation.slug)))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
