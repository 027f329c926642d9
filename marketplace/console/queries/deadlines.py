"""What is late or ends soon, for those who oversee: applications past their day, approvals and agreements that end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import Organisation, Person
from marketplace.console.queries.overview import ENDING
from marketplace.permits.models import VaultEntry, VaultState
from marketplace.terms.models import Framework, FrameworkState


@dataclass(frozen=True, slots=True)
class Ending:
    """One approval of the vault or framework agreement that ends soon. `person` owns it where no organisation does."""

    kind: str
    id: UUID
    day: dt.date
    rule_id: str | None
    title: str
    organisation: Mapping[str, str] | None
    person: str | None
    other: Mapping[str, str] | None


def ending(session: Session, *, on: dt.date, limit: int, offset: int = 0) -> list[Ending]:
    """Verified approvals and framework agreements whose last day comes within 30 days, the first to end on top."""
    found = union_all(_approvals(on), _frameworks(on)).subquery()
    rows = session.execute(select(found).order_by(found.c.day, found.c.id).limit(limit).offset(offset))
    return [Ending(*row) for row in rows]


def _approvals(on: dt.date) -> Any:
    nobody = cast(None, JSONB)
    return (
        select(
            literal("approval").label("kind"),
            VaultEntry.id.label("id"),
            VaultEntry.valid_to.label("day"),
            func.coalesce(VaultEntry.rule_id, VaultEntry.list_code).label("rule_id"),
            VaultEntry.title.label("title"),
            Organisation.name.label("organisation"),
            func.coalesce(Person.name, Person.pseudonym).label("person"),
            nobody.label("other"),
        )
        .outerjoin(Organisation, Organisation.id == VaultEntry.organisation_id)
        .outerjoin(Person, Person.id == VaultEntry.person_id)
        .where(VaultEntry.state == VaultState.VERIFIED, VaultEntry.ended_at.is_(None))
        .where(VaultEntry.valid_to.between(on, on + ENDING))
    )


def _frameworks(on: dt.date) -> Any:
    host, last = aliased(Organisation), func.coalesce(Framework.ends_on, Framework.until_day)
    nothing = cast(None, String)
    return (
        select(literal("framework"), Framework.id, last, nothing, literal(""), Organisation.name, nothing, host.name)
        .join(Organisation, Organisation.id == Framework.organisation_id)
        .join(host, host.id == Framework.host_id)
        .where(Framework.state == FrameworkState.AGREED, last.between(on, on + ENDING))
    )
