"""The second factor of a person: set up, spent code by code, given up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, update
from sqlalchemy.orm import Session

from marketplace.accounts.actions.sealing import Unsealable, seal, unseal
from marketplace.accounts.models import Person
from marketplace.accounts.rules.second_factor import matching_step, recovery_digest
from marketplace.accounts.rules.secrets import new_recovery_code
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import tell
from marketplace.values.refusal import Invalid, NotFound

RECOVERY_CODES = 10


def enable(session: Session, person_id: UUID, secret: str, code: str, *, key: str, now: datetime) -> list[str]:
    """Ask for a second factor from now on: `code` proves that `secret` reached the application. Answers the recovery
    codes, to be shown once. Raises `Invalid` for a wrong code."""
    person = _person(session, person_id)
    step = matching_step(secret, code, now=now, used=None)
    if step is None:
        raise Invalid.one("code", "code_wrong")
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    person.totp_secret = seal(secret, key=key)
    person.totp_step = step
    person.recovery_codes = [recovery_digest(one) for one in codes]
    _tell(session, person, "second_factor_on", now=now)
    return codes


def disable(session: Session, person_id: UUID, *, now: datetime) -> None:
    """Ask for the password alone from now on."""
    person = _person(session, person_id)
    if person.totp_secret is None:
        return
    person.totp_secret, person.totp_step, person.recovery_codes = None, None, []
    _tell(session, person, "second_factor_off", now=now)


def renew_recovery_codes(session: Session, person_id: UUID, *, now: datetime) -> list[str]:
    """Ten new recovery codes in place of those left."""
    person = _person(session, person_id)
    if person.totp_secret is None:
        raise NotFound("second_factor")
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    person.recovery_codes = [recovery_digest(one) for one in codes]
    record(session, Subject("person", person.id), "person.recovery_codes_renewed", now=now, by=person.id)
    return codes


def spend(session: Session, person_id: UUID, code: str, *, key: str, now: datetime) -> str | None:
    """Spend a code: answers the method it proves (`totp`, `recovery_code`), None for a wrong or used one.

    Its own unit of work: of two requests with the same code one gets it, whatever becomes of either afterwards.
    """
    person = session.get(Person, person_id)
    if person is None or person.totp_secret is None:
        return None
    secret = _opened(person.totp_secret, key)
    step = matching_step(secret, code, now=now, used=person.totp_step) if secret else None
    if step is not None:
        unused = or_(Person.totp_step.is_(None), Person.totp_step < step)
        taken = update(Person).where(Person.id == person_id, unused).values(totp_step=step)
        return "totp" if session.execute(taken.returning(Person.id)).first() else None
    spent = recovery_digest(code)
    taken = (
        update(Person)
        .where(Person.id == person_id, Person.recovery_codes.contains([spent]))
        .values(recovery_codes=func.array_remove(Person.recovery_codes, spent))
    )
    return "recovery_code" if session.execute(taken.returning(Person.id)).first() else None


def _opened(sealed: str, key: str) -> str | None:
    """The secret; None where the deployment's key is another one now, so that only recovery codes are left."""
    try:
        return unseal(sealed, key=key)
    except Unsealable:
        return None


def _tell(session: Session, person: Person, code: str, *, now: datetime) -> None:
    session.flush()
    record(session, Subject("person", person.id), f"person.{code}", now=now, by=person.id)
    tell(session, [person.id], code, {"path": "account/second-factor"}, now=now)


def _person(session: Session, person_id: UUID) -> Person:
    person = session.get(Person, person_id, with_for_update={"key_share": True})
    if person is None:
        raise NotFound("person")
    return person
