"""Organisations as others see them: who may see which, by which address, and who belongs to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, bindparam, func, or_, select, true
from sqlalchemy.orm import Session

from marketplace.accounts.models import (
    Deputy,
    FormerOrganisationSlug,
    LinkPurpose,
    MailedLink,
    Membership,
    Organisation,
    OrganisationIdentifier,
    Person,
    Role,
)
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries.actors import held_on
from marketplace.accounts.queries.standing import in_standing
from marketplace.accounts.rules.standing import facts_of
from marketplace.values.localized import LANGUAGES
from marketplace.values.refusal import JSON, NotFound


@dataclass(frozen=True, slots=True)
class Member:
    """One person of an organisation and every role of theirs."""

    person_id: UUID
    name: str
    email: str | None
    roles: frozenset[Role]
    since: datetime


@dataclass(frozen=True, slots=True)
class Mine:
    """One organisation of somebody and their roles in it."""

    organisation: Organisation
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Standing:
    """One deputy: who stands in for whom, from which day to which."""

    id: UUID
    principal_id: UUID
    principal: str
    deputy_id: UUID
    deputy: str
    starts_on: dt.date
    ends_on: dt.date


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The organisations that `actor` may see: verified ones, their own, and all for those who oversee the platform."""
    if actor.via == "system" or actor.administrator or actor.auditor:
        return true()
    own = actor.organisations()
    return or_(in_standing(), Organisation.id.in_(own)) if own else in_standing()


def organisation(session: Session, organisation_id: UUID, actor: Actor) -> Organisation:
    """One organisation that `actor` may see. Raises `NotFound`."""
    found = session.scalar(select(Organisation).where(Organisation.id == organisation_id, visible_to(actor)))
    if found is None:
        raise NotFound("organisation")
    return found


def organisation_at(session: Session, slug: str, actor: Actor) -> tuple[Organisation, bool]:
    """The organisation at an address, and whether that is its present one. Raises `NotFound`."""
    former = select(FormerOrganisationSlug.organisation_id).where(FormerOrganisationSlug.slug == slug)
    found = session.scalar(
        select(Organisation).where(
            or_(Organisation.slug == slug, Organisation.id.in_(former.scalar_subquery())), visible_to(actor)
        )
    )
    if found is None:
        raise NotFound("organisation")
    return found, found.slug == slug


def organisation_by_slug(session: Session, slug: str) -> Organisation:
    """The organisation with this address, whoever asks: for the command line. Raises `NotFound`."""
    found = session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is None:
        raise NotFound("organisation")
    return found


def identifiers_of(session: Session, organisation_id: UUID) -> list[OrganisationIdentifier]:
    """The numbers by which an organisation is known elsewhere."""
    wanted = select(OrganisationIdentifier).where(OrganisationIdentifier.organisation_id == organisation_id)
    return list(session.scalars(wanted.order_by(OrganisationIdentifier.scheme)))


def facts(session: Session, place: Organisation) -> dict[str, JSON]:
    """What an administrator looks at before they verify an organisation; `facts_digest` names it."""
    return facts_of(place, {one.scheme.value: one.value for one in identifiers_of(session, place.id)})


def organisations_of(session: Session, person_id: UUID) -> list[Mine]:
    """Every organisation in which a person holds a role, by name of address."""
    rows = session.execute(
        select(Organisation, func.array_agg(Membership.role))
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id)
        .group_by(Organisation.id)
        .order_by(Organisation.slug)
    )
    return [Mine(place, frozenset(roles)) for place, roles in rows]


def members_of(session: Session, organisation_id: UUID) -> list[Member]:
    """Everybody in an organisation, by name."""
    rows = session.execute(
        select(
            Person.id,
            func.coalesce(Person.name, Person.pseudonym).label("name"),
            Person.email,
            func.array_agg(Membership.role).label("roles"),
            func.min(Membership.since).label("since"),
        )
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id)
        .group_by(Person.id)
        .order_by("name", Person.id)
    )
    return [Member(id, name, email, frozenset(roles), since) for id, name, email, roles, since in rows]


