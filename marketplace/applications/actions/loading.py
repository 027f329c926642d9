"""One application with all that a verb needs, locked, and the right of whoever acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, may
from marketplace.applications.models import Application, ApplicationEvent, ClockEffect, Verb
from marketplace.applications.queries.agencies import agencies_of, with_account, zone_of
from marketplace.applications.queries.lines import relations
from marketplace.applications.queries.rows import calendar_of, events_of, limit_of
from marketplace.applications.rules.clocks import Limit
from marketplace.applications.rules.states import OF_AGENCY, OF_APPLICANT
from marketplace.availability.rules import local_day
from marketplace.bookings.actions.locking import lock_booking
from marketplace.bookings.actions.telling import Context, context_of
from marketplace.bookings.models import Booking
from marketplace.jurisdictions.rules import WorkingCalendar
from marketplace.values.refusal import Forbidden, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """An application as it stands under its booking's lock. `open_agency` says that the authority has an account."""

    application: Application
    events: Sequence[ApplicationEvent]
    booking: Booking
    around: Context
    calendar: WorkingCalendar
    today: date
    open_agency: bool

    @property
    def limit(self) -> Limit:
        """How long the authority may take."""
        return limit_of(self.application)

    @property
    def running(self) -> str | None:
        """The time that the rule does not count and that has begun."""
        for event in reversed(self.events):
            if event.effect is ClockEffect.RESET or event.verb is Verb.END_STEP:
                return None
            if event.verb is Verb.BEGIN_STEP:
                return str(event.details.get("step") or "")
        return None


def locked(session: Session, application_id: UUID, *, now: datetime) -> Loaded:
    """The application with its booking's unit locked first, as every verb of bookings does. Raises NotFound."""
    booking_id = session.scalar(select(Application.booking_id).where(Application.id == application_id))
    if booking_id is None:
        raise NotFound("application")
    lock_booking(session, booking_id)
    return loaded(session, application_id, now=now)


def loaded(session: Session, application_id: UUID, *, now: datetime) -> Loaded:
    """The same where the locks are held already."""
    application = session.get(Application, application_id, populate_existing=True)
    if application is None:
        raise NotFound("application")
    booking = session.get_one(Booking, application.booking_id)
    codes = [application.agency_code] if application.agency_code else []
    return Loaded(
        application=application,
        events=events_of(session, application.id),
        booking=booking,
        around=context_of(session, booking),
        calendar=calendar_of(session, application),
        today=local_day(now, zone_of(session, application.agency_code)),
        open_agency=bool(with_account(session, codes)),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """For whom somebody acts on an application."""

    applicant: bool
    officer: bool
    recorder: bool

    @property
    def partial(self) -> bool:
        """Whether an officer stands on the side that applies."""
        return self.officer and self.applicant

    @property
    def agency(self) -> bool:
        """Whether they may say what the authority did."""
        return self.officer or self.recorder


def standing(session: Session, found: Loaded, by: Actor) -> Standing:
    """Whether somebody acts for the applicant, the authority, or records for one that has no account."""
    application = found.application
    around = relations(application, found.booking.person_id, by)
    applicant = may(by, "application.file", **around)
    officer = application.agency_code is not None and (
        by.via == "system" or (application.filed_on is not None and application.agency_code in agencies_of(session, by))
    )
    outside = application.filed_outside or not found.open_agency
    return Standing(applicant=applicant, officer=officer, recorder=applicant and outside and not officer)


def demand_verb(session: Session, found: Loaded, verb: Verb, by: Actor) -> bool:
    """Raise unless `by` may do the verb: NotFound for a stranger, Forbidden for one who may only look. True where an
    applicant records what an authority outside did."""
    held = standing(session, found, by)
    if verb in OF_AGENCY - OF_APPLICANT and held.partial and by.via != "system":
        raise Forbidden(f"application.{verb.value}")  # nobody decides what they apply for
    if verb in OF_APPLICANT and held.applicant:
        return False
    if verb in OF_AGENCY and held.officer:
        return False
    if verb in OF_AGENCY and held.recorder:
        return True
    around = relations(found.application, found.booking.person_id, by)
    if held.applicant or held.officer or may(by, "application.know", **around):
        raise Forbidden(f"application.{verb.value}")
    raise NotFound("application")
