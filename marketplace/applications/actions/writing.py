"""Writing down what happened to an application: the event, the state, and the dates that follow from all events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.applications.models import Application, ApplicationEvent, ClockEffect, Verb
from marketplace.applications.queries.rows import events_of, limit_of, reading_of
from marketplace.applications.rules.clocks import effect_of
from marketplace.applications.rules.states import after
from marketplace.applications.rules.steps import Step
from marketplace.database import new_id
from marketplace.history.actions import Subject, record


def write(
    session: Session,
    application: Application,
    verb: Verb,
    *,
    step: Step,
    now: datetime,
    by: Actor,
    outside: bool = False,
    details: Mapping[str, Any] | None = None,
) -> ApplicationEvent:
    """Take a step: move the state by the table, add the event, and work the clock out again. The caller holds the
    lock. Raises StateForbids."""
    effect = ClockEffect.NONE
    if verb is not Verb.DRAFT:
        effect = effect_of(verb, limit_of(application), application.state)
        application.state = after(application.state, verb)
    last = session.scalar(_LAST.where(ApplicationEvent.application_id == application.id)) or 0
    event = ApplicationEvent(
        id=new_id(),
        application_id=application.id,
        number=last + 1,
        verb=verb,
        effect=effect,
        happened_on=step.on or now.date(),
        at=now,
        by=by.person_id,
        outside=outside,
        note=step.note,
        file_id=step.file_id,
        details=dict(details or {}),
    )
    session.add(event)
    session.flush()
    if verb is not Verb.DRAFT:
        application.version += 1
    application.updated_at = now
    recount(session, application)
    _record(session, application, event, now=now, by=by)
    return event


_LAST = select(func.max(ApplicationEvent.number))


def recount(session: Session, application: Application) -> bool:
    """Work the due date out again from the events and the calendar; whether it is another than before."""
    reading = reading_of(session, application, events_of(session, application.id))
    before = application.due_on, application.due_provisional
    application.due_on, application.due_provisional = reading.due_on, reading.provisional
    session.flush()
    return before != (application.due_on, application.due_provisional)


def clear(application: Application) -> None:
    """Forget what was decided: it is drafted anew, and its events keep what was."""
    application.filed_outside = False
    application.number = application.conditions = application.reason = ""
    application.filed_on = application.decided_on = application.valid_from = application.valid_to = None
    application.entries = []
    application.reminded_for = None


def _record(session: Session, application: Application, event: ApplicationEvent, *, now: datetime, by: Actor) -> None:
    subject = Subject("application", application.id)
    details = {
        "rule": application.rule_id,
        "state": application.state.value,
        "on": event.happened_on.isoformat(),
        "outside": event.outside,
    }
    text = {"note": event.note} if event.note else None
    verb = f"application.{event.verb.value}"
    fresh = event.number == 1
    record(session, subject, verb, now=now, by=by.person_id, details=details, text=text, fresh=fresh)
