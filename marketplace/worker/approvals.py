"""What the clock does to approvals of the vault: owners are warned, and ends are noticed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from marketplace.permits.actions.vault_ending import end_due, warn_of_ends
from marketplace.worker.registry import every

HOUR: Final = 3600


@every(HOUR, "vault.warn_of_ends")
def warn(session: Session, now: datetime) -> int:
    """Warn the owners of what ends soon; most hours there is nobody to warn."""
    return warn_of_ends(session, now=now)


@every(300, "vault.end_due")
def end(session: Session, now: datetime) -> int:
    """Notice what is over, so that bookings which lean on it are looked at again."""
    return end_due(session, now=now)
