"""Bookings over HTTP by eight clients, through the whole application: token, rules, claim, gates, history, notices."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.crowd import CLIENTS, crowd
from bench.stand import Stand, clock
from marketplace.accounts.models import (
    ApiToken,
    Control,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    TokenScope,
    Verification,
)
from marketplace.accounts.rules.secrets import digest
from marketplace.availability.queries import free_of_units, settings
from marketplace.availability.rules import Setting, refusals
from marketplace.database import Database, new_id
from marketplace.values.period import Period

ORGANISATIONS, PEOPLE = 24, 240
UNITS = 1500
# The first bookings find cold workers: they compile statements and have them prepared, and do not count.
WARM_UP = 240

# Units that are booked by the hour and have no limits that few people would reach at once.
_UNITS = text("""
    SELECT u.id FROM units u JOIN facilities f ON f.id = u.facility_id JOIN booking_rules r ON r.unit_id = u.id
     WHERE u.state = 'active' AND f.state = 'published' AND r.mode = 'hour'
       AND coalesce(r.max_per_day, r.max_at_once, r.max_future_minutes, r.min_gap, r.organisation_weekly_hours) IS NULL
     ORDER BY u.id LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Share:
    """One client's wishes and the tokens it uses in turn."""

    port: int
    wishes: tuple[tuple[str, str, str], ...]
    tokens: tuple[str, ...]


def book_rate(stand: Stand, database: Database, seconds: float) -> tuple[float, dict[str, int]]:
    """Bookings created per second by eight clients, and how often each status was answered."""
    tokens = database.transact(_people)
    wishes = list(_wishes(database))
    Random(1).shuffle(wishes)
    if len(wishes) < 500:
        raise RuntimeError(f"only {len(wishes)} free slots were found")
    crowd(book, _shares(stand, wishes[:WARM_UP], tokens), seconds)
    return crowd(book, _shares(stand, wishes[WARM_UP:], tokens), seconds)


def _shares(stand: Stand, wishes: Sequence[tuple[str, str, str]], tokens: Sequence[str]) -> list[Share]:
    return [
        Share(stand.port, tuple(wishes[number::CLIENTS]), tuple(tokens[number::CLIENTS])) for number in range(CLIENTS)
    ]


def book(share: Share, deadline: float) -> tuple[int, dict[str, int]]:
    """Ask for one slot after another on one kept connection, until the deadline or the last slot."""
    connection, said = http.client.HTTPConnection("127.0.0.1", share.port, timeout=30), dict[str, int]()
    for number, (unit, start, end) in enumerate(share.wishes):
        if time.perf_counter() >= deadline:
            break
        body = json.dumps({"unit": unit, "start": start, "end": end})
        token = share.tokens[number % len(share.tokens)]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/bookings", body, headers)
        response = connection.getresponse()
        response.read()
        said[str(response.status)] = said.get(str(response.status), 0) + 1
    return said.get("201", 0), said


def _people(session: Session) -> list[str]:
    """Researchers of several organisations, each with a token; more than any limit of holds asks for."""
    now, tokens = clock(), []
    jurisdiction = session.scalar(select(Organisation.jurisdiction_code).limit(1))
    for number in range(ORGANISATIONS):
        organisation = Organisation(
            id=new_id(),
            slug=f"bench-{secrets.token_hex(6)}",
            name={"en": f"Bench {number}"},
            kind=OrganisationKind.UNIVERSITY,
            jurisdiction_code=jurisdiction,
            control=Control.HK_MACAO,
            verification=Verification.VERIFIED,
            submitted_at=now,
            verified_at=now,
            created_at=now,
            sample=True,
        )
        session.add(organisation)
        session.flush()
        tokens += [_person(session, organisation.id, now) for _ in range(PEOPLE // ORGANISATIONS)]
    return tokens


def _person(session: Session, organisation_id: UUID, now: datetime) -> str:
    name, token = secrets.token_hex(8), secrets.token_urlsafe(32)
    person = Person(id=new_id(), email=f"{name}@example.org", name=name, pseudonym=name, sample=True, created_at=now)
    session.add(person)
    session.flush()
    session.add(Membership(person_id=person.id, organisation_id=organisation_id, role=Role.RESEARCHER, since=now))
    expires = now + timedelta(days=1)
    session.add(
        ApiToken(
            token_digest=digest(token),
            hint=token[-4:],
            person_id=person.id,
            name="bench",
            scope=TokenScope.WRITE,
            created_at=now,
            expires_at=expires,
            last_used_on=now.date(),  # somebody who books has looked first, and only a day's first use is written
        )
    )
    return token


def _wishes(database: Database) -> Iterator[tuple[str, str, str]]:
    """Slots of the shortest length that would be granted, no two of them on the same time of one unit."""
    now = clock()
    window = Period(now + timedelta(days=2), now + timedelta(days=12))
    with database.reading() as session:
        units = list(session.scalars(_UNITS, {"most": UNITS}))
        known = settings(session, units, window)
        for unit_id, stretches in free_of_units(session, units, window, now).items():
            first = [stretch.period for stretch in stretches if stretch.place == 1]
            for slot in _slots(known[unit_id], first, now):
                yield str(unit_id), slot.start.isoformat(), slot.end.isoformat()


def _slots(unit: Setting, stretches: Sequence[Period], now: datetime) -> Iterator[Period]:
    rules = unit.rules
    length = timedelta(minutes=max(rules.shortest, rules.step))
    pause = timedelta(minutes=rules.set_up + rules.clean_up)
    for stretch in stretches[:4]:
        start = stretch.start
        while start + length <= stretch.end:
            slot = Period(start, start + length)
            if not refusals(unit, slot, now):
                yield slot
            start += length + pause
