"""Who may stand in for a host manager, and for how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from marketplace.accounts.models import Role
from marketplace.values.refusal import Refusal

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class DeputyWish:
    """Somebody is to stand in for a host manager from the first day to the last, both included."""

    organisation_id: UUID
    principal_id: UUID
    deputy_id: UUID
    starts_on: dt.date
    ends_on: dt.date


def deputy_refusals(
    wish: DeputyWish,
    *,
    principal: frozenset[Role],
    deputy: frozenset[Role],
    today: dt.date,
    others: list[tuple[dt.date, dt.date]],
) -> Iterator[Refusal]:
    """Every reason against a deputy: `principal` and `deputy` are the roles held, `others` the pair's other days."""
    if Role.HOST_MANAGER not in principal:
        yield Refusal("deputy_principal", {})
    if not deputy:
        yield Refusal("deputy_stranger", {})
    if wish.principal_id == wish.deputy_id:
        yield Refusal("deputy_self", {})
    if wish.ends_on < wish.starts_on:
        yield Refusal("deputy_days", {})
    elif wish.ends_on < today:
        yield Refusal("deputy_past", {})
    elif (wish.ends_on - wish.starts_on).days >= LONGEST_DAYS:
        yield Refusal("deputy_long", {"days": LONGEST_DAYS})
    if any(starts <= wish.ends_on and wish.starts_on <= ends for starts, ends in others):
        yield Refusal("deputy_twice", {})
