"""What somebody sees of applications: all of their own, of the other side's that there is one, of the counterpart's the
steps that may cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import Actor, may
from marketplace.applications.models import Application, ApplicationEvent, ApplicationState, ClockEffect, Verb
from marketplace.applications.queries.agencies import agencies_of, pair_sides, roots, with_account, zone_of
from marketplace.applications.queries.rows import calendar_of, events_by, events_of, limit_of, reading_of
from marketplace.applications.rules.clocks import Reading, days_left
from marketplace.applications.rules.drafting import facts_of
from marketplace.applications.rules.pairs import counterparts, pair_view, side_of
from marketplace.applications.rules.states import FILED, open_verbs
from marketplace.availability.rules import local_day
from marketplace.bookings.models import Booking
from marketplace.bookings.queries.permits import latest_plan
from marketplace.catalogue.models import Facility, Unit
from marketplace.jurisdictions.models import Agency
from marketplace.permits.models import PermitRule
from marketplace.values.refusal import NotFound

MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One application in a list. `whole` says that the reader may look into it; else they see that it is there."""

    row: Application
    reference: str
    title: Mapping[str, str]
    agency: Mapping[str, str]
    applicant: Mapping[str, str]
    whole: bool
    left: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One application with everything that its reader may see and do."""

    line: Line
    events: Sequence[ApplicationEvent]
    reading: Reading
    facts: Mapping[str, Mapping[str, Any]]
    verbs: Sequence[Verb]
    officer: bool
    recorder: bool
    rule: Mapping[str, Any]
    today: date
    counterparts: Sequence[Mapping[str, Any]] = field(default=())


def _lines() -> Select[Any]:
    return (
        select(
            Application,
            Booking.reference,
            Booking.person_id,
            Booking.organisation_id,
            Facility.organisation_id.label("host_id"),
            PermitRule.told["title"].label("title"),
            Agency.name.label("agency"),
            Organisation.name.label("applicant"),
        )
        .join(Booking, Booking.id == Application.booking_id)
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .join(Organisation, Organisation.id == Application.applicant_id)
        .outerjoin(Agency, Agency.code == Application.agency_code)
        .outerjoin(
            PermitRule,
            (PermitRule.rule_id == Application.rule_id) & (PermitRule.version == Application.rule_version),
        )
    )


def of_parties(session: Session, by: Actor, *, booking_id: UUID | None = None) -> list[Line]:
    """The applications of the reader's bookings and of those at their facilities, what is due first on top."""
    managed = by.organisations(Role.MANAGER)
    hosting = by.organisations(Role.HOST_MANAGER, Role.HOST_STAFF)
    mine = or_(
        Booking.person_id == by.person_id, Booking.organisation_id.in_(managed), Facility.organisation_id.in_(hosting)
    )
    wanted = _lines().where(mine)
    if booking_id is not None:
        wanted = wanted.where(Application.booking_id == booking_id)
    order = Application.due_on.nulls_last(), Application.file_by.nulls_last(), Application.id
    return [_line(found, by) for found in session.execute(wanted.order_by(*order).limit(MOST))]


def on_desk(session: Session, by: Actor, *, now: datetime, decided: bool = False) -> list[Line]:
    """What lies with the reader's authorities: what is to be decided by due date, or what was decided, the latest
    first. Raises NotFound for who is no officer."""
    codes = agencies_of(session, by)
    if not codes:
        raise NotFound("agency")
    wanted = _lines().where(Application.agency_code.in_(codes))
    if decided:
        ended = (ApplicationState.GRANTED, ApplicationState.REFUSED, ApplicationState.REVOKED)
        wanted = wanted.where(Application.state.in_(ended)).order_by(
            Application.decided_on.desc().nulls_last(), Application.id
        )
    else:
        wanted = wanted.where(Application.state.in_(FILED)).order_by(
            Application.due_on.nulls_last(), Application.filed_on, Application.id
        )
    found = session.execute(wanted.limit(MOST)).all()
    return [_dated(session, found_row, by, now) for found_row in found]


def _dated(session: Session, found: Any, by: Actor, now: datetime) -> Line:
    row = found.Application
    today = local_day(now, zone_of(session, row.agency_code))
    return _line(found, by, whole=True, left=left_of(session, row, today))


def left_of(session: Session, row: Application, today: date) -> int | None:
    """How many days the authority has left, by its own calendar; None where no date runs."""
    if row.due_on is None:
        return None
    plain = limit_of(row).day_kind == "calendar"
    return days_left(row.due_on, today, calendar_of(session, row), plain=plain)


def _line(found: Any, by: Actor, *, whole: bool | None = None, left: int | None = None) -> Line:
    row: Application = found.Application
    seen = may(by, "application.know", **_relations(row, found.person_id)) if whole is None else whole
    return Line(
        row=row,
        reference=found.reference,
        title=found.title or {"en": row.rule_id},
        agency=found.agency or {},
        applicant=found.applicant,
        whole=seen,
        left=left,
    )


