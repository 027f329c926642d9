"""What every form of a collaboration does: shown to whoever may send it, sent once, kept as typed where it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import flash, redirect
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import may
from marketplace.accounts.queries.organisations import organisations_called
from marketplace.collaborations.queries.pages import CollaborationRow, collaboration_row
from marketplace.collaborations.rules.standing import ANSWERS, OPEN, VERBS, Deed
from marketplace.values.localized import clean_text, pick
from marketplace.values.refusal import Forbidden, Invalid, StateForbids
from marketplace.web.forms.fields import page, refusals_shown
from marketplace.web.request import actor, language, now, reading, transact, url

LONGEST_NAME = 300
Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How a form is put to its reader: heading, what it does, the button, and what is said once it is done."""

    title: str
    button: str
    done: str
    lead: str = ""
    danger: bool = False
    template: str = "collaborations/form.html"
    values: dict[str, Any] = field(default_factory=dict)


def offered(collaboration_id: UUID, deed: Deed) -> CollaborationRow:
    """The collaboration, for somebody who may do a deed with it as it stands: no form is shown in vain."""
    row = collaboration_row(reading(), collaboration_id, by=actor(), now=now())
    if deed in row.deeds:
        return row
    speaks = any(may(actor(), VERBS[deed], organisation=seat.through, host=seat.through) for seat in row.seats)
    if speaks and row.sight.until is None and (deed not in OPEN[row.collaboration.state] or deed in ANSWERS):
        raise StateForbids(row.state.value, deed.value)
    raise Forbidden(VERBS[deed])


def answered(form: FlaskForm, row: CollaborationRow, sheet: Sheet, work: Callable[[Session], object]) -> Answer:
    """Do what the form asks and lead back to the collaboration, else show the form with what is wrong."""
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(work)
            flash(sheet.done)
            return redirect(url("collaborations.one", collaboration_id=row.id), code=303)
    return page(sheet.template, form, row=row, sheet=sheet, **sheet.values)


def named(place: Organisation) -> str:
    """An organisation's name in the reader's language."""
    return pick(place.name, language()).text  # type: ignore[arg-type]


def organisation_typed(typed: str, name: str) -> UUID:
    """The one organisation that somebody means by its address or name. Raises `Invalid` for none or several."""
    words = clean_text(typed, LONGEST_NAME, field=name)
    if not words:
        raise Invalid.one(name, "required")
    found = organisations_called(reading(), words, actor())
    if not found:
        raise Invalid.one(name, "unknown_organisation")
    if len(found) > 1:
        raise Invalid.one(name, "several_organisations", names=[named(place) for place in found])
    return found[0].id
