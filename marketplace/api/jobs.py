"""What runs behind the pages: deferred tasks, long work, the outbox, and how much of it waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.accounts.policy import demand
from marketplace.accounts.queries import names_of, people
from marketplace.api.fields import Instant, PageArguments, ReasonGiven, page_of
from marketplace.api.history import ChainStateItem
from marketplace.api.paging import before, following
from marketplace.console.queries.overview import Waiting, waiting
from marketplace.history.queries import chain_state
from marketplace.jobs import actions, queries
from marketplace.jobs.models import Task, TaskState
from marketplace.notices import queries as notices
from marketplace.notices.actions import outbox
from marketplace.notices.models import Mail, MailState
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_jobs", __name__, description="Tasks, long work and the outbox, for those who oversee")
LONG_SHOWN = 50


class TaskArguments(PageArguments):
    """Of which state; left out, of all."""

    state = fields.Enum(TaskState, by_value=True, load_default=None)


class MailArguments(PageArguments):
    """Of which state; left out, of all."""

    state = fields.Enum(MailState, by_value=True, load_default=None)


class TaskItem(Schema):
    """One deferred task: what it is called and where it stands."""

    id = fields.UUID()
    name = fields.String()
    state = fields.String(metadata={"enum": [state.value for state in TaskState]})
    attempts = fields.Integer()
    created_at = Instant()
    run_at = Instant()
    done_at = Instant(allow_none=True)
    last_error = fields.String(allow_none=True)


class LongJobItem(Schema):
    """One piece of long work; `status` is its queue's own word: todo, doing, succeeded, failed ..."""

    id = fields.Integer()
    name = fields.String()
    status = fields.String()
    attempts = fields.Integer()
    scheduled_at = Instant(allow_none=True)
    changed_at = Instant(allow_none=True)


LongJobList = page_of(LongJobItem, name="LongJobList", says="The last fifty, newest first.")


class MailItem(Schema):
    """One mail on its way; what it says is not told. `recipient` is null for a bare address."""

    id = fields.UUID()
    code = fields.String()
    recipient = fields.UUID(allow_none=True)
    recipient_name = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": [state.value for state in MailState]})
    attempts = fields.Integer()
    created_at = Instant()
    next_at = Instant()
    sent_at = Instant(allow_none=True)
    last_error = fields.String(allow_none=True)


class LoadItem(Schema):
    """How many tasks wait, are due and were given up; when the longest overdue one should have run."""

    waiting = fields.Integer()
    due = fields.Integer()
    dead = fields.Integer()
    oldest = Instant(allow_none=True)
    long = fields.Integer()


class MailCounts(Schema):
    """How many mails wait, are overdue by five minutes, and were given up."""

    waiting = fields.Integer()
    overdue = fields.Integer()
    dead = fields.Integer()


class WaitingItem(Schema):
    """One kind of thing that waits for a decision: how many; since when the oldest, or the first day that matters."""

    kind = fields.String(metadata={"enum": [kind.value for kind in Waiting]})
    count = fields.Integer()
    since = Instant(allow_none=True)
    day = fields.Date(allow_none=True)


class Overview(Schema):
    """What waits for an administrator, and whether the house is in order."""

    waiting = fields.List(fields.Nested(WaitingItem))

    people = fields.Integer()
    organisations = fields.Integer()
    organisations_waiting = fields.Integer()
    tasks = fields.Nested(LoadItem)
    mails = fields.Nested(MailCounts)
    chains = fields.Nested(ChainStateItem)


@blueprint.route("/overview")
@blueprint.response(200, Overview)
@allow("admin.overview")
def overview() -> dict[str, Any]:
    """The figures of the administrators' first page."""
    counts = people.overview(reading())
    found = waiting(reading(), by=actor(), now=now())
    return {
        "waiting": [{"kind": one.kind.value, "count": one.count, "since": one.since, "day": one.day} for one in found],
        "people": counts.people,
        "organisations": counts.organisations,
        "organisations_waiting": counts.waiting,
        "tasks": queries.load(reading(), now=now()),
        "mails": notices.mail_counts(reading(), now=now()),
        "chains": chain_state(reading()),
    }


