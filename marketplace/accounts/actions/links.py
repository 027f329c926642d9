"""Mailed links: drawn once, used once, forgotten when they expire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import LinkPurpose, MailedLink
from marketplace.accounts.rules.secrets import digest, new_secret
from marketplace.values.refusal import NotFound

LIVES = {
    LinkPurpose.SIGN_UP: timedelta(hours=24),
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.CHANGE_EMAIL: timedelta(hours=24),
    LinkPurpose.INVITATION: timedelta(days=14),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWish:
    """What a link is to be for."""

    purpose: LinkPurpose
    email: str
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    created_by: UUID | None = None


def draw(session: Session, wish: LinkWish, *, now: datetime) -> str:
    """A new link; answers its token, which goes into the mail and nowhere else."""
    token = new_secret()
    row = MailedLink(
        token_digest=digest(token),
        purpose=wish.purpose,
        email=wish.email,
        person_id=wish.person_id,
        organisation_id=wish.organisation_id,
        details=dict(wish.details),
        created_by=wish.created_by,
        created_at=now,
        expires_at=now + LIVES[wish.purpose],
    )
    session.add(row)
    session.flush()
    return token


def use(session: Session, token: str, purpose: LinkPurpose, *, now: datetime) -> MailedLink:
    """Use a link: of two that race one gets it. Raises `NotFound` for one that is unknown, used or too old."""
    found = session.scalars(
        update(MailedLink)
        .where(
            MailedLink.token_digest == digest(token),
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(MailedLink)
    ).one_or_none()
    if found is None:
        raise NotFound("link")
    return found


def spoil_of(session: Session, person_id: UUID, purposes: tuple[LinkPurpose, ...], *, now: datetime) -> None:
    """Make every unused link of these purposes for a person useless, to whatever address it went."""
    session.execute(
        update(MailedLink)
        .where(MailedLink.person_id == person_id, MailedLink.purpose.in_(purposes), MailedLink.used_at.is_(None))
        .values(used_at=now)
    )


def spoil(session: Session, email: str, purposes: tuple[LinkPurpose, ...], *, now: datetime) -> None:
    """Make every unused link of these purposes to an address useless."""
    session.execute(
        update(MailedLink)
        .where(func.lower(MailedLink.email) == email.lower(), MailedLink.purpose.in_(purposes))
        .where(MailedLink.used_at.is_(None))
        .values(used_at=now)
    )
