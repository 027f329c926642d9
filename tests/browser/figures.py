"""Stored figures for the gallery: some years of a university, a zone and the platform, invented and always the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.accounts.queries import organisations_of
from marketplace.jurisdictions.models import Jurisdiction, Zone
from marketplace.spillovers.rules.published import CLASSES
from marketplace.spillovers.rules.scopes import PLATFORM, Scope, ScopeKind
from tests.factories.snapshots import make_snapshot, outcomes, sharing

YEARS = (2021, 2022, 2023, 2024)
ZONE = "hengqin"


def measure_some(session: Session) -> None:
    """Snapshots of four years."""
    chance = Random(4)
    homes = _homes(session)
    own = _university(session)
    zone = session.scalars(select(Zone).where(Zone.slug == ZONE)).one()
    zones = session.scalars(select(Zone.code).where(Zone.parent_code.is_(None)).order_by(Zone.code)).all()
    for year in YEARS:
        figures = _figures(chance, homes, own, year)
        as_of = datetime(year + 1, 6, 1, tzinfo=UTC)
        make_snapshot(session, Scope(ScopeKind.ORGANISATION, id=own.id), year, figures, as_of=as_of)
        make_snapshot(session, Scope(ScopeKind.ZONE, code=zone.code), year, figures, as_of=as_of)
        table = [
            (place, kind, chance.randint(0, 60), chance.randint(2, 9)) for place in ("", *zones) for kind in CLASSES
        ]
        published = {"out.matrix": outcomes(*table), "flow.matrix": _sessions(chance, homes, 900)}
        make_snapshot(session, PLATFORM, year, published, as_of=as_of)


def _university(session: Session) -> Organisation:
    ada = session.scalars(select(Person).where(Person.email == "ada@example.org")).one()
    return organisations_of(session, ada.id)[0].organisation


def _homes(session: Session) -> dict[str, str]:
    """The organisations of the sample with their territories, and some that are no longer listed."""
    rows = select(Organisation.id, Jurisdiction.root_code).join(
        Jurisdiction, Jurisdiction.code == Organisation.jurisdiction_code
    )
    known = {str(id): root for id, root in session.execute(rows.order_by(Organisation.slug))}
    return known | {f"gone {at}": ("HK", "CN", "MO")[at % 3] for at in range(4)}


def _figures(chance: Random, homes: Mapping[str, str], own: Organisation, year: int) -> dict[str, Any]:
    shared = _sessions(chance, homes, 160 + 40 * (year - YEARS[0]))
    works = {
        f"10.1000/{year}.{at}": [[str(own.id)], [chance.choice(list(homes))]] for at in range(6 + 4 * (year - 2021))
    }
    patents = [
        {"row": at, "type": "patent", "id": f"P{at}", "priorities": [f"{year}-{at}"]} for at in range(year - 2018)
    ]
    stays = [
        {
            "id": at,
            "months": chance.randint(2, 44),
            "event": int(chance.random() < 0.5),
            "cohort": str(chance.choice(YEARS)),
        }
        for at in range(60)
    ]
    lags = [{"id": at, "months": chance.randint(1, 36), "event": int(chance.random() < 0.6)} for at in range(48)]
    helped = [
        {"id": at, "providers": ["a"], "users": ["b"], "beneficiaries": ["c"], "level": 2} for at in range(year - 2020)
    ]
    asked = [{"id": at, "answer": "confirmed" if at % 5 else None} for at in range(40)]
    names = ("flow.cross_border_share", "flow.net_hours", "flow.matrix", "net.ei", "net.ties")
    return {
        **dict.fromkeys(names, shared),
        "use.show_rate": {"booked_h": 400, "used_inside_booked_h": 290 + 20 * (year - 2021)},
        "out.pub.full": {"publications": works},
        "out.pub.frac": {"publications": works},
        "out.patent.families": {"rows": patents},
        "spill.third_party": {"outcomes": helped},
        "ret.km": {"months_event": stays, "at": [12, 24]},
        "ret.curve": {"months_event": stays},
        "lag.median": {"months_event": lags},
        "lag.curve": {"months_event": lags},
        "out.response_rate": {"asked": asked},
    }


def _sessions(chance: Random, homes: Mapping[str, str], count: int) -> dict[str, Any]:
    names = list(homes)
    hosts = names[: max(6, len(names) // 2)]
    rows = [(chance.choice(names), chance.choice(hosts), chance.randint(1, 30) / 2) for _at in range(count)]
    return sharing(*rows, homes=homes)
