"""Password and mail address: forgotten, changed, and what follows from a change."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.actions import links, sessions, tokens
from marketplace.accounts.actions.links import LinkWish
from marketplace.accounts.actions.passwords import hash_password
from marketplace.accounts.models import LinkPurpose, Person
from marketplace.accounts.rules.addresses import normal_email
from marketplace.accounts.rules.passwords import demand_good, normal_password
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import mail_to_address, tell
from marketplace.values.refusal import NotFound, Refusal, Refused


def ask_reset(session: Session, email: str, *, language: str, now: datetime) -> None:
    """Mail a link that sets a new password. An address without an account gets a mail that says so: the statements
    are the same for both, and so is the answer."""
    address = normal_email(email)
    wanted = select(Person.id).where(func.lower(Person.email) == address.lower(), Person.suspended_at.is_(None))
    known = session.scalar(wanted)
    token = links.draw(session, LinkWish(purpose=LinkPurpose.RESET, email=address, person_id=known), now=now)
    code, path = ("reset", f"reset/{token}") if known else ("reset_unknown", "sign-up")
    mail_to_address(session, address, code, {"path": path}, language=language, now=now)


def reset(session: Session, token: str, password: str, *, now: datetime) -> UUID:
    """Set a new password by a mailed link. Whoever forgot it may have lost it to somebody: every session, every API
    token and every other link ends, and the mail says how many. The second factor, where there is one, stays."""
    link = links.use(session, token, LinkPurpose.RESET, now=now)
    person = _person(session, link.person_id)
    if person.email is None or person.email.lower() != link.email.lower():
        raise NotFound("link")  # the address was changed after the mail
    ended = _set_password(session, person, password, now=now)
    stopped = tokens.end_all(session, person.id, now=now)
    record(session, Subject("person", person.id), "person.password_reset", now=now, by=person.id)
    told = {"path": "account/sessions", "sessions": ended, "tokens": stopped}
    tell(session, [person.id], "password_reset", told, now=now)
    return person.id


def change_password(session: Session, person_id: UUID, password: str, *, now: datetime) -> None:
    """Set another password; every session ends, the caller's too: it begins a new one. The old password has been
    asked before, where guesses are counted. API tokens go on working, since their programs know no password; the mail
    says how many there are."""
    person = _person(session, person_id)
    ended = _set_password(session, person, password, now=now)
    record(session, Subject("person", person.id), "person.password_changed", now=now, by=person.id)
    left = tokens.live_tokens(session, person.id, now=now)
    tell(session, [person.id], "password_changed", {"path": "account", "sessions": ended, "tokens": left}, now=now)


def renew_hash(session: Session, person_id: UUID, password: str, *, old: str) -> None:
    """Hash a password anew with today's parameters, unless it was changed meanwhile."""
    session.execute(
        update(Person)
        .where(Person.id == person_id, Person.password_hash == old)
        .values(password_hash=hash_password(normal_password(password)))
    )


def ask_email_change(session: Session, person_id: UUID, email: str, *, now: datetime) -> None:
    """Mail a link to the new address; only when it is opened does the address change. Where the address belongs to an
    account already, its owner is told so instead, and the answer is the same."""
    address = normal_email(email)
    person = _person(session, person_id)
    taken = session.scalar(select(exists().where(func.lower(Person.email) == address.lower())))
    wish = LinkWish(purpose=LinkPurpose.CHANGE_EMAIL, email=address, person_id=person.id)
    token = links.draw(session, wish, now=now)
    code, path = ("email_in_use", "sign-in") if taken else ("change_email", f"change-email/{token}")
    mail_to_address(session, address, code, {"path": path}, language=person.language, now=now)


def change_email(session: Session, token: str, *, now: datetime) -> UUID:
    """Take the new address by its link; the old one is told. Open resets to the old one end."""
    link = links.use(session, token, LinkPurpose.CHANGE_EMAIL, now=now)
    person = _person(session, link.person_id)
    old = person.email
    taken = exists().where(func.lower(Person.email) == link.email.lower(), Person.id != person.id)
    if session.scalar(select(taken)):
        raise Refused([Refusal("email_taken")])
    person.email = link.email
    session.flush()
    record(session, Subject("person", person.id), "person.email_changed", now=now, by=person.id)
    if old is not None:
        links.spoil(session, old, (LinkPurpose.RESET,), now=now)
        links.spoil_of(session, person.id, (LinkPurpose.RESET, LinkPurpose.CHANGE_EMAIL), now=now)
        mail_to_address(session, old, "email_changed", {"path": "account"}, language=person.language, now=now)
    return person.id


def _set_password(session: Session, person: Person, password: str, *, now: datetime) -> int:
    """Answers how many sessions it ended. A link to another address would be a way back in, so it goes too."""
    demand_good(password, (person.email or "", person.name or ""))
    person.password_hash = hash_password(normal_password(password))
    links.spoil_of(session, person.id, (LinkPurpose.RESET, LinkPurpose.CHANGE_EMAIL), now=now)
    return sessions.end_all(session, person.id, now=now)


def _person(session: Session, person_id: UUID | None) -> Person:
    person = session.get(Person, person_id, with_for_update={"key_share": True}) if person_id else None
    if person is None or person.erased_at is not None or person.suspended_at is not None:
        raise NotFound("person")
    return person
