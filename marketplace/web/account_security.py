"""The keys to one's account: password, address, second factor, sessions, API tokens."""

from __future__ import annotations

from uuid import UUID

import pyotp
import segno
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from marketplace.accounts.actions import credentials, second_factor, sessions, tokens
from marketplace.accounts.queries import people
from marketplace.accounts.rules.second_factor import address_of
from marketplace.limits.actions import spend
from marketplace.web.access import allow
from marketplace.web.forms.account import (
    ChangeEmailForm,
    ChangePasswordForm,
    ConfirmForm,
    EnableFactorForm,
    PasswordAgainForm,
    TokenForm,
)
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.password_again import password_given
from marketplace.web.request import actor, database, now, reading, settings, transact
from marketplace.web.signing import begin, signed_in_by

blueprint = Blueprint("account_security", __name__)

PENDING = "second_factor_pending"


@blueprint.route("/account/password", methods=["GET", "POST"])
@allow("account.manage")
def password() -> Response | tuple[str, int]:
    """Another password: every session ends, this one goes on under a new token."""
    me = actor().id
    form = ChangePasswordForm()
    if form.validate_on_submit() and password_given(form):
        with refusals_shown(form):
            transact(lambda work: credentials.change_password(work, me, text(form.password), now=now()))
            begin(me, ("password",))
            flash(_("Your password is changed. All other browsers are signed out."))
            return redirect(url_for("account.account"), code=303)
    return page("account/password.html", form)


@blueprint.route("/account/email", methods=["GET", "POST"])
@allow("account.manage")
def email() -> Response | tuple[str, int]:
    """Another address: it changes when the link that goes there is opened."""
    me = actor().id
    form = ChangeEmailForm()
    if form.validate_on_submit() and password_given(form):
        spend(database(), "reset", str(me), now=now())
        with refusals_shown(form):
            transact(lambda work: credentials.ask_email_change(work, me, text(form.email), now=now()))
            flash(_("A link is on its way to the new address. It changes when you open the link."))
            return redirect(url_for("account.account"), code=303)
    return page("account/email.html", form, person=people.person(reading(), me))


@blueprint.route("/account/second-factor", methods=["GET", "POST"])
@allow("account.manage")
def factor() -> Response | tuple[str, int]:
    """Set the second factor up; where it is on, how to renew the recovery codes or turn it off."""
    person = people.person(reading(), actor().id)
    if person.totp_secret is not None:
        return page("account/second_factor.html", PasswordAgainForm(), left=len(person.recovery_codes))
    secret = session.get(PENDING) or session.setdefault(PENDING, pyotp.random_base32())
    form = EnableFactorForm()
    if form.validate_on_submit() and password_given(form):
        spend(database(), "totp", str(person.id), now=now())
        with refusals_shown(form):
            key = settings().secret_key
            codes = transact(
                lambda work: second_factor.enable(work, person.id, secret, text(form.code), key=key, now=now())
            )
            session.pop(PENDING, None)
            return page("account/recovery_codes.html", ConfirmForm(), codes=codes)
    picture = Markup(segno.make(address_of(secret, person.email or "")).svg_inline(scale=4, border=2))  # noqa: S704
    return page("account/set_up_factor.html", form, secret=secret, picture=picture)


@blueprint.post("/account/second-factor/off")
@allow("account.manage")
def factor_off() -> Response | tuple[str, int]:
    """Turn the second factor off."""
    me = actor().id
    form = PasswordAgainForm()
    if form.validate_on_submit() and password_given(form):
        transact(lambda work: second_factor.disable(work, me, now=now()))
        flash(_("The second factor is off."))
        return redirect(url_for("account.account"), code=303)
    left = len(people.person(reading(), me).recovery_codes)
    return page("account/second_factor.html", form, left=left)


@blueprint.post("/account/second-factor/recovery-codes")
@allow("account.manage")
def recovery_codes() -> Response | tuple[str, int]:
    """New recovery codes in place of those left."""
    me = actor().id
    form = PasswordAgainForm()
    if form.validate_on_submit() and password_given(form):
        codes = transact(lambda work: second_factor.renew_recovery_codes(work, me, now=now()))
        return page("account/recovery_codes.html", ConfirmForm(), codes=codes)
    left = len(people.person(reading(), me).recovery_codes)
    return page("account/second_factor.html", form, left=left)


@blueprint.get("/account/sessions")
@allow("account.manage")
def list_sessions() -> str:
    """Every browser in which I am signed in."""
    limits = {"idle": settings().session_idle, "absolute": settings().session_absolute}
    rows = people.live_sessions(reading(), actor().id, now=now(), **limits)
    return render_template("account/sessions.html", sessions=rows, current=signed_in_by())


@blueprint.post("/account/sessions/<uuid:session_id>/end")
@allow("account.manage")
def end_session(session_id: UUID) -> Response:
    """Sign one browser out."""
    me = actor().id
    transact(lambda work: sessions.end(work, session_id, now=now(), by=me))
    flash(_("That browser is signed out."))
    return redirect(url_for("account_security.list_sessions"), code=303)


@blueprint.post("/account/sessions/end-others")
@allow("account.manage")
def end_other_sessions() -> Response:
    """Sign every other browser out."""
    me, this = actor().id, signed_in_by()
    transact(lambda work: sessions.end_all(work, me, now=now(), but=this))
    flash(_("All other browsers are signed out."))
    return redirect(url_for("account_security.list_sessions"), code=303)


@blueprint.route("/account/tokens", methods=["GET", "POST"])
@allow("token.manage")
def list_tokens() -> Response | tuple[str, int]:
    """My API tokens; a new one is shown here once, in the answer to the form, and never again."""
    me = actor().id
    form = TokenForm().offer(actor())
    fresh = None
    if form.validate_on_submit() and password_given(form):
        spend(database(), "token", str(me), now=now())
        with refusals_shown(form):
            fresh = transact(lambda work: tokens.issue(work, me, form.wish(), now=now()))
    if request.method == "GET":
        form.days.data = 90
    return page("account/tokens.html", form, tokens=people.tokens_of(reading(), me), fresh=fresh)


@blueprint.post("/account/tokens/<uuid:token_id>/end")
@allow("token.manage")
def end_token(token_id: UUID) -> Response:
    """Make a token useless at once."""
    me = actor().id
    transact(lambda work: tokens.end(work, token_id, now=now(), by=me))
    flash(_("The token is ended. No program can use it any more."))
    return redirect(url_for("account_security.list_tokens"), code=303)
