"""Figures from rows: all of one zone and year at 200,000 outcomes, the share of each, and reading what is stored.

`python -m bench.spillovers URL SCOPE YEAR` is the process that is measured: its memory is its own.
"""

from __future__ import annotations

import hashlib
import json
import math
import resource
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.reading import get_times
from bench.results import p50
from bench.stand import Progress, Stand, clock, fill_with, opened
from config import Settings
from marketplace.accounts.actions.sessions import Proof, begin
from marketplace.accounts.models import ApiToken, TokenScope
from marketplace.accounts.policy import SYSTEM
from marketplace.accounts.rules.secrets import digest
from marketplace.database import Database, new_id
from marketplace.sample import draws
from marketplace.sample.actions import Request
from marketplace.spillovers.actions.keeping_up import PORTION, SNAPSHOT, measure_collaboration, take_year
from marketplace.spillovers.actions.snapshots import computed, rebuild, take
from marketplace.spillovers.queries.gathering import desk_for
from marketplace.spillovers.rules.proximity import ClassMatrix, jaffe_pairs
from marketplace.spillovers.rules.scopes import Frame, scope_of, year_span
from marketplace.web.signing import COOKIE_KEY

SIZES = {"facilities": 2_000, "bookings": 100_000, "organisations": 2_000}
NETWORK = {"collaborations": 20_000, "outcomes": 200_000}
MEBIBYTE = 1024
SETTLING = 5.0  # seconds

_WAITING = text("DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = ANY(:names)")

