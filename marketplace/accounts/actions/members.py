"""Who belongs to an organisation and as what: roles given, changed and taken, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.actions.organisations import locked
from marketplace.accounts.models import Deputy, Membership, Organisation, Person, Role
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.rules.deputies import DeputyWish, deputy_refusals
from marketplace.accounts.rules.standing import manager_refusals, role_refusals
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.notices.actions import of_people, tell
from marketplace.values import refusal
from marketplace.values.refusal import NotFound, Refusal, Refused

# Roles with which somebody makes an organisation's calendar addresses.
MANAGING = frozenset({Role.MANAGER, Role.HOST_MANAGER})


def set_roles(
    session: Session, organisation_id: UUID, person_id: UUID, *, roles: Collection[Role], now: datetime, by: Actor
) -> None:
    """Give a member exactly these roles; none of them means that they leave. The last manager stays one."""
    row = locked(session, organisation_id, by)
    if person_id == by.person_id and not roles:
        demand(by, "organisation.leave", organisation=organisation_id)
    else:
        demand(by, "organisation.manage_members", organisation=organisation_id)
    held = roles_in(session, organisation_id, person_id)
    if not held:
        raise NotFound("member")
    if held == set(roles):
        return
    managers = managers_of(session, organisation_id)
    refusal.demand([*role_refusals(row.kind, roles), *manager_refusals(managers, person_id, roles)])
    _write_roles(session, row, person_id, wanted=frozenset(roles), now=now, by=by)
    if Role.HOST_MANAGER in held - set(roles) or not roles:
        _end_deputies(session, organisation_id, person_id, everything=not roles)
    if not roles:
        defer_look_at_travels(session, person_id, now=now)
    if held & MANAGING and not MANAGING & set(roles):
        defer_end_of_feeds(session, [organisation_id], person_id, now=now)
    _record_roles(session, row, person_id, before=held, after=frozenset(roles), now=now, by=by)


def add_member(
    session: Session,
    organisation: Organisation,
    person_id: UUID,
    *,
    roles: Collection[Role],
    now: datetime,
    by: UUID | None,
) -> None:
    """Give somebody further roles, because they accepted an invitation or the command line says so."""
    refusal.demand(role_refusals(organisation.kind, roles))
    rows = [
        {
            "id": new_id(),
            "person_id": person_id,
            "organisation_id": organisation.id,
            "role": role,
            "since": now,
            "granted_by": by,
        }
        for role in sorted(roles, key=lambda role: role.value)
    ]
    session.execute(insert(Membership).values(rows).on_conflict_do_nothing())
    details = {"person": person_id, "roles": sorted(role.value for role in roles)}
    record(
        session, Subject("organisation", organisation.id), "organisation.member_joined", now=now, by=by, details=details
    )


def defer_end_of_feeds(session: Session, organisations: Iterable[UUID], person_id: UUID, *, now: datetime) -> None:
    """Let the calendar addresses that somebody made for these organisations end: they know them by heart, perhaps."""
    for organisation in organisations:
        arguments = {"organisation": str(organisation), "person": str(person_id)}
        defer(session, "bookings.end_feeds_of", arguments, now=now)


def defer_look_at_travels(session: Session, person_id: UUID, *, now: datetime) -> None:
    """Let bookings that name somebody among those who travel be planned anew: they do so no longer, or again."""
    defer(session, "bookings.replan_named", {"person": str(person_id)}, now=now)


def roles_in(session: Session, organisation_id: UUID, person_id: UUID) -> frozenset[Role]:
    """The roles that a person holds in an organisation themselves, not as somebody's deputy."""
    wanted = select(Membership.role).where(
        Membership.organisation_id == organisation_id, Membership.person_id == person_id
    )
    return frozenset(session.scalars(wanted))


def managers_of(session: Session, organisation_id: UUID) -> frozenset[UUID]:
    """The managers of an organisation who can act: neither suspended nor erased."""
    wanted = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id, Membership.role == Role.MANAGER)
        .where(Person.suspended_at.is_(None), Person.erased_at.is_(None))
    )
    return frozenset(session.scalars(wanted))


