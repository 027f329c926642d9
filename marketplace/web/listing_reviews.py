"""Listings under review: reporting one, and what administrators do about it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.policy import demand
from marketplace.catalogue.actions import reviewing
from marketplace.catalogue.models import ReportReason
from marketplace.catalogue.queries import reviewing as queries
from marketplace.catalogue.queries.facilities import facility_by_id
from marketplace.web.access import allow
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.listing_reviews import ReportForm, report_reason_name
from marketplace.web.forms.organisations import ReasonForm
from marketplace.web.happened import happened
from marketplace.web.paging import window
from marketplace.web.request import actor, now, reading, transact, url

blueprint = Blueprint("listing_reviews", __name__)
blueprint.add_app_template_filter(report_reason_name, "report_reason_name")


@blueprint.route("/listings/<uuid:facility_id>/report", methods=["GET", "POST"])
@allow("listing.report")
def report(facility_id: UUID) -> Response | tuple[str, int]:
    """Say that a listing is not as it should be."""
    form, facility = ReportForm(), facility_by_id(reading(), facility_id, actor())

    def work(session: Session) -> None:
        reason = ReportReason(text(form.reason))
        reviewing.report(session, facility_id, reason, text(form.text), now=now(), by=actor())

    if form.validate_on_submit():
        with refusals_shown(form):
            transact(work)
            flash(_("Thank you. An administrator looks at it, and you are told."))
            return redirect(url("facilities.facility", slug=facility.slug), code=303)
    return page("listing_reviews/report.html", form, facility=facility)


@blueprint.get("/admin/listings")
@allow("listing.review")
def queue() -> str:
    """What was reported, the oldest first; or what is suspended."""
    chosen = "suspended" if request.args.get("what") == "suspended" else "reported"
    shown = window()
    find = queries.suspended if chosen == "suspended" else queries.reports
    rows = find(reading(), limit=shown.limit + 1, offset=shown.offset)
    pages = shown.around(len(rows))
    return render_template("listing_reviews/queue.html", rows=rows[: shown.limit], chosen=chosen, pages=pages)


@blueprint.route("/admin/listings/<uuid:facility_id>/<any(suspend, readmit):deed>", methods=["GET", "POST"])
@allow("listing.suspend")
def stand(facility_id: UUID, deed: str) -> Response | tuple[str, int]:
    """Suspend a listing or end that, with the reason that its host is told."""
    demand(actor(), "listing.suspend")
    form, facility = ReasonForm(), facility_by_id(reading(), facility_id, actor())
    act = reviewing.suspend if deed == "suspend" else reviewing.readmit
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: act(work, facility_id, text(form.reason), now=now(), by=actor()))
            flash(_("Done; the host is told."))
            return redirect(url("listing_reviews.queue", what="suspended"), code=303)
    history = happened("facility", facility_id)
    return page("listing_reviews/stand.html", form, facility=facility, deed=deed, history=history)


@blueprint.route("/admin/listings/reports/<uuid:report_id>/dismiss", methods=["GET", "POST"])
@allow("listing.suspend")
def dismiss(report_id: UUID) -> Response | tuple[str, int]:
    """Leave the listing as it is, with the reason that whoever reported it is told."""
    demand(actor(), "listing.suspend")
    form, row = ReasonForm(), queries.report(reading(), report_id)
    facility = facility_by_id(reading(), row.facility_id, actor())
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: reviewing.dismiss(work, report_id, text(form.reason), now=now(), by=actor()))
            flash(_("Done; whoever reported it is told."))
            return redirect(url("listing_reviews.queue"), code=303)
    return page("listing_reviews/dismiss.html", form, row=row, facility=facility)
