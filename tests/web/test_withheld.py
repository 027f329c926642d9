"""What a host lists is found and read by strangers only while the host is verified and not suspended."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.actions import organisations, verification
from marketplace.accounts.models import Organisation, Verification
from marketplace.accounts.queries.standing import in_standing
from marketplace.accounts.rules.organisation_form import OrganisationForm
from marketplace.accounts.rules.standing import standing_refusals
from marketplace.catalogue.actions import pause, publish
from marketplace.catalogue.models import Facility, Unit
from marketplace.jobs.models import Task
from marketplace.search.actions import refresh_facility
from marketplace.search.models import SearchRow, SearchWord
from marketplace.values.refusal import NotFound, Refused
from marketplace.worker.registry import registry
from tests.cast import Cast, actor_of, signed_in
from tests.factories.listings import make_listing

FALLEN = [
    {"suspended_at": datetime.fromisoformat("2026-03-01T00:00+08:00")},
    {"verification": Verification.REFUSED},
    {"verification": Verification.PENDING},
]


@pytest.fixture
def listed(session: Session, cast: Cast, now: datetime) -> tuple[Facility, Unit]:
    facility, unit = make_listing(session, cast.firm.id, by=actor_of(session, cast.bo, now=now), now=now)
    session.flush()
    refresh_facility(session, facility.id, now=now)
    return facility, unit


def fall(session: Session, place: Organisation, fallen: dict[str, object]) -> None:
    for name, value in fallen.items():
        setattr(place, name, value)
    session.flush()


def do_deferred(session: Session, now: datetime) -> None:
    """What the sweep does with the tasks of search."""
    for task in session.scalars(select(Task).where(Task.name.startswith("search."))):
        registry().tasks[task.name](session, task.arguments, now)
        session.delete(task)
    session.flush()


@pytest.mark.parametrize("suspended", [False, True])
@pytest.mark.parametrize("state", Verification)
def test_the_rule_and_the_condition_say_the_same(
    session: Session, cast: Cast, now: datetime, state: Verification, suspended: bool
) -> None:
    fall(session, cast.firm, {"verification": state, "suspended_at": now if suspended else None})
    found = session.scalar(select(Organisation.id).where(Organisation.id == cast.firm.id, in_standing()))
    assert (found is not None) == (standing_refusals(cast.firm) == [])


@pytest.mark.parametrize("fallen", FALLEN, ids=["suspended", "refused", "pending"])
def test_strangers_read_nothing_of_it(
    client: FlaskClient, session: Session, cast: Cast, listed: tuple[Facility, Unit], fallen: dict[str, object]
) -> None:
    facility, unit = listed
    window = "from=2026-03-03T00:00:00%2B08:00&to=2026-03-05T00:00:00%2B08:00"
    pages = [
        f"/en/facilities/{facility.slug}",
        f"/en/facilities/{facility.slug}/terms",
        f"/en/organisations/{cast.firm.slug}",
        f"/api/v1/facilities/{facility.id}",
        f"/api/v1/facilities/{facility.id}/terms",
        f"/api/v1/units/{unit.id}",
        f"/api/v1/units/{unit.id}/availability?{window}",
    ]
    places = ["/en/", "/en/listings/export/uniquip.csv", "/en/listings/export/schema-org.json"]
    name = facility.name["en"]
    assert [client.get(path).status_code for path in pages[:3]] == [200, 200, 200]
    assert all(name in client.get(path).text for path in places)
    fall(session, cast.firm, fallen)
    assert {client.get(path).status_code for path in pages} <= {401, 404}
    assert not any(name in client.get(path).text for path in places)
    eve = signed_in(client, cast.eve)
    for path in [*pages[:3], f"/en/facilities/{facility.slug}/ask", f"/en/units/{unit.id}/book"]:
        assert eve.get(path).status_code == 404, path


@pytest.mark.parametrize("fallen", FALLEN, ids=["suspended", "refused", "pending"])
def test_its_host_reads_on_and_is_told(
    client: FlaskClient, session: Session, cast: Cast, listed: tuple[Facility, Unit], fallen: dict[str, object]
) -> None:
    facility, _ = listed
    bo = signed_in(client, cast.bo)
    assert "application/ld+json" in bo.get(f"/en/facilities/{facility.slug}").text
    fall(session, cast.firm, fallen)
    shown = bo.get(f"/en/facilities/{facility.slug}")
    assert shown.status_code == 200
    assert "application/ld+json" not in shown.text
    assert "Only its host sees this page at present" in shown.text


@pytest.mark.parametrize("fallen", FALLEN, ids=["suspended", "refused", "pending"])
def test_nothing_is_published_by_it(
    session: Session, cast: Cast, now: datetime, listed: tuple[Facility, Unit], fallen: dict[str, object]
) -> None:
    facility, unit = listed
    bo, eve = actor_of(session, cast.bo, now=now), actor_of(session, cast.eve, now=now)
    pause(session, facility.id, now=now, by=bo)
    fall(session, cast.firm, fallen)
    with pytest.raises(Refused) as caught:
        publish(session, facility.id, open_units=[unit.id], now=now, by=bo)
    assert caught.value.codes == tuple(reason.code for reason in standing_refusals(cast.firm))
    with pytest.raises(NotFound):  # not even that it is there
        pause(session, facility.id, now=now, by=eve)


def test_the_search_follows_the_word_of_administrators(
    session: Session, cast: Cast, now: datetime, listed: tuple[Facility, Unit]
) -> None:
    dee, firm = actor_of(session, cast.dee, now=now), cast.firm.id
    words = set(session.scalars(select(SearchWord.word)))
    for deed, found in (
        (verification.suspend, False),
        (verification.readmit, True),
        (verification.refuse, False),
    ):
        do_deferred(session, now)
        deed(session, firm, "A reason.", now=now, by=dee)
        do_deferred(session, now)
        rows = session.scalars(select(SearchRow.facility_id)).all()
        assert (listed[0].id in rows) == found, deed
        assert set(session.scalars(select(SearchWord.word))) == (words if found else set())


def test_the_search_follows_a_new_name(
    session: Session, cast: Cast, now: datetime, listed: tuple[Facility, Unit]
) -> None:
    dee, firm = actor_of(session, cast.dee, now=now), cast.firm
    form = OrganisationForm(
        name={"en": "Renamed Photonics"},
        kind=firm.kind,
        jurisdiction_code=firm.jurisdiction_code,
        control=firm.control,
        city=firm.city,
    )
    organisations.change_organisation(session, firm.id, form, now=now + timedelta(hours=1), by=dee)
    do_deferred(session, now)
    session.expire_all()
    assert "Renamed Photonics" in str(session.scalars(select(SearchRow.card)).one())
