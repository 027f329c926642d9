"""Organisations that went into others, and names that they had: dated rows beside what was, never a rewrite."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries import people_with_role
from marketplace.accounts.queries.organisations import organisation
from marketplace.collaborations.actions.telling import ANSWERING
from marketplace.collaborations.models import FormerName, OrganisationMerger
from marketplace.collaborations.queries.mergers import HOLDS, steps
from marketplace.collaborations.rules.days import today_of
from marketplace.collaborations.rules.mergers import closes_circle
from marketplace.collaborations.rules.parts import LONGEST_REASON, past_day
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import tell
from marketplace.values import refusal
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid, NotFound, Refusal

# Two mergers recorded at once could close a circle that neither of them sees.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('organisation_mergers'))")


def record_merger(
    session: Session, organisation_id: UUID, into_id: UUID, on: date, *, now: datetime, by: Actor, said: str = ""
) -> OrganisationMerger:
    """An administrator puts down that an organisation went into another on a day. Its rows stay as they are; whoever
    belongs to the successor speaks for it from then on. Raises `Invalid` for a circle."""
    demand(by, "organisation.merge")
    gone = _place(session, organisation_id, by)
    try:
        into = organisation(session, into_id, by)
    except NotFound:
        raise Invalid.one("into", "unknown") from None
    words = clean_text(said, LONGEST_REASON, field="note", multiline=True)
    past_day(on, today_of(by, now), "merged_on")
    session.execute(_ONE_AT_A_TIME)
    known = steps(session)
    if organisation_id in known:
        raise refusal.Refused([Refusal("organisation_merged_already")])
    if closes_circle(known, organisation_id, into_id):
        raise Invalid.one("into", "merger_circle")
    row = OrganisationMerger(
        organisation_id=organisation_id, into_id=into_id, merged_on=on, note=words, recorded_at=now,
        recorded_by=by.person_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    details = {"into": str(into_id), "day": on.isoformat()}
    names = {"name": dict(gone.name), "into_name": dict(into.name)}
    subject = Subject("organisation", organisation_id)
    record(session, subject, "organisation.merged", now=now, by=by.person_id, details=details, text=names)
    record(
        session, Subject("organisation", into_id), "organisation.took_in", now=now, by=by.person_id,
        details={"from": str(organisation_id), "day": on.isoformat()}, text=names,
    )  # fmt: skip
    people = {each for place in (organisation_id, into_id) for each in people_with_role(session, place, ANSWERING, now)}
    told = {"organisation": dict(gone.name), "into": dict(into.name), "day": on.isoformat(), "path": "collaborations"}
    tell(session, sorted(people), "organisation_merged", told, now=now)
    return row


def take_back_merger(session: Session, organisation_id: UUID, *, now: datetime, by: Actor) -> None:
    """An administrator takes back a merger that was put down in error; what was known until now stays readable."""
    demand(by, "organisation.merge")
    session.execute(_ONE_AT_A_TIME)
    row = session.scalar(select(OrganisationMerger).where(OrganisationMerger.organisation_id == organisation_id, HOLDS))
    if row is None:
        raise NotFound("organisation")
    details = {"into": str(row.into_id), "day": row.merged_on.isoformat()}
    row.taken_back_at, row.taken_back_by = now, by.person_id
    session.flush()
    for place, verb in (
        (organisation_id, "organisation.merger_taken_back"),
        (row.into_id, "organisation.merger_undone"),
    ):
        record(session, Subject("organisation", place), verb, now=now, by=by.person_id, details=details)


def note_former_name(
    session: Session, organisation_id: UUID, name: Mapping[str, str], until: date, *, now: datetime
) -> FormerName | None:
    """Keep a name that an organisation had until a day; None where it has it still, or the row is there already."""
    place = session.get(Organisation, organisation_id)
    if place is None or dict(place.name) == dict(name) or not name:
        return None
    same = FormerName.organisation_id == organisation_id, FormerName.until_day == until
    for known in session.scalars(select(FormerName).where(*same)):
        if dict(known.name) == dict(name):
            return None
    row = FormerName(id=new_id(), organisation_id=organisation_id, name=dict(name), until_day=until, recorded_at=now)
    session.add(row)
    session.flush()
    return row


def _place(session: Session, organisation_id: UUID, by: Actor) -> Organisation:
    """The organisation, locked; NotFound where there is none."""
    found = organisation(session, organisation_id, by)
    return session.get_one(Organisation, found.id, with_for_update={"key_share": True})
