"""For administrators: people, their standing and their role on the platform."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts import queries
from marketplace.accounts.actions import administering, seeing
from marketplace.accounts.policy import demand
from marketplace.accounts.queries import people as found
from marketplace.platform.queries import number
from marketplace.platform.rules import SEEING_MINUTES
from marketplace.web.access import allow
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.organisations import PlatformRoleForm, ReasonForm
from marketplace.web.happened import happened
from marketplace.web.paging import window
from marketplace.web.request import actor, now, reading, settings, transact, transact_as_oneself
from marketplace.web.signing import signed_in_by

blueprint = Blueprint("admin_people", __name__)


@blueprint.get("/admin/people")
@allow("person.see")
def people() -> str:
    """Everybody, searched by name or address."""
    wanted = request.args.get("q", "").strip()[:100]
    shown = window()
    rows = found.found_people(reading(), wanted, limit=shown.limit + 1, offset=shown.offset)
    return render_template(
        "admin_people/people.html",
        rows=rows[: shown.limit],
        q=wanted,
        pages=shown.around(len(rows)),
        counts=found.overview(reading()),
    )


@blueprint.get("/admin/people/<uuid:person_id>")
@allow("person.see")
def person(person_id: UUID) -> str:
    """One person: organisations, standing, history."""
    limits = {"idle": settings().session_idle, "absolute": settings().session_absolute}
    return render_template(
        "admin_people/person.html",
        person=found.person(reading(), person_id),
        mine=queries.organisations_of(reading(), person_id),
        sessions=len(found.live_sessions(reading(), person_id, now=now(), **limits)),
        history=happened("person", person_id),
    )


@blueprint.route("/admin/people/<uuid:person_id>/<any(suspend, readmit):deed>", methods=["GET", "POST"])
@allow("person.suspend")
def standing(person_id: UUID, deed: str) -> Response | tuple[str, int]:
    """Suspend or readmit somebody, with the reason that they are told."""
    form = ReasonForm()
    act = administering.suspend_person if deed == "suspend" else administering.readmit_person

    def work(session: Session) -> None:
        act(session, person_id, text(form.reason), now=now(), by=actor())

    if form.validate_on_submit():
        with refusals_shown(form):
            transact(work)
            flash(_("Done; they are told."))
            return redirect(url_for("admin_people.person", person_id=person_id), code=303)
    return page("admin_people/reason.html", form, person=found.person(reading(), person_id), deed=deed)


@blueprint.route("/admin/people/<uuid:person_id>/see-as", methods=["GET", "POST"])
@allow("person.see_as")
def see_as(person_id: UUID) -> Response | tuple[str, int]:
    """See the site as somebody sees it, with the reason that they are told: for a while, changing nothing."""
    demand(actor(), "person.see_as")
    form, row = ReasonForm(), found.person(reading(), person_id)
    mine = signed_in_by()

    def work(session: Session) -> None:
        seeing.begin(session, person_id, mine, text(form.reason), now=now(), by=actor())

    if form.validate_on_submit():
        with refusals_shown(form):
            transact(work)
            return redirect(url_for("home.home"), code=303)
    return page("admin_people/see_as.html", form, person=row, minutes=number(reading(), SEEING_MINUTES))


@blueprint.post("/seeing/end")
@allow("person.stop_seeing")
def stop_seeing() -> Response:
    """Be oneself again, by one click."""
    seen = transact_as_oneself(lambda work: seeing.end(work, signed_in_by(), now=now()))
    flash(_("You are yourself again."))
    return redirect(url_for("admin_people.person", person_id=seen), code=303)


@blueprint.route("/admin/people/<uuid:person_id>/role", methods=["GET", "POST"])
@allow("person.change_role")
def role(person_id: UUID) -> Response | tuple[str, int]:
    """Make somebody administrator or auditor of the platform, or neither."""
    row = found.person(reading(), person_id)
    held = {"role": row.platform_role.value if row.platform_role else ""}
    form = PlatformRoleForm(data=held) if request.method == "GET" else PlatformRoleForm()

    def work(session: Session) -> None:
        administering.set_platform_role(
            session, person_id, form.wanted(), reason=text(form.reason), now=now(), by=actor()
        )

    if form.validate_on_submit():
        with refusals_shown(form):
            transact(work)
            flash(_("The role is changed; they are told and sign in anew."))
            return redirect(url_for("admin_people.person", person_id=person_id), code=303)
    return page("admin_people/role.html", form, person=row)
