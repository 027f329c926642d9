"""Which rows stood behind a figure of an organisation or zone: asked when somebody looks, not kept with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from marketplace.spillovers.models import MetricSnapshot
from marketplace.spillovers.queries.counting import CANDIDATES, counted
from marketplace.spillovers.queries.known import USED_FACILITY, recorded
from marketplace.spillovers.queries.standing import hosted_condition, inside, told_of, use_condition
from marketplace.spillovers.registry import Kind, metric
from marketplace.spillovers.rules.counting import CONTRACTS
from marketplace.spillovers.rules.scopes import ScopeKind
from marketplace.values.refusal import NotFound

PATENTS: Final = ("patent_family",)
# Of these only outcomes of certain types count; of all others every type.
TYPES: Final[Mapping[str, Sequence[str]]] = {
    "out.pub.full": ("publication",),
    "out.pub.frac": ("publication",),
    "out.patent.families": PATENTS,
    "out.spinoff.active3": ("spinoff",),
    "out.contract.active": CONTRACTS,
}
# These may rest on outcomes of earlier years: companies that live, contracts that run, cash that comes later.
EARLIER: Final = frozenset({"out.spinoff.active3", "out.contract.active", "out.income.received"})
OF_USE: Final = frozenset({"net.ei", "net.ties"})
MOST: Final = 20_000

ROWS: Final = frozenset({ScopeKind.ORGANISATION, ScopeKind.ZONE})
_SESSIONS: Final = f"""{{inside}}
    SELECT s.id FROM sessions s LEFT JOIN bookings b ON b.id = s.booking_id JOIN units u ON u.id = s.unit_id
      JOIN {USED_FACILITY}
     CROSS JOIN LATERAL (SELECT coalesce(f.time_zone, 'Asia/Hong_Kong') AS zone) AS z
     WHERE s.checked_out_at <= :as_of AND {recorded()}
       AND s.checked_in_at < CAST(CAST(:after AS date) AS timestamp) AT TIME ZONE z.zone
       AND s.checked_out_at > CAST(CAST(:first AS date) AS timestamp) AT TIME ZONE z.zone
       AND ({{which}})
     ORDER BY s.checked_in_at DESC, s.id LIMIT :most
"""


def ids_behind(session: Session, snapshot: MetricSnapshot, metric_id: str) -> tuple[str, Sequence[UUID]]:
    """The kind and ids of the rows behind a figure of an organisation's or zone's snapshot, as known at its instant.

    Raises NotFound for a metric that doesn't rest on outcomes or sessions.
    """
    known, kind = metric(metric_id), snapshot.scope_kind
    if kind not in ROWS:
        raise NotFound("metric")
    bound: dict[str, Any] = {
        "id": snapshot.scope_id,
        "code": snapshot.scope_code,
        "as_of": snapshot.as_of,
        "day": snapshot.as_of.astimezone(UTC).date(),
        "first": snapshot.first_day,
        "after": snapshot.after_day,
        "most": MOST,
    }
    if known.kind is Kind.USE or metric_id in OF_USE:
        which = hosted_condition(kind) if metric_id.startswith("use.") else use_condition(kind)
        rows = _rows(session, _SESSIONS.format(inside=inside(kind), which=which), bound)
        return "session", [row.id for row in rows]
    if known.kind not in (Kind.OUTPUT, Kind.SPILLOVER):
        raise NotFound("metric")
    rows = _rows(session, told_of(kind) + CANDIDATES, bound | {"floor": snapshot.floor})
    of, since = TYPES.get(metric_id), date.min if metric_id in EARLIER else snapshot.first_day
    kept, found = counted(rows), [row for row in rows if since <= row.date_event < snapshot.after_day]
    found = [row for row in found if row.outcome_id in kept and (of is None or row.type in of)]
    found.sort(key=lambda row: (-row.date_event.toordinal(), row.outcome_id))
    return "outcome", [row.outcome_id for row in found[:MOST]]


def _rows(session: Session, statement: str, bound: Mapping[str, Any]) -> Sequence[Row[Any]]:
    needed = {name: value for name, value in bound.items() if f":{name}" in statement}
    return session.execute(text(statement), needed).all()


def told_by_rows(metric_id: str) -> bool:
    """Whether a figure rests on rows that can be shown one by one."""
    return metric(metric_id).kind in (Kind.USE, Kind.OUTPUT, Kind.SPILLOVER) or metric_id in OF_USE
