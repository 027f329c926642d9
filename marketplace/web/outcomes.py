"""Outcomes: what waits for the reader, those of a collaboration, and one with its versions, papers and next steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from marketplace.accounts.queries import names_of
from marketplace.outcomes.models import Outcome, OutcomeStatus, OutcomeType, OutcomeVersion
from marketplace.outcomes.queries import listing, told
from marketplace.outcomes.queries.listing import Summary, Wish
from marketplace.outcomes.queries.papers import evidence_of
from marketplace.outcomes.queries.reach import outcome as one_outcome
from marketplace.outcomes.queries.reach import sees_whole
from marketplace.outcomes.queries.sides import collaboration as one_collaboration
from marketplace.outcomes.queries.sides import collaborations_of, reporting_for, sides_of
from marketplace.outcomes.queries.uses import uses_of
from marketplace.outcomes.queries.yearly import open_questions
from marketplace.outcomes.rules.differences import differences
from marketplace.outcomes.rules.levels import Standing, unanswered
from marketplace.outcomes.rules.statements import Statement
from marketplace.outcomes.rules.states import offered
from marketplace.web.access import allow
from marketplace.web.cursors import before, following
from marketplace.web.forms.outcomes import CheckForm, PaperForm
from marketplace.web.happened import happened
from marketplace.web.outcome_around import uses_said
from marketplace.web.outcome_words import (
    collaboration_name,
    collaboration_names,
    event_day,
    field_name,
    level_name,
    lines_of,
    options,
    organisation_names,
    said_of,
    status_look,
    title_said,
    today,
    type_name,
)
from marketplace.web.request import actor, now, reading, url
from marketplace.wording import outcome_words as words

blueprint = Blueprint("outcomes", __name__)
blueprint.add_app_template_filter(status_look, "outcome_look")
blueprint.add_app_template_filter(type_name, "outcome_type")
blueprint.add_app_template_filter(level_name, "outcome_level")
blueprint.add_app_template_filter(title_said, "outcome_title")
SHOWN = 50


@blueprint.app_template_global("outcomes_of")
def outcomes_of(collaboration_id: UUID) -> dict[str, Any]:
    """What a collaboration's page says of its outcomes."""
    found: Summary = listing.of_collaboration(reading(), collaboration_id, by=actor(), today=today())
    reports = bool(reporting_for(reading(), collaboration_id, by=actor(), today=today()))
    return {"summary": found, "reports": reports}


@blueprint.app_template_global("collaboration_crumbs")
def collaboration_crumbs(collaboration_id: UUID) -> list[tuple[str, str]]:
    """The way from a collaboration to what stands below it, as far as the reader may go it."""
    row = one_collaboration(reading(), collaboration_id, by=actor())
    return [
        (_("Collaborations"), url("collaborations.mine")),
        (collaboration_name(row), url("collaborations.one", collaboration_id=row.id)),
    ]


@blueprint.get("/outcomes")
@allow("outcome.list")
def mine() -> str:
    """What waits for the reader: to be confirmed, drafts, disputes, questions; then all that they may see."""
    rows = listing.outcomes(reading(), _wish(), by=actor(), today=today(), limit=SHOWN + 1)
    asked = open_questions(reading(), by=actor())
    return render_template(
        "outcomes/mine.html",
        waiting=listing.waiting_for(reading(), by=actor(), today=today()),
        questions=asked,
        names=collaboration_names(each.collaboration for each in asked),
        rows=rows[:SHOWN],
        next=following(rows, SHOWN),
        filters=_filters(),
    )


@blueprint.get("/collaborations/<uuid:collaboration_id>/outcomes")
@allow("outcome.see")
def listed(collaboration_id: UUID) -> str:
    """The outcomes of one collaboration, narrowed by type, status, level and year."""
    around = one_collaboration(reading(), collaboration_id, by=actor())
    wish = _wish(collaboration_id)
    rows = listing.outcomes(reading(), wish, by=actor(), today=today(), limit=SHOWN + 1)
    return render_template(
        "outcomes/list.html",
        around=around,
        name=collaboration_name(around),
        rows=rows[:SHOWN],
        next=following(rows, SHOWN),
        filters=_filters(),
        narrowed=any((wish.type, wish.statuses, wish.level, wish.year)),
        reports=reporting_for(reading(), collaboration_id, by=actor(), today=today()),
    )