@blueprint.route("/tasks")
@blueprint.arguments(TaskArguments, location="query")
@blueprint.response(200, page_of(TaskItem))
@allow("jobs.see")
def tasks(arguments: dict[str, Any]) -> dict[str, Any]:
    """Deferred tasks, newest first."""
    limit, state = arguments["limit"], arguments["state"]
    found = queries.tasks(reading(), state=state, limit=limit + 1, before=before(arguments["cursor"]))
    return {"items": [task_item(row) for row in found[:limit]], "next": following(found, limit)}


@blueprint.route("/tasks/<uuid:task_id>/retry", methods=["POST"])
@blueprint.response(204)
@allow("jobs.retry")
def retry_task(task_id: UUID) -> None:
    """Give a dead task all its attempts again."""
    transact(lambda session: actions.retry(session, task_id, now=now(), by=actor().id))


@blueprint.route("/long-work")
@blueprint.response(200, LongJobList)
@allow("jobs.see")
def long_work() -> dict[str, Any]:
    """The last pieces of long work: imports, exports, documents."""
    return {"items": queries.long_jobs(reading(), limit=LONG_SHOWN), "next": None}


@blueprint.route("/mails")
@blueprint.arguments(MailArguments, location="query")
@blueprint.response(200, page_of(MailItem))
@allow("jobs.see")
def mails(arguments: dict[str, Any]) -> dict[str, Any]:
    """The outbox, newest first."""
    limit, state = arguments["limit"], arguments["state"]
    found = notices.mails(reading(), state=state, limit=limit + 1, before=before(arguments["cursor"]))
    shown = found[:limit]
    names = names_of(reading(), {mail.recipient_id for mail in shown if mail.recipient_id})
    return {"items": [mail_item(row, names) for row in shown], "next": following(found, limit)}


@blueprint.route("/mails/<uuid:mail_id>/retry", methods=["POST"])
@blueprint.response(204)
@allow("jobs.retry")
def retry_mail(mail_id: UUID) -> None:
    """Give a dead mail all its attempts again."""
    transact(lambda session: outbox.retry(session, mail_id, now=now(), by=actor().id))


@blueprint.route("/tasks/<uuid:task_id>/cancel", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(204)
@allow("jobs.cancel")
def cancel_task(body: dict[str, Any], task_id: UUID) -> None:
    """Give up a dead task for good."""
    demand(actor(), "jobs.cancel")
    transact(lambda session: actions.cancel(session, task_id, body["reason"], now=now(), by=actor().id))


@blueprint.route("/mails/<uuid:mail_id>/cancel", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(204)
@allow("jobs.cancel")
def cancel_mail(body: dict[str, Any], mail_id: UUID) -> None:
    """Have a mail that waits or was given up never sent."""
    demand(actor(), "jobs.cancel")
    transact(lambda session: outbox.cancel(session, mail_id, body["reason"], now=now(), by=actor().id))


def task_item(row: Task) -> dict[str, Any]:
    """A task in the shape of `TaskItem`."""
    same = ("id", "name", "attempts", "created_at", "run_at", "done_at", "last_error")
    return {**{name: getattr(row, name) for name in same}, "state": row.state.value}


def mail_item(row: Mail, names: dict[UUID, str]) -> dict[str, Any]:
    """A mail in the shape of `MailItem`."""
    same = ("id", "code", "address", "attempts", "created_at", "next_at", "sent_at", "last_error")
    return {
        **{name: getattr(row, name) for name in same},
        "state": row.state.value,
        "recipient": row.recipient_id,
        "recipient_name": names.get(row.recipient_id) if row.recipient_id else None,
    }
