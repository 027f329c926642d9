"""Putting down what was used, and correcting sessions: a new row takes the place of the old, which stays as history."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.availability.actions.claims import lock_unit
from marketplace.availability.queries import host_of
from marketplace.bookings.actions.loading import loaded
from marketplace.bookings.actions.telling import tell_both
from marketplace.bookings.rules.requests import LONGEST_REASON
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.operations.actions.ends import MEASURE, note_difference
from marketplace.operations.actions.keeping import replaced
from marketplace.operations.models import Source, UseSession
from marketplace.operations.rules.details import (
    LONGEST_CONSUMABLES,
    Correction,
    Details,
    correction_errors,
    detail_errors,
)
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid, NotFound, Refusal, Refused, StateForbids


def describe(session: Session, session_id: UUID, details: Details, *, now: datetime, by: Actor) -> UseSession:
    """Put down what was used: by whose use it was, or by the host's staff. Raises Invalid."""
    use = _standing(session, session_id, "session.describe", by=by)
    given = checked(details)
    changed = {name: value for name, value in given.items() if getattr(use, name) != value}
    if not changed:
        return use
    row = replaced(session, use, now=now, by=by.person_id, **changed)
    _record(session, row, "session_described", now=now, by=by, details={"told": sorted(changed)})
    return row


def correct(
    session: Session, session_id: UUID, wanted: Correction, reason: str, *, now: datetime, by: Actor
) -> UseSession:
    """The host says how it really was, and why; both sides are told. Raises Invalid, or Refused where the time is
    another session's."""
    use = _standing(session, session_id, "session.correct", by=by)
    if use.checked_out_at is None:
        raise StateForbids("in_use", "correct")
    why = clean_text(reason, LONGEST_REASON, field="reason", multiline=True)
    if errors := list(correction_errors(wanted, now)):
        raise Invalid(errors)
    if not why:
        raise Invalid.one("reason", "required")
    _demand_free(session, use, wanted)
    changed = _changed(use, wanted, by)
    if not changed:
        return use
    before = {"began": use.checked_in_at.isoformat(), "ended": use.checked_out_at.isoformat()}
    row = replaced(session, use, now=now, by=by.person_id, reason=why, **changed)
    note_difference(session, use, row)
    told = before | {"now_began": wanted.began.isoformat(), "now_ended": wanted.ended.isoformat()}
    _record(session, row, "session_corrected", now=now, by=by, details=told, text={"reason": why})
    if row.booking_id is not None:
        found = loaded(session, row.booking_id)
        tell_both(
            session, found.booking, found.around, "session_corrected", now=now, said_by=by.person_id, reason=why, **told
        )
    defer(session, MEASURE, {"session": str(row.id)}, now=now)
    return row


def checked(details: Details) -> dict[str, Any]:
    """What was said, cleaned. Raises Invalid."""
    if errors := list(detail_errors(details)):
        raise Invalid(errors)
    given: dict[str, Any] = details.given()
    if "consumables" in given:
        text = clean_text(given["consumables"], LONGEST_CONSUMABLES, field="consumables", multiline=True)
        given["consumables"] = text or None
    return given


def _standing(session: Session, session_id: UUID, verb: str, *, by: Actor) -> UseSession:
    """The row of a session that stands, under its unit's lock; any of its rows names it."""
    named = session.get(UseSession, session_id)
    if named is None:
        raise NotFound("session")
    _, host = host_of(session, named.unit_id)
    demand(by, verb, owner=named.person_id, organisation=named.organisation_id, host=host)
    lock_unit(session, named.unit_id)
    chosen = select(UseSession).where(UseSession.line_id == named.line_id, UseSession.superseded_at.is_(None))
    found = session.scalar(chosen.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("session")
    return found


def _demand_free(session: Session, use: UseSession, wanted: Correction) -> None:
    stretch = func.tstzrange(UseSession.checked_in_at, UseSession.checked_out_at, "[)")
    there = select(UseSession.id).where(
        UseSession.unit_id == use.unit_id,
        UseSession.place == use.place,
        UseSession.superseded_at.is_(None),
        UseSession.id != use.id,
        stretch.op("&&")(func.tstzrange(wanted.began, wanted.ended, "[)")),
    )
    if session.scalar(there.limit(1)) is not None:
        raise Refused([Refusal("session_overlaps", {"place": use.place})])


def _changed(use: UseSession, wanted: Correction, by: Actor) -> dict[str, Any]:
    """What the new row says otherwise; a time that stays keeps its source, one that is told anew is a person's word."""
    changed: dict[str, Any] = {}
    if wanted.began != use.checked_in_at:
        changed |= {"checked_in_at": wanted.began, "start_source": Source.PERSON, "start_rule": None}
        changed["checked_in_by"] = by.person_id
    if wanted.ended != use.checked_out_at or use.end_rule is not None:
        changed |= {"checked_out_at": wanted.ended, "end_source": Source.PERSON, "end_rule": None}
        changed["checked_out_by"] = by.person_id
    for name in ("idle_seconds", "preparation_seconds", "post_seconds"):
        if getattr(wanted, name) != getattr(use, name):
            changed[name] = getattr(wanted, name)
    return changed


def _record(
    session: Session,
    row: UseSession,
    what: str,
    *,
    now: datetime,
    by: Actor,
    details: dict[str, Any],
    text: dict[str, str] | None = None,
) -> None:
    """In the history of the booking, else of the unit."""
    subject = Subject("booking", row.booking_id) if row.booking_id else Subject("unit", row.unit_id)
    record(session, subject, f"{subject.kind}.{what}", now=now, by=by.person_id, details=details, text=text)