def _relations(row: Application, person_id: UUID) -> dict[str, UUID | None]:
    if row.side == "host":
        return {"owner": None, "organisation": row.applicant_id, "host": row.applicant_id}
    return {"owner": person_id, "organisation": row.applicant_id, "host": None}


def look(session: Session, application_id: UUID, *, by: Actor, now: datetime) -> Look:
    """One application to its applicant, its authority's officers and whoever oversees; NotFound for anybody else."""
    found = session.execute(_lines().where(Application.id == application_id)).one_or_none()
    if found is None:
        raise NotFound("application")
    row: Application = found.Application
    codes = agencies_of(session, by)
    # A draft is nobody's business but the applicant's.
    officer = row.agency_code in codes and row.filed_on is not None
    around = _relations(row, found.person_id)
    if not officer and not may(by, "application.know", **around):
        raise NotFound("application")
    applicant = may(by, "application.file", **around)
    outside = row.filed_outside or not with_account(session, [row.agency_code] if row.agency_code else [])
    recorder = applicant and outside and not officer
    events = events_of(session, row.id)
    today = local_day(now, zone_of(session, row.agency_code))
    return Look(
        line=_line(found, by, whole=True, left=left_of(session, row, today)),
        events=events,
        reading=reading_of(session, row, events),
        facts=_facts(session, row),
        verbs=_fitting(row, events, applicant=applicant, agency=officer or recorder),
        officer=officer,
        recorder=recorder,
        rule=_told(session, row),
        today=today,
        counterparts=_counterparts(session, row, codes) if officer else (),
    )


def _fitting(row: Application, events: Sequence[ApplicationEvent], *, applicant: bool, agency: bool) -> list[Verb]:
    """The verbs that may be done now: time that is not counted begins only where the rule names some, and ends once."""
    offered = open_verbs(row.state, self_kept=row.agency_code is None, applicant=applicant, agency=agency)
    steps = limit_of(row).excluded_steps
    running = False
    for event in events:
        running = (running or event.verb is Verb.BEGIN_STEP) and event.verb is not Verb.END_STEP
        running = running and event.effect is not ClockEffect.RESET
    unfit = {Verb.BEGIN_STEP} if running or not steps else set()
    return [verb for verb in offered if verb not in (unfit | ({Verb.END_STEP} if not running else set()))]


def _facts(session: Session, row: Application) -> dict[str, Mapping[str, Any]]:
    plan = latest_plan(session, row.booking_id)
    return dict(facts_of(plan.facts, row.flows)) if plan else {}


def _told(session: Session, row: Application) -> Mapping[str, Any]:
    version = PermitRule.rule_id == row.rule_id, PermitRule.version == row.rule_version
    return session.scalar(select(PermitRule.told).where(*version)) or {}


def _counterparts(session: Session, row: Application, codes: frozenset[str]) -> list[Mapping[str, Any]]:
    """The other side's applications of the same booking under the same pair, as far as they may cross."""
    if row.pair_code is None or row.agency_code is None or row.agency_code not in codes:
        return []
    sides, seats = pair_sides(session, row.pair_code), roots(session)
    mine = side_of(row.agency_code, seats.get(row.agency_code), sides)
    wanted = _lines().where(
        Application.booking_id == row.booking_id,
        Application.pair_code == row.pair_code,
        Application.id != row.id,
        Application.filed_on.is_not(None),
    )
    found = [
        each
        for each in session.execute(wanted.order_by(Application.rule_id, Application.id)).all()
        if counterparts(
            mine, side_of(each.Application.agency_code or "", seats.get(each.Application.agency_code or ""), sides)
        )
    ]
    events = events_by(session, [each.Application.id for each in found])
    return [_crossed(session, each, events.get(each.Application.id, ())) for each in found]


def _crossed(session: Session, found: Any, events: Sequence[ApplicationEvent]) -> Mapping[str, Any]:
    row: Application = found.Application
    told = {
        "rule": row.rule_id,
        "rule_version": row.rule_version,
        "covers": list(row.covers),
        "flows": list(row.flows),
        "agency": dict(found.agency or {}),
        "pair": row.pair_code,
        "applicant": dict(found.applicant),
        "side": row.side,
        "state": row.state.value,
        "filed_on": row.filed_on,
        "due_on": row.due_on,
        "due_provisional": row.due_provisional,
        "decided_on": row.decided_on,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "number": row.number,
        "reason": row.reason,
        "conditions": row.conditions,
        "timeline": [{"verb": each.verb.value, "on": each.happened_on, "note": each.note} for each in events],
    }
    return pair_view(told, _facts(session, row))