@blueprint.get("/outcomes/<uuid:outcome_id>")
@allow("outcome.see")
def one(outcome_id: UUID) -> str:
    """One outcome: what it says, how it stands, who confirmed it, its versions, papers, and what may be done next."""
    return page_of(one_outcome(reading(), outcome_id, by=actor(), today=today()))


def page_of(row: Outcome, *, paper: PaperForm | None = None, check: CheckForm | None = None) -> str:
    """The page of one outcome, with the forms on it as they were filled in."""
    versions = told.versions(reading(), row, by=actor())
    said = told.statements(reading(), versions)
    last = versions[-1]
    stands = told.standing(reading(), row, today())
    sides = sides_of(reading(), row, by=actor(), today=today())
    events = told.events(reading(), row, by=actor(), today=today())
    around = collaborations_of(reading(), row, by=actor())
    called = collaboration_names(around)
    papers = evidence_of(reading(), row, by=actor(), today=today())
    people = {each.by for each in events if each.by} | {each.recorded_by for each in versions if each.recorded_by}
    return render_template(
        "outcomes/one.html",
        row=row,
        title=said[last.id].title,
        lines=lines_of(said[last.id]) + _came_of(row),
        sides=_sides(stands),
        reporter=organisation_names([row.organisation_id])[row.organisation_id],
        verbs={verb.value for verb in offered(row.status, frozenset(sides.values()))},
        reports=row.organisation_id in sides,
        unanswered=unanswered(row.status, row.submitted_at, now()),
        reason=next((each for each in reversed(events) if each.reason), None),
        versions=_told(versions, said),
        evidence=[(each, file, words.PAPERS.get(each.kind, {})) for each, file in papers],
        collaborations=[(each, called[each.id]) for each in around],
        names=names_of(reading(), people),
        paper=paper or PaperForm(formdata=None).offer(),
        check=check or CheckForm(formdata=None).offer(),
        history=happened("outcome", row.id) if sees_whole(reading(), row, actor()) else [],
    )  # fmt: skip


def _told(
    versions: Sequence[OutcomeVersion], said: Mapping[UUID, Statement]
) -> list[tuple[OutcomeVersion, list[tuple[str, str, str]]]]:
    """Each version with what it changed, the last one first."""
    found: list[tuple[OutcomeVersion, list[tuple[str, str, str]]]] = [(versions[0], [])]
    for earlier, version in pairwise(versions):
        old, new = said[earlier.id], said[version.id]
        changed = [
            (field_name(each.field), said_of(each.field, old), said_of(each.field, new))
            for each in differences(old, new)
        ]
        found.append((version, changed))
    return found[::-1]


def _came_of(row: Outcome) -> list[tuple[str, str]]:
    """The sessions of use that it came of, of those that the reader may see."""
    said = uses_said(uses_of(reading(), row, by=actor()))
    return [(_("Sessions of use that it came of"), said)] if said else []


def _sides(stands: Standing) -> list[tuple[str, bool]]:
    """The sides that may confirm, each with whether it did."""
    names = organisation_names(stands.others)
    return sorted((names[side], side in stands.confirmed) for side in stands.others)


def _wish(collaboration_id: UUID | None = None) -> Wish:
    """What the address narrows a list to; what can't be read narrows nothing."""
    given = request.args
    kind = given.get("type", "")
    status = given.get("status", "")
    level, year = given.get("level", ""), given.get("year", "")
    return Wish(
        collaboration_id=collaboration_id,
        type=OutcomeType(kind) if kind in set(OutcomeType) else None,
        statuses=[OutcomeStatus(status)] if status in {each.value for each in OutcomeStatus} else None,
        level=int(level) if level in ("1", "2", "3", "4") else None,
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 and int(year) > 0 else None,
        before=before(),
    )


def _filters() -> dict[str, Any]:
    """What a list can be narrowed to, and what is chosen."""
    return {
        "types": options(words.TYPES),
        "statuses": [(status.value, status_look(status)[0]) for status in OutcomeStatus],
        "levels": [(str(level), level_name(level)) for level in (1, 2, 3, 4)],
        "chosen": {name: request.args.get(name, "")[:40] for name in ("type", "status", "level", "year")},
    }


blueprint.add_app_template_filter(event_day, "event_day")
