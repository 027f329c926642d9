"""Collaborations: those of the reader's organisations, one with all that hangs on it, and answering an invitation."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.models import Role
from marketplace.collaborations.actions import proposing
from marketplace.collaborations.models import CollaborationState
from marketplace.collaborations.queries.detail import CollaborationPage, collaboration_page
from marketplace.collaborations.queries.pages import CollaborationRow, collaborations
from marketplace.collaborations.rules.standing import Deed
from marketplace.values.refusal import Refused, StateForbids
from marketplace.web.access import allow
from marketplace.web.collaboration_figures import measured
from marketplace.web.collaboration_next import owed
from marketplace.web.collaboration_timeline import timeline
from marketplace.web.collaboration_words import FILTERS, STATES
from marketplace.web.forms.collaborations import version_of
from marketplace.web.request import actor, language, now, reading, transact, url
from marketplace.wording.refusals import sentence

blueprint = Blueprint("collaborations", __name__)
for _name, _filter in FILTERS.items():
    blueprint.add_app_template_filter(_filter, _name)
LIMIT = 25
RECENT = 12  # of the timeline; what came before is folded
PROPOSING = (Role.RESEARCHER, Role.MANAGER, Role.HOST_MANAGER)


@blueprint.get("/collaborations")
@allow("collaboration.list")
def mine() -> str:
    """What waits for the reader first, then what is under way, then what is over."""
    state = _state()
    rows = collaborations(reading(), by=actor(), now=now(), state=state, limit=LIMIT + 1, after=_after())
    return render_template(
        "collaborations/mine.html",
        rows=rows[:LIMIT],
        next=_next(rows),
        state=state,
        states=STATES,
        proposes=bool(actor().organisations(*PROPOSING) & actor().verified),
    )


@blueprint.get("/collaborations/<uuid:collaboration_id>")
@allow("collaboration.see")
def one(collaboration_id: UUID) -> str:
    """One collaboration: what is next and owed, what was agreed, and all that hangs on it."""
    found = collaboration_page(reading(), collaboration_id, by=actor(), now=now())
    return render_template("collaborations/one.html", **page_values(found))


def page_values(found: CollaborationPage) -> dict[str, object]:
    """What the page of a collaboration shows."""
    return {
        "page": found,
        "row": found.row,
        "sheet": found.row.sheet,
        "owed": owed(found),
        "timeline": timeline(found),
        "recent": RECENT,
        "places": {party.id: party for party in found.row.parties},
        "Deed": Deed,
        "figures": measured(found.row),
    }


@blueprint.post("/collaborations/<uuid:collaboration_id>/<any(accept, withdraw):verb>")
@allow("collaboration.answer")
def answer(collaboration_id: UUID, verb: str) -> Response:
    """Accept for one's organisation what was read, or take a proposal back."""
    seen = version_of(request.form.get("version", ""))

    def work(session: Session) -> object:
        if verb == "accept":
            return proposing.accept(session, collaboration_id, seen, now=now(), by=actor())
        return proposing.withdraw(session, collaboration_id, now=now(), by=actor())

    try:
        transact(work)
    except Refused as refused:
        for reason in refused.reasons:
            flash(sentence(reason, language()), "error")
    except StateForbids:
        flash(_("This can no longer be done: the collaboration stands otherwise by now."), "error")
    else:
        accepted = _("Your organisation takes part. The others are told.")
        flash(accepted if verb == "accept" else _("The proposal is withdrawn."))
    return redirect(url("collaborations.one", collaboration_id=collaboration_id), code=303)


def _state() -> CollaborationState | None:
    wanted = request.args.get("state", "")
    return next((state for state in CollaborationState if state.value == wanted), None)


def _after() -> tuple[int, UUID] | None:
    """Rank and id of the row after which the list goes on; an unreadable key is as good as none."""
    rank, _tilde, row = request.args.get("after", "").partition("~")
    try:
        return int(rank[:2]), UUID(row)
    except ValueError:
        return None


def _next(rows: list[CollaborationRow]) -> str | None:
    if len(rows) <= LIMIT:
        return None
    last = rows[LIMIT - 1]
    return url("collaborations.mine", **{**request.args.to_dict(), "after": f"{last.rank}~{last.id}"})
