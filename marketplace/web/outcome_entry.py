"""Entering outcomes: something is pasted or brought in a file and looked over before it is kept, or stated by hand."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from marketplace.collaborations.models import Collaboration
from marketplace.outcomes.actions import drafting
from marketplace.outcomes.actions.entering import enter, statement_for
from marketplace.outcomes.actions.evidence import link_session, unlink_session
from marketplace.outcomes.formats import entries, sheets
from marketplace.outcomes.formats.entries import Entries
from marketplace.outcomes.models import OutcomeStatus, OutcomeType
from marketplace.outcomes.queries import told
from marketplace.outcomes.queries.reach import outcome as one_outcome
from marketplace.outcomes.queries.sides import collaboration as one_collaboration
from marketplace.outcomes.queries.sides import defaults_of, reporting_for
from marketplace.outcomes.rules.telling import told_from
from marketplace.values.refusal import Forbidden, Invalid, NotFound
from marketplace.web.access import allow
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.outcomes import QuickForm, StatementForm, form_for, values_of
from marketplace.web.limiting import spend_uploads
from marketplace.web.outcome_around import around_of
from marketplace.web.outcome_preview import checked, kept, looked_over, shown
from marketplace.web.outcome_words import (
    collaboration_name,
    options,
    today,
    type_name,
)
from marketplace.web.registers import looked_up
from marketplace.web.request import actor, now, reading, transact, url
from marketplace.wording import outcome_words as words

blueprint = Blueprint("outcome_entry", __name__)
MOST_ENTRIES: Final = 200
LONGEST_TEXT: Final = 1_000_000
SHEETS: Final = {
    "csv": (sheets.template_csv, "text/csv; charset=utf-8"),
    "xlsx": (sheets.template_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@blueprint.route("/collaborations/<uuid:collaboration_id>/outcomes/new", methods=["GET", "POST"])
@allow("outcome.draft")
def new(collaboration_id: UUID) -> AnyResponse | tuple[str, int]:
    """The quick way: paste or bring a file and see the fields filled; or choose a type and state it by hand."""
    around, _own = _door(collaboration_id)
    form = QuickForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            written, sheet = _brought(form)
            return _preview(collaboration_id, written, sheet), 200
    types = options(words.TYPES)
    return page("outcomes/new.html", form, around=around, name=collaboration_name(around), types=types)


@blueprint.post("/collaborations/<uuid:collaboration_id>/outcomes/preview")
@allow("outcome.draft")
def keep(collaboration_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep what was looked over: each entry as a draft, as the same as what stands here, or not at all."""
    _door(collaboration_id)
    written, sheet = request.form.get("text", ""), request.form.get("sheet") == "1"
    found = looked_up(read_text(written, sheet=sheet), collaboration_id)
    around, own = _door(collaboration_id)
    looked = looked_over(around, found)
    wrong = checked(around, looked)
    if wrong:
        return render_template("outcomes/preview.html", **shown(around, found, looked, written, sheet=sheet)), 422
    made, added = transact(lambda work: kept(work, around.id, own, looked))
    if made:
        flash(ngettext("%(num)d draft is kept. Look it over and submit it.",
                       "%(num)d drafts are kept. Look them over and submit them.", made))  # fmt: skip
    if added:
        flash(ngettext("%(num)d entry stands here already; what was new of it is added.",
                       "%(num)d entries stand here already; what was new of them is added.", added))  # fmt: skip
    return redirect(url("outcomes.listed", collaboration_id=around.id), code=303)


@blueprint.route("/collaborations/<uuid:collaboration_id>/outcomes/new/<kind>", methods=["GET", "POST"])
@allow("outcome.draft")
def by_hand(collaboration_id: UUID, kind: str) -> AnyResponse | tuple[str, int]:
    """State an outcome with the fields of its type."""
    around, own = _door(collaboration_id)
    chosen = _kind(kind)
    near = around_of(around.id)
    usual = {"parties": defaults_of(reading(), around.id)}
    made = form_for(chosen, near)
    form = (made(data=values_of(usual, near)) if request.method == "GET" else made()).offer()
    if form.validate_on_submit():
        with refusals_shown(form):
            outcome_id, is_new = transact(lambda work: _entered(work, around.id, own, form))
            flash(_("The draft is kept. Look it over and submit it.") if is_new else
                  _("This family stands here already; what was new of it is added."))  # fmt: skip
            return redirect(url("outcomes.one", outcome_id=outcome_id), code=303)
    return page("outcomes/form.html", form, around=around, name=type_name(chosen), row=None)


