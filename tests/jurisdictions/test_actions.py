"""Correcting calendars and entering rates: reasons are demanded, history is written, bad input is named."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.history.models import HistoryEntry
from marketplace.jurisdictions import queries
from marketplace.jurisdictions.actions import DayOverride, confirm_year, enter_rate, override_day
from marketplace.jurisdictions.models import DayKind
from marketplace.jurisdictions.rules import add_working_days, provisional
from marketplace.values.money import Money
from marketplace.values.refusal import Invalid, NotFound

DEE = uuid4()


def verbs(session: Session) -> list[str]:
    return list(
        session.scalars(select(HistoryEntry.verb).where(HistoryEntry.actor_id == DEE).order_by(HistoryEntry.id))
    )


def errors_of(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(one.field, one.rule) for one in error.value.errors]


def test_a_day_that_becomes_off_moves_a_deadline_and_is_remembered(session: Session, now: datetime):
    assert add_working_days(queries.calendar(session, "HK-GOV5"), date(2026, 9, 7), 1) == date(2026, 9, 8)
    typhoon = DayOverride("HK-GOV5", date(2026, 9, 8), DayKind.OFF, {"en": "Typhoon"}, "No. 10 signal", "G.N. 1")
    day = override_day(session, typhoon, now=now, by=DEE)
    assert day.official and day.source == "G.N. 1"
    assert add_working_days(queries.calendar(session, "HK-GOV5"), date(2026, 9, 7), 1) == date(2026, 9, 9)
    assert add_working_days(queries.calendar(session, "HK-GEN"), date(2026, 9, 7), 1) == date(2026, 9, 8)
    assert verbs(session) == ["calendar.day_changed"]


def test_a_holiday_can_be_made_a_working_day(session: Session, now: datetime):
    override_day(session, DayOverride("CN", date(2026, 10, 7), DayKind.WORKED, {}, "moved"), now=now, by=DEE)
    assert add_working_days(queries.calendar(session, "CN"), date(2026, 9, 30), 1) == date(2026, 10, 7)


def test_a_year_unknown_so_far_is_provisional_until_confirmed(session: Session, now: datetime):
    override_day(session, DayOverride("CN", date(2040, 1, 2), DayKind.OFF, {}, "early word"), now=now, by=DEE)
    span = date(2040, 1, 1), date(2040, 1, 31)
    assert provisional(queries.calendar(session, "CN"), *span)
    confirm_year(session, "CN", 2040, notice="国办发明电〔2039〕7号", note="checked", now=now, by=DEE)
    assert not provisional(queries.calendar(session, "CN"), *span)
    shown = queries.calendar_year(session, "CN", 2040)
    assert [day.official for day in shown.days] == [True] and not shown.provisional
    assert verbs(session) == ["calendar.day_changed", "calendar.year_confirmed"]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"note": "  "}, [("note", "required")]),
        ({"name": {"fr": "congé"}}, [("name.fr", "language")]),
        ({"day": date(1999, 1, 1)}, [("day", "year_range")]),
        ({"note": "a\x00b"}, [("note", "no_nul")]),
    ],
)
def test_an_override_without_reason_or_with_bad_text_is_refused(
    session: Session, now: datetime, change: dict[str, Any], errors: list[tuple[str, str]]
):
    fields: dict[str, Any] = {"day": date(2026, 9, 8), "kind": DayKind.OFF, "name": {}, "note": "why"}
    with pytest.raises(Invalid) as caught:
        override_day(session, DayOverride("CN", **(fields | change)), now=now, by=DEE)
    assert errors_of(caught) == errors


def test_unknown_calendars_are_not_found(session: Session, now: datetime):
    with pytest.raises(NotFound):
        queries.calendar(session, "XX")
    with pytest.raises(NotFound):
        confirm_year(session, "XX", 2026, notice="n", note="", now=now, by=DEE)
    assert queries.calendar(session, None).code == ""


def test_the_newest_rate_up_to_the_day_counts(session: Session, now: datetime):
    for day, per_hkd in (("2026-01-01", "0.90"), ("2026-02-01", "0.92"), ("2026-06-01", "0.95")):
        enter_rate(session, "CNY", Decimal(per_hkd), valid_from=date.fromisoformat(day), source="HKMA", now=now, by=DEE)
    on_march = queries.rates_on(session, date(2026, 3, 2))
    assert on_march.compare(Money(9200, "CNY"), "HKD") == Money(10000, "HKD")
    assert queries.rates_on(session, date(2025, 12, 31)).in_hkd(Money(1, "CNY")) is None
    assert verbs(session) == ["exchange_rate.entered"] * 3


def test_a_second_word_for_the_same_day_replaces_the_first(session: Session, now: datetime):
    for per_hkd in ("0.90", "0.91"):
        enter_rate(session, "CNY", Decimal(per_hkd), valid_from=date(2026, 1, 1), source="HKMA", now=now, by=DEE)
    assert [rate.per_hkd for rate in queries.rates(session) if rate.currency_code == "CNY"] == [Decimal("0.91")]


@pytest.mark.parametrize(
    ("currency", "per_hkd", "source", "error"),
    [
        ("HKD", "1", "x", ("currency", "currency_unknown")),
        ("XAU", "1", "x", ("currency", "currency_unknown")),
        ("CNY", "0", "x", ("per_hkd", "rate_range")),
        ("CNY", "-1", "x", ("per_hkd", "rate_range")),
        ("CNY", "NaN", "x", ("per_hkd", "rate_range")),
        ("CNY", "1e12", "x", ("per_hkd", "rate_range")),
        ("CNY", "1", " ", ("source", "required")),
    ],
)
def test_bad_rates_are_named(session: Session, now: datetime, currency: str, per_hkd: str, source: str, error: object):
    with pytest.raises(Invalid) as caught:
        enter_rate(session, currency, Decimal(per_hkd), valid_from=now.date(), source=source, now=now, by=DEE)
    assert errors_of(caught) == [error]
