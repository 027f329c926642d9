"""What states of units are called on pages, and what put a unit into them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.operations.models import Cause, MachineState, Substate
from marketplace.web.naming import naming

machine_state_name = naming(
    {
        MachineState.PRODUCTIVE: _l("Productive"),
        MachineState.STANDBY: _l("Standby"),
        MachineState.ENGINEERING: _l("Engineering"),
        MachineState.SCHEDULED_DOWN: _l("Scheduled downtime"),
        MachineState.UNSCHEDULED_DOWN: _l("Unscheduled downtime"),
        MachineState.NON_SCHEDULED: _l("Non-scheduled"),
    }
)
substate_name = naming(
    {
        Substate.USE: _l("in use"),
        Substate.WAITING: _l("open, nobody there"),
        Substate.NO_OPERATOR: _l("no operator"),
        Substate.NO_MATERIAL: _l("no material"),
        Substate.OWN_USE: _l("the host's own use"),
        Substate.QUALIFICATION: _l("qualification"),
        Substate.MAINTENANCE: _l("maintenance"),
        Substate.CALIBRATION: _l("calibration"),
        Substate.SET_UP: _l("set-up"),
        Substate.FAULT: _l("fault"),
        Substate.REPAIR: _l("repair"),
        Substate.PARTS: _l("waiting for parts"),
        Substate.OUTSIDE_HOURS: _l("outside opening hours"),
        Substate.CLOSED: _l("closed"),
        Substate.UPGRADE: _l("rebuilding"),
    }
)
cause_name = naming(
    {
        Cause.SESSION: _l("a session"),
        Cause.CLOSURE: _l("a closure"),
        Cause.FAULT: _l("a fault"),
        Cause.CORRECTION: _l("corrected by the host"),
        Cause.HOURS: _l("opening hours"),
    }
)
