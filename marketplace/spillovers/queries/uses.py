"""Inputs of use: sessions with their two sides and hours, machine hours, booked hours, and how sessions opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.spillovers.queries.desk import Desk, Told
from marketplace.spillovers.queries.known import SAID_OF_BOOKING, UNITS, facilities, recorded
from marketplace.spillovers.queries.standing import hosted_condition, unit_condition
from marketplace.spillovers.rules.machine_hours import kind_of

OPENED_WITHIN: Final = "15 minutes"
NOTICE: Final = "24 hours"
_MICRO: Final = Decimal("0.000001")
_HOUR: Final = 3600
_MICROSECOND: Final = timedelta(microseconds=1)
# National rules are for instruments of RMB 500,000 and more; the bound is in the smallest unit.
ELIGIBLE: Final = ("CNY", 50_000_000)
_SESSIONS = "SELECT id, unit_id, place, host, visitor, hosted, begun, ended, time_zone FROM used ORDER BY id"
_INSTRUMENTS = f"""
    SELECT u.id, u.places, u.instrument_class, u.original_value_minor AS value, u.original_value_currency AS currency
      FROM {UNITS} AS u JOIN {facilities()} AS f ON f.id = u.facility_id
     WHERE u.kind = 'instrument' AND u.created_at <= :as_of
       AND (u.commissioned_on IS NULL OR u.commissioned_on < :after)
       AND (u.decommissioned_on IS NULL OR u.decommissioned_on >= :first) AND ({{which}})
     ORDER BY u.id
"""
# Booked hours that were over by then, whole in the period, and what was used inside them.
_BOOKED = f"""
    WITH booked AS (
      SELECT b.id, b.starts_at, b.ends_at,
             CAST(CAST(:first AS date) AS timestamp) AT TIME ZONE coalesce(f.time_zone, 'Asia/Hong_Kong') AS first,
             CAST(CAST(:after AS date) AS timestamp) AT TIME ZONE coalesce(f.time_zone, 'Asia/Hong_Kong') AS after
        FROM bookings b JOIN units u ON u.id = b.unit_id
        JOIN LATERAL {facilities("b.starts_at")} AS f ON f.id = u.facility_id
       WHERE b.state IN ('confirmed', 'in_use', 'completed', 'no_show') AND b.ends_at <= :as_of
         AND b.created_at <= :as_of AND ({{use}})
    ), bounded AS (
      SELECT id, greatest(starts_at, first) AS begun, least(ends_at, after) AS ended FROM booked
    )
    SELECT count(*) AS bookings, coalesce(sum(extract(epoch FROM ended - begun)), 0) AS booked,
           coalesce(sum((SELECT sum(greatest(extract(epoch FROM least(s.checked_out_at, ended)
                                                              - greatest(s.checked_in_at, begun)), 0))
                           FROM sessions s WHERE s.booking_id = bounded.id AND s.checked_out_at <= :as_of
                            AND {recorded()})), 0) AS used
      FROM bounded WHERE begun < ended
"""
# Confirmed bookings of the period that should have opened by then, one that nobody came for too; what lapsed or was
# declined after it had been confirmed was scheduled no more.
_OPENED = f"""
    WITH scheduled AS (
      SELECT b.starts_at, said.cancelled_at, coalesce(said.cancelled_by_user, false) AS by_user,
             coalesce(said.cancelled_at > b.starts_at - interval '{NOTICE}', false) AS short,
             EXISTS (SELECT FROM sessions s WHERE s.booking_id = b.id AND s.checked_in_at <= :as_of AND {recorded()}
                      AND s.checked_in_at <= b.starts_at + interval '{OPENED_WITHIN}') AS opened
        FROM bookings b JOIN units u ON u.id = b.unit_id
        JOIN LATERAL {facilities("b.starts_at")} AS f ON f.id = u.facility_id
        LEFT JOIN {SAID_OF_BOOKING}
       WHERE b.created_at <= :as_of AND b.starts_at + interval '{OPENED_WITHIN}' <= :as_of
         AND CAST(b.starts_at AT TIME ZONE coalesce(f.time_zone, 'Asia/Hong_Kong') AS date) >= :first
         AND CAST(b.starts_at AT TIME ZONE coalesce(f.time_zone, 'Asia/Hong_Kong') AS date) < :after
         AND coalesce(said.confirmed_at <= :as_of, b.state IN ('confirmed', 'in_use', 'completed', 'no_show'))
         AND said.refused IS NOT TRUE AND ({{use}})
    )
    SELECT count(*) FILTER (WHERE opened) AS opened,
           count(*) FILTER (WHERE NOT opened AND cancelled_at IS NULL) AS late,
           count(*) FILTER (WHERE NOT opened AND cancelled_at IS NOT NULL AND NOT by_user) AS by_host,
           count(*) FILTER (WHERE NOT opened AND by_user AND NOT short) AS by_user,
           count(*) FILTER (WHERE NOT opened AND by_user AND short) AS by_user_late
      FROM scheduled
