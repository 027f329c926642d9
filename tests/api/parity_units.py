"""Pages of what happened at units, and the operations that tell and do the same."""

from __future__ import annotations

READS = {
    "unit_states.units": "hosting.units",
    "unit_states.states": "unit_states.states unit_states.corrections",
    "faults.hosted": "faults.hosted",
    "faults.one": "faults.one",
    "runs.listed": "runs.listed",
    "runs.one": "runs.one",
}
WRITES = {
    "unit_states.correct": "unit_states.correct",
    "unit_states.take_back": "unit_states.take_back",
    "faults.report": "faults.report faults.own faults.standstill files.bring",
    "runs.new": "runs.enter",
    "runs.correct": "runs.correct",
    "runs.take_back": "runs.take_back",
    "faults.step": "faults.stop faults.expect faults.resolve faults.cancel",
}
OTHERWISE = {"faults.report": "a photo is brought before the fault that carries it"}
