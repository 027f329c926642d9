"""What is done with an outcome: handed in, confirmed, disputed, settled, withdrawn, shown by papers, linked further."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.files.actions import Purpose, keep
from marketplace.outcomes.actions import answering, drafting, evidence
from marketplace.outcomes.models import Outcome, OutcomeVerb
from marketplace.outcomes.queries import told
from marketplace.outcomes.queries.reach import outcome as one_outcome
from marketplace.outcomes.queries.sides import sides_of
from marketplace.outcomes.rules.states import offered
from marketplace.values.refusal import Forbidden, Invalid, Refused, StateForbids
from marketplace.web.access import allow
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.outcomes import CheckForm, PaperForm, ReasonForm, SettleForm
from marketplace.web.limiting import spend_uploads
from marketplace.web.outcome_words import field_name, title_said, today
from marketplace.web.outcomes import page_of
from marketplace.web.request import actor, language, now, reading, store, transact, url
from marketplace.wording.refusals import sentence, sentence_of_error

blueprint = Blueprint("outcome_verbs", __name__)


@blueprint.post("/outcomes/<uuid:outcome_id>/submit")
@allow("outcome.submit")
def submit(outcome_id: UUID) -> Response:
    """Hand a draft to the other sides; what it still lacks is told."""
    return _done(
        outcome_id,
        lambda work: drafting.submit(work, outcome_id, now=now(), by=actor(), seen=_seen()),
        _("It is submitted. The other sides are asked to confirm it."),
    )


@blueprint.post("/outcomes/<uuid:outcome_id>/discard")
@allow("outcome.discard")
def discard(outcome_id: UUID) -> Response:
    """Throw a draft away."""
    transact(lambda work: drafting.discard(work, outcome_id, now=now(), by=actor()))
    flash(_("The draft is discarded."))
    return redirect(url("outcomes.mine"), code=303)


@blueprint.post("/outcomes/<uuid:outcome_id>/confirm")
@allow("outcome.confirm")
def confirm(outcome_id: UUID) -> Response:
    """Say that it is right, as its page showed it."""
    return _done(
        outcome_id,
        lambda work: answering.confirm(work, outcome_id, now=now(), by=actor(), seen=_looked(outcome_id)),
        _("It is confirmed; whoever reported it is told."),
    )


@blueprint.route("/outcomes/<uuid:outcome_id>/dispute", methods=["GET", "POST"])
@allow("outcome.dispute")
def dispute(outcome_id: UUID) -> Response | tuple[str, int]:
    """Say that it is not right, and why."""
    return _reasoned(
        outcome_id,
        OutcomeVerb.DISPUTE,
        lambda work, form: answering.dispute(
            work, outcome_id, text(form.reason), now=now(), by=actor(), seen=_looked(outcome_id)
        ),
        _("It is disputed. An administrator settles it; until then it counts nowhere."),
    )


@blueprint.route("/outcomes/<uuid:outcome_id>/withdraw", methods=["GET", "POST"])
@allow("outcome.withdraw")
def withdraw(outcome_id: UUID) -> Response | tuple[str, int]:
    """Take it back, and why."""
    return _reasoned(
        outcome_id,
        OutcomeVerb.WITHDRAW,
        lambda work, form: answering.withdraw(work, outcome_id, text(form.reason), now=now(), by=actor(), seen=_seen()),
        _("It is withdrawn. It stays visible as such."),
    )


@blueprint.route("/outcomes/<uuid:outcome_id>/settle", methods=["GET", "POST"])
@allow("outcome.settle")
def settle(outcome_id: UUID) -> Response | tuple[str, int]:
    """Settle a dispute, and why."""

    def work(session: Session, form: Any) -> object:
        stands, level = form.stands.data == "yes", form.level.data
        chosen = int(level) if stands and level else None
        return answering.settle(
            session,
            outcome_id,
            text(form.reason),
            stands=stands,
            level=chosen,
            now=now(),
            by=actor(),
            seen=_looked(outcome_id),
        )

    return _reasoned(outcome_id, OutcomeVerb.SETTLE, work, _("It is settled; all sides are told."))


@blueprint.post("/outcomes/<uuid:outcome_id>/evidence")
@allow("outcome.show")
def show(outcome_id: UUID) -> Response | tuple[str, int]:
    """Add a paper or an address that shows it."""
    form = PaperForm().offer()
    row = one_outcome(reading(), outcome_id, by=actor(), today=today())
    if form.validate_on_submit():
        with refusals_shown(form):
            upload = request.files.get("file")
            file = (upload.read(), upload.filename) if upload and upload.filename else None
            if file is not None:
                spend_uploads(1)
            transact(lambda work: _kept(work, outcome_id, form, file))
            flash(_("The evidence is added."))
            return redirect(url("outcomes.one", outcome_id=outcome_id), code=303)
    return page_of(row, paper=form), 422


@blueprint.post("/outcomes/<uuid:outcome_id>/evidence/<uuid:evidence_id>/remove")
@allow("outcome.show")
def unshow(outcome_id: UUID, evidence_id: UUID) -> Response:
    """Take a paper away that nobody has checked."""
    return _done(
        outcome_id,
        lambda work: evidence.remove_evidence(work, outcome_id, evidence_id, now=now(), by=actor()),
        _("The evidence is taken away."),
    )


@blueprint.post("/outcomes/<uuid:outcome_id>/check")
@allow("outcome.check")
def check(outcome_id: UUID) -> Response | tuple[str, int]:
    """Say what its papers show."""
    form = CheckForm().offer()
    row = one_outcome(reading(), outcome_id, by=actor(), today=today())
    papers = [id for given in request.form.getlist("paper") if (id := uuid_or_none(given))]
    if form.validate_on_submit():
        with refusals_shown(form):
            level, note = int(form.level.data), text(form.note)
            transact(
                lambda work: answering.check(
                    work, outcome_id, level, papers, now=now(), by=actor(), note=note, seen=_looked(outcome_id)
                )
            )
            flash(_("It is checked; whoever reported it is told."))
            return redirect(url("outcomes.one", outcome_id=outcome_id), code=303)
    return page_of(row, check=form), 422


@blueprint.post("/outcomes/<uuid:outcome_id>/link")
@allow("outcome.link")
def link(outcome_id: UUID) -> Response:
    """Say that it belongs to a further collaboration, by the last part of its address."""
    given = uuid_or_none(request.form.get("collaboration", "").strip().rstrip("/").rpartition("/")[2])

    def work(session: Session) -> None:
        if given is None:
            raise Invalid.one("collaboration", "unknown")
        evidence.link_collaboration(session, outcome_id, given, now=now(), by=actor())

    return _done(outcome_id, work, _("It is linked. The parties of that collaboration see it too."))


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page that asks for a reason says of an outcome."""

    row: Outcome
    title: str


