"""For administrators: deferred tasks, long work and the outbox, and another chance for what is dead."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.policy import demand
from marketplace.accounts.queries import names_of
from marketplace.jobs import actions, queries
from marketplace.jobs.models import TaskState
from marketplace.notices import queries as notices
from marketplace.notices.actions import outbox
from marketplace.notices.models import MailState
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.cursors import before, following
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.organisations import ReasonForm
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("admin_jobs", __name__)
PER_PAGE = 50
S = TypeVar("S", TaskState, MailState)


@blueprint.get("/admin/jobs")
@allow("jobs.see")
def jobs() -> str:
    """Deferred tasks, newest first, of one state or all."""
    state = _state(TaskState)
    found = queries.tasks(reading(), state=state, limit=PER_PAGE + 1, before=before())
    return render_template(
        "admin_jobs/tasks.html",
        tasks=found[:PER_PAGE],
        state=state,
        load=queries.load(reading(), now=now()),
        mails=notices.mail_counts(reading(), now=now()),
        next=following(found, PER_PAGE),
    )


@blueprint.get("/admin/jobs/long")
@allow("jobs.see")
def long() -> str:
    """The last jobs of long work."""
    return render_template(
        "admin_jobs/long.html",
        jobs=queries.long_jobs(reading(), limit=PER_PAGE),
        load=queries.load(reading(), now=now()),
        mails=notices.mail_counts(reading(), now=now()),
    )


@blueprint.get("/admin/jobs/mails")
@allow("jobs.see")
def mails() -> str:
    """The outbox, newest first, of one state or all; what the mails say is not shown."""
    state = _state(MailState)
    found = notices.mails(reading(), state=state, limit=PER_PAGE + 1, before=before())
    return render_template(
        "admin_jobs/mails.html",
        rows=found[:PER_PAGE],
        names=names_of(reading(), {mail.recipient_id for mail in found if mail.recipient_id}),
        state=state,
        load=queries.load(reading(), now=now()),
        mails=notices.mail_counts(reading(), now=now()),
        next=following(found, PER_PAGE),
    )


@blueprint.post("/admin/jobs/tasks/<uuid:task_id>/retry")
@allow("jobs.retry")
def retry_task(task_id: UUID) -> Response:
    """Give a dead task all its attempts again."""
    transact(lambda session: actions.retry(session, task_id, now=now(), by=actor().id))
    flash(_("It will run again in a moment."))
    return redirect(url_for("admin_jobs.jobs", state=TaskState.DEAD.value), code=303)


@blueprint.post("/admin/jobs/mails/<uuid:mail_id>/retry")
@allow("jobs.retry")
def retry_mail(mail_id: UUID) -> Response:
    """Give a dead mail all its attempts again."""
    transact(lambda session: outbox.retry(session, mail_id, now=now(), by=actor().id))
    flash(_("It will be sent again in a moment."))
    return redirect(url_for("admin_jobs.mails", state=MailState.DEAD.value), code=303)


@blueprint.route("/admin/jobs/<any(tasks, mails):kind>/<uuid:row_id>/cancel", methods=["GET", "POST"])
@allow("jobs.cancel")
def cancel(kind: str, row_id: UUID) -> Response | tuple[str, int]:
    """Have a task or mail that was given up never done, with the reason that stands in the history."""
    form = ReasonForm()
    mails = kind == "mails"
    demand(actor(), "jobs.cancel")
    row = notices.mail(reading(), row_id) if mails else queries.task(reading(), row_id)
    if row is None:
        raise NotFound(kind)

    def work(session: Session) -> None:
        verb = outbox.cancel if mails else actions.cancel
        verb(session, row_id, text(form.reason), now=now(), by=actor().id)

    if form.validate_on_submit():
        with refusals_shown(form):
            transact(work)
            flash(_("It is cancelled; the reason stands in the history."))
            return redirect(url_for("admin_jobs.mails" if mails else "admin_jobs.jobs"), code=303)
    return page("admin_jobs/cancel.html", form, row=row, mails=mails)


def _state(kind: type[S]) -> S | None:
    wanted = request.args.get("state", "")
    return next((state for state in kind if state.value == wanted), None)
