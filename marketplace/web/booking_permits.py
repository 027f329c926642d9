"""The permits of one booking: the plan as it stands, the plans before it, and what is asked or can be stated anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import demand, may
from marketplace.applications.queries.lines import of_one_booking
from marketplace.availability.rules import local_day
from marketplace.bookings import actions
from marketplace.bookings.models import BookingPlan
from marketplace.bookings.queries import pages
from marketplace.bookings.queries.pages import BookingRow
from marketplace.bookings.queries.permits import contradiction_refusals, plan_again, plans
from marketplace.bookings.rules import MOVES, Verb
from marketplace.catalogue.models import Facility
from marketplace.limits.actions import spend
from marketplace.permits.rules.shapes import known_part
from marketplace.permits.rules.travellers import known_still
from marketplace.values.refusal import Invalid, NotFound, Refused
from marketplace.web.access import allow
from marketplace.web.crossings import Crossing, crossing_of, facts_in
from marketplace.web.forms.crossings import StatingForm
from marketplace.web.permit_answers import CURRENCIES, told
from marketplace.web.plan_steps import PlanSheet, sheet_of
from marketplace.web.request import actor, database, language, now, reading, transact, url
from marketplace.web.teams import pressed
from marketplace.wording.refusals import sentence, sentence_of_error

blueprint = Blueprint("booking_permits", __name__)


@dataclass(slots=True, kw_only=True)
class PermitPage:
    """One plan of a booking as a page shows it, among the others, with what its reader may add."""

    row: BookingRow
    crossing: Crossing
    plans: list[BookingPlan]
    shown: BookingPlan | None = None
    sheet: PlanSheet | None = None
    may_state: bool = False
    reshaping: bool = False
    reasons: list[str] = field(default_factory=list)

    @property
    def first_day(self) -> date:
        """The first day of use, where the facility stands."""
        return local_day(self.row.period.start, ZoneInfo(self.row.zone))

    @property
    def latest(self) -> bool:
        """Whether the plan that is shown is the one that counts."""
        return self.shown is None or self.shown is self.plans[0]

    @property
    def stated(self) -> list[tuple[str, str, str]]:
        """What was stated, fact by fact, in words."""
        flows = known_part(self.row.booking.flows or {}, self.crossing.vocabulary)
        return self.crossing.voice.said(facts_in(flows, self.crossing.vocabulary), str(_("I don't know")))


@blueprint.get("/bookings/<uuid:booking_id>/permits")
@allow("booking.see")
def permits(booking_id: UUID) -> str:
    """The plan that counts, or an earlier one."""
    return _page(_of(booking_id, request.args.get("plan", "")))


@blueprint.post("/bookings/<uuid:booking_id>/permits")
@allow("booking.state_flows")
def state(booking_id: UUID) -> Response | tuple[str, int]:
    """Answer what is asked, or state anew what crosses; what the rules forbid is refused and changes nothing."""
    page = _of(booking_id, "")
    booking, crossing = page.row.booking, page.crossing
    parties = {"owner": booking.person_id, "organisation": booking.organisation_id, "host": page.row.host_id}
    demand(actor(), "booking.state_flows", **parties)
    if pressed(request.form):
        crossing.take()
        page.reshaping = True
        return _page(page), 422 if crossing.errors else 200
    spend(database(), "booking", str(actor().id), now=now())
    flows = _stated(page)
    if flows is None or crossing.broken:
        page.reasons = page.reasons or [str(_("Choose first whether anything crosses a boundary."))]
        return _page(page), 422
    try:
        row = transact(lambda work: actions.state_flows(work, booking.id, flows, now=now(), by=actor()))
    except Refused as refused:
        page.reasons = [sentence(reason, language(), zone=page.row.zone) for reason in refused.reasons]
    except Invalid as invalid:
        page.reasons = [sentence_of_error(error, language()) for error in invalid.errors]
    else:
        nothing = str(_("Nothing holds the booking up on the side of permits."))
        flash(str(_("The plan was worked out anew.")) if row.awaited else nothing)
        return redirect(url("booking_permits.permits", booking_id=booking.id), code=303)
    return _page(_again(page)), 422


def _stated(page: PermitPage) -> dict[str, Any] | None:
    """What is stated now: the ticks where they were sent, else the answers put into what was stated before."""
    booking, crossing = page.row.booking, page.crossing
    choice = request.form.get("crosses")
    if choice is not None:
        return crossing.stated(choice, booking.purpose.value)
    crossing.take()
    if not crossing.answers:
        page.reasons = [str(_("Answer at least one of the questions."))]
        return None
    return told(known_still(booking.flows or {}, crossing.vocabulary), crossing.answers)


def _of(booking_id: UUID, number: str) -> PermitPage:
    row = pages.booking_row(reading(), booking_id, by=actor(), now=now())
    booking = row.booking
    facility, user = (
        reading().get_one(Facility, row.facility_id),
        reading().get_one(Organisation, booking.organisation_id),
    )
    parties: dict[str, Any] = {"owner": booking.person_id, "organisation": booking.organisation_id, "host": row.host_id}
    page = PermitPage(
        row=row,
        crossing=crossing_of(StatingForm(), facility, user, booking.person_id),
        plans=list(plans(reading(), booking_id)),
        may_state=may(actor(), "booking.state_flows", **parties) and (row.state, Verb.STATE_FLOWS) in MOVES,
    )
    if page.plans:
        page.shown = _chosen(page.plans, number)
        plan = plan_again(reading(), page.shown)
        page.sheet = sheet_of(plan, page.crossing.vocabulary, page.crossing.voice.language)
        if page.latest:
            shown = page.shown
            broken = contradiction_refusals(reading(), booking.terms_version_id, shown.requirements, shown.facts)
            page.reasons = [sentence(reason, language(), zone=row.zone) for reason in broken]
        if page.may_state and page.latest:
            page.crossing.ask(plan)
    return page


def _again(page: PermitPage) -> PermitPage:
    """The page after a verb that was refused: what was read before it is stale now."""
    fresh = _of(page.row.id, "")
    fresh.reasons = page.reasons
    return fresh


def _chosen(found: list[BookingPlan], number: str) -> BookingPlan:
    if not number:
        return found[0]
    chosen = next((each for each in found if str(each.number) == number), None)
    if chosen is None:
        raise NotFound("plan")
    return chosen


def _page(page: PermitPage) -> str:
    return render_template(
        "booking_permits/permits.html",
        page=page,
        row=page.row,
        crossing=page.crossing,
        form=page.crossing.form,
        sheet=page.sheet,
        lines=of_one_booking(reading(), actor(), page.row.id) if page.latest else [],
        currencies=CURRENCIES,
    )
