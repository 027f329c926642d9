"""Raw rows of use as statements: sessions and bookings that touch a period, with what their parties were that day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.spillovers.queries.known import facilities
from marketplace.statistics.queries.seating import SEATING
from marketplace.statistics.rules.reach import Reach
from marketplace.statistics.rules.wishes import Wish

# Bookings that took their time, whoever came.
BOOKED_STATES: Final = "('confirmed', 'in_use', 'completed', 'no_show')"


def first_of(column: str) -> str:
    """A localized name as files have it."""
    return f"coalesce({column} ->> 'en', {column} ->> 'zh-Hant', {column} ->> 'zh-Hans')"


def _midnight(day: str) -> str:
    return f"CAST({day} AS timestamp) AT TIME ZONE z.name"


def _whole(instant: str) -> str:
    return f"CAST(floor(date_part('epoch', {instant})) AS bigint)"


_AROUND: Final = f"""
    JOIN units u ON u.id = {{of}}.unit_id
    JOIN facilities p ON p.id = u.facility_id
    JOIN LATERAL {{place}} AS f ON f.id = u.facility_id
    LEFT JOIN jurisdictions j ON j.code = p.jurisdiction_code
    CROSS JOIN LATERAL (SELECT coalesce(f.time_zone, '{ASSUMED_ZONE}') AS name) AS z
    CROSS JOIN LATERAL (SELECT greatest({{begins}}, {_midnight("CAST(%(first)s AS date)")}) AS begun,
                               least({{ends}}, {_midnight("CAST(%(after)s AS date)")}) AS ended) AS w
    CROSS JOIN LATERAL (SELECT CAST(w.begun AT TIME ZONE z.name AS date) AS day,
                               {_whole("w.begun")} AS begun, {_whole("w.ended")} AS ended,
                               {_whole("{begins}")} AS start, {_whole("{ends}")} AS stop) AS d
    JOIN seating v ON v.organisation_id = {{user}} AND d.day >= v.since AND d.day < v.until
    JOIN seating h ON h.organisation_id = f.organisation_id AND d.day >= h.since AND d.day < h.until
    JOIN organisations vo ON vo.id = v.entity_id
    JOIN organisations ho ON ho.id = h.entity_id
