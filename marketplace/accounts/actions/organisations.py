"""Organisations: entered, changed, verified or refused, suspended."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.models import (
    FormerOrganisationSlug,
    FormerSeat,
    IdentifierScheme,
    Membership,
    Organisation,
    OrganisationIdentifier,
    Person,
    Verification,
)
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.organisations import visible_to
from marketplace.accounts.rules import standing
from marketplace.accounts.rules.invitations import entry_refusals
from marketplace.accounts.rules.organisation_form import OrganisationForm, normal_form
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.jurisdictions.models import Agency, Jurisdiction, Zone
from marketplace.values import refusal
from marketplace.values.refusal import FieldError, Invalid, NotFound, Refusal, Refused
from marketplace.values.slugs import slug_of, with_id

# Somebody later keeps the name that was.
RENAMED: Final = "organisation.renamed"
PLAIN_FIELDS = (
    "name", "kind", "jurisdiction_code", "control", "city", "zone_code", "parent_id", "agency_code", "website", "about",
)  # fmt: skip

# What figures of earlier days are told by.
SEAT_FIELDS: Final = ("kind", "jurisdiction_code", "zone_code", "parent_id")


def create_organisation(session: Session, form: OrganisationForm, *, now: datetime, by: Actor) -> Organisation:
    """Enter an organisation. It waits to be verified; whoever entered it is its manager, and may draft meanwhile."""
    demand(by, "organisation.create")
    kept = normal_form(form)
    refusal.demand(entry_refusals(_waiting(session, by)))
    id = new_id()
    _check_places(session, kept, id)
    row = Organisation(
        id=id,
        slug=_free_slug(session, kept, id),
        **{name: getattr(kept, name) for name in PLAIN_FIELDS},
        verification=Verification.PENDING,
        submitted_at=now,
        created_at=now,
        created_by=by.person_id,
    )
    session.add(row)
    session.flush()
    _write_identifiers(session, id, kept)
    for role in sorted(standing.roles_of_founder(kept.kind), key=lambda role: role.value):
        session.add(Membership(person_id=by.id, organisation_id=id, role=role, since=now, granted_by=by.person_id))
    session.flush()
    record(session, Subject("organisation", id), "organisation.created", now=now, by=by.person_id, fresh=True)
    defer(session, "screening.look", {"organisation": str(id)}, now=now)
    return row


def _waiting(session: Session, by: Actor) -> int:
    """How many organisations of a person are not verified; locks the person, so that two entries count each other."""
    if by.person_id is None or by.administrator:
        return 0
    session.execute(select(Person.id).where(Person.id == by.person_id).with_for_update(key_share=True))
    mine = Organisation.created_by == by.person_id, Organisation.verification != Verification.VERIFIED
    return session.scalar(select(func.count()).select_from(Organisation).where(*mine)) or 0


def change_organisation(
    session: Session, organisation_id: UUID, form: OrganisationForm, *, now: datetime, by: Actor
) -> Organisation:
    """Change what an organisation says about itself; a new name gives a new address, the former one leads there.
    Changing one that was refused submits it anew."""
    row = locked(session, organisation_id, by)
    demand(by, "organisation.change", organisation=organisation_id)
    kept = normal_form(form)
    changed = _changed(session, row, kept)
    refusal.demand(standing.fact_refusals(row.verification, changed, administrator=by.administrator))
    if not changed and row.verification is not Verification.REFUSED:
        return row
    _check_places(session, kept, row.id)
    _leave_seat(session, row, changed, now=now)
    before = dict(row.name)
    for name in PLAIN_FIELDS:
        setattr(row, name, getattr(kept, name))
    if "name" in changed:
        _move(session, row, kept)
        defer(
            session, RENAMED, {"organisation": str(row.id), "name": before, "day": _day_at(session, row, now)}, now=now
        )
        defer(session, "search.refresh_organisation", {"organisation": str(row.id)}, now=now)
    if "identifiers" in changed:
        _write_identifiers(session, row.id, kept)
    if changed & {"name", "identifiers"}:
        defer(session, "screening.look", {"organisation": str(row.id)}, now=now)
    if row.verification is Verification.REFUSED:
        row.verification, row.verification_reason, row.submitted_at = Verification.PENDING, None, now
    session.flush()
    details = {"fields": sorted(changed)}
    record(session, Subject("organisation", row.id), "organisation.changed", now=now, by=by.person_id, details=details)
    return row


def _leave_seat(session: Session, row: Organisation, changed: set[str], *, now: datetime) -> None:
    """Keep what it was until now: which boundary was crossed is judged by the seat on that day."""
    if changed & set(SEAT_FIELDS):
        seat = {name: getattr(row, name) for name in SEAT_FIELDS}
        kept = insert(FormerSeat).values(organisation_id=row.id, until=now, **seat)
        session.execute(kept.on_conflict_do_nothing())


def _day_at(session: Session, row: Organisation, now: datetime) -> str:
    """The day that it is where an organisation stands."""
    zone = session.scalar(select(Jurisdiction.time_zone).where(Jurisdiction.code == row.jurisdiction_code))
    return now.astimezone(ZoneInfo(zone or "Asia/Hong_Kong")).date().isoformat()


def locked(session: Session, organisation_id: UUID, by: Actor) -> Organisation:
    """The organisation, locked for this unit of work; not found where `by` may not see it."""
    found = session.scalar(
        select(Organisation)
        .where(Organisation.id == organisation_id, visible_to(by))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("organisation")
    return found


def _changed(session: Session, row: Organisation, kept: OrganisationForm) -> set[str]:
    changed = {name for name in PLAIN_FIELDS if getattr(row, name) != getattr(kept, name)}
    known = session.execute(
        select(OrganisationIdentifier.scheme, OrganisationIdentifier.value).where(
            OrganisationIdentifier.organisation_id == row.id
        )
    )
    if {scheme.value: value for scheme, value in known} != {s.value: value for s, value in kept.identifiers.items()}:
        changed.add("identifiers")
    return changed


def _check_places(session: Session, form: OrganisationForm, id: UUID) -> None:
    """The rows that the form names: its territory, zone, agency and parent."""
    errors = []
    territory = session.get(Jurisdiction, form.jurisdiction_code)
    zone = session.get(Zone, form.zone_code) if form.zone_code else None
    if territory is None:
        errors.append(FieldError("jurisdiction_code", "unknown", "unknown"))
    if form.zone_code and zone is None:
        errors.append(FieldError("zone_code", "unknown", "unknown"))
    if form.agency_code and session.get(Agency, form.agency_code) is None:
        errors.append(FieldError("agency_code", "unknown", "unknown"))
    if form.parent_id and _lies_below(session, form.parent_id, id):
        errors.append(FieldError("parent_id", "parent", "parent"))
    if errors:
        raise Invalid(errors)
    if zone is not None and zone.jurisdiction_code is not None and territory is not None:
        zone_root = session.scalar(select(Jurisdiction.root_code).where(Jurisdiction.code == zone.jurisdiction_code))
        refusal.demand(standing.zone_refusals(zone_root, territory.root_code))


def _lies_below(session: Session, parent_id: UUID, id: UUID) -> bool:
    """Whether a would-be parent is missing, is the organisation itself, or lies below it."""
    above = select(Organisation.id, Organisation.parent_id).where(Organisation.id == parent_id).cte(recursive=True)
    above = above.union(select(Organisation.id, Organisation.parent_id).where(Organisation.id == above.c.parent_id))
    line = set(session.scalars(select(above.c.id)))
    return not line or id in line


def _free_slug(session: Session, form: OrganisationForm, id: UUID) -> str:
    slug = slug_of(form.name, id)
    former = exists().where(FormerOrganisationSlug.slug == slug, FormerOrganisationSlug.organisation_id != id)
    taken = exists().where(Organisation.slug == slug, Organisation.id != id)
    return with_id(slug, id) if session.scalar(select(or_(taken, former))) else slug


def _move(session: Session, row: Organisation, form: OrganisationForm) -> None:
    slug = _free_slug(session, form, row.id)
    if slug == row.slug:
        return
    session.execute(delete(FormerOrganisationSlug).where(FormerOrganisationSlug.slug == slug))
    former = insert(FormerOrganisationSlug).values(slug=row.slug, organisation_id=row.id)
    session.execute(former.on_conflict_do_nothing())
    row.slug = slug


def _write_identifiers(session: Session, id: UUID, form: OrganisationForm) -> None:
    session.execute(delete(OrganisationIdentifier).where(OrganisationIdentifier.organisation_id == id))
    # Whoever was refused keeps nobody from registering under the number that was not theirs.
    refused = select(Organisation.id).where(Organisation.verification == Verification.REFUSED, Organisation.id != id)
    for scheme, value in form.identifiers.items():
        same = OrganisationIdentifier.scheme == IdentifierScheme(scheme.value), OrganisationIdentifier.value == value
        freed = delete(OrganisationIdentifier).where(*same, OrganisationIdentifier.organisation_id.in_(refused))
        session.execute(freed, execution_options={"synchronize_session": False})
        row = {"organisation_id": id, "scheme": IdentifierScheme(scheme.value), "value": value}
        made = (
            insert(OrganisationIdentifier).values(row).on_conflict_do_nothing().returning(OrganisationIdentifier.value)
        )
        if session.scalar(made) is None:
            raise Refused([Refusal("identifier_taken", {"scheme": scheme.value, "value": value})])