def name_deputy(session: Session, wish: DeputyWish, *, now: datetime, by: Actor) -> Deputy:
    """Let somebody of the organisation act as host manager for a few days; both are told. Days are not handed on: only
    those who manage the organisation themselves name a deputy."""
    row = locked(session, wish.organisation_id, by)
    _demand_own_role(session, row, by)
    others = session.execute(
        select(Deputy.starts_on, Deputy.ends_on).where(
            Deputy.organisation_id == row.id,
            Deputy.principal_id == wish.principal_id,
            Deputy.deputy_id == wish.deputy_id,
        )
    )
    zone = session.scalar(select(Jurisdiction.time_zone).where(Jurisdiction.code == row.jurisdiction_code)) or "UTC"
    refusal.demand(
        deputy_refusals(
            wish,
            principal=roles_in(session, row.id, wish.principal_id),
            deputy=roles_in(session, row.id, wish.deputy_id),
            today=now.astimezone(ZoneInfo(zone)).date(),
            others=[(starts, ends) for starts, ends in others],
        )
    )
    made = Deputy(
        organisation_id=row.id,
        principal_id=wish.principal_id,
        deputy_id=wish.deputy_id,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        created_at=now,
    )
    session.add(made)
    session.flush()
    _record_deputy(session, row, made, "deputy_named", now=now, by=by)
    return made


def end_deputy(session: Session, deputy_id: UUID, *, now: datetime, by: Actor) -> None:
    """Take a deputy's days back, also while they run; both are told. Deputies end nobody's days."""
    made = session.get(Deputy, deputy_id)
    if made is None:
        raise NotFound("deputy")
    row = locked(session, made.organisation_id, by)
    _demand_own_role(session, row, by)
    # Read before the lock: who ended them meanwhile has recorded and told it.
    if session.scalar(delete(Deputy).where(Deputy.id == deputy_id).returning(Deputy.id)) is None:
        raise NotFound("deputy")
    _record_deputy(session, row, made, "deputy_ended", now=now, by=by)


def _demand_own_role(session: Session, row: Organisation, by: Actor) -> None:
    demand(by, "organisation.name_deputy", organisation=row.id, host=row.id)
    if by.via != "system" and not roles_in(session, row.id, by.id) & MANAGING:
        raise Refused([Refusal("deputy_by_deputy")])


def _write_roles(
    session: Session, row: Organisation, person_id: UUID, *, wanted: frozenset[Role], now: datetime, by: Actor
) -> None:
    mine = (Membership.organisation_id == row.id, Membership.person_id == person_id)
    session.execute(delete(Membership).where(*mine, Membership.role.not_in(wanted)))
    for role in sorted(wanted - roles_in(session, row.id, person_id), key=lambda role: role.value):
        session.add(
            Membership(person_id=person_id, organisation_id=row.id, role=role, since=now, granted_by=by.person_id)
        )
    session.flush()


def _end_deputies(session: Session, organisation_id: UUID, person_id: UUID, *, everything: bool) -> None:
    """Whoever stops being host manager has no deputies, whoever leaves is none."""
    whose = Deputy.principal_id == person_id
    if everything:
        whose = or_(whose, Deputy.deputy_id == person_id)
    session.execute(delete(Deputy).where(Deputy.organisation_id == organisation_id, whose))


def _record_roles(
    session: Session,
    row: Organisation,
    person_id: UUID,
    *,
    before: frozenset[Role],
    after: frozenset[Role],
    now: datetime,
    by: Actor,
) -> None:
    verb = "roles_changed" if after else "member_left"
    roles = {"before": sorted(role.value for role in before), "roles": sorted(role.value for role in after)}
    details = {"person": person_id, **roles}
    record(session, Subject("organisation", row.id), f"organisation.{verb}", now=now, by=by.person_id, details=details)
    if person_id != by.person_id:
        told = {"organisation": dict(row.name), "path": "account/organisations"}
        tell(session, [person_id], verb, told, now=now)


def _record_deputy(session: Session, row: Organisation, deputy: Deputy, code: str, *, now: datetime, by: Actor) -> None:
    days = {"starts_on": deputy.starts_on.isoformat(), "ends_on": deputy.ends_on.isoformat()}
    details = {"principal": deputy.principal_id, "deputy": deputy.deputy_id, **days}
    record(session, Subject("organisation", row.id), f"organisation.{code}", now=now, by=by.person_id, details=details)
    both = select(Person.id, Person.name).where(Person.id.in_([deputy.principal_id, deputy.deputy_id]))
    names = {row.id: row.name for row in session.execute(both)}
    told = {
        "organisation": dict(row.name),
        "principal": names.get(deputy.principal_id) or "",
        "deputy": names.get(deputy.deputy_id) or "",
        "path": f"account/organisations/{row.id}/members",
        **days,
        **of_people(named={"principal": deputy.principal_id, "deputy": deputy.deputy_id}),
    }
    tell(session, [deputy.principal_id, deputy.deputy_id], code, told, now=now)
