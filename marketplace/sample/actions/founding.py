"""The sample organisations and the people in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.actions.passwords import hash_password
from marketplace.accounts.models import (
    Control,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    PlatformRole,
    Role,
    Verification,
)
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries import actor_for_person
from marketplace.accounts.rules.secrets import new_pseudonym
from marketplace.database import new_id
from marketplace.history.actions import Event, Subject, record_many
from marketplace.sample import sheets
from marketplace.sample.accounts import Account, SampleAccounts, new_password
from marketplace.values.refusal import NotFound
from marketplace.values.slugs import slug_of

CAST = {
    "ada": "researcher of a Hong Kong university",
    "bo": "host manager of a Shenzhen firm",
    "cheng": "agency officer",
    "dee": "administrator",
    "eve": "stranger: a firm of her own",
}
TIME_ZONES = {"HK": "Asia/Hong_Kong", "MO": "Asia/Macau", "CN-GD": "Asia/Shanghai"}


@dataclass(frozen=True, slots=True)
class Founded:
    """Who and what there is: ids by the keys of the text files, and the cast's accounts."""

    organisations: Mapping[str, UUID]
    people: Mapping[str, UUID]
    accounts: SampleAccounts


def is_loaded(session: Session) -> bool:
    """Whether the small set stands in this database."""
    return session.scalar(select(Person.id).where(Person.email == _email("ada"), Person.sample)) is not None


def found(session: Session, *, now: datetime) -> Founded:
    """Write organisations, verified, and their members; nobody but the cast has a password."""
    organisations = {key: _organisation(sheet, now) for key, sheet in sheets.organisations().items()}
    session.add_all(organisations.values())
    session.flush()
    passwords = {key: new_password() for key in CAST}
    people = {key: _person(sheet, passwords.get(key), now) for key, sheet in sheets.people().items()}
    session.add_all(people.values())
    session.flush()
    ids = {key: row.id for key, row in organisations.items()}
    for key, sheet in sheets.people().items():
        for role in sheet.get("roles", ()):
            where = ids[sheet["organisation"]]
            session.add(Membership(person_id=people[key].id, organisation_id=where, role=Role(role), since=now))
    session.flush()
    record_many(session, _events(ids), now=now, by=None, fresh=True)
    accounts = SampleAccounts(tuple(Account(_email(key), passwords[key], CAST[key]) for key in CAST))
    return Founded(ids, {key: row.id for key, row in people.items()}, accounts)


def renew_passwords(session: Session) -> SampleAccounts:
    """Draw new passwords for the cast, where the file with the old ones is lost."""
    accounts = []
    for key, role in CAST.items():
        password = new_password()
        person = session.scalars(select(Person).where(Person.email == _email(key), Person.sample)).one()
        person.password_hash = hash_password(password)
        accounts.append(Account(_email(key), password, role))
    return SampleAccounts(tuple(accounts))


def actor(session: Session, person_id: UUID, *, now: datetime) -> Actor:
    """A sample person as the policy sees them."""
    known = actor_for_person(session, person_id, now=now)
    if known is None:
        raise NotFound("person")
    return known


def _organisation(sheet: sheets.Sheet, now: datetime) -> Organisation:
    id, name = new_id(), sheets.localized(sheet["name"])
    return Organisation(
        id=id,
        slug=slug_of(name, id),
        name=name,
        about=sheets.localized(sheet["about"]),
        kind=OrganisationKind(sheet["kind"]),
        jurisdiction_code=sheet["jurisdiction"],
        city=sheet["city"],
        zone_code=sheet.get("zone"),
        agency_code=sheet.get("agency"),
        control=Control(sheet["control"]),
        verification=Verification.VERIFIED,
        verified_at=now,
        submitted_at=now,
        sample=True,
        created_at=now,
    )


def _person(sheet: sheets.Sheet, password: str | None, now: datetime) -> Person:
    where = sheets.organisations().get(sheet.get("organisation", ""), {})
    return Person(
        id=new_id(),
        email=sheet["email"],
        name=sheet["name"],
        pseudonym=new_pseudonym(),
        password_hash=hash_password(password) if password else None,
        language=sheet["language"],
        time_zone=TIME_ZONES[where.get("jurisdiction", "HK")],
        platform_role=PlatformRole(sheet["platform_role"]) if "platform_role" in sheet else None,
        recovery_codes=[],
        consent_version="sample",
        consent_at=now,
        sample=True,
        created_at=now,
    )


def _events(organisations: Mapping[str, UUID]) -> Iterator[Event]:
    details: dict[str, Any] = {"sample": True}
    for id in organisations.values():
        subject = Subject("organisation", id)
        yield Event(subject=subject, verb="organisation.created", details=details)
        yield Event(subject=subject, verb="organisation.verified", details=details)


def _email(key: str) -> str:
    return str(sheets.people()[key]["email"])
