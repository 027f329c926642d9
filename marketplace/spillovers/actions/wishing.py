"""Snapshots of a period and parameters of somebody's own: asked for, and taken by a worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.actors import actor_for_person
from marketplace.database import new_id
from marketplace.jobs.actions import defer_long
from marketplace.jobs.queries import long_waiting
from marketplace.spillovers.actions.evidence import MOST_WAITING
from marketplace.spillovers.actions.snapshots import Wish, take
from marketplace.spillovers.models import MetricSnapshot
from marketplace.spillovers.queries.figures import known_scope
from marketplace.spillovers.rules.parameters import with_chosen
from marketplace.spillovers.rules.scopes import Frame, ScopeKind, Span, scope_of
from marketplace.values.refusal import FieldError, Invalid, Refusal, Refused

WORK: Final = "spillovers.wished_snapshot"


def wish_of(frame: Frame, chosen: Mapping[str, Any]) -> Wish:
    """What is chosen of a frame: a collaboration's period always is, for its figures are of all its years."""
    return Wish(dict(chosen) if chosen or frame.scope.kind is ScopeKind.COLLABORATION else None)


def ask_for_snapshot(session: Session, frame: Frame, chosen: Mapping[str, Any], *, now: datetime, by: Actor) -> UUID:
    """Have a snapshot taken; answers the id that it will have. Raises NotFound for an unknown scope, Invalid, Refused
    where too many of one's own are being taken."""
    demand(by, "metric_snapshot.take")
    if frame.as_of > now:
        raise Invalid([FieldError("as_of", "future", "outcome_future")])
    known_scope(session, frame.scope)
    with_chosen(chosen)
    session.execute(select(Person.id).where(Person.id == by.id).with_for_update(key_share=True))
    if long_waiting(session, WORK, by=str(by.id)) >= MOST_WAITING:
        raise Refused([Refusal("snapshots_in_the_making", {"max": MOST_WAITING})])
    id = new_id()
    arguments = {
        "id": str(id),
        "scope": str(frame.scope),
        "first": frame.span.first.isoformat(),
        "after": frame.span.after.isoformat(),
        "as_of": frame.as_of.isoformat(),
        "chosen": dict(chosen),
        "by": str(by.id),
    }
    defer_long(session, WORK, arguments)
    return id


def take_wished(session: Session, told: Mapping[str, Any], *, now: datetime) -> MetricSnapshot | None:
    """Take what was asked for; None where it is there already, or who asked may no longer."""
    id, by = UUID(told["id"]), actor_for_person(session, UUID(told["by"]), now=now)
    if by is None or session.get(MetricSnapshot, id) is not None:
        return None
    span = Span(date.fromisoformat(told["first"]), date.fromisoformat(told["after"]))
    frame = Frame(scope_of(told["scope"]), span, datetime.fromisoformat(told["as_of"]))
    wish = wish_of(frame, told["chosen"])
    return take(session, frame, now=now, by=by, wish=Wish(wish.chosen, id))
