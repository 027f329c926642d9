"""What is next in a collaboration and owed by its reader's side, each with the one step that does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.collaborations.queries.detail import CollaborationPage
from marketplace.collaborations.rules.standing import Deed
from marketplace.outcomes.models import OutcomeStatus
from marketplace.outcomes.queries.listing import Row, of_own, to_confirm
from marketplace.outcomes.queries.sides import reporting_for
from marketplace.outcomes.queries.yearly import open_questions
from marketplace.outcomes.rules.levels import REMINDED
from marketplace.outcomes.rules.yearly import REMINDED_AFTER
from marketplace.web.formats import write_date
from marketplace.web.outcome_words import title_said, today
from marketplace.web.request import actor, now, reading, url

ENDING: Final = timedelta(days=60)  # before an agreement ends it is said
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that is next or owed: the sentence, where it is done, and whether it is late. `nothing` is where a
    question is answered that nothing came of a year."""

    text: str
    href: str
    label: str
    late: bool = False
    nothing: str = ""


def owed(found: CollaborationPage) -> list[Owed]:
    """All of it: what is late first, then answers, outcomes, questions, milestones, ends of agreements, people."""
    lines = list(_answer(found))
    if not (found.row.sight.asked or found.row.sight.until):
        lines += [*_outcomes(found), *_questions(found)]
    lines += [*_milestones(found), *_ends(found), *_people(found)]
    return sorted(lines, key=lambda each: not each.late)


def _answer(found: CollaborationPage) -> Iterator[Owed]:
    if Deed.ACCEPT in found.row.deeds:
        yield Owed(_("Your organisation is invited: accept or decline."), "#answer", _("Give an answer"))


def _outcomes(found: CollaborationPage) -> Iterator[Owed]:
    """Outcomes to confirm, the reader's own drafts and disputes, and what waits for the other side."""
    here, day = found.row.id, today()
    mine = set(reporting_for(reading(), here, by=actor(), today=day))
    for row in to_confirm(reading(), by=actor(), today=day, limit=MOST, collaboration_id=here):
        since = row.outcome.submitted_at
        late = since is not None and since + REMINDED[0] <= now()
        yield Owed(_("To confirm: %(title)s", title=title_said(row.title)), _one(row), _("Confirm or dispute"), late)
    own = of_own(reading(), here, organisations=mine, limit=MOST)
    for row in own.drafts:
        yield Owed(_("Draft: %(title)s", title=title_said(row.title)), _one(row), _("Submit it"))
    for row in own.disputed:
        yield Owed(_("Disputed: %(title)s", title=title_said(row.title)), _one(row), _("See the reason"))
    if own.waiting:
        said = ngettext("%(num)d outcome of yours waits for the other side.",
                        "%(num)d outcomes of yours wait for the other side.", own.waiting)  # fmt: skip
        where = url("outcomes.listed", collaboration_id=here, status=OutcomeStatus.SUBMITTED.value)
        yield Owed(said, where, _("See them"))


def _one(row: Row) -> str:
    return url("outcomes.one", outcome_id=row.id)


def _questions(found: CollaborationPage) -> Iterator[Owed]:
    """The questions of the year that the reader's side has not answered."""
    here = found.row.id
    several = len(found.row.own) > 1
    for each in open_questions(reading(), by=actor(), collaboration_id=here, limit=MOST):
        said = _("What came of it in %(year)s?", year=each.row.year)
        if several:
            said = f"{said} ({title_said(each.organisation.name)})"
        yield Owed(
            said,
            url("outcome_entry.new", collaboration_id=here),
            _("Report an outcome"),
            each.row.waits_since + REMINDED_AFTER <= now(),
            url(
                "outcome_questions.nothing",
                collaboration_id=here,
                organisation_id=each.row.organisation_id,
                year=each.row.year,
            ),
        )


def _milestones(found: CollaborationPage) -> Iterator[Owed]:
    if Deed.PLAN not in found.row.deeds:
        return
    for each in found.due:
        what = each.milestone
        href = url("collaboration_parts.milestone", collaboration_id=found.row.id, milestone_id=what.id, deed="reach")
        late = each.standing == "late"
        said = _("Overdue: %(title)s", title=what.title) if late else _("Due soon: %(title)s", title=what.title)
        yield Owed(said, href, _("Say when it was reached"), late)


def _ends(found: CollaborationPage) -> Iterator[Owed]:
    """What the collaboration and the framework agreement still last, where little is left."""
    row, last = found.row, found.row.sheet.ends_on
    if last and last < found.today and Deed.COMPLETE in row.deeds:
        href = url("collaboration_sheets.complete", collaboration_id=row.id)
        yield Owed(_("The last planned day has passed: the closing report is owed."), href, _("Complete it"), True)
    elif last and found.today <= last <= found.today + ENDING and Deed.CHANGE in row.deeds:
        href = url("collaboration_sheets.change", collaboration_id=row.id)
        yield Owed(_("The agreement ends on %(day)s.", day=write_date(last)), href, _("Change the last day"))
    frame = found.framework
    if frame and Deed.CHANGE in row.deeds and frame.last_day <= found.today + ENDING:
        href = url("frameworks.one", framework_id=frame.id)
        said = (
            _("The framework agreement ended on %(day)s.", day=write_date(frame.last_day))
            if frame.last_day < found.today
            else _("The framework agreement ends on %(day)s.", day=write_date(frame.last_day))
        )
        yield Owed(said, href, _("See the agreement"), frame.last_day < found.today)


def _people(found: CollaborationPage) -> Iterator[Owed]:
    named = {each.named.organisation_id for each in found.people}
    if Deed.NAME in found.row.deeds and not named & found.row.own:
        href = url("collaboration_parts.name_person", collaboration_id=found.row.id)
        yield Owed(_("Nobody of your side is named yet."), href, _("Name a person"))
