"""Reading a search from an address: every fault is named, times are read on the reader's clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.rules.starts import StartWish
from marketplace.search.rules.wishes import FreeWish, SearchQuery, Sort, parse
from marketplace.values.money import Money
from marketplace.values.period import Period
from marketplace.values.refusal import Invalid
from tests.conftest import NOW

HONG_KONG, LONDON = ZoneInfo("Asia/Hong_Kong"), ZoneInfo("Europe/London")


def read(zone: ZoneInfo = HONG_KONG, **given_values: Any) -> SearchQuery:
    values = {name: [text] if isinstance(text, str) else text for name, text in given_values.items()}
    return parse(values, zone=zone, now=NOW)


def faults(**given_values: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        read(**given_values)
    return [(error.field, error.rule) for error in caught.value.errors]


def test_nothing_asked_is_everything() -> None:
    assert read() == SearchQuery()
    assert not read().narrowed


def test_everything_at_once() -> None:
    query = read(
        q=" 電鏡 ", kind=["lab", "lab"], jurisdiction=["HK"], trl=["3", "9"], price_max="12.5", currency="CNY",
        sort="price", limit="5", cursor="10",
    )  # fmt: skip
    assert (query.text, query.kinds, query.trls) == ("電鏡", ("lab",), (3, 9))
    assert (query.price_max, query.sort, query.limit, query.offset) == (Money(1250, "CNY"), Sort.PRICE, 5, 10)
    assert query.narrowed


@pytest.mark.parametrize(
    ("given_values", "start", "end", "minutes"),
    [
        ({"free_from": "2026-03-10", "free_to": "2026-03-11"}, "2026-03-10T00:00+08:00", "2026-03-12T00:00+08:00", 60),
        (
            {"free_from": "2026-03-10T09:00", "free_to": "2026-03-10T12:00"},
            "2026-03-10T09:00+08:00",
            "2026-03-10T12:00+08:00",
            None,
        ),
        ({"free_from": "2026-03-10T09:00Z", "free_to": "2026-03-10T12:00 08:00", "hours": "1.5"}, "", "", 90),
        ({"hours": "4"}, "2026-03-02T09:00+08:00", "2026-03-16T09:00+08:00", 240),
        ({"free_from": "2026-03-10"}, "2026-03-10T00:00+08:00", "2026-03-24T00:00+08:00", 60),
    ],
)
def test_free_time_is_a_slot_or_so_many_hours_of_a_window(
    given_values: dict[str, str], start: str, end: str, minutes: int | None
) -> None:
    if not start:
        assert faults(**given_values) == [("free_to", "after_start")]
        return
    wanted = Period(datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert read(**given_values).free == FreeWish(wanted, minutes)


def test_times_without_offset_are_the_readers() -> None:
    free = read(LONDON, free_from="2026-07-01T09:00", free_to="2026-07-01T10:00").free
    assert free is not None
    assert free.window.start.isoformat() == "2026-07-01T08:00:00+00:00"
    assert free.slot


@pytest.mark.parametrize(
    ("given_values", "expected"),
    [
        ({"kind": "castle"}, [("kind", "choice")]),
        ({"trl": ["0", "x"]}, [("trl", "choice")]),
        ({"jurisdiction": [f"J{n}" for n in range(99)]}, [("jurisdiction", "max_items")]),
        ({"q": "長" * 201}, [("q", "max_length")]),
        ({"q": "a\x00"}, [("q", "no_nul")]),
        ({"limit": "0"}, [("limit", "range")]),
        ({"limit": "201"}, [("limit", "range")]),
        ({"cursor": "２"}, [("cursor", "range")]),
        ({"hours": "nan"}, [("hours", "range")]),
        ({"hours": "0"}, [("hours", "range")]),
        ({"free_from": "2026-01-01", "free_to": "2026-12-31"}, [("free_to", "window_too_long")]),
        ({"free_from": "10/3/2026"}, [("free_from", "instant")]),
        ({"price_max": "-1"}, [("price_max", "range")]),
        ({"price_max": "1", "currency": "XXX"}, [("currency", "currency_unknown")]),
        ({"sort": "magic", "kind": "castle"}, [("kind", "choice"), ("sort", "choice")]),
    ],
)
def test_every_fault_is_named(given_values: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert faults(**given_values) == expected


NAMES = (
    "q",
    "kind",
    "trl",
    "free_from",
    "free_to",
    "hours",
    "price_max",
    "currency",
    "sort",
    "limit",
    "cursor",
    "scale",
)


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(max_size=20), max_size=3)))
def test_any_address_is_read_or_refused(values: dict[str, list[str]]) -> None:
    try:
        query = parse(values, zone=HONG_KONG, now=NOW)
    except Invalid as broken:
        assert {error.field for error in broken.errors} <= set(NAMES)
        return
    assert query.free is None or query.free.window.length <= timedelta(days=92)


def test_a_day_to_begin_by_sorts_by_it_and_takes_what_crosses() -> None:
    own = uuid4()
    query = read(startable_by="2026-05-01", crossing=["goods_back", "people"], organisation=str(own), **{"from": "HK"})
    assert query.start == StartWish(
        day=date(2026, 5, 1), crossings=("goods_back", "people"), origin="HK", organisation=own
    )
    assert query.sort is Sort.START
    assert query.narrowed
    assert read(startable_by="2026-05-01", sort="name").sort is Sort.NAME
    assert read(startable_by="2026-05-01", flows='{"goods_flows": []}').start.stated == {"goods_flows": []}
    assert read(crossing=["people"], **{"from": "HK"}) == SearchQuery()


@pytest.mark.parametrize(
    ("given_values", "expected"),
    [
        ({"startable_by": "soon"}, [("startable_by", "date")]),
        ({"startable_by": "2026-02-30"}, [("startable_by", "date")]),
        ({"startable_by": "3026-02-03"}, [("startable_by", "date")]),
        ({"startable_by": "2026-05-01", "crossing": ["hope"]}, [("crossing", "choice")]),
        ({"startable_by": "2026-05-01", "crossing": ["nothing", "people"]}, [("crossing", "nothing_or_something")]),
        ({"startable_by": "2026-05-01", "organisation": "ours"}, [("organisation", "choice")]),
        ({"startable_by": "2026-05-01", "flows": "{"}, [("flows", "mapping")]),
        ({"startable_by": "2026-05-01", "flows": "[" * 4000}, [("flows", "mapping")]),
        ({"startable_by": "2026-05-01", "flows": '{"vault": [{}]}'}, [("flows/vault", "vault_is_kept")]),
        ({"sort": "earliest_start"}, [("sort", "choice")]),
    ],
)
def test_what_is_wrong_with_a_day_to_begin_by_is_named(
    given_values: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert faults(**given_values) == expected
