"""What goes on around the sample bookings: units closed for a while, people who ask hosts something, a framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.availability.actions import ClosureRequest, close
from marketplace.availability.models import BookingMode, ClosureKind
from marketplace.availability.queries import settings
from marketplace.availability.rules import Recurrence, Setting, local_day, open_periods
from marketplace.bookings.actions.messages import ask, write
from marketplace.catalogue.models import Facility
from marketplace.sample import sheets
from marketplace.sample.actions.founding import Founded, actor
from marketplace.sample.actions.listing import SampleUnit
from marketplace.spillovers.actions.comparing import give_consent
from marketplace.terms.actions.frameworks import propose
from marketplace.terms.models import FrameworkSide
from marketplace.terms.queries.frameworks import local_day as day_at
from marketplace.terms.rules.frameworks import Proposal
from marketplace.values.period import Period

# Every so many units one is closed once in the weeks to come; the cast's own host sees all of it.
EVERY = 4
WITHIN = 18
LOOKED_AHEAD = timedelta(days=30)
WEEKLY_SINCE = timedelta(days=28)
CAST_HOST = "nanling"
CAST_USER = "vhu"
FRAMEWORK_LASTS = timedelta(days=364)
BETWEEN_MESSAGES = timedelta(hours=3)


def close_some(
    session: Session, founded: Founded, units: Sequence[SampleUnit], *, now: datetime, then: datetime
) -> None:
    """Close some units for some hours around `now`, as their hosts decided at `then`, before anybody booked."""
    around = Period(now - WEEKLY_SINCE, now + LOOKED_AHEAD)
    known = settings(session, [unit.id for unit in units], around)
    reasons = sheets.upkeep()["closure"]
    weekly = next(unit.id for unit in units if unit.host == CAST_HOST and unit.rules == "prepared")
    for number, unit in enumerate(units):
        by = actor(session, founded.people[sheets.host_of(unit.host)], now=then)
        if unit.id == weekly:
            request = _request(known[unit.id], sheets.upkeep()["weekly"], now - WEEKLY_SINCE, weekly=True)
        elif number % EVERY == 1 or unit.host == CAST_HOST:
            after = now + timedelta(days=1 + number * 5 % WITHIN)
            request = _request(known[unit.id], reasons[number % len(reasons)], after)
        else:
            continue
        if request is not None:
            close(session, unit.id, request, now=then, by=by)


def _request(known: Setting, sheet: sheets.Sheet, after: datetime, *, weekly: bool = False) -> ClosureRequest | None:
    first = local_day(after, known.zone)
    open_then = [one for one in open_periods(known, first, first + timedelta(days=7)) if one.start > after]
    # A week that holds a closure could not be booked at all: units of whole weeks stay open.
    if known.rules.mode is BookingMode.WEEK or not open_then:
        return None
    stretch = open_then[0]
    hours = timedelta(hours=sheet["hours"]) if known.rules.mode is BookingMode.HOUR else stretch.length
    return ClosureRequest(
        period=Period(stretch.start, min(stretch.start + hours, stretch.end)),
        kind=ClosureKind(sheet["kind"]),
        reason=sheets.localized(sheet["reason"]),
        recurrence=Recurrence("WEEKLY") if weekly else None,
    )


def talk(session: Session, founded: Founded, *, now: datetime) -> None:
    """Let the conversations of the set be held, each message some hours after the one before."""
    listed = {name["en"]: id for id, name in session.execute(select(Facility.id, Facility.name).where(Facility.sample))}
    hosts = {sheet["name"][0]: sheets.host_of(sheet["host"]) for sheet in sheets.facilities()}
    for sheet in sheets.upkeep()["conversation"]:
        people = {**founded.people, "host": founded.people[hosts[sheet["facility"]]]}
        _hold(session, people, sheet, listed[sheet["facility"]], now=now - timedelta(days=sheet["days_ago"]))


def _hold(session: Session, people: Mapping[str, UUID], sheet: sheets.Sheet, facility: UUID, *, now: datetime) -> None:
    (asker, question), *answers = sheet["messages"]
    thread = ask(session, facility, sheet["subject"], question, now=now, by=actor(session, people[asker], now=now))
    for number, (writer, text) in enumerate(answers, start=1):
        moment = now + number * BETWEEN_MESSAGES
        write(session, thread.id, text, now=moment, by=actor(session, people[writer], now=moment))


def let_compare(session: Session, founded: Founded, *, now: datetime) -> None:
    """Some organisations let evaluators compare with them."""
    for key, sheet in sheets.organisations().items():
        if sheet.get("compared"):
            manager = actor(session, founded.people[sheets.host_of(key)], now=now)
            give_consent(session, founded.organisations[key], now=now, by=manager)


def propose_framework(session: Session, founded: Founded, *, now: datetime) -> None:
    """Ada's university proposes to agree on the terms of Bo's firm for a year; nobody has answered yet."""
    manager = actor(session, founded.people[sheets.host_of(CAST_USER)], now=now)
    today = day_at(session, founded.organisations[CAST_HOST], now)
    proposal = Proposal(
        side=FrameworkSide.USER,
        host_id=founded.organisations[CAST_HOST],
        organisation_id=founded.organisations[CAST_USER],
        facility_id=None,
        from_day=today,
        until_day=today + FRAMEWORK_LASTS,
    )
    propose(session, proposal, now=now, by=manager)