"""
_SESSIONS: Final = (
    "sessions s LEFT JOIN bookings b ON b.id = s.booking_id"
    " LEFT JOIN people q ON q.id = coalesce(s.person_id, b.person_id)"
    + _AROUND.format(
        of="s",
        place=facilities("s.checked_in_at"),
        begins="s.checked_in_at",
        ends="s.checked_out_at",
        user="s.organisation_id",
    )
)
_BOOKINGS: Final = "bookings b LEFT JOIN people q ON q.id = b.person_id" + _AROUND.format(
    of="b", place=facilities("b.starts_at"), begins="b.starts_at", ends="b.ends_at", user="b.organisation_id"
)
# A zone is at most so far from UTC: what the index narrows is exact afterwards.
_NEAR: Final = "&& tstzrange(CAST(%(first)s AS date) - interval '1 day', CAST(%(after)s AS date) + interval '1 day')"
_WITHIN: Final = "w.begun < w.ended"
_SESSION_ROWS: Final = (
    f"s.superseded_at IS NULL AND tstzrange(s.checked_in_at, s.checked_out_at) {_NEAR}"
    f" AND s.checked_out_at IS NOT NULL AND {_WITHIN}"
)
_BOOKING_ROWS: Final = f"tstzrange(b.starts_at, b.ends_at) {_NEAR} AND {_WITHIN}"

_USED: Final = "(d.ended - d.begun)"
_IDLE: Final = "least(coalesce(s.idle_seconds, 0), d.stop - d.start)"
# Shares of idle time by cumulated whole seconds, as rules/days.py counts them: parts of a session add up.
_EFFECTIVE: Final = f"""({_USED} - CASE WHEN s.idle_seconds IS NULL THEN 0 ELSE
    {_IDLE} * (d.ended - d.start) / nullif(d.stop - d.start, 0)
    - {_IDLE} * (d.begun - d.start) / nullif(d.stop - d.start, 0) END)"""
_UNIT_JURISDICTION: Final = "coalesce(j.root_code, h.territory)"
_CLASS: Final = "CASE WHEN v.entity_id = h.entity_id THEN 'internal' ELSE coalesce(v.kind, 'unknown') END"
_BOTH: Final[Mapping[str, str]] = {
    "booking_reference": "b.reference",
    "unit_id": "u.id",
    "unit": first_of("u.name"),
    "facility_id": "p.id",
    "facility": first_of("p.name"),
    "host_id": "h.entity_id",
    "host": first_of("ho.name"),
    "zone": "f.zone_code",
    "unit_jurisdiction": _UNIT_JURISDICTION,
    "techniques": "array_to_string(u.techniques, '; ')",
    "organisation_id": "v.entity_id",
    "organisation": first_of("vo.name"),
    "user_jurisdiction": "v.territory",
    "user_class": _CLASS,
    "same_group": "(v.entity_id <> h.entity_id AND v.top_id = h.top_id)",
    "day": "d.day",
    "time_zone": "z.name",
    "booked_from": "b.starts_at",
    "booked_until": "b.ends_at",
    "person": "coalesce(q.name, q.pseudonym)",
    "email": "q.email",
    "note": "b.note",
}
_OF_SESSIONS: Final[Mapping[str, str]] = {
    **_BOTH,
    "session_id": "s.id",
    "place": "s.place",
    "purpose": "coalesce(s.purpose, b.purpose)",
    "starts_at": "s.checked_in_at",
    "ends_at": "s.checked_out_at",
    "used_seconds": _USED,
    "effective_seconds": _EFFECTIVE,
    "external_seconds": f"CASE WHEN v.entity_id = h.entity_id THEN 0 ELSE {_EFFECTIVE} END",
    "inside_seconds": f"""CASE WHEN b.id IS NULL THEN 0 ELSE greatest(0, least(d.ended, {_whole("b.ends_at")})
        - greatest(d.begun, {_whole("b.starts_at")})) END""",
    "estimated_seconds": f"CASE WHEN s.start_rule IS NULL AND s.end_rule IS NULL THEN 0 ELSE {_USED} END",
    "samples": "s.samples",
    "operator_minutes": "s.operator_minutes",
}
_OF_BOOKINGS: Final[Mapping[str, str]] = {
    **_BOTH,
    "booking_id": "b.id",
    "state": "b.state",
    "end_cause": "b.end_cause",
    "place": "b.place",
    "purpose": "b.purpose",
    "asked_at": "b.created_at",
    "booked_seconds": f"CASE WHEN b.state IN {BOOKED_STATES} THEN {_USED} ELSE 0 END",
    "total_minor": "b.total_minor",
    "total_currency": "b.total_currency",
}
_FILTERS: Final[Mapping[str, str]] = {
    "user_jurisdiction": "v.territory = ANY({})",
    "organisation": "v.entity_id = ANY(CAST({} AS uuid[]))",
    "user_class": f"{_CLASS} = ANY({{}})",
    "purpose": "{purpose} = ANY({{}})",
    "unit_jurisdiction": f"{_UNIT_JURISDICTION} = ANY({{}})",
    "zone": "f.zone_code = ANY({})",
    "unit": "u.id = ANY(CAST({} AS uuid[]))",
    "facility": "u.facility_id = ANY(CAST({} AS uuid[]))",
    "host": "h.entity_id = ANY(CAST({} AS uuid[]))",
    "technique": "u.techniques && CAST({} AS text[])",
}
# Whoever has roles on both sides of a boundary carries nobody across it: user and host are of one side in each row.
_OWN_PEOPLE: Final = """h.entity_id = ANY(CAST(%(hosts)s AS uuid[])) AND v.territory = h.territory
    AND v.territory = ANY(CAST(%(near)s AS text[]))"""
_BACK: Final = {"sessions": ("s.checked_in_at", "s.id"), "bookings": ("b.starts_at", "b.id")}


def raw_select(wish: Wish, reach: Reach) -> tuple[str, dict[str, str]]:
    """The statement around its columns, which stand as `{columns}`, and the expression of each column."""
    found: dict[str, str] = dict(_OF_SESSIONS if wish.shape == "sessions" else _OF_BOOKINGS)
    source, rows = (_SESSIONS, _SESSION_ROWS) if wish.shape == "sessions" else (_BOOKINGS, _BOOKING_ROWS)
    if reach.near is not None:
        # Of a host's own users alone, and on their side of a boundary.
        for each in ("person", "email", "note"):
            found[each] = f"CASE WHEN {_OWN_PEOPLE} THEN {found[each]} END"
    conditions = [rows, *_conditions(wish, found["purpose"]), *_reached(reach)]
    order = ", ".join(_BACK[wish.shape])
    return (
        f"WITH {SEATING} SELECT {{columns}} FROM {source} WHERE {' AND '.join(conditions)} ORDER BY {order}",
        found,
    )


def filter_values(wish: Wish, reach: Reach) -> dict[str, Any]:
    """What filters and reach bind."""
    bound: dict[str, Any] = {f"filter_{name}": list(values) for name, values in wish.filters.items()}
    bound |= {"hosts": list(reach.hosts), "zones": list(reach.zones), "near": list(reach.near or ())}
    return bound


def _conditions(wish: Wish, purpose: str) -> list[str]:
    return [
        _FILTERS[name].replace("{purpose}", purpose).replace("{{}}", "{}").format(f"%(filter_{name})s")
        for name in wish.filters
    ]


def _reached(reach: Reach) -> list[str]:
    if reach.everything:
        return []
    return ["(h.entity_id = ANY(CAST(%(hosts)s AS uuid[])) OR f.zone_code = ANY(CAST(%(zones)s AS text[])))"]
