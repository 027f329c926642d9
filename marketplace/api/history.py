"""What happened: entries of one thing beside it, and all of history for those who oversee the platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.policy import demand
from marketplace.accounts.queries import names_of
from marketplace.api.fields import Instant, PageArguments
from marketplace.api.paging import before, following
from marketplace.api.uploads import BYTES
from marketplace.history import queries
from marketplace.history.queries import Entry, Report, Seen
from marketplace.history.rules import Subject
from marketplace.jobs.actions import defer_long
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.admin_history import sheet_of
from marketplace.web.request import actor, language, reading, transact
from marketplace.wording.chains import finding_sentence
from marketplace.wording.history import sentence

blueprint = Blueprint("api_history", __name__, description="What happened, and whether the record still holds")
LONGEST_TERM = 80
YEARS = range(2000, 2201)


class HistoryItem(Schema):
    """One thing that happened: the code and its facts, and the same as a sentence in the caller's language.

    `actor` is null where the platform itself acted; `text` is null where nothing was said, or where it was erased.
    """

    id = fields.UUID()
    at = Instant()
    subject_kind = fields.String()
    subject = fields.UUID()
    number = fields.Integer(metadata={"description": "place in the subject's own chain, from 1"})
    actor = fields.UUID(allow_none=True)
    actor_name = fields.String(allow_none=True)
    verb = fields.String()
    details = fields.Dict()
    text = fields.Dict(allow_none=True)
    erased = fields.Boolean()
    sentence = fields.String()


class HistoryArguments(PageArguments):
    """Which part of history. `verb` may be a concept alone, such as `booking`; days are in the caller's own zone."""

    kind = fields.String(
        load_default=None, validate=validate.Length(1, LONGEST_TERM), metadata={"description": "kind of subject"}
    )
    subject = fields.UUID(load_default=None)
    actor = fields.UUID(load_default=None)
    verb = fields.String(
        load_default=None, validate=validate.Length(1, LONGEST_TERM), metadata={"description": "or a concept alone"}
    )
    since = fields.Date(load_default=None, metadata={"description": "first day, included"})
    until = fields.Date(load_default=None, metadata={"description": "last day, included"})


class ChainStateItem(Schema):
    """How the chains stand: seals so far, when the last was made, and how many entries it does not cover yet."""

    seals = fields.Integer()
    sealed_at = Instant(allow_none=True)
    unsealed = fields.Integer()


class FindingItem(Schema):
    """Something that is not as it was written: a code, and at which entry of the chain."""

    code = fields.String()
    number = fields.Integer(allow_none=True)
    message = fields.String()


class VerifiedItem(Schema):
    """The last time that all of history was read, by a job: how many entries, and how many findings."""

    at = Instant()
    entries = fields.Integer()
    findings = fields.Integer()


class HistoryPage(Schema):
    """Entries, newest first. `findings` is null unless one subject was asked for: then it says whether it holds."""

    items = fields.List(fields.Nested(HistoryItem))
    next = fields.String(allow_none=True)
    chains = fields.Nested(ChainStateItem)
    verified = fields.Nested(VerifiedItem, allow_none=True)
    kinds = fields.List(fields.String())
    findings = fields.List(fields.Nested(FindingItem), allow_none=True)


@blueprint.route("/history")
@blueprint.arguments(HistoryArguments, location="query")
@blueprint.response(200, HistoryPage)
@allow("history.see")
def history(arguments: dict[str, Any]) -> dict[str, Any]:
    """What happened on the platform, newest first; for one subject, whether its chain holds."""
    limit = arguments["limit"]
    found = queries.latest(reading(), seen_of(arguments), limit=limit + 1, before=before(arguments["cursor"]))
    whole = arguments["kind"] and arguments["subject"]
    subject = Subject(arguments["kind"], arguments["subject"]) if whole else None
    return {
        "items": history_items(found[:limit]),
        "next": following(found, limit),
        "chains": queries.chain_state(reading()),
        "verified": queries.last_verified(reading()),
        "kinds": queries.subject_kinds(reading()),
        "findings": findings_of(queries.verify_subject(reading(), subject)) if subject else None,
    }


@blueprint.route("/history.csv")
@blueprint.arguments(HistoryArguments(exclude=("limit", "cursor")), location="query")
@blueprint.response(200, BYTES, content_type="text/csv", description="The rows as a sheet, UTF-8.")
@allow("history.see")
def sheet(arguments: dict[str, Any]) -> Response:
    """The same as CSV: what was asked for, newest first, up to 20,000 rows."""
    return Response(sheet_of(seen_of(arguments)), content_type="text/csv; charset=utf-8")


@blueprint.route("/history/verify", methods=["POST"])
@blueprint.response(204)
@allow("history.verify")
def verify() -> None:
    """Have all of history read by a worker; `verified` of the list tells what it found."""
    demand(actor(), "history.verify")
    transact(lambda work: defer_long(work, "history.verify", {}, queueing_key="history.verify"))


def seen_of(arguments: Mapping[str, Any]) -> Seen:
    """The filters of a query string; `Invalid` names a day that no calendar of ours reaches."""
    until: date | None = arguments["until"]
    return Seen(
        kind=arguments["kind"],
        subject_id=arguments["subject"],
        actor_id=arguments["actor"],
        verb=arguments["verb"],
        since=midnight(arguments["since"], "since"),
        until=midnight(until, "until", after=1),
    )


def midnight(day: date | None, field: str, *, after: int = 0) -> datetime | None:
    """The beginning of a day (or of the one so many days after it) where the caller is."""
    if day is None:
        return None
    if day.year not in YEARS:
        raise Invalid.one(field, "instant_far", first=YEARS.start, last=YEARS.stop - 1)
    return datetime.combine(day + timedelta(days=after), time(), ZoneInfo(actor().time_zone)).astimezone(UTC)


def history_of(subject: Subject, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """One page of what happened to a thing that the caller may see, newest first."""
    limit = arguments["limit"]
    seen = Seen(kind=subject.kind, subject_id=subject.id)
    found = queries.latest(reading(), seen, limit=limit + 1, before=before(arguments["cursor"]))
    return {"items": history_items(found[:limit]), "next": following(found, limit)}


def history_items(found: Sequence[Entry]) -> list[dict[str, Any]]:
    """Entries in the shape of `HistoryItem`, with the names of those who acted in one statement."""
    names = names_of(reading(), {entry.actor_id for entry in found if entry.actor_id})
    return [_item(entry, names) for entry in found]


def findings_of(report: Report) -> list[dict[str, Any]]:
    """What is not as it was written, in the shape of `FindingItem`."""
    return [
        {"code": one.code, "number": one.number, "message": finding_sentence(one.code, language())}
        for one in report.findings
    ]


def _item(entry: Entry, names: Mapping[UUID, str]) -> dict[str, Any]:
    same = ("id", "at", "number", "verb", "details", "text", "erased")
    said = sentence(entry.verb, entry.details, language(), text=entry.text, zone=actor().time_zone)
    return {
        **{name: getattr(entry, name) for name in same},
        "subject_kind": entry.subject.kind,
        "subject": entry.subject.id,
        "actor": entry.actor_id,
        "actor_name": names.get(entry.actor_id) if entry.actor_id else None,
        "sentence": said,
    }
