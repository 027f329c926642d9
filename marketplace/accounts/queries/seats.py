"""What organisations were on a day: kind, jurisdiction, and whose they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from marketplace.accounts.models import FormerSeat, Organisation, OrganisationKind


@dataclass(frozen=True, slots=True)
class SeatThen:
    """An organisation as it was on a day."""

    kind: OrganisationKind
    jurisdiction_code: str


def seats_on(session: Session, ids: Iterable[UUID], day: date) -> dict[UUID, SeatThen]:
    """Kind and jurisdiction of organisations on a day, UTC."""
    wanted = sorted(set(ids))
    present = select(Organisation.id, Organisation.kind, Organisation.jurisdiction_code)
    former = (
        select(FormerSeat.organisation_id, FormerSeat.kind, FormerSeat.jurisdiction_code)
        .where(FormerSeat.organisation_id.in_(wanted), _later(day))
        .ext(distinct_on(FormerSeat.organisation_id))
        .order_by(FormerSeat.organisation_id, FormerSeat.until)
    )
    found = [*session.execute(present.where(Organisation.id.in_(wanted))), *session.execute(former)]
    return {id: SeatThen(kind, jurisdiction) for id, kind, jurisdiction in found}


def parents_on(session: Session, day: date) -> dict[UUID, UUID]:
    """The parent of every organisation that had one on a day, UTC."""
    present = select(Organisation.id, Organisation.parent_id).where(Organisation.parent_id.is_not(None))
    former = (
        select(FormerSeat.organisation_id.label("id"), FormerSeat.parent_id)
        .where(_later(day))
        .ext(distinct_on(FormerSeat.organisation_id))
        .order_by(FormerSeat.organisation_id, FormerSeat.until)
    )
    found = [*session.execute(present), *session.execute(former)]
    # A former seat stands in the place of the present one, also where it had no parent.
    above: dict[UUID, UUID | None] = {row.id: row.parent_id for row in found}
    return {id: parent for id, parent in above.items() if parent is not None}


def _later(day: date) -> ColumnElement[bool]:
    return cast(func.timezone("UTC", FormerSeat.until), Date) > day
