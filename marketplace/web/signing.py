"""From a request to its actor: the browser's sign-in session, or the bearer token of an API call."""

from __future__ import annotations

from flask import Flask, Request, g, session
from flask_login import LoginManager

from marketplace.accounts import queries
from marketplace.accounts.actions import visits
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries import SignIn
from marketplace.web.request import language, now, reading, settings, transact

COOKIE_KEY = "sign_in"


class SignedIn:
    """What Flask-Login holds for a request: an actor, known or anonymous, and the session it came by."""

    def __init__(self, actor: Actor, sign_in: SignIn | None = None) -> None:
        self.actor = actor
        self.sign_in = sign_in
        self.is_active = True
        self.is_authenticated = not actor.anonymous
        self.is_anonymous = actor.anonymous

    def get_id(self) -> str | None:
        """The person's id, for Flask-Login."""
        return str(self.actor.person_id) if self.actor.person_id else None


def init_signing(app: Flask) -> None:
    """Let Flask-Login ask us who somebody is, per request, from rows that can be listed and ended."""
    manager = LoginManager(app)
    manager.session_protection = None  # our own sessions rotate at sign-in and end by row
    manager.anonymous_user = lambda: SignedIn(Actor(language=language()))
    manager.request_loader(_load)


def _load(request: Request) -> SignedIn | None:
    if request.path.startswith("/api/") or request.path == "/api":
        return _from_token(request)
    token = session.get(COOKIE_KEY)
    if not isinstance(token, str):
        return None
    limits = {"idle": settings().session_idle, "absolute": settings().session_absolute}
    found = queries.sign_in_by_token(reading(), token, now=now(), **limits)
    if found is None:
        return None
    if visits.visit_is_due(found, now=now()):
        transact(lambda work: visits.note_visit(work, found.id, now=now()))
    return SignedIn(found.actor, found)


def _from_token(request: Request) -> SignedIn | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    found = queries.token_use(reading(), token.strip(), now=now())
    if found is None:
        return None
    if visits.use_is_due(found, now=now()):
        transact(lambda work: visits.note_use(work, found.id, now=now()))
    g.language = found.actor.language
    return SignedIn(found.actor)
