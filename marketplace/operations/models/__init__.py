"""What really happened at units: sessions of use, kiosks, feeds and files of loggers, states, faults and runs."""

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
