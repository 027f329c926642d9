"""Days of use summed: what each organisation booked and used at one unit, day by day and in whole seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.spillovers.rules.bodies import Bodies
from marketplace.statistics.rules.days import inside, parts, share, whole
from marketplace.statistics.rules.seating import user_class
from marketplace.values.period import Period, subtract

SUMS: Final = (
    "booked_seconds", "used_seconds", "effective_seconds", "external_seconds", "inside_seconds", "estimated_seconds",
    "sessions", "bookings", "missed",
)  # fmt: skip
STATES: Final = ("productive", "standby", "engineering", "scheduled_down", "unscheduled_down", "non_scheduled")
Line = dict[str, Any]
# Organisation's legal entity, territory, class, same group, purpose, zone.
_Key = tuple[UUID, str | None, str, bool, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit and where it belongs; `territory` is where its listing says that it stands."""

    unit_id: UUID
    facility_id: UUID
    host: UUID
    territory: str | None
    places: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A stretch of a session or booking, with the zone whose days it is counted in and the park that it lay in."""

    organisation: UUID
    purpose: str | None
    start: datetime
    end: datetime
    zone: ZoneInfo
    park: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Used(Taken):
    """A session that ended; `booked` are the first and last second of its booking."""

    idle: int | None = None
    estimated: bool = False
    booked: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked(Taken):
    """A booking that took its time."""

    missed: bool = False


@dataclass(slots=True)
class Ledger:
    """The sums of one unit by day and key, of the wanted days only."""

    spot: Spot
    bodies: Bodies
    days: Set[date]
    sums: dict[tuple[date, _Key], Line] = field(default_factory=dict)

    def use(self, one: Used) -> None:
        """Add a session, each part to its day."""
        start, length = whole(one.start), whole(one.end) - whole(one.start)
        idle = None if one.idle is None else min(one.idle, length)
        for number, (day, first, last) in enumerate(parts(one.start, one.end, one.zone)):
            if day not in self.days:
                continue
            key = self._key(one, day)
            line, used = self._line(day, key), last - first
            effective = used - (share(idle, length, first - start, last - start) if idle else 0)
            line["used_seconds"] += used
            line["effective_seconds"] += effective
            line["external_seconds"] += 0 if key[2] == "internal" else effective
            line["inside_seconds"] += inside(first, last, one.booked) if one.booked else 0
            line["estimated_seconds"] += used if one.estimated else 0
            line["sessions"] += number == 0

    def book(self, one: Booked) -> None:
        """Add a booking, each part to its day."""
        for number, (day, first, last) in enumerate(parts(one.start, one.end, one.zone)):
            if day in self.days:
                line = self._line(day, self._key(one, day))
                line["booked_seconds"] += last - first
                line["bookings"] += number == 0
                line["missed"] += number == 0 and one.missed

    def lines(self) -> Iterator[Line]:
        """The rows in an order that does not depend on how they came."""
        number: dict[date, int] = {}
        for (day, key), sums in sorted(self.sums.items(), key=lambda each: (each[0][0], tuple(map(str, each[0][1])))):
            number[day] = number.get(day, 0) + 1
            yield self._facts(day, key) | {"line": number[day]} | sums

    def _key(self, one: Taken, day: date) -> _Key:
        user, host = (self.bodies.entity(each, day) for each in (one.organisation, self.spot.host))
        kind = user_class(user, host, self.bodies.sector(user, day))
        grouped = self.bodies.one_group(user, host, day)
        return user, self.bodies.territory(user, day), kind, grouped, one.purpose, one.park

    def _line(self, day: date, key: _Key) -> Line:
        return self.sums.setdefault((day, key), dict.fromkeys(SUMS, 0))

    def _facts(self, day: date, key: _Key) -> Line:
        organisation, territory, kind, grouped, purpose, park = key
        return {
            **place_on(self.spot, self.bodies, day),
            "day": day,
            "zone_code": park,
            "organisation_id": organisation,
            "user_jurisdiction": territory,
            "user_class": kind,
            "same_group": grouped,
            "purpose": purpose,
        }


def place_on(spot: Spot, bodies: Bodies, day: date) -> Line:
    """Where a unit belonged on a day."""
    host = bodies.entity(spot.host, day)
    return {
        "unit_id": spot.unit_id,
        "facility_id": spot.facility_id,
        "host_id": host,
        "unit_jurisdiction": spot.territory or bodies.territory(host, day),
    }


def seconds_by_day(periods: Iterable[Period], zone: ZoneInfo) -> dict[date, int]:
    """The seconds of some stretches by local day."""
    found: dict[date, int] = {}
    for period in periods:
        for day, first, last in parts(period.start, period.end, zone):
            found[day] = found.get(day, 0) + last - first
    return found


def unit_days(
    days: Iterable[date],
    *,
    zone: ZoneInfo,
    open_: tuple[Iterable[Period], Iterable[Period]],
    states: Mapping[str, Iterable[Period]],
) -> dict[date, Line]:
    """Open seconds (opening hours less closures) and seconds by state of each day; `states` are stretches by name."""
    hours = seconds_by_day(subtract(*open_), zone)
    by_state = {name: seconds_by_day(states.get(name, ()), zone) for name in STATES}
    return {
        day: {"open_seconds": hours.get(day, 0)}
        | {f"{name}_seconds": found.get(day, 0) for name, found in by_state.items()}
        for day in days
    }
