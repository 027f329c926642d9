"""Sign-in sessions: begun with a fresh token, ended one by one or all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, SignInSession
from marketplace.accounts.rules.secrets import digest, new_secret
from marketplace.values.refusal import NotFound, Refusal, Refused


@dataclass(frozen=True, slots=True)
class Proof:
    """How somebody proved who they are (password, totp, recovery_code, link), and in which browser."""

    methods: Sequence[str]
    browser: str


def begin(session: Session, person_id: UUID, proof: Proof, *, now: datetime) -> str:
    """A new sign-in session; answers its token, which is kept nowhere. Refuses a suspended person."""
    person = session.get(Person, person_id, with_for_update={"key_share": True})
    if person is None or person.erased_at is not None:
        raise NotFound("person")
    if person.suspended_at is not None:
        raise Refused([Refusal("person_suspended")])
    token = new_secret()
    session.add(
        SignInSession(
            token_digest=digest(token),
            person_id=person_id,
            created_at=now,
            last_seen_at=now,
            methods=list(proof.methods),
            browser=proof.browser,
        )
    )
    session.flush()
    return token


def end(session: Session, session_id: UUID, *, now: datetime, by: UUID) -> None:
    """End one session of the person `by`; somebody else's is not found."""
    ended = session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.person_id == by, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(SignInSession.id)
    ).first()
    if ended is None:
        raise NotFound("session")


def end_all(session: Session, person_id: UUID, *, now: datetime, but: UUID | None = None) -> int:
    """End every live session of a person, `but` one if named; answers how many."""
    ended = update(SignInSession).where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
    if but is not None:
        ended = ended.where(SignInSession.id != but)
    return len(session.execute(ended.values(ended_at=now).returning(SignInSession.id)).all())