_ZONE = text("""
    SELECT z.code FROM zones z JOIN organisations o ON o.zone_code = z.code
     GROUP BY z.code ORDER BY count(*) DESC, z.code LIMIT 1
""")
_MOST = text("SELECT collaboration_id FROM outcomes GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
_PARTY = text("""
    SELECT m.person_id, o.id, o.slug FROM memberships m
      JOIN collaboration_parties p ON p.organisation_id = m.organisation_id
      JOIN organisations o ON o.id = p.organisation_id
     WHERE p.collaboration_id = :id AND p.joined_on IS NOT NULL AND p.left_on IS NULL ORDER BY 1 LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of all figures: seconds, mebibytes, and seconds of each metric."""

    seconds: float
    memory: float
    parts: Mapping[str, float]

    @property
    def shares(self) -> str:
        """The metrics that take most, in per cent."""
        first = sorted(self.parts.items(), key=lambda item: -item[1])[:8]
        return ", ".join(f"{name} {100 * spent / self.seconds:.0f} %" for name, spent in first)


def filled(stand: Stand, progress: Progress) -> None:
    """The set of collaborations in an instance of its own, made once."""
    stand.instance.mkdir(parents=True, exist_ok=True)
    fill_with(stand, Request(**SIZES, **NETWORK, seed=1, today=clock().date()), progress)


def largest_zone(database: Database) -> str:
    """The zone with most seats."""
    with database.reading() as session:
        return f"zone:{session.scalar(_ZONE)}"


def measured(url: str, scope: str) -> Measured:
    """All figures of a scope and this year, in a process of its own."""
    command = (sys.executable, "-m", "bench.spillovers", url, scope, str(clock().year))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return Measured(told["seconds"], told["memory"], told["parts"])


def rebuilt(database: Database, scope: str) -> bool:
    """Whether a snapshot taken now comes out the same when it is built anew."""
    now = clock()
    frame = Frame(scope_of(scope), year_span(now.year), now)
    taken = database.transact(lambda session: take(session, frame, now=now, by=SYSTEM).id)
    return database.transact(lambda session: rebuild(session, taken, by=SYSTEM).same)


def quiet(database: Database) -> None:
    """Take back what the night would measure: it would share the cores with what is measured here."""
    time.sleep(SETTLING)
    database.transact(lambda session: session.execute(_WAITING, {"names": [SNAPSHOT, PORTION]}))
    time.sleep(SETTLING)


def stored(stand: Stand, database: Database) -> dict[str, tuple[float, str]]:
    """p50 in ms of an empty request and of reading stored figures, by name: a collaboration's (the one with most
    outcomes) over the API and as a page, an organisation's page with its charts, and what is published. What can't be
    read is infinitely slow, with the reason."""
    reader = database.transact(_reader)
    bearer, cookie = {"Authorization": f"Bearer {reader.token}"}, {"Cookie": f"benchbridge={_signed(stand, reader)}"}
    asked = {
        "an empty request": ("/healthz", {}),
        "stored figures over the API": (f"/api/v1/collaborations/{reader.collaboration}/metrics", bearer),
        "a collaboration's page of figures": (f"/en/collaborations/{reader.collaboration}/figures", cookie),
        "an organisation's page of figures": (f"/en/organisations/{reader.slug}/figures", cookie),
        "the page of published figures": ("/en/figures", {}),
    }
    return {name: _read(stand, path, headers) for name, (path, headers) in asked.items()}


def _read(stand: Stand, path: str, headers: Mapping[str, str]) -> tuple[float, str]:
    try:
        return p50(get_times(stand, path, headers)), ""
    except (RuntimeError, OSError, HTTPException) as error:
        return math.inf, str(error)[:300]


def growth() -> tuple[float, float, float]:
    """Seconds of Jaffe proximity for twice the organisations over the pairs that share a class (both as ratios to the
    smaller set), and seconds of 500 requested Mahalanobis pairs among 2,000."""
    small, large = (_classes(number) for number in (1000, 2000))
    (first, pairs), (second, more) = (_timed(counts) for counts in (small, large))
    began = time.perf_counter()
    matrix, names = ClassMatrix(large), sorted(large)
    for one, other in zip(names[:500], names[500:1000], strict=True):
        matrix.pair(one, other)
    return second / first, more / pairs, time.perf_counter() - began


def _timed(counts: Mapping[str, Mapping[str, float]]) -> tuple[float, int]:
    times, pairs = [], 0
    for _ in range(3):
        began = time.perf_counter()
        pairs = len(jaffe_pairs(counts))
        times.append(time.perf_counter() - began)
    return min(times), pairs


def _classes(organisations: int) -> dict[str, dict[str, float]]:
    """Organisations that each work in a few neighbouring classes."""
    random = Random(1)
    return {
        f"o{number:05d}": {each: float(random.randint(1, 40)) for each in draws.fields_of(random)}
        for number in range(organisations)
    }


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of a party of a collaboration, with a token of the API and a session of the browser."""

    collaboration: UUID
    slug: str
    token: str
    sign_in: str


def _reader(session: Session) -> Reader:
    collaboration, now = session.scalars(_MOST).one(), clock()
    measure_collaboration(session, collaboration, now=now)
    person, place, slug = session.execute(_PARTY, {"id": collaboration}).one()
    take_year(session, f"organisation:{place}", now.year, now=now)
    secret = secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            id=new_id(),
            token_digest=digest(secret),
            hint=secret[-4:],
            person_id=person,
            name="benchmark",
            scope=TokenScope.READ,
            created_at=now,
            expires_at=now + timedelta(days=1),
        )
    )
    return Reader(collaboration, slug, secret, begin(session, person, Proof(["password"], "benchmark"), now=now))


def _signed(stand: Stand, reader: Reader) -> str:
    """The reader's cookie, signed with the secret of the instance as its server does."""
    app = Flask(__name__)
    app.secret_key = Settings.from_env(stand.environment()).secret_key
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if serializer is None:
        raise RuntimeError("the instance has no secret")
    return str(serializer.dumps({COOKIE_KEY: reader.sign_in}))


def _all_figures(session: Session, scope: str, year: int) -> dict[str, float]:
    """Compute every figure of a scope; answers the seconds of each metric, and of laying out."""
    parts: dict[str, float] = {}
    began = time.perf_counter()
    figures = computed(desk_for(session, Frame(scope_of(scope), year_span(year), clock())))
    parts["laying out"] = time.perf_counter() - began
    seal = hashlib.sha256()
    while True:
        began = time.perf_counter()
        figure = next(figures, None)
        if figure is None:
            return parts
        seal.update(figure.digest.encode())
        parts[figure.metric] = parts.get(figure.metric, 0.0) + time.perf_counter() - began


def _most_memory() -> float:
    """The most that this process held since it began, in MiB. Linux counts what came before `exec` into the figure of
    resource usage, so its own book of the process is read where there is one."""
    try:
        told = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE
    return int(told.split("VmHWM:")[1].split()[0]) / MEBIBYTE


def _run(url: str, scope: str, year: int) -> dict[str, Any]:
    with opened(url) as database:
        began = time.perf_counter()
        parts = database.transact(lambda session: _all_figures(session, scope, year))
        seconds = time.perf_counter() - began
    return {"seconds": seconds, "memory": _most_memory(), "parts": parts}


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
