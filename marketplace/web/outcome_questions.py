"""The yearly question on its page, answered with one button; and the queues of administrators."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.policy import demand
from marketplace.outcomes.actions.yearly import nothing_to_report
from marketplace.outcomes.queries.listing import disputed, to_check
from marketplace.outcomes.queries.yearly import open_questions
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.outcome_words import collaboration_names
from marketplace.web.paging import window
from marketplace.web.request import actor, now, reading, transact, url

blueprint = Blueprint("outcome_questions", __name__)
LAST_YEAR = 9999
QUEUES = {"disputed": disputed, "papers": to_check}


@blueprint.get("/outcomes/questions")
@allow("outcome.list")
def questions() -> str:
    """The questions that wait for the reader's organisations, each with the button that says there is nothing."""
    found = open_questions(reading(), by=actor())
    names = collaboration_names(each.collaboration for each in found)
    return render_template("outcomes/questions.html", asked=[(each, names[each.collaboration.id]) for each in found])


@blueprint.post("/outcomes/questions/<uuid:collaboration_id>/<uuid:organisation_id>/<int:year>/nothing")
@allow("outcome.answer")
def nothing(collaboration_id: UUID, organisation_id: UUID, year: int) -> Response:
    """Answer that there is nothing to report."""
    if year > LAST_YEAR:
        raise NotFound("question")
    transact(lambda work: nothing_to_report(work, collaboration_id, organisation_id, year, now=now(), by=actor()))
    flash(_("Thank you. It is noted that there is nothing to report for %(year)s.", year=str(year)))
    return redirect(url("outcome_questions.questions"), code=303)


@blueprint.get("/admin/outcomes")
@allow("outcome.queue")
def queue() -> str:
    """What waits for an administrator: disputes to settle, and papers to check."""
    demand(actor(), "outcome.queue")
    chosen = request.args.get("what", "disputed")
    chosen = chosen if chosen in QUEUES else "disputed"
    shown = window()
    rows = QUEUES[chosen](reading(), limit=shown.limit + 1, offset=shown.offset)
    pages = shown.around(len(rows))
    return render_template("outcomes/queue.html", rows=rows[: shown.limit], pages=pages, chosen=chosen)
