"""Inputs of distance: from a zone or an organisation's seat to the zones of those it shares with, and shared hours."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from marketplace.spillovers.queries.desk import Desk, Told
from marketplace.spillovers.queries.known import SEATS, facilities
from marketplace.spillovers.rules.parameters import PARAMETERS
from marketplace.spillovers.rules.scopes import ScopeKind

_ORIGIN: Final[Mapping[ScopeKind, str]] = {
    ScopeKind.ZONE: "SELECT CAST(:code AS text) AS code",
    ScopeKind.ORGANISATION: f"SELECT zone_code AS code FROM {SEATS} AS seated WHERE id = :id",
}
# A zone's users come from their seats; an organisation's too, and it goes where the facility stands.
_OTHER: Final[Mapping[ScopeKind, str]] = {
    ScopeKind.ZONE: "v.zone_code",
    ScopeKind.ORGANISATION: "CASE WHEN u.host IN (SELECT id FROM inside) THEN v.zone_code ELSE f.zone_code END",
}
_HOURS: Final = f"""
    SELECT {{other}} AS code, count(*) AS sessions, sum(u.seconds) AS seconds
      FROM used u JOIN LATERAL {facilities("u.begun")} AS f ON f.id = u.facility_id
      JOIN {SEATS} AS v ON v.id = u.visitor
     WHERE u.host <> u.visitor GROUP BY 1 ORDER BY 1
"""
_POINTS: Final = "SELECT code, latitude, longitude FROM zones WHERE latitude IS NOT NULL AND longitude IS NOT NULL"


def distances(desk: Desk) -> list[Told]:
    """The points of the zones, the origin, and hours of shared use with each. A collaboration and the platform have no
    single origin; use by or at somebody without a zone is unknown."""
    kind = desk.frame.scope.kind
    # A snapshot of an older edition doesn't tell them.
    assumed = {name: desk.parameters.get(name, PARAMETERS[name]) for name in ("half_distance_km", "bands_km")}
    if kind not in _ORIGIN:
        return [Told({"points": {}, "origin": None, **assumed}, notes=("no_single_origin",), kind="session")]
    points = {row.code: [float(row.latitude), float(row.longitude)] for row in desk.rows(_POINTS)}
    seats = list(desk.rows(_ORIGIN[kind]))
    origin = seats[0].code if seats else None
    rows = list(desk.rows(_HOURS.format(other=_OTHER[kind])))
    stock = {row.code: f"{Decimal(row.seconds) / 3600:.6f}" for row in rows if row.code is not None}
    unknown = sum(row.sessions for row in rows if row.code is None)
    known = origin in points
    near = {code: points[code] for code in sorted({origin, *stock} & points.keys())} if known else {}
    told: dict[str, Any] = {"points": near, "origin": origin if known else None, "stock": stock, **assumed}
    notes = ("hours_of_shared_use",) if known else ("origin_without_point",)
    return [Told(told, unknown=unknown, notes=notes, kind="session")]


GATHERED: Final = {"geo.decay": distances, "geo.band": distances}
