"""Approvals that somebody holds, as they enter them, and an officer of an agency that issues some."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.permits.actions.vault import enter, verify
from marketplace.permits.models import VaultEntry, VaultKind
from marketplace.permits.rules.vault import NewEntry
from tests.cast import Cast, actor_of

ISSUER = "AGY-HK-DH"


def permit(organisation_id: UUID, **fields: Any) -> NewEntry:
    """A permit for infectious agents of an organisation (rule BIO-08), issued by Cheng's agency."""
    usual: dict[str, Any] = {
        "kind": VaultKind.PERMIT,
        "organisation_id": organisation_id,
        "rule_id": "BIO-08",
        "number": "DH/2026/17",
        "issuer_code": ISSUER,
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
    }
    return NewEntry(**usual | fields)


def card(person_id: UUID, **fields: Any) -> NewEntry:
    """A five-year travel card of a person (rule PPL-06)."""
    usual: dict[str, Any] = {"organisation_id": None, "person_id": person_id, "rule_id": "PPL-06"}
    return replace(permit(person_id), **usual | fields)


def seat_cheng(session: Session, cast: Cast) -> None:
    """Make Cheng's organisation the agency that issues those permits."""
    cast.agency.agency_code = ISSUER
    session.flush()


def entered(session: Session, cast: Cast, *, now: datetime, **fields: Any) -> VaultEntry:
    """Bo's firm's permit, not verified."""
    return enter(session, permit(cast.firm.id, **fields), now=now, by=actor_of(session, cast.bo, now=now))


def verified(session: Session, cast: Cast, *, now: datetime, **fields: Any) -> VaultEntry:
    """The same, verified by Dee."""
    row = entered(session, cast, now=now, **fields)
    return verify(session, row.id, now=now, by=actor_of(session, cast.dee, now=now))
