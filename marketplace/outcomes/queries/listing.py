"""Outcomes as lists show them: of a collaboration, those that wait for the reader, and those for administrators."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor
from marketplace.outcomes.models import (
    Confidentiality,
    Outcome,
    OutcomeCollaboration,
    OutcomeEvent,
    OutcomeEvidence,
    OutcomeParty,
    OutcomeStatus,
    OutcomeType,
    OutcomeVerb,
    OutcomeVersion,
)
from marketplace.outcomes.queries.reach import own_of, visible_to
from marketplace.outcomes.queries.sides import sides_of_each
from marketplace.outcomes.rules.states import Side


@dataclass(frozen=True, slots=True)
class Row:
    """An outcome in a list: what it is called and who reports it."""

    outcome: Outcome
    title: dict[str, str]
    reporter: dict[str, str]

    @property
    def id(self) -> UUID:
        """The outcome's id."""
        return self.outcome.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a list is narrowed to; None narrows nothing."""

    collaboration_id: UUID | None = None
    organisation_id: UUID | None = None
    type: OutcomeType | None = None
    statuses: Collection[OutcomeStatus] | None = None
    level: int | None = None
    year: int | None = None
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody: to be confirmed by them, their drafts, and theirs that are disputed."""

    to_confirm: Sequence[Row]
    drafts: Sequence[Row]
    disputed: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Own:
    """What organisations have reported for a collaboration and is not settled: drafts, disputes, and how many wait for
    the other side."""

    drafts: Sequence[Row]
    disputed: Sequence[Row]
    waiting: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a collaboration, as far as the reader sees it: how many in each status, and the latest."""

    counts: dict[OutcomeStatus, int]
    latest: Sequence[Row]


def outcomes(session: Session, wish: Wish, *, by: Actor, today: date, limit: int) -> list[Row]:
    """The outcomes that the actor may see and that fit the wish, the newest entry first."""
    wanted = _rows().where(visible_to(by, today), *_conditions(wish))
    return _read(session, wanted.order_by(Outcome.id.desc()).limit(limit))


def waiting_for(session: Session, *, by: Actor, today: date, limit: int = 100) -> Waiting:
    """What the actor may do something about, the oldest first."""
    own = Outcome.organisation_id.in_(own_of(by))
    drafts = _rows().where(own, Outcome.status == OutcomeStatus.DRAFT).order_by(Outcome.id).limit(limit)
    disputed = _rows().where(own, Outcome.status == OutcomeStatus.DISPUTED).order_by(Outcome.id).limit(limit)
    return Waiting(
        to_confirm(session, by=by, today=today, limit=limit), _read(session, drafts), _read(session, disputed)
    )


def to_confirm(
    session: Session, *, by: Actor, today: date, limit: int, collaboration_id: UUID | None = None
) -> list[Row]:
    """Outcomes on whose last version a side of the actor's has not said its word, the oldest first."""
    sided = select(OutcomeParty.organisation_id).join(OutcomeVersion, OutcomeVersion.id == OutcomeParty.version_id)
    sided = sided.where(
        OutcomeVersion.outcome_id == Outcome.id,
        OutcomeVersion.number == Outcome.version,
        OutcomeParty.role.in_(("provider", "user")),
        OutcomeParty.organisation_id.in_(own_of(by)),
        OutcomeParty.organisation_id.not_in(_answered()),
    )
    open_ = Outcome.status.in_((OutcomeStatus.SUBMITTED, OutcomeStatus.CONFIRMED))
    told = Outcome.confidentiality != Confidentiality.ADMINISTRATORS, Outcome.organisation_id.not_in(own_of(by))
    wanted = _rows().where(visible_to(by, today), open_, *told, sided.exists())
    if collaboration_id is not None:
        wanted = wanted.where(_belongs(collaboration_id))
    found = _read(session, wanted.order_by(Outcome.submitted_at, Outcome.id).limit(limit))
    sides = sides_of_each(session, [row.outcome for row in found], by=by, today=today) if found else {}
    return [row for row in found if Side.OTHER in sides[row.id].values()]


def disputed(session: Session, *, limit: int, offset: int = 0) -> list[Row]:
    """Disputes that an administrator settles, the oldest first."""
    wanted = _rows().where(Outcome.status == OutcomeStatus.DISPUTED)
    return _read(session, wanted.order_by(Outcome.submitted_at, Outcome.id).limit(limit).offset(offset))


