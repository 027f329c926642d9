"""Packs of evidence: asking for one, whether it is made, and the archive and the document once they are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.collaborations.rules.days import HERE
from marketplace.files.models import StoredFile
from marketplace.files.queries import stored_file
from marketplace.spillovers.actions.evidence import ask_for_pack, frame_of
from marketplace.spillovers.models import EvidencePack
from marketplace.spillovers.queries.evidence import choices, pack_for, packs_of
from marketplace.spillovers.rules.scopes import ScopeKind, scope_of
from marketplace.values.localized import Language, pick
from marketplace.values.refusal import NotFound
from marketplace.web.acceptances import pdf_response
from marketplace.web.access import allow
from marketplace.web.forms.evidence import PackForm
from marketplace.web.forms.fields import page as answered
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.request import actor, language, now, reading, transact, url
from marketplace.wording.evidence import REFUSALS

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/evidence")
@allow("evidence.list")
def mine() -> tuple[str, int]:
    """The packs that the reader asked for, and the form for another."""
    form = _form()
    year = _today().year - 1
    form.first_day.data, form.last_day.data = date(year, 1, 1), date(year, 12, 31)
    form.scope.data = request.args.get("scope", "")
    return answered("evidence/mine.html", form, packs=packs_of(reading(), actor().id), last_day=last_day)


@blueprint.post("/evidence")
@allow("evidence.ask")
def ask() -> Response | tuple[str, int]:
    """Have a pack made, its document in the reader's language."""
    form = _form()
    if form.validate_on_submit():
        with refusals_shown(form):
            assert form.first_day.data is not None and form.last_day.data is not None
            scope = scope_of(str(form.scope.data))
            frame = frame_of(scope, form.first_day.data, form.last_day.data, None, now=now())
            tag = language()
            made = transact(lambda work: ask_for_pack(work, frame, tag, now=now(), by=actor()).id)
            return redirect(url("evidence.one", pack_id=made), code=303)
    return answered("evidence/mine.html", form, packs=packs_of(reading(), actor().id), last_day=last_day)


@blueprint.get("/evidence/<uuid:pack_id>")
@allow("evidence.see")
def one(pack_id: UUID) -> str:
    """One pack: what it is about, and whether it is there."""
    row = owned(pack_id)
    why = REFUSALS[row.refused][cast(Language, language())] if row.refused in REFUSALS else ""
    return render_template(
        "evidence/one.html",
        pack=row,
        last_day=last_day(row),
        why=why.replace("%(outcomes)s", "…").replace("%(max)s", "20,000"),
        archive=stored_file(reading(), row.archive_id) if row.archive_id else None,
    )


@blueprint.get("/evidence/<uuid:pack_id>/pack.zip")
@allow("evidence.see")
def archive(pack_id: UUID) -> Response:
    """The archive, once it is made."""
    return pdf_response(file_of(owned(pack_id).archive_id))


@blueprint.get("/evidence/<uuid:pack_id>/pack.pdf")
@allow("evidence.see")
def document(pack_id: UUID) -> Response:
    """The document, once it is made."""
    return pdf_response(file_of(owned(pack_id).document_id))


def owned(pack_id: UUID) -> EvidencePack:
    """The reader's own pack. Raises NotFound."""
    return pack_for(reading(), pack_id, by=actor(), today=_today())


def file_of(file_id: UUID | None) -> StoredFile:
    """A file that is made. Raises NotFound until then."""
    file = stored_file(reading(), file_id) if file_id else None
    if file is None:
        raise NotFound("file")
    return file


def last_day(row: EvidencePack) -> date:
    """The last day of a pack's period."""
    return row.after_day - timedelta(days=1)


def _form() -> PackForm:
    form = PackForm()
    tag = cast(Language, language())
    kinds = {
        ScopeKind.COLLABORATION: _("Collaboration"),
        ScopeKind.ORGANISATION: _("Organisation"),
        ScopeKind.ZONE: _("Zone"),
    }
    between = ": " if tag == "en" else "："
    found = choices(reading(), by=actor(), today=_today())
    form.scope.choices = [
        (str(each.scope), f"{kinds[each.scope.kind]}{between}{pick(each.name, tag).text}") for each in found
    ] or [("", "–")]
    return form


def _today() -> date:
    return now().astimezone(HERE).date()
