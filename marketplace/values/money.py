"""An amount of one currency in its minor unit: whole numbers only, never mixed, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from marketplace.values.refusal import JSON

# ISO 4217: how many decimal places the minor unit has. Only currencies named here can be priced in.
EXPONENTS = {
    "HKD": 2, "CNY": 2, "MOP": 2, "GBP": 2, "EUR": 2, "SGD": 2, "USD": 2, "JPY": 0,
    "AUD": 2, "BHD": 3, "CAD": 2, "CHF": 2, "CZK": 2, "DKK": 2, "HUF": 2, "IDR": 2, "INR": 2, "KRW": 0,
    "KWD": 3, "MYR": 2, "NOK": 2, "NZD": 2, "PHP": 2, "PLN": 2, "RON": 2, "SEK": 2, "THB": 2, "TWD": 2, "VND": 0,
}  # fmt: skip
LARGEST = 10**15
Factor = int | Decimal | Fraction


class InvalidMoney(ValueError):
    """Not an amount: `code` says why (currency_unknown, currency_mixed, amount_not_whole, amount_too_large, ...)."""

    def __init__(self, code: str, text: str = "") -> None:
        self.code = code
        super().__init__(f"{code}: {text}" if text else code)


@dataclass(frozen=True, slots=True)
class Money:
    """`amount_minor` cents (or yen, or fils) of `currency`, an ISO 4217 code."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent_of(self.currency)
        if type(self.amount_minor) is not int:
            raise InvalidMoney("amount_not_whole", repr(self.amount_minor))
        if abs(self.amount_minor) > LARGEST:
            raise InvalidMoney("amount_too_large", str(self.amount_minor))

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in a currency."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read an amount in major units such as `12.30`; more places than the currency has are refused."""
        try:
            amount = Decimal(text.strip().replace(",", ""))
        except InvalidOperation:
            raise InvalidMoney("amount_unreadable", text[:40]) from None
        if not amount.is_finite():
            raise InvalidMoney("amount_unreadable", text[:40])
        if amount.adjusted() > 15:
            raise InvalidMoney("amount_too_large", text[:40])
        minor = amount.scaleb(exponent_of(currency))
        if minor != minor.to_integral_value():
            raise InvalidMoney("amount_too_fine", text[:40])
        return cls(int(minor), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, with exactly the currency's decimal places."""
        return Decimal(self.amount_minor).scaleb(-exponent_of(self.currency))

    def times(self, factor: Factor) -> Money:
        """The amount times a number, rounded half up (away from zero) to the minor unit."""
        return Money(half_up(Fraction(self.amount_minor) * Fraction(factor)), self.currency)

    def as_json(self) -> dict[str, JSON]:
        """The shape of interface.md: `{"amount_minor", "currency"}`."""
        return {"amount_minor": self.amount_minor, "currency": self.currency}

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise InvalidMoney("currency_mixed", f"{self.currency}, {other.currency}")
        return other.amount_minor

    def __add__(self, other: Money) -> Money:
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount_minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount_minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount_minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount_minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount_minor >= self._same(other)

    def __str__(self) -> str:
        return f"{self.currency} {self.major}"


def exponent_of(currency: str) -> int:
    """The decimal places of a currency's minor unit (ISO 4217)."""
    if currency not in EXPONENTS:
        raise InvalidMoney("currency_unknown", currency)
    return EXPONENTS[currency]


def half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes away from zero."""
    magnitude = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return magnitude if value >= 0 else -magnitude
