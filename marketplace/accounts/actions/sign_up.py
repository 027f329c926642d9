"""Becoming a person here: a mailed link first, an account only when it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.actions import links
from marketplace.accounts.actions.links import LinkWish
from marketplace.accounts.actions.passwords import hash_password
from marketplace.accounts.models import LinkPurpose, Person
from marketplace.accounts.rules.addresses import normal_email
from marketplace.accounts.rules.passwords import demand_good, normal_password
from marketplace.accounts.rules.profile import Profile, normal_profile
from marketplace.accounts.rules.secrets import new_pseudonym
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import mail_to_address
from marketplace.values.refusal import Refusal, Refused

CONSENT_VERSION = "2026-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Who somebody says they are when they open their link."""

    profile: Profile
    password: str
    consented: bool = False


def ask(session: Session, email: str, *, language: str, now: datetime) -> None:
    """Mail a link to an address that wants an account. The same is done for an address that has one already,
    with another mail that says so and lets its owner in: neither answer nor time tells the two apart."""
    address = normal_email(email)
    known = session.scalar(select(Person.id).where(func.lower(Person.email) == address.lower()))
    purpose = LinkPurpose.RESET if known else LinkPurpose.SIGN_UP
    details = {"consent_version": CONSENT_VERSION, "consent_at": now.isoformat()}
    token = links.draw(session, LinkWish(purpose=purpose, email=address, person_id=known, details=details), now=now)
    code, path = ("sign_up_known", f"reset/{token}") if known else ("sign_up", f"sign-up/{token}")
    mail_to_address(session, address, code, {"path": path}, language=language, now=now)


def finish(session: Session, token: str, new: NewPerson, *, now: datetime) -> UUID:
    """Open the link of a sign-up: the person is created, with the consent they gave when they asked for it."""
    link = links.use(session, token, LinkPurpose.SIGN_UP, now=now)
    given = datetime.fromisoformat(link.details["consent_at"])
    person_id = create(session, link.email, new, now=now, consent_at=given)
    links.spoil(session, link.email, (LinkPurpose.SIGN_UP,), now=now)
    return person_id


def create(session: Session, email: str, new: NewPerson, *, now: datetime, consent_at: datetime | None = None) -> UUID:
    """A person with an address that has been proven (by a link) or is vouched for (by whoever runs the server)."""
    profile = normal_profile(new.profile)
    demand_good(new.password, (email, profile.name))
    values = {
        "id": new_id(),
        "email": normal_email(email),
        "name": profile.name,
        "pseudonym": new_pseudonym(),
        "password_hash": hash_password(normal_password(new.password)),
        "language": profile.language,
        "time_zone": profile.time_zone,
        "orcid": profile.orcid,
        "phone": profile.phone,
        "recovery_codes": [],
        "consent_version": CONSENT_VERSION if consent_at else None,
        "consent_at": consent_at,
        "sample": False,
        "created_at": now,
    }
    # Two links of one address may be opened at once: the unique index decides, not a look beforehand.
    made: UUID | None = session.scalar(insert(Person).values(values).on_conflict_do_nothing().returning(Person.id))
    if made is None:
        raise Refused([Refusal("email_taken")])
    details = {"consent_version": values["consent_version"]}
    record(session, Subject("person", made), "person.signed_up", now=now, by=made, details=details, fresh=True)
    return made
