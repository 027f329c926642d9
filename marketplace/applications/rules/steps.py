"""What somebody says of one step of an application, and every field of it that can't be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from marketplace.applications.models import ApplicationState, Verb
from marketplace.applications.rules.clocks import Limit
from marketplace.applications.rules.states import OF_AGENCY, REASONED
from marketplace.permits.rules.shapes import YEARS
from marketplace.values.refusal import FieldError

LONGEST_NOTE: Final = 4000
LONGEST_NUMBER: Final = 100
LONGEST_EXTENSION: Final = 365
# What only some verbs ask for; day, note and paper go with all.
ASKED: Final[Mapping[str, frozenset[Verb]]] = {
    "number": (OF_AGENCY - {Verb.NOTE}) | {Verb.FILE, Verb.DONE},
    "conditions": frozenset({Verb.GRANT}),
    "valid_from": frozenset({Verb.GRANT}),
    "valid_to": frozenset({Verb.GRANT}),
    "days": frozenset({Verb.EXTEND}),
    "step": frozenset({Verb.BEGIN_STEP}),
    "agency": frozenset({Verb.FILE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: `on` is the day on which it happened (left out: today), `days` how many an extension adds, `step` the
    name of a time that the rule does not count, `agency` the authority that a draft is filed with."""

    on: date | None = None
    note: str = ""
    conditions: str = ""
    number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    days: int | None = None
    step: str = ""
    agency: str | None = None
    file_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a step is judged against: the state and clock, the last event's day, and today, by the authority's
    calendar. `running` is the time that the rule does not count and that has begun; `outside` says that the applicant
    records what the authority did."""

    state: ApplicationState
    limit: Limit
    last: date
    today: date
    outside: bool = False
    running: str | None = None
    agencies: Sequence[str] = ()


def faults(verb: Verb, step: Step, standing: Standing) -> Iterator[FieldError]:
    """Every field of a step that can't be."""
    for name, verbs in ASKED.items():
        if verb not in verbs and getattr(step, name) not in (None, ""):
            yield FieldError(name, "not_asked", "application_unasked")
    yield from _days(verb, step, standing)
    if verb in REASONED and not step.note:
        yield FieldError("note", "required", "required")
    # Nobody here has seen what an authority outside did: its paper is shown.
    if standing.outside and verb in (Verb.GRANT, Verb.REFUSE, Verb.REVOKE) and step.file_id is None:
        yield FieldError("file", "required", "required")
    if verb is Verb.DONE and step.file_id is None:
        yield FieldError("file", "required", "required")
    if verb is Verb.GRANT and standing.outside and not step.number:
        yield FieldError("number", "required", "required")
    if verb is Verb.FILE and step.agency is not None and step.agency not in standing.agencies:
        yield FieldError("agency", "choice", "application_agency", {"choices": list(standing.agencies)})
    if verb is Verb.EXTEND:
        yield from _extension(step, standing.limit)
    if verb in (Verb.BEGIN_STEP, Verb.END_STEP):
        yield from _uncounted(verb, step, standing)


def _days(verb: Verb, step: Step, standing: Standing) -> Iterator[FieldError]:
    for name in ("on", "valid_from", "valid_to"):
        day = getattr(step, name)
        if day is not None and day.year not in YEARS:
            yield FieldError(name, "year_range", "year_range", {"first": YEARS.start, "last": YEARS.stop - 1})
    on = step.on or standing.today
    if on > standing.today:
        yield FieldError("on", "future", "application_future")
    elif on < standing.last:
        yield FieldError("on", "order", "application_order", {"last": standing.last.isoformat()})
    if verb is not Verb.GRANT:
        return
    if step.valid_to is not None and step.valid_to < (step.valid_from or on):
        yield FieldError("valid_to", "order", "vault_days")
    elif step.valid_to is not None and step.valid_to < standing.today:
        yield FieldError("valid_to", "past", "vault_past")


def _extension(step: Step, limit: Limit) -> Iterator[FieldError]:
    most = limit.extension_days or LONGEST_EXTENSION
    if step.days is not None and not 1 <= step.days <= most:
        yield FieldError("days", "range", "application_days", {"max": most})


def _uncounted(verb: Verb, step: Step, standing: Standing) -> Iterator[FieldError]:
    known = standing.limit.excluded_steps
    if verb is Verb.END_STEP:
        if standing.running is None:
            yield FieldError("step", "not_begun", "application_step_not_begun")
    elif step.step not in known:
        yield FieldError("step", "choice", "application_step", {"choices": list(known)})
    elif standing.running is not None:
        yield FieldError("step", "begun", "application_step_begun", {"step": standing.running})
