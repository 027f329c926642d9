"""The timeline of a collaboration: requests, permits, sessions of use, milestones, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.applications.queries.lines import DECIDED, Line, of_bookings
from marketplace.collaborations.queries.detail import CollaborationPage
from marketplace.history.queries import entries
from marketplace.history.rules import Subject
from marketplace.outcomes.models import OutcomeStatus, OutcomeVerb
from marketplace.outcomes.queries.happenings import Said, said_around
from marketplace.web.application_words import state_look
from marketplace.web.formats import localized_text, write_number
from marketplace.web.happened import told
from marketplace.web.outcome_words import title_said, today
from marketplace.web.request import actor, reading, url

MOST_HAPPENINGS: Final = 60
MOST_APPLICATIONS: Final = 60
MOST_WORDS: Final = 100
# How a word on an outcome looks.
_LOOKS: Final = {
    OutcomeVerb.SUBMIT: ("", "ring"),
    OutcomeVerb.REVISE: ("", "ring"),
    OutcomeVerb.CONFIRM: ("jade", "check"),
    OutcomeVerb.DISPUTE: ("vermilion", "triangle"),
    OutcomeVerb.SETTLE: ("jade", "check"),
    OutcomeVerb.WITHDRAW: ("", "cross"),
    OutcomeVerb.CHECK: ("jade", "check"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One mark of the timeline: `on` is a day or an instant."""

    on: date | datetime
    title: str
    note: str = ""
    tone: str = ""
    form: str = "dot"
    href: str = ""


def timeline(found: CollaborationPage) -> list[Moment]:
    """From the first request to what came of it and what is promised, in the order of time."""
    if found.row.sight.asked:
        return []
    moments = [*_happened(found), *_asked(found), *_permits(found), *_used(found), *_came(found), *_promised(found)]
    return sorted(moments, key=lambda one: _as_day(one.on))


def _happened(found: CollaborationPage) -> Iterator[Moment]:
    """What was done with the collaboration itself."""
    about, until = Subject("collaboration", found.row.id), found.row.sight.before
    for line in reversed(told(entries(reading(), about, limit=MOST_HAPPENINGS, until=until))):
        yield Moment(line.at, f"{line.who} {line.what}")


def _asked(found: CollaborationPage) -> Iterator[Moment]:
    for each in found.bookings:
        number = each.booking.reference
        said = _("%(person)s asked for booking %(reference)s", person=each.person_name, reference=number)
        yield Moment(each.booking.created_at, said, form="ring", href=url("bookings.one", booking_id=each.id))


def _permits(found: CollaborationPage) -> Iterator[Moment]:
    """Applications to authorities that were filed, and how they were decided."""
    ids = [each.id for each in found.bookings]
    for line in of_bookings(reading(), actor(), ids, limit=MOST_APPLICATIONS) if ids else ():
        if line.row.filed_on:
            yield _permit(line, line.row.filed_on, _("Filed: %(title)s", title=localized_text(line.title)))
        if line.row.decided_on and line.row.state in DECIDED:
            word, tone, form = state_look(line.row.state)
            said = _("%(state)s: %(title)s", state=word, title=localized_text(line.title))
            yield replace(_permit(line, line.row.decided_on, said), tone=tone, form=form)


def _permit(line: Line, on: date, said: str) -> Moment:
    href = url("applications.one", application_id=line.row.id) if line.whole else ""
    return Moment(on, said, localized_text(line.agency), form="ring", href=href)


def _used(found: CollaborationPage) -> Iterator[Moment]:
    """Each booking that was really used, on the day when that began."""
    for each in found.bookings:
        use = found.use.of_each.get(each.id)
        if use is None or use.first is None:
            continue
        first = use.first == found.use.first
        title = (
            _("The facility was used for the first time")
            if first
            else _("Booking %(reference)s was used", reference=each.booking.reference)
        )
        hours = write_number(round(use.length.total_seconds() / 3600, 1))
        note = ngettext("%(num)d session, %(hours)s hours", "%(num)d sessions, %(hours)s hours", use.sessions,
                        hours=hours)  # fmt: skip
        yield Moment(use.first, title, note, "jade", "play", url("bookings.one", booking_id=each.id))


def _came(found: CollaborationPage) -> Iterator[Moment]:
    """What was said of outcomes from their submission on, as far as the reader sees it."""
    until = found.row.sight.before
    for each in said_around(reading(), found.row.id, by=actor(), today=today(), limit=MOST_WORDS, until=until):
        tone, form = _LOOKS[each.event.verb]
        if each.event.status is OutcomeStatus.REJECTED:
            tone, form = "vermilion", "cross"
        href = url("outcomes.one", outcome_id=each.event.outcome_id)
        whose = title_said(each.organisation) if each.organisation else ""
        yield Moment(each.event.at, _word(each), whose, tone, form, href)


def _word(each: Said) -> str:
    """What was said of an outcome."""
    title = title_said(each.title)
    if each.event.verb is OutcomeVerb.SETTLE:
        rejected = each.event.status is OutcomeStatus.REJECTED
        return str(_("Rejected: %(title)s", title=title) if rejected else _("It stands: %(title)s", title=title))
    words = {
        OutcomeVerb.SUBMIT: _("Outcome reported: %(title)s", title=title),
        OutcomeVerb.REVISE: _("Outcome changed: %(title)s", title=title),
        OutcomeVerb.CONFIRM: _("Confirmed: %(title)s", title=title),
        OutcomeVerb.DISPUTE: _("Disputed: %(title)s", title=title),
        OutcomeVerb.WITHDRAW: _("Withdrawn: %(title)s", title=title),
        OutcomeVerb.CHECK: _("Papers checked: %(title)s", title=title),
    }
    return str(words[each.event.verb])


def _promised(found: CollaborationPage) -> Iterator[Moment]:
    """Milestones that are still open, on the day for which they are promised."""
    for each in found.milestones:
        if each.standing in ("planned", "soon", "late"):
            tone = "vermilion" if each.standing == "late" else "amber" if each.standing == "soon" else ""
            yield Moment(each.milestone.planned_on, each.milestone.title, _("promised"), tone, "ring")


def _as_day(on: date | datetime) -> tuple[str, str]:
    if isinstance(on, datetime):
        return on.date().isoformat(), on.isoformat()
    return on.isoformat(), ""
