"""Searching: three scripts, any language's names, slips, facets with counts, prices across currencies, pages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Facility, FacilityKind, ListingState, Scale, Unit
from marketplace.database import Database
from marketplace.jurisdictions.actions import enter_rate
from marketplace.pricing.models import Rate, RatePer
from marketplace.search.actions import refresh_all, refresh_facility, refresh_prices
from marketplace.search.models import SearchRow, SearchWord
from marketplace.search.queries import SearchPage, map_points, search
from marketplace.search.rules.wishes import SearchQuery, Sort
from marketplace.values.money import Money
from tests.cast import Cast
from tests.database import counting_statements
from tests.factories.found import Listed, list_facility

Find = Callable[..., SearchPage]


@pytest.fixture
def listed(session: Session, cast: Cast, now: datetime) -> dict[str, Facility]:
    """Five listings that share little."""
    enter_rate(session, "CNY", Decimal("0.92"), valid_from=date(2026, 1, 1), source="test", now=now, by=uuid4())
    described = {
        "em": Listed(
            name={"en": "Electron microscopy suite", "zh-Hant": "電鏡中心"},
            unit_name={"en": "Titan"},
            price=(90000, "HKD", RatePer.HOUR),
            more={
                "techniques": ["TEM"],
                "service_modes": ["self_use", "staffed"],
                "latitude": 22.28,
                "longitude": 114.13,
            },
        ),
        "line": Listed(
            name={"zh-Hans": "锂电池中试线"},
            kind=FacilityKind.PILOT_LINE,
            jurisdiction="CN-GD",
            units=2,
            price=(4600, "CNY", RatePer.HOUR),
            more={"trl_min": 5, "trl_max": 7, "scale": Scale.PILOT, "zone_code": "ZON-HTZ-SZ", "city": "Shenzhen"},
        ),
        "food": Listed(
            name={"en": "Food pilot plant", "zh-Hans": "食品中试车间"},
            kind=FacilityKind.PILOT_LINE,
            jurisdiction="CN-GD",
            price=(80000, "CNY", RatePer.DAY),
            more={"trl_min": 4, "trl_max": 5, "zone_code": "ZON-NS", "city": "Guangzhou"},
        ),
        "nmr": Listed(
            name={"en": "NMR laboratory", "zh-Hant": "核磁共振實驗室"},
            jurisdiction="MO",
            time_zone="Asia/Macau",
            price=(0, "MOP", RatePer.HOUR),
            more={"city": "Macao"},
        ),
        "plain": Listed(name={"en": "Workshop"}, kind=FacilityKind.INSTRUMENT),
    }
    rows = {key: list_facility(session, cast.firm, each, now=now) for key, each in described.items()}
    refresh_all(session, now=now)
    return rows


@pytest.fixture
def find(session: Session, listed: dict[str, Facility], now: datetime) -> Find:
    def look(text: str = "", **narrowing: Any) -> SearchPage:
        return search(session, SearchQuery(text=text, **narrowing), language="en", now=now)

    return look


@pytest.fixture
def names(find: Find, listed: dict[str, Facility]) -> Callable[..., set[str]]:
    by_id = {facility.id: key for key, facility in listed.items()}
    return lambda text="", **narrowing: {by_id[item.id] for item in find(text, **narrowing).items}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("電鏡", {"em"}),
        ("电镜", {"em"}),
        ("电子显微镜", {"em"}),
        ("透射電鏡", {"em"}),
        ("electron microscopes", {"em"}),
        ("TEM", {"em"}),
        ("titan", {"em"}),
        ("battery", {"line"}),
        ("鋰電池", {"line"}),
        ("中試線", {"line", "food"}),
        ("pilot line", {"line", "food"}),
        ("深圳 电池", {"line"}),
        ("深圳电池", {"line"}),
        ("Shenzhen battery", {"line"}),
        ("Hetao Shenzhen Park", {"line"}),
        ("河套", {"line"}),
        ("内地 食品", {"food"}),
        ("nuclear magnetic resonance", {"nmr"}),
        ("核磁", {"nmr"}),
        ("澳门", {"nmr"}),
        ("Macao nmr", {"nmr"}),
        ("Guangdong", {"line", "food"}),
        ("實驗室", {"em", "nmr"}),
        ("laboratory of the", {"em", "nmr"}),
        ("battery microscope", set()),
        ("nothing-like-this", set()),
    ],
)
def test_words_of_any_language_and_script_find_the_same(names: Callable[..., set[str]], query: str, expected: set[str]):
    assert names(query) == expected


@pytest.mark.parametrize(
    ("query", "expected", "typed"),
    [
        ("micorscopy", {"em"}, "micorscopy"),
        ("electorn microscopy", {"em"}, "electorn"),
        ("baterry", {"line"}, "baterry"),
        ("microsc", {"em"}, "microsc"),
    ],
)
def test_slips_and_beginnings_of_latin_words_are_forgiven(
    find: Find, names: Any, query: str, expected: Any, typed: str
):
    assert names(query) == expected
    assert typed in find(query).instead


def test_short_words_are_not_guessed(find: Find):
    page = find("nmx")
    assert (page.total, page.instead) == (0, {})


@pytest.mark.parametrize("query", ["", "  ", "!!!", "'", "\\", ":*", "a & | !", "'; DROP TABLE people; --", "的", "%_"])
def test_any_text_is_only_text(find: Find, query: str):
    assert find(query).total >= 0


def test_facets_count_what_choosing_them_would_give(find: Find):
    page = find()
    assert page.total == 5
    assert page.facets["kind"] == {"lab": 2, "pilot_line": 2, "instrument": 1}
    assert page.facets["jurisdiction"] == {"HK": 2, "CN-GD": 2, "MO": 1}
    assert page.facets["trl"] == {"4": 1, "5": 2, "6": 1, "7": 1}
    assert page.facets["scale"] == {"pilot": 1}
    assert page.facets["zone"] == {"ZON-HTZ-SZ": 1, "ZON-NS": 1}
    assert page.facets["service_mode"] == {"self_use": 1, "staffed": 1}
    assert page.facets["technique"]["battery"] == 1
    narrowed = find(kinds=("pilot_line",))
    assert narrowed.total == 2
    assert narrowed.facets["kind"] == page.facets["kind"]
    assert narrowed.facets["jurisdiction"] == {"CN-GD": 2}
    both = find(kinds=("pilot_line",), trls=(7,))
    assert both.facets["kind"] == {"pilot_line": 1}
    assert both.facets["trl"] == page.facets["trl"]


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ({"kinds": ("lab", "instrument")}, {"em", "nmr", "plain"}),
        ({"jurisdictions": ("CN",)}, {"line", "food"}),
        ({"jurisdictions": ("CN-GD", "MO")}, {"line", "food", "nmr"}),
        ({"jurisdictions": ("XX",)}, set()),
        ({"zones": ("ZON-HTZ",)}, {"line"}),
        ({"techniques": ("tem",)}, {"em"}),
        ({"techniques": ("透射电镜",)}, {"em"}),
        ({"techniques": ("alchemy",)}, set()),
        ({"trls": (5,)}, {"line", "food"}),
        ({"trls": (7, 4)}, {"line", "food"}),
        ({"scales": ("pilot",)}, {"line"}),
        ({"service_modes": ("staffed",)}, {"em"}),
        ({"price_classes": ("to_100",)}, {"line"}),
        ({"price_classes": ("free", "to_500")}, {"food"}),
        ({"price_classes": ("unknown",)}, {"plain", "nmr"}),
        ({"price_max": Money(10000, "HKD")}, {"line"}),
        ({"price_max": Money(10000, "CNY")}, {"line", "food"}),
        ({"text": "pilot", "trls": (7,)}, {"line"}),
    ],
)
def test_facets_narrow(names: Callable[..., set[str]], narrowing: dict[str, Any], expected: set[str]):
    assert names(**narrowing) == expected


def test_prices_are_compared_by_dated_rates_only(session: Session, find: Find, now: datetime, names: Any):
    assert names(sort=Sort.PRICE) == {"em", "line", "food", "nmr", "plain"}
    first = [item.price for item in find(sort=Sort.PRICE).items][:3]
    assert first == [Money(4600, "CNY"), Money(80000, "CNY"), Money(90000, "HKD")]
    enter_rate(session, "MOP", Decimal("1.03"), valid_from=date(2026, 1, 1), source="test", now=now, by=uuid4())
    refresh_prices(session, now=now)
    assert names(price_classes=("free",)) == {"nmr"}


def test_a_price_in_a_currency_without_rate_leaves_only_what_is_free(find: Find):
    assert find(price_max=Money(10**6, "EUR")).total == 0


def test_pages_hold_everything_once(find: Find):
    seen: list[UUID] = []
    query: dict[str, Any] = {"sort": Sort.NAME, "limit": 2}
    while True:
        page = find(**query)
        seen += [item.id for item in page.items]
        if page.next is None:
            break
        query["offset"] = int(page.next)
    assert len(seen) == len(set(seen)) == page.total == 5


def test_names_come_in_order_and_better_matches_first(find: Find):
    english = [item.name.get("en") for item in find(sort=Sort.NAME).items]
    assert english == ["Electron microscopy suite", "Food pilot plant", "NMR laboratory", "Workshop", None]
    assert find("pilot").items[0].name["en"] == "Food pilot plant"


def test_of_two_words_where_they_stand_counts(session: Session, cast: Cast, find: Find, now: datetime):
    described = {"en": "A deposition chamber beside the sputtering bench"}
    below = Listed(name={"en": "Clean room"}, more={"description": described})
    heading = Listed(name={"en": "Sputtering deposition"})
    for listing, published in ((heading, now - timedelta(days=30)), (below, now)):
        facility = list_facility(session, cast.firm, listing, now=published)
        refresh_facility(session, facility.id, now=now)
    assert [item.name["en"] for item in find("sputtering deposition").items] == ["Sputtering deposition", "Clean room"]


def test_what_says_the_same_is_not_written_again(session: Session, listed: dict[str, Facility], now: datetime):
    tables = "search_rows", "search_texts", "search_classes", "unit_openness", "opening_patterns"

    def versions() -> dict[str, set[str]]:
        # A row that was written again stands elsewhere in its table.
        return {table: set(session.scalars(text(f"SELECT ctid::text FROM {table}"))) for table in tables}

    before = versions()
    refresh_all(session, now=now + timedelta(days=1), ids=[facility.id for facility in listed.values()])
    refresh_prices(session, now=now + timedelta(days=1))
    assert versions() == before and all(before.values())
    listed["em"].name = listed["em"].name | {"en": "Electron microscopy hall"}
    refresh_facility(session, listed["em"].id, now=now)
    after = versions()
    moved = {table for table in tables if after[table] != before[table]}
    assert moved == {"search_rows", "search_texts"}
    assert len(after["search_rows"] - before["search_rows"]) == 1


def test_a_day_on_which_a_price_changes_writes_that_listing(
    session: Session, listed: dict[str, Facility], find: Find, now: datetime
):
    unit = session.scalars(select(Unit).where(Unit.facility_id == listed["em"].id)).one()
    rate = Rate(unit_id=unit.id, amount_minor=5000, currency="HKD", per=RatePer.HOUR, valid_from=now.date())
    rate.created_at = now
    session.add(rate)
    session.flush()
    assert find("titan").items[0].price == Money(90000, "HKD")
    refresh_prices(session, now=now)
    assert find("titan").items[0].price == Money(5000, "HKD")
    assert find("titan").facets["price"] == {"to_100": 1}


def test_what_leaves_the_listing_leaves_the_search(
    session: Session, listed: dict[str, Facility], names: Any, now: datetime
):
    listed["em"].state = ListingState.PAUSED
    refresh_facility(session, listed["em"].id, now=now)
    assert names("titan") == set()
    assert session.get(SearchRow, listed["em"].id) is None
    assert session.get(SearchWord, "titan") is None
    listed["em"].state = ListingState.PUBLISHED
    listed["em"].name = {"en": "Ion microscopy"}
    refresh_facility(session, listed["em"].id, now=now)
    session.expire_all()
    assert names("ion microscopy") == {"em"}
    assert session.get_one(SearchWord, "titan").facilities == 1


def test_nothing_found_says_what_to_let_go(find: Find):
    page = find("battery", jurisdictions=("HK",))
    assert page.total == 0
    assert page.relaxed == {"facets": 1, "words": 2}
    assert find("battery").relaxed == {}


def test_cards_tell_what_a_result_needs(find: Find, listed: dict[str, Facility]):
    (item,) = find("battery").items
    assert item.slug == listed["line"].slug
    assert item.matching_units == 2
    assert item.card["organisation"]["name"] == {"en": "Hetao Microsystems"}
    assert item.card["city"] == "Shenzhen"
    assert (item.price, item.price_per, item.zone) == (Money(4600, "CNY"), "hour", "ZON-HTZ-SZ")
    assert item.next_free == datetime.fromisoformat("2026-03-02T09:30:00+08:00")


def test_the_map_shows_those_with_a_place(session: Session, listed: dict[str, Facility], now: datetime):
    points = map_points(session, SearchQuery(), language="en", now=now)
    assert [(point.slug, point.kind) for point in points] == [(listed["em"].slug, "lab")]


def test_the_number_of_statements_is_fixed(session: Session, database: Database, cast: Cast, find: Find, now: datetime):
    def statements() -> int:
        with counting_statements(database) as sent:
            find("lab", jurisdictions=("HK",), price_max=Money(10**9, "HKD"))
        return len(sent)

    before = statements()
    for number in range(30):
        hours = [(1 + number % 5, 540 + number, 1080)]
        listing = Listed(name={"en": f"Lab {number}"}, hours=hours, price=(100 + number, "HKD", RatePer.HOUR), units=2)
        list_facility(session, cast.firm, listing, now=now)
    refresh_all(session, now=now)
    assert statements() == before <= 8
