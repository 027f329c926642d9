"""The data files: loaded as often as one likes, complete in three languages, never over what a person entered."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.jurisdictions import queries
from marketplace.jurisdictions.actions import DayOverride, confirm_year, load_reference, override_day
from marketplace.jurisdictions.library import days_of
from marketplace.jurisdictions.models import (
    Agency,
    CalendarDay,
    CalendarYear,
    CounterpartPair,
    Currency,
    DayKind,
    Jurisdiction,
    Zone,
)
from marketplace.jurisdictions.rules import add_working_days, provisional
from marketplace.jurisdictions.tables import city_names, sources, table
from marketplace.values.localized import LANGUAGES
from marketplace.values.money import EXPONENTS

# Start, working days, and the day they end on by calendar: jurisdictions.md C2.
VECTORS = [
    ("2026-02-12", 10, {"CN": "2026-03-04", "HK-GOV5": "2026-03-03", "HK-GEN": "2026-02-27", "MO": "2026-03-03"}),
    ("2026-04-01", 10, {"CN": "2026-04-16", "HK-GOV5": "2026-04-20", "HK-GEN": "2026-04-17", "MO": "2026-04-20"}),
    ("2026-09-18", 10, {"CN": "2026-10-09", "HK-GOV5": "2026-10-05", "HK-GEN": "2026-10-02", "MO": "2026-10-07"}),
    ("2026-09-18", 20, {"CN": "2026-10-22", "HK-GOV5": "2026-10-20", "HK-GEN": "2026-10-14", "MO": "2026-10-22"}),
    ("2026-03-02", 20, {"CN": "2026-03-30"}),
    ("2026-03-02", 30, {"CN": "2026-04-14"}),
    ("2026-03-02", 45, {"CN": "2026-05-08"}),
]
HONG_KONG_2027 = "01-01 02-06 02-08 02-09 03-26 03-27 03-29 04-05 05-01 05-13 06-09 07-01 09-16 10-01 10-08 12-25 12-27"
MACAO_2027 = (
    "01-01 02-06 02-07 02-08 02-09 02-10 03-26 03-27 03-29 04-05 05-01 05-03 05-13 06-09 09-16 "
    "10-01 10-02 10-04 10-08 11-02 12-08 12-20 12-22 12-24 12-25 12-27"
)


@pytest.mark.parametrize(("start", "count", "ends"), VECTORS)
def test_the_published_vectors(session: Session, start: str, count: int, ends: dict[str, str]):
    for code, end in ends.items():
        calendar = queries.calendar(session, code)
        assert add_working_days(calendar, date.fromisoformat(start), count).isoformat() == end, code


def test_only_years_with_an_official_notice_are_certain(session: Session):
    march = date(2026, 3, 2), date(2026, 4, 2)
    certain = {
        code: not provisional(queries.calendar(session, code), *march) for code in ("CN", "HK-GEN", "HK-GOV5", "MO")
    }
    assert certain == {"CN": True, "HK-GEN": True, "HK-GOV5": True, "MO": False}
    assert provisional(queries.calendar(session, "CN"), date(2027, 1, 4), date(2027, 1, 5))


@pytest.mark.parametrize(("place", "days"), [("HK", HONG_KONG_2027), ("MO", MACAO_2027)])
def test_the_library_is_asked_for_all_of_its_holidays(place: str, days: str):
    assert [found.day.strftime("%m-%d") for found in days_of(place, 2027)] == days.split()


def test_the_library_agrees_with_the_official_hong_kong_list_and_the_worked_weekends():
    official = next(row for row in table("calendars") if row["code"] == "HK-GEN")["official"][0]["days"]
    assert [day["day"] for day in official] == [found.day.isoformat() for found in days_of("HK", 2026)]
    mainland = next(row for row in table("calendars") if row["code"] == "CN")["official"][0]["days"]
    worked = [day["day"] for day in mainland if day["kind"] == "worked"]
    assert worked == [found.day.isoformat() for found in days_of("CN", 2026) if found.kind is DayKind.WORKED]


def test_loading_again_changes_nothing(session: Session, now: datetime):
    def counts() -> list[int]:
        kinds = (Jurisdiction, Zone, Agency, CounterpartPair, Currency, CalendarYear, CalendarDay)
        return [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]

    load_reference(session, now=now)
    before = counts()
    load_reference(session, now=now + timedelta(days=1))
    assert counts() == before
    assert all(before)


def test_every_table_speaks_three_languages_and_names_its_sources():
    for name in ("jurisdictions", "zones", "agencies", "pairs", "currencies", "cities", "calendars"):
        for row in table(name):
            for text in [value for key, value in row.items() if key in ("name", "subject", "area", "governing_body")]:
                assert list(text) == list(LANGUAGES) and all(text.values()), row
    for name in ("zones", "agencies", "pairs"):
        for row in table(name):
            assert len(sources(row["sources"])) == len(row["sources"]), row["code"]
            assert row["sources"] or row["confidence"] == "BG", row["code"]


def test_the_rows_point_at_each_other():
    agencies = {row["code"] for row in table("agencies")}
    pairs = {row["code"] for row in table("pairs")}
    for pair in table("pairs"):
        assert {*pair["side_a"]["agencies"], *pair["side_b"]["agencies"]} <= agencies
        assert [tier["tier"] for tier in pair["tiers"]] == sorted(tier["tier"] for tier in pair["tiers"])
    for zone in table("zones"):
        assert set(zone["agency_codes"]) <= agencies
        assert set(zone["pair_codes"]) <= pairs
        assert zone["city"] is None or zone["city"] in city_names()
    assert {row["code"]: row["minor_digits"] for row in table("currencies")}.items() <= EXPONENTS.items()
    assert {row["currency"] for row in table("jurisdictions")} <= set(EXPONENTS)


def test_territories_form_a_tree_with_the_customs_territory_at_its_root(session: Session):
    by_code = {row.code: row for row in queries.jurisdictions(session)}
    assert by_code["CN-GD"].root_code == "CN"
    assert by_code["HK"].root_code == "HK"
    assert queries.jurisdictions_below(session, ["CN"]) == {"CN", "CN-GD"}
    assert queries.zones_below(session, ["ZON-HTZ"]) == {"ZON-HTZ", "ZON-HTZ-HK", "ZON-HTZ-SZ"}


def test_what_a_person_entered_survives_loading(session: Session, now: datetime):
    dee = uuid4()
    typhoon = DayOverride("HK-GOV5", date(2026, 9, 8), DayKind.OFF, {"en": "Typhoon"}, "No. 10 signal")
    override_day(session, typhoon, now=now, by=dee)
    confirm_year(session, "MO", 2027, notice="Despacho 1/2026", note="", now=now, by=dee)
    load_reference(session, now=now + timedelta(days=400))
    day = session.get(CalendarDay, ("HK-GOV5", date(2026, 9, 8)))
    assert day is not None
    assert (day.kind, day.source, day.official, day.entered_by) == (DayKind.OFF, "No. 10 signal", False, dee)
    assert not provisional(queries.calendar(session, "MO"), date(2027, 1, 1), date(2027, 12, 31))


def test_a_provisional_year_that_has_begun_keeps_what_was_counted_with(session: Session, now: datetime):
    load_reference(session, now=now)
    gone = session.get(CalendarDay, ("MO", date(2026, 12, 8)))
    later = session.get(CalendarDay, ("MO", date(2028, 12, 8)))
    assert gone is not None and later is not None
    session.delete(gone)
    session.delete(later)
    session.flush()
    load_reference(session, now=now)
    assert not queries.calendar(session, "MO").is_holiday(date(2026, 12, 8))
    assert queries.calendar(session, "MO").is_holiday(date(2028, 12, 8))
