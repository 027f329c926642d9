"""Applications and their events as rows, with what their clocks say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.applications.models import Application, ApplicationEvent, ApplicationState, ClockEffect, Verb
from marketplace.applications.rules.clocks import Happened, Limit, Reading, read
from marketplace.applications.rules.delay import Filing
from marketplace.jurisdictions.queries import calendar
from marketplace.jurisdictions.rules import WorkingCalendar


def of_booking(session: Session, booking_id: UUID) -> Sequence[Application]:
    """Every application of a booking, by rule."""
    chosen = select(Application).where(Application.booking_id == booking_id)
    return session.scalars(chosen.order_by(Application.rule_id, Application.side, Application.id)).all()


def events_of(session: Session, application_id: UUID) -> Sequence[ApplicationEvent]:
    """What happened to an application, the oldest first."""
    chosen = select(ApplicationEvent).where(ApplicationEvent.application_id == application_id)
    return session.scalars(chosen.order_by(ApplicationEvent.number)).all()


def left_by_platform(session: Session, application: Application) -> bool:
    """Whether an application was taken back by the platform, because nobody asked for it any more."""
    return application.state is ApplicationState.WITHDRAWN and events_of(session, application.id)[-1].by is None


def events_by(session: Session, ids: Iterable[UUID]) -> Mapping[UUID, Sequence[ApplicationEvent]]:
    """The same of several applications, in one statement."""
    found: dict[UUID, list[ApplicationEvent]] = {}
    chosen = select(ApplicationEvent).where(ApplicationEvent.application_id.in_(list(ids)))
    for event in session.scalars(chosen.order_by(ApplicationEvent.number)):
        found.setdefault(event.application_id, []).append(event)
    return found


def limit_of(application: Application) -> Limit:
    """How long the authority may take."""
    return Limit.read(application.clock)


def happened(events: Iterable[ApplicationEvent]) -> list[Happened]:
    """The events as the clock looks at them."""
    return [Happened(on=each.happened_on, effect=each.effect, days=each.details.get("days")) for each in events]


def calendar_of(session: Session, application: Application) -> WorkingCalendar:
    """The calendar that the authority counts by."""
    return calendar(session, limit_of(application).calendar)


def reading_of(session: Session, application: Application, events: Iterable[ApplicationEvent]) -> Reading:
    """What an application's clock says, worked out anew."""
    return read(limit_of(application), happened(events), calendar_of(session, application))


def filing_of(application: Application, events: Sequence[ApplicationEvent], reading: Reading) -> Filing:
    """An application as far as delay goes: what happened since it was last drafted."""
    begun = max((n for n, each in enumerate(events) if each.effect is ClockEffect.RESET), default=0)
    lived = events[begun:]
    left = application.state is ApplicationState.WITHDRAWN and bool(events) and events[-1].by is None
    filed = next((each.happened_on for each in lived if each.verb is Verb.FILE), None)
    return Filing(
        covers=frozenset(application.covers),
        state=application.state,
        wanted_on=lived[0].happened_on if lived else application.created_at.date(),
        file_by=application.file_by,
        filed_on=filed,
        asked=_asked(lived),
        due_on=reading.due_on,
        self_kept=application.agency_code is None,
        taken_back=left,
        person=application.person_id,
    )


def _asked(events: Iterable[ApplicationEvent]) -> tuple[tuple[date, date | None], ...]:
    """When the authority wanted more, each time with the day on which it was given."""
    found: list[tuple[date, date | None]] = []
    for each in events:
        if each.verb is Verb.ASK:
            found.append((each.happened_on, None))
        elif found and found[-1][1] is None and each.verb in (Verb.ANSWER, Verb.ACCEPT):
            found[-1] = found[-1][0], each.happened_on
    return tuple(found)
