"""Noting that a way in was used: at most now and then, because every request passes here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.accounts.models import ApiToken, SignInSession
from marketplace.accounts.queries import SignIn, TokenUse

# The idle limit is counted in days: ten minutes more or less decide nothing and spare a write per request.
VISIT = timedelta(minutes=10)


def visit_is_due(signed_in: SignIn, *, now: datetime) -> bool:
    """Whether the session's last use is old enough to be written anew."""
    return now - signed_in.last_seen_at >= VISIT


def use_is_due(token: TokenUse, *, now: datetime) -> bool:
    """Whether this is the token's first use today (UTC)."""
    return token.last_used_on != now.astimezone(UTC).date()


def note_visit(session: Session, sign_in_id: UUID, *, now: datetime) -> None:
    """Keep when a sign-in session was last used; it ends when it has not been for the idle limit."""
    session.execute(update(SignInSession).where(SignInSession.id == sign_in_id).values(last_seen_at=now))


def note_use(session: Session, token_id: UUID, *, now: datetime) -> None:
    """Keep the day (UTC) on which a token was last used, for its owner's list."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_on=now.astimezone(UTC).date()))
