"""What a signed feed tells of a unit: events become sessions, each once and in whatever order they come."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.actions.sealing import Unsealable, seal, unseal
from marketplace.accounts.policy import Actor, demand
from marketplace.availability.actions.claims import lock_unit
from marketplace.availability.queries import host_of
from marketplace.bookings.actions.loading import touch
from marketplace.bookings.models import Booking, BookingState
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.operations.actions.ends import finish, make_way, note_difference, remeasured, settle
from marketplace.operations.actions.keeping import End, replaced
from marketplace.operations.actions.states import derive_after
from marketplace.operations.models import FeedEvent, FeedEventKind, FeedKey, Source, UseSession
from marketplace.operations.queries.running import running, would_run
from marketplace.operations.rules.ends import EndRule, Estimate, estimated_end, keeps_place
from marketplace.operations.rules.owners import EARLY, USED, whose
from marketplace.operations.rules.signatures import REACH, Event, event_errors, in_turn, signed
from marketplace.values.refusal import Invalid

_BYTES: Final = 24
EVENTS_KEPT: Final = 2 * REACH
MOST_PRUNED: Final = 10_000
# The least between two instants.
MOMENT: Final = timedelta(microseconds=1)


def renew_feed_key(session: Session, unit_id: UUID, *, key: str, now: datetime, by: Actor) -> str:
    """A new secret for the unit's controller, told this once; an earlier one signs nothing any more."""
    end_feed_key(session, unit_id, now=now, by=by)
    secret = secrets.token_urlsafe(_BYTES)
    assert by.person_id is not None
    session.add(FeedKey(unit_id=unit_id, sealed=seal(secret, key=key), made_at=now, made_by=by.person_id))
    session.flush()
    record(session, Subject("unit", unit_id), "unit.feed_key_made", now=now, by=by.person_id)
    return secret


def end_feed_key(session: Session, unit_id: UUID, *, now: datetime, by: Actor) -> None:
    """No feed any more; ending one that is not there is idle."""
    _facility, host = host_of(session, unit_id)
    demand(by, "feed.manage", host=host)
    lock_unit(session, unit_id)
    row = _key_of(session, unit_id)
    if row is not None:
        row.ended_at, row.ended_by = now, by.person_id
        session.flush()
        record(session, Subject("unit", unit_id), "unit.feed_key_ended", now=now, by=by.person_id)


def authentic(
    session: Session, unit_id: UUID, body: bytes, *, timestamp: str, given: str, key: str, now: datetime
) -> bool:
    """Whether a body was signed lately with the unit's present secret; alike for a unit without any."""
    row = _key_of(session, unit_id)
    try:
        secret = unseal(row.sealed, key=key) if row else ""
    except Unsealable:
        secret = ""
    return signed(timestamp, body, given, secret=secret or secrets.token_urlsafe(_BYTES), now=now)


def take(session: Session, unit_id: UUID, events: Sequence[Event], *, now: datetime) -> dict[str, int]:
    """Apply the events of one message, all or none; answers how many there were of each outcome.

    An event whose id was applied before changes nothing (`repeated`). Raises Invalid.
    """
    places = lock_unit(session, unit_id)
    if errors := list(event_errors(events, places=places, now=now)):
        raise Invalid(errors)
    outcomes: Counter[str] = Counter()
    for event in in_turn(events, now):
        row = _keep(session, unit_id, event, now=now)
        if row is None:
            outcomes["repeated"] += 1
            continue
        use, row.outcome = _apply(session, row, now=now)
        row.session_id = use.id if use else None
        session.flush()
        outcomes[row.outcome] += 1
    return dict(outcomes)


def prune_events(session: Session, *, now: datetime) -> int:
    """Delete the events that nobody could send again; answers how many. An id is kept as long as its time is taken
    (`REACH`), and as long again for what was received late; none goes while a session that it tells of is open."""
    tells = UseSession.unit_id == FeedEvent.unit_id, UseSession.place == FeedEvent.place
    open_ = UseSession.checked_out_at.is_(None), UseSession.superseded_at.is_(None)
    needed = select(UseSession.id).where(*tells, *open_, UseSession.checked_in_at <= FeedEvent.at).exists()
    old = FeedEvent.at < now - EVENTS_KEPT, FeedEvent.received_at < now - EVENTS_KEPT
    chosen = select(FeedEvent.id).where(*old, ~needed).limit(MOST_PRUNED)
    return len(session.scalars(delete(FeedEvent).where(FeedEvent.id.in_(chosen)).returning(FeedEvent.id)).all())