def _reasoned(
    outcome_id: UUID, verb: OutcomeVerb, work: Callable[[Session, Any], object], done: str
) -> Response | tuple[str, int]:
    row = one_outcome(reading(), outcome_id, by=actor(), today=today())
    sides = frozenset(sides_of(reading(), row, by=actor(), today=today()).values())
    if verb not in offered(row.status, sides):
        if any(verb in offered(status, sides) for status in type(row.status)):
            raise StateForbids(row.status.value, f"outcome.{verb.value}")
        raise Forbidden(f"outcome.{verb.value}")
    form: FlaskForm = SettleForm().offer() if verb is OutcomeVerb.SETTLE else ReasonForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda session: work(session, form))
            flash(done)
            return redirect(url("outcomes.one", outcome_id=outcome_id), code=303)
    said = told.statement(reading(), row)
    return page("outcomes/reason.html", form, shown=_Page(row, title_said(said.title)), verb=verb.value)


def _done(outcome_id: UUID, work: Callable[[Session], object], done: str) -> Response:
    """Do what one button says; what stands against it is told on the outcome's page."""
    try:
        transact(work)
    except Refused as refused:
        for reason in refused.reasons:
            flash(sentence(reason, language()), "error")
    except Invalid as invalid:
        for error in invalid.errors:
            flash(f"{field_name(error.field.split('.')[0])}: {sentence_of_error(error, language())}", "error")
    except StateForbids:
        flash(_("This can no longer be done: the outcome stands otherwise by now."), "error")
    else:
        flash(done)
    return redirect(url("outcomes.one", outcome_id=outcome_id), code=303)


def _kept(work: Session, outcome_id: UUID, form: PaperForm, file: tuple[bytes, str] | None) -> object:
    """The paper and, where one came, its file: both are kept or neither."""
    file_id = None
    if file is not None:
        content, name = file
        file_id = keep(work, store(), content, name=name, purpose=Purpose.DOCUMENT, by=actor().id, now=now()).id
    paper = evidence.Paper(
        kind=text(form.kind),
        file_id=file_id,
        url=text(form.url),
        retrieved_on=form.retrieved_on.data,
        quote=text(form.quote),
    )
    return evidence.add_evidence(work, outcome_id, paper, now=now(), by=actor())


def _looked(outcome_id: UUID) -> int:
    """The version that is judged. Raises NotFound for strangers, Invalid where the page was sent without it."""
    one_outcome(reading(), outcome_id, by=actor(), today=today())
    seen = _seen()
    if seen is None:
        raise Invalid.one("version", "outcome_version")
    return seen


def _seen() -> int | None:
    """The version that the page showed; one that can't be read is none that stands."""
    given = request.form.get("version", "")
    if not given:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
