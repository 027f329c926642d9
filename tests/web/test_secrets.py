"""Nobody is told a secret: whatever strangers can read is the same with it and without it.

Every page, file and answer about collaborations, outcomes and figures is read by everybody who may not know, before and
after what they may not know is there and measured. What is the same tells nothing: by no filter, field, export, total,
or difference of two tables, periods or zones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from marketplace.accounts.models import Organisation, Person, Role, TokenScope
from marketplace.accounts.policy import SYSTEM
from marketplace.collaborations.models import CollaborationParty
from marketplace.collaborations.rules.sheet import as_document, sheet_of
from marketplace.limits.models import Bucket
from marketplace.outcomes.models import Confidentiality, Outcome, OutcomeVersion
from marketplace.spillovers.actions.keeping_up import measure_collaboration
from marketplace.spillovers.actions.snapshots import take
from marketplace.spillovers.models import MetricSnapshot, MetricValue
from marketplace.spillovers.packs.contents import contents
from marketplace.spillovers.queries.packing import packed_rows
from marketplace.spillovers.rules.scopes import PLATFORM, Frame, Scope, ScopeKind, year_span
from tests.cast import Cast, actor_of, bearer, join, make_organisation, make_person, signed_in
from tests.factories.figures import Books, at, make_books
from tests.factories.outcomes import add_party
from tests.factories.stage import make_stage_of

SENTINEL: Final = "Zebra quench 7731"
# Ids are drawn anew each time, and may hold any four digits.
IDS: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AMOUNT, DOI = "987654.25", "10.9999/zebra.7731"
PATIENT: Final = datetime(2026, 4, 2, tzinfo=UTC)
AREAS: Final = (
    *(
        "collaborations",
        "collaboration_figures",
        "outcomes",
        "outcome_verbs",
        "outcome_questions",
        "figures",
        "returns",
    ),
    *("evidence", "zones.zone", "organisations.organisation", "home.home", "desk", "api_collaborations"),
    *("api_outcomes", "api_outcome_intake", "api_figures", "api_stored_figures", "api_returns", "api_evidence"),
    *("api_organisations.one", "api_desks.my_desk"),
)
# What every run reads; the whole walk takes a minute and more.
FEW: Final = ("figures", "api_stored_figures", "api_outcomes")
# By which lists can be narrowed, asked, turned or compared.
QUERIES: Final[Mapping[str, Sequence[str]]] = {
    "outcomes.mine": ("status=confirmed", "type=publication", "level=1", "year=2025"),
    "outcomes.listed": ("status=confirmed", "type=patent_family", "level=2", "year=2025"),
    "collaborations.mine": ("state=active", "state=completed"),
    "figures.published_figures": ("year=2024", "year=2025", "zone=hengqin"),
    "figures.organisation": ("year=2024", "year=2025"),
    "api_outcomes.mine": ("status=confirmed", "type=publication", "level=2", "year=2025"),
    "api_outcomes.of_collaboration": ("status=confirmed", "type=patent_family", "level=2", "year=2025"),
    "api_collaborations.listed": ("state=active", "state=completed"),
    "api_stored_figures.published": ("year=2024", "year=2025", "zone=hengqin", "class=patents"),
    "api_stored_figures.of_organisation": ("year=2024", "year=2025"),
    "returns.make": ("year=2025",),
    "api_returns.make": ("year=2025",),
}
CHARTS: Final = (
    *("zones", "matrix", "flows", "network", "retention", "lag", "use-shares", "use-hours"),
    *("output-counts", "output-income-1", "spillover-outcomes"),
)
METRICS: Final = ("out.distinct", "out.income.received", "out.patent.families", "spill.third_party", "net.ei")
# Read and told by others: their own parts of these pages are tested where they stand.
APART: Final = frozenset({"milestone_id", "booking_id", "pack_id"})
Told = dict[str, tuple[int, str]]


class World:
    """A collaboration with open outcomes, a party that has left it, and people who may not know what comes then."""

    def __init__(self, client: FlaskClient, session: Session, cast: Cast, now: datetime, areas: Sequence[str]) -> None:
        self.client, self.session, self.cast, self.now = client, session, cast, now
        self.areas, self.whole = set(areas), areas is AREAS
        self.books: Books = make_books(session, make_stage_of(session, cast, now))
        self.row = self.books.collaboration
        self.zone = str(session.scalar(text("SELECT code FROM zones WHERE slug = 'hengqin'")))
        self.third, self.gone = (make_organisation(session, name, now=now) for name in ("Third Works", "Gone Labs"))
        self.gus = make_person(session, "Gus Iong", now=now)
        join(session, self.gus, self.gone, Role.MANAGER, now=now)
        self.sides = (cast.university, cast.firm, self.third)
        for side in self.sides:
            side.zone_code = self.zone
        cast.agency.zone_code = str(session.scalar(text("SELECT code FROM zones WHERE code <> :z"), {"z": self.zone}))
        add_party(session, self.row, self.third, ["partner"], now=at(2024, 1, 8))
        add_party(session, self.row, self.gone, ["partner"], now=at(2024, 1, 8), left_on=date(2025, 6, 1))
        party = session.get_one(CollaborationParty, (self.row.id, self.gone.id))
        party.left_with = as_document(sheet_of(self.row))
        for year in (2024, 2025):
            for number in range(7):
                self.known("publication", year, doi=f"10.1234/{year}.{number}")
            for number in range(2):
                self.known("patent_family", year, priorities=[f"CN{year}1012345{number}"])
        self.ids = [row.id for row in session.scalars(select(Outcome).order_by(Outcome.id))][:1]
        self.measure()

    def known(self, type: str, year: int, **more: Any) -> Outcome:
        """A public, confirmed outcome of three organisations."""
        parties = [(self.cast.firm, "provider"), (self.cast.university, "user"), (self.third, "co_owner")]
        told = {"day": date(year, 5, 3), "parties": parties, "confidentiality": Confidentiality.PUBLIC, **more}
        row = self.books.outcome(type, **told)
        row.confidentiality, row.embargo_until = told["confidentiality"], told.get("embargo_until")
        self.session.flush()
        return row

    def secret(self, **more: Any) -> Outcome:
        """One that is told by its title, its number, its value, and every figure that it moves."""
        value = {"amount": AMOUNT, "currency": "HKD", "price_year": 2025, "method": "cost"}
        receipts = [{"year": 2025, "received_on": "2025-06-02", "amount": AMOUNT, "currency": "HKD"}]
        told = {"doi": DOI, "value": value, "receipts": receipts, "known": at(2026, 2, 20), **more}
        row = self.known("publication", 2025, **told)
        version = self.session.scalars(select(OutcomeVersion).where(OutcomeVersion.outcome_id == row.id)).one()
        version.title = {"en": SENTINEL, "zh-Hant": SENTINEL}
        self.ids.append(row.id)
        return row

    def measure(self) -> None:
        """Every scope anew, as if nothing had been measured before, as it is known at the same instant."""
        self.session.execute(delete(MetricValue))
        self.session.execute(delete(MetricSnapshot))
        for year in (2024, 2025):
            scopes = [Scope(ScopeKind.ORGANISATION, id=each.id) for each in (*self.sides, self.gone)]
            for scope in (PLATFORM, Scope(ScopeKind.ZONE, code=self.zone), *scopes):
                take(self.session, Frame(scope, year_span(year), PATIENT), now=PATIENT, by=SYSTEM)
        measure_collaboration(self.session, self.row.id, now=PATIENT)

    def people(self) -> dict[str, Person | None]:
        """Who may not know: nobody in particular, a stranger, somebody of a party that left, an officer elsewhere."""
        return {"nobody": None, "eve": self.cast.eve, "gus": self.gus, "cheng": self.cast.cheng}

    def places(self) -> dict[str, Organisation]:
        """Where they belong."""
        return {"eve": self.cast.elsewhere, "gus": self.gone, "cheng": self.cast.agency, "bo": self.cast.firm}

    def read(self, name: str, person: Person | None) -> Told:
        """All that somebody is answered, by address."""
        _, database, _ = self.client.application.extensions["benchbridge"]
        headers = bearer(database, person, now=self.now, scope=TokenScope.READ) if person else {}
        with self.client.session_transaction() as cookie:
            cookie.clear()
        if person is not None:
            signed_in(self.client, person)
        told: Told = {}
        self.session.execute(delete(Bucket))
        for path in self.paths(self.places().get(name, self.cast.elsewhere)):
            answer = self.client.get(path, headers=headers if path.startswith("/api") else {})
            told[path] = answer.status_code, self.plain(answer.data)
        if person is not None:
            told["pack"] = 200, self.pack(person, self.places()[name])
        return told

    def pack(self, person: Person, place: Organisation) -> str:
        """The files of a pack of the reader's own organisation."""
        frame = Frame(Scope(ScopeKind.ORGANISATION, id=place.id), year_span(2025), PATIENT)
        by = actor_of(self.session, person, now=self.now)
        found = contents(packed_rows(self.session, frame, {"en": "x"}, by=by, now=PATIENT))
        return "".join(self.plain(each) for each in found.values())

    def plain(self, body: bytes) -> str:
        """An answer without what differs each time that it is asked."""
        words = body.decode("utf-8", "replace")
        for id in self.session.scalars(select(MetricSnapshot.id)):
            words = words.replace(str(id), "snapshot")
        words = re.sub(r'(nonce|csrf_token|csrf-token|request_id|instance)("?[^"]*)"[^"]*"', r"\1", words)
        return re.sub(r"IjAwM[\w.-]{20,}", "token", words)

    def paths(self, own: Organisation) -> Iterator[str]:
        """Every address of these areas that can be read, with all that a reader might put into it."""
        adapter = self.client.application.url_map.bind("localhost")
        for rule in sorted(self.client.application.url_map.iter_rules(), key=lambda rule: rule.rule):
            if "GET" not in (rule.methods or ()) or not {rule.endpoint, rule.endpoint.partition(".")[0]} & self.areas:
                continue
            if rule.arguments & APART or any("deed" in each for each in rule.arguments):
                continue
            names = sorted(rule.arguments - (rule.defaults or {}).keys())
            for given in product(*(self.values(rule, name, own) for name in names)):
                path = adapter.build(rule.endpoint, dict(zip(names, given, strict=True)))
                yield path
                yield from (f"{path}?{query}" for query in QUERIES.get(rule.endpoint, ()))

    def values(self, rule: Rule, name: str, own: Organisation) -> Sequence[Any]:
        """What stands in a place of an address; a place that nobody knows fails."""
        zones = [str(self.session.scalar(text("SELECT slug FROM zones WHERE code = :code"), {"code": self.zone}))]
        organisations = list({each.id: each for each in (own, self.cast.university)}.values())
        known: dict[str, Sequence[Any]] = {
            "language": ["en"],
            "collaboration_id": [self.row.id],
            "outcome_id": self.ids,
            "organisation_id": [each.id for each in organisations],
            "slug": zones if "zone" in rule.rule else [each.slug for each in organisations],
            "code": [self.zone] if "figures" in rule.rule else [],
            "year": [2025] if {"metric_id", "slug", "organisation_id"} & rule.arguments else [2024, 2025],
            "chart": CHARTS if self.whole else ("zones", "output-counts", "output-income-1"),
            "metric_id": METRICS if self.whole else METRICS[:2],
            "profile": ["he-bci", "ugc", "nrii"],
            "kind": ["publication"],
            "ending": self.files(rule),
        }
        return known[name]

    def files(self, rule: Rule) -> Sequence[str]:
        """The files of a page: charts, or sheets of a return."""
        if "chart" not in rule.arguments:
            return ["csv"]
        more = ["svg", "png"] if "published" in rule.endpoint else ["svg"]
        return ["csv", *(more if self.whole else [])]