def _key_of(session: Session, unit_id: UUID) -> FeedKey | None:
    return session.scalar(select(FeedKey).where(FeedKey.unit_id == unit_id, FeedKey.ended_at.is_(None)))


def _keep(session: Session, unit_id: UUID, event: Event, *, now: datetime) -> FeedEvent | None:
    """The event's row; None where its id is known: the constraint decides, whatever comes at once."""
    told = {"event_id": event.id, "place": event.place, "kind": event.kind, "at": event.at, "state": event.state}
    id = new_id()
    row = insert(FeedEvent).values(id=id, unit_id=unit_id, received_at=now, outcome="kept", **told)
    made = session.execute(row.on_conflict_do_nothing().returning(FeedEvent.id)).first()
    return None if made is None else session.get_one(FeedEvent, id)


def _apply(session: Session, event: FeedEvent, *, now: datetime) -> tuple[UseSession | None, str]:
    # A stop is of what began before it: at the same instant it comes before a start.
    until = event.at - MOMENT if event.kind is FeedEventKind.STOP else event.at
    there = _there(session, event.unit_id, event.place, until)
    if event.kind is FeedEventKind.START:
        return _start(session, event, there, now=now)
    if event.kind is FeedEventKind.STOP:
        return _stop(session, event, there, now=now)
    return there, "sign" if there and _spans(there, event.at) else "kept"


def _start(
    session: Session, event: FeedEvent, there: UseSession | None, *, now: datetime
) -> tuple[UseSession | None, str]:
    """A session begins, unless one goes on; what came before it out of turn ends it at once."""
    booking = _booking_on(session, event)
    if there is not None and _spans(there, event.at) and not _gave_way(session, there, event, booking, now=now):
        return there, "sign"
    later, stop = _next(session, event), _first_stop(session, event)
    if later is not None and (stop is None or stop.at > later.checked_in_at):
        estimate = _lost_stop(session, event, booking, later, now=now)
        same = estimate.rule is EndRule.NEXT_BEGAN and later.start_source is Source.FEED
        if same and later.booking_id == (booking.id if booking else None):
            # Both starts are of one session, and the earlier came too late.
            use = replaced(session, later, now=now, by=None, checked_in_at=event.at)
            note_difference(session, later, use)
            return use, "began"
        end: End | None = End(at=estimate.at, source=Source.RULE, rule=estimate.rule.value)
    else:
        end = End(at=stop.at, source=Source.FEED) if stop else None
    return _begun(session, event, booking, end, now=now), "began"


def _lost_stop(
    session: Session, start: FeedEvent, booking: Booking | None, later: UseSession, *, now: datetime
) -> Estimate:
    """The end by rule of what began with no stop before the next session: by that one only if it began in time."""
    ends = booking.ends_at if booking else None
    there = would_run(session, start, booked_end=ends, until=later.checked_in_at)
    began = Estimate(later.checked_in_at, EndRule.NEXT_BEGAN)
    return estimated_end(there, next_began=later.checked_in_at, now=now) or began


def _gave_way(session: Session, there: UseSession, event: FeedEvent, booking: Booking | None, *, now: datetime) -> bool:
    """Whether who was there has left, because another's booking is on now and theirs is over."""
    if there.checked_out_at is not None or booking is None or booking.id == there.booking_id:
        return False
    if keeps_place(running(session, there, now=event.at), at=event.at):
        return False
    make_way(session, event.unit_id, event.place, at=event.at, now=now)
    return True


def _stop(
    session: Session, event: FeedEvent, there: UseSession | None, *, now: datetime
) -> tuple[UseSession | None, str]:
    """What the feed began ends; of what a person began it is a sign only: a machine may rest while they work on."""
    if there is None or there.start_source is not Source.FEED or there.end_source in (Source.PERSON, Source.KIOSK):
        return there, "sign" if there is not None and _spans(there, event.at) else "kept"
    measured = there.end_source in (Source.FEED, Source.FILE)
    if measured and not _spans(there, event.at):
        return None, "kept"
    end = End(at=event.at, source=Source.FEED)
    if there.checked_out_at is None:
        use = finish(session, there, end, now=now)
    else:
        use = remeasured(session, there, end, now=now)
    _start_again(session, event, now=now)
    return use, "ended"


