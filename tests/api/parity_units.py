"""Pages of what happened at units, and the operations that tell and do the same."""

from __future__ import annotations

# Each is the same by its name.
SAME = (
    *("uses.describe", "uses.correct", "unit_devices.renew_kiosk", "unit_devices.end_kiosk"),
    *("unit_devices.renew_feed", "unit_devices.end_feed", "logger_files.take"),
)
READS = {
    "uses.one": "uses.one",
    "unit_devices.devices": "unit_devices.devices unit_devices.uses",
    "closures.closures": "closures.listed",
    "closures.new": "hosting.units",
    "unit_states.units": "hosting.units",
    "unit_states.states": "unit_states.states unit_states.corrections",
    "faults.hosted": "faults.hosted",
    "faults.one": "faults.one",
    "runs.listed": "runs.listed",
    "runs.one": "runs.one",
}
WRITES = {
    "logger_files.look": "logger_files.take",
    **{each: each for each in SAME},
    "closures.make": "closures.close closures.in_the_way",
    "closures.make_way": "bookings.cancel bookings.decline",
    "closures.lift_one": "closures.lift",
    "closures.end": "closures.end_series",
    "unit_states.correct": "unit_states.correct",
    "unit_states.take_back": "unit_states.take_back",
    "faults.report": "faults.report faults.own faults.standstill files.bring",
    "runs.new": "runs.enter",
    "runs.correct": "runs.correct",
    "runs.take_back": "runs.take_back",
    "faults.step": "faults.stop faults.expect faults.resolve faults.cancel",
}
OTHERWISE = {
    "closures.make": "the page is open to all who host; the verb itself demands closure.manage",
    "closures.make_way": "a request is declined, what is confirmed is cancelled",
    "faults.report": "a photo is brought before the fault that carries it",
}
