"""Files of loggers: what becomes of each row, and taking those that fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.operations.actions.logging_files import Judged, bring, preview
from marketplace.operations.queries.doors import devices_of
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.access import allow
from marketplace.web.forms.fields import refusals_shown, text
from marketplace.web.forms.logger_files import LoggerFileForm
from marketplace.web.request import actor, language, now, reading, transact, url
from marketplace.web.unit_devices import shown
from marketplace.wording.refusals import sentence_of_error

blueprint = Blueprint("logger_files", __name__)


@blueprint.post("/host/units/<uuid:unit_id>/logger-files/preview")
@allow("feed.manage", reads=True)
def look(unit_id: UUID) -> str | tuple[str, int]:
    """What becomes of each row, before any is taken."""
    devices_of(reading(), unit_id, by=actor())
    form = LoggerFileForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            name, content = form.told()
            with _beside_the_file():
                judged = preview(reading(), unit_id, content, now=now(), by=actor())
            return _rows(unit_id, judged, (name, content))
    return shown(unit_id, upload=form), 422


@blueprint.post("/host/units/<uuid:unit_id>/logger-files")
@allow("feed.manage")
def take(unit_id: UUID) -> Response | tuple[str, int]:
    """Make sessions of the rows that fit."""
    devices_of(reading(), unit_id, by=actor())
    form = LoggerFileForm()
    if form.validate_on_submit():
        with refusals_shown(form), _beside_the_file():
            told = text(form.name), text(form.text)
            judged = transact(lambda work: bring(work, unit_id, *told, now=now(), by=actor()))
            count = sum(each.fate == "fits" for each in judged)
            flash(ngettext("%(num)d session is added.", "%(num)d sessions are added.", count))
            return redirect(url("unit_devices.devices", unit_id=unit_id, _anchor="sessions"), code=303)
    return shown(unit_id, upload=form), 422


@contextmanager
def _beside_the_file() -> Iterator[None]:
    """What is wrong with the text is said beside the file."""
    try:
        yield
    except Invalid as error:
        named = [FieldError("file", each.rule, each.message_code, each.details) for each in error.errors]
        raise Invalid(named) from error


def _rows(unit_id: UUID, judged: Sequence[Judged], told: tuple[str, str]) -> str:
    name, content = told
    form = LoggerFileForm(formdata=None, data={"name": name, "text": content})
    said = {
        each.row.number: [(error.field, sentence_of_error(error, language())) for error in each.row.errors]
        for each in judged
    }
    fates = {
        "fits": _("fits"),
        "known": _("known already"),
        "overlaps": _("overlaps another session"),
        "bad": _("can’t be read"),
    }
    return render_template(
        "uses/logger_file.html",
        door=devices_of(reading(), unit_id, by=actor()).door,
        judged=judged,
        counts=Counter(each.fate for each in judged),
        said=said,
        fates=fates,
        form=form,
        name=name,
    )
