"""For administrators: the screening list, and whether those whom it found here are the parties on it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.permits.actions import screening as verbs
from marketplace.permits.models import MatchState
from marketplace.permits.queries import screening as queries
from marketplace.web.access import allow
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.screening import PartyForm, ReviewForm, values_of
from marketplace.web.happened import happened
from marketplace.web.paging import window
from marketplace.web.request import actor, now, reading, transact, url
from marketplace.web.vault_words import today
from marketplace.wording.vault import LISTED_FOR, MATCH_STATES

blueprint = Blueprint("admin_screening", __name__)


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """What templates call lists and matches."""
    return {"listed_for_names": LISTED_FOR, "match_looks": MATCH_STATES}


@blueprint.get("/admin/screening")
@allow("screening.see")
def matches() -> str:
    """Matches by state, those to review first and the oldest on top."""
    asked = request.args.get("state", MatchState.OPEN.value)
    state = MatchState(asked) if asked in {each.value for each in MatchState} else None
    shown = window()
    found = queries.matches(reading(), state, limit=shown.limit + 1, offset=shown.offset)
    return render_template(
        "screening/matches.html",
        rows=found[: shown.limit],
        state=state.value if state else "all",
        counts={each.value: number for each, number in queries.counts(reading()).items()},
        pages=shown.around(len(found)),
    )


@blueprint.get("/admin/screening/parties")
@allow("screening.see")
def parties() -> str:
    """The list itself."""
    shown = window()
    found = queries.parties(reading(), limit=shown.limit + 1, offset=shown.offset)
    values = {"rows": found[: shown.limit], "pages": shown.around(len(found)), "today": today()}
    return render_template("screening/parties.html", **values)


@blueprint.route("/admin/screening/parties/new", methods=["GET", "POST"])
@allow("screening.change")
def enter() -> Response | tuple[str, int]:
    """Put a party on the list."""
    form = PartyForm().offer()
    if form.validate_on_submit():
        with refusals_shown(form):
            new = form.party()
            made = transact(lambda work: verbs.enter_party(work, new, now=now(), by=actor())).id
            flash(_("The party is on the list; everybody here is compared with it now."))
            return redirect(url("admin_screening.party", party_id=made), code=303)
    return page("screening/party_form.html", form, party=None)


@blueprint.get("/admin/screening/parties/<uuid:party_id>")
@allow("screening.see")
def party(party_id: UUID) -> str:
    """One party: what is known of it, and whom it was found in."""
    found = queries.party(reading(), party_id)
    return render_template(
        "screening/party.html",
        party=found,
        rows=queries.matches(reading(), limit=100, party_id=party_id),
        history=happened("screened_party", party_id),
        today=today(),
    )


@blueprint.route("/admin/screening/parties/<uuid:party_id>/change", methods=["GET", "POST"])
@allow("screening.change")
def change(party_id: UUID) -> Response | tuple[str, int]:
    """Change a party of the list, or end its days."""
    found = queries.party(reading(), party_id)
    form = (PartyForm(data=values_of(found)) if request.method == "GET" else PartyForm()).offer()
    if form.validate_on_submit():
        with refusals_shown(form):
            new = form.party()
            transact(lambda work: verbs.change_party(work, party_id, new, now=now(), by=actor()))
            flash(_("The party is saved; everybody here is compared with it anew."))
            return redirect(url("admin_screening.party", party_id=party_id), code=303)
    return page("screening/party_form.html", form, party=found)


@blueprint.route("/admin/screening/matches/<uuid:match_id>", methods=["GET", "POST"])
@allow("screening.review")
def review(match_id: UUID) -> Response | tuple[str, int]:
    """Say whether a match is the party, with the reason."""
    found = queries.match(reading(), match_id)
    form = ReviewForm().offer()
    if form.validate_on_submit():
        with refusals_shown(form):
            confirmed = form.verdict.data == MatchState.CONFIRMED.value
            reason = text(form.reason)
            transact(
                lambda work: verbs.review(work, match_id, confirmed=confirmed, reason=reason, now=now(), by=actor())
            )
            flash(_("The match is reviewed."))
            return redirect(url("admin_screening.matches"), code=303)
    return page("screening/review.html", form, one=found, history=happened("screening_match", match_id))
