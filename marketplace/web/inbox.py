"""The inbox: what one has been told, and which of it comes by mail too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.notices import queries
from marketplace.notices.actions import choose, mark_read
from marketplace.notices.models import Notice
from marketplace.values.localized import Language
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.cursors import before, following
from marketplace.web.request import actor, language, now, reading, transact
from marketplace.wording.dictionary import spoken
from marketplace.wording.mails import address_of
from marketplace.wording.notices import choices as mailable
from marketplace.wording.notices import render

blueprint = Blueprint("inbox", __name__)
PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in the reader's language; `leads` says whether there is a place to go."""

    id: UUID
    at: datetime
    read: bool
    subject: str
    paragraphs: list[list[str]]
    leads: bool


@blueprint.get("/inbox")
@allow("inbox.read")
def inbox() -> str:
    """What one has been told, newest first."""
    found = queries.inbox(reading(), actor().id, limit=PER_PAGE + 1, before=before())
    return render_template(
        "inbox/inbox.html",
        lines=[_line(notice) for notice in found[:PER_PAGE]],
        waiting=queries.unread_count(reading(), actor().id),
        next=following(found, PER_PAGE),
    )


@blueprint.post("/inbox/<uuid:notice_id>/open")
@allow("inbox.read")
def follow(notice_id: UUID) -> Response:
    """Mark one notice as read and go to what it is about."""
    notice = queries.notice(reading(), actor().id, notice_id)
    if notice is None:
        raise NotFound("notice")
    transact(lambda session: mark_read(session, actor().id, [notice_id], now=now()))
    leads = address_of(notice.details, _tongue(), public_url="")
    return redirect(leads or url_for("inbox.inbox"), code=303)


@blueprint.post("/inbox/read")
@allow("inbox.read")
def read_all() -> Response:
    """Mark everything as read."""
    transact(lambda session: mark_read(session, actor().id, None, now=now()))
    return redirect(url_for("inbox.inbox"), code=303)


@blueprint.route("/inbox/choices", methods=["GET", "POST"])
@allow("inbox.read")
def choices() -> Response | str:
    """Which notices come by mail as well; the inbox gets them all."""
    known = mailable(language())
    if request.method == "POST":
        wanted = set(request.form.getlist("mail"))
        transact(lambda session: choose(session, actor().id, {code: code in wanted for code, _name in known}))
        flash(_("Your choice is kept."))
        return redirect(url_for("inbox.choices"), code=303)
    unwanted = queries.unmailed_codes(reading(), actor().id)
    return render_template("inbox/choices.html", choices=[(code, name, code not in unwanted) for code, name in known])


def _line(notice: Notice) -> Line:
    told = render(notice.code, notice.details, language(), zone=actor().time_zone)
    leads = bool(address_of(notice.details, _tongue(), public_url=""))
    return Line(notice.id, notice.created_at, notice.read_at is not None, told.subject, told.paragraphs, leads)


def _tongue() -> Language:
    return spoken(language())
