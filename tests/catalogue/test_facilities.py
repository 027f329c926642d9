"""Listings from draft to archive: who may do what, what is demanded, and what others see of it."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Verification
from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.catalogue import queries
from marketplace.catalogue.actions import (
    add_unit,
    archive,
    archive_unit,
    change_facility,
    change_unit,
    create_facility,
    pause,
    pause_unit,
    publish,
    restore,
    resume_unit,
)
from marketplace.catalogue.models import FacilityKind, FormerSlug, ListingState, UnitState
from marketplace.catalogue.rules.publishing import MOVES, after
from marketplace.history.models import HistoryEntry
from marketplace.jobs.models import Task
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.cast import Cast, actor_of
from tests.factories.listings import make_draft, make_listing, make_unit

LAB = {"kind": "lab", "name": {"en": "Wafer lab"}}


@pytest.fixture
def bo(session: Session, cast: Cast, now: datetime) -> Actor:
    return actor_of(session, cast.bo, now=now)


@pytest.fixture
def eve(session: Session, cast: Cast, now: datetime) -> Actor:
    return actor_of(session, cast.eve, now=now)


def test_a_draft_is_private(session: Session, cast: Cast, bo: Actor, eve: Actor, now: datetime) -> None:
    facility = create_facility(session, cast.firm.id, LAB, now=now, by=bo)
    dee = actor_of(session, cast.dee, now=now)
    assert facility.state is ListingState.DRAFT
    assert queries.find(session, facility.slug, bo).facility is facility
    assert queries.find(session, str(facility.id), dee).facility is facility
    for stranger in (eve, Actor(), actor_of(session, cast.ada, now=now)):
        with pytest.raises(NotFound):
            queries.find(session, facility.slug, stranger)
        with pytest.raises(NotFound):
            change_facility(session, facility.id, {"city": "X"}, now=now, by=stranger)


def test_only_host_managers_make_listings(session: Session, cast: Cast, eve: Actor, now: datetime) -> None:
    for actor in (eve, Actor(), actor_of(session, cast.dee, now=now)):
        with pytest.raises((Forbidden, NotFound)):
            create_facility(session, cast.firm.id, LAB, now=now, by=actor)


def test_a_public_listing_is_seen_by_all_and_changed_by_its_host(
    session: Session, cast: Cast, bo: Actor, eve: Actor, now: datetime
) -> None:
    facility, unit = make_listing(session, cast.firm.id, by=bo, now=now)
    page = queries.facility_page(session, facility.slug, Actor())
    assert page.organisation.id == cast.firm.id
    assert page.jurisdiction is not None and page.jurisdiction.code == "HK"
    assert [each.id for each in page.units] == [unit.id]
    with pytest.raises(Forbidden):
        change_facility(session, facility.id, {"city": "X"}, now=now, by=eve)
    assert queries.unit_page(session, unit.id, eve)[0] is unit


def test_publishing_names_everything_that_is_missing(session: Session, cast: Cast, bo: Actor, now: datetime) -> None:
    cast.firm.verification = Verification.PENDING
    facility = create_facility(session, cast.firm.id, LAB, now=now, by=bo)
    with pytest.raises(Refused) as caught:
        publish(session, facility.id, open_units=[], now=now, by=bo)
    assert caught.value.codes == (
        "organisation_unverified",
        "listing_without_place",
        "listing_without_time_zone",
        "listing_without_contact",
        "listing_without_unit",
    )
    assert facility.state is ListingState.DRAFT


def test_a_unit_without_hours_or_out_of_service_does_not_count(
    session: Session, cast: Cast, bo: Actor, now: datetime
) -> None:
    facility = make_draft(session, cast.firm.id, by=bo, now=now)
    unit = make_unit(session, facility.id, by=bo, now=now)
    with pytest.raises(Refused, match="listing_without_hours"):
        publish(session, facility.id, open_units=[], now=now, by=bo)
    pause_unit(session, unit.id, now=now, by=bo)
    with pytest.raises(Refused, match="listing_without_unit"):
        publish(session, facility.id, open_units=[unit.id], now=now, by=bo)
    resume_unit(session, unit.id, now=now, by=bo)
    assert publish(session, facility.id, open_units=[unit.id], now=now, by=bo).state is ListingState.PUBLISHED


def test_a_place_outside_the_loaded_jurisdictions_blocks_publishing(
    session: Session, cast: Cast, bo: Actor, now: datetime
) -> None:
    facility = make_draft(session, cast.firm.id, by=bo, now=now, jurisdiction_code=None, place_text="Gaithersburg")
    unit = make_unit(session, facility.id, by=bo, now=now)
    with pytest.raises(Refused) as caught:
        publish(session, facility.id, open_units=[unit.id], now=now, by=bo)
    assert caught.value.codes == ("listing_place_unknown", "listing_without_time_zone")


VERBS = ("publish", "pause", "archive", "restore")


@pytest.mark.parametrize(("state", "verb"), list(product(ListingState, VERBS)))
def test_the_whole_grid_of_states(
    session: Session, cast: Cast, bo: Actor, now: datetime, state: ListingState, verb: str
) -> None:
    facility, unit = make_listing(session, cast.firm.id, by=bo, now=now)
    facility.state = state
    session.flush()
    act = {
        "publish": lambda: publish(session, facility.id, open_units=[unit.id], now=now, by=bo),
        "pause": lambda: pause(session, facility.id, now=now, by=bo),
        "archive": lambda: archive(session, facility.id, now=now, by=bo),
        "restore": lambda: restore(session, facility.id, now=now, by=bo),
    }[verb]
    if (state, verb) in MOVES:
        assert act().state is after(state, verb)
    else:
        with pytest.raises(StateForbids) as caught:
            act()
        assert caught.value.state == state.value


def test_paused_stays_readable_and_archived_does_not(session: Session, cast: Cast, bo: Actor, now: datetime) -> None:
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now)
    pause(session, facility.id, now=now, by=bo)
    assert queries.find(session, facility.slug, Actor()).facility is facility
    archive(session, facility.id, now=now, by=bo)
    with pytest.raises(NotFound):
        queries.find(session, facility.slug, Actor())
    assert queries.find(session, facility.slug, bo).facility is facility


def test_a_new_name_gives_a_new_address_and_the_old_one_leads_there(
    session: Session, cast: Cast, bo: Actor, now: datetime
) -> None:
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now, name={"zh-Hans": "晶圆实验室"})
    old = facility.slug
    assert old == "jing-yuan-shi-yan-shi"
    change_facility(session, facility.id, {"name": {"en": "Wafer house"}}, now=now, by=bo)
    assert facility.slug == "wafer-house"
    found = queries.find(session, old, Actor())
    assert (found.facility, found.moved) == (facility, True)
    other = create_facility(session, cast.firm.id, {"kind": "lab", "name": {"zh-Hans": "晶圆实验室"}}, now=now, by=bo)
    assert other.slug.startswith(f"{old}-")
    change_facility(session, facility.id, {"name": {"zh-Hans": "晶圆实验室"}}, now=now, by=bo)
    assert facility.slug == old
    assert set(session.scalars(select(FormerSlug.slug))) == {"wafer-house"}


def test_an_edit_made_on_an_old_version_is_refused(session: Session, cast: Cast, bo: Actor, now: datetime) -> None:
    facility = make_draft(session, cast.firm.id, by=bo, now=now)
    seen = facility.version
    change_facility(session, facility.id, {"city": "Sha Tin"}, now=now, by=bo, version=seen)
    with pytest.raises(Refused, match="changed_meanwhile"):
        change_facility(session, facility.id, {"city": "Tai Po"}, now=now, by=bo, version=seen)
    assert facility.city == "Sha Tin"


def test_history_names_the_fields_and_nothing_is_written_where_nothing_changed(
    session: Session, cast: Cast, bo: Actor, now: datetime
) -> None:
    facility = make_draft(session, cast.firm.id, by=bo, now=now)
    change_facility(session, facility.id, {"city": "Sha Tin", "techniques": ["SEM", "SEM"]}, now=now, by=bo)
    change_facility(session, facility.id, {"city": "Sha Tin"}, now=now, by=bo)
    rows = session.scalars(select(HistoryEntry).where(HistoryEntry.subject_id == facility.id)).all()
    assert [row.verb for row in rows] == ["listing.created", "listing.changed"]
    assert rows[1].details == {"fields": ["city", "techniques"]}


def test_the_search_hears_of_public_listings_only(session: Session, cast: Cast, bo: Actor, now: datetime) -> None:
    def waiting() -> int:
        return len(session.scalars(select(Task).where(Task.name == "search.refresh_facility")).all())

    facility = create_facility(session, cast.firm.id, LAB, now=now, by=bo)
    change_facility(session, facility.id, {"city": "Sha Tin"}, now=now, by=bo)
    assert waiting() == 0
    published, _ = make_listing(session, cast.firm.id, by=bo, now=now, name={"en": "Other"})
    before = waiting()
    change_facility(session, published.id, {"city": "Sha Tin"}, now=now, by=bo)
    assert waiting() == before + 1


@pytest.mark.parametrize(
    ("fields", "field", "rule"),
    [
        ({"name": {}}, "name", "required"),
        ({"name": {"fr": "Labo"}}, "name.fr", "language"),
        ({"kind": "hotel"}, "kind", "choice"),
        ({"contact_email": "nobody"}, "contact_email", "email"),
        ({"website": "javascript:alert(1)"}, "website", "url"),
        ({"trl_min": 3}, "trl_max", "both"),
        ({"trl_min": 7, "trl_max": 4}, "trl_max", "order"),
        ({"mrl_min": 0, "mrl_max": 4}, "mrl_min", "range"),
        ({"latitude": "22.4"}, "longitude", "both"),
        ({"latitude": "91", "longitude": "0"}, "latitude", "range"),
        ({"service_modes": ["teleport"]}, "service_modes", "choice"),
        ({"throughput_amount": "5"}, "throughput_unit", "required"),
        ({"jurisdiction_code": "XX"}, "jurisdiction_code", "choice"),
        ({"time_zone": "Mars/Base"}, "time_zone", "choice"),
        ({"planned_opening": "soon"}, "planned_opening", "date"),
        ({"cancelled_on": "never"}, "cancelled_on", "date"),
        ({"actual_opening": "2026-01-01", "cancelled_on": "2026-02-01"}, "cancelled_on", "opened"),
        ({"organisation_id": "x"}, "organisation_id", "unknown"),
    ],
)
def test_every_field_has_its_rule(
    session: Session, cast: Cast, bo: Actor, now: datetime, fields: dict[str, object], field: str, rule: str
) -> None:
    with pytest.raises(Invalid) as caught:
        create_facility(session, cast.firm.id, LAB | fields, now=now, by=bo)
    assert (field, rule) in [(error.field, error.rule) for error in caught.value.errors]


def test_a_jurisdiction_gives_its_time_zone(session: Session, cast: Cast, bo: Actor, now: datetime) -> None:
    facility = make_draft(session, cast.firm.id, by=bo, now=now, jurisdiction_code="CN-GD")
    assert facility.time_zone == "Asia/Shanghai"


def test_the_kind_is_settled_once_public(session: Session, cast: Cast, bo: Actor, now: datetime) -> None:
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now)
    with pytest.raises(Invalid, match="kind_settled"):
        change_facility(session, facility.id, {"kind": "pilot_line"}, now=now, by=bo)
    draft = make_draft(session, cast.firm.id, by=bo, now=now)
    assert change_facility(session, draft.id, {"kind": "pilot_line"}, now=now, by=bo).kind is FacilityKind.PILOT_LINE


def test_units_keep_their_order_and_their_states(
    session: Session, cast: Cast, bo: Actor, eve: Actor, now: datetime
) -> None:
    facility, first = make_listing(session, cast.firm.id, by=bo, now=now)
    second = add_unit(session, facility.id, {"kind": "bench", "name": {"en": "Bench"}}, now=now, by=bo, places=4)
    assert [unit.id for unit in queries.units_of(session, facility.id)] == [first.id, second.id]
    change_unit(session, second.id, {"maker": "Maker"}, now=now, by=bo)
    with pytest.raises(Forbidden):
        change_unit(session, second.id, {"maker": "Mine"}, now=now, by=eve)
    archive_unit(session, second.id, now=now, by=bo)
    assert [unit.id for unit in queries.units_of(session, facility.id)] == [first.id]
    with pytest.raises(StateForbids):
        pause_unit(session, second.id, now=now, by=bo)
    assert resume_unit(session, second.id, now=now, by=bo).state is UnitState.ACTIVE


@pytest.mark.parametrize(
    ("fields", "places", "field"),
    [
        ({}, 0, "places"),
        ({}, 501, "places"),
        ({"original_value_minor": 5}, 1, "original_value_currency"),
        ({"original_value_minor": 5, "original_value_currency": "XXX"}, 1, "original_value_currency"),
        ({"commissioned_on": "2020-02-01", "decommissioned_on": "2020-01-01"}, 1, "decommissioned_on"),
        ({"instrument_class": "toys"}, 1, "instrument_class"),
    ],
)
def test_every_field_of_a_unit_has_its_rule(
    session: Session, cast: Cast, bo: Actor, now: datetime, fields: dict[str, object], places: int, field: str
) -> None:
    facility = make_draft(session, cast.firm.id, by=bo, now=now)
    with pytest.raises(Invalid) as caught:
        add_unit(session, facility.id, {"kind": "bench", "name": {"en": "B"}, **fields}, now=now, by=bo, places=places)
    assert caught.value.errors[0].field == field


def test_the_host_sees_all_own_listings_and_nobody_elses(
    session: Session, cast: Cast, bo: Actor, eve: Actor, now: datetime
) -> None:
    make_listing(session, cast.firm.id, by=bo, now=now)
    make_draft(session, cast.firm.id, by=bo, now=now, name={"en": "Draft"})
    make_draft(session, cast.university.id, by=SYSTEM, now=now, name={"en": "Other"})
    rows, counts = queries.my_listings(session, bo)
    assert {row.facility.name["en"] for row in rows} == {"Wafer lab", "Draft"}
    assert counts == {"published": 1, "draft": 1}
    assert [row.units for row in queries.my_listings(session, bo, state=ListingState.PUBLISHED)[0]] == [1]
    assert queries.my_listings(session, eve) == ([], {})


def test_a_page_takes_the_same_statements_whatever_it_shows(
    session: Session, cast: Cast, bo: Actor, now: datetime
) -> None:
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now)

    def statements() -> int:
        session.flush()
        session.expire_all()
        seen: list[str] = []
        listener = lambda *given: seen.append(given[2])  # noqa: E731
        event.listen(session.get_bind(), "before_cursor_execute", listener)
        queries.facility_page(session, facility.slug, Actor())
        event.remove(session.get_bind(), "before_cursor_execute", listener)
        return len(seen)

    few = statements()
    for number in range(5):
        make_unit(session, facility.id, by=bo, now=now, fields={"name": {"en": f"U{number}"}})
    assert statements() == few <= 5
