"""Stored figures as pages show them: of each year the last snapshot of a scope, and the one that was published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, func, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Unit
from marketplace.spillovers.measuring import plain
from marketplace.spillovers.models import MetricSnapshot, MetricValue
from marketplace.spillovers.queries.figures import plainly_taken
from marketplace.spillovers.rules.scopes import PATIENCE, PLATFORM, Scope
from marketplace.values.kept import Kept

MOST_YEARS: Final = 10
PUBLISHED: Final = ("flow.matrix", "out.matrix", "out.response_rate")
# Large values, of which a page needs one year's alone.
DRAWN: Final = ("flow.matrix", "net.ties", "ret.curve", "lag.curve", "out.matrix")


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored figure; numbers are read as programs read them."""

    metric: str
    version: int
    variant: str
    value: Any
    n_units: int
    n_unknown: int
    mix: Mapping[str, int]
    notes: Sequence[str]
    rows: int = 0  # that are kept with it


Figures = Mapping[str, Sequence[Stored]]


class Values(Protocol):
    """What pictures are drawn from: figures of a year, or of another period."""

    @property
    def label(self) -> str:
        """The period as people call it."""
        ...

    def value(self, metric: str, *path: str) -> Any:
        """A figure without variants, or a part of it; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year's snapshot with its figures by metric; of those in several variants each."""

    snapshot: MetricSnapshot
    figures: Figures

    @property
    def number(self) -> int:
        """The year."""
        return self.snapshot.first_day.year

    @property
    def label(self) -> str:
        """The year in digits."""
        return str(self.number)

    def value(self, metric: str, *path: str) -> Any:
        """A figure without variants, or a part of it; None where there is none."""
        found = self.figures.get(metric, ())
        here: Any = found[0].value if found else None
        for name in path:
            here = here.get(name) if isinstance(here, Mapping) else None
        return here


def years(session: Session, scope: Scope) -> list[Year]:
    """The last snapshot of each of the last ten calendar years that a scope has, the earliest first."""
    order = (MetricSnapshot.as_of.desc(), MetricSnapshot.taken_at.desc(), MetricSnapshot.id.desc())
    rows = _one_a_year(session, _of(scope), order)[-MOST_YEARS:]
    latest = {rows[-1].id} if rows else set()
    return _filled(session, rows, whole=latest)


def year(session: Session, scope: Scope, number: int) -> Year | None:
    """One calendar year's last snapshot with all that can be drawn of it."""
    found = [each for each in years(session, scope) if each.number == number]
    return _filled(session, [found[0].snapshot], whole={found[0].snapshot.id})[0] if found else None


def whole(session: Session, snapshot: MetricSnapshot) -> Year:
    """All figures of one snapshot, of whatever period."""
    return _filled(session, [snapshot], whole={snapshot.id})[0]


def published_years(session: Session) -> list[Year]:
    """What is published: of each year the first snapshot of the platform that knew what came within 90 days after it.

    Later ones never take its place: two versions of one table could be told from each other.
    """
    patient = cast(func.timezone("UTC", MetricSnapshot.as_of), Date) >= MetricSnapshot.after_day + timedelta(
        days=PATIENCE.days
    )
    order = (MetricSnapshot.taken_at, MetricSnapshot.id)
    rows = _one_a_year(session, and_(_of(PLATFORM), patient), order)[-MOST_YEARS:]
    return _filled(session, rows, whole={each.id for each in rows}, only=PUBLISHED)


def names(session: Session, told: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """Names of organisations by how figures call them: an id, with a territory where they have moved."""
    ids = {each: _id(each) for each in told}
    wanted = {each for each in ids.values() if each is not None}
    known = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))).all()
    rows: dict[UUID, Mapping[str, str]] = {row.id: row.name for row in known}
    return {each: rows[id] for each, id in ids.items() if id in rows}


def instruments(session: Session, told: Iterable[str]) -> dict[str, tuple[Mapping[str, str], str]]:
    """Units and their places by how figures call them: the unit's id and the place."""
    parts = {each: each.partition("/") for each in told}
    ids = {each: id for each, (unit, _, place) in parts.items() if place and (id := _id(unit)) is not None}
    known = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(set(ids.values())))).all() if ids else []
    rows: dict[UUID, Mapping[str, str]] = {row.id: row.name for row in known}
    return {each: (rows[id], parts[each][2]) for each, id in ids.items() if id in rows}


def _id(told: str) -> UUID | None:
    try:
        return UUID(told.partition("@")[0])
    except ValueError:
        return None


def _of(scope: Scope) -> ColumnElement[bool]:
    kind = MetricSnapshot.scope_kind == scope.kind
    if scope.id is not None:
        return and_(kind, MetricSnapshot.scope_id == scope.id)
    return and_(kind, MetricSnapshot.scope_code == scope.code) if scope.code is not None else kind


def _one_a_year(session: Session, which: ColumnElement[bool], order: Sequence[Any]) -> list[MetricSnapshot]:
    whole = and_(
        func.extract("doy", MetricSnapshot.first_day) == 1,
        MetricSnapshot.after_day == cast(MetricSnapshot.first_day + func.make_interval(1), Date),
    )
    rows = select(MetricSnapshot).where(which, whole, plainly_taken()).ext(distinct_on(MetricSnapshot.first_day))
    return list(session.scalars(rows.order_by(MetricSnapshot.first_day, *order)))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The figures of a snapshot that a page needs."""

    snapshot: UUID
    whole: bool
    only: tuple[str, ...] | None


# Snapshots never change, so the figures of those that are looked at are read once.
_FIGURES: Final = Kept[Figures](32)


def _filled(
    session: Session, rows: Sequence[MetricSnapshot], *, whole: Collection[UUID], only: tuple[str, ...] | None = None
) -> list[Year]:
    return [
        Year(each, _FIGURES.get(_Wanted(each.id, each.id in whole, only), _reading(session, each.id, whole, only)))
        for each in rows
    ]


def _reading(
    session: Session, id: UUID, whole: Collection[UUID], only: tuple[str, ...] | None
) -> Callable[[], Figures]:
    """What reads the figures of a snapshot: some, all, or all but those that are drawn."""
    some = MetricValue.metric.in_(only) if only else true() if id in whole else MetricValue.metric.not_in(DRAWN)
    chosen = select(MetricValue).where(MetricValue.snapshot_id == id, some)

    def read() -> Figures:
        found: dict[str, list[Stored]] = defaultdict(list)
        for row in session.scalars(chosen.order_by(MetricValue.metric, MetricValue.variant)):
            found[row.metric].append(_stored(row))
        return MappingProxyType({name: tuple(each) for name, each in found.items()})

    return read


def _stored(row: MetricValue) -> Stored:
    return Stored(
        metric=row.metric,
        version=row.version,
        variant=row.variant,
        value=plain(row.value),
        n_units=row.n_units,
        n_unknown=row.n_unknown,
        mix=row.mix,
        notes=row.notes,
        rows=len(row.subjects or ()),
    )
