"""Stored figures as they are read: the last snapshot of a scope, its values, and the rows behind one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, true
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor
from marketplace.bookings.models import Booking
from marketplace.catalogue.models import Facility, FormerFacility, Unit
from marketplace.collaborations.models import Collaboration
from marketplace.collaborations.queries.glances import glance
from marketplace.jurisdictions.models import Zone
from marketplace.operations.models import UseSession
from marketplace.outcomes.models import Outcome, OutcomeVersion
from marketplace.outcomes.queries.reach import visible_to
from marketplace.spillovers.models import MetricSnapshot, MetricValue
from marketplace.spillovers.rules.parameters import CHOSEN
from marketplace.spillovers.rules.scopes import Scope, ScopeKind
from marketplace.values.refusal import NotFound

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind a figure that the reader may see, and how many others there are."""

    kind: str
    rows: Sequence[Mapping[str, Any]]
    others: int


def plainly_taken() -> ColumnElement[bool]:
    """The condition on snapshots that rest on what is assumed for everybody: no parameter or period was chosen."""
    chosen: ColumnElement[bool] = MetricSnapshot.parameters.has_key(CHOSEN)
    return not_(chosen)


def latest(session: Session, scope: Scope) -> MetricSnapshot | None:
    """The snapshot that knows most of a scope, of those that rest on what is assumed for everybody; None where none
    was taken."""
    where = MetricSnapshot.scope_kind == scope.kind, MetricSnapshot.scope_id.is_not_distinct_from(scope.id)
    coded = MetricSnapshot.scope_code.is_not_distinct_from(scope.code)
    wanted = select(MetricSnapshot).where(*where, coded, plainly_taken())
    return session.scalar(wanted.order_by(MetricSnapshot.as_of.desc(), MetricSnapshot.id.desc()).limit(1))


def known_scope(session: Session, scope: Scope) -> None:
    """Raise NotFound for a scope that nobody knows."""
    table = {
        ScopeKind.COLLABORATION: Collaboration.id == scope.id,
        ScopeKind.ORGANISATION: Organisation.id == scope.id,
        ScopeKind.ZONE: Zone.code == scope.code,
    }
    known = table.get(scope.kind)
    if known is not None and not session.scalar(select(exists().where(known))):
        raise NotFound(scope.kind.value)


def of_collaboration(session: Session, collaboration_id: UUID, *, by: Actor, now: datetime) -> MetricSnapshot | None:
    """The last snapshot of a collaboration, for whoever takes part in it now, and for overseers.

    Raises NotFound for a stranger, for whoever has not answered yet, and for a party that has left: figures go on.
    """
    return of_known(session, glance(session, collaboration_id, by=by, now=now).id)


def of_known(session: Session, collaboration_id: UUID) -> MetricSnapshot | None:
    """The last snapshot of a collaboration that its reader is known to see."""
    return latest(session, Scope(ScopeKind.COLLABORATION, collaboration_id))


def values_of(session: Session, snapshot: MetricSnapshot) -> Sequence[MetricValue]:
    """All values of a snapshot, by metric and variant."""
    wanted = select(MetricValue).where(MetricValue.snapshot_id == snapshot.id)
    return session.scalars(wanted.order_by(MetricValue.metric, MetricValue.variant)).all()


def rows_behind(session: Session, values: Sequence[MetricValue], *, by: Actor, today: date) -> Behind:
    """The rows behind the values of one metric in a collaboration's snapshot, at most 500 of those that are seen."""
    ids = list(dict.fromkeys(id for each in values for id in each.subjects or ()))
    return rows_of(session, values[0].subject_kind if values else "outcome", ids, by=by, today=today)


def rows_of(session: Session, kind: str, ids: Sequence[UUID], *, by: Actor, today: date) -> Behind:
    """Rows of a kind by their ids: at most 500 of those that the reader may see, and how many others there are."""
    found: Sequence[Mapping[str, Any]] = []
    if kind == "outcome":
        found = _outcomes(session, ids, visible_to(by, today))
    elif kind == "session":
        found = _sessions(session, ids, _uses_seen_by(by))
    elif kind == "collaboration":
        found = [{"id": id} for id in ids]
    elif kind == "facility":
        kept = FormerFacility.facility_id == Facility.id, FormerFacility.planned_opening.is_not(None)
        public = FormerFacility.until > Facility.published_at
        first = select(FormerFacility.planned_opening).where(*kept, public).order_by(FormerFacility.until).limit(1)
        due = func.coalesce(first.scalar_subquery(), Facility.planned_opening).label("planned_opening")
        wanted = select(Facility.id, Facility.name, due, Facility.actual_opening)
        found = [row._asdict() for row in session.execute(wanted.where(Facility.id.in_(ids)).order_by(Facility.id))]
    return Behind(kind, found[:MOST_ROWS], len(ids) - len(found[:MOST_ROWS]))


def _outcomes(session: Session, ids: Sequence[UUID], seen: ColumnElement[bool]) -> list[Mapping[str, Any]]:
    wanted = (
        select(
            Outcome.id,
            Outcome.reference,
            Outcome.type,
            Outcome.status,
            Outcome.level,
            Outcome.date_event,
            OutcomeVersion.title,
        )
        .join(OutcomeVersion, and_(OutcomeVersion.outcome_id == Outcome.id, OutcomeVersion.number == Outcome.version))
        .where(Outcome.id.in_(ids), seen)
        .order_by(Outcome.date_event.desc(), Outcome.id)
    )
    return [row._asdict() for row in session.execute(wanted)]


def _sessions(session: Session, ids: Sequence[UUID], seen: ColumnElement[bool]) -> list[Mapping[str, Any]]:
    hours = func.extract("epoch", UseSession.checked_out_at - UseSession.checked_in_at) / 3600
    wanted = (
        select(
            UseSession.id,
            Booking.reference,
            UseSession.unit_id,
            UseSession.checked_in_at,
            UseSession.checked_out_at,
            func.round(hours, 2).label("hours"),
        )
        .join(Booking, Booking.id == UseSession.booking_id, isouter=True)
        .join(Unit, Unit.id == UseSession.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(UseSession.id.in_(ids), seen)
        .order_by(UseSession.checked_in_at.desc(), UseSession.id)
    )
    return [row._asdict() for row in session.execute(wanted)]


def _uses_seen_by(by: Actor) -> ColumnElement[bool]:
    """Use at the reader's own facilities and by their own organisations; all of it for overseers."""
    if by.administrator or by.auditor or by.via == "system":
        return true()
    own = by.organisations()
    return or_(UseSession.organisation_id.in_(own), Facility.organisation_id.in_(own))