"""


@dataclass(frozen=True, slots=True)
class Use:
    """A session's part in one day, mostly all of it: the legal entities on both sides as figures name them, and its
    hours."""

    id: UUID
    part: int
    instrument: str
    host: str
    user: str
    hours: Decimal
    group: bool
    day: date
    sides: tuple[UUID, UUID]
    hosted: bool

    @property
    def name(self) -> str:
        """The session's id; of further parts with their number."""
        return f"{self.id}/{self.part}" if self.part > 1 else str(self.id)


def sessions(desk: Desk) -> list[Told]:
    """Every session of the period by its days: host, user and hours; for each organisation its territory on that day
    and sector."""
    rows, territory, sector, subjects, group, further = [], {}, {}, [], 0, 0
    for use in desk.once("uses", lambda: list(uses(desk))):
        rows.append({"id": use.name, "host": use.host, "user": use.user, "hours": f"{use.hours:f}"})
        for name, id in zip((use.host, use.user), use.sides, strict=True):
            territory[name] = desk.bodies.territory(id, use.day)
            sector[name] = desk.bodies.sector(id, use.day)
        subjects.append(use.id)
        group += use.group
        further += use.part > 1
    notes = [f"{code}:{count}" for code, count in (("same_group", group), ("split_at_midnight", further)) if count]
    return [
        Told(
            {"sessions": rows, "jurisdiction": territory, "sector": sector},
            notes=notes,
            subjects=list(dict.fromkeys(subjects)),
            kind="session",
        )
    ]


def instruments(desk: Desk) -> list[Told]:
    """Hours of each place of an eligible instrument in the period, idle ones too, and those of other legal entities.

    Session hours stand for effective ones: states of machines are not recorded, so idle running is in them. An
    instrument without a value in the currency of the bound is unknown.
    """
    units, unknown = desk.once("eligible", lambda: _eligible(desk))
    hours = {f"{id}/{place}": Decimal(0) for id, row in units.items() for place in range(1, row.places + 1)}
    external: dict[str, Decimal] = defaultdict(Decimal)
    subjects = []
    for use in desk.once("uses", lambda: list(uses(desk))):
        if use.hosted and use.instrument.partition("/")[0] in units:
            hours[use.instrument] = hours.get(use.instrument, Decimal(0)) + use.hours
            external[use.instrument] += use.hours if use.host != use.user else 0
            subjects.append(use.id)
    kinds = {name: kind_of(units[name.partition("/")[0]].instrument_class) for name in hours}
    rows = {
        name: {"kind": kinds[name], "prep": 0, "test": f"{hours[name]:f}", "post": 0, "ext": f"{external[name]:f}"}
        for name in sorted(hours)
    }
    quotas = {"quota_hours": desk.parameters["quota_hours"], "survey_benchmark": desk.parameters["survey_benchmark"]}
    told = {"instruments": rows, **quotas, **_part_of_year(desk)}
    notes = ("session_hours", f"kinds_by_class:{list(kinds.values()).count(None)}")
    behind = list(dict.fromkeys(subjects))
    return [Told(told, unknown=unknown, notes=notes, subjects=behind, kind="session")]


def online(desk: Desk) -> list[Told]:
    """Eligible instruments. Whether one is registered on the national platform is not recorded: all are unknown."""
    units, unknown = desk.once("eligible", lambda: _eligible(desk))
    told = {"eligible": sorted(units), "on_platform": None}
    return [Told(told, unknown=unknown, notes=("platform_not_recorded",), kind="unit")]


