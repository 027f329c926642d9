"""Mailed links: signing up, a forgotten password, a new address, an invitation."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import queries
from marketplace.accounts.actions import credentials, invitations, sign_up
from marketplace.accounts.models import LinkPurpose, MailedLink, Organisation
from marketplace.accounts.queries import people
from marketplace.limits.actions import spend
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.forms.account import (
    AddressForm,
    ConfirmForm,
    FinishForm,
    JoinForm,
    NewPasswordForm,
    SignUpForm,
    defaults,
)
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.limiting import where
from marketplace.web.request import actor, database, language, now, reading, transact
from marketplace.web.sign_in import landing
from marketplace.web.signing import begin

blueprint = Blueprint("sign_up", __name__)


@blueprint.route("/sign-up", methods=["GET", "POST"])
@allow("account.sign_up")
def ask() -> Response | tuple[str, int]:
    """Ask for an account: the answer is the same whether the address has one already."""
    form = SignUpForm()
    if form.validate_on_submit():
        _spend("sign_up", text(form.email))
        with refusals_shown(form):
            transact(lambda work: sign_up.ask(work, text(form.email), language=language(), now=now()))
            return redirect(url_for("sign_up.sent"), code=303)
    return page("sign_up/ask.html", form)


@blueprint.get("/sign-up/sent")
@allow("account.sign_up")
def sent() -> str:
    """Look into your mail."""
    return render_template("sign_up/sent.html")


@blueprint.route("/sign-up/<token>", methods=["GET", "POST"])
@allow("account.sign_up")
def finish(token: str) -> Response | tuple[str, int]:
    """The mailed link of a sign-up: name and password, and the account is there."""
    link = _link(token, LinkPurpose.SIGN_UP)
    if link is None:
        return _stale("sign_up.ask")
    form = FinishForm(data=defaults()) if request.method == "GET" else FinishForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            person_id = transact(lambda work: sign_up.finish(work, token, form.new_person(), now=now()))
            begin(person_id, ("link", "password"))
            flash(_("Welcome. Your account is ready; next, join or enter your organisation."))
            return redirect(url_for("organisations.mine", language=form.language.data), code=303)
    return page("sign_up/finish.html", form, email=link.email)


@blueprint.route("/reset", methods=["GET", "POST"])
@allow("account.sign_up")
def ask_reset() -> Response | tuple[str, int]:
    """Ask for a new password: the answer is the same whether the address has an account."""
    form = AddressForm()
    if form.validate_on_submit():
        _spend("reset", text(form.email))
        with refusals_shown(form):
            transact(lambda work: credentials.ask_reset(work, text(form.email), language=language(), now=now()))
            return redirect(url_for("sign_up.sent"), code=303)
    return page("sign_up/ask_reset.html", form)


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@allow("account.sign_up")
def reset(token: str) -> Response | tuple[str, int]:
    """The mailed link of a reset: a new password, then sign in with it (and the second factor)."""
    link = _link(token, LinkPurpose.RESET)
    if link is None or link.person_id is None:
        return _stale("sign_up.ask_reset")
    form = NewPasswordForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: credentials.reset(work, token, text(form.password), now=now()))
            flash(_("Your new password is set. Sign in with it."))
            return redirect(url_for("sign_in.sign_in"), code=303)
    return page("sign_up/reset.html", form, email=link.email)


@blueprint.route("/change-email/<token>", methods=["GET", "POST"])
@allow("account.sign_up")
def change_email(token: str) -> Response | tuple[str, int]:
    """The mailed link of a new address. A button takes it: programs that open links in mails must change nothing."""
    link = _link(token, LinkPurpose.CHANGE_EMAIL)
    if link is None:
        return _stale("account.account")
    form = ConfirmForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: credentials.change_email(work, token, now=now()))
            flash(_("Your account now uses this e-mail address."))
            return redirect(url_for("account.account"), code=303)
    return page("sign_up/change_email.html", form, email=link.email)


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@allow("account.sign_up")
def invitation(token: str) -> Response | tuple[str, int]:
    """The mailed link of an invitation: accept it, sign in to accept it, or sign up with it."""
    link = _link(token, LinkPurpose.INVITATION)
    if link is None:
        return _stale("home.home")
    place = reading().get(Organisation, link.organisation_id)
    known = queries.person_by_email(reading(), link.email)
    if not actor().anonymous:
        return _accept(token, link, place)
    if known is not None:
        return page("sign_up/invitation.html", ConfirmForm(), link=link, place=place, sign_in=True)
    form = JoinForm(data=defaults()) if request.method == "GET" else JoinForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            new = form.new_person(consented=form.consented.data)
            person_id = transact(lambda work: invitations.accept_as_new(work, token, new, now=now()))
            begin(person_id, ("link", "password"))
            flash(_("Welcome. You belong to the organisation now."))
            return redirect(landing(None, person_id), code=303)
    return page("sign_up/join.html", form, link=link, place=place)


def _accept(token: str, link: MailedLink, place: Organisation | None) -> Response | tuple[str, int]:
    form = ConfirmForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: invitations.accept(work, token, now=now(), by=actor()))
            flash(_("You belong to the organisation now."))
            return redirect(url_for("organisations.mine"), code=303)
    mine = people.person(reading(), actor().id).email or ""
    elsewhere = mine.lower() != link.email.lower()
    return page("sign_up/invitation.html", form, link=link, place=place, sign_in=False, elsewhere=elsewhere)


def _link(token: str, purpose: LinkPurpose) -> MailedLink | None:
    spend(database(), "sign_in_address", where(), now=now())
    try:
        return people.live_link(reading(), token, purpose, now=now())
    except NotFound:
        return None


def _stale(endpoint: str) -> tuple[str, int]:
    return render_template("sign_up/stale.html", again=url_for(endpoint)), 404


def _spend(kind: str, email: str) -> None:
    spend(database(), "sign_in_address", where(), now=now())
    spend(database(), kind, email.strip().lower(), now=now())
