"""Taking a step: whoever may, at whatever state allows it, with what follows for the booking and who is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.applications.actions.granting import (
    default_validity,
    end_approvals,
    end_where_refused,
    enter_approvals,
)
from marketplace.applications.actions.loading import Loaded, demand_verb, locked
from marketplace.applications.actions.telling import tell_applicant, tell_officers, tell_other_side
from marketplace.applications.actions.writing import clear, write
from marketplace.applications.models import Application, ApplicationState, Verb
from marketplace.applications.queries.agencies import with_account
from marketplace.applications.queries.grounds import authorities_of
from marketplace.applications.rules.clocks import too_early
from marketplace.applications.rules.states import after, fits
from marketplace.applications.rules.steps import LONGEST_NOTE, LONGEST_NUMBER, Standing, Step, faults
from marketplace.bookings.rules import LIVE, state_at
from marketplace.files.queries import stored_file
from marketplace.values.localized import clean_text
from marketplace.values.refusal import FieldError, Invalid, StateForbids

# Steps that the other side of the booking hears of as well: that the state changed, not why.
_HEARD_BY_BOTH: Final = frozenset({Verb.FILE, Verb.GRANT, Verb.REFUSE, Verb.REVOKE, Verb.DONE, Verb.WITHDRAW})
# Before the booking is over; what was granted may be taken back later too.
_AT_ANY_TIME: Final = frozenset({Verb.REVOKE, Verb.WITHDRAW, Verb.NOTE})


def take_step(
    session: Session, application_id: UUID, verb: Verb, step: Step, *, now: datetime, by: Actor
) -> Application:
    """Do what the verb says: file, answer, withdraw or note as the applicant; ask, accept, extend, grant, refuse,
    revoke as an officer of the authority, or as the applicant who records what an authority without an account did.

    Raises NotFound for a stranger, Forbidden for one who may only look, StateForbids, and Invalid with every field.
    """
    found = locked(session, application_id, now=now)
    outside = demand_verb(session, found, verb, by)
    row = found.application
    if not fits(verb, self_kept=row.agency_code is None):
        raise StateForbids(row.state.value, verb.value)
    after(row.state, verb)
    if too_early(verb, found.limit, row.state):
        raise StateForbids(row.state.value, verb.value)
    if verb is Verb.REDRAFT and row.state in (ApplicationState.GRANTED, ApplicationState.DONE):
        raise StateForbids(row.state.value, verb.value)  # the plan asks for it anew, when it no longer holds
    _demand_live(found, verb, now)
    step = _checked(session, found, verb, step, outside=outside, by=by)
    put_down(session, found, verb, step)
    step = replace(step, on=step.on or found.today)
    details = _details(step) | ({"agency": row.agency_code} if verb is Verb.FILE else {})
    write(session, row, verb, step=step, now=now, by=by, outside=outside, details=details)
    tell_of(session, found, verb, step, now=now, by=by)
    consequence = CONSEQUENCES.get(verb)
    if consequence is not None:
        consequence(session, found, step, now=now, by=by, outside=outside)
    session.flush()
    return row


def _demand_live(found: Loaded, verb: Verb, now: datetime) -> None:
    """Nothing is decided for a booking that is over, as far as we are concerned."""
    booking = found.booking
    state = state_at(booking.state, booking.held_until, now)
    if state not in LIVE and verb not in _AT_ANY_TIME:
        raise StateForbids(state.value, verb.value)


def _checked(session: Session, found: Loaded, verb: Verb, step: Step, *, outside: bool, by: Actor) -> Step:
    row = found.application
    kept = replace(
        step,
        note=clean_text(step.note, LONGEST_NOTE, field="note", multiline=True),
        conditions=clean_text(step.conditions, LONGEST_NOTE, field="conditions", multiline=True),
        number=clean_text(step.number, LONGEST_NUMBER, field="number"),
        step=clean_text(step.step, LONGEST_NUMBER, field="step"),
    )
    last = found.events[-1].happened_on if found.events else found.today
    against = Standing(
        state=row.state,
        limit=found.limit,
        # What is filed outside may have been filed before the platform knew of it.
        last=date.min if row.state is ApplicationState.DRAFT else last,
        today=found.today,
        outside=outside,
        running=found.running,
        agencies=authorities_of(session, row) if verb is Verb.FILE and step.agency else (),
    )
    wrong = list(faults(verb, kept, against))
    if kept.file_id is not None and not _brought(session, kept.file_id, by):
        wrong.append(FieldError("file", "unknown", "unknown"))
    if wrong:
        raise Invalid(wrong)
    return kept


def _brought(session: Session, file_id: UUID, by: Actor) -> bool:
    """Whether a file is the actor's own upload."""
    file = stored_file(session, file_id)
    return file is not None and by.person_id is not None and file.uploaded_by == by.person_id