def same(before: Told, after: Told, *, counted: Sequence[str] = ()) -> None:
    """Nothing asked twice is answered otherwise, and no answer holds the words or the numbers; parties are told
    how many rows were left out of what they are handed (`counted`)."""
    for path, (status, body) in after.items():
        told = IDS.sub("", body)
        for word in (SENTINEL, AMOUNT, DOI, "Zebra", "7731"):
            assert word not in told, (path, word)
        if any(each in path for each in counted):
            continue
        if path in before:
            assert before[path] == (status, body), path
        else:
            assert status in (303, 401, 404), path  # the secret's own address is nobody's


@pytest.mark.parametrize("areas", [FEW, pytest.param(AREAS, marks=pytest.mark.full)], ids=["few", "all"])
def test_no_stranger_is_told_a_secret_by_any_address(
    client: FlaskClient, session: Session, cast: Cast, now: datetime, areas: Sequence[str]
) -> None:
    world = World(client, session, cast, now, areas)
    everybody = world.people() if world.whole else {"eve": cast.eve, "gus": world.gus}
    before = {name: world.read(name, person) for name, person in (everybody | {"bo": cast.bo}).items()}
    answered = {name: sum(status == 200 for status, _ in told.values()) for name, told in before.items()}
    assert min(answered.values()) > 10 and answered["bo"] >= answered["gus"] > answered["eve"], answered

    world.secret(confidentiality=Confidentiality.ADMINISTRATORS)
    world.measure()
    same(before["bo"], world.read("bo", cast.bo), counted=("/returns/", "pack"))

    world.secret(embargo_until=date(2027, 1, 1), doi=f"{DOI}.b")
    world.secret(confidentiality=Confidentiality.PARTIES, doi=f"{DOI}.c")
    later = at(2026, 2, 20)
    world.known("patent_family", 2025, priorities=["CN202510123459"], known=later)  # one more, and still fewer than 5
    world.measure()
    for name, person in everybody.items():
        same(before[name], world.read(name, person))
