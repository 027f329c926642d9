"""Outcomes that are, or may be, the same as what somebody is about to enter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, select, tuple_, union
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.outcomes.models import (
    Outcome,
    OutcomeCollaboration,
    OutcomeIdentifier,
    OutcomeStatus,
    OutcomeType,
    OutcomeVersion,
)
from marketplace.outcomes.queries.reach import visible_to
from marketplace.outcomes.rules.duplicates import Likeness, Recorded, likenesses
from marketplace.outcomes.rules.statements import Statement
from marketplace.values.dates import KnownDate

MOST: Final = 500
_YEAR: Final = timedelta(days=366)
# What is over is no reason against entering it anew.
_LIVE: Final = (OutcomeStatus.DRAFT, OutcomeStatus.SUBMITTED, OutcomeStatus.CONFIRMED, OutcomeStatus.DISPUTED)


@dataclass(frozen=True, slots=True)
class Alike:
    """An outcome that is like the new one, what it is called, and why it may be the same."""

    outcome: Outcome
    title: dict[str, str]
    likeness: Likeness


def alike(
    session: Session, new: Sequence[Recorded], collaboration_id: UUID, *, by: Actor, today: date
) -> dict[str, list[Alike]]:
    """For each new one by its id the outcomes that are like it, certain ones first; only what the actor may see."""
    known = _candidates(session, new, collaboration_id, by=by, today=today)
    recorded = [_recorded(row, version, collaboration_id) for row, version in known]
    found = {str(row.id): (row, version) for row, version in known}
    return {
        one.id: [
            Alike(found[other][0], dict(found[other][1].title), each)
            for each in likenesses(one, recorded)
            for other in (each.first, each.second)
            if other != one.id
        ]
        for one in new
    }


def recorded_of(said: Statement, id: str, collaboration_id: UUID) -> Recorded:
    """What is compared of a statement that is about to be entered."""
    return Recorded(
        id=id,
        type=said.type,
        titles=tuple(said.title.values()),
        date=KnownDate(said.date_event, said.precision.value),
        identifiers=frozenset((each.scheme, each.normalised) for each in said.identifiers),
        priorities=frozenset(said.priorities),
        parties=_shared(collaboration_id),
    )


def recorded_told(told: Mapping[str, Any], id: str, collaboration_id: UUID) -> Recorded:
    """The same of an entry that still lacks something, such as its day or its title."""
    return Recorded(
        id=id,
        type=OutcomeType(told["type"]),
        titles=tuple((told.get("title") or {}).values()),
        identifiers=frozenset((each["scheme"], each["value"]) for each in told.get("identifiers", ())),
        priorities=frozenset(told.get("priorities", ())),
        parties=_shared(collaboration_id),
    )


def _recorded(row: Outcome, version: OutcomeVersion, collaboration_id: UUID) -> Recorded:
    return Recorded(
        id=str(row.id),
        type=version.type,
        titles=tuple(version.title.values()),
        date=KnownDate(version.date_event, version.precision.value),
        identifiers=frozenset((each["scheme"], each["normalised"]) for each in version.identifiers),
        priorities=frozenset(version.priorities),
        parties=_shared(collaboration_id),
    )


def _shared(collaboration_id: UUID) -> frozenset[str]:
    """Whatever stands in one collaboration shares its parties."""
    return frozenset({str(collaboration_id)})


def _candidates(
    session: Session, new: Iterable[Recorded], collaboration_id: UUID, *, by: Actor, today: date
) -> list[tuple[Outcome, OutcomeVersion]]:
    """Live outcomes with a number or the priorities of one of the new, and those of the collaboration near its day."""
    wanted = candidates(list(new), collaboration_id, by=by, today=today)
    return [(row, version) for row, version in session.execute(wanted.limit(MOST))]


def candidates(
    new: Sequence[Recorded], collaboration_id: UUID, *, by: Actor, today: date
) -> Select[Outcome, OutcomeVersion]:
    """The selection of these, the latest first: each way by which one is found has an index of its own."""
    marks = sorted({mark for one in new for mark in one.identifiers})
    families = sorted({tuple(sorted(one.priorities)) for one in new if one.priorities})
    named = select(OutcomeIdentifier.outcome_id).where(
        tuple_(OutcomeIdentifier.scheme, OutcomeIdentifier.normalised).in_(marks)
    )
    here = OutcomeCollaboration.collaboration_id == collaboration_id
    near = select(Outcome.id).join(OutcomeCollaboration, OutcomeCollaboration.outcome_id == Outcome.id).where(here)
    days = [one.date.day for one in new if one.date]
    if days and len(days) == len(new):
        near = near.where(Outcome.date_event.between(min(days) - _YEAR, max(days) + _YEAR))
    related = [
        select(OutcomeVersion.outcome_id).where(OutcomeVersion.priorities == list(family)) for family in families
    ]
    ids = union(near, *([named] if marks else ()), *related)
    return (
        select(Outcome, OutcomeVersion)
        .join(
            OutcomeVersion,
            and_(OutcomeVersion.outcome_id == Outcome.id, OutcomeVersion.number == Outcome.version),
        )
        .where(Outcome.status.in_(_LIVE), visible_to(by, today))
        .where(Outcome.id.in_(ids.subquery().select()))
        .order_by(Outcome.date_event.desc(), Outcome.id)
    )
