"""One's own account: who I am here, taking everything along, leaving."""

from __future__ import annotations

from flask import Blueprint, Response, flash, json, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts.actions import profile
from marketplace.accounts.queries import people
from marketplace.limits.actions import spend
from marketplace.privacy.actions import erase
from marketplace.privacy.queries import everything_about
from marketplace.web.access import allow
from marketplace.web.forms.account import DeleteForm, ProfileForm
from marketplace.web.forms.fields import page, refusals_shown
from marketplace.web.password_again import password_given
from marketplace.web.request import actor, database, now, reading, transact

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
@allow("account.manage")
def account() -> str:
    """What is kept about me, and where to change it."""
    return render_template("account/account.html", person=people.person(reading(), actor().id))


@blueprint.route("/account/profile", methods=["GET", "POST"])
@allow("account.manage")
def change_profile() -> BaseResponse | tuple[str, int]:
    """Name, language, time zone, and how else to reach me."""
    me = actor().id
    form = ProfileForm.of(people.person(reading(), me)) if request.method == "GET" else ProfileForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: profile.change_profile(work, me, form.profile(), now=now()))
            flash(_("Your details are saved."))
            return redirect(url_for("account.account", language=form.language.data), code=303)
    return page("account/profile.html", form)


@blueprint.post("/account/export")
@allow("account.manage")
def export() -> Response:
    """Everything that is kept about me, as a file that programs read (JSON)."""
    me = actor().id
    spend(database(), "export", str(me), now=now())
    body = json.dumps(everything_about(reading(), me, now=now()), ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f'attachment; filename="benchbridge-{now():%Y-%m-%d}.json"'}
    return Response(body, content_type="application/json; charset=utf-8", headers=headers)


@blueprint.route("/account/delete", methods=["GET", "POST"])
@allow("account.manage")
def delete() -> BaseResponse | tuple[str, int]:
    """Leave for good; what stands in the way is said before anything is done."""
    me = actor().id
    form = DeleteForm()
    if form.validate_on_submit() and password_given(form):
        with refusals_shown(form):
            transact(lambda work: erase(work, me, now=now()))
            session.clear()
            flash(_("Your account is deleted."))
            return redirect(url_for("home.home"), code=303)
    return page("account/delete.html", form)