def _start_again(session: Session, stop: FeedEvent, *, now: datetime) -> None:
    """A start after this stop that came before it was taken for a sign; now it begins a session of its own."""
    later = _next(session, stop)
    chosen = select(FeedEvent).where(*_same(stop), FeedEvent.kind == FeedEventKind.START, FeedEvent.at >= stop.at)
    again = session.scalar(chosen.order_by(FeedEvent.at, FeedEvent.event_id).limit(1))
    if again is None or (later is not None and again.at >= later.checked_in_at):
        return
    there = _there(session, again.unit_id, again.place, again.at)
    if there is None or not _spans(there, again.at):
        use, again.outcome = _start(session, again, there, now=now)
        again.session_id = use.id if use else None
        session.flush()


def _first_stop(session: Session, start: FeedEvent) -> FeedEvent | None:
    chosen = select(FeedEvent).where(*_same(start), FeedEvent.kind == FeedEventKind.STOP, FeedEvent.at > start.at)
    return session.scalar(chosen.order_by(FeedEvent.at, FeedEvent.event_id).limit(1))


def _same(event: FeedEvent) -> tuple[ColumnElement[bool], ...]:
    return FeedEvent.unit_id == event.unit_id, FeedEvent.place == event.place


def _next(session: Session, event: FeedEvent) -> UseSession | None:
    """The first session that begins at the place after an event."""
    later = UseSession.superseded_at.is_(None), UseSession.checked_in_at > event.at
    chosen = select(UseSession).where(UseSession.unit_id == event.unit_id, UseSession.place == event.place, *later)
    return session.scalar(chosen.order_by(UseSession.checked_in_at).limit(1))


def _there(session: Session, unit_id: UUID, place: int, at: datetime) -> UseSession | None:
    """The last session that began at a place until then, as it stands."""
    begun = UseSession.superseded_at.is_(None), UseSession.checked_in_at <= at
    chosen = select(UseSession).where(UseSession.unit_id == unit_id, UseSession.place == place, *begun)
    # Of those that began at one instant the one that goes on longest; the others are over at once.
    order = UseSession.checked_in_at.desc(), UseSession.checked_out_at.desc().nulls_first(), UseSession.id.desc()
    latest = chosen.order_by(*order).limit(1)
    return session.scalar(latest.execution_options(populate_existing=True))


def _spans(use: UseSession, at: datetime) -> bool:
    return use.checked_out_at is None or at < use.checked_out_at


def _booking_on(session: Session, event: FeedEvent) -> Booking | None:
    """The booking of the place whose use begins with an event."""
    chosen = select(Booking).where(
        Booking.unit_id == event.unit_id,
        Booking.place == event.place,
        Booking.state.in_(USED),
        Booking.starts_at <= event.at + EARLY,
        Booking.ends_at > event.at,
    )
    return whose(session.scalars(chosen).all(), event.at)


def _begun(
    session: Session, event: FeedEvent, booking: Booking | None, end: End | None, *, now: datetime
) -> UseSession:
    """A session of the booking that is on, else the host's own; one that has ended is written whole."""
    _facility, host = host_of(session, event.unit_id)
    use = UseSession(
        booking_id=booking.id if booking else None,
        unit_id=event.unit_id,
        place=event.place,
        organisation_id=booking.organisation_id if booking else host,
        person_id=booking.person_id if booking else None,
        checked_in_at=event.at,
        start_source=Source.FEED,
        checked_out_at=end.at if end else None,
        end_source=end.source if end else None,
        end_rule=end.rule if end else None,
        recorded_at=now,
    )
    session.add(use)
    session.flush()
    derive_after(session, use.unit_id, use.checked_in_at, now=now)
    if booking is not None and booking.state is BookingState.CONFIRMED:
        touch(booking, BookingState.IN_USE, None, now)
        session.flush()
        record(session, Subject("booking", booking.id), "booking.checked_in", now=now, by=None)
    if end is not None:
        settle(session, use, end, now=now)
    return use
