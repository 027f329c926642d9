"""Making, changing and publishing a listing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.catalogue.actions.addresses import readdress, take_slug
from marketplace.catalogue.actions.keeping import keep_facility
from marketplace.catalogue.models import Facility, ListingState
from marketplace.catalogue.queries.facilities import visible_to
from marketplace.catalogue.queries.listings import standing_of
from marketplace.catalogue.rules.fields import FACILITY, checked, contradictions
from marketplace.catalogue.rules.publishing import after, missing_for_publishing
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.jurisdictions.models import Jurisdiction, Zone
from marketplace.values.refusal import Invalid, NotFound, Refusal, Refused
from marketplace.values.refusal import demand as demand_none

TEXTS = ("summary", "description", "what_to_bring", "address", "directions", "feedstock", "utilities")
LISTS = ("service_modes", "techniques", "instrument_classes", "research_fields")


def create_facility(
    session: Session,
    organisation_id: UUID,
    fields: Mapping[str, Any],
    *,
    now: datetime,
    by: Actor,
    sample: bool = False,
) -> Facility:
    """A draft of an organisation, with at least a kind and a name. Raises `Invalid`, `NotFound` (not its host)."""
    demand(by, "facility.create", host=organisation_id)
    kept = checked({"kind": None, "name": {}, **fields}, FACILITY)
    empty: dict[str, Any] = {name: {} for name in TEXTS} | {name: [] for name in LISTS}
    facility = Facility(id=new_id(), organisation_id=organisation_id, state=ListingState.DRAFT, sample=sample)
    facility.created_at = facility.updated_at = now
    _apply(session, facility, empty | kept)
    facility.slug = take_slug(session, kept["name"], facility.id)
    session.add(facility)
    session.flush()
    subject = Subject("facility", facility.id)
    details = {"organisation": str(organisation_id), "kind": facility.kind.value}
    record(session, subject, "listing.created", now=now, by=by.person_id, details=details, fresh=True)
    return facility


def change_facility(
    session: Session,
    facility_id: UUID,
    fields: Mapping[str, Any],
    *,
    now: datetime,
    by: Actor,
    version: int | None = None,
) -> Facility:
    """Change some fields. With `version`, a listing that somebody else changed since raises `changed_meanwhile`."""
    facility = locked(session, facility_id, by)
    if version is not None and facility.version != version:
        raise Refused([Refusal("changed_meanwhile", {"version": facility.version})])
    kept = checked(fields, FACILITY)
    if "kind" in kept and kept["kind"] is not facility.kind and facility.published_at is not None:
        raise Invalid.one("kind", "kind_settled")
    changed = [name for name, value in kept.items() if getattr(facility, name) != value]
    if not changed:
        return facility
    keep_facility(session, facility, changed, now=now)
    _apply(session, facility, {name: kept[name] for name in changed})
    if "name" in changed:
        readdress(session, facility)
    touched(session, facility, "listing.changed", now=now, by=by, details={"fields": sorted(changed)})
    return facility


def publish(session: Session, facility_id: UUID, *, open_units: Collection[UUID], now: datetime, by: Actor) -> Facility:
    """Make a draft or paused listing public. `open_units` are its units with opening hours, which availability knows.
    Raises `Refused` with everything that is missing."""
    facility = locked(session, facility_id, by)
    state = after(facility.state, "publish")
    demand_none(missing_for_publishing(standing_of(session, facility, open_units=open_units)))
    if facility.published_at is None:
        facility.published_at = now
    facility.state = state
    touched(session, facility, "listing.published", now=now, by=by)
    return facility


def pause(session: Session, facility_id: UUID, *, now: datetime, by: Actor) -> Facility:
    """Take no new bookings for a while; the page stays, and says so."""
    return _moved(session, facility_id, "pause", "listing.paused", now=now, by=by)


def archive(session: Session, facility_id: UUID, *, now: datetime, by: Actor) -> Facility:
    """Take the listing away from the public; its bookings and history stay."""
    return _moved(session, facility_id, "archive", "listing.archived", now=now, by=by)


def restore(session: Session, facility_id: UUID, *, now: datetime, by: Actor) -> Facility:
    """Bring an archived listing back as a draft."""
    return _moved(session, facility_id, "restore", "listing.restored", now=now, by=by)


def _moved(session: Session, facility_id: UUID, verb: str, recorded: str, *, now: datetime, by: Actor) -> Facility:
    facility = locked(session, facility_id, by)
    facility.state = after(facility.state, verb)
    touched(session, facility, recorded, now=now, by=by)
    return facility


def locked(session: Session, facility_id: UUID, by: Actor) -> Facility:
    """The facility, locked for a change that `by` may make; a stranger's draft is not found."""
    chosen = select(Facility).where(Facility.id == facility_id, visible_to(by)).with_for_update(key_share=True)
    facility = session.scalar(chosen.execution_options(populate_existing=True))
    if facility is None:
        raise NotFound(str(facility_id))
    demand(by, "facility.change", host=facility.organisation_id)
    return facility


def touched(
    session: Session,
    facility: Facility,
    verb: str,
    *,
    now: datetime,
    by: Actor,
    details: Mapping[str, Any] | None = None,
    text: Mapping[str, Any] | None = None,
) -> None:
    """Note a change of a listing: its date, its history, and the search row of one that was ever public."""
    facility.updated_at = now
    record(session, Subject("facility", facility.id), verb, now=now, by=by.person_id, details=details, text=text)
    if facility.published_at is not None:
        defer(session, "search.refresh_facility", {"facility": str(facility.id)}, now=now)
    session.flush()


def _apply(session: Session, facility: Facility, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(facility, name, value)
    if "jurisdiction_code" in fields or "zone_code" in fields:
        _settle_place(session, facility, given_zone_time=bool(fields.get("time_zone")))
    if errors := contradictions({name: getattr(facility, name) for name in FACILITY}):
        raise Invalid(errors)


def _settle_place(session: Session, facility: Facility, *, given_zone_time: bool) -> None:
    """A zone names its jurisdiction, a jurisdiction its time zone; the two may not contradict each other."""
    zone = session.get(Zone, facility.zone_code) if facility.zone_code else None
    if facility.zone_code and zone is None:
        raise Invalid.one("zone_code", "choice")
    if zone is not None and facility.jurisdiction_code is None:
        facility.jurisdiction_code = zone.jurisdiction_code
    if facility.jurisdiction_code is None:
        return
    place = session.get(Jurisdiction, facility.jurisdiction_code)
    if place is None:
        raise Invalid.one("jurisdiction_code", "choice")
    if zone is not None and zone.jurisdiction_code not in (None, place.code, place.parent_code, place.root_code):
        raise Invalid.one("zone_code", "zone_elsewhere")
    if facility.time_zone is None or not given_zone_time:
        facility.time_zone = place.time_zone
    if facility.city is None and zone is not None:
        facility.city = zone.city
