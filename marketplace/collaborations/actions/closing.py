"""How a collaboration ends: a party leaves, all is done and reported, or it stops early."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.collaborations.actions.loading import Loaded, locked, touch
from marketplace.collaborations.actions.measuring import measure_anew
from marketplace.collaborations.actions.papers import hang
from marketplace.collaborations.actions.telling import audience, iso, name_of, note, speakers, spread
from marketplace.collaborations.models import Collaboration, CollaborationState
from marketplace.collaborations.queries.departed import sheet_then
from marketplace.collaborations.rules.parts import LONGEST_REPORT, line_of_text, past_day, short_reason
from marketplace.collaborations.rules.sheet import as_document
from marketplace.collaborations.rules.standing import Deed, members
from marketplace.values import refusal
from marketplace.values.refusal import Invalid, Refusal


def leave(
    session: Session, collaboration_id: UUID, on: date, reason: str, *, now: datetime, by: Actor
) -> Collaboration:
    """Leave on a day, and say why. The party keeps what it saw until then, however late this is told; `Invalid` where
    what was agreed on that day is not known any more. With two parties left there is nothing to leave: `Refused`, the
    collaboration is ended instead."""
    found = locked(session, collaboration_id, Deed.LEAVE, now=now, by=by)
    row, party = found.row, found.seats[0].party
    said = short_reason(reason, required=True)
    past_day(on, found.today, "left_on")
    if party.joined_on is not None and on < party.joined_on:
        raise Invalid.one("left_on", "before_joining")
    if len(members(found.parties)) <= 2:
        raise refusal.Refused([Refusal("collaboration_needs_two")])
    agreed = sheet_then(session, row, on)
    if agreed is None:
        raise Invalid.one("left_on", "changed_since")
    party.left_on, party.left_at = on, now
    party.left_reason, party.left_with = said, as_document(agreed)
    if row.pair is not None and str(party.organisation_id) in row.pair.split(":"):
        row.pair = None  # the next booking of the two opens another one
    touch(session, row, now)
    measure_anew(session, row, now=now)
    name, details = name_of(session, party.organisation_id), {"organisation": str(party.organisation_id)}
    text = {"name": name, "reason": said, "day": iso(on)}
    note(session, row, "collaboration.left", now=now, by=by, details=details, text=text)
    people = audience(session, row, found.parties, now=now) | speakers(session, [party], now=now)
    spread(session, row, "collaboration_left", people, now=now, by=by, said=said, organisation=name, day=iso(on))
    return row


def complete(
    session: Session,
    collaboration_id: UUID,
    on: date,
    report: str,
    *,
    now: datetime,
    by: Actor,
    file_id: UUID | None = None,
) -> Collaboration:
    """All is done: close it with a report, and its paper if there is one."""
    found = locked(session, collaboration_id, Deed.COMPLETE, now=now, by=by)
    row = found.row
    words = line_of_text(report, "report", longest=LONGEST_REPORT, multiline=True)
    _demand_last_day(found, on)
    row.state, row.ended_on, row.closed_at = CollaborationState.COMPLETED, on, now
    row.report, row.reported_at, row.reported_by = words, now, by.person_id
    if file_id is not None:
        row.report_file_id = hang(session, row, file_id, "report", now=now, by=by).file_id
    touch(session, row, now)
    measure_anew(session, row, now=now)
    note(session, row, "collaboration.completed", now=now, by=by, text={"day": iso(on)})
    people = audience(session, row, found.parties, now=now)
    spread(session, row, "collaboration_completed", people, now=now, by=by, day=iso(on))
    return row


def end(session: Session, collaboration_id: UUID, on: date, reason: str, *, now: datetime, by: Actor) -> Collaboration:
    """Stop it before it is done, and say why."""
    found = locked(session, collaboration_id, Deed.END, now=now, by=by)
    row = found.row
    said = short_reason(reason, required=True)
    _demand_last_day(found, on)
    row.state, row.ended_on, row.closed_at = CollaborationState.ENDED, on, now
    row.end_reason = said
    touch(session, row, now)
    measure_anew(session, row, now=now)
    note(session, row, "collaboration.ended", now=now, by=by, text={"reason": said, "day": iso(on)})
    people = audience(session, row, found.parties, now=now)
    spread(session, row, "collaboration_ended", people, now=now, by=by, said=said, day=iso(on))
    return row


def _demand_last_day(found: Loaded, on: date) -> None:
    past_day(on, found.today, "ended_on")
    if on < found.row.starts_on:
        raise Invalid.one("ended_on", "before_first_day")
