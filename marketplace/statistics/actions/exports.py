"""The log of exports: what leaves is written down before it does, and what came out afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.database import new_id
from marketplace.statistics.models import ExportFormat, UsageExport
from marketplace.statistics.queries.exports import as_of
from marketplace.statistics.queries.reach import reach_of
from marketplace.statistics.rules.reach import LONGEST_PURPOSE, Reach, check
from marketplace.statistics.rules.wishes import Wish
from marketplace.values.localized import clean_text


@dataclass(frozen=True, slots=True)
class Order:
    """Rows that shall leave: which, as what, by which way, and what people's data in them are needed for."""

    wish: Wish
    format: ExportFormat
    via: str
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out."""

    rows: int
    size: int
    digest: str


def begin_export(session: Session, order: Order, *, now: datetime, by: Actor) -> tuple[UsageExport, Reach]:
    """Write down that rows leave, and which of them whoever asks may see. Raises NotFound, Invalid."""
    wish, reach = order.wish, reach_of(session, by)
    purpose = clean_text(order.purpose or "", LONGEST_PURPOSE, field="purpose") or None
    check(wish, reach, purpose)
    row = UsageExport(
        id=new_id(),
        asked_at=now,
        asked_by=by.person_id,
        via=order.via,
        first_day=wish.first,
        last_day=wish.last,
        group_by=wish.grouping.split(","),
        filters={name: list(values) for name, values in wish.filters.items()},
        columns=list(wish.columns),
        personal_columns=list(wish.personal),
        reach=reach.as_json(),
        format=order.format,
        purpose=purpose,
        as_of=as_of(session, now) if wish.shape == "groups" else now,
    )
    session.add(row)
    session.flush()
    return row, reach


def finish_export(session: Session, export_id: UUID, found: Outcome, *, now: datetime) -> None:
    """Write down what came out: only of one that went to its end."""
    row = session.get_one(UsageExport, export_id, with_for_update=True)
    if row.finished_at is None:
        row.row_count, row.byte_count, row.digest, row.finished_at = found.rows, found.size, found.digest, now
        session.flush()
