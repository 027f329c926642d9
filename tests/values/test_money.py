"""Money never mixes currencies, never loses a cent and never becomes a float."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.values.money import EXPONENTS, InvalidMoney, Money, half_up

amounts = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(sorted(EXPONENTS))


def code_of(make: object) -> str:
    with pytest.raises(InvalidMoney) as caught:
        make()  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.30", "HKD", 1230),
        ("1,200", "CNY", 120000),
        ("500", "JPY", 500),
        ("0.125", "KWD", 125),
        ("-3.5", "EUR", -350),
    ],
)
def test_major_units_are_read_exactly(text: str, currency: str, minor: int):
    assert Money.parse(text, currency) == Money(minor, currency)


def test_what_is_no_amount_says_why():
    assert code_of(lambda: Money.parse("1.234", "HKD")) == "amount_too_fine"
    assert code_of(lambda: Money.parse("0.5", "JPY")) == "amount_too_fine"
    assert code_of(lambda: Money.parse("nan", "HKD")) == "amount_unreadable"
    assert code_of(lambda: Money.parse("ten", "HKD")) == "amount_unreadable"
    assert code_of(lambda: Money.parse("1e99", "HKD")) == "amount_too_large"
    assert code_of(lambda: Money(10**16, "HKD")) == "amount_too_large"
    assert code_of(lambda: Money(1, "XXX")) == "currency_unknown"
    assert code_of(lambda: Money(1.0, "HKD")) == "amount_not_whole"  # type: ignore[arg-type]
    assert code_of(lambda: Money(True, "HKD")) == "amount_not_whole"


def test_currencies_do_not_mix():
    hkd, cny = Money(100, "HKD"), Money(100, "CNY")
    assert code_of(lambda: hkd + cny) == "currency_mixed"
    assert code_of(lambda: hkd < cny) == "currency_mixed"
    assert hkd != cny


def test_halves_go_away_from_zero():
    assert Money(5, "HKD").times(Fraction(1, 2)) == Money(3, "HKD")
    assert Money(-5, "HKD").times(Decimal("0.5")) == Money(-3, "HKD")
    assert Money(1000, "HKD").times(Decimal("0.0649")) == Money(65, "HKD")


def test_shapes():
    assert Money(12300, "HKD").as_json() == {"amount_minor": 12300, "currency": "HKD"}
    assert str(Money(12300, "HKD")) == "HKD 123.00"
    assert str(Money(5, "JPY")) == "JPY 5"
    assert Money(-1, "KWD").major == Decimal("-0.001")


@given(amounts, currencies)
def test_what_is_written_is_read_back(amount: int, currency: str):
    money = Money(amount, currency)
    assert Money.parse(str(money.major), currency) == money


@given(amounts, amounts, currencies)
def test_sums_follow_whole_numbers(a: int, b: int, currency: str):
    left, right = Money(a, currency), Money(b, currency)
    assert (left + right).amount_minor == a + b
    assert left - right == left + -right
    assert (left < right) == (a < b)
    assert (left >= right) == (a >= b)


@given(st.fractions(max_denominator=1000))
def test_half_up_is_the_nearest_whole_number(value: Fraction):
    rounded = half_up(value)
    assert abs(value - rounded) <= Fraction(1, 2)
    if abs(value - rounded) == Fraction(1, 2):
        assert abs(rounded) > abs(value)
