"""Approvals that were not asked for again, counted from the uses of the vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from marketplace.permits.models import UseEffect, VaultUse
from marketplace.permits.queries.vault import HERE


@dataclass(frozen=True, slots=True)
class Avoided:
    """How many bookings of a month did without an approval under a rule, because one was held already."""

    month: str
    rule_id: str
    approvals: int
    # On what basis: same_rule:BIO-08@2 and the like, each once.
    bases: tuple[str, ...] = ()


def approvals_not_asked_again(session: Session, first: date, last: date) -> Sequence[Avoided]:
    """Each month and rule from one day to another, both included, by the day on which the use was noted (formula
    vault_uses with effect `replaces` that have not ended, one for each entry, booking and rule).

    A use that ended (the entry was revoked, the plan changed) does not count: the approval was asked for after all.
    """
    noted = func.timezone(HERE.key, VaultUse.noted_at)
    month = func.to_char(noted, "YYYY-MM").label("month")
    counted = VaultUse.effect == UseEffect.REPLACES, VaultUse.ended_at.is_(None)
    rows = session.execute(
        select(
            month,
            VaultUse.rule_id,
            func.count().label("approvals"),
            func.array_agg(VaultUse.basis.distinct()).label("bases"),
        )
        .where(cast(noted, Date).between(first, last), *counted)
        .group_by(month, VaultUse.rule_id)
        .order_by(month, VaultUse.rule_id)
    )
    return [Avoided(row.month, row.rule_id, row.approvals, tuple(sorted(row.bases))) for row in rows]
