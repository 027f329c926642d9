"""Bringing files of listings in, step by step: upload, columns, preview of every row, run, report; and the exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Organisation, Role
from marketplace.catalogue.actions.importing import AT_ONCE, Upload, advance, begin_import, change_mapping, start
from marketplace.catalogue.formats import uniquip
from marketplace.catalogue.formats.items import RejectedItem
from marketplace.catalogue.formats.parsing import Parsed, guess_format, parse, rejected_rows
from marketplace.catalogue.formats.reading import Sheet, read_sheet
from marketplace.catalogue.formats.writing import write_csv
from marketplace.catalogue.models import ImportState, ListingImport, Unit
from marketplace.catalogue.queries.exporting import ENDINGS, export
from marketplace.catalogue.queries.importing import imports_of, listing_import, origin_of, rejected_of
from marketplace.catalogue.queries.judging import Judged, judge
from marketplace.files.actions import Purpose, keep
from marketplace.files.queries import blob_key, stored_file
from marketplace.jobs.actions import defer_long
from marketplace.jurisdictions.models import Zone
from marketplace.limits.actions import spend
from marketplace.pricing.queries import rates_on
from marketplace.values.localized import pick
from marketplace.values.money import Money
from marketplace.values.refusal import FieldError, Invalid, NotFound, StateForbids
from marketplace.web.access import allow
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.forms.imports import UploadForm, ZoneForm
from marketplace.web.limiting import who
from marketplace.web.paging import window
from marketplace.web.request import actor, database, language, now, reading, settings, store, transact, url
from marketplace.wording.refusals import sentence_of_error

blueprint = Blueprint("imports", __name__)
ROWS_SHOWN = 50


@blueprint.route("/listings/import", methods=["GET", "POST"])
@allow("host_desk.see")  # whoever hosts nothing yet is told how; the verb itself demands listing.import
def new() -> AnyResponse | tuple[str, int]:
    """Upload a file, and the imports made so far."""
    form = UploadForm()
    form.organisation.choices = _organisations()
    if form.organisation.choices and form.validate_on_submit():
        with refusals_shown(form):
            content = form["file"].data.stream.read()
            upload = _looked_at(content, form)
            host = UUID(form.organisation.data)
            made = transact(lambda work: _begin(work, host, content, upload))
            follow = "imports.columns" if made.format == "uniquip" else "imports.preview"
            return redirect(url(follow, import_id=made.id), code=303)
    shown = render_template("imports/new.html", form=form, earlier=imports_of(reading(), actor()))
    return shown, 422 if form.errors else 200


@dataclass(frozen=True, slots=True)
class _Looked:
    name: str
    format: str
    encoding: str
    mapping: dict[str, str]


def _looked_at(content: bytes, form: UploadForm) -> _Looked:
    """Read the file once, so that a broken one is refused before anything is kept."""
    name, encoding = form["file"].data.filename or "file", form.encoding.data or None
    format = form.format.data or guess_format(content, encoding)
    if format == "uniquip":
        sheet = read_sheet(content, encoding)
        return _Looked(name, format, sheet.encoding, uniquip.guess_mapping(sheet.head))
    parsed = parse(content, format, encoding=encoding)
    return _Looked(name, format, parsed.encoding, {})


def _begin(work: Session, host: UUID, content: bytes, looked: _Looked) -> ListingImport:
    kept = keep(work, store(), content, name=looked.name, purpose=Purpose.IMPORT, by=actor().id, now=now())
    upload = Upload(file_id=kept.id, format=looked.format, encoding=looked.encoding, mapping=looked.mapping)
    return begin_import(work, host, upload, now=now(), by=actor())


@blueprint.route("/listings/import/<uuid:import_id>/columns", methods=["GET", "POST"])
@allow("listing.import")
def columns(import_id: UUID) -> AnyResponse | tuple[str, int]:
    """Which column is which field."""
    row = _waiting(import_id)
    if row.format != "uniquip":
        return redirect(url("imports.preview", import_id=import_id), code=303)
    sheet = read_sheet(_content(row), row.encoding)
    form = _zone_form(row)
    mapping = _mapping_given(sheet) if request.method == "POST" else dict(row.mapping)
    if form.validate_on_submit():
        with refusals_shown(form):
            uniquip.check_mapping(sheet.head, mapping)
            zone = form.zone.data or None
            transact(
                lambda work: change_mapping(work, import_id, mapping=mapping, zone_code=zone, now=now(), by=actor())
            )
            return redirect(url("imports.preview", import_id=import_id), code=303)
    shown = render_template(
        "imports/columns.html",
        row=row,
        form=form,
        sheet=sheet,
        samples=sheet.rows[:3],
        mapping=mapping,
        fields=[("", _("leave out")), *((column.field, column.title) for column in uniquip.MAPPABLE)],
    )
    return shown, 422 if form.errors else 200


def _mapping_given(sheet: Sheet) -> dict[str, str]:
    given = {title: request.form.get(f"column_{number}", "") for number, title in enumerate(sheet.head)}
    return {title: field for title, field in given.items() if title and field}


@blueprint.get("/listings/import/<uuid:import_id>/preview")
@allow("listing.import")
def preview(import_id: UUID) -> AnyResponse | str:
    """What would become of every row, page by page; nothing is changed."""
    row = _waiting(import_id)
    try:
        parsed = _parsed(row)
    except Invalid as broken:
        for error in broken.errors:
            flash(sentence_of_error(error, language()), "error")
        return redirect(url("imports.columns", import_id=import_id), code=303)
    shown = window(ROWS_SHOWN)
    rows = _rows_in_order(parsed)
    wanted = rows[shown.offset : shown.offset + shown.limit + 1]
    before, after = shown.around(len(wanted))
    return render_template(
        "imports/preview.html",
        row=row,
        parsed=parsed,
        judged=_judged(row, parsed, wanted[: shown.limit]),
        unused=uniquip.unused_columns(parsed.head, row.mapping) if row.format == "uniquip" else (),
        first=shown.offset + 1,
        last=shown.offset + min(len(wanted), shown.limit),
        before=before,
        after=after,
        as_job=parsed.read > AT_ONCE,
        form=_zone_form(row),
    )


def _rows_in_order(parsed: Parsed) -> list[Any]:
    return sorted([*parsed.items, *parsed.rejected], key=lambda each: each.row)


def _judged(row: ListingImport, parsed: Parsed, wanted: list[Any]) -> list[dict[str, Any]]:
    origin = origin_of(reading(), row.organisation_id, row.zone_code)
    items = [each for each in wanted if not isinstance(each, RejectedItem)]
    found: dict[int, Judged] = {
        each.item.row: each for each in judge(reading(), row.organisation_id, parsed, items, origin=origin)
    }
    return [_line(each, found.get(each.row)) for each in wanted]


def _line(each: Any, judged: Judged | None) -> dict[str, Any]:
    refused = each if isinstance(each, RejectedItem) else judged.rejected if judged else None
    if refused is not None:
        name = refused.cells.get("Name") or refused.cells.get("name") or next(iter(refused.cells.values()), "")
        error = FieldError(refused.field, refused.reason, refused.reason)
        reason = sentence_of_error(error, language())
        return {"row": each.row, "name": name, "outcome": "rejected", "field": refused.field, "reason": reason}
    assert judged is not None
    item = judged.item
    return {
        "row": item.row,
        "name": item.name,
        "outcome": judged.outcome.value,
        "facility": item.facility,
        "part_of": ", ".join(item.part_of),
        "written": judged.written if judged.outcome.value == "updated" else (),
        "kept": judged.kept,
        "paused": item.out_of_service and not item.facility,
        "place": judged.facility_values.get("place_text", ""),
    }


@blueprint.post("/listings/import/<uuid:import_id>/run")
@allow("listing.import")
def run(import_id: UUID) -> AnyResponse:
    """Make it so: at once for a small file, as a job for a large one."""
    row = _waiting(import_id)
    spend(database(), "import", who(), now=now())
    parsed = _parsed(row)

    def begin(work: Session) -> None:
        start(work, import_id, rows=parsed.read, now=now(), by=actor())
        if parsed.read > AT_ONCE:
            defer_long(work, "listings.import", {"import": str(import_id)}, queueing_key=f"import {import_id}")

    transact(begin)
    if parsed.read <= AT_ONCE:
        while transact(lambda work: advance(work, import_id, parsed, now=now(), by=actor())):
            pass
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
    lines = [
        {
            "row": one.row,
            "field": one.field,
            "reason": sentence_of_error(FieldError(one.field, one.reason, one.reason), language()),
        }
        for one in rejected[: shown.limit]
    ]
    file = stored_file(reading(), row.file_id)
    return render_template("imports/report.html", row=row, rejected=lines, before=before, after=after, file=file)


@blueprint.get("/listings/import/<uuid:import_id>/rejected.csv")
@allow("listing.import")
def rejected(import_id: UUID) -> Response:
    """The rejected rows, each with its reason, to be put right and brought in again."""
    row = listing_import(reading(), import_id, actor())
    found = [RejectedItem(one.row, one.field, one.reason, one.cells) for one in rejected_of(reading(), import_id)]
    if not found:
        raise NotFound(str(import_id))
    head, rows = rejected_rows(_parsed(row), found)
    return _download(write_csv(head, rows), "rejected.csv", "text/csv; charset=utf-8")


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
    spend(database(), "export", who(), now=now())
    rates = rates_on(reading(), reading().scalars(select(Unit.id)).all(), now().date())
    prices = {id: (Money(rate.amount_minor, rate.currency), rate.per.value) for id, rate in rates.items()}
    made = export(reading(), format, ending, base_url=settings().public_url, prices=prices)
    return _download(made.content, f"benchbridge-{format}.{ending}", made.media_type)


def _download(content: bytes, name: str, media_type: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _waiting(import_id: UUID) -> ListingImport:
    row = listing_import(reading(), import_id, actor())
    if row.state is not ImportState.UPLOADED:
        raise StateForbids(row.state.value, "listing.import")
    return row


def _content(row: ListingImport) -> bytes:
    file = stored_file(reading(), row.file_id)
    if file is None:
        raise NotFound(str(row.file_id))
    return store().read(blob_key(file))


def _parsed(row: ListingImport) -> Parsed:
    return parse(_content(row), row.format, encoding=row.encoding, mapping=row.mapping or None)


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