def booked(desk: Desk) -> list[Told]:
    """Booked hours of the period, and hours of sessions inside their own booking."""
    (row,) = desk.rows(_BOOKED.format(use=hosted_condition(desk.frame.scope.kind)))
    told = {"booked_h": f"{_hours(row.booked):f}", "used_inside_booked_h": f"{_hours(row.used):f}"}
    return [Told(told, notes=(f"bookings:{row.bookings}",), kind="booking")]


def opened(desk: Desk) -> list[Told]:
    """Bookings that were to begin in the period: opened within 15 minutes, later or not at all, or called off, and by
    whom. What a user called off is left out of what was scheduled, at short notice too."""
    (row,) = desk.rows(_OPENED.format(use=hosted_condition(desk.frame.scope.kind)))
    told = {
        "scheduled": row.opened + row.late + row.by_host + row.by_user,
        "opened_within_15min": row.opened,
        "late": row.late,
        "cancelled_by_host": row.by_host,
        "cancelled_by_user_24h_before": row.by_user,
    }
    notes = (f"called_off_at_short_notice:{row.by_user_late}",) if row.by_user_late else ()
    return [Told({"sessions": told}, notes=notes, kind="booking")]


def uses(desk: Desk) -> Iterator[Use]:
    """Every session of the frame, split at midnight as its place counts days, with both sides as the legal entities
    that they were on that day (S-05)."""
    for row in desk.rows(_SESSIONS):
        instrument = f"{row.unit_id}/{row.place}"
        for number, (day, seconds) in enumerate(_by_day(row), start=1):
            sides = desk.bodies.entity(row.host, day), desk.bodies.entity(row.visitor, day)
            names = desk.bodies.name(sides[0], day), desk.bodies.name(sides[1], day)
            grouped = desk.bodies.one_group(*sides, day)
            yield Use(row.id, number, instrument, *names, _hours(seconds), grouped, day, sides, row.hosted)


def _by_day(row: Any) -> Iterator[tuple[date, Decimal]]:
    """The days of a session as its place counts them, with the seconds of each."""
    zone = ZoneInfo(row.time_zone)
    begun = row.begun.astimezone(zone)
    ended = row.ended.astimezone(zone)
    while begun < ended:
        midnight = datetime.combine(begun.date() + timedelta(days=1), time(), tzinfo=zone)
        until = min(midnight, ended)
        yield begun.date(), Decimal((until.astimezone(UTC) - begun.astimezone(UTC)) / _MICROSECOND) / 1_000_000
        begun = until


def _eligible(desk: Desk) -> tuple[dict[str, Any], int]:
    """Instruments that reach the bound with their places and class, and how many may or may not."""
    currency, least = ELIGIBLE
    found: dict[str, Any] = {}
    unknown = 0
    for row in desk.rows(_INSTRUMENTS.format(which=unit_condition(desk.frame.scope.kind))):
        if row.value is None or row.currency != currency:
            unknown += row.places
        elif row.value >= least:
            found[str(row.id)] = row
    return found, unknown


def _hours(seconds: Any) -> Decimal:
    """Seconds as hours, to the millionth below: sums of parts never pass the whole."""
    return (Decimal(seconds) / _HOUR).quantize(_MICRO, rounding=ROUND_DOWN)


def _part_of_year(desk: Desk) -> dict[str, int]:
    span = desk.frame.span
    days = (span.after - span.first).days
    year = (date(span.first.year + 1, 1, 1) - date(span.first.year, 1, 1)).days
    return {} if span.whole_year(span.first.year) else {"period_days": min(days, year), "year_days": year}


GATHERED: Final = {
    "use.show_rate": booked,
    "use.cn.effective_hours": instruments,
    "use.cn.external_hours": instruments,
    "use.cn.quota_rate": instruments,
    "use.cn.sharing_rate": instruments,
    "use.cn.online_rate": online,
    "flow.cross_border_share": sessions,
    "flow.net_hours": sessions,
    "net.ei": sessions,
    "open.session_on_schedule": opened,
}
