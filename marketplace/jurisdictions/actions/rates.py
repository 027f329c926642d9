"""Entering exchange rates: dated, sourced, for comparing prices only."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.orm import Session

from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.jurisdictions.models import Currency, ExchangeRate
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid

LARGEST = Decimal(10) ** 9
FINEST = Decimal("0.00000001")


def subject_of(currency: str) -> Subject:
    """The history of a currency's rates: its code stands for an id."""
    return Subject("exchange_rate", uuid5(NAMESPACE_URL, f"currency:{currency}"))


def enter_rate(
    session: Session, currency: str, per_hkd: Decimal, *, valid_from: date, source: str, now: datetime, by: UUID
) -> ExchangeRate:
    """How much of `currency` one Hong Kong dollar buys from a day on; a second word for that day replaces it."""
    if currency == "HKD" or session.get(Currency, currency) is None:
        raise Invalid.one("currency", "currency_unknown", currency=currency)
    if not (per_hkd.is_finite() and FINEST <= per_hkd <= LARGEST):
        raise Invalid.one("per_hkd", "rate_range")
    said = clean_text(source, 300, field="source")
    if not said:
        raise Invalid.one("source", "required")
    rate = session.get(ExchangeRate, (currency, valid_from))
    if rate is None:
        rate = ExchangeRate(currency_code=currency, valid_from=valid_from)
        session.add(rate)
    rate.per_hkd, rate.source, rate.entered_by, rate.entered_at = per_hkd.quantize(FINEST), said, by, now
    session.flush()
    details = {"currency": currency, "valid_from": valid_from.isoformat(), "per_hkd": str(rate.per_hkd)}
    texts = {"source": said}
    record(session, subject_of(currency), "exchange_rate.entered", now=now, by=by, details=details, text=texts)
    defer(session, "search.refresh_prices", {}, now=now)
    return rate
