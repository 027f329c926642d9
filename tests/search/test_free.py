"""Free time in a search: it says of every unit what availability itself says of that unit."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.availability import queries as availability
from marketplace.availability.models import BookingMode
from marketplace.catalogue.models import Facility, Unit
from marketplace.search.actions import refresh_all
from marketplace.search.models import OpeningPattern
from marketplace.search.queries import search, statement
from marketplace.search.rules.wishes import FreeWish, SearchQuery, Sort
from marketplace.values.period import Period
from tests.cast import Cast
from tests.factories.found import OFFICE, Listed, claim, list_facility

ALWAYS = tuple((weekday, 0, 1440) for weekday in range(1, 8))
FREELY = {"horizon_days": None, "cut_off": 0, "step": 30, "shortest": 30}
KINDS: dict[str, Listed] = {
    "office": Listed(name={"en": "Office"}, rules=FREELY),
    "twin": Listed(name={"en": "Twin"}, places=2, rules=FREELY),
    "margins": Listed(name={"en": "Margins"}, rules=FREELY | {"set_up": 60, "clean_up": 30}),
    "always": Listed(name={"en": "Always"}, hours=ALWAYS, rules=FREELY | {"closed_on_holidays": False}),
    "night": Listed(name={"en": "Night"}, hours=[(d, 1200, 1800) for d in range(1, 6)], rules=FREELY),
    "mainland": Listed(
        name={"en": "Mainland"},
        jurisdiction="CN-GD",
        time_zone="Asia/Shanghai",
        rules=FREELY | {"open_on_worked_weekends": True},
    ),
    "london": Listed(name={"en": "London"}, jurisdiction="GB", time_zone="Europe/London", rules=FREELY),
    "days": Listed(name={"en": "Days"}, rules=FREELY | {"mode": BookingMode.DAY, "shortest": 1440}),
    "weeks": Listed(name={"en": "Weeks"}, rules=FREELY | {"mode": BookingMode.WEEK, "shortest": 10080}),
    "long": Listed(name={"en": "Long"}, rules=FREELY | {"shortest": 240, "longest": 480}),
}
Units = dict[str, UUID]
Names = Callable[..., set[str]]


@pytest.fixture
def units(session: Session, cast: Cast, now: datetime) -> Units:
    """One unit of each kind, by the name of its kind."""
    made = {key: list_facility(session, cast.firm, listed, now=now) for key, listed in KINDS.items()}
    refresh_all(session, now=now)
    by_facility = {facility.id: key for key, facility in made.items()}
    return {by_facility[unit.facility_id]: unit.id for unit in session.scalars(select(Unit))}


@pytest.fixture(
    autouse=True,
    params=[("", 0), ("bench", 0), ("bench", statement.FEW)],
    ids=["of all, by time", "of those found, by time", "of those found, by unit"],
)
def words(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How a search reads claims: all of that time at once, or those of each unit. Answers words that find all."""
    text, few = request.param
    monkeypatch.setattr(statement, "FEW", few)
    return str(text)


@pytest.fixture
def names(session: Session, units: Units, words: str, now: datetime) -> Names:
    def look(**narrowing: Any) -> set[str]:
        page = search(session, SearchQuery(text=words, limit=100, **narrowing), language="en", now=now)
        return {item.name["en"].lower() for item in page.items}

    return look


def hong_kong(day: str, start: str, end: str, until: str = "") -> Period:
    return Period.parse(f"{day}T{start}:00+08:00", f"{until or day}T{end}:00+08:00")


def test_a_slot_is_free_where_it_is_open(names: Names):
    assert names(free=FreeWish(hong_kong("2026-03-10", "10:00", "12:00"))) == {
        "office", "twin", "margins", "always", "mainland", "days", "weeks"
    }  # fmt: skip
    assert names(free=FreeWish(hong_kong("2026-03-10", "18:00", "19:00"))) == {"always", "london", "weeks"}
    assert names(free=FreeWish(hong_kong("2026-03-10", "23:00", "02:00", "2026-03-11"))) == {
        "always",
        "london",
        "night",
        "weeks",
    }
    assert names(free=FreeWish(hong_kong("2026-03-10", "10:00", "14:00"))) >= {"long", "office"}


def test_holidays_worked_weekends_and_the_past_count(names: Names):
    assert names(free=FreeWish(hong_kong("2026-04-03", "10:00", "12:00"))) == {"always", "mainland"}
    assert names(free=FreeWish(hong_kong("2026-05-09", "10:00", "12:00"))) == {"always", "mainland"}
    assert names(free=FreeWish(hong_kong("2026-03-01", "10:00", "12:00"))) == set()


def test_a_claim_takes_one_place_for_its_time_and_an_overdue_hold_takes_none(
    session: Session, units: Units, names: Names, now: datetime
):
    slot = hong_kong("2026-03-10", "10:00", "12:00")
    for key in ("office", "twin", "always"):
        claim(session, units[key], hong_kong("2026-03-10", "11:30", "13:00"))
    claim(session, units["mainland"], slot, held_until=now - timedelta(minutes=1))
    found = names(free=FreeWish(slot))
    assert "twin" in found and "mainland" in found
    assert not found & {"office", "always"}
    claim(session, units["twin"], hong_kong("2026-03-10", "11:45", "12:15"), place=2)
    assert "twin" not in names(free=FreeWish(slot))
    assert names(free=FreeWish(hong_kong("2026-03-10", "10:00", "11:30"))) >= {"office", "twin", "always"}


