"""What hangs on a collaboration: people, money, milestones, papers, and the bookings that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.policy import demand
from marketplace.accounts.queries import members_of
from marketplace.bookings.queries.pages import booking_row
from marketplace.collaborations.actions import parts
from marketplace.collaborations.actions.joining import move_booking
from marketplace.collaborations.actions.papers import add_file, remove_file
from marketplace.collaborations.models import Milestone
from marketplace.collaborations.queries.detail import collaboration_of
from marketplace.collaborations.queries.pages import open_to_booking
from marketplace.collaborations.rules.days import today_of
from marketplace.collaborations.rules.standing import Deed
from marketplace.jurisdictions.queries import currencies
from marketplace.values.localized import pick
from marketplace.values.refusal import Invalid, NotFound, Refused
from marketplace.web.access import allow
from marketplace.web.collaboration_forms import Answer, Sheet, answered, named, offered
from marketplace.web.collaboration_sheets import kept, uploaded
from marketplace.web.forms.collaborations import (
    DayForm,
    FundingForm,
    MilestoneForm,
    MoveForm,
    PaperForm,
    PersonForm,
    day_of,
    uuid_of,
)
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.request import actor, language, now, reading, transact, url
from marketplace.wording.refusals import sentence

blueprint = Blueprint("collaboration_parts", __name__)
DAYS: dict[str, Callable[..., Milestone]] = {
    "replan": parts.replan_milestone,
    "reach": parts.reach_milestone,
    "cancel": parts.cancel_milestone,
}


@blueprint.route("/collaborations/<uuid:collaboration_id>/people", methods=["GET", "POST"])
@allow("collaboration.write")
def name_person(collaboration_id: UUID) -> Answer:
    """Name somebody of one's own side."""
    row = offered(collaboration_id, Deed.NAME)
    own = {seat.through for seat in row.seats}
    people = {str(one.person_id): one.name for place in sorted(own) for one in members_of(reading(), place)}
    form = PersonForm().offer(sorted(people.items(), key=lambda pair: pair[1]))
    sheet = Sheet(
        title=_("Name a person"),
        lead=_("Each side names its own people. The other parties see name and role."),
        button=_("Name this person"),
        done=_("The person is named."),
    )

    def work(session: Session) -> object:
        who, role = UUID(form.person.data), form.role.data
        return parts.name_person(session, collaboration_id, who, role, now=now(), by=actor())

    return answered(form, row, sheet, work)


@blueprint.post("/collaborations/<uuid:collaboration_id>/people/<uuid:person_id>/remove")
@allow("collaboration.write")
def remove_person(collaboration_id: UUID, person_id: UUID) -> Response:
    """Take somebody of one's own side off the list."""
    return _removed(collaboration_id, lambda work: parts.unname_person(work, collaboration_id, person_id, **_acting()))


@blueprint.route("/collaborations/<uuid:collaboration_id>/funding", methods=["GET", "POST"])
@allow("collaboration.write")
def add_funding(collaboration_id: UUID) -> Answer:
    """Enter money that was awarded."""
    row = offered(collaboration_id, Deed.FUND)
    form = FundingForm().offer([each.code for each in currencies(reading())])
    sheet = Sheet(
        title=_("Enter funding"),
        lead=_("Who pays for the work, out of which programme. All parties see it."),
        button=_("Enter it"),
        done=_("The funding is entered."),
    )

    def work(session: Session) -> object:
        return parts.add_funding(session, collaboration_id, form.money(), now=now(), by=actor())

    return answered(form, row, sheet, work)


@blueprint.post("/collaborations/<uuid:collaboration_id>/funding/<uuid:funding_id>/remove")
@allow("collaboration.write")
def remove_funding(collaboration_id: UUID, funding_id: UUID) -> Response:
    """Strike money that was entered."""
    return _removed(
        collaboration_id, lambda work: parts.remove_funding(work, collaboration_id, funding_id, **_acting())
    )


@blueprint.route("/collaborations/<uuid:collaboration_id>/milestones", methods=["GET", "POST"])
@allow("collaboration.write")
def add_milestone(collaboration_id: UUID) -> Answer:
    """Promise something by a day."""
    row = offered(collaboration_id, Deed.PLAN)
    form = MilestoneForm().offer([(str(party.id), named(party.organisation)) for party in row.present])
    sheet = Sheet(
        title=_("Add a milestone"),
        lead=_("The first day that is promised stays on record, also when it is moved later."),
        button=_("Add the milestone"),
        done=_("The milestone is added."),
    )

    def work(session: Session) -> object:
        owed = uuid_of(form.organisation)
        title, on = text(form.title), day_of(form.planned_on)
        return parts.add_milestone(session, collaboration_id, title, on, now=now(), by=actor(), organisation_id=owed)

    return answered(form, row, sheet, work)


