"""Conversations with hosts: a question before any booking, the list, and one thread with its messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.policy import may
from marketplace.bookings import actions
from marketplace.bookings.models import Thread
from marketplace.bookings.queries import threads as queries
from marketplace.bookings.queries.threads import MessageRow, ThreadRow
from marketplace.catalogue.queries import find
from marketplace.limits.actions import spend
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.attachments import kept
from marketplace.web.forms.bookings import MessageForm, QuestionForm
from marketplace.web.forms.fields import page, refusals_shown
from marketplace.web.limiting import spend_uploads
from marketplace.web.request import actor, database, now, reading, transact, url

blueprint = Blueprint("threads", __name__)
SHOWN = 30
MESSAGES_SHOWN = 200


@blueprint.get("/threads")
@allow("inbox.read")
def mine() -> str:
    """My conversations, the latest first."""
    found = queries.threads(reading(), by=actor(), limit=SHOWN + 1, before=_before())
    last = found[SHOWN - 1].thread if len(found) > SHOWN else None
    more = f"{last.last_at.isoformat()}~{last.id}" if last else None
    return render_template(
        "threads/mine.html", rows=found[:SHOWN], next=url("threads.mine", before=more) if more else None
    )


@blueprint.get("/threads/<uuid:thread_id>")
@allow("thread.see")
def one(thread_id: UUID) -> Response | tuple[str, int]:
    """One conversation; that of a booking stands on the booking's page, save what was written long ago."""
    row = queries.thread(reading(), thread_id, by=actor())
    if row.thread.booking_id is not None and _before() is None:
        return redirect(url("bookings.one", booking_id=row.thread.booking_id, _anchor="messages"), code=303)
    return _page(row, MessageForm(formdata=None))


@blueprint.post("/threads/<uuid:thread_id>")
@allow("thread.write")
def write(thread_id: UUID) -> Response | tuple[str, int]:
    """Add a message."""
    spend(database(), "message", str(actor().id), now=now())
    row = queries.thread(reading(), thread_id, by=actor())
    form = MessageForm()
    uploads = form.uploads()
    spend_uploads(len(uploads))

    def deed(work: Session) -> Any:
        files = kept(work, uploads)
        return actions.write(work, thread_id, form.text.data or "", now=now(), by=actor(), files=files)

    _demand_writing(row)
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(deed)
            flash(_("The message is sent."))
            return redirect(url("threads.one", thread_id=thread_id), code=303)
    return _page(queries.thread(reading(), thread_id, by=actor()), form)


@blueprint.route("/facilities/<slug>/ask", methods=["GET", "POST"])
@allow("thread.start")
def ask(slug: str) -> Response | tuple[str, int]:
    """A question to the host of a listing."""
    found = find(reading(), slug, actor())
    facility = found.facility
    if found.moved and request.method == "GET":
        return redirect(url("threads.ask", slug=facility.slug), code=301)
    if facility.state.value not in ("published", "paused"):
        raise NotFound(slug)
    form = QuestionForm()
    uploads = form.uploads()
    organisations = actor().organisations()
    organisation = next(iter(organisations)) if len(organisations) == 1 else None

    def deed(work: Session) -> Thread:
        files = kept(work, uploads)
        subject, text = form.subject.data or "", form.text.data or ""
        return actions.ask(
            work, facility.id, subject, text, now=now(), by=actor(), organisation_id=organisation, files=files
        )

    if form.validate_on_submit():
        spend(database(), "question", str(actor().id), now=now())
        spend_uploads(len(uploads))
        with refusals_shown(form):
            thread = transact(deed)
            flash(_("Your question is sent. The answer comes here and by mail."))
            return redirect(url("threads.one", thread_id=thread.id), code=303)
        facility = find(reading(), slug, actor()).facility
    return page("threads/ask.html", form, facility=facility)


def _page(row: ThreadRow, form: MessageForm) -> tuple[str, int]:
    return page(
        "threads/thread.html",
        form,
        row=row,
        told=last_messages(row.thread.id, before=_before()),
        writes=_may_write(row) and _before() is None,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """The last messages before some moment, in order, and where those stand that came before them."""

    messages: Sequence[MessageRow]
    earlier: str | None


def last_messages(thread_id: UUID, *, before: tuple[datetime, UUID] | None = None) -> Told:
    """What a page shows of a conversation that the reader may read."""
    found = queries.messages(reading(), thread_id, limit=MESSAGES_SHOWN + 1, before=before)
    shown = found[-MESSAGES_SHOWN:]
    if len(found) <= MESSAGES_SHOWN:
        return Told(shown, None)
    first = shown[0].message
    return Told(shown, url("threads.one", thread_id=thread_id, before=f"{first.sent_at.isoformat()}~{first.id}"))


def _may_write(row: ThreadRow) -> bool:
    thread = row.thread
    return may(actor(), "thread.write", owner=thread.person_id, organisation=thread.organisation_id, host=row.host_id)


def _demand_writing(row: ThreadRow) -> None:
    if not _may_write(row):
        raise NotFound("thread")


def _before() -> tuple[datetime, UUID] | None:
    """Last word and id of the row after which the list goes on; an unreadable key is as good as none."""
    last_at, _tilde, row = request.args.get("before", "").partition("~")
    try:
        at = datetime.fromisoformat(last_at)
        return (at, UUID(row)) if at.tzinfo else None
    except ValueError:
        return None