def test_set_up_and_clean_up_need_their_time(session: Session, units: Units, names: Names):
    claim(session, units["margins"], hong_kong("2026-03-10", "13:00", "15:00"))
    assert "margins" in names(free=FreeWish(hong_kong("2026-03-10", "10:00", "12:30")))
    assert "margins" not in names(free=FreeWish(hong_kong("2026-03-10", "10:00", "13:00")))
    assert "margins" not in names(free=FreeWish(hong_kong("2026-03-10", "15:30", "17:00")))
    assert "margins" in names(free=FreeWish(hong_kong("2026-03-10", "16:00", "17:00")))


@pytest.mark.parametrize("seed", range(3))
def test_search_and_availability_agree(session: Session, units: Units, names: Names, now: datetime, seed: int):
    chance = random.Random(seed)
    _claim_at_random(session, units, chance)
    for _ in range(8):
        start = now + timedelta(minutes=30 * chance.randrange(2, 48 * 40))
        window = Period(start, start + timedelta(hours=chance.choice((4, 9, 30, 100, 170))))
        minutes = chance.choice((30, 60, 240, 600, 1500))
        free = availability.free_of_units(session, units.values(), window, now)
        expected = {
            key
            for key, unit_id in units.items()
            if any(stretch.period.length >= _need(key, minutes) for stretch in free.get(unit_id, []))
            and not (key == "long" and minutes > 480)
        }
        assert names(free=FreeWish(window, minutes)) == expected, (window, minutes)


@pytest.mark.parametrize("seed", range(3))
def test_slots_and_availability_agree(session: Session, units: Units, names: Names, now: datetime, seed: int):
    chance = random.Random(seed)
    _claim_at_random(session, units, chance)
    hourly = {key: id for key, id in units.items() if key not in ("days", "weeks", "long")}
    for _ in range(12):
        start = now + timedelta(minutes=30 * chance.randrange(2, 48 * 30))
        slot = Period(start, start + timedelta(minutes=30 * chance.randrange(1, 12)))
        free = availability.free_of_units(
            session, units.values(), slot.widened(timedelta(days=2), timedelta(days=2)), now
        )
        expected = {
            key for key, id in hourly.items() if any(stretch.period.contains(slot) for stretch in free.get(id, []))
        }
        assert names(free=FreeWish(slot)) - {"days", "weeks", "long"} == expected, slot


def _claim_at_random(session: Session, units: Units, chance: random.Random) -> None:
    for unit_id in units.values():
        at = datetime.fromisoformat("2026-03-02T00:00:00+08:00")
        while at.date() < date(2026, 4, 20):
            at += timedelta(minutes=30 * chance.randrange(4, 150))
            length = timedelta(minutes=30 * chance.randrange(1, 20))
            claim(session, unit_id, Period(at, at + length))
            at += length


def _need(key: str, minutes: int) -> timedelta:
    shortest = KINDS[key].rules["shortest"] if key not in ("days", "weeks") else 0
    return timedelta(minutes=max(minutes, shortest))


def test_what_is_free_next_comes_first(session: Session, units: Units, now: datetime):
    claim(session, units["office"], hong_kong("2026-03-02", "09:00", "16:00"))
    page = search(session, SearchQuery(sort=Sort.NEXT_FREE, limit=100), language="en", now=now)
    when = [item.next_free for item in page.items]
    assert all(when) and when == sorted(filter(None, when))
    free = availability.free_of_units(session, units.values(), Period(now, now + timedelta(days=28)), now)
    by_name = {item.name["en"].lower(): item.next_free for item in page.items}
    for key in ("office", "twin", "always", "london", "days", "weeks"):
        assert by_name[key] == min(stretch.period.start for stretch in free[units[key]]), key


@pytest.mark.parametrize("seed", range(4))
def test_the_near_look_and_the_far_one_agree(
    session: Session, units: Units, cast: Cast, words: str, now: datetime, seed: int
):
    chance = random.Random(seed)
    mixed = Listed(name={"en": "Mixed"}, rules=FREELY)
    facility = list_facility(session, cast.firm, mixed, now=now)
    # A short stretch may be had later than a long one that only the far look sees whole.
    other = list_facility(session, cast.firm, replace(mixed, rules=FREELY | {"shortest": 480}), now=now)
    session.execute(update(Unit).where(Unit.facility_id == other.id).values(facility_id=facility.id, position=1))
    refresh_all(session, now=now)
    for unit_id in session.scalars(select(Unit.id)):
        taken = Period(now, now + timedelta(minutes=30 * chance.randrange(1, 48 * 30)))
        claim(session, unit_id, taken)
    pages = [
        search(session, SearchQuery(text=words, sort=sort, limit=100), language="en", now=now)
        for sort in (Sort.RELEVANCE, Sort.NEXT_FREE)
    ]
    near, far = ({item.id: item.next_free for item in page.items} for page in pages)
    assert near == far
    assert len({start.date() for start in near.values() if start}) > 3


def test_units_open_alike_share_a_pattern(session: Session, cast: Cast, units: Units, now: datetime):
    before = len(session.scalars(select(OpeningPattern)).all())
    made: list[Facility] = []
    for _ in range(3):
        made.append(list_facility(session, cast.firm, KINDS["office"], now=now))
    refresh_all(session, now=now, ids=[facility.id for facility in made])
    assert len(session.scalars(select(OpeningPattern)).all()) == before
    assert before == len(KINDS) - 1, "one place or two, the pattern is the same"
    assert KINDS["office"].hours == OFFICE
