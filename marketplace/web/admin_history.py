"""For administrators: all that happened, by subject, person, verb and day, and how the chains stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, json, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.policy import demand
from marketplace.accounts.queries.people import person_by_email
from marketplace.catalogue.formats.writing import write_csv
from marketplace.history import queries
from marketplace.history.queries import Entry, Report, Seen
from marketplace.history.rules import Subject
from marketplace.jobs.actions import defer_long
from marketplace.web.access import allow
from marketplace.web.cursors import before, following
from marketplace.web.happened import Happening, told
from marketplace.web.request import actor, language, reading, transact, url
from marketplace.wording.chains import finding_sentence
from marketplace.wording.filling import one_line

blueprint = Blueprint("admin_history", __name__)
PER_PAGE = 50
MAX_TERM = 80
# Rows of an export at most; who wants more narrows the days.
EXPORTED = 20_000
NOBODY = UUID(int=0)
HEAD = ("at", "actor_id", "actor", "verb", "subject_kind", "subject_id", "number", "sentence", "details", "erased")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they were typed, and as they are understood; what can't be read narrows nothing."""

    typed: dict[str, str]
    seen: Seen

    @property
    def subject(self) -> Subject | None:
        """The one subject asked for, if it is one."""
        if self.seen.kind is None or self.seen.subject_id is None:
            return None
        return Subject(self.seen.kind, self.seen.subject_id)


@blueprint.get("/admin/history")
@allow("history.see")
def history() -> str:
    """What happened, newest first; for one subject, whether its chain holds."""
    asked = _asked()
    found = queries.latest(reading(), asked.seen, limit=PER_PAGE + 1, before=before())
    shown = found[:PER_PAGE]
    return render_template(
        "admin_history/history.html",
        rows=_rows(shown),
        typed=asked.typed,
        narrowed=any(asked.typed.values()),
        next=following(found, PER_PAGE),
        state=queries.chain_state(reading()),
        verified=queries.last_verified(reading()),
        export=url("admin_history.export", **{name: value for name, value in asked.typed.items() if value}),
        most=EXPORTED,
        kinds=queries.subject_kinds(reading()),
        subject=asked.subject,
        findings=_findings(queries.verify_subject(reading(), asked.subject)) if asked.subject else None,
    )


@blueprint.get("/admin/history.csv")
@allow("history.see")
def export() -> Response:
    """The filtered rows as a sheet, the newest first, up to 20,000."""
    response = Response(sheet_of(_asked().seen), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="history.csv")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/admin/history/verify")
@allow("history.verify")
def verify() -> AnyResponse:
    """Have all of history read now, by a worker; what it finds stands on the page afterwards."""
    demand(actor(), "history.verify")
    transact(lambda work: defer_long(work, "history.verify", {}, queueing_key="history.verify"))
    flash(_("All of history is being read. What is found stands here in a while."))
    return redirect(url_for("admin_history.history"), code=303)


def sheet_of(seen: Seen) -> bytes:
    """What happened, as CSV in the reader's language: each row once more as a sentence, its details as JSON."""
    found = queries.latest(reading(), seen, limit=EXPORTED)
    return write_csv(HEAD, (_cells(entry, line) for entry, line in _rows(found)))


def _cells(entry: Entry, line: Happening) -> list[str]:
    told = json.dumps(dict(entry.details), ensure_ascii=False, sort_keys=True)
    who = str(entry.actor_id) if entry.actor_id else ""
    subject = entry.subject.kind, str(entry.subject.id), str(entry.number)
    return [entry.at.isoformat(), who, line.who, entry.verb, *subject, line.what, told, "yes" if entry.erased else ""]


def _rows(shown: list[Entry]) -> list[tuple[Entry, Happening]]:
    return list(zip(shown, told(shown), strict=True))


def _findings(report: Report) -> list[str]:
    return [
        f"#{finding.number}: {sentence}" if finding.number else sentence
        for finding in report.findings
        for sentence in [finding_sentence(finding.code, language())]
    ]


def _asked() -> Asked:
    names = ("kind", "subject", "actor", "verb", "since", "until")
    typed = {name: one_line(request.args.get(name, "")).strip()[:MAX_TERM] for name in names}
    until = _day(typed["until"])
    seen = Seen(
        kind=typed["kind"] or None,
        subject_id=_id(typed["subject"]),
        actor_id=_who(typed["actor"]),
        verb=typed["verb"] or None,
        since=_midnight(_day(typed["since"])),
        until=_midnight(until + timedelta(days=1)) if until else None,
    )
    return Asked(typed, seen)


def _who(typed: str) -> UUID | None:
    """A person by id or mail address; an address that nobody has finds nothing."""
    if "@" not in typed:
        return _id(typed)
    found = person_by_email(reading(), typed)
    return found.id if found else NOBODY


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), ZoneInfo(actor().time_zone))
