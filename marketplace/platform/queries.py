"""The value of a setting: read once per session, whoever asks how often; and all of them for those who oversee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.platform.models import PlatformSetting
from marketplace.platform.rules import REGISTRY, MailAddress, Setting, WholeNumber

# A session lasts as long as a request or a unit of work: what was read at its beginning holds for all of it.
CACHE: Final = "platform_settings"


@dataclass(frozen=True, slots=True)
class Standing:
    """One setting with the value that holds; version 0 while nobody changed it."""

    setting: Setting
    value: int | str
    version: int
    subject_id: UUID | None
    changed_at: datetime | None
    changed_by: UUID | None


def number(session: Session, one: WholeNumber) -> int:
    """What a setting that counts says now."""
    return int(_values(session).get(one.key, one.default))


def address(session: Session, one: MailAddress) -> str:
    """What a setting that is an address says now; empty where there is none."""
    return str(_values(session).get(one.key, one.default))


def standings(session: Session) -> list[Standing]:
    """Every setting in the order of the registry."""
    rows = {row.key: row for row in session.scalars(select(PlatformSetting))}
    return [_standing(one, rows.get(key)) for key, one in REGISTRY.items()]


def standing(session: Session, one: Setting) -> Standing:
    """One setting with the value that holds."""
    return _standing(one, session.scalar(select(PlatformSetting).where(PlatformSetting.key == one.key)))


def _standing(one: Setting, row: PlatformSetting | None) -> Standing:
    if row is None:
        return Standing(one, one.default, 0, None, None, None)
    return Standing(one, row.value, row.version, row.subject_id, row.changed_at, row.changed_by)


def _values(session: Session) -> dict[str, int | str]:
    if CACHE not in session.info:
        rows = session.execute(select(PlatformSetting.key, PlatformSetting.value))
        session.info[CACHE] = {row.key: row.value for row in rows}
    found: dict[str, int | str] = session.info[CACHE]
    return found
