"""Signing in, with a second factor where there is one, and out."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.actions import credentials, passwords, second_factor, seeing, sessions
from marketplace.accounts.queries import people
from marketplace.accounts.rules.passwords import normal_password
from marketplace.limits.actions import spend
from marketplace.values.refusal import Refusal
from marketplace.web.access import allow
from marketplace.web.addresses import local_path
from marketplace.web.forms.account import CodeForm, SignInForm
from marketplace.web.forms.fields import in_words, page, text
from marketplace.web.limiting import where
from marketplace.web.request import actor, database, language, now, reading, settings, transact, transact_as_oneself
from marketplace.web.signing import begin, signed_in_by
from marketplace.wording.refusals import sentence

blueprint = Blueprint("sign_in", __name__)

WAITING = "waiting_for_code"
CODE_TIME = timedelta(minutes=5)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@allow("account.sign_in")
def sign_in() -> Response | tuple[str, int]:
    """Address and password. Whether an address is known shows neither in the answer nor in its time."""
    if not actor().anonymous:
        return redirect(landing(request.args.get("next")), code=303)
    form = SignInForm()
    if request.method == "GET":
        form.next.data = local_path(request.args.get("next"))
    if form.validate_on_submit():
        answer = _check(form)
        if answer is not None:
            return answer
    return page("sign_in/sign_in.html", form)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@allow("account.sign_in")
def code() -> Response | tuple[str, int]:
    """The second factor of whoever has just given the right password."""
    waiting = _waiting()
    if waiting is None:
        flash(_("That took too long. Please sign in again."), "warning")
        return redirect(url_for("sign_in.sign_in"), code=303)
    person_id, next_page = waiting
    form = CodeForm()
    if form.validate_on_submit():
        spend(database(), "totp", str(person_id), now=now())
        method = transact(lambda work: second_factor.spend(work, person_id, text(form.code), key=_key(), now=now()))
        if method is not None:
            begin(person_id, ("password", method))
            return redirect(landing(next_page, person_id), code=303)
        form.code.errors = [in_words("code_wrong")]
    return page("sign_in/code.html", form)


@blueprint.post("/sign-out")
@allow("account.sign_out")
def sign_out() -> Response:
    """End the session of this browser; who sees the site as somebody ends that, and their own session."""
    who, ended = actor().seen_by or actor().id, signed_in_by()

    def leave(work: Session) -> None:
        if actor().seen_by is not None:
            seeing.end(work, ended, now=now())
        sessions.end(work, ended, now=now(), by=who)

    transact_as_oneself(leave)
    session.clear()
    flash(_("You are signed out."))
    return redirect(url_for("home.home"), code=303)


def landing(wanted: str | None, person_id: UUID | None = None) -> str:
    """Where somebody goes once signed in: where they were going, else to their desk in their own language."""
    if path := local_path(wanted):
        return path
    tag = people.person(reading(), person_id).language if person_id else language()
    endpoint = "desk.desk" if "desk.desk" in current_app.view_functions else "home.home"
    return url_for(endpoint, language=tag)


def _check(form: SignInForm) -> Response | None:
    email, password = text(form.email).strip(), normal_password(text(form.password))
    spend(database(), "sign_in_address", where(), now=now())
    spend(database(), "sign_in", email.lower(), now=now())
    found = people.credentials_of(reading(), email)
    if not passwords.matches(found.password_hash, password) or found.person_id is None:
        form.form_errors.append(_("The e-mail address or the password is wrong."))
        return None
    if found.suspended:
        form.form_errors.append(sentence(Refusal("person_suspended"), language()))
        return None
    _renew(found, password)
    if found.second_factor:
        return _ask_for_code(found.person_id, form.next.data)
    begin(found.person_id, ("password",))
    return redirect(landing(form.next.data, found.person_id), code=303)


def _renew(found: people.Credentials, password: str) -> None:
    person_id, old = found.person_id, found.password_hash
    if person_id and old and passwords.is_outdated(old):
        transact(lambda work: credentials.renew_hash(work, person_id, password, old=old))


def _ask_for_code(person_id: UUID, next_page: str | None) -> Response:
    until = (now() + CODE_TIME).isoformat()
    proven = _mark(people.person(reading(), person_id).password_hash)
    session.clear()
    session[WAITING] = {"person": str(person_id), "proven": proven, "until": until, "next": local_path(next_page)}
    return redirect(url_for("sign_in.code"), code=303)


def _waiting() -> tuple[UUID, str | None] | None:
    held = session.get(WAITING)
    if not isinstance(held, dict) or datetime.fromisoformat(held["until"]) < now():
        return None
    person_id = UUID(held["person"])
    # The password that was proven may be another one by now: then nothing is proven.
    if held["proven"] != _mark(people.person(reading(), person_id).password_hash):
        return None
    return person_id, held["next"]


def _mark(password_hash: str | None) -> str:
    """What tells one password hash from another in a cookie that its owner can read."""
    return hmac.new(_key().encode(), f"proven {password_hash}".encode(), hashlib.sha256).hexdigest()[:32]


def _key() -> str:
    return settings().secret_key