def members_among(session: Session, organisation_id: UUID, people: Collection[UUID]) -> set[UUID]:
    """Those of some people who belong to an organisation and are neither suspended nor erased."""
    if not people:
        return set()
    rows = session.scalars(
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id, Membership.person_id.in_(people))
        .where(Person.suspended_at.is_(None), Person.erased_at.is_(None))
    )
    return set(rows)


def people_with_role(session: Session, organisation_id: UUID, roles: Collection[Role], on: datetime) -> list[UUID]:
    """Who holds one of `roles` in an organisation at the instant `on`, deputies of host managers included; suspended
    people are left out."""
    values = {"organisation": organisation_id, "roles": list(roles), "on": on}
    return list(session.scalars(_people_with_role(), values))


@cache
def _people_with_role() -> Select[tuple[UUID]]:
    # Built once: every booking asks this, and putting the statement together takes longer than running it.
    held = held_on(bindparam("on", type_=DateTime(timezone=True))).subquery("held")
    return (
        select(held.c.person_id)
        .join(Person, Person.id == held.c.person_id)
        .where(held.c.organisation_id == bindparam("organisation"))
        .where(held.c.role.in_(bindparam("roles", expanding=True)))
        .where(Person.suspended_at.is_(None), Person.erased_at.is_(None))
        .group_by(held.c.person_id)
        .order_by(held.c.person_id)
    )


def deputies_of(session: Session, organisation_id: UUID, *, today: dt.date) -> list[Standing]:
    """Deputies whose days are not over yet, the next first."""
    principal, deputy = _person("principal"), _person("deputy")
    rows = session.execute(
        select(
            Deputy.id,
            Deputy.principal_id,
            func.coalesce(principal.c.name, principal.c.pseudonym),
            Deputy.deputy_id,
            func.coalesce(deputy.c.name, deputy.c.pseudonym),
            Deputy.starts_on,
            Deputy.ends_on,
        )
        .join(principal, principal.c.id == Deputy.principal_id)
        .join(deputy, deputy.c.id == Deputy.deputy_id)
        .where(Deputy.organisation_id == organisation_id, Deputy.ends_on >= today)
        .order_by(Deputy.starts_on, Deputy.id)
    )
    return [Standing(*row) for row in rows]


def open_invitations(session: Session, organisation_id: UUID, *, now: datetime) -> list[MailedLink]:
    """Invitations that may still be accepted, the newest first."""
    return list(session.scalars(_open(now).where(MailedLink.organisation_id == organisation_id)))


def invitations_to(session: Session, person_id: UUID, *, now: datetime) -> list[tuple[MailedLink, Organisation]]:
    """Invitations to a person's own address, with the organisation that sent each."""
    wanted = (
        _open(now)
        .add_columns(Organisation)
        .join(Organisation, Organisation.id == MailedLink.organisation_id)
        .join(Person, func.lower(Person.email) == func.lower(MailedLink.email))
        .where(Person.id == person_id)
    )
    return [(link, place) for link, place in session.execute(wanted)]


def _open(now: datetime) -> Any:
    return (
        select(MailedLink)
        .where(MailedLink.purpose == LinkPurpose.INVITATION)
        .where(MailedLink.used_at.is_(None), MailedLink.expires_at > now)
        .order_by(MailedLink.created_at.desc())
    )


def _person(name: str) -> Any:
    return select(Person.id, Person.name, Person.pseudonym).subquery(name)


def organisations_called(session: Session, text: str, actor: Actor, *, limit: int = 6) -> list[Organisation]:
    """The organisations that `actor` may see by what somebody types: the address of their page or its last part, else
    their name in any language, whole before in part."""
    try:
        return [organisation_at(session, text.rstrip("/").rpartition("/")[2], actor)[0]]
    except NotFound:
        pass
    names = [Organisation.name[tag].astext for tag in LANGUAGES]
    whole = or_(*(func.lower(name) == text.lower() for name in names))
    part = or_(*(name.icontains(text, autoescape=True) for name in names))
    wanted = select(Organisation).where(visible_to(actor)).order_by(Organisation.slug).limit(limit)
    return list(session.scalars(wanted.where(whole))) or list(session.scalars(wanted.where(part)))