def to_check(session: Session, *, limit: int, offset: int = 0) -> list[Row]:
    """Outcomes with papers that no administrator has looked at, the oldest first."""
    unseen = select(OutcomeEvidence.id).where(
        OutcomeEvidence.outcome_id == Outcome.id, OutcomeEvidence.checked_at.is_(None)
    )
    open_ = Outcome.status.in_((OutcomeStatus.SUBMITTED, OutcomeStatus.CONFIRMED)), Outcome.level < 3
    wanted = _rows().where(*open_, unseen.exists())
    return _read(session, wanted.order_by(Outcome.submitted_at, Outcome.id).limit(limit).offset(offset))


def number_disputed(session: Session) -> int:
    """How many disputes wait to be settled."""
    wanted = select(func.count()).select_from(Outcome).where(Outcome.status == OutcomeStatus.DISPUTED)
    return session.scalar(wanted) or 0


def of_collaboration(session: Session, collaboration_id: UUID, *, by: Actor, today: date, latest: int = 5) -> Summary:
    """What came of a collaboration."""
    here = visible_to(by, today), _belongs(collaboration_id)
    counted = select(Outcome.status, func.count()).where(*here).group_by(Outcome.status)
    counts = {row[0]: row[1] for row in session.execute(counted)}
    rows = _read(session, _rows().where(*here).order_by(Outcome.date_event.desc(), Outcome.id.desc()).limit(latest))
    return Summary({status: counts[status] for status in OutcomeStatus if status in counts}, rows)


def of_own(session: Session, collaboration_id: UUID, *, organisations: Collection[UUID], limit: int) -> Own:
    """What some organisations, for which the reader speaks, still have open in a collaboration, the oldest first."""
    if not organisations:
        return Own((), (), 0)
    own = Outcome.organisation_id.in_(organisations), _belongs(collaboration_id)
    open_ = OutcomeStatus.DRAFT, OutcomeStatus.DISPUTED
    wanted = _rows().where(*own, Outcome.status.in_(open_)).order_by(Outcome.id).limit(limit)
    found = {status: [row for row in _read(session, wanted) if row.outcome.status is status] for status in open_}
    asked = Outcome.status == OutcomeStatus.SUBMITTED, Outcome.confidentiality != Confidentiality.ADMINISTRATORS
    waiting = select(func.count()).select_from(Outcome).where(*own, *asked)
    return Own(found[OutcomeStatus.DRAFT], found[OutcomeStatus.DISPUTED], session.scalar(waiting) or 0)


def rows_of(session: Session, ids: Iterable[UUID]) -> list[Row]:
    """Some outcomes that were chosen already, in the order of their entry."""
    return _read(session, _rows().where(Outcome.id.in_(list(ids))).order_by(Outcome.id))


def _rows() -> Select[Outcome, dict[str, str], dict[str, str]]:
    last = and_(OutcomeVersion.outcome_id == Outcome.id, OutcomeVersion.number == Outcome.version)
    return (
        select(Outcome, OutcomeVersion.title, Organisation.name)
        .join(OutcomeVersion, last)
        .join(Organisation, Organisation.id == Outcome.organisation_id)
    )


def _read(session: Session, wanted: Select[Outcome, dict[str, str], dict[str, str]]) -> list[Row]:
    return [Row(outcome, dict(title), dict(name)) for outcome, title, name in session.execute(wanted)]


def _belongs(collaboration_id: UUID) -> ColumnElement[bool]:
    here = select(OutcomeCollaboration.outcome_id).where(OutcomeCollaboration.collaboration_id == collaboration_id)
    return Outcome.id.in_(here)


def _answered() -> Select[UUID | None]:
    """The organisations that have said their word on the last version."""
    event = aliased(OutcomeEvent)
    return (
        select(event.organisation_id)
        .where(
            event.outcome_id == Outcome.id,
            event.version == Outcome.version,
            event.verb == OutcomeVerb.CONFIRM,
            event.organisation_id.is_not(None),
        )
        .correlate(Outcome)
    )


def _conditions(wish: Wish) -> Iterable[ColumnElement[bool]]:
    if wish.collaboration_id is not None:
        yield _belongs(wish.collaboration_id)
    if wish.organisation_id is not None:
        yield Outcome.organisation_id == wish.organisation_id
    if wish.type is not None:
        yield Outcome.type == wish.type
    if wish.statuses is not None:
        yield Outcome.status.in_(wish.statuses)
    if wish.level is not None:
        yield Outcome.level >= wish.level
    if wish.year is not None:
        yield Outcome.date_event.between(date(wish.year, 1, 1), date(wish.year, 12, 31))
    if wish.before is not None:
        yield Outcome.id < wish.before
