"""What a collaboration says and who takes part: proposing, changing, asking, declining, leaving, closing."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.models import Organisation
from marketplace.accounts.queries.organisations import visible_to
from marketplace.collaborations.actions import closing, proposing
from marketplace.collaborations.models import PartyRole
from marketplace.collaborations.rules.days import today_of
from marketplace.collaborations.rules.sheet import PartyWish, Proposal
from marketplace.collaborations.rules.standing import Deed
from marketplace.files.actions import Purpose, keep
from marketplace.terms.models import Framework
from marketplace.terms.queries import frameworks
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.access import allow
from marketplace.web.collaboration_forms import Answer, Sheet, answered, named, offered, organisation_typed
from marketplace.web.collaborations import PROPOSING
from marketplace.web.forms.collaborations import (
    AskForm,
    CompleteForm,
    DeclineForm,
    EndForm,
    LeaveForm,
    ProposeForm,
    SheetForm,
    day_of,
    roles_of,
    values_of,
    version_of,
)
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.limiting import spend_uploads
from marketplace.web.request import actor, now, reading, store, transact, url

blueprint = Blueprint("collaboration_sheets", __name__)
MOST_NAMES = 300


@blueprint.route("/collaborations/propose", methods=["GET", "POST"])
@allow("collaboration.list")
def propose() -> Response | tuple[str, int]:
    """Propose a collaboration to one or more organisations."""
    own = _own()
    begins = {"starts_on": today_of(actor(), now()), "other_1": request.args.get("with", "")[:100]}
    form = ProposeForm(data=begins) if request.method == "GET" else ProposeForm()
    form.offer_frameworks(_frameworks(set(dict(own))))
    form.offer_parties([(str(id), name) for id, name in own])
    if form.validate_on_submit():
        with refusals_shown(form):
            proposal = _proposal(form)
            made = transact(lambda work: proposing.propose(work, proposal, now=now(), by=actor()).id)
            flash(_("The collaboration is proposed. The other side is told and answers."))
            return redirect(url("collaborations.one", collaboration_id=made), code=303)
    return page("collaborations/sheet.html", form, row=None, own=own, names=_names())


@blueprint.route("/collaborations/<uuid:collaboration_id>/change", methods=["GET", "POST"])
@allow("collaboration.write")
def change(collaboration_id: UUID) -> Answer:
    """Change what it says; the version that was read goes with it."""
    row = offered(collaboration_id, Deed.CHANGE)
    began = values_of(row.sheet, row.collaboration.version)
    form = SheetForm(data=began) if request.method == "GET" else SheetForm()
    form.offer_frameworks(_frameworks({party.id for party in row.parties}))
    sheet = Sheet(
        title=_("Change the collaboration"),
        button=_("Save"),
        done=_("The collaboration is saved. The others are told."),
        template="collaborations/sheet.html",
    )

    def work(session: Session) -> object:
        seen = version_of(text(form.version))
        return proposing.change(session, collaboration_id, form.sheet(), now=now(), by=actor(), version=seen)

    return answered(form, row, sheet, work)


@blueprint.route("/collaborations/<uuid:collaboration_id>/ask", methods=["GET", "POST"])
@allow("collaboration.answer")
def ask(collaboration_id: UUID) -> Answer:
    """Ask a further organisation to take part."""
    row = offered(collaboration_id, Deed.ASK)
    form = AskForm().offer()
    sheet = Sheet(
        title=_("Ask a further organisation"),
        lead=_("Its managers are told. Until they accept they see the agreement, the parties and the milestones."),
        button=_("Ask it"),
        done=_("The organisation is asked and answers."),
        values={"names": _names()},
    )

    def work(session: Session) -> object:
        place = organisation_typed(text(form.organisation), "organisation")
        wish = PartyWish(place, frozenset(PartyRole(role) for role in form.roles.data or ()))
        return proposing.ask(session, collaboration_id, wish, now=now(), by=actor())

    return answered(form, row, sheet, work)


@blueprint.route("/collaborations/<uuid:collaboration_id>/decline", methods=["GET", "POST"])
@allow("collaboration.answer")
def decline(collaboration_id: UUID) -> Answer:
    """Do not take part, and say why where one likes."""
    row = offered(collaboration_id, Deed.DECLINE)
    form = DeclineForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            why = text(form.reason)
            transact(lambda work: proposing.decline(work, collaboration_id, why, now=now(), by=actor()))
            flash(_("Your organisation does not take part. The others are told."))
            return redirect(url("collaborations.mine"), code=303)
    sheet = Sheet(
        title=_("Decline the collaboration"),
        lead=_("Your organisation does not see it any more; it may be asked anew."),
        button=_("Decline"),
        done="",
        danger=True,
    )
    return page(sheet.template, form, row=row, sheet=sheet)


@blueprint.route("/collaborations/<uuid:collaboration_id>/leave", methods=["GET", "POST"])
@allow("collaboration.answer")
def leave(collaboration_id: UUID) -> Answer:
    """Leave on a day."""
    row = offered(collaboration_id, Deed.LEAVE)
    form = LeaveForm(data={"left_on": today_of(actor(), now())}) if request.method == "GET" else LeaveForm()
    sheet = Sheet(
        title=_("Leave the collaboration"),
        lead=_("Your organisation keeps what it saw until then. The others go on and read your reason."),
        button=_("Leave"),
        done=_("Your organisation has left. The others are told."),
        danger=True,
    )

    def work(session: Session) -> object:
        return closing.leave(session, collaboration_id, day_of(form.left_on), text(form.reason), now=now(), by=actor())

    return answered(form, row, sheet, work)


@blueprint.route("/collaborations/<uuid:collaboration_id>/complete", methods=["GET", "POST"])
@allow("collaboration.answer")
def complete(collaboration_id: UUID) -> Answer:
    """Close it with a report, in words and as a paper."""
    row = offered(collaboration_id, Deed.COMPLETE)
    form = CompleteForm(data={"ended_on": today_of(actor(), now())}) if request.method == "GET" else CompleteForm()
    sheet = Sheet(
        title=_("Complete the collaboration"),
        lead=_("What was wanted, what was done, and what remains. All parties read it."),
        button=_("Complete it"),
        done=_("The collaboration is completed. The others are told."),
    )
    content = uploaded(form.file.data) if form.is_submitted() else None

    def work(session: Session) -> object:
        file_id = kept(session, content) if content else None
        return closing.complete(
            session, collaboration_id, day_of(form.ended_on), text(form.report), now=now(), by=actor(), file_id=file_id
        )

    return answered(form, row, sheet, work)


@blueprint.route("/collaborations/<uuid:collaboration_id>/end", methods=["GET", "POST"])
@allow("collaboration.answer")
def end(collaboration_id: UUID) -> Answer:
    """Stop it before it is done."""
    row = offered(collaboration_id, Deed.END)
    form = EndForm(data={"ended_on": today_of(actor(), now())}) if request.method == "GET" else EndForm()
    sheet = Sheet(
        title=_("End the collaboration early"),
        lead=_("Nothing is deleted. The next booking of the same organisations opens another collaboration."),
        button=_("End early"),
        done=_("The collaboration is ended. The others are told."),
        danger=True,
    )

    def work(session: Session) -> object:
        return closing.end(session, collaboration_id, day_of(form.ended_on), text(form.reason), now=now(), by=actor())

    return answered(form, row, sheet, work)


def uploaded(upload: object) -> tuple[bytes, str] | None:
    """Content and name of what came with a form, counted; None where nothing came."""
    if not upload or not getattr(upload, "filename", ""):
        return None
    spend_uploads(1)
    return upload.read(), upload.filename  # type: ignore[attr-defined]


def kept(session: Session, content: tuple[bytes, str]) -> UUID:
    """Keep an upload in the deed's own transaction: both are kept or neither."""
    found, name = content
    who = actor().id
    return keep(session, store(), found, name=name, purpose=Purpose.DOCUMENT, by=who, now=now()).id