@blueprint.route(
    "/collaborations/<uuid:collaboration_id>/milestones/<uuid:milestone_id>/<any(replan, reach, cancel):deed>",
    methods=["GET", "POST"],
)
@allow("collaboration.write")
def milestone(collaboration_id: UUID, milestone_id: UUID, deed: str) -> Answer:
    """Move a milestone, say when it was reached, or give it up."""
    row = offered(collaboration_id, Deed.PLAN)
    what = reading().get(Milestone, milestone_id)
    if what is None or what.collaboration_id != collaboration_id:
        raise NotFound("milestone")
    begins = what.planned_on if deed == "replan" else today_of(actor(), now())
    form = DayForm(data={"on": begins}) if request.method == "GET" else DayForm()

    def work(session: Session) -> object:
        return DAYS[deed](session, collaboration_id, milestone_id, day_of(form.on), now=now(), by=actor())

    return answered(form, row, _milestone_sheet(deed, what.title), work)


@blueprint.route("/collaborations/<uuid:collaboration_id>/files", methods=["GET", "POST"])
@allow("collaboration.write")
def add_paper(collaboration_id: UUID) -> Answer:
    """Share a file with the parties."""
    row = offered(collaboration_id, Deed.FILE)
    form = PaperForm().offer()
    sheet = Sheet(
        title=_("Share a file"),
        lead=_("PDF, Word, Excel, text or a photo, at most 20 MB. Only the parties and administrators see it."),
        button=_("Share it"),
        done=_("The file is shared with the parties."),
    )
    content = uploaded(form.file.data) if form.is_submitted() else None

    def work(session: Session) -> object:
        if content is None:
            raise Invalid.one("file", "required")
        return add_file(session, collaboration_id, kept(session, content), form.kind.data, now=now(), by=actor())

    return answered(form, row, sheet, work)


@blueprint.post("/collaborations/<uuid:collaboration_id>/files/<uuid:paper_id>/remove")
@allow("collaboration.write")
def remove_paper(collaboration_id: UUID, paper_id: UUID) -> Response:
    """Take back a file that one shared."""
    return _removed(collaboration_id, lambda work: remove_file(work, collaboration_id, paper_id, **_acting()))


@blueprint.route("/bookings/<uuid:booking_id>/collaboration", methods=["GET", "POST"])
@allow("collaboration.write")
def booking(booking_id: UUID) -> Response | tuple[str, int]:
    """Put a booking to another collaboration of its organisations."""
    found = booking_row(reading(), booking_id, by=actor(), now=now())
    demand(actor(), "collaboration.write", organisation=found.booking.organisation_id, host=found.host_id)
    rows = open_to_booking(reading(), {found.booking.organisation_id, found.host_id}, by=actor(), now=now())
    form = MoveForm()
    form.collaboration.choices = [
        (str(row.id), f"{pick(row.title, language()).text} ({row.collaboration.reference})")  # type: ignore[arg-type]
        for row in rows
    ]
    if form.validate_on_submit():
        with refusals_shown(form):
            wanted = UUID(form.collaboration.data)
            transact(lambda work: move_booking(work, booking_id, wanted, now=now(), by=actor()))
            flash(_("The booking belongs to this collaboration now."))
            return redirect(url("collaborations.one", collaboration_id=wanted), code=303)
    here = collaboration_of(reading(), booking_id, by=actor(), now=now())
    if request.method == "GET" and here is not None:
        form.collaboration.data = str(here.id)
    return page("collaborations/booking.html", form, found=found, here=here, rows=rows)


def _acting() -> dict[str, Any]:
    return {"now": now(), "by": actor()}


def _removed(collaboration_id: UUID, work: Callable[[Session], object]) -> Response:
    try:
        transact(work)
    except Refused as refused:
        for reason in refused.reasons:
            flash(sentence(reason, language()), "error")
    else:
        flash(_("It is removed."))
    return redirect(url("collaborations.one", collaboration_id=collaboration_id), code=303)


def _milestone_sheet(deed: str, title: str) -> Sheet:
    if deed == "replan":
        said = _("Move the milestone"), _("Move it"), _("The milestone is moved.")
    elif deed == "reach":
        said = _("When was it reached?"), _("It is reached"), _("The milestone is reached.")
    else:
        said = _("Give the milestone up"), _("Give it up"), _("The milestone is given up.")
    heading, button, done = said
    return Sheet(title=heading, button=button, done=done, lead=title, danger=deed == "cancel")
