"""The listings of the synthetic set: organisations, people, and facilities of one unit each that can be booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import (
    Control,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Verification,
)
from marketplace.availability.models import BookingRules, OpeningHours
from marketplace.availability.rules import UnitRules
from marketplace.catalogue.models import Facility, FacilityKind, ListingState, Scale, Unit, UnitKind, UnitState
from marketplace.database import Base
from marketplace.jurisdictions.models import Zone
from marketplace.pricing.models import Rate, RatePer
from marketplace.sample import sheets
from marketplace.terms.models import TermsVersion
from marketplace.terms.rules import digest
from marketplace.values.money import EXPONENTS

CALENDARS = {"HK": "HK-GEN", "MO": "MO", "CN-GD": "CN"}
ZONES = {"HK": "Asia/Hong_Kong", "MO": "Asia/Macau", "CN-GD": "Asia/Shanghai"}
CURRENCIES = {"HK": "HKD", "MO": "MOP", "CN-GD": "CNY"}
WEEKS = ("office", "office", "long", "long", "weekend", "always", "night")
ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who books, for an organisation."""

    person: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the bookings of one unit need to know of it; ids in hexadecimal."""

    id: str
    places: int
    week: str
    calendar: str
    clean_up: int
    rate: str
    hourly_minor: int
    currency: str
    terms: str
    host: str
    owner: str
    readers: Sequence[Reader]


def listed(session: Session, count: int, *, desk: Desk, size: int | None = None) -> Founded:
    """Write `count` facilities, each with one unit that can be booked, and all that stands behind them: `size`
    organisations where that is told, a third of them hosts, with seats in zones."""
    many_hosts = max(1, count // 50) if size is None else max(1, size // 3)
    many_users = max(4, count // 100) if size is None else max(4, size - many_hosts)
    zones = _zones(session) if size is not None else {}
    hosts = _organisations(desk, many_hosts, label="Synthetic host", zones=zones)
    users = _organisations(desk, many_users, label="Synthetic user", zones=zones)
    managers = [_person(desk, number, one, Role.HOST_MANAGER) for number, one in enumerate(hosts)]
    many_readers = max(20, min(2000, count // 2)) if size is None else many_users
    readers = [
        _person(desk, many_hosts + number, users[number % many_users], Role.RESEARCHER)
        for number in range(many_readers)
    ]
    found = []
    for number in range(count):
        host = number % many_hosts
        place = Place(number, hosts[host], managers[host], tuple(desk.random.sample(readers, min(12, many_readers))))
        found.append(_facility(desk, place))
    desk.rows.write(session)
    return Founded(found, (*hosts, *users), {each.organisation: each.person for each in (*managers, *readers)})


def _zones(session: Session) -> dict[str, list[str]]:
    """The zones in which organisations may have a seat, by jurisdiction."""
    found: dict[str, list[str]] = {}
    rows = select(Zone.jurisdiction_code, Zone.code).where(Zone.jurisdiction_code.is_not(None)).order_by(Zone.code)
    for jurisdiction, code in session.execute(rows):
        found.setdefault(str(jurisdiction), []).append(code)
    return found


class Ids:
    """UUIDv7s that ascend from an instant, with bits from a seed: the same seed gives the same ids."""

    def __init__(self, random: Random, since: datetime) -> None:
        self._random = random
        self._milliseconds = int(since.timestamp()) * 1000

    def draw(self) -> UUID:
        """The next one."""
        self._milliseconds += 1
        noise = self._random.getrandbits(74)
        top = self._milliseconds << 80 | 0x7 << 76 | (noise >> 62) << 64
        return UUID(int=top | 0b10 << 62 | noise & ((1 << 62) - 1))


class Rows:
    """Rows by mapped class, written in the order in which the classes came."""

    def __init__(self) -> None:
        self._rows: dict[type[Base], list[dict[str, Any]]] = {}

    def add(self, kind: type[Base], /, **values: Any) -> None:
        """Keep one row."""
        self._rows.setdefault(kind, []).append(values)

    def write(self, session: Session) -> None:
        """Insert them all."""
        for kind, rows in self._rows.items():
            for first in range(0, len(rows), ROWS_AT_ONCE):
                session.execute(insert(kind), rows[first : first + ROWS_AT_ONCE])


@dataclass(frozen=True, slots=True)
class Desk:
    """Where rows are written: the rows so far, what draws their ids and chances, and the dates of the set."""

    rows: Rows
    ids: Ids
    random: Random
    now: datetime
    today: date
    open_for: timedelta = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Body:
    """A synthetic organisation."""

    id: UUID
    jurisdiction: str
    kind: OrganisationKind
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Founded:
    """The units, the organisations behind and before them, and somebody of each; ids of both in hexadecimal."""

    units: Sequence[Listed]
    bodies: Sequence[Body]
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """One facility to be: its number, its host, who manages it and who will book it."""

    number: int
    body: Body
    manager: Reader
    readers: Sequence[Reader]


def _organisations(desk: Desk, count: int, *, label: str, zones: Mapping[str, Sequence[str]]) -> list[Body]:
    found = []
    for number in range(count):
        jurisdiction = tuple(CALENDARS)[number % len(CALENDARS)]
        kind = (OrganisationKind.UNIVERSITY, OrganisationKind.FIRM, OrganisationKind.INSTITUTE)[number // 3 % 3]
        seats = zones.get(jurisdiction, ())
        # Every other one has its seat in a zone, half of them in the first.
        seat = seats[number // 12 % len(seats) if number % 4 else 0] if seats and number % 2 == 0 else None
        body = Body(desk.ids.draw(), jurisdiction, kind, seat)
        name = f"{label} {number + 1:04d}"
        desk.rows.add(
            Organisation,
            id=body.id,
            slug=f"{name.lower().replace(' ', '-')}-{body.id.hex[-6:]}",
            name={"en": name, "zh-Hant": f"合成示例機構{number + 1:04d}", "zh-Hans": f"合成示例机构{number + 1:04d}"},
            about={},
            kind=kind,
            jurisdiction_code=jurisdiction,
            zone_code=seat,
            control=Control.MAINLAND if jurisdiction == "CN-GD" else Control.HK_MACAO,
            verification=Verification.VERIFIED,
            verified_at=desk.now,
            submitted_at=desk.now,
            sample=True,
            created_at=desk.now,
        )
        found.append(body)
    return found


def _person(desk: Desk, number: int, body: Body, role: Role) -> Reader:
    id = desk.ids.draw()
    desk.rows.add(
        Person,
        id=id,
        email=f"synthetic-{number:05d}-{id.hex[-6:]}@example.org",
        name=f"Synthetic {number:05d}",
        pseudonym=f"person-{id.hex[-12:]}",
        recovery_codes=[],
        sample=True,
        created_at=desk.now,
    )
    desk.rows.add(Membership, id=desk.ids.draw(), person_id=id, organisation_id=body.id, role=role, since=desk.now)
    return Reader(id.hex, body.id.hex)


def _facility(desk: Desk, place: Place) -> Listed:
    models = sheets.facilities()
    model = models[place.number % len(models)]
    facility, terms = desk.ids.draw(), desk.ids.draw()
    units = model["units"]
    desk.rows.add(Facility, id=facility, **_facility_fields(desk, place, model))
    text = sheets.localized(sheets.habits()["terms"][model["terms"]])
    desk.rows.add(
        TermsVersion,
        id=terms,
        facility_id=facility,
        number=1,
        text=text,
        clauses={},
        digest=digest(text),
        published_at=desk.now,
    )
    unit = _unit(desk, place, facility, units[place.number // len(models) % len(units)])
    return replace(unit, terms=terms.hex)


def _facility_fields(desk: Desk, place: Place, model: sheets.Sheet) -> dict[str, Any]:
    host, body, number = sheets.organisations()[model["host"]], place.body, place.number + 1
    at_home = host["jurisdiction"] == body.jurisdiction
    trl = model.get("trl", (None, None))
    point = [Decimal(str(round(one + desk.random.uniform(-0.02, 0.02), 5))) for one in host["point"]]
    return {
        "organisation_id": body.id,
        "slug": f"synthetic-{number:05d}-{desk.random.getrandbits(24):06x}",
        "kind": FacilityKind(model["kind"]),
        "state": ListingState.PUBLISHED,
        "name": {language: f"{text} S{number:05d}" for language, text in sheets.localized(model["name"]).items()},
        "summary": sheets.localized(model["summary"]),
        "description": sheets.localized(model["description"]),
        "contact_email": "synthetic@example.org",
        "jurisdiction_code": body.jurisdiction,
        "zone_code": body.zone or (host.get("zone") if at_home else None),
        "city": host["city"] if at_home else None,
        "latitude": point[0],
        "longitude": point[1],
        "time_zone": ZONES[body.jurisdiction],
        "service_modes": list(model["modes"]),
        "techniques": list(model["techniques"]),
        "instrument_classes": sorted({unit["class"] for unit in model["units"]}),
        "research_fields": list(model["fields"]),
        "trl_min": trl[0],
        "trl_max": trl[1],
        "scale": Scale(model["scale"]) if "scale" in model else None,
        "cleanroom_class": model.get("cleanroom"),
        "planned_opening": desk.today - desk.open_for - timedelta(days=(0, 0, -12, 0, 9, 45)[number % 6]),
        "actual_opening": desk.today - desk.open_for,
        "sample": True,
        "version": 1,
        "created_at": desk.now,
        "updated_at": desk.now,
        "published_at": desk.now,
    }


def _unit(desk: Desk, place: Place, facility: UUID, sheet: sheets.Sheet) -> Listed:
    unit, number = desk.ids.draw(), place.number
    places = 1 + (number % 10 == 0) + (number % 20 == 0)
    desk.rows.add(
        Unit,
        id=unit,
        facility_id=facility,
        kind=UnitKind(sheet["kind"]),
        state=UnitState.ACTIVE,
        places=places,
        name=sheets.localized(sheet["name"]),
        maker=sheet.get("maker"),
        model=sheet.get("model"),
        instrument_class=sheet["class"],
        sample=True,
        created_at=desk.now,
        updated_at=desk.now,
    )
    currency = CURRENCIES[place.body.jurisdiction]
    listed = Listed(
        id=unit.hex,
        places=places,
        week=WEEKS[number % len(WEEKS)],
        calendar=CALENDARS[place.body.jurisdiction],
        clean_up=30 * (number % 2),
        rate=desk.ids.draw().hex,
        hourly_minor=(50 + number * 37 % 1450) * 10 ** EXPONENTS[currency],
        currency=currency,
        terms="",
        host=place.manager.person,
        owner=place.body.id.hex,
        readers=place.readers,
    )
    _habits(desk, unit, listed)
    return listed


def _habits(desk: Desk, unit: UUID, listed: Listed) -> None:
    """Opening hours, booking rules and rate of a unit."""
    for weekday, stretches in sheets.habits()["weeks"][listed.week].items():
        for opens, closes in stretches:
            hours = {"weekday": int(weekday), "opens": opens, "closes": closes}
            desk.rows.add(OpeningHours, id=desk.ids.draw(), unit_id=unit, **hours)
    rules = UnitRules(clean_up=listed.clean_up, horizon_days=365, calendar_code=listed.calendar)
    desk.rows.add(BookingRules, unit_id=unit, **asdict(rules))
    desk.rows.add(
        Rate,
        id=UUID(listed.rate),
        unit_id=unit,
        amount_minor=listed.hourly_minor,
        currency=listed.currency,
        per=RatePer.HOUR,
        valid_from=desk.today - desk.open_for,
        created_at=desk.now,
    )