def _own() -> list[tuple[UUID, str]]:
    """The verified organisations for which the reader may propose."""
    ids = actor().organisations(*PROPOSING) & actor().verified
    rows = [reading().get_one(Organisation, id) for id in sorted(ids)]
    return [(row.id, named(row)) for row in rows]


def _names() -> list[str]:
    """Names that the browser offers while somebody types."""
    wanted = select(Organisation).where(visible_to(actor())).order_by(Organisation.slug).limit(MOST_NAMES)
    return sorted(named(row) for row in reading().scalars(wanted))


def _frameworks(parties: Iterable[UUID]) -> list[tuple[str, str]]:
    """The framework agreements of the parties that the reader may see."""
    ids = set(parties)
    rows = frameworks(reading(), by=actor(), now=now())
    fitting = [row for row in rows if ids & {row.host.id, row.organisation.id}]
    return [
        (str(row.framework.id), _framework_said(row.framework, named(row.organisation), named(row.host)))
        for row in fitting
    ]


def _framework_said(framework: Framework, user: str, host: str) -> str:
    return f"{user} – {host}, {framework.from_day.isoformat()} – {framework.last_day.isoformat()}"


def _proposal(form: ProposeForm) -> Proposal:
    """What was written. Raises `Invalid` with all that is wrong with the names."""
    parties = [PartyWish(UUID(form.organisation.data), roles_of(form.own_roles))]
    errors: list[FieldError] = []
    for name, typed, roles in form.others():
        try:
            place = organisation_typed(typed, name)
        except Invalid as broken:
            errors += broken.errors
            continue
        if place in {party.organisation_id for party in parties}:
            errors.append(FieldError(name, "collaboration_twice", "collaboration_twice"))
        parties.append(PartyWish(place, roles))
    if errors:
        raise Invalid(errors)
    return Proposal(sheet=form.sheet(), parties=parties)
