"""Rates from a date, and the sums over them."""

from __future__ import annotations

import datetime as dt
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from marketplace.pricing.actions import set_rate, withdraw_rate
from marketplace.pricing.models import RatePer
from marketplace.pricing.queries import rate_on, rates_of, rates_on
from marketplace.pricing.rules import priced
from marketplace.values.money import Money
from marketplace.values.refusal import Forbidden, Invalid, Refused
from tests.cast import Cast, actor_of
from tests.factories.listings import TODAY, make_listing

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("per", "minutes", "days", "expected"),
    [
        (RatePer.HOUR, 90, 1, 15000),
        (RatePer.HOUR, 20, 1, 3333),
        (RatePer.HOUR, 40, 1, 6667),
        (RatePer.DAY, 1, 2, 20000),
        (RatePer.WEEK, 60, 7, 10000),
        (RatePer.WEEK, 60, 8, 20000),
        (RatePer.RUN, 6000, 9, 10000),
    ],
)
def test_sums(per: RatePer, minutes: int, days: int, expected: int) -> None:
    price = priced(Money(10000, "HKD"), per, minutes=minutes, days=days)
    assert price.total == Money(expected, "HKD")
    assert price.rate.times(price.quantity) == price.total


def test_the_rate_in_force_is_the_last_one_begun(session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    _, unit = make_listing(session, cast.firm.id, by=bo, now=now)
    assert rate_on(session, unit.id, TODAY) is None
    set_rate(session, unit.id, Money(100, "HKD"), RatePer.HOUR, valid_from=TODAY - 30 * DAY, now=now, by=bo)
    later = set_rate(session, unit.id, Money(200, "CNY"), RatePer.DAY, valid_from=TODAY + 5 * DAY, now=now, by=bo)
    assert [rates_on(session, [unit.id], TODAY + n * DAY)[unit.id].amount_minor for n in (0, 4, 5)] == [100, 100, 200]
    withdraw_rate(session, later.id, now=now, by=bo)
    assert [rate.amount_minor for rate in rates_of(session, [unit.id])] == [100]


def test_what_was_shown_is_never_changed(session: Session, cast: Cast, now: datetime) -> None:
    bo, eve = (actor_of(session, person, now=now) for person in (cast.bo, cast.eve))
    _, unit = make_listing(session, cast.firm.id, by=bo, now=now)
    first = set_rate(session, unit.id, Money(100, "HKD"), RatePer.HOUR, valid_from=TODAY, now=now, by=bo)
    with pytest.raises(Refused, match="rate_in_past"):
        set_rate(session, unit.id, Money(1, "HKD"), RatePer.HOUR, valid_from=TODAY - DAY, now=now, by=bo)
    with pytest.raises(Refused, match="rate_in_past"):
        withdraw_rate(session, first.id, now=now, by=bo)
    with pytest.raises(Invalid):
        set_rate(session, unit.id, Money(-1, "HKD"), RatePer.HOUR, valid_from=TODAY, now=now, by=bo)
    with pytest.raises(Forbidden):
        set_rate(session, unit.id, Money(1, "HKD"), RatePer.HOUR, valid_from=TODAY, now=now, by=eve)
