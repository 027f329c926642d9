"""Correcting a calendar: one day with its reason, or a whole year confirmed by the official notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.history.actions import Subject, record
from marketplace.jurisdictions.models import Calendar, CalendarDay, CalendarYear, DayKind
from marketplace.values.localized import clean_text, normalise
from marketplace.values.refusal import JSON, Invalid, NotFound

EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True, slots=True)
class DayOverride:
    """What an administrator says of one day: off or worked, why, and which notice says so (none: provisional)."""

    calendar: str
    day: date
    kind: DayKind
    name: dict[str, JSON]
    note: str
    notice: str = ""


def subject_of(calendar: str) -> Subject:
    """The history of a calendar: its code stands for an id."""
    return Subject("calendar", uuid5(NAMESPACE_URL, f"calendar:{calendar}"))


def override_day(session: Session, override: DayOverride, *, now: datetime, by: UUID) -> CalendarDay:
    """Say of one day that it is off or worked. Raises NotFound for the calendar, Invalid for the texts."""
    _locked(session, override.calendar)
    _demand_year(override.day.year)
    note = _demanded(override.note, "note")
    notice = clean_text(override.notice, 500, field="notice")
    name = normalise(override.name, field="name", max_length=120)
    day = session.get(CalendarDay, (override.calendar, override.day))
    before = None if day is None else day.kind.value
    if day is None:
        day = CalendarDay(calendar_code=override.calendar, day=override.day)
        session.add(day)
    day.kind, day.name, day.entered_by = override.kind, name, by
    day.source, day.official = notice or note, bool(notice)
    _ensure_year(session, override.calendar, override.day.year, now=now)
    details = {"day": override.day.isoformat(), "kind": override.kind.value, "before": before}
    texts = {"note": note, "notice": notice}
    record(session, subject_of(override.calendar), "calendar.day_changed", now=now, by=by, details=details, text=texts)
    return day


def confirm_year(
    session: Session, calendar: str, year: int, *, notice: str, note: str, now: datetime, by: UUID
) -> None:
    """State that the year's days are those of the official notice; dates counted in it are provisional no longer."""
    _locked(session, calendar)
    _demand_year(year)
    named = _demanded(notice, "notice")
    row = _ensure_year(session, calendar, year, now=now)
    row.official_notice, row.note = named, clean_text(note, 500, field="note") or None
    row.entered_by, row.entered_at = by, now
    inside = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    session.execute(update(CalendarDay).where(CalendarDay.calendar_code == calendar, inside).values(official=True))
    texts = {"note": note, "notice": named}
    record(session, subject_of(calendar), "calendar.year_confirmed", now=now, by=by, details={"year": year}, text=texts)


def _locked(session: Session, code: str) -> Calendar:
    row = session.get(Calendar, code, with_for_update={"key_share": True})
    if row is None:
        raise NotFound(code)
    return row


def _ensure_year(session: Session, calendar: str, year: int, *, now: datetime) -> CalendarYear:
    row = session.get(CalendarYear, (calendar, year))
    if row is None:
        row = CalendarYear(calendar_code=calendar, year=year, entered_at=now)
        session.add(row)
    session.flush()
    return row


def _demand_year(year: int) -> None:
    if not EARLIEST <= year <= LATEST:
        raise Invalid.one("day", "year_range", first=EARLIEST, last=LATEST)


def _demanded(text: str, field: str) -> str:
    cleaned = clean_text(text, 500, field=field)
    if not cleaned:
        raise Invalid.one(field, "required")
    return cleaned
