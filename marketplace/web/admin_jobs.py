"""For administrators: deferred tasks, long work and the outbox, and another chance for what is dead."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.queries import names_of
from marketplace.jobs import actions, queries
from marketplace.jobs.models import TaskState
from marketplace.notices import queries as notices
from marketplace.notices.actions import outbox
from marketplace.notices.models import MailState
from marketplace.web.access import allow
from marketplace.web.cursors import before, following
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


def _state(kind: type[S]) -> S | None:
    wanted = request.args.get("state", "")
    return next((state for state in kind if state.value == wanted), None)
