"""The desk of an authority's officers: what is to be decided by due date, and one application with each step."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.applications.queries.lines import on_desk
from marketplace.applications.queries.looking import look
from marketplace.web.access import allow
from marketplace.web.application_words import page_values
from marketplace.web.applications import following, place, taken
from marketplace.web.paging import LIMIT
from marketplace.web.request import actor, now, reading, url

blueprint = Blueprint("officer_desk", __name__)


@blueprint.get("/agency", defaults={"shown": "waiting"})
@blueprint.get("/agency/<any(decided):shown>")
@allow("agency_desk.see")
def desk(shown: str) -> str:
    """What lies with the reader's authority, the earliest due date first; or what it decided."""
    decided = shown == "decided"
    lines = on_desk(reading(), actor(), now=now(), limit=LIMIT + 1, after=place(), decided=decided)
    tabs = [
        {"label": _("To be decided"), "href": url("officer_desk.desk", shown="waiting"), "current": not decided},
        {"label": _("Already decided"), "href": url("officer_desk.desk", shown="decided"), "current": decided},
    ]
    more = following(lines)
    return render_template("officer_desk/desk.html", lines=lines[:LIMIT], tabs=tabs, decided=decided, next=more)


@blueprint.get("/agency/applications/<uuid:application_id>")
@allow("application.see")
def one(application_id: UUID) -> Response | str:
    """One application with the facts that concern it, the other side's steps, and what may be done next; to who is no
    officer of its authority, its page."""
    found = look(reading(), application_id, by=actor(), now=now())
    if not found.officer:
        return redirect(url("applications.one", application_id=application_id), code=303)
    return render_template("applications/one.html", **page_values(found, desk=True))


@blueprint.route("/agency/applications/<uuid:application_id>/<verb>", methods=["GET", "POST"])
@allow("application.step")
def step(application_id: UUID, verb: str) -> Response | tuple[str, int]:
    """Take a step of the authority's."""
    return taken(look(reading(), application_id, by=actor(), now=now()), verb, back="officer_desk.one")
