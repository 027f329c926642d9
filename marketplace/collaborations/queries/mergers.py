"""Organisations that merged, changed their name, or belong to one group: what others ask to count them as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.queries.seats import parents_on
from marketplace.collaborations.models import FormerName, OrganisationMerger
from marketplace.collaborations.rules.mergers import Step, canonical_of, group_top

# A merger that nobody has taken back.
HOLDS: Final[ColumnElement[bool]] = OrganisationMerger.taken_back_at.is_(None)


def steps(session: Session) -> dict[UUID, Step]:
    """Every merger that is recorded and holds, by the organisation that went into another."""
    columns = OrganisationMerger.organisation_id, OrganisationMerger.into_id, OrganisationMerger.merged_on
    return {gone: Step(into, on) for gone, into, on in session.execute(select(*columns).where(HOLDS))}


def canonical(session: Session, on: date) -> dict[UUID, UUID]:
    """Each organisation that has merged by a day, and the one that stands for it then; others stand for themselves."""
    return canonical_of(steps(session), on)


def successor(session: Session, organisation_id: UUID, on: date) -> UUID:
    """The organisation that stands for another on a day: itself where it has not merged by then."""
    return canonical(session, on).get(organisation_id, organisation_id)


def group_tops(
    session: Session, ids: Iterable[UUID], on: date, *, merged: Mapping[UUID, UUID] | None = None
) -> dict[UUID, UUID]:
    """The head of the group of each organisation on a day; two with the same head are one group. `merged` is what
    `canonical` tells of that day, where it has been read already."""
    above = parents_on(session, on)
    merged = canonical(session, on) if merged is None else merged
    return {id: group_top(above, merged, id) for id in ids}


def gone_into(ids: Iterable[UUID]) -> Select[tuple[UUID]]:
    """The organisations named and all that went into them, as a selection."""
    base = select(Organisation.id).where(Organisation.id.in_(list(ids))).cte(recursive=True)
    behind = select(OrganisationMerger.organisation_id).where(OrganisationMerger.into_id == base.c.id, HOLDS)
    line = base.union(behind)
    return select(line.c.id)


def predecessors(session: Session, organisation_id: UUID) -> frozenset[UUID]:
    """An organisation and all that went into it."""
    return frozenset(session.scalars(gone_into([organisation_id])))


def former_names(session: Session, ids: Iterable[UUID]) -> dict[UUID, list[FormerName]]:
    """The names that organisations had, the latest first."""
    wanted = select(FormerName).where(FormerName.organisation_id.in_(list(ids)))
    found: dict[UUID, list[FormerName]] = {}
    for row in session.scalars(wanted.order_by(FormerName.until_day.desc(), FormerName.id.desc())):
        found.setdefault(row.organisation_id, []).append(row)
    return found


def mergers_of(session: Session, organisation_id: UUID) -> list[tuple[OrganisationMerger, Organisation]]:
    """The merger by which an organisation went into another, and those by which others came into it."""
    other = Organisation.id == OrganisationMerger.into_id, OrganisationMerger.organisation_id == organisation_id
    into = select(OrganisationMerger, Organisation).join(Organisation, other[0]).where(other[1], HOLDS)
    came = (
        select(OrganisationMerger, Organisation)
        .join(Organisation, Organisation.id == OrganisationMerger.organisation_id)
        .where(OrganisationMerger.into_id == organisation_id, HOLDS)
        .order_by(OrganisationMerger.merged_on.desc())
    )
    return [(row, place) for query in (into, came) for row, place in session.execute(query)]
