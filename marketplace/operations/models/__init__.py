"""What actually happened at a unit: sessions of use, the states it was in, faults, and the runs of a line."""

from __future__ import annotations

from marketplace.operations.models.faults import Fault, FaultPhoto, FaultState, Urgency
from marketplace.operations.models.feeds import FeedEvent, FeedEventKind, FeedKey, LoggerFile
from marketplace.operations.models.kiosks import Kiosk
from marketplace.operations.models.runs import Run
from marketplace.operations.models.sessions import Source, UseSession
from marketplace.operations.models.states import (
    SUBSTATES,
    Cause,
    MachineState,
    StateCorrection,
    StateSource,
    Substate,
    UnitState,
)

__all__ = [
    "SUBSTATES",
    "Cause",
    "Fault",
    "FaultPhoto",
    "FaultState",
    "FeedEvent",
    "FeedEventKind",
    "FeedKey",
    "Kiosk",
    "LoggerFile",
    "MachineState",
    "Run",
    "Source",
    "StateCorrection",
    "StateSource",
    "Substate",
    "UnitState",
    "Urgency",
    "UseSession",
]
