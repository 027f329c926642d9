"""Changing a setting of the platform: with a reason, on top of the value that was seen, and written down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.platform.models import PlatformSetting
from marketplace.platform.queries import CACHE
from marketplace.platform.rules import Setting, checked
from marketplace.values.reasons import reason_given
from marketplace.values.refusal import Refusal, Refused


def change(
    session: Session, one: Setting, value: object, *, seen: int, reason: str, now: datetime, by: UUID
) -> PlatformSetting:
    """Put a value in the place of the one whose version was `seen` (0: the default). Refused where somebody else was
    faster; nothing is written where it is the same."""
    wanted, given = checked(one, value), reason_given(reason)
    if seen == 0 and wanted == one.default:
        return _still_default(session, one, now=now, by=by)
    row, before = _locked(session, one, seen, now=now, by=by)
    if row.value == wanted and before == wanted:
        return row
    row.value, row.version, row.changed_at, row.changed_by = wanted, seen + 1, now, by
    session.flush()
    session.info.pop(CACHE, None)
    details = {"key": one.key, "before": before, "after": wanted}
    subject = Subject("setting", row.subject_id)
    record(session, subject, "setting.changed", now=now, by=by, details=details, text={"reason": given})
    return row


def _still_default(session: Session, one: Setting, *, now: datetime, by: UUID) -> PlatformSetting:
    """The default saved as it was, kept nowhere; refused where somebody has changed it meanwhile."""
    if session.get(PlatformSetting, one.key) is not None:
        raise Refused([Refusal("setting_changed")])
    return PlatformSetting(key=one.key, value=one.default, version=0, changed_at=now, changed_by=by)


def _locked(session: Session, one: Setting, seen: int, *, now: datetime, by: UUID) -> tuple[PlatformSetting, int | str]:
    """The row, made where nobody changed it yet: of two who come first, one is told that the other was faster."""
    values = {"key": one.key, "value": one.default, "version": 1, "subject_id": new_id(), "changed_at": now}
    first = insert(PlatformSetting).values(**values, changed_by=by).on_conflict_do_nothing().returning(PlatformSetting)
    made = session.scalars(first).first() if seen == 0 else None
    if made is not None:
        return made, one.default
    row = session.scalar(select(PlatformSetting).where(PlatformSetting.key == one.key).with_for_update())
    if row is None or row.version != seen:
        raise Refused([Refusal("setting_changed")])
    return row, row.value
