"""Pure rules of statistics: days that add up, sums against a plain count, seats that change, the dictionary."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.spillovers.computing import compute
from marketplace.spillovers.registry import metrics
from marketplace.spillovers.rules.bodies import Bodies, Body, Merger, Seat, merged
from marketplace.statistics.dictionary import columns, indicators, known, rules
from marketplace.statistics.rules.days import parts, share, whole
from marketplace.statistics.rules.reach import Reach, offered
from marketplace.statistics.rules.rolling import Booked, Ledger, Spot, Used, unit_days
from marketplace.statistics.rules.seating import stretches
from marketplace.values.localized import LANGUAGES
from marketplace.values.period import Period

HOST, GUEST, PARENT, LATER = (UUID(int=number) for number in range(1, 5))
START = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = ("Asia/Hong_Kong", "Europe/London", "America/St_Johns", "Pacific/Apia")
BODIES = Bodies(
    {HOST: Body((Seat("HK", sector="firm"),)), GUEST: Body((Seat("CN", sector="university"),)),
     PARENT: Body((Seat("CN"),)), LATER: Body((Seat("GB", sector="institute"),))},
)  # fmt: skip
moments = some.integers(0, 60 * 86_400 * 10).map(lambda tenths: START + timedelta(milliseconds=tenths * 100))


@given(some.tuples(moments, moments).map(sorted), some.sampled_from(ZONES))
def test_parts_of_a_stretch_are_its_days_and_add_up(ends: list[datetime], name: str) -> None:
    zone = ZoneInfo(name)
    found = list(parts(ends[0], ends[1], zone))
    assert sum(last - first for _, first, last in found) == whole(ends[1]) - whole(ends[0])
    for day, first, last in found:
        assert datetime.fromtimestamp(first, zone).date() == day == datetime.fromtimestamp(last - 1, zone).date()
    assert len({day for day, _, _ in found}) == len(found)


@given(some.integers(0, 10**6), some.lists(some.integers(1, 10**5), min_size=1, max_size=9))
def test_shares_add_up_to_the_whole_and_none_is_more_than_its_stretch(amount: int, lengths: list[int]) -> None:
    total, at, found = sum(lengths), 0, []
    amount = min(amount, total)
    for length in lengths:
        found.append(share(amount, total, at, at + length))
        at += length
    assert sum(found) == amount
    assert all(0 <= part <= length for part, length in zip(found, lengths, strict=True))


uses = some.lists(
    some.tuples(
        moments,
        some.integers(1, 40 * 3600),
        some.sampled_from((HOST, GUEST)),
        some.sampled_from(("research", "own_use", None)),
        some.none() | some.integers(0, 50_000),
        some.booleans(),
    ),
    max_size=12,
)


@given(uses, some.sampled_from(ZONES))
def test_a_random_month_equals_a_plain_count(
    told: list[tuple[datetime, int, UUID, str | None, int | None, bool]], name: str
) -> None:
    zone = ZoneInfo(name)
    every_day = frozenset(date(2026, 2, 25) + timedelta(days=at) for at in range(90))
    ledger = Ledger(Spot(UUID(int=9), UUID(int=8), HOST, "HK"), BODIES, every_day)
    seconds: Counter[tuple[date, UUID, str | None]] = Counter()
    idle, estimated, external = 0, 0, 0
    for start, length, who, purpose, idled, guessed in told:
        begun = start.replace(microsecond=0)
        end = begun + timedelta(seconds=length)
        given_to = {"organisation": who, "purpose": purpose, "start": begun, "end": end, "zone": zone, "park": None}
        ledger.use(Used(**given_to, idle=idled, estimated=guessed, booked=(whole(begun), whole(end))))
        ledger.book(Booked(**given_to))
        wasted = min(idled or 0, length)
        idle, estimated = idle + wasted, estimated + (length if guessed else 0)
        external += length - wasted if who != HOST else 0
        for second in range(0, length, 60):
            day = (begun + timedelta(seconds=second)).astimezone(zone).date()
            stop = (begun + timedelta(seconds=min(second + 60, length) - 1)).astimezone(zone).date()
            seconds[(day if day == stop else stop, who, purpose)] += 0
        for day, first, last in parts(begun, end, zone):
            seconds[day, who, purpose] += last - first
    lines = list(ledger.lines())
    sums = {name: sum(line[name] for line in lines) for name in ("used_seconds", "effective_seconds", "booked_seconds")}
    assert sums["used_seconds"] == sums["booked_seconds"] == sum(length for _, length, *_ in told)
    assert sums["used_seconds"] - sums["effective_seconds"] == idle
    assert sum(line["external_seconds"] for line in lines) == external
    assert sum(line["estimated_seconds"] for line in lines) == estimated
    assert sum(line["sessions"] for line in lines) == sum(line["bookings"] for line in lines) == len(told)
    found = {(line["day"], line["organisation_id"], line["purpose"]): line["used_seconds"] for line in lines}
    assert found == {key: value for key, value in seconds.items() if value}


def test_open_time_is_hours_less_closures_and_states_are_told_by_day() -> None:
    zone = ZoneInfo("Asia/Hong_Kong")
    midnight = datetime(2026, 3, 2, tzinfo=zone)
    hours = [Period(midnight + timedelta(hours=9), midnight + timedelta(hours=18))]
    closed = [Period(midnight + timedelta(hours=17), midnight + timedelta(hours=30))]
    down = {"scheduled_down": [Period(midnight + timedelta(hours=20), midnight + timedelta(hours=26))]}
    days = (date(2026, 3, 2), date(2026, 3, 3))
    found = unit_days(days, zone=zone, open_=(hours, closed), states=down)
    assert [found[day]["open_seconds"] for day in days] == [8 * 3600, 0]
    assert [found[day]["scheduled_down_seconds"] for day in days] == [4 * 3600, 2 * 3600]


def test_what_an_organisation_was_is_told_in_stretches() -> None:
    moved = Body((Seat("HK", sector="firm", until=date(2026, 2, 1)), Seat("CN", parent=PARENT, sector="firm")))
    known_ = {**BODIES.known, HOST: moved}
    bodies = Bodies(known_, merged([Merger(GUEST, HOST, date(2026, 3, 1))]))
    found = {(each.organisation, each.since): each for each in stretches(bodies)}
    assert found[HOST, date(2026, 2, 1)].territory == "CN" and found[HOST, date.min].territory == "HK"
    assert found[HOST, date(2026, 2, 1)].top == PARENT
    guest = [each for each in found.values() if each.organisation == GUEST]
    assert [each.entity for each in guest if each.since <= date(2026, 3, 5) < each.until] == [HOST]
    assert [each.entity for each in guest if each.since <= date(2026, 2, 5) < each.until] == [GUEST]
    for each in guest:
        assert bodies.territory(each.entity, each.since) == each.territory


def test_rates_are_those_of_the_registry() -> None:
    states = {
        "productive": 5,
        "standby": 3,
        "engineering": 2,
        "scheduled_down": 1,
        "unscheduled_down": 1,
        "nonscheduled": 4,
    }
    sums = {f"{name.replace('nons', 'non_s')}_seconds": hours * 3600 for name, hours in states.items()}
    for each in indicators().values():
        if each.metric and each.metric.startswith("use.e10."):
            given_to = {"month_hours": 16, "states": states}
            assert float(each.of(sums) or 0) == pytest.approx(_value(each.metric, given_to)), each.id
    show = indicators()["show_rate"]
    assert show.of({"inside_seconds": 1800, "booked_seconds": 3600}) == Fraction(1, 2)
    sharing = indicators()["sharing_rate"]
    assert sharing.of({"external_seconds": 0, "effective_seconds": 0}) == 0
    assert show.of({"inside_seconds": 0, "booked_seconds": 0}) is None
    assert show.of({"inside_seconds": 0, "booked_seconds": None}) is None


def _value(metric: str, told: dict[str, object]) -> float:
    return float(compute(metric, told).value)


def test_the_dictionary_is_whole_in_three_languages() -> None:
    for column in columns().values():
        assert all(column.name[tag] and column.meaning[tag] for tag in LANGUAGES), column.id
    for each in indicators().values():
        assert set(each.above) | set(each.below) <= set(columns())
        assert each.metric is None or each.metric in metrics(), each.id
        assert set(each.treatments) == {"maintenance", "cancelled", "estimated"}
    assert all(text[tag] for text in rules().values() for tag in LANGUAGES)


def test_columns_are_offered_by_reach() -> None:
    every = tuple(known("sessions").values())
    assert {each.id for each in every} - {each.id for each in offered(every, Reach())} == {"person", "email", "note"}
    auditor = Reach(everything=True, people=True, near=None)
    assert {each.id for each in every} - {each.id for each in offered(every, auditor)} == {"email", "note"}
    assert (Reach().nothing, auditor.nothing) == (True, False)
