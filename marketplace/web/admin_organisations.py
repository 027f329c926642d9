"""For administrators: organisations that wait to be verified, and all others."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts import queries
from marketplace.accounts.actions import verification
from marketplace.accounts.models import IdentifierScheme, Verification
from marketplace.accounts.policy import may
from marketplace.accounts.queries import people
from marketplace.accounts.rules.standing import facts_digest
from marketplace.jurisdictions.queries import jurisdictions
from marketplace.permits.queries.screening import confirmed_of
from marketplace.values.identifiers import organisation_code_holds
from marketplace.values.refusal import Refused
from marketplace.web.access import allow
from marketplace.web.forms.account import ConfirmForm
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.organisations import ReasonForm
from marketplace.web.happened import happened
from marketplace.web.organisations import surroundings
from marketplace.web.paging import window
from marketplace.web.request import actor, language, now, reading, transact
from marketplace.wording.refusals import sentence

blueprint = Blueprint("admin_organisations", __name__)

DEEDS = {"refuse": verification.refuse, "suspend": verification.suspend, "readmit": verification.readmit}
STATES = {"waiting": Verification.PENDING, "verified": Verification.VERIFIED, "refused": Verification.REFUSED}


@blueprint.get("/admin/organisations")
@allow("organisation.queue")
def queue() -> str:
    """Organisations by state: those that wait come first, the oldest submission on top."""
    state = request.args.get("state", "waiting")
    wanted = request.args.get("q", "").strip()[:100]
    shown = window()
    rows = people.found_organisations(
        reading(), wanted, state=STATES.get(state), limit=shown.limit + 1, offset=shown.offset
    )
    return render_template(
        "admin_organisations/queue.html",
        rows=rows[: shown.limit],
        state=state,
        q=wanted,
        territories={row.code: row.name for row in jurisdictions(reading())},
        pages=shown.around(len(rows)),
        counts=people.overview(reading()),
    )


@blueprint.get("/admin/organisations/<uuid:organisation_id>")
@allow("organisation.queue")
def organisation(organisation_id: UUID) -> str:
    """Everything an administrator looks at before they give their word."""
    return render_template(
        "admin_organisations/organisation.html", form=ConfirmForm(), reason=None, **_looked_at(organisation_id)
    )


@blueprint.post("/admin/organisations/<uuid:organisation_id>/verify")
@allow("organisation.verify")
def verify(organisation_id: UUID) -> Response | tuple[str, int]:
    """Let an organisation list and book, by the facts that its page showed; others are shown first."""
    seen = request.form.get("facts_digest", "")
    try:
        transact(lambda work: verification.verify(work, organisation_id, facts_digest=seen, now=now(), by=actor()))
    except Refused as changed:
        flash(" ".join(sentence(reason, language()) for reason in changed.reasons), "warning")
        return organisation(organisation_id), 409
    flash(_("The organisation is verified; its managers are told."))
    return redirect(url_for("admin_organisations.queue"), code=303)


@blueprint.route(
    "/admin/organisations/<uuid:organisation_id>/<any(refuse, suspend, readmit):deed>", methods=["GET", "POST"]
)
@allow("organisation.verify")
def reasoned(organisation_id: UUID, deed: str) -> Response | tuple[str, int]:
    """Refuse, suspend or readmit an organisation, with the reason that its managers are told."""
    form = ReasonForm()
    act: Callable[..., object] = DEEDS[deed]

    def work(session: Session) -> object:
        return act(session, organisation_id, text(form.reason), now=now(), by=actor())

    if form.validate_on_submit():
        with refusals_shown(form):
            transact(work)
            flash(_("Done; the managers are told."))
            return redirect(url_for("admin_organisations.organisation", organisation_id=organisation_id), code=303)
    place = queries.organisation(reading(), organisation_id, actor())
    return page("admin_organisations/reason.html", form, place=place, deed=deed)


def _looked_at(organisation_id: UUID) -> dict[str, object]:
    place = queries.organisation(reading(), organisation_id, actor())
    around = surroundings(place)
    doubtful = [
        one.value
        for one in around["numbers"]
        if one.scheme is IdentifierScheme.USCC and not organisation_code_holds(one.value)
    ]
    return {
        "place": place,
        "facts_digest": facts_digest(queries.facts(reading(), place)),
        "doubtful": doubtful,
        "members": queries.members_of(reading(), place.id),
        "history": happened("organisation", place.id),
        "confirmed": confirmed_of(reading(), place.id) if may(actor(), "screening.see") else (),
        **around,
    }
