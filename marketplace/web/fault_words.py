"""What urgencies and states of faults are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.operations.models import FaultState, Urgency
from marketplace.web.naming import naming

urgency_name = naming(
    {
        Urgency.LOW: _l("Low"),
        Urgency.NORMAL: _l("Normal"),
        Urgency.HIGH: _l("High"),
        Urgency.SAFETY: _l("Safety"),
    }
)
urgency_says = naming(
    {
        Urgency.LOW: _l("A blemish; the unit can be used."),
        Urgency.NORMAL: _l("Something does not work as it should."),
        Urgency.HIGH: _l("The unit can't be used."),
        Urgency.SAFETY: _l("People may be hurt. The host is told so at once."),
    }
)
fault_state_name = naming(
    {
        FaultState.OPEN: _l("Open"),
        FaultState.RESOLVED: _l("Mended"),
        FaultState.CANCELLED: _l("No fault"),
    }
)
