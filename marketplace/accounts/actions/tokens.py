"""API tokens: shown once, scoped, expiring, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import ApiToken, Person, PlatformRole, TokenScope
from marketplace.accounts.rules.secrets import digest, new_api_token
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import tell
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid, NotFound, Refusal, demand

LIFETIMES = (7, 30, 90, 365)
MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWish:
    """A token somebody wants: its name tells its owner later what it was for."""

    name: str
    scope: TokenScope
    days: int


def issue(session: Session, person_id: UUID, wish: TokenWish, *, now: datetime) -> str:
    """A new token of a person; answers its text, which is kept nowhere. Only administrators get the scope admin."""
    person = session.get(Person, person_id, with_for_update={"key_share": True})
    if person is None or person.erased_at is not None or person.suspended_at is not None:
        raise NotFound("person")
    name = clean_text(wish.name, 80, field="name")
    if not name:
        raise Invalid.one("name", "required")
    if wish.days not in LIFETIMES:
        raise Invalid.one("days", "lifetime")
    demand(_refusals(session, person, wish, now=now))
    text = new_api_token()
    row = ApiToken(
        token_digest=digest(text),
        hint=text[-4:],
        person_id=person.id,
        name=name,
        scope=wish.scope,
        created_at=now,
        expires_at=now + timedelta(days=wish.days),
    )
    session.add(row)
    session.flush()
    details = {"token": row.id, "scope": wish.scope, "expires_at": row.expires_at}
    record(session, Subject("person", person.id), "person.token_issued", now=now, by=person.id, details=details)
    tell(session, [person.id], "token_issued", {"path": "account/tokens", "name": name}, now=now)
    return text


def end(session: Session, token_id: UUID, *, now: datetime, by: UUID) -> None:
    """End one token of the person `by` at once; somebody else's is not found."""
    ended = session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.person_id == by, ApiToken.ended_at.is_(None))
        .values(ended_at=now)
        .returning(ApiToken.id)
    ).first()
    if ended is None:
        raise NotFound("token")
    record(session, Subject("person", by), "person.token_ended", now=now, by=by, details={"token": token_id})


def end_all(session: Session, person_id: UUID, *, now: datetime) -> int:
    """End every live token of a person; answers how many."""
    live = (ApiToken.person_id == person_id, ApiToken.ended_at.is_(None), ApiToken.expires_at > now)
    return len(session.execute(update(ApiToken).where(*live).values(ended_at=now).returning(ApiToken.id)).all())


def live_tokens(session: Session, person_id: UUID, *, now: datetime) -> int:
    """How many tokens of a person still work."""
    live = (ApiToken.person_id == person_id, ApiToken.ended_at.is_(None), ApiToken.expires_at > now)
    return session.scalar(select(func.count()).where(*live)) or 0


def _refusals(session: Session, person: Person, wish: TokenWish, *, now: datetime) -> list[Refusal]:
    found = []
    if wish.scope is TokenScope.ADMIN and person.platform_role is not PlatformRole.ADMINISTRATOR:
        found.append(Refusal("scope_needs_administrator"))
    if live_tokens(session, person.id, now=now) >= MOST:
        found.append(Refusal("too_many_tokens", {"most": MOST}))
    return found
