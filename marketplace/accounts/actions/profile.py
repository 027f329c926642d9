"""What people change about themselves, and how they leave."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, false, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.actions import sessions
from marketplace.accounts.actions.members import MANAGING, defer_end_of_feeds
from marketplace.accounts.models import (
    AnsweredRequest,
    ApiToken,
    Deputy,
    MailedLink,
    Membership,
    Organisation,
    Person,
    Role,
)
from marketplace.accounts.queries.people import sole_managerships
from marketplace.accounts.rules.profile import Profile, normal_profile
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import mail_to_address
from marketplace.values.refusal import NotFound, Refusal, Refused


def change_profile(session: Session, person_id: UUID, profile: Profile, *, now: datetime) -> None:
    """Keep another name, language, time zone, ORCID iD or telephone number."""
    kept = normal_profile(profile)
    person = _person(session, person_id)
    fields = ("name", "language", "time_zone", "orcid", "phone")
    changed = sorted(name for name in fields if getattr(person, name) != getattr(kept, name))
    if not changed:
        return
    for name in changed:
        setattr(person, name, getattr(kept, name))
    session.flush()
    details = {"fields": changed}
    record(session, Subject("person", person.id), "person.changed", now=now, by=person.id, details=details)


def erase(session: Session, person_id: UUID, *, now: datetime, by: UUID | None = None) -> str:
    """Erase a person: the row keeps its pseudonym, so that bookings and history still name somebody, and nothing else.
    Answers the pseudonym. `by` is who did it where that is not themselves.

    Refused while an organisation with other members has no other manager.
    """
    person = _person(session, person_id)
    left = sole_managerships(session, person_id)
    if left:
        raise Refused([Refusal("sole_manager", {"organisation": dict(place.name)}) for place in left])
    address, language = person.email, person.language
    sessions.end_all(session, person_id, now=now)
    session.execute(update(ApiToken).where(ApiToken.person_id == person_id).values(ended_at=now, name="", hint=""))
    session.execute(delete(AnsweredRequest).where(AnsweredRequest.person_id == person_id))
    managed = Membership.person_id == person_id, Membership.role.in_(MANAGING)
    organisations = session.scalars(select(Membership.organisation_id).where(*managed).distinct()).all()
    defer_end_of_feeds(session, organisations, person_id, now=now)
    session.execute(delete(Membership).where(Membership.person_id == person_id))
    session.execute(delete(Deputy).where(or_(Deputy.principal_id == person_id, Deputy.deputy_id == person_id)))
    session.execute(delete(MailedLink).where(or_(MailedLink.person_id == person_id, _to(address))))
    for name in ("email", "name", "password_hash", "orcid", "phone", "totp_secret", "totp_step", "calendar_secret"):
        setattr(person, name, None)
    person.recovery_codes, person.platform_role, person.erased_at = [], None, now
    session.flush()
    record(session, Subject("person", person_id), "person.erased", now=now, by=by or person_id)
    if address is not None:
        mail_to_address(session, address, "account_erased", {"path": ""}, language=language, now=now)
    return person.pseudonym


def lock_managed(session: Session, person_id: UUID) -> None:
    """Lock the organisations that somebody manages, before their own row: of two managers who leave at once by deleting
    their accounts the second sees that the first is gone."""
    mine = select(Membership.organisation_id).where(Membership.person_id == person_id, Membership.role == Role.MANAGER)
    locked = select(Organisation.id).where(Organisation.id.in_(mine)).order_by(Organisation.id)
    session.execute(locked.with_for_update(key_share=True))


def _to(address: str | None) -> ColumnElement[bool]:
    return false() if address is None else func.lower(MailedLink.email) == address.lower()


def _person(session: Session, person_id: UUID) -> Person:
    person = session.get(Person, person_id, with_for_update={"key_share": True})
    if person is None or person.erased_at is not None:
        raise NotFound("person")
    return person
