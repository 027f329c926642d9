"""For administrators: all that happened, by subject, person, verb and day, and how the chains stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from marketplace.history import queries
from marketplace.history.queries import Entry, Report, Seen
from marketplace.history.rules import Subject
from marketplace.web.access import allow
from marketplace.web.cursors import before, following
from marketplace.web.happened import Happening, told
from marketplace.web.request import actor, language, reading
from marketplace.wording.chains import finding_sentence
from marketplace.wording.filling import one_line

blueprint = Blueprint("admin_history", __name__)
PER_PAGE = 50
MAX_TERM = 80


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
        kinds=queries.subject_kinds(reading()),
        subject=asked.subject,
        findings=_findings(queries.verify_subject(reading(), asked.subject)) if asked.subject else None,
    )


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
        actor_id=_id(typed["actor"]),
        verb=typed["verb"] or None,
        since=_midnight(_day(typed["since"])),
        until=_midnight(until + timedelta(days=1)) if until else None,
    )
    return Asked(typed, seen)


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