@blueprint.route("/outcomes/<uuid:outcome_id>/revise", methods=["GET", "POST"])
@allow("outcome.revise")
def revise(outcome_id: UUID) -> AnyResponse | tuple[str, int]:
    """Add a version; the fields begin with what the last one says."""
    row = one_outcome(reading(), outcome_id, by=actor(), today=today())
    if row.organisation_id not in reporting_for(reading(), row.collaboration_id, by=actor(), today=today()):
        raise Forbidden("outcome.revise")
    before = told_from(told.statement(reading(), row))
    near = around_of(row.collaboration_id, before, row)
    schemes = [each["scheme"] for each in before["identifiers"]]
    made = form_for(row.type, near, schemes)
    form = (made(data=values_of(before, near)) if request.method == "GET" else made()).offer()
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: _revised(work, outcome_id, form, before))
            flash(_("The draft is saved.") if row.status is OutcomeStatus.DRAFT else
                  _("The new version is submitted. The other sides are asked again."))  # fmt: skip
            return redirect(url("outcomes.one", outcome_id=outcome_id), code=303)
    return page("outcomes/form.html", form, around=None, name=type_name(row.type), row=row)


@blueprint.get("/outcomes/template.<any(csv, xlsx):ending>")
@allow("outcome.list")
def template(ending: str) -> Response:
    """The empty sheet to fill in."""
    write, kind = SHEETS[ending]
    response = Response(write(), content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=f"outcomes.{ending}")
    return response


def read_text(written: str, *, sheet: bool) -> Entries:
    """What a text holds, as a sheet or as a bibliography; more than a preview shows is refused. Raises Invalid."""
    if len(written) > LONGEST_TEXT:
        raise Invalid.one("file", "file_too_large", max_megabytes=1)
    found = entries.of_sheet(written.encode("utf-8", "replace")) if sheet else entries.of_bibliography(written)
    if len(found.entries) > MOST_ENTRIES:
        raise Invalid.one("file", "file_too_many_rows", max=MOST_ENTRIES)
    return found


def _door(collaboration_id: UUID) -> tuple[Collaboration, UUID]:
    """The collaboration, and the party for which the reader reports. Raises NotFound and Forbidden."""
    around = one_collaboration(reading(), collaboration_id, by=actor())
    mine = reporting_for(reading(), collaboration_id, by=actor(), today=today())
    if not mine:
        raise Forbidden("outcome.draft")
    asked = uuid_or_none(request.args.get("organisation", ""))
    own = [id for id in mine if id in actor().organisations()] or mine
    return around, asked if asked in mine else own[0]


def _kind(kind: str) -> OutcomeType:
    if kind not in set(OutcomeType):
        raise NotFound("outcome")
    return OutcomeType(kind)


def _brought(form: QuickForm) -> tuple[str, bool]:
    """What was pasted or brought, as text, and whether it is a sheet. Raises Invalid."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        spend_uploads(1)
        content, name = upload.read(), upload.filename
        sheet = content.startswith(b"PK") or name.lower().endswith((".csv", ".tsv", ".xlsx"))
        return entries.as_text(content, name), sheet
    pasted = text(form.paste)
    if not pasted.strip():
        raise Invalid.one("paste", "required")
    return pasted, False


def _preview(collaboration_id: UUID, written: str, sheet: bool) -> str:
    found = looked_up(read_text(written, sheet=sheet), collaboration_id)
    around, _own = _door(collaboration_id)
    values = shown(around, found, looked_over(around, found), written, sheet=sheet)
    return render_template("outcomes/preview.html", **values)


def _entered(work: Session, collaboration_id: UUID, own: UUID, form: StatementForm) -> tuple[UUID, bool]:
    try:
        said = statement_for(work, collaboration_id, form.told(), now=now(), source="form")
        row, is_new = enter(work, collaboration_id, said, now=now(), by=actor(), organisation_id=own)
        _came_of(work, row.id, form)
    except Invalid as invalid:
        raise form.placed(invalid) from None
    return row.id, is_new


def _revised(work: Session, outcome_id: UUID, form: StatementForm, before: dict[str, Any]) -> None:
    given = request.form.get("version", "")
    seen = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    try:
        row = one_outcome(work, outcome_id, by=actor(), today=today())
        said = statement_for(work, row.collaboration_id, form.told(before), now=now(), source="form")
        drafting.revise(work, outcome_id, said, now=now(), by=actor(), seen=seen)
        _came_of(work, outcome_id, form)
    except Invalid as invalid:
        raise form.placed(invalid) from None


def _came_of(work: Session, outcome_id: UUID, form: StatementForm) -> None:
    """Link the sessions that were ticked, and undo what no longer is."""
    ticked, gone = form.uses()
    for each in ticked:
        link_session(work, outcome_id, each, now=now(), by=actor())
    for each in gone:
        unlink_session(work, outcome_id, each, now=now(), by=actor())
