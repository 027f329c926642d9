"""What the front door counts and shows: what is published, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Facility, FacilityKind, ListingState
from marketplace.catalogue.queries.published import Totals, latest, sample_loaded, totals, zones_with_listings
from marketplace.database import new_id
from marketplace.jurisdictions.queries import zones
from tests.cast import Cast


def listed(
    session: Session, cast: Cast, name: str, *, now: datetime, state: ListingState, zone: str | None
) -> Facility:
    row = Facility(
        id=new_id(),
        organisation_id=cast.firm.id,
        slug=name.lower(),
        kind=FacilityKind.LAB,
        state=state,
        name={"en": name},
        jurisdiction_code="CN-GD",
        zone_code=zone,
        created_at=now,
        updated_at=now,
        published_at=now,
    )
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def zone(session: Session) -> str:
    return zones(session)[0].code


def test_newest_first_and_published_only(session: Session, cast: Cast, now: datetime, zone: str) -> None:
    listed(session, cast, "Older", now=now, state=ListingState.PUBLISHED, zone=zone)
    listed(session, cast, "Newer", now=now + timedelta(hours=1), state=ListingState.PUBLISHED, zone=None)
    listed(session, cast, "Draft", now=now + timedelta(hours=2), state=ListingState.DRAFT, zone=zone)
    shown = latest(session)
    assert [one.facility.name["en"] for one in shown] == ["Newer", "Older"]
    assert shown[0].zone is None
    assert shown[1].zone is not None
    assert shown[1].zone.code == zone
    assert [one.facility.name["en"] for one in latest(session, limit=1)] == ["Newer"]


def test_counts_are_of_what_is_published(session: Session, cast: Cast, now: datetime, zone: str) -> None:
    assert totals(session) == Totals(0, 0, 0, 0)
    listed(session, cast, "One", now=now, state=ListingState.PUBLISHED, zone=zone)
    listed(session, cast, "Two", now=now, state=ListingState.PUBLISHED, zone=zone)
    listed(session, cast, "Three", now=now, state=ListingState.PAUSED, zone=None)
    assert totals(session) == Totals(facilities=2, organisations=1, zones=1, jurisdictions=1)
    assert [(one.code, number) for one, number in zones_with_listings(session)] == [(zone, 2)]


def test_sample_data_is_said_on_every_page(client: FlaskClient, session: Session, cast: Cast) -> None:
    assert not sample_loaded(session)
    assert "sample-banner" not in client.get("/en/terms").text
    cast.firm.sample = True
    session.flush()
    assert sample_loaded(session)
    assert "sample-banner" in client.get("/en/terms").text
