"""Bringing files of listings in, step by step: upload, columns, preview of every row, run, report; and the exports."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Organisation, Role
from marketplace.catalogue.actions.importing import AT_ONCE
from marketplace.catalogue.formats import uniquip
from marketplace.catalogue.formats.prepared import sheet_of
from marketplace.catalogue.formats.reading import MAX_ROWS
from marketplace.catalogue.models import ImportState, ListingImport
from marketplace.catalogue.queries.exporting import ENDINGS
from marketplace.catalogue.queries.importing import imports_of, listing_import, rejected_of
from marketplace.files.queries import stored_file
from marketplace.jurisdictions.models import Zone
from marketplace.values.localized import pick
from marketplace.values.refusal import Invalid, NotFound
from marketplace.web import sheets
from marketplace.web.access import allow
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.forms.imports import UploadForm, ZoneForm
from marketplace.web.paging import window
from marketplace.web.request import actor, language, reading, transact, url
from marketplace.wording.refusals import sentence_of_error

blueprint = Blueprint("imports", __name__)
ROWS_SHOWN = 50
SAMPLES = 3  # rows that show what a column holds


@blueprint.route("/listings/import", methods=["GET", "POST"])
@allow("host_desk.see")  # whoever hosts nothing yet is told how; the verb itself demands listing.import
def new() -> AnyResponse | tuple[str, int]:
    """Upload a file, and the imports made so far."""
    form = UploadForm()
    form.organisation.choices = _organisations()
    if form.organisation.choices and form.validate_on_submit():
        with refusals_shown(form):
            file, host = form["file"].data, UUID(form.organisation.data)
            content, name = file.stream.read(), file.filename or "file"
            encoding = form.encoding.data or None
            looked = sheets.looked_at(content, name, format=form.format.data or None, encoding=encoding)
            made = transact(lambda work: sheets.begin(work, host, content, looked))
            follow = "imports.columns" if made.format == "uniquip" else "imports.preview"
            return redirect(url(follow, import_id=made.id), code=303)
    shown = render_template("imports/new.html", form=form, earlier=imports_of(reading(), actor()))
    return shown, 422 if form.errors else 200


@blueprint.route("/listings/import/<uuid:import_id>/columns", methods=["GET", "POST"])
@allow("listing.import")
def columns(import_id: UUID) -> AnyResponse | tuple[str, int]:
    """Which column is which field."""
    row = sheets.waiting(import_id)
    if row.format != "uniquip":
        return redirect(url("imports.preview", import_id=import_id), code=303)
    known = sheets.head_of(row)
    form = _zone_form(row)
    mapping = _mapping_given(known.head) if request.method == "POST" else dict(row.mapping)
    if form.validate_on_submit():
        with refusals_shown(form):
            sheets.assign(row, mapping, form.zone.data or None)
            return redirect(url("imports.preview", import_id=import_id), code=303)
    shown = render_template(
        "imports/columns.html",
        row=row,
        form=form,
        head=known.head,
        samples=sheet_of(sheets.rows_of(row, known, first=0, count=SAMPLES)).rows,
        mapping=mapping,
        fields=[("", _("leave out")), *((column.field, column.title) for column in uniquip.MAPPABLE)],
    )
    return shown, 422 if form.errors else 200


def _mapping_given(head: Sequence[str]) -> dict[str, str]:
    given = {title: request.form.get(f"column_{number}", "") for number, title in enumerate(head)}
    return {title: field for title, field in given.items() if title and field}


@blueprint.get("/listings/import/<uuid:import_id>/preview")
@allow("listing.import")
def preview(import_id: UUID) -> AnyResponse | str:
    """What would become of every row, page by page; nothing is changed."""
    row = sheets.waiting(import_id)
    known = sheets.head_of(row)
    try:
        sheets.demand_assigned(row, known)
    except Invalid as broken:
        for error in broken.errors:
            flash(sentence_of_error(error, language()), "error")
        return redirect(url("imports.columns", import_id=import_id), code=303)
    shown = window(ROWS_SHOWN, farthest=MAX_ROWS)
    parsed = sheets.rows_of(row, known, first=shown.offset, count=shown.limit)
    wanted = sheets.rows_in_order(parsed)
    before, after = shown.around(known.rows - shown.offset)
    return render_template(
        "imports/preview.html",
        row=row,
        known=known,
        judged=sheets.judged(row, parsed, wanted),
        unused=uniquip.unused_columns(known.head, row.mapping) if row.format == "uniquip" else (),
        first=shown.offset + 1,
        last=shown.offset + len(wanted),
        before=before,
        after=after,
        as_job=known.rows > AT_ONCE,
        form=_zone_form(row),
    )


@blueprint.post("/listings/import/<uuid:import_id>/run")
@allow("listing.import")
def run(import_id: UUID) -> AnyResponse:
    """Make it so: at once for a small file, as a job for a large one."""
    sheets.run(import_id)
    return redirect(url("imports.report", import_id=import_id), code=303)


@blueprint.get("/listings/import/<uuid:import_id>")
@allow("listing.import")
def report(import_id: UUID) -> AnyResponse | str:
    """How an import went, or how far it is."""
    row = listing_import(reading(), import_id, actor())
    if row.state is ImportState.UPLOADED:
        return redirect(url("imports.preview", import_id=import_id), code=303)
    shown = window(ROWS_SHOWN)
    rejected = rejected_of(reading(), import_id, limit=shown.limit + 1, offset=shown.offset)
    before, after = shown.around(len(rejected))
    lines = [sheets.reason_of(one.row, one.field, one.reason) for one in rejected[: shown.limit]]
    file = stored_file(reading(), row.file_id)
    return render_template("imports/report.html", row=row, rejected=lines, before=before, after=after, file=file)


@blueprint.get("/listings/import/<uuid:import_id>/rejected.csv")
@allow("listing.import")
def rejected(import_id: UUID) -> Response:
    """The rejected rows, each with its reason, to be put right and brought in again."""
    return _download(sheets.rejected_sheet(import_id), "rejected.csv", "text/csv; charset=utf-8")


@blueprint.get("/listings/export")
@allow("listing.export")
def exports() -> str:
    """The public listings as files for others."""
    return render_template("imports/exports.html", endings=ENDINGS)


@blueprint.get("/listings/export/<format>.<ending>")
@allow("listing.export")
def exported(format: str, ending: str) -> Response:
    """All public listings in one format."""
    if format not in ENDINGS or ending not in ENDINGS[format]:
        raise NotFound(format)
    made = sheets.public_listings(format, ending)
    return _download(made.content, f"benchbridge-{format}.{ending}", made.media_type)


def _download(content: bytes, name: str, media_type: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _organisations() -> list[tuple[str, str]]:
    own = Organisation.id.in_(actor().organisations(Role.HOST_MANAGER))
    rows = reading().scalars(select(Organisation).where(own).order_by(Organisation.slug))
    return [(str(row.id), pick(row.name, language()).text) for row in rows]  # type: ignore[arg-type]


def _zone_form(row: ListingImport) -> ZoneForm:
    form = ZoneForm(data={"zone": row.zone_code or ""}) if request.method == "GET" else ZoneForm()
    zones = reading().scalars(select(Zone).where(Zone.jurisdiction_code.is_not(None)).order_by(Zone.code))
    named = [(zone.code, pick(zone.name, language()).text) for zone in zones]  # type: ignore[arg-type]
    form.zone.choices = [("", _("as the rows say")), *named]
    return form
