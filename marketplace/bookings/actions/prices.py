"""What a booking costs, written on it: named when it is asked for or moved, and not before it may be talked about."""

from __future__ import annotations

from marketplace.availability.rules import Setting
from marketplace.bookings.models import Booking, Purpose
from marketplace.bookings.queries.appraisal import price_at
from marketplace.bookings.queries.facts import Offer


def name_price(booking: Booking, around: Setting, known: Offer) -> None:
    """Write the price of the booking's period on it; own use costs nothing."""
    if booking.purpose is Purpose.OWN_USE:
        return
    rate, price = known.rate, price_at(around, known, booking.period)
    total = price.total if price else None
    booking.rate_id = rate.id if rate else None
    booking.total_minor = total.amount_minor if total else None
    booking.total_currency = total.currency if total else None


def withhold_price(booking: Booking) -> None:
    """Take the price off it: nobody may talk about it yet."""
    booking.rate_id = booking.total_minor = booking.total_currency = None