def put_down(session: Session, found: Loaded, verb: Verb, step: Step) -> None:
    """Put the step's own facts on the application, so that what follows reads them."""
    row, on = found.application, step.on or found.today
    if step.number:
        row.number = step.number
    if verb is Verb.FILE:
        row.agency_code = step.agency or row.agency_code
        row.filed_outside = not with_account(session, [row.agency_code or ""])
        row.filed_on = on
    elif verb is Verb.GRANT:
        row.decided_on, row.conditions = on, step.conditions
        row.valid_from = step.valid_from or on
        row.valid_to = default_validity(session, found, step.valid_to, row.valid_from)
    elif verb is Verb.DONE:
        row.decided_on = row.filed_on = on
    elif verb in (Verb.REFUSE, Verb.REVOKE):
        row.decided_on, row.reason = on, step.note
    elif verb is Verb.REDRAFT:
        clear(row)


def _details(step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": step.number,
        "conditions": step.conditions,
        "step": step.step,
        "days": step.days,
        "agency": step.agency,
        "valid_from": step.valid_from and step.valid_from.isoformat(),
        "valid_to": step.valid_to and step.valid_to.isoformat(),
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def tell_of(session: Session, found: Loaded, verb: Verb, step: Step, *, now: datetime, by: Actor) -> None:
    """Tell whom a step concerns: both who apply and who decide, and the other side of the booking that it is so."""
    row, booking = found.application, found.booking
    code = f"application_{NOTICES[verb]}" if verb in NOTICES else None
    if code is None:
        return
    more = {"note": step.note, "conditions": step.conditions}
    tell_applicant(session, row, booking, code, now=now, by=by.person_id, **more)
    tell_officers(session, row, booking, code, now=now, by=by.person_id, **more)
    if verb in _HEARD_BY_BOTH:
        tell_other_side(session, row, booking, "application_moved", now=now, host_id=found.around.host_id)


NOTICES: Final[Mapping[Verb, str]] = MappingProxyType(
    {
        Verb.FILE: "filed",
        Verb.ASK: "asked",
        Verb.ANSWER: "answered",
        Verb.ACCEPT: "accepted",
        Verb.BEGIN_STEP: "paused",
        Verb.END_STEP: "resumed",
        Verb.EXTEND: "extended",
        Verb.GRANT: "granted",
        Verb.REFUSE: "refused",
        Verb.WITHDRAW: "withdrawn",
        Verb.REVOKE: "revoked",
        Verb.NOTE: "noted",
        Verb.DONE: "done",
    }
)


def _granted(session: Session, found: Loaded, step: Step, *, now: datetime, by: Actor, outside: bool) -> None:
    enter_approvals(session, found, step.file_id, now=now, by=by, outside=outside)


def _refused(session: Session, found: Loaded, step: Step, *, now: datetime, by: Actor, outside: bool) -> None:
    # An applicant who records a refusal ends their own booking by it: that is theirs to do.
    end_where_refused(session, found, step.note, now=now, by=by, outside=outside)


def _revoked(session: Session, found: Loaded, step: Step, *, now: datetime, by: Actor, **_: bool) -> None:
    end_approvals(session, found.application, step.note, now=now, by=by)


CONSEQUENCES: Final[Mapping[Verb, Callable[..., None]]] = MappingProxyType(
    {Verb.GRANT: _granted, Verb.DONE: _granted, Verb.REFUSE: _refused, Verb.REVOKE: _revoked}
)
