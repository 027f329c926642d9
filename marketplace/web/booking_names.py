"""What the codes of bookings are called on pages: purposes, conditions, and what a state asks of whom."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.bookings.models import BookingState, GateKind, Purpose
from marketplace.web.naming import naming

# What the time is for.
purpose_name = naming(
    {
        Purpose.RESEARCH: _("Research"),
        Purpose.TEACHING: _("Teaching"),
        Purpose.SERVICE: _("Service for others"),
        Purpose.OWN_USE: _("Own use by the host"),
    }
)

# One condition of a booking.
gate_name = naming(
    {
        GateKind.HOST_APPROVAL: _("Approval by the host"),
        GateKind.TERMS: _("Acceptance of the terms"),
        GateKind.TRAINING: _("Training"),
        GateKind.PERMITS: _("Permits"),
        GateKind.PAYMENT: _("Payment"),
    }
)

# A state as a filter names it.
state_name = naming(
    {
        BookingState.HELD: _("Held"),
        BookingState.CONFIRMED: _("Confirmed"),
        BookingState.IN_USE: _("In use"),
        BookingState.COMPLETED: _("Completed"),
        BookingState.DECLINED: _("Declined"),
        BookingState.CANCELLED: _("Cancelled"),
        BookingState.EXPIRED: _("Expired"),
        BookingState.NO_SHOW: _("No-show"),
    }
)
