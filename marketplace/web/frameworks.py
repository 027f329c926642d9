"""Framework agreements: those of the reader's organisations, one of them with its answers, and proposing one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.queries import names_of
from marketplace.accounts.queries.organisations import organisation_at
from marketplace.catalogue.models import Facility
from marketplace.catalogue.queries import find
from marketplace.terms import queries
from marketplace.terms.actions import frameworks as actions
from marketplace.terms.models import FrameworkSide
from marketplace.terms.queries import current_terms
from marketplace.terms.queries.frameworks import local_day
from marketplace.terms.rules.frameworks import Proposal, Standing
from marketplace.values.localized import Language, clean_text, pick
from marketplace.values.refusal import Invalid, NotFound, Refused, StateForbids
from marketplace.web.access import allow
from marketplace.web.forms.fields import page as answered
from marketplace.web.forms.fields import refusals_shown, text
from marketplace.web.forms.frameworks import ProposeForm
from marketplace.web.happened import happened
from marketplace.web.paging import window
from marketplace.web.request import actor, language, now, reading, transact, url
from marketplace.wording.frameworks import STANDINGS
from marketplace.wording.refusals import sentence

blueprint = Blueprint("frameworks", __name__)
LONGEST = 300
PAGE = 25
# How a standing looks beside its word: the tone of its chip and its shape.
LOOKS = {
    "proposed": ("amber", "ring"),
    "to_come": ("jade", "clock"),
    "in_force": ("jade", "check"),
    "over": ("", "square"),
    "declined": ("vermilion", "cross"),
    "withdrawn": ("", "cross"),
}
SEEN = {"agree": actions.agree, "extend": actions.extend}
PLAIN = {"decline": actions.decline, "withdraw": actions.withdraw, "end": actions.end}


@blueprint.app_template_filter("framework_standing")
def framework_standing(standing: Standing) -> tuple[str, str, str]:
    """How a framework stands: word, tone and shape."""
    return STANDINGS[standing][cast(Language, language())], *LOOKS[standing]


@blueprint.get("/frameworks")
@allow("framework.list")
def mine() -> str:
    """The frameworks that the reader's organisations propose, answer and have, the newest first."""
    shown = window(PAGE)
    rows = queries.frameworks(reading(), by=actor(), now=now(), limit=shown.limit + 1, offset=shown.offset)
    before, after = shown.around(len(rows))
    return render_template("frameworks/mine.html", rows=rows[: shown.limit], before=before, after=after)


@blueprint.get("/frameworks/<uuid:framework_id>")
@allow("framework.see")
def one(framework_id: UUID) -> str:
    """One framework: parties, period, the versions that it covers, and what the reader can answer."""
    row = queries.framework_row(reading(), framework_id, by=actor(), now=now())
    acted = {row.framework.proposed_by, row.framework.answered_by, row.framework.ended_by} - {None}
    return render_template(
        "frameworks/one.html",
        row=row,
        names=names_of(reading(), cast(set[UUID], acted)),
        history=happened("framework", framework_id),
    )


@blueprint.post("/frameworks/<uuid:framework_id>/<any(agree, decline, withdraw, end, extend):verb>")
@allow("framework.answer")
def answer(framework_id: UUID, verb: str) -> Response:
    """Agree, decline, withdraw, end with notice, or extend to the versions asked for."""
    given = request.form.get("revision", "")
    revision = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    try:
        if verb in SEEN:
            transact(lambda work: SEEN[verb](work, framework_id, revision, now=now(), by=actor()))
        else:
            transact(lambda work: PLAIN[verb](work, framework_id, now=now(), by=actor()))
    except Refused as refused:
        for reason in refused.reasons:
            flash(sentence(reason, language()), "error")
    except StateForbids:
        flash(_("This can no longer be done: the framework stands otherwise by now."), "error")
    else:
        flash(_answers()[verb])
    return redirect(url("frameworks.one", framework_id=framework_id), code=303)


@blueprint.route("/frameworks/propose/<slug>", methods=["GET", "POST"])
@allow("framework.propose")
def propose(slug: str) -> Response | tuple[str, int]:
    """Propose a framework over a facility's terms, or over all of its host's: its host to a user, or a user to it."""
    facility = find(reading(), slug, actor()).facility
    side = _side(facility)
    own = _own(facility) if side is FrameworkSide.USER else []
    if side is FrameworkSide.USER and not own:
        raise NotFound("framework")
    form = ProposeForm()
    form.offer(pick(facility.name, cast(Language, language())).text, own)
    if form.validate_on_submit():
        with refusals_shown(form):
            proposal = _proposal(form, facility, side)
            made = transact(lambda work: actions.propose(work, proposal, now=now(), by=actor()).id)
            flash(_("The framework is proposed. The other side is told and answers."))
            return redirect(url("frameworks.one", framework_id=made), code=303)
    if request.method == "GET":
        form.first_day.data = local_day(reading(), facility.organisation_id, now())
    terms = current_terms(reading(), facility.id)
    return answered("frameworks/propose.html", form, facility=facility, side=side, terms=terms)


def _side(facility: Facility) -> FrameworkSide:
    hosts = facility.organisation_id in actor().organisations(Role.HOST_MANAGER)
    return FrameworkSide.HOST if hosts else FrameworkSide.USER


def _own(facility: Facility) -> list[tuple[str, str]]:
    """The organisations that the reader manages, save the host."""
    ids = actor().organisations(Role.MANAGER) - {facility.organisation_id}
    rows = [reading().get(Organisation, id) for id in sorted(ids)]
    return [(str(row.id), pick(row.name, cast(Language, language())).text) for row in rows if row is not None]


def _proposal(form: ProposeForm, facility: Facility, side: FrameworkSide) -> Proposal:
    assert form.first_day.data is not None and form.last_day.data is not None
    return Proposal(
        side=side,
        host_id=facility.organisation_id,
        organisation_id=_other(form) if side is FrameworkSide.HOST else UUID(form.organisation.data),
        facility_id=facility.id if form.scope.data == "facility" else None,
        from_day=form.first_day.data,
        until_day=form.last_day.data,
        notice_days=form.notice(),
    )


def _other(form: ProposeForm) -> UUID:
    """The organisation that a host names by the address of its page; raises `Invalid`."""
    given = clean_text(text(form.other), LONGEST, field="other").rstrip("/").rpartition("/")[2]
    if not given:
        raise Invalid.one("other", "required")
    try:
        return organisation_at(reading(), given, actor())[0].id
    except NotFound:
        raise Invalid.one("other", "unknown") from None


def _answers() -> dict[str, str]:
    return {
        "agree": _("Both sides agree: the framework covers the versions named."),
        "decline": _("The framework is declined."),
        "withdraw": _("The framework is withdrawn."),
        "end": _("The framework ends early; the other side is told."),
        "extend": _("The framework covers the new version too."),
    }
