"""How well an outcome is verified, from 0 to 4, and who its sides are (reference, F1 and H S-08)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from marketplace.outcomes.models import OutcomeStatus

SILENCE: Final = timedelta(days=90)
REMINDED: Final = (timedelta(days=30), timedelta(days=60))
# What an administrator may say of the papers: a document checked, an independent register or audit.
CHECKED: Final = (3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a version: who reports it, whoever provided or used with the top of their groups, who of them
    confirmed it, whether a reader resolved its identifier, and what an administrator found in its papers."""

    reporter: UUID
    sides: Collection[UUID]
    tops: Mapping[UUID, UUID]
    confirmed: Collection[UUID] = ()
    resolved: bool = False
    checked: int = 0

    @property
    def others(self) -> frozenset[UUID]:
        """The sides outside the reporter's group: those whose word counts."""
        own = self.tops.get(self.reporter, self.reporter)
        return frozenset(side for side in self.sides if self.tops.get(side, side) != own)

    @property
    def level(self) -> int:
        """0 self-declared, 1 identifier resolves, 2 another side confirmed, 3 document checked, 4 register or audit."""
        if self.checked in CHECKED:
            return self.checked
        if self.others & set(self.confirmed):
            return 2
        return 1 if self.resolved else 0

    @property
    def fully_confirmed(self) -> bool:
        """Whether every side outside the reporter's group has confirmed."""
        return bool(self.others) and self.others <= set(self.confirmed)


def unanswered(status: OutcomeStatus, submitted_at: datetime | None, now: datetime) -> bool:
    """Whether nobody of the other sides answered within 90 days."""
    return status is OutcomeStatus.SUBMITTED and submitted_at is not None and now - submitted_at >= SILENCE


def reminder_due(submitted_at: datetime, reminded_at: datetime | None, now: datetime) -> bool:
    """Whether the other sides are due a reminder: once after 30 days, once more after 60, then no more."""
    due = [submitted_at + wait for wait in REMINDED if submitted_at + wait <= now]
    return bool(due) and (reminded_at is None or reminded_at < due[-1])
